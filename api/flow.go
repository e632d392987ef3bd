package api

import (
	"context"
	"net/url"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/weirhq/weir/metrics"
)

// flowRoutes answer how work flows through a stream, and when how much of it will be done.
func (s *Server) flowRoutes() {
	get(s, huma.Operation{
		OperationID: "get-flow", Path: "/flow", Summary: "How items flow through a stream: cumulative flow, ageing work, scatter, throughput, load", Tags: []string{"Value streams"}, Metadata: rememberedNow,
		Description: "The same as `weir flow`. Figures are of the items done in the window; what is under way is told as it is now, and at the end of each day.",
	}, s.flow)
	get(s, huma.Operation{
		OperationID: "forecast-flow", Path: "/flow/forecast", Summary: "When so many items are done, or how many are done by a date", Tags: []string{"Value streams"}, Metadata: rememberedNow,
		Description: "The same as `weir forecast`: a Monte Carlo simulation that draws each coming day, from tomorrow on, from the days of the last weeks, those without anything done too. " +
			"`when` are the days by whose end the items are done with that confidence, `how_many` the numbers that are reached or exceeded by the end of the date; `back_test` says how forecasts " +
			"of the past, made from what was known by then, held. With too little history there are no numbers, and `notes` says why.",
	}, s.forecast)
}

type flowInput struct {
	StreamInput
	Every string `query:"every" enum:"day,week,month" default:"week" doc:"Length of the buckets of the throughput, cut in the reporting time zone."`
}

func (s *Server) flow(ctx context.Context, in *flowInput) (f metrics.Flow, err error) {
	q := metrics.FlowQuery{Every: metrics.Every(in.Every)}
	if q.StreamQuery, err = s.streamQuery(in.StreamInput); err != nil {
		return f, err
	}
	return s.cfg.Reader.Flow(ctx, q)
}

type forecastInput struct {
	Stream   string   `query:"stream" default:"delivery" doc:"The value stream; /streams lists them."`
	Services []string `query:"service,explode" doc:"Only items of these services."`
	Repos    []string `query:"repo,explode" doc:"Only items with changes in these repositories."`
	Teams    []string `query:"team,explode" doc:"Only the items of these teams, whose work they are."`
	Products []string `query:"product,explode" doc:"Only items of these products."`
	Items    int      `query:"items" minimum:"1" maximum:"10000" example:"14" doc:"When are so many more items done?"`
	By       string   `query:"by" example:"2026-03-12" doc:"How many more items are done by the end of this date, in the reporting time zone? With items as well: how likely is it that so many are?"`
	Weeks    int      `query:"weeks" default:"12" minimum:"2" maximum:"104" doc:"How many weeks of history are drawn from."`
	Seed     int64    `query:"seed" default:"1" doc:"Of the draws: the same question with the same seed has the same answer."`
}

func (s *Server) forecast(ctx context.Context, in *forecastInput) (metrics.Forecast, error) {
	return s.cfg.Reader.Forecast(ctx, metrics.ForecastQuery{
		Stream: in.Stream, Filter: metrics.Filter{Services: in.Services, Repos: in.Repos, Teams: in.Teams, Products: in.Products},
		Items: in.Items, By: in.By, Weeks: in.Weeks, Seed: in.Seed,
	})
}

// Flow tells how items flow through a stream.
func (c *Client) Flow(ctx context.Context, q metrics.FlowQuery) (f metrics.Flow, err error) {
	asked := streamValues(q.StreamQuery)
	set(asked, "every", string(q.Every))
	if err := c.get(ctx, "/flow", asked, &f); err != nil {
		return f, err
	}
	for i := range f.Throughput {
		f.Throughput[i].Bucket = f.Throughput[i].Bucket.In(c.Location)
	}
	return f, nil
}

// Forecast forecasts when items are done, or how many are.
func (c *Client) Forecast(ctx context.Context, q metrics.ForecastQuery) (f metrics.Forecast, err error) {
	asked := url.Values{"service": q.Services, "repo": q.Repos, "team": q.Teams, "product": q.Products}
	set(asked, "stream", q.Stream)
	set(asked, "by", q.By)
	for name, value := range map[string]int64{"items": int64(q.Items), "weeks": int64(q.Weeks), "seed": q.Seed} {
		if value != 0 {
			asked.Set(name, strconv.FormatInt(value, 10))
		}
	}
	return f, c.get(ctx, "/flow/forecast", asked, &f)
}
