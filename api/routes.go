package api

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/weirhq/weir/metrics"
)

// ofData marks the operations whose answers change with the data only, so that they are remembered.
const ofData = "of_data"

const root = "/api/v1"

// document is what the OpenAPI document says before any operation.
func (s *Server) document() huma.Config {
	formats := huma.Format{Marshal: encode, Unmarshal: json.Unmarshal}
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "Weir", Version: "1",
				Description: "How software flows from an idea to a customer: figures, the items behind them, and what was left out. " +
					"Times are RFC 3339; durations are seconds; unknown is null, never 0. Failures are application/problem+json.",
			},
			Components: &huma.Components{Schemas: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)},
		},
		OpenAPIPath:   root + "/openapi",
		Formats:       map[string]huma.Format{"application/json": formats, "json": formats},
		DefaultFormat: "application/json",
	}
}

// encode writes JSON on one line, as the command line does: < and > stay as they are.
func encode(w io.Writer, value any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(value)
}

func marshal(value any) ([]byte, error) {
	var b bytes.Buffer
	err := encode(&b, value)
	return b.Bytes(), err
}

// body is an answer without headers of its own.
type body[T any] struct{ Body T }

// get adds an operation.
func get[In, Out any](s *Server, op huma.Operation, handle func(context.Context, *In) (Out, error)) {
	op.Method = http.MethodGet
	op.Path = root + op.Path
	op.SkipValidateParams = true // package metrics has better sentences, the same that the command line has
	op.Errors = []int{http.StatusBadRequest, http.StatusServiceUnavailable, http.StatusInternalServerError}
	huma.Register(s.api, op, func(ctx context.Context, in *In) (*body[Out], error) {
		out, err := handle(ctx, in)
		if err != nil {
			s.logFailure(ctx, op.Path, err)
			return nil, s.problem(err)
		}
		return &body[Out]{out}, nil
	})
	s.known[strings.NewReplacer("{", ":", "}", "").Replace(op.Path)] = s.api.OpenAPI().Paths[op.Path].Get
}

// settle says in the document what holds of all bodies: a list is never null, and fields may be added in a later version.
func (s *Server) settle() {
	var walk func(*huma.Schema)
	walk = func(schema *huma.Schema) {
		if schema == nil {
			return
		}
		if schema.Type == huma.TypeArray {
			schema.Nullable = false
		}
		if allowed, said := schema.AdditionalProperties.(bool); said && !allowed {
			schema.AdditionalProperties = nil
		}
		walk(schema.Items)
		for _, p := range schema.Properties {
			walk(p)
		}
	}
	for _, schema := range s.api.OpenAPI().Components.Schemas.Map() {
		walk(schema)
	}
	for _, operation := range s.known {
		for _, parameter := range operation.Parameters {
			walk(parameter.Schema)
		}
	}
}

// ofNow marks those that also tell of now, whatever window is asked about: what is under way, how old it is.
const ofNow = "of_now"

var (
	remembered    = map[string]any{ofData: true}
	rememberedNow = map[string]any{ofData: true, ofNow: true}
)

func (s *Server) routes() {
	get(s, huma.Operation{OperationID: "list-metrics", Path: "/metrics", Summary: "The catalogue of metrics", Tags: []string{"Metrics"}}, s.catalogue)
	get(s, huma.Operation{
		OperationID: "query-metric", Path: "/metrics/{id}", Summary: "A metric over a window, in buckets and groups", Tags: []string{"Metrics"}, Metadata: remembered,
		Description: "The same as `weir query`.",
	}, s.queryMetric)
	get(s, huma.Operation{
		OperationID: "list-items", Path: "/metrics/{id}/items", Summary: "The items behind a metric, or those left out of it", Tags: []string{"Metrics"}, Metadata: remembered,
		Description: "The same as `weir items`: one per item, the newest end first; of what is under way at a moment, the oldest first.",
	}, s.listItems)
	get(s, huma.Operation{
		OperationID: "answer-many", Path: "/answers", Summary: "Many metrics over one window in one request", Tags: []string{"Metrics"}, Metadata: remembered,
		Description: "What a page needs: each `ask` is a metric, followed, separated by commas, by any of `every=week`, `by=service`, `previous` (its figures in the compared window too) and `distribution` (of a duration: how many items took how long).",
	}, s.answerMany)
	s.directoryRoutes()
	s.streamRoutes()
	s.handoffRoutes()
	s.flowRoutes()
	s.sourceRoutes()
	get(s, huma.Operation{OperationID: "get-status", Path: "/status", Summary: "What this server is, and of what time it knows", Tags: []string{"Server"}}, s.status)
	s.describeImport()
	s.pushedRoutes()
	s.settle()
}

func (s *Server) queryMetric(ctx context.Context, in *QuestionInput) (out written[Answer], err error) {
	q, err := s.query(*in)
	if err != nil {
		return out, err
	}
	out.value, err = s.cfg.Reader.Query(ctx, q)
	return out, err
}

type itemsInput struct {
	QuestionInput
	Limit     int    `query:"limit" default:"100" minimum:"1" maximum:"1000" doc:"How many items at most."`
	After     string `query:"after" doc:"Go on after this: the next of the answer before."`
	Numerator bool   `query:"numerator" doc:"Of a ratio: only the items in its numerator, such as the deployments that failed."`
	Excluded  bool   `query:"excluded" doc:"The items that were left out instead, each with its reason."`
}

// maxItems bounds what an answer holds in memory.
const maxItems = 1000

func (s *Server) listItems(ctx context.Context, in *itemsInput) (out written[items], err error) {
	q, err := s.query(in.QuestionInput)
	if err != nil {
		return out, err
	}
	if in.Limit < 1 || in.Limit > maxItems {
		return out, &metrics.UsageError{Parameter: "limit", Reason: "it is a number from 1 to 1000; `after` gives the items behind them"}
	}
	out.value, err = s.cfg.Reader.Items(ctx, metrics.ItemsQuery{Query: q, Limit: in.Limit, After: in.After, Excluded: in.Excluded, Numerator: in.Numerator})
	return out, err
}

type answersInput struct {
	Asks []string `query:"ask,explode" required:"true" example:"[\"lead_time,previous,distribution\"]" doc:"What is asked, once or more often: a metric, then any of every=…, by=…, previous, distribution, separated by commas."`
	WindowInput
	Compare string `query:"compare" enum:"none,previous,year" default:"none" doc:"The window to compare with: the period of the same length before, or the same period a year before."`
	FilterInput
	ClockInput
}

func (s *Server) answerMany(ctx context.Context, in *answersInput) (out written[answers], err error) {
	qs := metrics.Questions{Compare: metrics.Compare(in.Compare), Filter: in.filter(), Clock: in.Clock}
	for _, text := range in.Asks {
		ask, err := metrics.ParseAsk(text)
		if err != nil {
			return out, err
		}
		qs.Asks = append(qs.Asks, ask)
	}
	if qs.From, qs.To, err = metrics.Window(in.WindowInput).In(s.cfg.Location, s.cfg.Now(), metrics.DefaultFrom); err != nil {
		return out, err
	}
	out.value, err = s.cfg.Reader.Answer(ctx, qs)
	return out, err
}

func (s *Server) catalogue(context.Context, *struct{}) (catalogue, error) {
	c := catalogue{Metrics: []metricEntry{}, NoBenchmark: []noBenchmarkEntry{}}
	for _, m := range metrics.Catalogue() {
		c.Metrics = append(c.Metrics, describe(m))
	}
	for _, n := range metrics.WithoutBenchmark() {
		c.NoBenchmark = append(c.NoBenchmark, noBenchmarkEntry(n))
	}
	return c, nil
}

func describe(m metrics.Metric) metricEntry {
	e := metricEntry{
		ID: m.ID, Title: m.Title, Definition: m.Definition, Shape: string(m.Shape), Unit: m.Unit(), Direction: string(m.Direction),
		Chart: m.Chart(), Staged: m.Staged, Classed: m.Classed, Dimensions: []string{}, Benchmarks: []benchmarkEntry{},
	}
	for _, by := range m.Dimensions() {
		e.Dimensions = append(e.Dimensions, string(by))
	}
	for _, b := range m.Benchmarks() {
		entry := benchmarkEntry{Edition: b.Edition, Source: b.Source, URL: b.URL, Statistic: b.Statistic, Note: b.Note}
		for _, l := range b.Levels {
			entry.Levels = append(entry.Levels, levelEntry{Level: l.Name, Text: l.Text, From: l.From, To: l.To})
		}
		e.Benchmarks = append(e.Benchmarks, entry)
	}
	return e
}

func (s *Server) status(ctx context.Context, _ *struct{}) (status, error) {
	st := status{Version: s.cfg.Version, Now: s.cfg.Now().UTC().Truncate(time.Millisecond), Timezone: s.cfg.Location.String(), Simulated: s.cfg.Simulated}
	var err error
	if st.Data.Version, err = s.version.get(ctx); err != nil {
		return st, err
	}
	st.Data.First, st.Data.Last, err = s.knownTimes(ctx, st.Data.Version)
	return st, err
}

// knownTimes asks once for each version of the data: pages ask for the status often.
func (s *Server) knownTimes(ctx context.Context, version string) (first, last *time.Time, err error) {
	s.times.Lock()
	defer s.times.Unlock()
	if s.times.version == version {
		return s.times.first, s.times.last, nil
	}
	if first, last, err = s.cfg.Reader.Known(ctx); err == nil {
		s.times.version, s.times.first, s.times.last = version, first, last
	}
	return first, last, err
}
