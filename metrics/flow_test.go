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
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// week is a stream of a week in March 2026, Monday the 2nd to Sunday the 8th, in UTC. lead and active are in hours.
//
//	item  came       begun      done       lead  active  team      services            class
//	A     Mon 09:00  Mon 11:00  Tue 18:00    33      13  payments  checkout            feature (worked example 4)
//	B     Mon 10:00  Tue 10:00  Thu 10:00    72      12  payments  checkout, pricing   defect
//	C     Wed 00:00  Wed 00:00  Fri 00:00    48      24  search    none                feature
//	D     Tue 08:00  Thu 12:00  open, in review since Fri 12:00 with the DBAs; search, service search
//	E     Wed 12:00  not begun
//	F     Tue 00:00  excluded
//	G     10 Feb, begun at once, done 20 Feb
var week = []string{
	`INSERT INTO stream_stages (stream, position, stage, title, role, queue) VALUES ('delivery', 1, 'backlog', 'Backlog', '', 1),
		('delivery', 2, 'development', 'Development', 'development', 0), ('delivery', 3, 'review', 'Review', 'review', 0)`,
	`INSERT INTO stream_items (stream, item, kind, class, title, team, services, repos, products, links, status, excluded, started_at, begun_at, done_at, stage, owner, since_at,
		lead_ms, active_ms, waiting_ms) VALUES
		('delivery', 'A', 'ticket', 'feature', 'Pay later', 'payments', ['checkout'], ['org/checkout'], ['shop'], [('org/checkout#1', 'branch')], 'done', '',
			'2026-03-02 09:00:00', '2026-03-02 11:00:00', '2026-03-03 18:00:00', '', '', NULL, 118800000, 46800000, 72000000),
		('delivery', 'B', 'ticket', 'defect', 'Wrong price', 'payments', ['checkout', 'pricing'], ['org/checkout'], ['shop'], [], 'done', '',
			'2026-03-02 10:00:00', '2026-03-03 10:00:00', '2026-03-05 10:00:00', '', '', NULL, 259200000, 43200000, 216000000),
		('delivery', 'C', 'change', 'feature', 'Find more', 'search', [], [], [], [], 'done', '',
			'2026-03-04 00:00:00', '2026-03-04 00:00:00', '2026-03-06 00:00:00', '', '', NULL, 172800000, 86400000, 86400000),
		('delivery', 'D', 'ticket', '', 'Index', 'search', ['search'], [], [], [], 'open', '',
			'2026-03-03 08:00:00', '2026-03-05 12:00:00', NULL, 'review', 'dba', '2026-03-06 12:00:00', NULL, NULL, NULL),
		('delivery', 'E', 'ticket', '', 'Some day', 'search', [], [], [], [], 'open', '', '2026-03-04 12:00:00', NULL, NULL, 'backlog', '', '2026-03-04 12:00:00', NULL, NULL, NULL),
		('delivery', 'F', 'ticket', '', 'Odd', 'search', [], [], [], [], 'excluded', 'no status is known', '2026-03-03 00:00:00', NULL, NULL, '', '', NULL, NULL, NULL, NULL),
		('delivery', 'G', 'ticket', 'debt', 'Old', 'search', [], [], [], [], 'done', '', '2026-02-10 00:00:00', '2026-02-10 00:00:00', '2026-02-20 00:00:00', '', '', NULL, 864000000, 1, 863999999),
		('incidents', 'I', 'incident', '', 'Down', 'search', [], [], [], [], 'done', '', '2026-03-03 00:00:00', '2026-03-03 00:00:00', '2026-03-03 01:00:00', '', '', NULL, 3600000, 0, 3600000)`,
	`INSERT INTO stream_visits (stream, item, n, stage, position, entered_at, left_at, status, item_team, services) VALUES
		('delivery', 'A', 1, 'backlog', 1, '2026-03-02 09:00:00', '2026-03-02 11:00:00', 'done', 'payments', ['checkout']),
		('delivery', 'A', 2, 'development', 2, '2026-03-02 11:00:00', '2026-03-02 17:00:00', 'done', 'payments', ['checkout']),
		('delivery', 'A', 3, 'review', 3, '2026-03-02 17:00:00', '2026-03-03 18:00:00', 'done', 'payments', ['checkout']),
		('delivery', 'B', 1, 'backlog', 1, '2026-03-02 10:00:00', '2026-03-03 10:00:00', 'done', 'payments', ['checkout', 'pricing']),
		('delivery', 'B', 2, 'development', 2, '2026-03-03 10:00:00', '2026-03-05 08:00:00', 'done', 'payments', ['checkout', 'pricing']),
		('delivery', 'B', 3, 'review', 3, '2026-03-05 08:00:00', '2026-03-05 10:00:00', 'done', 'payments', ['checkout', 'pricing']),
		('delivery', 'C', 1, 'development', 2, '2026-03-04 00:00:00', '2026-03-06 00:00:00', 'done', 'search', []),
		('delivery', 'D', 1, 'backlog', 1, '2026-03-03 08:00:00', '2026-03-05 12:00:00', 'open', 'search', ['search']),
		('delivery', 'D', 2, 'development', 2, '2026-03-05 12:00:00', '2026-03-06 12:00:00', 'open', 'search', ['search']),
		('delivery', 'D', 3, 'review', 3, '2026-03-06 12:00:00', NULL, 'open', 'search', ['search']),
		('delivery', 'E', 1, 'backlog', 1, '2026-03-04 12:00:00', NULL, 'open', 'search', []),
		('delivery', 'F', 1, 'backlog', 1, '2026-03-03 00:00:00', NULL, 'excluded', 'search', []),
		('delivery', 'G', 1, 'development', 2, '2026-02-10 00:00:00', '2026-02-20 00:00:00', 'done', 'search', [])`,
}

func weekOfItems(t testing.TB, now string) *metrics.Reader {
	t.Helper()
	return reader(t, filled(t, week), "UTC", moment(t, now))
}

func filled(t testing.TB, statements []string) *warehouse.Warehouse {
	t.Helper()
	w := warehousetest.Open(t)
	for _, sql := range statements {
		if err := w.Exec(context.Background(), sql, nil); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func TestFlowMetrics(t *testing.T) {
	r := weekOfItems(t, "03-20 00:00")
	const h = 3600
	for _, c := range []struct {
		metric string
		every  metrics.Every
		by     metrics.By
		filter metrics.Filter
		want   string
	}{
		// {33, 48, 72} h.
		{"flow_time", metrics.EveryRange, metrics.ByNone, metrics.Filter{}, fmt.Sprintf("[3,%d]", 48*h)},
		// payments {33, 72} h: 52.5 h.
		{"flow_time", metrics.EveryRange, metrics.ByTeam, metrics.Filter{}, fmt.Sprintf("payments [2,%d]; search [1,%d]", 105*h/2, 48*h)},
		{"flow_time", metrics.EveryRange, metrics.ByService, metrics.Filter{}, fmt.Sprintf("checkout [2,%d]; pricing [1,%d]; [1,%d]", 105*h/2, 72*h, 48*h)},
		{"flow_time", metrics.EveryRange, metrics.ByService, metrics.Filter{Services: []string{"pricing"}}, fmt.Sprintf("pricing [1,%d]", 72*h)},
		{"flow_time", metrics.EveryRange, metrics.ByNone, metrics.Filter{Repos: []string{"org/checkout"}, Products: []string{"shop"}}, fmt.Sprintf("[2,%d]", 105*h/2)},
		{"flow_velocity", metrics.EveryRange, metrics.ByNone, metrics.Filter{}, "3"},
		{"flow_velocity", metrics.EveryDay, metrics.ByNone, metrics.Filter{}, "0; 1; 0; 1; 1; 0; 0"},
		// (13 + 12 + 24) ÷ (33 + 72 + 48); payments (13 + 12) ÷ (33 + 72).
		{"flow_efficiency", metrics.EveryRange, metrics.ByNone, metrics.Filter{}, "[3,0.3203]"},
		{"flow_efficiency", metrics.EveryRange, metrics.ByTeam, metrics.Filter{}, "payments [2,0.2381]; search [1,0.5]"},
		{"flow_efficiency", metrics.EveryDay, metrics.ByNone, metrics.Filter{Teams: []string{"payments"}}, "[0,null]; [1,0.3939]; [0,null]; [1,0.1667]; [0,null]; [0,null]; [0,null]"},
		// At the ends of the days: A; B; B C; C (it is done at midnight, which is the next day's) D; D; D; D.
		{"flow_load", metrics.EveryDay, metrics.ByNone, metrics.Filter{}, "[1,1]; [1,1]; [2,2]; [2,2]; [1,1]; [1,1]; [1,1]"},
		{"flow_load", metrics.EveryRange, metrics.ByNone, metrics.Filter{}, "[1,1]"},
		{"flow_load", metrics.EveryDay, metrics.ByNone, metrics.Filter{Services: []string{"checkout"}}, "[1,1]; [1,1]; [1,1]; [0,0]; [0,0]; [0,0]; [0,0]"},
		{"flow_load", metrics.EveryWeek, metrics.ByTeam, metrics.Filter{}, "search [1,1]"},
		// A 13 h at the end of Monday; B 14 h; B 38 h and C 24 h; C 48 h and D 12 h; D 36, 60, 84 h.
		{"work_item_age", metrics.EveryDay, metrics.ByNone, metrics.Filter{}, fmt.Sprintf("[1,%d]; [1,%d]; [2,%d]; [2,%d]; [1,%d]; [1,%d]; [1,%d]", 13*h, 14*h, 31*h, 30*h, 36*h, 60*h, 84*h)},
		{"work_item_age", metrics.EveryRange, metrics.ByService, metrics.Filter{}, fmt.Sprintf("search [1,%d]", 84*h)},
	} {
		a, err := r.Query(context.Background(), metrics.Query{Metric: c.metric, From: moment(t, "03-02 00:00"), To: moment(t, "03-09 00:00"), Every: c.every, By: c.by, Filter: c.filter})
		if err != nil {
			t.Fatalf("%s: %v", c.metric, err)
		}
		if got := figures(a.Rows); got != c.want {
			t.Errorf("%s every %s by %s %+v:\n got %s\nwant %s", c.metric, c.every, c.by, c.filter, got, c.want)
		}
	}
}

func TestFlowItems(t *testing.T) {
	r := weekOfItems(t, "03-20 00:00")
	for _, c := range []struct {
		metric   string
		excluded bool
		want     string
	}{
		{"flow_time", false, "C change 172800; B ticket 259200; A ticket 118800 [branch change org/checkout#1]"},
		{"flow_time", true, "F ticket null: no status is known"},
		{"flow_velocity", false, "C change null; B ticket null; A ticket null [branch change org/checkout#1]"},
		{"flow_efficiency", false, "C change 0.5; B ticket 0.16666666666666666; A ticket 0.3939393939393939 [branch change org/checkout#1]"},
		{"flow_load", false, "D ticket null"},
		// By when it was begun, else by when it came.
		{"flow_load", true, "F ticket null: no status is known; E ticket null: not begun: it waits in the backlog"},
		{"work_item_age", false, "D ticket 302400"},
	} {
		a, err := r.Items(context.Background(), metrics.ItemsQuery{
			Query: metrics.Query{Metric: c.metric, From: moment(t, "03-02 00:00"), To: moment(t, "03-09 00:00")}, Excluded: c.excluded,
		})
		if err != nil {
			t.Fatalf("%s: %v", c.metric, err)
		}
		var got []string
		for _, i := range a.Items {
			text := fmt.Sprint(i.ID, " ", i.Kind, " ", show(i.Value))
			if i.Excluded != "" {
				text += ": " + i.Excluded
			}
			for _, e := range i.Evidence {
				text += " [" + e.Rule + " " + e.Record + " " + e.ID + "]"
			}
			got = append(got, text)
		}
		if text := strings.Join(got, "; "); text != c.want || int(a.Total) != len(a.Items) {
			t.Errorf("%s, left out %t:\n got %s (%d)\nwant %s", c.metric, c.excluded, text, a.Total, c.want)
		}
	}
}

// What is under way is looked at now where the window has not ended: at noon on Thursday B is done and D is not begun before it.
func TestFlowLoadEndsNow(t *testing.T) {
	w := filled(t, week)
	r := reader(t, w, "UTC", moment(t, "03-05 12:00"))
	q := metrics.Query{Metric: "work_item_age", From: moment(t, "03-02 00:00"), To: moment(t, "04-09 00:00"), Every: metrics.EveryWeek}
	a := alone(t, r, q)
	// C alone, since Wednesday 00:00: 36 h.
	if got := figures(a.Rows); got != fmt.Sprintf("[1,%d]", 36*3600) {
		t.Errorf("got %s", got)
	}
	// A bucket that begins this very moment ends in it.
	r = reader(t, w, "UTC", moment(t, "03-05 00:00"))
	q.Metric, q.Every = "flow_load", metrics.EveryDay
	if got := figures(alone(t, r, q).Rows); got != "[1,1]; [1,1]; [2,2]; [2,2]" {
		t.Errorf("got %s", got)
	}
}

func TestFlowIsExplained(t *testing.T) {
	r := weekOfItems(t, "03-20 00:00")
	for _, c := range []struct {
		metric, from, to string
		filter           metrics.Filter
		want             string
	}{
		{"flow_time", "03-02 00:00", "03-09 00:00", metrics.Filter{Teams: []string{"paymnts"}}, `no team "paymnts"; did you mean "payments"? there are: payments, search`},
		{"flow_time", "03-10 00:00", "03-12 00:00", metrics.Filter{}, "nothing between 2026-03-10T00:00:00Z and 2026-03-12T00:00:00Z; of what was counted at other times (4), the first ended 2026-02-20T00:00:00Z and the last 2026-03-06T00:00:00Z"},
		{"flow_load", "02-20 00:00", "02-28 00:00", metrics.Filter{}, "no item was under way at 2026-02-28T00:00:00Z"},
		{"work_item_age", "01-01 00:00", "02-01 00:00", metrics.Filter{}, "nothing is known of that time: the first item came 2026-02-10T00:00:00Z"},
		{"flow_load", "03-02 00:00", "03-09 00:00", metrics.Filter{}, ""},
	} {
		a := alone(t, r, metrics.Query{Metric: c.metric, From: moment(t, c.from), To: moment(t, c.to), Filter: c.filter})
		if got := strings.Join(a.Notes, "|"); got != c.want {
			t.Errorf("%s from %s to %s %+v:\n got %s\nwant %s", c.metric, c.from, c.to, c.filter, got, c.want)
		}
	}
	for _, q := range []metrics.Query{{By: metrics.ByEnvironment}, {Filter: metrics.Filter{Environments: []string{"live"}}}} {
		q.Metric, q.From, q.To = "flow_load", moment(t, "03-02 00:00"), moment(t, "03-09 00:00")
		var usage *metrics.UsageError
		if _, err := r.Query(context.Background(), q); !errors.As(err, &usage) || !strings.Contains(usage.Reason, "an item goes through several environments") {
			t.Errorf("%+v: got %v, want a refusal", q, err)
		}
	}
}

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
