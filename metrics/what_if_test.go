package metrics_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/weirhq/weir/metrics"
)

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
