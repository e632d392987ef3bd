package api

import (
	"context"
	"net/url"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/weirhq/weir/metrics"
)

// handoffRoutes answer who waited for whom, and where the time of one item went.
func (s *Server) handoffRoutes() {
	get(s, huma.Operation{
		OperationID: "list-handoffs", Path: "/handoffs", Summary: "Who waits for whom, how long and what for", Tags: []string{"Value streams"}, Metadata: rememberedNow,
		Description: "The same as `weir handoffs`. A handoff is a transfer of work from one group to another; its wait runs until the receiver begins, or lets go of it again. " +
			"Figures are of the handoffs of items done in the window; `share` is of the whole lead time of those items; `still` counts the handoffs of open items whose receivers have not begun yet, " +
			"which are among the `worst` waits too. A group that is null is not known; ask for it as (none).",
	}, s.handoffs)
	get(s, huma.Operation{
		OperationID: "trend-handoffs", Path: "/handoffs/trend", Summary: "How the waits between two groups went", Tags: []string{"Value streams"}, Metadata: remembered,
		Description: "The same as `weir handoffs --every week`: the handoffs of the items that were done in each bucket.",
	}, s.handoffTrend)
	get(s, huma.Operation{
		OperationID: "list-handoff-items", Path: "/handoffs/items", Summary: "The handoffs behind the figures", Tags: []string{"Value streams"}, Metadata: rememberedNow,
		Description: "The same as `weir handoffs --items`: one per handoff, the longest wait first.",
	}, s.handoffItems)
	get(s, huma.Operation{
		OperationID: "get-timeline", Path: "/timeline", Summary: "Where the time of one item went, across tools", Tags: []string{"Value streams"}, Metadata: rememberedNow,
		Description: "The same as `weir item`: the item's intervals, without overlap or gap, its handoffs, what came back, and its changes with what delivered them. " +
			"What goes on has no end and is counted until now.",
	}, s.timeline)
}

// HandoffsInput is a question about handoffs: the parameters of `weir handoffs`.
type HandoffsInput struct {
	StreamInput
	Between   string `query:"between" enum:"groups,teams,roles" default:"groups" doc:"What counts as one group: a team in one role; a team, so that handoffs within it fall away; or a role, whoever has it."`
	FromGroup string `query:"from_group" doc:"Only handoffs from this group; (none): from one that is not known."`
	ToGroup   string `query:"to_group" doc:"Only handoffs to this group; (none): to one that is not known."`
	Reason    string `query:"reason" example:"approval" doc:"Only what was waited for because of this."`
}

type handoffTrendInput struct {
	HandoffsInput
	Every string `query:"every" enum:"day,week,month,quarter" default:"week" doc:"Length of the buckets, cut in the reporting time zone."`
}

type handoffItemsInput struct {
	HandoffsInput
	Open  bool   `query:"open" doc:"Those that still wait, of open items, instead of those of the items done in the window."`
	Limit int    `query:"limit" default:"100" minimum:"1" maximum:"1000" doc:"How many handoffs at most."`
	After string `query:"after" doc:"Go on after this: the next of the answer before."`
}

type timelineInput struct {
	Item   string `query:"item" required:"true" example:"PAY-12" doc:"A ticket's key, a change such as repo#12, or an incident's id. A change that belongs to a ticket gives the ticket's timeline."`
	Stream string `query:"stream" doc:"The value stream. Default: one that has the item, delivery first."`
	ClockInput
}

func (s *Server) handoffsQuery(in HandoffsInput) (q metrics.HandoffsQuery, err error) {
	q = metrics.HandoffsQuery{Between: metrics.Between(in.Between), FromGroup: in.FromGroup, ToGroup: in.ToGroup, Reason: in.Reason}
	q.StreamQuery, err = s.streamQuery(in.StreamInput)
	return q, err
}

func (s *Server) handoffs(ctx context.Context, in *HandoffsInput) (metrics.Handoffs, error) {
	q, err := s.handoffsQuery(*in)
	if err != nil {
		return metrics.Handoffs{}, err
	}
	return s.cfg.Reader.Handoffs(ctx, q)
}

func (s *Server) handoffTrend(ctx context.Context, in *handoffTrendInput) (metrics.HandoffTrend, error) {
	q, err := s.handoffsQuery(in.HandoffsInput)
	if err != nil {
		return metrics.HandoffTrend{}, err
	}
	return s.cfg.Reader.HandoffTrend(ctx, metrics.HandoffTrendQuery{HandoffsQuery: q, Every: metrics.Every(in.Every)})
}

func (s *Server) handoffItems(ctx context.Context, in *handoffItemsInput) (metrics.HandoffItems, error) {
	q, err := s.handoffsQuery(in.HandoffsInput)
	if err != nil {
		return metrics.HandoffItems{}, err
	}
	if in.Limit < 1 || in.Limit > maxItems {
		return metrics.HandoffItems{}, &metrics.UsageError{Parameter: "limit", Reason: "it is a number from 1 to 1000; `after` gives the handoffs behind them"}
	}
	return s.cfg.Reader.HandoffItems(ctx, metrics.HandoffItemsQuery{HandoffsQuery: q, Open: in.Open, Limit: in.Limit, After: in.After})
}

func (s *Server) timeline(ctx context.Context, in *timelineInput) (metrics.Timeline, error) {
	return s.cfg.Reader.Timeline(ctx, metrics.TimelineQuery{Item: in.Item, Stream: in.Stream, Clock: in.Clock})
}

// handoffValues are the parameters of a question about handoffs, as a client asks them.
func handoffValues(q metrics.HandoffsQuery) url.Values {
	v := streamValues(q.StreamQuery)
	set(v, "between", string(q.Between))
	set(v, "from_group", q.FromGroup)
	set(v, "to_group", q.ToGroup)
	set(v, "reason", q.Reason)
	return v
}

// Handoffs computes who waited for whom.
func (c *Client) Handoffs(ctx context.Context, q metrics.HandoffsQuery) (a metrics.Handoffs, err error) {
	return a, c.get(ctx, "/handoffs", handoffValues(q), &a)
}

// HandoffTrend computes how waits went.
func (c *Client) HandoffTrend(ctx context.Context, q metrics.HandoffTrendQuery) (a metrics.HandoffTrend, err error) {
	asked := handoffValues(q.HandoffsQuery)
	set(asked, "every", string(q.Every))
	if err := c.get(ctx, "/handoffs/trend", asked, &a); err != nil {
		return a, err
	}
	for i := range a.Rows {
		a.Rows[i].Bucket = a.Rows[i].Bucket.In(c.Location)
	}
	return a, nil
}

// HandoffItems lists the handoffs behind the figures, asking for as many pages as it takes.
func (c *Client) HandoffItems(ctx context.Context, q metrics.HandoffItemsQuery) (all metrics.HandoffItems, err error) {
	left, found := q.Limit, []metrics.Handoff{}
	for {
		asked := handoffValues(q.HandoffsQuery)
		set(asked, "after", q.After)
		if q.Open {
			asked.Set("open", "true")
		}
		if q.Limit = min(left, maxItems); q.Limit != 0 {
			asked.Set("limit", strconv.Itoa(q.Limit))
		}
		var page metrics.HandoffItems
		if err := c.get(ctx, "/handoffs/items", asked, &page); err != nil {
			return page, err
		}
		found = append(found, page.Items...)
		all, all.Items = page, found
		if left -= q.Limit; left <= 0 || all.Next == nil {
			return all, nil
		}
		q.After = *all.Next
	}
}

// Timeline tells where the time of one item went.
func (c *Client) Timeline(ctx context.Context, q metrics.TimelineQuery) (t metrics.Timeline, err error) {
	asked := url.Values{"item": {q.Item}}
	set(asked, "stream", q.Stream)
	set(asked, "clock", q.Clock)
	return t, c.get(ctx, "/timeline", asked, &t)
}
