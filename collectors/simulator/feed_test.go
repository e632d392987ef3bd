package simulator

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir/warehouse"
)

// The feed tells, from the beginning on and in any steps, what the world is at each moment.
func TestFeed(t *testing.T) {
	cfg := small()
	feed, l := New(cfg).Feed(), ledger{}
	for _, at := range []time.Time{cfg.From.Add(-day), cfg.From.Add(200 * day), cfg.From.Add(200 * day), cfg.To.Add(-time.Hour), cfg.To.Add(9 * day)} {
		if err := feed.Until(at, func(r warehouse.Records) error {
			l.take(t, r)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		same(t, at.String(), l, ledgerOf(t, collect(t, seenAt(cfg, at))))
	}
}

// Ids are as the vendors make them.
func TestNames(t *testing.T) {
	r := collect(t, small())
	jenkins, again := 0, map[int64]int{}
	numbers := map[string][]int64{}
	for _, b := range r.Builds {
		n, err := strconv.ParseInt(b.ID, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(b.Pipeline, organisation) {
			if b.Pipeline != b.Repo+"/"+BuildWorkflow {
				t.Errorf("pipeline %s of %s", b.Pipeline, b.Repo)
			}
			again[b.Attempt]++
			continue
		}
		if jenkins++; b.Attempt != 1 || b.Result != "running" && b.StartedAt.IsZero() {
			t.Errorf("Jenkins build %+v", b)
		}
		numbers[b.Pipeline] = append(numbers[b.Pipeline], n)
	}
	if jenkins < 100 || again[1] < 100 || again[2] < 10 || len(again) != 2 {
		t.Errorf("%d builds by Jenkins, by GitHub %v by attempt", jenkins, again)
	}
	for pipeline, all := range numbers {
		slices.Sort(all)
		if all[0] != 1 || all[len(all)-1] != int64(len(all)) {
			t.Errorf("%s has builds %d to %d, want %d without a gap", pipeline, all[0], all[len(all)-1], len(all))
		}
	}
	started := map[string]time.Time{} // Jenkins numbers builds as they begin
	slices.SortFunc(r.Builds, func(a, b warehouse.Build) int { return a.StartedAt.Compare(b.StartedAt) })
	last := map[string]int64{}
	for _, b := range r.Builds {
		n, _ := strconv.ParseInt(b.ID, 10, 64)
		if !strings.HasPrefix(b.Pipeline, organisation) && n < last[b.Pipeline] && b.StartedAt.After(started[b.Pipeline]) {
			t.Errorf("%s: %d began after %d", b.Pipeline, n, last[b.Pipeline])
		}
		last[b.Pipeline], started[b.Pipeline] = n, b.StartedAt
	}
	for _, d := range r.Deployments {
		if n, err := strconv.ParseInt(d.ID, 10, 64); err != nil || n <= 0 {
			t.Errorf("deployment %q", d.ID)
		}
	}
	commits := map[string]time.Time{}
	for _, k := range r.Commits {
		commits[k.SHA] = k.CommittedAt
	}
	pushes := 0
	for _, p := range r.PullRequests {
		for _, sha := range p.Commits {
			if commits[sha].After(p.CreatedAt) {
				pushes++
			}
		}
	}
	for _, e := range r.Reviews {
		if sha, pushed := strings.CutPrefix(e.ID, "push-"); pushed {
			pushes--
			if e.Kind != "pushed" || !commits[sha].Equal(e.At) {
				t.Errorf("push %+v", e)
			}
		}
	}
	if pushes != 0 {
		t.Errorf("%d commits after their pull request's creation have no push", pushes)
	}
	for _, k := range r.Tickets {
		if k.Assignee != "" && !strings.HasSuffix(k.Assignee, "@millrace.example") {
			t.Errorf("%s is assigned to %q", k.Key, k.Assignee)
		}
	}
}
