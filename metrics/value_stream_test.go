package metrics_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/weirhq/weir/metrics"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// stream is a warehouse with the facts of testdata/stream.sql, and its reader on 10 March.
func stream(t testing.TB) (*warehouse.Warehouse, *metrics.Reader) {
	t.Helper()
	text, err := os.ReadFile("testdata/stream.sql")
	if err != nil {
		t.Fatal(err)
	}
	w := warehousetest.Open(t)
	if err := w.Script(context.Background(), string(text), nil); err != nil {
		t.Fatal(err)
	}
	return w, reader(t, w, "UTC", moment(t, "03-10 00:00"))
}

// streamWeek is the week from Monday 2 March; the filter may be changed.
func streamWeek(t testing.TB) metrics.StreamQuery {
	return metrics.StreamQuery{From: moment(t, "03-02 00:00"), To: moment(t, "03-09 00:00")}
}

// inHours are durations of n items: their median, p85 and mean.
func inHours(t testing.TB, what string, got metrics.Duration, n int64, p50, p85, mean float64) {
	t.Helper()
	if got.N != n {
		t.Errorf("%s: got %d items, want %d", what, got.N, n)
	}
	near(t, what+" p50", got.P50, p50*hour)
	near(t, what+" p85", got.P85, p85*hour)
	near(t, what+" mean", got.Mean, mean*hour)
}

func stageOfMap(t testing.TB, v metrics.ValueStream, stage string) metrics.StageFigure {
	t.Helper()
	for _, s := range v.Stages {
		if s.Stage == stage {
			return s
		}
	}
	t.Fatalf("there is no stage %q in %+v", stage, v.Stages)
	return metrics.StageFigure{}
}

func shares(t testing.TB, what string, got metrics.Ratio, numerator, denominator int64) {
	t.Helper()
	if got.Numerator != numerator || got.Denominator != denominator {
		t.Errorf("%s: got %d of %d, want %d of %d", what, got.Numerator, got.Denominator, numerator, denominator)
	}
}

// Worked example 4 of the definitions: lead 33 h, active 6 + 2 + 3 + 2 = 13 h, efficiency 39.4 %, one return from test to
// development, so of the two exits of development one was complete and accurate.
func TestExample4ValueStream(t *testing.T) {
	_, r := stream(t)
	q := streamWeek(t)
	q.Services, q.Products = []string{"checkout"}, []string{"shop"} // T-1 alone
	v, err := r.ValueStream(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	inHours(t, "lead", v.Items.Lead, 1, 33, 33, 33)
	inHours(t, "process", v.Items.Process, 1, 13, 13, 13)
	inHours(t, "waiting", v.Items.Waiting, 1, 20, 20, 20)
	near(t, "activity ratio", v.Items.ActivityRatio, 13.0/33) // 39.4 %
	near(t, "rolled %C&A", v.Items.RolledAccuracy, 0.5)
	shares(t, "scrap", v.Items.Scrap, 1, 1)
	development := stageOfMap(t, v, "development")
	shares(t, "%C&A of development", development.Accuracy, 1, 2)
	shares(t, "%C&A of test", stageOfMap(t, v, "test").Accuracy, 1, 1)
	if got := fmt.Sprint(back(development.Returns)); got != "[test status 1]" {
		t.Errorf("development's returns: %v", got)
	}
	inHours(t, "development", development.Lead, 1, 9, 9, 9)                        // 6 + 3
	inHours(t, "test", stageOfMap(t, v, "test").Lead, 1, 22, 22, 22)               // 17 + 2 + 1 + 2
	inHours(t, "waiting in test", stageOfMap(t, v, "test").Waiting, 1, 18, 18, 18) // 17 + 1
}

func back(returns []metrics.StageBack) (texts []string) {
	for _, r := range returns {
		from := "nowhere"
		if r.From != nil {
			from = *r.From
		}
		texts = append(texts, fmt.Sprintf("%s %s %d", from, r.Rule, r.N))
	}
	return texts
}

// T-1 took 33 h, 13 of them active, and T-2 24 h, 10 of them active; T-3 and T-6 are open, both in test.
func TestValueStream(t *testing.T) {
	_, r := stream(t)
	v, err := r.ValueStream(context.Background(), streamWeek(t))
	if err != nil {
		t.Fatal(err)
	}
	if v.Stream != "delivery" || v.Clock != "elapsed" || v.Items.N != 2 || v.Items.Open != 2 || len(v.Notes) > 0 {
		t.Errorf("got %+v", v)
	}
	inHours(t, "lead", v.Items.Lead, 2, 28.5, 24+0.85*9, 28.5)
	near(t, "activity ratio", v.Items.ActivityRatio, 23.0/57)
	near(t, "rolled %C&A", v.Items.RolledAccuracy, 0.8) // backlog 3/3 × development 4/5 × test 2/2
	shares(t, "scrap", v.Items.Scrap, 1, 2)
	if !slices.Equal(v.LeftOut, []metrics.LeftOut{{Reason: "no start known", N: 1}}) { // T-4; T-7 lies in February
		t.Errorf("left out: %v", v.LeftOut)
	}
	for _, want := range []struct {
		stage, owner                    string
		n                               int64
		process, waiting, share         float64 // hours in the mean, and hours of the 57
		wip, then, arrivals, departures int64
		accurate, exits                 int64
	}{
		{"backlog", "find", 2, 0, 3, 6, 0, 0, 3, 3, 3, 3},            // waited 2 and 4 h
		{"development", "payments", 2, 8.5, 0, 17, 0, 1, 4, 5, 4, 5}, // 6 + 3 and 8 h; T-6 was there when the week began
		{"dba", "dba", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},                 // nobody went there: its owner is the configured one
		{"test", "test", 2, 3, 14, 34, 2, 0, 5, 3, 2, 2},             // active 4 and 2 h, waited 18 and 10 h
	} {
		s := stageOfMap(t, v, want.stage)
		if s.N != want.n || s.WIP != want.wip || s.WIPThen != want.then || s.Arrivals != want.arrivals || s.Departures != want.departures || s.Exits != want.exits {
			t.Errorf("%s: got %+v, want %+v", want.stage, s, want)
		}
		if s.Owner == nil || *s.Owner != want.owner {
			t.Errorf("%s: got the owner %v", want.stage, s.Owners)
		}
		shares(t, "%C&A of "+want.stage, s.Accuracy, want.accurate, want.exits)
		near(t, want.stage+" arrivals a day", s.ArrivalsPerDay, float64(want.arrivals)/7)
		if want.n > 0 {
			near(t, want.stage+" process", s.Process.Mean, want.process*hour)
			near(t, want.stage+" waiting", s.Waiting.Mean, want.waiting*hour)
			near(t, want.stage+" share", s.Share, want.share/57)
		}
	}
	if v.Constraint.Waiting == nil || *v.Constraint.Waiting != "test" || v.Constraint.Growing == nil || *v.Constraint.Growing != "test" {
		t.Errorf("constraint: %+v", v.Constraint)
	}
	if len(v.Stages) != 4 {
		t.Errorf("got %d stages, want the four of the stream", len(v.Stages))
	}
	owners := stageOfMap(t, v, "test").Owners
	if len(owners) != 2 || *owners[0].Owner != "test" || *owners[1].Owner != "find · test" {
		t.Fatalf("the owners of test: %v", owners)
	}
	near(t, "the share of test", &owners[0].Share, 22.0/34)
	var reasons []string
	for _, w := range v.Reasons {
		reasons = append(reasons, fmt.Sprintf("%s %s %d %.0f", w.Reason, w.Class, w.N, w.Total/hour))
	}
	// 6 + 2 + 2 + 8 + 2, 17 + 1, 10, 2 + 4, 3: together 57
	if want := "working active 2 20, test waiting 1 18, blocked waiting 1 10, backlog waiting 2 6, rework active 1 3"; strings.Join(reasons, ", ") != want {
		t.Errorf("reasons: got %v, want %v", strings.Join(reasons, ", "), want)
	}
	near(t, "the share of backlog", v.Reasons[3].Share, 6.0/57)
	near(t, "backlog p85", v.Reasons[3].P85, 3.7*hour) // 2 + 0.85 × 2
}

// On the working clock T-1 took 10 h, 8 of them active, and T-2 8 h, 6 of them active; no calendar says how long T-5 took.
func TestValueStreamOnTheWorkingClock(t *testing.T) {
	w, r := stream(t)
	if err := w.Exec(context.Background(), "INSERT INTO org_team_calendars (team, calendar) VALUES ('', 'default')", nil); err != nil {
		t.Fatal(err)
	}
	q := streamWeek(t)
	q.From, q.Clock = moment(t, "02-15 00:00"), "working"
	v, err := r.ValueStream(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	inHours(t, "lead", v.Items.Lead, 2, 9, 9.7, 9)
	near(t, "activity ratio", v.Items.ActivityRatio, 14.0/18)
	inHours(t, "development", stageOfMap(t, v, "development").Lead, 2, 6, 6, 6)
	inHours(t, "test", stageOfMap(t, v, "test").Lead, 2, 1, 1.7, 1)
	if !slices.Equal(v.LeftOut, []metrics.LeftOut{{Reason: "no calendar says its working time", N: 1}, {Reason: "no start known", N: 1}}) {
		t.Errorf("left out: %v", v.LeftOut)
	}
	if v.Constraint.Waiting != nil { // nothing but the backlog waits, and that is none
		t.Errorf("constraint: %s", *v.Constraint.Waiting)
	}
	if w := v.Reasons[0]; w.Reason != "working" || w.Total != 14*hour {
		t.Errorf("reasons: %+v", v.Reasons)
	}
	a, err := r.WhatIf(context.Background(), metrics.WhatIf{StreamQuery: q, Changes: []metrics.StageChange{{Stage: "backlog", Wait: 0}}})
	if err != nil {
		t.Fatal(err)
	}
	inHours(t, "without the backlog", a.After, 2, 7, 7.7, 7) // 8 and 6 h
	if !slices.Equal(a.LeftOut, v.LeftOut) {
		t.Errorf("what-if left out %v", a.LeftOut)
	}
}

// The arithmetic is of the items: T-1 waited 18 h in test and 2 h in the backlog, T-2 10 h and 4 h.
func TestWhatIf(t *testing.T) {
	_, r := stream(t)
	for _, c := range []struct {
		name          string
		changes       []metrics.StageChange
		p50, p85, sum float64 // hours after, and hours gained
		stage         metrics.StageChange
	}{
		{"half of test: 33 − 9, 24 − 5", []metrics.StageChange{{Stage: "test", Wait: 0.5}}, 21.5, 19 + 0.85*5, 14, metrics.StageChange{Wait: 10}},                             // 13 and 7 h in test
		{"none of test: 33 − 18, 24 − 10", []metrics.StageChange{{Stage: "test", Wait: 0}}, 14.5, 14 + 0.85*1, 28, metrics.StageChange{Wait: 3}},                              // 4 and 2 h
		{"twice of test: 33 + 18, 24 + 10", []metrics.StageChange{{Stage: "test", Wait: 2}}, 42.5, 34 + 0.85*17, -28, metrics.StageChange{Wait: 31}},                          // 40 and 22 h
		{"both: 33 − 2 − 9, 24 − 4 − 5", []metrics.StageChange{{Stage: "backlog", Wait: 0}, {Stage: "test", Wait: 0.5}}, 18.5, 15 + 0.85*7, 20, metrics.StageChange{Wait: 0}}, // no backlog
		{"as it is", []metrics.StageChange{{Stage: "test", Wait: 1}}, 28.5, 24 + 0.85*9, 0, metrics.StageChange{Wait: 17}},
		{"nothing waits there", []metrics.StageChange{{Stage: "development", Wait: 0}}, 28.5, 24 + 0.85*9, 0, metrics.StageChange{Wait: 8.5}},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, err := r.WhatIf(context.Background(), metrics.WhatIf{StreamQuery: streamWeek(t), Changes: c.changes})
			if err != nil {
				t.Fatal(err)
			}
			inHours(t, "before", a.Before, 2, 28.5, 24+0.85*9, 28.5)
			inHours(t, "after", a.After, 2, c.p50, c.p85, 28.5-c.sum/2)
			near(t, "gain", &a.Gain.Seconds, c.sum*hour)
			near(t, "item-days a week", a.Gain.ItemDaysPerWeek, c.sum/24) // the window is one week
			near(t, "the stage", a.Stages[0].After.P50, c.stage.Wait*hour)
			if len(a.Stages) != len(c.changes) || len(a.Notes) > 0 || a.LeftOut[0].N != 1 {
				t.Errorf("got %+v", a)
			}
		})
	}
	a, err := r.WhatIf(context.Background(), metrics.WhatIf{StreamQuery: streamWeek(t), Changes: []metrics.StageChange{{Stage: "dba"}}})
	if err != nil || len(a.Notes) != 1 || !strings.Contains(a.Notes[0], `no item done in the window was in "dba"`) {
		t.Errorf("a stage without items: %+v, %v", a, err)
	}
}

func TestParseStageChange(t *testing.T) {
	for text, want := range map[string]string{
		"review=50%": "{review 0.5} <nil>", "review:0.5": "{review 0.5} <nil>", "a:b=0%": "{a:b 0} <nil>", "in review= 120 %": "{in review 1.2} <nil>",
		"review":      `change: "review" is no change`,
		"=50%":        `change: "=50%" is no change`,
		"review=50":   `change: "50" is not a part of a wait`,
		"review=-1%":  `change: "-1%" is not a part`,
		"review=NaN":  `change: "NaN" is not a part`,
		"review=half": `change: "half" is not a part`,
	} {
		change, err := metrics.ParseStageChange(text)
		got := fmt.Sprint(change, err)
		if err != nil {
			got = err.Error()
		}
		if !strings.HasPrefix(got, want) {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

func TestStreams(t *testing.T) {
	_, r := stream(t)
	l, err := r.Streams(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Streams) != 2 || !l.Streams[0].Configured || l.Streams[1].Configured || len(l.Streams[0].Stages) != 4 {
		t.Fatalf("got %+v", l.Streams)
	}
	var statuses []string
	for _, s := range l.Streams[0].Statuses {
		statuses = append(statuses, fmt.Sprintf("%s %s %d", s.Status, s.Rule, s.Tickets))
	}
	// T-1 and T-2 left To Do, came to In Progress and ended in Done; T-3 is blocked; T-9 was deleted.
	if want := `Done category 2, In Progress name 2, To Do category 2, Blocked name 1, In Test: "hard", 50% configured 0`; strings.Join(statuses, ", ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(statuses, ", "), want)
	}
	if !slices.Equal(l.Unmapped, []metrics.UnmappedStatus{{Status: "等待中", Tickets: 1}}) {
		t.Errorf("unmapped: %+v", l.Unmapped)
	}
	const want = `streams:
  - name: delivery
    title: Delivery
    stages:
      - {name: backlog, title: Backlog, role: "", side: false, queue: true}
      - {name: development, title: Development, role: development, side: false, queue: false}
      - {name: dba, title: Databases, role: operations, owner: dba, side: true, queue: false}
      - {name: test, title: Test, role: test, side: false, queue: false}
    statuses:
      "Done": {stage: done, class: active, reason: working}
      "In Progress": {stage: development, class: active, reason: working}
      "To Do": {stage: backlog, class: waiting, reason: backlog}
      "Blocked": {class: waiting, reason: blocked}
      "In Test: \"hard\", 50%": {stage: test, class: active, reason: test}
` // incidents have a stream of their own, which cannot be configured
	if l.Configuration != want {
		t.Errorf("got\n%s\nwant\n%s", l.Configuration, want)
	}
	var read struct {
		Streams []struct {
			Stages   []struct{ Name, Title, Owner string }
			Statuses map[string]struct{ Stage, Class string }
		}
	}
	if err := yaml.Unmarshal([]byte(l.Configuration), &read); err != nil || read.Streams[0].Statuses[`In Test: "hard", 50%`].Stage != "test" {
		t.Errorf("read again: %+v, %v", read, err)
	}
}

func TestStreamQuestions(t *testing.T) {
	w, r := stream(t)
	for _, c := range []struct {
		change func(*metrics.WhatIf)
		want   string
	}{
		{func(w *metrics.WhatIf) { w.Stream = "delivry" }, `stream: there is no stream "delivry"; did you mean "delivery"? the streams are delivery, incidents`},
		{func(w *metrics.WhatIf) { w.Changes[0].Stage = "tset" }, `stage: there is no stage "tset" in delivery; did you mean "test"? the stages are backlog, development, dba, test`},
		{func(w *metrics.WhatIf) { w.Changes = append(w.Changes, w.Changes[0]) }, `change: the stage "test" is changed twice`},
		{func(w *metrics.WhatIf) { w.Changes = nil }, "change: say what changes"},
		{func(w *metrics.WhatIf) { w.Changes[0].Wait = -1 }, "wait: -1 is not between 0 and 10"},
		{func(w *metrics.WhatIf) { w.To = w.From }, "from: the window is empty"},
		{func(w *metrics.WhatIf) { w.Clock = "working" }, "clock: "},
		{func(w *metrics.WhatIf) { w.Environments = []string{"live"} }, "environment: "},
	} {
		asked := metrics.WhatIf{StreamQuery: streamWeek(t), Changes: []metrics.StageChange{{Stage: "test", Wait: 0.5}}}
		c.change(&asked)
		_, err := r.WhatIf(context.Background(), asked)
		var usage *metrics.UsageError
		if !errors.As(err, &usage) || !strings.HasPrefix(usage.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
	for _, c := range []struct {
		change func(*metrics.StreamQuery)
		want   string
	}{
		{func(q *metrics.StreamQuery) { q.From, q.To = moment(t, "04-01 00:00"), moment(t, "05-01 00:00") },
			"nothing was done between 2026-04-01T00:00:00Z and 2026-05-01T00:00:00Z; of the items done at other times (3), the first was done 2026-02-20T12:00:00Z and the last 2026-03-05T08:00:00Z"},
		{func(q *metrics.StreamQuery) { q.Teams = []string{"paymnts"} }, `no team "paymnts"; did you mean "payments"? there are: find, payments`},
		{func(q *metrics.StreamQuery) { q.Teams, q.Products = []string{"payments"}, []string{"app"} }, `no product "app"; there are: shop`},
		{func(q *metrics.StreamQuery) { q.Services, q.Teams = []string{"checkout"}, []string{"find"} }, "no item of delivery matches the filter"},
		{func(q *metrics.StreamQuery) { q.Stream = "incidents" }, "no item of incidents is known; import or collect some first"},
		{func(q *metrics.StreamQuery) { q.Teams = []string{"find", "serch"} }, `no team "serch"; there are: find, payments`},
	} {
		q := streamWeek(t)
		c.change(&q)
		v, err := r.ValueStream(context.Background(), q)
		if err != nil || strings.Join(v.Notes, "|") != c.want {
			t.Errorf("got %q, %v, want %q", v.Notes, err, c.want)
		}
	}
	for _, table := range []string{"stream_items", "stream_stages", "stream_visits", "stream_intervals"} {
		if err := w.Exec(context.Background(), "TRUNCATE TABLE "+table, nil); err != nil {
			t.Fatal(err)
		}
	}
	v, err := r.ValueStream(context.Background(), streamWeek(t))
	if err != nil || len(v.Stages) > 0 || v.Items.Lead.P50 != nil || v.Items.Scrap.Value != nil || !slices.Equal(v.Notes, []string{"no item of delivery is known; import or collect some first"}) {
		t.Errorf("nothing known: got %+v, %v", v, err)
	}
}

func TestStreamItems(t *testing.T) {
	_, r := stream(t)
	for _, c := range []struct {
		name string
		ask  metrics.StreamItemsQuery
		want string // item and hours: value, process, waiting
	}{
		{"done, the newest first", metrics.StreamItemsQuery{}, "T-2 24 10 14, T-1 33 13 20"},
		{"in test: 10 + 2, 17 + 2 + 1 + 2", metrics.StreamItemsQuery{Stage: "test"}, "T-2 12 2 10, T-1 22 4 18"},
		{"in rework", metrics.StreamItemsQuery{Reason: "rework"}, "T-1 3 3 0"},
		{"at work: 8 + 2, 6 + 2 + 2", metrics.StreamItemsQuery{Reason: "working"}, "T-2 10 10 0, T-1 10 10 0"},
		{"at work in test", metrics.StreamItemsQuery{Reason: "working", Stage: "test"}, "T-2 2 2 0, T-1 4 4 0"},
		{"nobody went there", metrics.StreamItemsQuery{Stage: "dba"}, `no item done in the window was in "dba"`},
		{"nor for that", metrics.StreamItemsQuery{Stage: "dba", Reason: "nap"}, `no item done in the window was in "dba" with time for "nap"`},
		{"open, the oldest first, since 27 Feb 09:00 and 5 March 10:00", metrics.StreamItemsQuery{Kind: metrics.StreamOpen}, "T-6 255, T-3 110"},
		{"open in test, since 3 March 09:00 and 6 March 12:00", metrics.StreamItemsQuery{Kind: metrics.StreamOpen, Stage: "test"}, "T-6 159, T-3 84"},
		{"open and waits for a test", metrics.StreamItemsQuery{Kind: metrics.StreamOpen, Reason: "test"}, "T-3 110"},
		{"open and worked on, as T-3 was before", metrics.StreamItemsQuery{Kind: metrics.StreamOpen, Reason: "working"}, "T-6 255"},
		{"none there", metrics.StreamItemsQuery{Kind: metrics.StreamOpen, Stage: "development"}, `no open item is in "development"`},
		{"came back", metrics.StreamItemsQuery{Kind: metrics.StreamReturned}, "T-1 33 13 20"},
		{"came back to development", metrics.StreamItemsQuery{Kind: metrics.StreamReturned, Stage: "development"}, "T-1 9 9 0"},
		{"nothing came back to test", metrics.StreamItemsQuery{Kind: metrics.StreamReturned, Stage: "test"}, `nothing that left "test" in the window came back`},
		{"left out", metrics.StreamItemsQuery{Kind: metrics.StreamExcluded}, "T-4 no start known"},
	} {
		c.ask.StreamQuery = streamWeek(t)
		a, err := r.StreamItems(context.Background(), c.ask)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(append(itemTexts(a.Items), a.Notes...), ", "); got != c.want || a.Total != int64(len(a.Items)) {
			t.Errorf("%s: got %d: %s, want %s", c.name, a.Total, got, c.want)
		}
	}
	for _, c := range []metrics.StreamItemsQuery{{Kind: metrics.StreamDone}, {Kind: metrics.StreamOpen, Stage: "test"}} {
		c.StreamQuery, c.Limit = streamWeek(t), 1
		one, err := r.StreamItems(context.Background(), c)
		if err != nil || one.Next == nil || one.Total != 2 {
			t.Fatalf("the first page: %+v, %v", one, err)
		}
		c.After = *one.Next
		two, err := r.StreamItems(context.Background(), c)
		if err != nil || two.Next != nil || two.Total != 2 || len(two.Items) != 1 || two.Items[0].Item == one.Items[0].Item {
			t.Errorf("the second page: %+v, %v", two, err)
		}
	}
	item, err := r.StreamItems(context.Background(), metrics.StreamItemsQuery{StreamQuery: streamWeek(t), Stage: "test", Reason: "blocked"})
	if err != nil || len(item.Items) != 1 {
		t.Fatalf("%+v, %v", item, err)
	}
	if i := item.Items[0]; i.Item != "T-2" || i.Kind != "ticket" || *i.Class != "defect" || i.URL != nil || *i.Team != "find" || i.Stage != nil || i.Returns != 0 || !i.End.Equal(moment(t, "03-05 08:00")) {
		t.Errorf("got %+v", i)
	}
	for _, c := range []struct {
		change func(*metrics.StreamItemsQuery)
		want   string
	}{
		{func(q *metrics.StreamItemsQuery) { q.Kind = "gone" }, `kind: "gone" is not one of done, open`},
		{func(q *metrics.StreamItemsQuery) { q.Stage = "tset" }, `stage: there is no stage "tset" in delivery; did you mean "test"?`},
		{func(q *metrics.StreamItemsQuery) { q.Limit = -1 }, "limit: -1"},
		{func(q *metrics.StreamItemsQuery) { q.After = "tomorrow" }, "after: "},
		{func(q *metrics.StreamItemsQuery) { q.Stream = "x" }, `stream: there is no stream "x"`},
	} {
		q := metrics.StreamItemsQuery{StreamQuery: streamWeek(t)}
		c.change(&q)
		_, err := r.StreamItems(context.Background(), q)
		var usage *metrics.UsageError
		if !errors.As(err, &usage) || !strings.HasPrefix(usage.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

func itemTexts(items []metrics.StreamItem) (texts []string) {
	for _, i := range items {
		text := i.Item
		for _, v := range []*float64{i.Value, i.Process, i.Waiting} {
			if v != nil {
				text += fmt.Sprintf(" %.0f", *v/hour)
			}
		}
		if i.Excluded != "" {
			text += " " + i.Excluded
		}
		texts = append(texts, text)
	}
	return texts
}
