package api

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/labstack/echo/v4"
)

// Collecting is what the API asks of the running collectors.
type Collecting interface {
	// Sources says how each source is doing.
	Sources() []Source
	// Sync begins to collect a source now and does not wait for it.
	Sync(source string) SyncResult
}

// SyncResult is what became of the wish to collect a source.
type SyncResult int

// A source is not configured; is being collected already; or the collection has begun.
const (
	SyncUnknown SyncResult = iota
	SyncRunning
	SyncBegun
)

// Source is how a configured source of records is doing. Times are UTC.
type Source struct {
	Name        string           `json:"name"`
	Kind        string           `json:"kind" doc:"What it collects from, such as github."`
	Schedule    string           `json:"schedule" doc:"Cron; empty: only when asked for."`
	Running     bool             `json:"running"`
	LastStart   *time.Time       `json:"last_start" nullable:"true" doc:"null: not since the server started."`
	LastFinish  *time.Time       `json:"last_finish" nullable:"true"`
	LastSuccess *time.Time       `json:"last_success" nullable:"true" doc:"null: never."`
	LastError   string           `json:"last_error" doc:"The sentence of the latest failure; empty when the last run succeeded."`
	Failures    int              `json:"failures" doc:"Runs that failed in a row."`
	NextRun     *time.Time       `json:"next_run" nullable:"true"`
	Written     map[string]int64 `json:"written" nullable:"true" doc:"Records written by the latest run, by kind; while it runs, so far."`
	Deleted     map[string]int64 `json:"deleted" nullable:"true"`
	Total       map[string]int64 `json:"total" nullable:"true" doc:"Records written since the server started, by kind."`
	Done        int64            `json:"done" doc:"Items (pull requests, tickets, builds …) that the latest run has done."`
	Expected    int64            `json:"expected" doc:"Items that it expects by now; 0: nobody knows."`
	Problems    []SourceProblem  `json:"problems" doc:"Parts that the latest run could not collect; the others were."`
	Requests    SourceRequests   `json:"requests"`
}

// SourceProblem is why a part of a source could not be collected.
type SourceProblem struct {
	Part  string `json:"part"`
	Error string `json:"error"`
}

// SourceRequests is what a source asked of its vendor since the server started.
type SourceRequests struct {
	Count        int64            `json:"count"`
	ByStatus     map[string]int64 `json:"by_status" nullable:"true" doc:"By HTTP status; 0 is a request without a whole answer."`
	Limit        *int             `json:"limit" nullable:"true" doc:"How many the vendor allows in a period; null: it does not say."`
	Remaining    *int             `json:"remaining" nullable:"true"`
	Reset        *time.Time       `json:"reset" nullable:"true" doc:"When the period ends."`
	WaitingUntil *time.Time       `json:"waiting_until" nullable:"true"`
	WaitingFor   string           `json:"waiting_for" doc:"Why it waits before its next request; empty: it does not."`
}

type sourcesBody struct {
	Sources []Source `json:"sources"`
}

const syncPath = root + "/sources/{name}/sync"

func (s *Server) sourceRoutes() {
	get(s, huma.Operation{OperationID: "list-sources", Path: "/sources", Summary: "The configured sources of records and how they are doing", Tags: []string{"Sources"}}, s.sources)
	operation := &huma.Operation{
		OperationID: "sync-source", Method: http.MethodPost, Path: syncPath, Summary: "Collect a source now", Tags: []string{"Sources"},
		Description: "Begins and does not wait: list-sources tells how it goes.",
		Parameters:  []*huma.Param{{Name: "name", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}}},
		Responses: map[string]*huma.Response{
			"202":     {Description: "It has begun"},
			"default": {Description: "Why it has not", Content: map[string]*huma.MediaType{"application/problem+json": {Schema: schemaOf[huma.ErrorModel](s.api.OpenAPI().Components.Schemas)}}},
		},
	}
	s.api.OpenAPI().AddOperation(operation)
	s.known[root+"/sources/:name/sync"] = operation
	s.echo.POST(root+"/sources/:name/sync", s.syncSource)
}

func (s *Server) sources(context.Context, *struct{}) (sourcesBody, error) {
	b := sourcesBody{Sources: []Source{}}
	if s.cfg.Collecting != nil {
		b.Sources = append(b.Sources, s.cfg.Collecting.Sources()...)
	}
	return b, nil
}

func (s *Server) syncSource(c echo.Context) error {
	name, result := c.Param("name"), SyncUnknown
	if c.Request().URL.RawPath != "" { // then echo gives the parameter as it was sent
		if plain, err := url.PathUnescape(name); err == nil {
			name = plain
		}
	}
	if s.cfg.Collecting != nil {
		result = s.cfg.Collecting.Sync(name)
	}
	switch result {
	case SyncBegun:
		return c.NoContent(http.StatusAccepted)
	case SyncRunning:
		return newProblem(http.StatusConflict, "the source "+name+" is being collected already")
	default:
		return newProblem(http.StatusNotFound, "there is no source "+name+"; /api/v1/sources lists those that there are", &huma.ErrorDetail{Message: "not configured", Location: "path.name", Value: name})
	}
}
