package metrics_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir/metrics"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

func TestFlow(t *testing.T) {
	r := weekOfItems(t, "03-20 00:00")
	f, err := r.Flow(context.Background(), metrics.FlowQuery{StreamQuery: metrics.StreamQuery{From: moment(t, "03-02 00:00"), To: moment(t, "03-09 00:00")}, Every: metrics.EveryWeek})
	if err != nil {
		t.Fatal(err)
	}
	var bands []string
	for _, s := range f.Cumulative.Stages {
		bands = append(bands, fmt.Sprint(s.Stage, " ", s.Title, s.N))
	}
	// Backlog: B; D; D E; E from Thursday on. Development: none (A left it on Monday); B; B C; C (until midnight) D; none.
	// Review: A on Monday; D from Friday on. Done: A on Tuesday, B on Thursday, C on Friday.
	want := "backlog Backlog[1 1 2 1 1 1 1]; development Development[0 1 2 2 0 0 0]; review Review[1 0 0 0 1 1 1]; done Done[0 1 1 2 3 3 3]"
	if got := strings.Join(bands, "; "); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if got := fmt.Sprint(f.Cumulative.Days); got != "[2026-03-02 2026-03-03 2026-03-04 2026-03-05 2026-03-06 2026-03-07 2026-03-08]" {
		t.Errorf("the days are %s", got)
	}
	// D was begun 14 d 12 h and came to review 13 d 12 h before the 20th. Since they were begun A took 31 h, B 48, C 48.
	if f.Ageing.N != 1 || len(f.Ageing.Items) != 1 || f.Ageing.Items[0].Item != "D" || *f.Ageing.Items[0].Owner != "dba" {
		t.Fatalf("ageing: %+v", f.Ageing)
	}
	near(t, "age", &f.Ageing.Items[0].Age, 14.5*24*hour)
	near(t, "in the stage", f.Ageing.Items[0].InStage, 13.5*24*hour)
	near(t, "ageing p50", f.Ageing.Percentiles.P50, 48*hour)
	// {33, 48, 72} h: 85% lies at rank 1.7, 48 + 0.7 × 24 = 64.8 h; 95% at 1.9, 69.6 h.
	near(t, "scatter p85", f.Scatter.Percentiles.P85, 64.8*hour)
	near(t, "scatter p95", f.Scatter.Percentiles.P95, 69.6*hour)
	if f.Scatter.N != 3 || len(f.Scatter.Points) != 3 || f.Scatter.Points[0].Item != "A" || f.Scatter.Points[2].Value != 48*hour {
		t.Errorf("scatter: %+v", f.Scatter)
	}
	if len(f.Throughput) != 1 || f.Throughput[0].N != 3 || len(f.Load) != 7 || f.Load[3] != (metrics.FlowDay{Day: "2026-03-05", N: 2}) {
		t.Errorf("throughput %+v, load %+v", f.Throughput, f.Load)
	}
	if len(f.Distribution) != 2 || *f.Distribution[0].Class != "feature" || f.Distribution[0].N != 2 || math.Abs(f.Distribution[1].Share-1.0/3) > 1e-9 {
		t.Errorf("distribution %+v", f.Distribution)
	}
	near(t, "efficiency", f.Efficiency.Value, 49.0/153)
	if fmt.Sprint(f.LeftOut) != "[{no status is known 1}]" || len(f.Notes) != 0 {
		t.Errorf("left out %v, notes %v", f.LeftOut, f.Notes)
	}
}

func TestFlowOfOthers(t *testing.T) {
	r := weekOfItems(t, "03-20 00:00")
	ctx := context.Background()
	window := metrics.StreamQuery{From: moment(t, "03-02 00:00"), To: moment(t, "03-09 00:00")}
	payments := window
	payments.Teams = []string{"payments"}
	f, err := r.Flow(ctx, metrics.FlowQuery{StreamQuery: payments})
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(f.Cumulative.Stages); got != "[{backlog Backlog [1 0 0 0 0 0 0]} {development Development [0 1 1 0 0 0 0]} {review Review [1 0 0 0 0 0 0]} {done Done [0 1 1 2 2 2 2]}]" || f.Scatter.N != 2 || f.Ageing.N != 0 {
		t.Errorf("of one team: %s, %d done, %d open", got, f.Scatter.N, f.Ageing.N)
	}
	for stream, want := range map[string]string{"incidnts": "there is no stream", "delivery": ""} {
		q := window
		q.Stream = stream
		_, err := r.Flow(ctx, metrics.FlowQuery{StreamQuery: q})
		var usage *metrics.UsageError
		if (want == "") != (err == nil) || want != "" && (!errors.As(err, &usage) || !strings.Contains(usage.Reason, want)) {
			t.Errorf("%s: got %v", stream, err)
		}
	}
	if _, err := r.Flow(ctx, metrics.FlowQuery{StreamQuery: window, Every: metrics.EveryQuarter}); err == nil {
		t.Error("throughput by quarter was not refused")
	}
}

func TestFlowOfNothing(t *testing.T) {
	r := reader(t, warehousetest.Open(t), "UTC", moment(t, "03-20 00:00"))
	f, err := r.Flow(context.Background(), metrics.FlowQuery{StreamQuery: metrics.StreamQuery{From: moment(t, "03-02 00:00"), To: moment(t, "03-09 00:00")}})
	if err != nil || len(f.Notes) != 1 || f.Scatter.Percentiles.P50 != nil || f.Efficiency.Value != nil || len(f.Cumulative.Stages) != 1 {
		t.Errorf("nothing known: %+v, %v", f, err)
	}
}

// A thinned scatter has as many points as it may, evenly by their order, and the percentiles of all.
func TestScatterIsThinned(t *testing.T) {
	r := reader(t, filled(t, []string{`INSERT INTO stream_items (stream, item, status, started_at, begun_at, done_at, lead_ms, active_ms)
		SELECT 'delivery', leftPad(toString(number), 5, '0'), 'done', '2026-03-01 00:00:00', '2026-03-01 00:00:00', toDateTime64('2026-03-02 00:00:00', 3, 'UTC') + number, 1000 * number, 0
		FROM numbers(2500)`}), "UTC", moment(t, "03-20 00:00"))
	q := metrics.FlowQuery{StreamQuery: metrics.StreamQuery{From: moment(t, "03-01 00:00"), To: moment(t, "03-09 00:00")}}
	f, err := r.Flow(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	if f.Scatter.N != 2500 || len(f.Scatter.Points) != 1000 {
		t.Fatalf("%d points of %d", len(f.Scatter.Points), f.Scatter.N)
	}
	for i, p := range f.Scatter.Points {
		// Of 2,500 every second or third: the i-th is the ⌈2.5 (i+1)⌉-th.
		if want := math.Ceil(2.5*float64(i+1)) - 1; p.Value != want {
			t.Fatalf("point %d is %g, want %g", i, p.Value, want)
		}
	}
	near(t, "p50", f.Scatter.Percentiles.P50, 1249.5)
}

// On the night when Berlin's clocks go forward, the 29th, a day ends at 22:00 UTC: an item done then is the next day's.
func TestFlowDaysOverClockChanges(t *testing.T) {
	r := reader(t, filled(t, []string{`INSERT INTO stream_items (stream, item, status, started_at, begun_at, done_at, lead_ms, active_ms) VALUES
		('delivery', 'a', 'done', '2026-03-27 00:00:00', '2026-03-28 22:59:59.999', '2026-03-29 22:00:00', 1, 0),
		('delivery', 'b', 'done', '2026-03-27 00:00:00', '2026-03-28 23:00:00', '2026-03-29 21:59:59.999', 1, 0)`}), "Europe/Berlin", moment(t, "04-20 00:00"))
	f, err := r.Flow(context.Background(), metrics.FlowQuery{StreamQuery: metrics.StreamQuery{From: moment(t, "03-27 23:00"), To: moment(t, "03-30 22:00")}, Every: metrics.EveryDay})
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(f.Load); got != "[{2026-03-28 1} {2026-03-29 1} {2026-03-30 0}]" {
		t.Errorf("load %s", got)
	}
	if got := fmt.Sprint(f.Cumulative.Stages[0].N, " ", f.Throughput[0].Bucket.Format(time.RFC3339)); got != "[0 1 2] 2026-03-28T00:00:00+01:00" {
		t.Errorf("done %s", got)
	}
}

// What is told of the end of a bucket is what a window that ends there tells; and the load of a day is that of the day before
// with what was begun, without what was done.
func TestEndsOfBucketsAreEndsOfWindows(t *testing.T) {
	w := crowded(t)
	r := reader(t, w, "Europe/Berlin", moment(t, "04-25 05:00"))
	from, to := moment(t, "03-24 07:00"), moment(t, "05-01 00:00")
	for _, metric := range []string{"flow_load", "work_item_age"} {
		for _, by := range []metrics.By{metrics.ByNone, metrics.ByService} {
			for _, every := range []metrics.Every{metrics.EveryDay, metrics.EveryWeek} {
				q := metrics.Query{Metric: metric, From: from, To: to, Every: every, By: by, Filter: metrics.Filter{Teams: []string{"blue"}}}
				byBucket := map[string][]metrics.Row{}
				for _, row := range alone(t, r, q).Rows {
					key := row.Bucket.Format(time.DateOnly)
					row.Bucket = time.Time{}
					if !row.Empty() {
						byBucket[key] = append(byBucket[key], row)
					}
				}
				if len(byBucket) < 5 {
					t.Fatalf("%s every %s: only %d buckets have anything", metric, every, len(byBucket))
				}
				for key, rows := range byBucket {
					start, err := time.ParseInLocation(time.DateOnly, key, time.UTC)
					if err != nil {
						t.Fatal(err)
					}
					days := map[metrics.Every]int{metrics.EveryDay: 1, metrics.EveryWeek: 7}[every]
					end := time.Date(start.Year(), start.Month(), start.Day()+days, 0, 0, 0, 0, berlin(t))
					if end.After(to) {
						end = to
					}
					whole := q
					whole.Every, whole.To = metrics.EveryRange, end
					same(t, fmt.Sprint(metric, " by ", by, " every ", every, " ", key), rows, alone(t, r, whole).Rows)
				}
			}
		}
	}
}

func berlin(t *testing.T) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// The stages of a cumulative flow hold what is under way, day for day, where items are in a stage from their begin to their end.
func TestCumulativeFlowHoldsTheLoad(t *testing.T) {
	w := crowded(t)
	if err := w.Exec(context.Background(), `INSERT INTO stream_visits (stream, item, n, stage, position, entered_at, left_at, status, item_team)
		SELECT stream, item, part.1, part.2, part.1, part.3, part.4, status, team
		FROM (SELECT *, assumeNotNull(begun_at) + sipHash64(item) % 90000 AS half FROM stream_items WHERE begun_at IS NOT NULL AND stream = 'delivery')
		ARRAY JOIN if(done_at IS NOT NULL AND half >= done_at, [(1, 'first', assumeNotNull(begun_at), done_at)],
		    [(1, 'first', assumeNotNull(begun_at), toNullable(half)), (2, 'second', half, done_at)]) AS part`, nil); err != nil {
		t.Fatal(err)
	}
	r := reader(t, w, "Europe/Berlin", moment(t, "12-01 00:00"))
	f, err := r.Flow(context.Background(), metrics.FlowQuery{
		StreamQuery: metrics.StreamQuery{From: moment(t, "03-22 07:00"), To: moment(t, "04-20 00:00"), Filter: metrics.Filter{Teams: []string{"blue", "red"}}}, Every: metrics.EveryDay,
	})
	if err != nil {
		t.Fatal(err)
	}
	var done, most int64
	for i, day := range f.Load {
		var inStages int64
		for _, s := range f.Cumulative.Stages[:len(f.Cumulative.Stages)-1] {
			inStages += s.N[i]
		}
		done += f.Throughput[i].N
		if inStages != day.N || f.Cumulative.Stages[2].N[i] != done {
			t.Errorf("%s: %d in the stages, %d under way; %d done, %d since the start", day.Day, inStages, day.N, f.Cumulative.Stages[2].N[i], done)
		}
		most = max(most, day.N)
	}
	if most < 50 || done < 50 {
		t.Errorf("only %d under way, %d done", most, done)
	}
}

// A ticket that was reopened was in no stage between: done on Monday night, taken up again on Wednesday, done on Thursday.
func TestCumulativeFlowOfAReopenedTicket(t *testing.T) {
	r := reader(t, filled(t, []string{
		"INSERT INTO stream_items (stream, item, status, started_at, begun_at, done_at, lead_ms) VALUES ('delivery', 'a', 'done', '2026-03-02 08:00:00', '2026-03-02 08:00:00', '2026-03-05 08:00:00', 259200000)",
		`INSERT INTO stream_visits (stream, item, n, stage, position, entered_at, left_at, status) VALUES
			('delivery', 'a', 1, 'development', 2, '2026-03-02 08:00:00', '2026-03-02 20:00:00', 'done'),
			('delivery', 'a', 2, 'done', 9, '2026-03-02 20:00:00', '2026-03-04 08:00:00', 'done'),
			('delivery', 'a', 3, 'development', 2, '2026-03-04 08:00:00', '2026-03-05 08:00:00', 'done')`,
	}), "UTC", moment(t, "04-20 00:00"))
	f, err := r.Flow(context.Background(), metrics.FlowQuery{StreamQuery: metrics.StreamQuery{From: moment(t, "03-02 00:00"), To: moment(t, "03-06 00:00")}})
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(f.Cumulative.Stages); got != "[{development development [0 0 1 0]} {done Done [0 0 0 1]}]" {
		t.Errorf("got %s", got)
	}
}

// What was given up was under way until then: a is open, b was closed on Wednesday morning without being done. Without b, the
// work would seem to have grown from Tuesday on.
func TestWorkThatWasGivenUpWasUnderWay(t *testing.T) {
	r := reader(t, filled(t, []string{
		"INSERT INTO stream_stages (stream, position, stage, title, role) VALUES ('delivery', 2, 'development', 'Development', 'development')",
		`INSERT INTO stream_items (stream, item, status, excluded, dropped, started_at, begun_at, done_at) VALUES
			('delivery', 'a', 'open', '', false, '2026-03-02 08:00:00', '2026-03-02 08:00:00', NULL),
			('delivery', 'b', 'excluded', 'it was closed without being done: Duplicate', true, '2026-03-02 08:00:00', '2026-03-02 08:00:00', '2026-03-04 08:00:00'),
			('delivery', 'c', 'excluded', 'it is an epic', false, '2026-03-02 08:00:00', '2026-03-02 08:00:00', '2026-03-04 08:00:00')`,
		`INSERT INTO stream_visits (stream, item, n, stage, position, entered_at, left_at, forward, status, dropped, done_at) VALUES
			('delivery', 'a', 1, 'development', 2, '2026-03-02 08:00:00', NULL, false, 'open', false, NULL),
			('delivery', 'b', 1, 'development', 2, '2026-03-02 08:00:00', '2026-03-04 08:00:00', true, 'excluded', true, '2026-03-04 08:00:00'),
			('delivery', 'c', 1, 'development', 2, '2026-03-02 08:00:00', '2026-03-04 08:00:00', true, 'excluded', false, '2026-03-04 08:00:00')`,
	}), "UTC", moment(t, "03-20 00:00"))
	q := metrics.StreamQuery{From: moment(t, "03-02 00:00"), To: moment(t, "03-06 00:00")}
	f, err := r.Flow(t.Context(), metrics.FlowQuery{StreamQuery: q})
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(f.Cumulative.Stages[0].N, f.Load); got != "[2 2 1 1] [{2026-03-02 2} {2026-03-03 2} {2026-03-04 1} {2026-03-05 1}]" {
		t.Errorf("got %s", got)
	}
	q.From = moment(t, "03-03 00:00")
	v, err := r.ValueStream(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	if s := v.Stages[0]; s.WIPThen != 2 || s.WIP != 1 || s.Arrivals != 0 || s.Departures != 1 || s.Exits != 0 || v.Constraint.Growing != nil {
		t.Errorf("got %+v, growing %v", s, v.Constraint.Growing)
	}
	for _, metric := range []string{"flow_load", "work_item_age"} {
		for _, c := range []struct {
			to       string
			excluded bool
			want     string
		}{{"03-04 00:00", false, "a b"}, {"03-04 00:00", true, ""}, {"03-06 00:00", false, "a"}, {"03-06 00:00", true, "b c"}} {
			asked := metrics.Query{Metric: metric, From: moment(t, "03-02 00:00"), To: moment(t, c.to)}
			a, err := r.Items(t.Context(), metrics.ItemsQuery{Query: asked, Excluded: c.excluded})
			if err != nil {
				t.Fatal(err)
			}
			var ids []string
			for _, item := range a.Items {
				ids = append(ids, item.ID)
			}
			if got := strings.Join(ids, " "); got != c.want {
				t.Errorf("%s until %s, excluded %v: got %q, want %q", metric, c.to, c.excluded, got, c.want)
			}
		}
	}
}
