package metrics

import (
	"cmp"
	"context"
	_ "embed" // for the statements
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
)

//go:embed flow.sql
var flowSQL string

// The statements of flow.sql, in their order.
const (
	flowCumulative = iota
	flowAgeing
	flowScatter
	flowLevels
)

// What a page can show: more points of a scatter lie on one another, and more open items than this nobody reads.
const (
	maxPoints = 1000
	maxAgeing = 200
)

// FlowQuery asks how items flow through a stream.
type FlowQuery struct {
	StreamQuery
	Every Every // of the throughput: day, week (default), month
}

// Flow tells how items flow through a stream. A wrong question is a *UsageError.
func (r *Reader) Flow(ctx context.Context, q FlowQuery) (Flow, error) {
	if q.Every == "" {
		q.Every = EveryWeek
	}
	if err := oneOf("every", string(q.Every), []Every{EveryDay, EveryWeek, EveryMonth}); err != nil {
		return Flow{}, err
	}
	var err error
	if q.StreamQuery, err = q.check(); err != nil {
		return Flow{}, err
	}
	stages, err := r.stagesOf(ctx, q.StreamQuery)
	if err != nil {
		return Flow{}, err
	}
	f := Flow{Stream: q.Stream, From: q.From, To: q.To, Clock: q.Clock, Every: q.Every}
	parallel, both := errgroup.WithContext(ctx)
	parallel.SetLimit(asksAtOnce)
	for _, part := range []func(context.Context, FlowQuery) error{
		func(ctx context.Context, q FlowQuery) (err error) {
			f.Cumulative, err = r.cumulative(ctx, q, stages)
			return err
		},
		func(ctx context.Context, q FlowQuery) (err error) {
			f.Ageing.Items, f.Ageing.N, err = r.ageing(ctx, q)
			return err
		},
		func(ctx context.Context, q FlowQuery) (err error) {
			f.Scatter.Points, err = r.scatter(ctx, q)
			return err
		},
		func(ctx context.Context, q FlowQuery) error { return r.flowLevels(ctx, q, &f) },
		func(ctx context.Context, q FlowQuery) error { return r.flowMetrics(ctx, q, &f) },
		func(ctx context.Context, q FlowQuery) (err error) {
			f.LeftOut, err = r.streamLeftOut(ctx, q.StreamQuery)
			return err
		},
	} {
		parallel.Go(func() error { return part(both, q) })
	}
	if err := parallel.Wait(); err != nil {
		return Flow{}, fmt.Errorf("compute the flow of %s: %w", q.Stream, err)
	}
	if f.Notes, err = r.streamNotes(ctx, q.StreamQuery, f.Scatter.N == 0); err != nil {
		return Flow{}, fmt.Errorf("explain the flow of %s: %w", q.Stream, err)
	}
	if q.Clock == working && f.Ageing.N > 0 {
		f.Notes = append(f.Notes, "the ages of what is under way are told on the elapsed clock: working time is known of what has ended")
	}
	return f, nil
}

// cumulative counts the items in each stage at the end of each day.
func (r *Reader) cumulative(ctx context.Context, q FlowQuery, stages []StreamStage) (FlowCumulative, error) {
	c := FlowCumulative{Days: []string{}, Stages: []FlowStage{}}
	days := Query{From: q.From, To: q.To, Every: EveryDay}
	cut, err := buckets(days, r.loc, r.now())
	if err != nil {
		return c, err
	}
	var found []struct {
		Stage string    `ch:"stage_name"`
		Day   time.Time `ch:"day"`
		Step  int64     `ch:"step"`
		Place uint16    `ch:"first_place"`
	}
	places := map[string]int{}
	for i, b := range cut {
		c.Days = append(c.Days, b.start.Format(time.DateOnly))
		places[c.Days[i]] = i
	}
	if len(cut) > 0 {
		p, last := q.params(), days
		last.To = cut[len(cut)-1].to
		p["tz"], p["first_day"], p["last_end"] = r.loc.String(), c.Days[0], last.end(r.now())
		if err := r.w.Select(ctx, &found, q.statementOf(flowSQL, flowCumulative), p); err != nil {
			return c, err
		}
	}
	at := map[string]int{}
	band := func(stage, title string) {
		if _, there := at[stage]; !there {
			at[stage] = len(c.Stages)
			c.Stages = append(c.Stages, FlowStage{Stage: stage, Title: title, N: make([]int64, len(cut))})
		}
	}
	for _, s := range stages {
		if s.Stage != doneStage {
			band(s.Stage, s.Title)
		}
	}
	for _, f := range found {
		if f.Stage != doneStage { // a stage that the stream no longer has
			band(f.Stage, f.Stage)
		}
	}
	band(doneStage, "Done")
	for _, f := range found {
		if i, there := places[f.Day.Format(time.DateOnly)]; there {
			c.Stages[at[f.Stage]].N[i] += f.Step
		}
	}
	for _, s := range c.Stages {
		for i := 1; i < len(s.N); i++ {
			s.N[i] += s.N[i-1]
		}
	}
	c.Stages = slices.DeleteFunc(c.Stages, func(s FlowStage) bool {
		known := s.Stage == doneStage || slices.ContainsFunc(stages, func(k StreamStage) bool { return k.Stage == s.Stage })
		return !known && !slices.ContainsFunc(s.N, func(n int64) bool { return n != 0 })
	})
	return c, nil
}

// doneStage is where items are that have left the last stage.
const doneStage = "done"

// ageing lists what is under way now, and says how much that is in all.
func (r *Reader) ageing(ctx context.Context, q FlowQuery) ([]FlowItem, int64, error) {
	var found []struct {
		ID      string `ch:"id"`
		Kind    string `ch:"item_kind"`
		Title   string `ch:"item_title"`
		URL     string `ch:"link"`
		Team    string `ch:"item_team"`
		Stage   string `ch:"stage_name"`
		Owner   string `ch:"owner_name"`
		Age     int64  `ch:"age"`
		InStage *int64 `ch:"in_stage"`
		Total   uint64 `ch:"total"`
	}
	p := q.params()
	p["now"], p["limit"] = r.now(), maxAgeing
	if err := r.w.Select(ctx, &found, q.statementOf(flowSQL, flowAgeing), p); err != nil {
		return nil, 0, err
	}
	items, total := make([]FlowItem, len(found)), int64(0)
	for i, f := range found {
		items[i] = FlowItem{
			Item: f.ID, Kind: f.Kind, Title: f.Title, URL: known(f.URL), Team: known(f.Team), Stage: f.Stage, Owner: known(f.Owner),
			Age: *seconds(float64(f.Age)),
		}
		if f.InStage != nil {
			items[i].InStage = seconds(float64(*f.InStage))
		}
		total = int64(f.Total)
	}
	return items, total, nil
}

// scatter lists the items done in the window.
func (r *Reader) scatter(ctx context.Context, q FlowQuery) ([]FlowPoint, error) {
	var found []struct {
		ID    string    `ch:"id"`
		Title string    `ch:"item_title"`
		URL   string    `ch:"link"`
		End   time.Time `ch:"end_at"`
		Took  int64     `ch:"took"`
		Total uint64    `ch:"total"`
	}
	p := q.params()
	p["limit"] = maxPoints
	if err := r.w.Select(ctx, &found, q.statementOf(flowSQL, flowScatter), p); err != nil {
		return nil, err
	}
	points := make([]FlowPoint, len(found))
	for i, f := range found {
		points[i] = FlowPoint{Item: f.ID, Title: f.Title, URL: known(f.URL), End: f.End.UTC(), Value: *seconds(float64(f.Took))}
	}
	return points, nil
}

// flowLevels computes the percentiles of the scatter and of the ageing chart.
func (r *Reader) flowLevels(ctx context.Context, q FlowQuery, f *Flow) error {
	var found []struct {
		N           uint64    `ch:"n"`
		Levels      []float64 `ch:"levels"`
		BegunN      uint64    `ch:"begun_n"`
		BegunLevels []float64 `ch:"begun_levels"`
	}
	if err := r.w.Select(ctx, &found, q.statementOf(flowSQL, flowLevels), q.params()); err != nil || len(found) == 0 {
		return err
	}
	f.Scatter.N = int64(found[0].N)
	f.Scatter.Percentiles = flowPercentiles(found[0].N, found[0].Levels)
	f.Ageing.Percentiles = flowPercentiles(found[0].BegunN, found[0].BegunLevels)
	return nil
}

func flowPercentiles(n uint64, levels []float64) FlowPercentiles {
	if n == 0 {
		return FlowPercentiles{}
	}
	return FlowPercentiles{P50: seconds(levels[0]), P85: seconds(levels[1]), P95: seconds(levels[2])}
}

// flowMetrics computes what the catalogue has metrics for, of this stream.
func (r *Reader) flowMetrics(ctx context.Context, q FlowQuery, f *Flow) error {
	figures := func(m Metric, every Every) ([]Row, error) {
		asked := Query{Metric: m.ID, From: q.From, To: q.To, Every: every, By: ByNone, Filter: q.Filter, Clock: q.Clock, Stream: q.Stream}
		cut, err := buckets(asked, r.loc, r.now())
		if err != nil {
			return nil, err
		}
		found, err := r.aggregates(ctx, asked, m, cut)
		return rows(asked, m, found, cut, r.loc), err
	}
	done, err := figures(flowVelocity(), q.Every)
	if err != nil {
		return err
	}
	f.Throughput = make([]FlowBucket, len(done))
	for i, row := range done {
		f.Throughput[i] = FlowBucket{Bucket: row.Bucket, N: row.Rate.N}
	}
	under, err := figures(flowLoad(), EveryDay)
	if err != nil {
		return err
	}
	f.Load = make([]FlowDay, len(under))
	for i, row := range under {
		f.Load[i] = FlowDay{Day: row.Bucket.Format(time.DateOnly), N: row.Amount.N}
	}
	efficiency, err := figures(flowEfficiency(), EveryRange)
	if err != nil {
		return err
	}
	f.Efficiency = FlowEfficiency(*efficiency[0].Amount)
	classes, err := figures(flowDistribution(), EveryRange)
	if err != nil {
		return err
	}
	slices.SortFunc(classes, func(a, b Row) int {
		return cmp.Or(cmp.Compare(b.Ratio.Numerator, a.Ratio.Numerator), cmp.Compare(*a.Class, *b.Class))
	})
	f.Distribution = []FlowClass{}
	for _, row := range classes {
		if row.Ratio.Numerator > 0 {
			f.Distribution = append(f.Distribution, FlowClass{Class: known(*row.Class), N: row.Ratio.Numerator, Share: *row.Ratio.Value})
		}
	}
	return nil
}
