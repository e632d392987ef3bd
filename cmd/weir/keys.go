package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/weirhq/weir/metrics"
)

// keysQuestion says which keys are shown: of what, over which window, and in which buckets their trend.
type keysQuestion struct {
	metrics.Window
	keys   []string // metrics, in the order of the table
	filter metrics.Filter
	every  metrics.Every
}

// keysFrom is how long before its end the keys' window begins unless --from says it: long enough for repositories that are
// released a few times a year.
const keysFrom = "365d"

// showKeys writes the keys as tables: the headlines, the stages of lead time, and the trend. It gives back of which window.
func (p *program) showKeys(ctx context.Context, s *session, q keysQuestion) (metrics.Query, error) {
	reader, location, err := s.reader(ctx)
	if err != nil {
		return metrics.Query{}, err
	}
	asked, err := q.query(ctx, reader, location, s.now())
	if err != nil {
		return asked, err
	}
	headlines := grid{columns: []column{{name: "key"}, {name: "value"}, {name: "of", long: true}}}
	var lead metrics.Answer
	var remarks sharedRemarks
	for _, id := range q.keys {
		metric, err := metrics.Find(id)
		if err != nil {
			return asked, err
		}
		asked.Metric = id
		answer, err := reader.Query(ctx, asked)
		if err != nil {
			return asked, err
		}
		if id == "lead_time" {
			lead = answer
		}
		value, of := headline(answer.Rows[0])
		headlines.add(metric.Title, value, of)
		remarks.add(metric.Title, remarksOn(answer))
	}
	fmt.Fprintf(p.stdout, "\n%s\n\n", describeWindow(asked.From, asked.To))
	headlines.draw(p.stdout)
	for _, r := range remarks {
		fmt.Fprintf(p.stdout, "%s: %s\n", strings.Join(r.titles, ", "), r.text)
	}
	if !lead.Rows[0].Empty() {
		fmt.Fprintf(p.stdout, "\nWhere the lead time goes\n\n")
		drawStages(p.stdout, lead.Rows[0])
	}
	return asked, p.showTrend(ctx, reader, asked, q.every)
}

// query is the window of the keys. Without --from and --to, and with nothing deployed in the year up to now, it is the
// year that ends with the last quarter in which something was: an old repository has keys too.
func (q keysQuestion) query(ctx context.Context, r *metrics.Reader, location *time.Location, now time.Time) (metrics.Query, error) {
	asked := metrics.Query{Filter: q.filter, Every: metrics.EveryRange, By: metrics.ByNone}
	var err error
	if asked.From, asked.To, err = q.In(location, now, keysFrom); err != nil || q.From != "" || q.To != "" {
		return asked, err
	}
	last, err := lastQuarter(ctx, r, asked)
	if err != nil {
		return asked, err
	}
	if !last.IsZero() && last.Before(asked.From) {
		asked.From, asked.To, err = metrics.Window{}.In(location, last, keysFrom)
	}
	return asked, err
}

// firstYear is before any deployment that a repository could tell of.
const firstYear = 1990

// lastQuarter is the end of the last quarter with a deployment to production, zero when there is none.
func lastQuarter(ctx context.Context, r *metrics.Reader, asked metrics.Query) (time.Time, error) {
	asked.Metric, asked.Every = "deployment_frequency", metrics.EveryQuarter
	asked.From = time.Date(firstYear, 1, 1, 0, 0, 0, 0, asked.To.Location())
	answer, err := r.Query(ctx, asked)
	if err != nil {
		return time.Time{}, err
	}
	for _, row := range slices.Backward(answer.Rows) {
		if !row.Empty() {
			return row.Bucket.AddDate(0, 3, 0), nil
		}
	}
	return time.Time{}, nil
}

// headline is a metric's value over the window in one cell, and what it was computed from in the next.
func headline(r metrics.Row) (value, of string) {
	switch {
	case r.Rate != nil:
		return orNoData(r.Rate.Value, humanRate) + " per day", fmt.Sprintf("%d, on %d of %s days", r.Rate.N, r.Rate.DaysWith, humanDays(r.Rate.Days))
	case r.Empty():
		return noData, ""
	case r.Ratio != nil:
		return orNoData(r.Ratio.Value, humanShare), fmt.Sprintf("%d of %d; 95 %% between %s and %s", r.Ratio.Numerator, r.Ratio.Denominator,
			orNothing(r.Ratio.Low, humanShare), orNothing(r.Ratio.High, humanShare))
	}
	d := r.Duration
	return "median " + orNoData(d.P50, humanDuration), fmt.Sprintf("%d; p75 %s, p90 %s, mean %s", d.N,
		orNothing(d.P75, humanDuration), orNothing(d.P90, humanDuration), orNothing(d.Mean, humanDuration))
}

// trendKeys are the metrics that the trend shows side by side.
var trendKeys = [3]string{"deployment_frequency", "lead_time", "change_failure_rate"}

// showTrend writes three keys side by side, bucket by bucket.
func (p *program) showTrend(ctx context.Context, r *metrics.Reader, asked metrics.Query, every metrics.Every) error {
	asked.Every = every
	g := grid{columns: []column{{name: string(every)}, {name: "deployments", number: true}, {name: "changes", number: true}, {name: "lead time, median", number: true}, {name: "change failure rate", number: true}}}
	var columns [len(trendKeys)][]metrics.Row
	empty := true
	for i, id := range trendKeys {
		asked.Metric = id
		answer, err := r.Query(ctx, asked)
		if err != nil {
			return err
		}
		columns[i] = answer.Rows
		empty = empty && !slices.ContainsFunc(answer.Rows, func(r metrics.Row) bool { return !r.Empty() })
	}
	if empty {
		return nil
	}
	for i, deployed := range columns[0] {
		if i >= len(columns[1]) || i >= len(columns[2]) {
			break
		}
		lead, failed := columns[1][i], columns[2][i]
		g.add(bucketLabel(deployed, asked), fmt.Sprint(deployed.Rate.N), fmt.Sprint(lead.Duration.N), orNoData(lead.Duration.P50, humanDuration), orNoData(failed.Ratio.Value, humanShare))
	}
	fmt.Fprintln(p.stdout)
	g.draw(p.stdout)
	return nil
}

// sharedRemarks are the lines below several metrics' headlines; what is said of several is said once.
type sharedRemarks []sharedRemark

type sharedRemark struct {
	titles []string
	text   string
}

func (s *sharedRemarks) add(title string, remarks []string) {
	for _, text := range remarks {
		i := slices.IndexFunc(*s, func(r sharedRemark) bool { return r.text == text })
		if i < 0 {
			i = len(*s)
			*s = append(*s, sharedRemark{text: text})
		}
		(*s)[i].titles = append((*s)[i].titles, title)
	}
}

// remarksOn are the lines below a table: what was left out, and why it is as it is.
func remarksOn(a metrics.Answer) []string {
	var parts []string
	for _, l := range a.LeftOut {
		parts = append(parts, fmt.Sprintf("%d %s", l.N, l.Reason))
	}
	if len(parts) == 0 {
		return a.Notes
	}
	return append([]string{"left out: " + strings.Join(parts, ", ")}, a.Notes...)
}
