package metrics_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

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
