package metrics_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/weirhq/weir/metrics"
	"github.com/weirhq/weir/metrics/derive"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// offices is a warehouse with three services: pay of a team in Berlin, find of one in Tokyo, and stray, which nobody owns, so
// that the default calendar counts, Berlin's. Each delivers a change over a weekend, and pay has two incidents. Berlin is an
// hour ahead of UTC, Tokyo nine.
func offices(t *testing.T) *warehouse.Warehouse {
	t.Helper()
	w := warehousetest.Open(t)
	d := derive.New(w, slog.New(slog.DiscardHandler))
	if err := d.Apply(t.Context(), derive.Organisation{
		Calendar: "berlin",
		Calendars: []derive.Calendar{
			{Name: "berlin", Timezone: "Europe/Berlin", Hours: map[string]string{"mon-fri": "09:00-17:00"}},
			{Name: "tokyo", Timezone: "Asia/Tokyo", Hours: map[string]string{"mon-fri": "09:00-18:00"}},
		},
		Teams:    []derive.Team{{Name: "payments"}, {Name: "search", Calendar: "tokyo"}},
		Services: []derive.Service{{Name: "pay", Team: "payments"}, {Name: "find", Team: "search"}},
	}); err != nil {
		t.Fatal(err)
	}
	var r warehouse.Records
	for _, service := range []string{"pay", "find", "stray"} {
		repo := "org/" + service
		r.Commits = append(r.Commits,
			warehouse.Commit{Repo: repo, SHA: "a", AuthoredAt: moment(t, "03-02 09:00"), Mainline: true},
			warehouse.Commit{Repo: repo, SHA: "b", Parents: []string{"a"}, AuthoredAt: moment(t, "03-06 15:00"), Mainline: true}) // Friday
		r.Deployments = append(r.Deployments,
			warehouse.Deployment{Service: service, Environment: "production", ID: "0", Repo: repo, SHA: "a", FinishedAt: moment(t, "03-02 10:00")},
			warehouse.Deployment{Service: service, Environment: "production", ID: "1", Repo: repo, SHA: "b", FinishedAt: moment(t, "03-09 09:00")}) // Monday
	}
	// A change that began in another century.
	r.Commits = append(r.Commits, warehouse.Commit{Repo: "org/stray", SHA: "c", Parents: []string{"b", "old"}, AuthoredAt: moment(t, "03-10 09:00"), Mainline: true},
		warehouse.Commit{Repo: "org/stray", SHA: "old", AuthoredAt: moment(t, "03-02 09:00").AddDate(-30, 0, 0)})
	r.Deployments = append(r.Deployments, warehouse.Deployment{Service: "stray", Environment: "production", ID: "2", Repo: "org/stray", SHA: "c", FinishedAt: moment(t, "03-10 10:00")})
	r.Incidents = []warehouse.Incident{
		{ID: "1", Services: []string{"pay"}, StartedAt: moment(t, "03-06 15:00"), DetectedAt: moment(t, "03-07 10:00"), AcknowledgedAt: moment(t, "03-09 08:30"), ResolvedAt: moment(t, "03-09 09:00")},
		{ID: "2", Services: []string{"pay"}, StartedAt: moment(t, "03-09 10:00"), ResolvedAt: moment(t, "03-10 10:00"), CausedByDeployment: "pay/production/1"},
	}
	if err := w.Write(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Update(t.Context()); err != nil {
		t.Fatal(err)
	}
	return w
}

func atWork(t *testing.T, metric string) metrics.Query {
	t.Helper()
	return metrics.Query{Metric: metric, From: moment(t, "03-02 00:00"), To: moment(t, "03-16 00:00"), Clock: "working"}
}

func TestWorkingClock(t *testing.T) {
	ctx := context.Background()
	r := reader(t, offices(t), "UTC", moment(t, "06-01 00:00"))
	for _, c := range []struct {
		metric string
		by     metrics.By
		want   string // working hours: n, median
		passed string // and on the other clock
	}{
		// Friday 15:00 to Monday 09:00 UTC is 16:00 to 10:00 in Berlin, 1 + 1 h, and Saturday 00:00 to Monday 18:00 in Tokyo, 9 h.
		// What began in 1996 nobody can say by a calendar: the working clock knows three, {2, 2, 9}. From 2 March 1996 09:00 to
		// 10 March 2026 10:00 are 10,965 days and an hour: the median of {66, 263161} h.
		{"lead_time", metrics.ByTeam, "payments 1 2; search 1 9;  1 2", "payments 1 66; search 1 66;  2 131613.5"},
		{"lead_time", metrics.ByNone, " 3 2", " 4 66"},
		// Monday 10:00 to Tuesday 11:00 in Berlin: 7 + 2 h.
		{"recovery_time", metrics.ByNone, " 1 9", " 1 25"},
		// The first 2 h, as above; the second Monday 11:00 to Tuesday 11:00, 6 + 2 h: the median of {2, 8}.
		{"time_to_restore", metrics.ByTeam, "payments 2 5", "payments 2 45"},
		{"time_to_detect", metrics.ByNone, " 1 1", " 1 19"},          // until Saturday: Friday's hour
		{"time_to_acknowledge", metrics.ByNone, " 1 0.5", " 1 46.5"}, // until Monday 09:30
		{"time_between_failures", metrics.ByService, "pay 1 1", "pay 1 1"},
	} {
		for clock, want := range map[string]string{"working": c.want, "elapsed": c.passed} {
			q := atWork(t, c.metric)
			q.By, q.Clock = c.by, clock
			a, err := r.Query(ctx, q)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, row := range a.Rows {
				got = append(got, fmt.Sprintf("%s %d %v", row.Group, row.Duration.N, *row.Duration.P50/hour))
			}
			if strings.Join(got, "; ") != want {
				t.Errorf("%s by %s, %s: got %q, want %q", c.metric, c.by, clock, strings.Join(got, "; "), want)
			}
			if noted := slices.ContainsFunc(a.Notes, func(n string) bool { return strings.Contains(n, "working time") }); noted != (clock == "working") {
				t.Errorf("%s, %s: the notes are %q", c.metric, clock, a.Notes)
			}
			items, err := r.Items(ctx, metrics.ItemsQuery{Query: q})
			if err != nil {
				t.Fatal(err)
			}
			left, err := r.Items(ctx, metrics.ItemsQuery{Query: q, Excluded: true})
			if err != nil {
				t.Fatal(err)
			}
			n, leftOut := int64(0), int64(0)
			for _, row := range a.Rows {
				n += row.Duration.N
			}
			for _, l := range a.LeftOut {
				leftOut += l.N
			}
			if items.Total != n || left.Total != leftOut || int64(len(items.Items)) != n {
				t.Errorf("%s, %s: %d items and %d left out, counted were %d and %d", c.metric, clock, items.Total, left.Total, n, leftOut)
			}
		}
	}
}

// An answer's stages add up to the lead time on either clock, and the item that no calendar covers is told.
func TestWorkingStagesAndItems(t *testing.T) {
	ctx := context.Background()
	r := reader(t, offices(t), "UTC", moment(t, "06-01 00:00"))
	q := atWork(t, "lead_time")
	answers, err := r.Answer(ctx, metrics.Questions{From: q.From, To: q.To, Clock: "working", Asks: []metrics.Ask{
		{Metric: "lead_time", Distribution: true}, {Metric: "deployment_frequency"}, {Metric: "lead_time", By: metrics.ByTeam, Every: metrics.EveryWeek},
	}})
	if err != nil {
		t.Fatal(err)
	}
	row := answers.Answers[0].Rows[0]
	var sum float64
	for _, s := range row.Stages {
		if s.Share != nil {
			sum += *s.Share
		}
	}
	near(t, "mean", row.Duration.Mean, 13.0/3*hour) // (2 + 2 + 9) ÷ 3
	near(t, "the stages' shares", &sum, 1)
	for _, s := range row.Stages { // direct commits only wait for their deployment
		if want := map[bool]int64{true: 3}[s.Stage == "deploy_wait"]; s.N != want {
			t.Errorf("%s: %d, want %d", s.Stage, s.N, want)
		}
	}
	var bins []string
	for _, b := range answers.Answers[0].Distribution {
		if b.N > 0 {
			bins = append(bins, fmt.Sprintf("%v h: %d", b.From/hour, b.N))
		}
	}
	if want := []string{"2 h: 2", "8 h: 1"}; !slices.Equal(bins, want) {
		t.Errorf("distribution: got %q, want %q", bins, want)
	}
	if notes := answers.Answers[1].Notes; len(notes) > 0 {
		t.Errorf("a rate has no clock, but says %q", notes)
	}
	const why = "no calendar says its working time"
	if left := answers.Answers[0].LeftOut; !slices.Contains(left, metrics.LeftOut{Reason: why, N: 1}) {
		t.Errorf("left out: %+v", left)
	}
	excluded, err := r.Items(ctx, metrics.ItemsQuery{Query: q, Excluded: true})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(excluded.Items, func(i metrics.Item) bool { return i.ID == "org/stray@c" && i.Excluded == why && i.Value == nil }) {
		t.Errorf("left out: %+v", excluded.Items)
	}
	items, err := r.Items(ctx, metrics.ItemsQuery{Query: q})
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range items.Items {
		// What passes between the two moments is told by them; the value is the working time.
		if *i.Value != map[string]float64{"pay": 2 * hour, "find": 9 * hour, "stray": 2 * hour}[*i.Service] || i.End.Sub(*i.Start).Hours() != 66 {
			t.Errorf("%s: %v from %s to %s", *i.Service, *i.Value, i.Start, i.End)
		}
	}
}

// What is asked on either clock gives the same rows as the statement in the metric's file.
func TestClocksAskedAsInTheFile(t *testing.T) {
	w := offices(t)
	for _, m := range metrics.Catalogue() {
		if m.Shape != metrics.ShapeDuration || m.AtEnd {
			continue // what is under way has no working time yet
		}
		for _, clock := range []string{"elapsed", "working"} {
			q := atWork(t, m.ID)
			q.Clock, q.Every = clock, metrics.EveryWeek
			file, asked, params, err := q.Statements()
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(asked, "{working:Bool}") || !strings.Contains(file, "{working:Bool}") {
				t.Errorf("%s: the clock is not decided beforehand:\n%s", m.ID, asked)
			}
			var rows [2][]struct {
				Text string `ch:"text"`
			}
			for i, sql := range []string{file, asked} {
				if err := w.Select(t.Context(), &rows[i], "SELECT formatRow('JSONEachRow', *) AS text FROM ("+sql+") ORDER BY text", params); err != nil {
					t.Fatalf("%s: %v\n%s", m.ID, err, sql)
				}
			}
			if !slices.Equal(rows[0], rows[1]) {
				t.Errorf("%s, %s: got %v, want %v", m.ID, clock, rows[1], rows[0])
			}
		}
	}
}

func TestWorkingClockNeedsCalendars(t *testing.T) {
	ctx := context.Background()
	r := reader(t, warehousetest.Open(t), "UTC", moment(t, "06-01 00:00"))
	q := atWork(t, "lead_time")
	for what, asked := range map[string]func() error{
		"query": func() error { _, err := r.Query(ctx, q); return err },
		"items": func() error { _, err := r.Items(ctx, metrics.ItemsQuery{Query: q}); return err },
		"answers": func() error {
			_, err := r.Answer(ctx, metrics.Questions{From: q.From, To: q.To, Clock: "working", Asks: []metrics.Ask{{Metric: "lead_time"}}})
			return err
		},
		"value stream": func() error {
			_, err := r.ValueStream(ctx, metrics.StreamQuery{From: q.From, To: q.To, Clock: "working"})
			return err
		},
	} {
		var usage *metrics.UsageError
		if err := asked(); !errors.As(err, &usage) || usage.Parameter != "clock" || !strings.Contains(usage.Reason, `hours: {mon-fri: "09:00-17:00"}`) {
			t.Errorf("%s: got %v, want to be told how calendars are configured", what, err)
		}
	}
}
