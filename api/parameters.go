package api

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/labstack/echo/v4"

	"github.com/weirhq/weir/metrics"
)

// WindowInput is the window that a question is about.
type WindowInput struct {
	From string `query:"from" example:"90d" doc:"Start of the window, part of it: a date (its first moment in the reporting time zone), an RFC 3339 time, or how long before the end: 90d, 12w, 36h. Days and weeks are the calendar's. Default: 90 days before the end."`
	To   string `query:"to" example:"2026-10-01" doc:"End of the window, not part of it: a date, an RFC 3339 time, or how long ago. Default: now."`
}

// FilterInput narrows what is counted. A parameter may be repeated, which means any of its values.
type FilterInput struct {
	Services     []string `query:"service,explode" doc:"Only these services."`
	Repos        []string `query:"repo,explode" doc:"Only these repositories."`
	Teams        []string `query:"team,explode" doc:"Only services of these teams."`
	Products     []string `query:"product,explode" doc:"Only services of these products."`
	Environments []string `query:"environment,explode" doc:"Only these environments; not for metrics of incidents, which name none."`
}

// ClockInput says which time counts.
type ClockInput struct {
	Clock string `query:"clock" enum:"elapsed,working" default:"elapsed" doc:"Time as it passes, or working time by calendars."`
}

func (f FilterInput) filter() metrics.Filter {
	return metrics.Filter{Services: f.Services, Repos: f.Repos, Teams: f.Teams, Products: f.Products, Environments: f.Environments}
}

// QuestionInput is a question about one metric: the parameters of `weir query`.
type QuestionInput struct {
	ID string `path:"id" example:"lead_time" doc:"The metric."`
	WindowInput
	Every string `query:"every" enum:"range,day,week,month,quarter" default:"range" doc:"Length of the buckets, cut in the reporting time zone; range: one for the whole window."`
	By    string `query:"by" enum:"none,service,repo,team,product,environment" default:"none" doc:"One row for each of these."`
	FilterInput
	ClockInput
	Stream string `query:"stream" example:"incidents" doc:"Of the metrics of flow: the value stream whose items are counted; /streams lists them. Default: delivery."`
}

func (s *Server) query(in QuestionInput) (metrics.Query, error) {
	q := metrics.Query{Metric: in.ID, Every: metrics.Every(in.Every), By: metrics.By(in.By), Filter: in.filter(), Clock: in.Clock, Stream: in.Stream}
	if _, err := metrics.Find(in.ID); err != nil {
		return q, err // before a word about the window
	}
	var err error
	q.From, q.To, err = metrics.Window(in.WindowInput).In(s.cfg.Location, s.cfg.Now(), metrics.DefaultFrom)
	return q, err
}

// checkParameters refuses what an operation does not know: a filter with a slip in its name would be no filter, and the
// figures would be of something else than was asked.
func (s *Server) checkParameters(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		operation := s.known[c.Path()]
		if operation == nil {
			return next(c)
		}
		kinds := map[string]string{}
		for _, p := range operation.Parameters {
			if p.In == "query" {
				kinds[p.Name] = p.Schema.Type
			}
		}
		given := c.QueryParams()
		for _, name := range slices.Sorted(maps.Keys(given)) {
			kind, known := kinds[name]
			value := given.Get(name)
			switch {
			case !known:
				return &parameterError{name, value, unknownParameter(name, slices.Sorted(maps.Keys(kinds)))}
			case kind != huma.TypeArray && len(given[name]) > 1:
				return &parameterError{name, value, fmt.Sprintf("%s is given %d times; it takes one value", name, len(given[name]))}
			case kind == huma.TypeInteger && !isNumber(value):
				return &parameterError{name, value, fmt.Sprintf("%s: %q is not a whole number", name, value)}
			case kind == huma.TypeBoolean && value != "true" && value != "false":
				return &parameterError{name, value, fmt.Sprintf("%s: %q is neither true nor false", name, value)}
			}
		}
		return next(c)
	}
}

func isNumber(text string) bool {
	_, err := strconv.Atoi(text)
	return err == nil
}

func unknownParameter(name string, known []string) string {
	if len(known) == 0 {
		return fmt.Sprintf("there is no parameter %q; this takes none", name)
	}
	text := fmt.Sprintf("there is no parameter %q; ", name)
	if best := metrics.Nearest(name, known); best != "" {
		text += fmt.Sprintf("did you mean %q? ", best)
	}
	return text + "the parameters are " + strings.Join(known, ", ")
}
