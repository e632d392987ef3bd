package derive_test

import (
	"context"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/weirhq/weir/collectors/simulator"
	"github.com/weirhq/weir/collectors/simulator/simulatortest"
	"github.com/weirhq/weir/metrics"
	"github.com/weirhq/weir/metrics/derive"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// The story that was put into the simulated company is found by Weir's figures, from its records and its configuration alone.
func TestPlantedStory(t *testing.T) {
	ctx := context.Background()
	cfg := simulator.DefaultConfiguration(time.Date(2026, 3, 18, 0, 0, 0, 0, time.UTC))
	// Half a year at full size: in a smaller company deployments are rarer, and everything waits for those.
	cfg.From = cfg.To.AddDate(0, -6, 0)
	w := warehousetest.Open(t)
	world := simulatortest.Fill(t, w, cfg)
	var organisation derive.Organisation
	if err := yaml.Unmarshal(world.WeirYAML(), &organisation); err != nil {
		t.Fatal(err)
	}
	d := newDeriver(w)
	if err := d.Apply(ctx, organisation); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Update(ctx); err != nil {
		t.Fatal(err)
	}
	if got := answers(t, w, broken, 0, nil); got != "" {
		t.Errorf("there are items whose intervals do not tile: %s", got)
	}
	r := metrics.NewReader(w, metrics.ReaderConfiguration{Location: time.UTC, Now: func() time.Time { return cfg.To }})
	settled := metrics.StreamQuery{From: cfg.From.AddDate(0, 1, 0), To: cfg.To}

	t.Run("the queue in front of one group is the constraint", func(t *testing.T) {
		v, err := r.ValueStream(ctx, settled)
		if err != nil {
			t.Fatal(err)
		}
		if v.Constraint.Waiting == nil || *v.Constraint.Waiting != world.Story.QueueTeam {
			t.Errorf("the stage with the longest mean wait is %v, want %s", v.Constraint.Waiting, world.Story.QueueTeam)
			for _, s := range v.Stages {
				t.Logf("%s: %d items, mean wait %.1f h", s.Stage, s.N, *s.Waiting.Mean/3600)
			}
		}
		for _, s := range v.Stages {
			if s.Stage == world.Story.QueueTeam && (!s.Side || s.Owner == nil || *s.Owner != world.Story.QueueTeam || s.N < 100) {
				t.Errorf("%s is not a visit to its group: %+v", s.Stage, s)
			}
		}
	})

	t.Run("one service leads the failed deployments", func(t *testing.T) {
		a, err := r.Query(ctx, metrics.Query{Metric: "change_failure_rate", From: cfg.From, To: cfg.To, By: metrics.ByService, Every: metrics.EveryRange})
		if err != nil {
			t.Fatal(err)
		}
		worst, highest := "", -1.0
		for _, row := range a.Rows {
			if row.Ratio != nil && row.Ratio.Value != nil && *row.Ratio.Value > highest {
				worst, highest = row.Group, *row.Ratio.Value
			}
		}
		if worst != world.Story.FlakyService {
			t.Errorf("%s fails most often (%.0f%%), want %s", worst, 100*highest, world.Story.FlakyService)
		}
	})

	// Between teams: every team also waits for its own next deployment, and those for the approvals of the ones before.
	t.Run("slow approvals are the largest wait of one team for others", func(t *testing.T) {
		for _, team := range []string{world.Story.SlowApprovalTeam, "checkout", "sellers", "search"} {
			q := metrics.HandoffsQuery{StreamQuery: settled, Between: metrics.BetweenTeams}
			q.Teams = []string{team}
			a, err := r.Handoffs(ctx, q)
			if err != nil {
				t.Fatal(err)
			}
			if len(a.Reasons) == 0 || (a.Reasons[0].Reason == "approval") != (team == world.Story.SlowApprovalTeam) {
				t.Errorf("%s waits longest for something else", team)
				for _, reason := range a.Reasons {
					t.Logf("%s: %d handoffs, %.1f h", reason.Reason, reason.N, reason.Total/3600)
				}
				for _, pair := range a.Pairs[:10] {
					t.Logf("%v > %v: %d handoffs, %.1f h", *pair.From, *pair.To, pair.N, pair.Total/3600)
				}
			}
		}
	})
}
