package simulator

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir/warehouse"
)

// The story is told by the records alone: these tests look for it as Weir's figures will.

func median(ds []time.Duration) time.Duration {
	if len(ds) == 0 {
		return 0
	}
	slices.Sort(ds)
	return (ds[(len(ds)-1)/2] + ds[len(ds)/2]) / 2
}

// demos are three histories of the demo's size.
func demos(t *testing.T, check func(t *testing.T, w *World, r warehouse.Records)) {
	for _, name := range []string{"seed 1", "seed 2", "seed 3"} {
		t.Run(name, func(t *testing.T) {
			cfg := DefaultConfiguration(moment("2026-03-18 12:00"))
			cfg.Seed = uint64(name[5] - '0')
			check(t, New(cfg), collect(t, cfg))
		})
	}
}

func TestStory(t *testing.T) {
	demos(t, func(t *testing.T, w *World, r warehouse.Records) {
		t.Run("size", func(t *testing.T) { size(t, r) })
		t.Run("reorganisation", func(t *testing.T) { reorganisation(t, w, r) })
		t.Run("slow approvals", func(t *testing.T) { slowApprovals(t, w, r) })
		t.Run("flaky service", func(t *testing.T) { flakyService(t, w, r) })
		t.Run("growing queue", func(t *testing.T) { growingQueue(t, w, r) })
	})
}

func size(t *testing.T, r warehouse.Records) {
	for _, c := range []struct {
		kind           string
		got, low, high int
	}{
		{"pull requests", len(r.PullRequests), 15_000, 25_000},
		{"commits", len(r.Commits), 60_000, 90_000},
		{"deployments", len(r.Deployments), 10_000, 16_000},
		{"incidents", len(r.Incidents), 250, 700},
		{"tickets", len(r.Tickets), 10_000, 25_000},
	} {
		if c.got < c.low || c.got > c.high {
			t.Errorf("%s: got %d, want %d to %d", c.kind, c.got, c.low, c.high)
		}
	}
}

func reorganisation(t *testing.T, w *World, r warehouse.Records) {
	type id struct {
		repo   string
		number int64
	}
	first := map[id]time.Time{}
	pulls := map[id]warehouse.PullRequest{}
	for _, p := range r.PullRequests {
		pulls[id{p.Repo, p.Number}] = p
	}
	for _, e := range r.Reviews {
		key := id{e.Repo, e.PullRequest}
		verdict := e.Kind == "commented" || e.Kind == "approved" || e.Kind == "changes_requested"
		if !verdict || strings.HasSuffix(e.Actor, "[bot]") || e.Actor == pulls[key].Author {
			continue
		}
		if at := first[key]; at.IsZero() || e.At.Before(at) {
			first[key] = e.At
		}
	}
	var before, after []time.Duration
	for key, at := range first {
		p := pulls[key]
		ready := p.ReadyAt
		if ready.IsZero() {
			ready = p.CreatedAt
		}
		if wait := at.Sub(ready); ready.Before(w.Story.ReorganisedAt) {
			before = append(before, wait)
		} else {
			after = append(after, wait)
		}
	}
	got := float64(median(after)) / float64(median(before))
	t.Logf("median pickup %v before, %v after", median(before), median(after))
	if got < 0.4 || got > 0.6 {
		t.Errorf("median pickup after the reorganisation: got %.2f of that before (%v, %v), want about half", got, median(before), median(after))
	}
	if want := moment("2025-06-18 00:00"); !w.Story.ReorganisedAt.Equal(want) {
		t.Errorf("reorganised at %v, want the start of month 10, %v", w.Story.ReorganisedAt, want)
	}
}

func slowApprovals(t *testing.T, w *World, r warehouse.Records) {
	owner := map[string]string{}
	for _, s := range w.Services {
		owner[s.Name] = s.Team.Name
	}
	waits := map[string][]time.Duration{}
	for _, d := range r.Deployments {
		if !d.ApprovedAt.IsZero() {
			waits[owner[d.Service]] = append(waits[owner[d.Service]], d.ApprovedAt.Sub(d.ApprovalRequestedAt))
		}
	}
	if len(waits) < 4 {
		t.Errorf("teams that ask for approvals: got %d, want at least 4", len(waits))
	}
	for team, ds := range waits {
		got := median(ds)
		t.Logf("%s: median approval %v of %d", team, got, len(ds))
		if team == w.Story.SlowApprovalTeam {
			if got < 36*time.Hour {
				t.Errorf("approvals of %s: got a median of %v, want days", team, got)
			}
		} else if got < 20*time.Minute || got > 3*time.Hour {
			t.Errorf("approvals of %s: got a median of %v, want about an hour", team, got)
		}
	}
}

// flakyService counts, of each service's successful production deployments, those that were rolled back or that an
// incident within the next day says, or does not deny, to have been their fault.
func flakyService(t *testing.T, w *World, r warehouse.Records) {
	deployed, failed := map[string]int{}, map[string]int{}
	started := map[string][]time.Time{}
	for _, i := range r.Incidents {
		started[i.Services[0]] = append(started[i.Services[0]], i.StartedAt)
	}
	for _, d := range r.Deployments {
		if d.EnvironmentKind != "production" || d.Result != "success" {
			continue
		}
		deployed[d.Service]++
		if slices.ContainsFunc(started[d.Service], func(at time.Time) bool {
			return !at.Before(d.FinishedAt) && at.Before(d.FinishedAt.Add(6*time.Hour))
		}) {
			failed[d.Service]++
		}
	}
	rate := func(s string) float64 { return float64(failed[s]) / float64(deployed[s]) }
	flaky := rate(w.Story.FlakyService)
	t.Logf("%s fails in %.2f of %d", w.Story.FlakyService, flaky, deployed[w.Story.FlakyService])
	if flaky < 0.18 {
		t.Errorf("failures of %s: got %.2f, want at least 0.18", w.Story.FlakyService, flaky)
	}
	all, bad := 0, 0
	for _, s := range w.Services {
		if s.Name == w.Story.FlakyService {
			continue
		}
		all, bad = all+deployed[s.Name], bad+failed[s.Name]
		if rate(s.Name) > flaky*0.7 {
			t.Errorf("failures of %s: got %.2f, near the flaky service's %.2f", s.Name, rate(s.Name), flaky)
		}
	}
	if others := float64(bad) / float64(all); others*3 > flaky || others < 0.02 {
		t.Errorf("failures of all others: got %.2f, want less than a third of %.2f", others, flaky)
	}
}

func growingQueue(t *testing.T, w *World, r warehouse.Records) {
	var quarters [6][]time.Duration
	from := r.Tickets[0].CreatedAt
	for _, k := range r.Tickets {
		if k.CreatedAt.Before(from) {
			from = k.CreatedAt
		}
	}
	entered := map[string]time.Time{}
	for _, m := range r.Transitions { // those of one ticket are in order
		switch {
		case m.Field != "status":
		case m.To == w.Story.QueueStatus:
			entered[m.Ticket] = m.At
		case m.From == w.Story.QueueStatus:
			quarter := min(int(entered[m.Ticket].Sub(from).Hours()/24/91.3), 5)
			quarters[quarter] = append(quarters[quarter], m.At.Sub(entered[m.Ticket]))
		}
	}
	var got []time.Duration
	for _, q := range quarters {
		got = append(got, median(q).Round(time.Hour))
	}
	t.Logf("median wait by quarter: %v", got)
	if !slices.IsSorted(got) || got[5] < 4*got[0] {
		t.Errorf("median wait for %s by quarter: got %v, want it to grow all the time, to four times and more", w.Story.QueueTeam, got)
	}
}

// orders and sign-ups are there for every day and product.
func TestSignals(t *testing.T) {
	w, r := New(small()), collect(t, small())
	days := int(w.configuration.To.Sub(w.configuration.From) / day)
	if got, want := len(r.Signals), days*len(w.Products)*2; got != want {
		t.Errorf("signals: got %d, want %d", got, want)
	}
	for _, s := range r.Signals {
		if s.Value <= 0 || !s.At.Equal(s.At.Truncate(day)) {
			t.Errorf("%s of %s at %v: got %v", s.Name, s.Product, s.At, s.Value)
		}
	}
}
