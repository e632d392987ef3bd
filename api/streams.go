package api

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/weirhq/weir/metrics"
)

// StreamInput is what every question about a value stream has: the parameters of `weir stream`.
type StreamInput struct {
	Stream string `query:"stream" default:"delivery" doc:"The value stream; /streams lists them."`
	WindowInput
	Services []string `query:"service,explode" doc:"Only items of these services."`
	Repos    []string `query:"repo,explode" doc:"Only items with changes in these repositories."`
	Teams    []string `query:"team,explode" doc:"Only the items of these teams, whose work they are."`
	Products []string `query:"product,explode" doc:"Only items of these products."`
	ClockInput
}

// streamQuery is the question in the reporting time zone, now.
func (s *Server) streamQuery(in StreamInput) (q metrics.StreamQuery, err error) {
	q = metrics.StreamQuery{Stream: in.Stream, Clock: in.Clock, Filter: metrics.Filter{Services: in.Services, Repos: in.Repos, Teams: in.Teams, Products: in.Products}}
	q.From, q.To, err = metrics.Window(in.WindowInput).In(s.cfg.Location, s.cfg.Now(), metrics.DefaultFrom)
	return q, err
}

// streamValues are the parameters of a question about a stream, as a client asks them.
func streamValues(q metrics.StreamQuery) url.Values {
	v := url.Values{
		"from": {q.From.Format(time.RFC3339Nano)}, "to": {q.To.Format(time.RFC3339Nano)},
		"service": q.Services, "repo": q.Repos, "team": q.Teams, "product": q.Products,
	}
	set(v, "stream", q.Stream)
	set(v, "clock", q.Clock)
	return v
}

// set sets a parameter that has a value.
func set(v url.Values, name, value string) {
	if value != "" {
		v.Set(name, value)
	}
}

// streamRoutes are the value streams, their figures and the items behind these.
func (s *Server) streamRoutes() {
	operation := func(id, path, summary, command string, remembered map[string]any) huma.Operation {
		return huma.Operation{
			OperationID: id, Path: path, Summary: summary, Tags: []string{"Value streams"}, Metadata: remembered, Description: "The same as `" + command + "`.",
		}
	}
	get(s, operation("list-streams", "/streams", "The value streams: their stages, what each status means, and what is not mapped", "weir streams", remembered),
		func(ctx context.Context, _ *struct{}) (metrics.StreamList, error) { return s.cfg.Reader.Streams(ctx) })
	get(s, operation("get-value-stream", "/value-stream", "The measured map of a stream: its stages, their times, work and accuracy", "weir stream", rememberedNow),
		func(ctx context.Context, in *StreamInput) (v metrics.ValueStream, err error) {
			q, err := s.streamQuery(*in)
			if err != nil {
				return v, err
			}
			return s.cfg.Reader.ValueStream(ctx, q)
		})
	get(s, operation("what-if", "/value-stream/whatif", "A stream as if some of its waits were others, from the items themselves", "weir whatif", remembered), s.whatIf)
	get(s, operation("list-stream-items", "/stream/items", "The items behind a stream's figures", "weir stream-items", rememberedNow), s.streamItems)
}

type whatIfInput struct {
	StreamInput
	Stage   string   `query:"stage" example:"review" doc:"The stage whose wait changes, with wait."`
	Wait    string   `query:"wait" example:"50%" doc:"What stays of the wait: 50% (written 50%25 in an address) or 0.5 is half of it, 0 none."`
	Changes []string `query:"change,explode" example:"[\"review:50%\"]" doc:"A stage and what stays of its wait; may be repeated for several stages."`
}

func (s *Server) whatIf(ctx context.Context, in *whatIfInput) (a metrics.WhatIfAnswer, err error) {
	w := metrics.WhatIf{}
	if in.Stage != "" || in.Wait != "" {
		change, err := metrics.ParseStageWait(in.Stage, in.Wait)
		if err != nil {
			return a, err
		}
		w.Changes = append(w.Changes, change)
	}
	for _, text := range in.Changes {
		change, err := metrics.ParseStageChange(text)
		if err != nil {
			return a, err
		}
		w.Changes = append(w.Changes, change)
	}
	if w.StreamQuery, err = s.streamQuery(in.StreamInput); err != nil {
		return a, err
	}
	return s.cfg.Reader.WhatIf(ctx, w)
}

type streamItemsInput struct {
	StreamInput
	Kind   string `query:"kind" enum:"done,open,returned,excluded" default:"done" doc:"Done in the window; open now, the oldest first; of the window and came back to an earlier stage; left out of the window, each with its reason."`
	Stage  string `query:"stage" doc:"Only what was in this stage; of open items what is in it now; of those that came back what left it in the window and came back to it. The value is then the time in it."`
	Reason string `query:"reason" doc:"Only what spent time on this, or waited for it. The value is then that time."`
	Limit  int    `query:"limit" default:"100" minimum:"1" maximum:"1000" doc:"How many items at most."`
	After  string `query:"after" doc:"Go on after this: the next of the answer before."`
}

func (s *Server) streamItems(ctx context.Context, in *streamItemsInput) (a metrics.StreamItems, err error) {
	if in.Limit < 1 || in.Limit > maxItems {
		return a, &metrics.UsageError{Parameter: "limit", Reason: "it is a number from 1 to 1000; `after` gives the items behind them"}
	}
	q, err := s.streamQuery(in.StreamInput)
	if err != nil {
		return a, err
	}
	return s.cfg.Reader.StreamItems(ctx, metrics.StreamItemsQuery{
		StreamQuery: q, Kind: metrics.StreamKind(in.Kind), Stage: in.Stage, Reason: in.Reason, Limit: in.Limit, After: in.After,
	})
}

// Streams lists the value streams.
func (c *Client) Streams(ctx context.Context) (l metrics.StreamList, err error) {
	return l, c.get(ctx, "/streams", nil, &l)
}

// ValueStream computes a stream's figures.
func (c *Client) ValueStream(ctx context.Context, q metrics.StreamQuery) (v metrics.ValueStream, err error) {
	return v, c.get(ctx, "/value-stream", streamValues(q), &v)
}

// WhatIf computes a stream as if some of its waits were others.
func (c *Client) WhatIf(ctx context.Context, w metrics.WhatIf) (a metrics.WhatIfAnswer, err error) {
	asked := streamValues(w.StreamQuery)
	for _, change := range w.Changes {
		asked.Add("change", change.Stage+":"+strconv.FormatFloat(change.Wait, 'f', -1, 64))
	}
	return a, c.get(ctx, "/value-stream/whatif", asked, &a)
}

// StreamItems lists the items behind a stream's figures, asking for as many pages as it takes.
func (c *Client) StreamItems(ctx context.Context, q metrics.StreamItemsQuery) (all metrics.StreamItems, err error) {
	left, found := q.Limit, []metrics.StreamItem{}
	for {
		asked := streamValues(q.StreamQuery)
		set(asked, "kind", string(q.Kind))
		set(asked, "stage", q.Stage)
		set(asked, "reason", q.Reason)
		set(asked, "after", q.After)
		limit := min(left, maxItems)
		if limit != 0 {
			asked.Set("limit", strconv.Itoa(limit))
		}
		var page metrics.StreamItems
		if err := c.get(ctx, "/stream/items", asked, &page); err != nil {
			return page, err
		}
		found = append(found, page.Items...)
		all, all.Items = page, found
		if left -= limit; left <= 0 || all.Next == nil {
			return all, nil
		}
		q.After = *all.Next
	}
}
