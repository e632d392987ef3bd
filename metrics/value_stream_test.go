package metrics_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

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
	if v.Stream != "delivery" || v.Clock != "elapsed" || v.Items.N != 2 || v.Items.Open != 2 {
		t.Errorf("got %+v", v)
	}
	if len(v.Notes) != 1 || !strings.HasPrefix(v.Notes[0], `no rule gives these statuses a stage, so the time in them counts in the one before: "等待中" (as waiting); `) {
		t.Errorf("notes: %q", v.Notes)
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
