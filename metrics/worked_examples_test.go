package metrics_test

import (
	"context"
	"log/slog"
	"math"
	"testing"
	"time"

	"github.com/weirhq/weir/metrics"
	"github.com/weirhq/weir/metrics/derive"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// The worked examples of the definitions, from records to figures.

func moment(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04", "2026-"+text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// ask writes the records, derives the facts, and returns a reader and the query of a window.
func derived(t testing.TB, records warehouse.Records) *metrics.Reader {
	t.Helper()
	ctx := context.Background()
	w := warehousetest.Open(t)
	if err := w.Write(ctx, records); err != nil {
		t.Fatal(err)
	}
	if _, err := derive.New(w, slog.New(slog.DiscardHandler)).Update(ctx); err != nil {
		t.Fatal(err)
	}
	return metrics.NewReader(w, metrics.ReaderConfiguration{Now: func() time.Time { return moment(t, "06-01 00:00") }})
}

func ask(t testing.TB, r *metrics.Reader, metric string, every metrics.Every, filter metrics.Filter, from, to string) []metrics.Row {
	t.Helper()
	a, err := r.Query(context.Background(), metrics.Query{
		Metric: metric, From: moment(t, from), To: moment(t, to), Every: every, Filter: filter,
	})
	if err != nil {
		t.Fatalf("%s: %v", metric, err)
	}
	return a.Rows
}

func near(t testing.TB, what string, got *float64, want float64) {
	t.Helper()
	if got == nil || math.Abs(*got-want) > 1e-9 {
		t.Errorf("%s: got %v, want %v", what, show(got), want)
	}
}

func show(v *float64) any {
	if v == nil {
		return "null"
	}
	return *v
}

const hour = 3600.0

func TestExample1DeploymentFrequency(t *testing.T) {
	deployment := func(id, at, result string) warehouse.Deployment {
		return warehouse.Deployment{Service: "shop", Environment: "production", ID: id, FinishedAt: moment(t, at), Result: result}
	}
	r := derived(t, warehouse.Records{Deployments: []warehouse.Deployment{
		deployment("1", "03-02 10:00", "success"), deployment("2", "03-03 10:00", "success"),
		deployment("3", "03-03 16:00", "failure"), deployment("4", "03-09 09:00", "success"),
	}})
	rows := ask(t, r, "deployment_frequency", metrics.EveryRange, metrics.Filter{}, "03-02 00:00", "03-16 00:00")
	if len(rows) != 1 || rows[0].Rate.N != 3 || rows[0].Rate.Days != 14 || rows[0].Rate.DaysWith != 3 {
		t.Fatalf("got %+v, want 3 in 14 days, on 3 of them", rows[0].Rate)
	}
	near(t, "per day", rows[0].Rate.Value, 3.0/14) // 0.214
	weeks := ask(t, r, "deployment_frequency", metrics.EveryWeek, metrics.Filter{}, "03-02 00:00", "03-16 00:00")
	if len(weeks) != 2 || weeks[0].Rate.N != 2 || weeks[1].Rate.N != 1 {
		t.Errorf("weeks: got %+v, want 2 and 1", weeks)
	}
}

func TestExample2LeadTimeAndItsStages(t *testing.T) {
	review := func(id, kind, actor, at string) warehouse.Review {
		return warehouse.Review{Repo: "org/shop", PullRequest: 7, ID: id, Kind: kind, Actor: actor, At: moment(t, at)}
	}
	r := derived(t, warehouse.Records{
		Commits: []warehouse.Commit{
			{Repo: "org/shop", SHA: "root", AuthoredAt: moment(t, "02-01 09:00"), Mainline: true},
			{Repo: "org/shop", SHA: "c1", Parents: []string{"root"}, Author: "writer", AuthoredAt: moment(t, "03-02 09:00")},
			{Repo: "org/shop", SHA: "c2", Parents: []string{"c1"}, Author: "writer", AuthoredAt: moment(t, "03-03 14:00")},
			{Repo: "org/shop", SHA: "m", Parents: []string{"root", "c2"}, Author: "writer", AuthoredAt: moment(t, "03-03 17:00"), Mainline: true},
		},
		PullRequests: []warehouse.PullRequest{{
			Repo: "org/shop", Number: 7, Title: "Faster checkout", Author: "writer", CreatedAt: moment(t, "03-02 10:00"), ReadyAt: moment(t, "03-02 12:00"),
			MergedAt: moment(t, "03-03 17:00"), MergeSHA: "m", Commits: []string{"c1", "c2"},
		}},
		Reviews: []warehouse.Review{
			review("1", "draft", "writer", "03-02 10:00"), review("2", "ready", "writer", "03-02 12:00"),
			review("3", "requested", "writer", "03-02 12:00"), review("4", "commented", "writer", "03-02 12:30"),
			review("5", "changes_requested", "reader", "03-03 12:00"), review("6", "pushed", "writer", "03-03 14:00"),
			review("7", "approved", "reader", "03-03 16:00"),
		},
		Deployments: []warehouse.Deployment{
			{Service: "shop", Environment: "production", ID: "0", Repo: "org/shop", SHA: "root", FinishedAt: moment(t, "02-01 12:00"), Result: "success"},
			{Service: "shop", Environment: "production", ID: "1", Repo: "org/shop", SHA: "m",
				StartedAt: moment(t, "03-04 09:00"), FinishedAt: moment(t, "03-04 09:30"), Result: "success"},
		},
	})
	rows := ask(t, r, "lead_time", metrics.EveryRange, metrics.Filter{}, "03-01 00:00", "04-01 00:00")
	if rows[0].Duration.N != 1 {
		t.Fatalf("got %d items, want 1", rows[0].Duration.N)
	}
	near(t, "lead time", rows[0].Duration.P50, 48.5*hour)
	// 3 + 24 + 4 + 1 + 16 + 0.5 = 48.5 hours
	want := map[string]float64{"coding": 3, "pickup": 24, "review": 4, "merge_wait": 1, "deploy_wait": 16, "deploy": 0.5}
	for _, s := range rows[0].Stages {
		if hours, ok := want[s.Stage]; ok {
			near(t, s.Stage, s.P50, hours*hour)
		} else if s.N != 0 || s.P50 != nil || s.Mean != nil {
			t.Errorf("%s: got %+v, want no value", s.Stage, s)
		}
	}
	if len(rows[0].Stages) != 9 {
		t.Errorf("got %d stages, want nine", len(rows[0].Stages))
	}
	items, err := r.Items(context.Background(), metrics.ItemsQuery{Query: metrics.Query{Metric: "lead_time", From: moment(t, "03-01 00:00"), To: moment(t, "04-01 00:00")}})
	if err != nil {
		t.Fatal(err)
	}
	item := items.Items[0]
	if item.ID != "org/shop#7" || item.Kind != "change" || *item.Service != "shop" || len(item.Evidence) != 1 || item.Evidence[0] != (metrics.Evidence{Rule: "ancestry", Record: "deployment", ID: "1"}) {
		t.Errorf("got %+v", item)
	}
	// The intervals tile the item.
	at := *item.Start
	for _, s := range item.Stages {
		if !s.Start.Equal(at) {
			t.Errorf("%s starts at %v, want %v", s.Stage, s.Start, at)
		}
		at = s.End
	}
	if !at.Equal(*item.End) || item.End.Sub(*item.Start).Seconds() != *item.Value {
		t.Errorf("the intervals end at %v, want %v", at, *item.End)
	}
}

func example3(t *testing.T, explicit bool) warehouse.Records {
	deployment := func(id, at string) warehouse.Deployment {
		return warehouse.Deployment{Service: "A", Environment: "production", ID: id, FinishedAt: moment(t, "03-02 "+at), Result: "success"}
	}
	incident := warehouse.Incident{ID: "i1", Services: []string{"A"}, StartedAt: moment(t, "03-02 12:00"), ResolvedAt: moment(t, "03-02 14:00")}
	if explicit {
		incident.CausedByDeployment = "d1"
	}
	return warehouse.Records{
		Deployments: []warehouse.Deployment{deployment("d1", "09:00"), deployment("d2", "11:00"), deployment("d3", "15:00")},
		Incidents:   []warehouse.Incident{incident},
	}
}

func TestExample3FailureRecoveryAndRestoring(t *testing.T) {
	other := warehouse.Incident{ID: "i2", Services: []string{"B"}, StartedAt: moment(t, "03-02 12:00"), ResolvedAt: moment(t, "03-02 18:00")}
	for _, c := range []struct {
		name     string
		explicit bool
		other    bool
		failed   string
		rule     string
		recovery float64 // hours
	}{
		{"attributed: 11:00 to 14:00", false, false, "d2", "attributed", 3},
		{"an incident on another service changes nothing", false, true, "d2", "attributed", 3},
		{"linked: 09:00 to 14:00", true, false, "d1", "linked", 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			records := example3(t, c.explicit)
			if c.other {
				records.Incidents = append(records.Incidents, other)
			}
			r := derived(t, records)
			window := func(metric string) metrics.Row {
				return ask(t, r, metric, metrics.EveryRange, metrics.Filter{Services: []string{"A"}}, "03-02 00:00", "03-03 00:00")[0]
			}
			rate := window("change_failure_rate").Ratio
			if rate.Numerator != 1 || rate.Denominator != 3 {
				t.Errorf("failure rate: got %d of %d, want 1 of 3", rate.Numerator, rate.Denominator)
			}
			near(t, "failure rate", rate.Value, 1.0/3)
			near(t, "recovery", window("recovery_time").Duration.P50, c.recovery*hour)
			near(t, "time to restore", window("time_to_restore").Duration.Mean, 2*hour)
			items, err := r.Items(context.Background(), metrics.ItemsQuery{Query: metrics.Query{
				Metric: "change_failure_rate", From: moment(t, "03-02 00:00"), To: moment(t, "03-03 00:00")}})
			if err != nil {
				t.Fatal(err)
			}
			for _, item := range items.Items {
				failed := item.ID == c.failed
				if (*item.Value == 1) != failed || (len(item.Evidence) == 1 && item.Evidence[0] == metrics.Evidence{Rule: c.rule, Record: "incident", ID: "i1"}) != failed {
					t.Errorf("%s: got value %v and evidence %v", item.ID, *item.Value, item.Evidence)
				}
			}
		})
	}
}

func TestExample5Percentiles(t *testing.T) {
	records := warehouse.Records{}
	for i, hours := range []time.Duration{time.Hour, 2 * time.Hour, 3 * time.Hour, 4 * time.Hour, 100 * time.Hour} {
		end := moment(t, "03-20 00:00").Add(time.Duration(i) * time.Hour)
		records.Incidents = append(records.Incidents, warehouse.Incident{ID: string(rune('a' + i)), Services: []string{"A"}, StartedAt: end.Add(-hours), ResolvedAt: end})
	}
	d := ask(t, derived(t, records), "time_to_restore", metrics.EveryRange, metrics.Filter{}, "03-01 00:00", "04-01 00:00")[0].Duration
	near(t, "p50", d.P50, 3*hour)
	near(t, "p75", d.P75, 4*hour)
	near(t, "p90", d.P90, 61.6*hour) // rank 0.9 × 4 = 3.6: 4 + 0.6 × (100 − 4)
	near(t, "mean", d.Mean, 22*hour)
}
