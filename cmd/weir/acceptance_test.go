package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// expectation is what a history has to come out as, for one service and one window.
type expectation struct {
	from, to    string
	deployments int // successful ones to production
	daysWith    int // days with one
	delivered   int // changes
	// The lead times of the changes in hours: p50, p75, p90, mean.
	hours [4]float64
	// The failed deployments by the day (UTC) on which the deployment that went back behind them finished.
	wentBack []string
}

func TestHistories(t *testing.T) {
	t.Run("made by hand", func(t *testing.T) {
		// The history has a merge of two commits (a1, a2), commits straight on the mainline, a deployment to staging, one that
		// failed (6), a rollback (5 to the revision of 2) and a commit that was never delivered (g1). By hand:
		//
		//	1 is the baseline; 1, 2, 4, 5, 7 went to production with success, 4 and 5 on the same day.
		//	2 delivers the merge, begun with a1 on the 6th at 09:00 UTC (10:00+01:00): 28 h; and b1, of 10:00: 3 h.
		//	4 delivers e1, of 09:00: 10 h. 5 delivers nothing, 7 delivers f1, of 08:00: 2 h.
		//	{2, 3, 10, 28}: p50 3 + 7/2 = 6.5, p75 10 + 18/4 = 14.5, p90 10 + 0.7 × 18 = 22.6, mean 43/4 = 10.75.
		//	5 went back behind 4, so 4 failed: 1 of 5.
		checkHistory(t, "checkout", filepath.Join("testdata", "small-history"), []expectation{
			{"2026-01-05", "2026-01-19", 5, 4, 4, [4]float64{6.5, 14.5, 22.6, 10.75}, []string{"2026-01-08"}},
			// The 7th alone: {3, 28}; one deployment, which did not fail.
			{"2026-01-07", "2026-01-08", 1, 1, 2, [4]float64{15.5, 21.75, 25.5, 15.5}, nil},
		})
	})
	// Five years of a real service, with figures that were computed without Weir. They lie beside a checkout, not in it.
	beside := filepath.Join(moduleRoot(t), "..", "shared", "data", "govuk-content-store")
	if _, err := os.Stat(beside); err != nil {
		t.Logf("there is no real history beside the checkout, so none is checked: %v", err)
		return
	}
	t.Run("real", func(t *testing.T) {
		checkHistory(t, "content-store", beside, []expectation{
			{"2023-01-01", "2024-01-01", 71, 59, 123, [4]float64{92.809, 452.469, 1213.473, 353.072}, []string{"2023-06-07"}},
			{"2024-01-01", "2025-01-01", 113, 90, 171, [4]float64{22.637, 97.176, 309.611, 139.689}, []string{"2024-10-02", "2024-10-25"}},
			{"2025-01-01", "2026-01-01", 124, 112, 167, [4]float64{21.589, 46.108, 97.743, 46.309}, nil},
		})
	})
}

// moduleRoot is the folder that holds go.mod.
func moduleRoot(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("there is no go.mod above the test")
		}
		dir = up
	}
}

// checkHistory imports a history and asks for each window's figures as a script would.
func checkHistory(t *testing.T, service, history string, windows []expectation) {
	absolute, err := filepath.Abs(history)
	if err != nil {
		t.Fatal(err)
	}
	p := newPlace(t)
	p.succeed("import", absolute, "--data-dir", "data")
	for _, want := range windows {
		t.Run(want.from, func(t *testing.T) {
			asked := inquiry{place: p, t: t, service: service, from: want.from, to: want.to}
			frequency := asked.row("deployment_frequency")
			if frequency.N != want.deployments || frequency.DaysWith != want.daysWith {
				t.Errorf("%d deployments on %d days, want %d on %d", frequency.N, frequency.DaysWith, want.deployments, want.daysWith)
			}
			asked.checkLeadTimes(want)
			asked.checkFailures(want)
		})
	}
}

// inquiry asks about one service in one window.
type inquiry struct {
	place             *place
	t                 *testing.T
	service, from, to string
}

// figureRow has what the rows of all shapes have in JSON.
type figureRow struct {
	N                   int
	DaysWith            int `json:"days_with"`
	Numerator           int
	Denominator         int
	P50, P75, P90, Mean float64
}

// listedItem is what of an item is looked at.
type listedItem struct {
	ID       string
	End      string
	Value    float64
	Evidence []struct{ Rule, Record, ID string }
}

func (a inquiry) ask(into any, args ...string) {
	a.t.Helper()
	args = append(args, "--service", a.service, "--from", a.from, "--to", a.to, "--format", "json", "--data-dir", "data")
	got := a.place.succeed(args...)
	if err := json.Unmarshal([]byte(got.stdout), into); err != nil {
		a.t.Fatalf("weir %v: %v in %q", args, err, got.stdout)
	}
}

func (a inquiry) row(metric string) figureRow {
	a.t.Helper()
	var answer struct{ Rows []figureRow }
	a.ask(&answer, "query", metric)
	if len(answer.Rows) != 1 {
		a.t.Fatalf("%s has %d rows, want 1", metric, len(answer.Rows))
	}
	return answer.Rows[0]
}

func (a inquiry) items(metric string) []listedItem {
	a.t.Helper()
	var answer struct{ Items []listedItem }
	a.ask(&answer, "items", metric, "--limit", "1000")
	return answer.Items
}

func (a inquiry) checkLeadTimes(want expectation) {
	lead := a.row("lead_time")
	if lead.N != want.delivered {
		a.t.Errorf("%d changes delivered, want %d", lead.N, want.delivered)
	}
	for i, seconds := range []float64{lead.P50, lead.P75, lead.P90, lead.Mean} {
		// The figures to compare with have three digits after the point.
		if got := seconds / 3600; math.Abs(got-want.hours[i]) > 0.001 {
			a.t.Errorf("lead time's %s is %.4f h, want %.3f h", []string{"p50", "p75", "p90", "mean"}[i], got, want.hours[i])
		}
	}
	if items := a.items("lead_time"); len(items) != want.delivered {
		a.t.Errorf("%d items behind the lead time, want %d", len(items), want.delivered)
	}
}

func (a inquiry) checkFailures(want expectation) {
	ratio := a.row("change_failure_rate")
	if ratio.Numerator != len(want.wentBack) || ratio.Denominator != want.deployments {
		a.t.Errorf("%d of %d deployments failed, want %d of %d", ratio.Numerator, ratio.Denominator, len(want.wentBack), want.deployments)
	}
	finished := map[string]string{} // a deployment's day by its ID
	for _, item := range a.items("deployment_frequency") {
		finished[item.ID] = item.End[:len("2006-01-02")]
	}
	wentBack := []string{}
	for _, item := range a.items("change_failure_rate") {
		if (item.Value == 1) != (len(item.Evidence) > 0) {
			a.t.Errorf("deployment %s counts %v with the evidence %v", item.ID, item.Value, item.Evidence)
		}
		for _, e := range item.Evidence {
			if e.Rule != "rolled_back" || e.Record != "deployment" {
				a.t.Errorf("deployment %s failed by %v, want a rollback", item.ID, e)
			}
			wentBack = append(wentBack, finished[e.ID])
		}
	}
	slices.Sort(wentBack)
	if got, want := fmt.Sprint(wentBack), fmt.Sprint(want.wentBack); got != want {
		a.t.Errorf("deployments went back on %s, want %s", got, want)
	}
}
