package webhook

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/weirhq/weir/warehouse"
)

// TestMerge: what is known after some statements depends neither on their order nor on their repetition.
func TestMerge(t *testing.T) {
	k := kindNamed(t, "builds")
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) map[string]cell {
			b := warehouse.Build{Pipeline: "p", ID: "1"}
			b.Result = rapid.SampledFrom([]string{"", "running", "success", "failure"}).Draw(t, "result")
			b.Branch = rapid.SampledFrom([]string{"", "main", "next"}).Draw(t, "branch")
			if n := rapid.IntRange(0, 3).Draw(t, "started"); n > 0 {
				b.StartedAt = at(n)
			}
			if n := rapid.IntRange(0, 3).Draw(t, "finished"); n > 0 {
				b.FinishedAt = at(n)
			}
			if n := rapid.IntRange(0, 3).Draw(t, "updated"); n > 0 {
				b.UpdatedAt = at(n)
			}
			cells, err := k.state(reflect.ValueOf(b), rapid.SampledFrom([][]string{nil, {"branch"}}).Draw(t, "empty"), rapid.Bool().Draw(t, "foreign"))
			if err != nil {
				t.Fatal(err)
			}
			return cells
		}), 1, 6).Draw(t, "statements")
		var once, again object
		for _, cells := range list {
			k.merge(&once, cells)
		}
		for _, i := range rapid.Permutation(indices(2*len(list))).Draw(t, "order") {
			k.merge(&again, list[i%len(list)])
		}
		if !maps.Equal(once.Cells, again.Cells) {
			t.Fatalf("in order:   %+v\nin another: %+v", once.Cells, again.Cells)
		}
	})
}

func indices(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

func kindNamed(t testing.TB, name string) *kind {
	t.Helper()
	for _, k := range kinds() {
		if k.name == name {
			return k
		}
	}
	t.Fatalf("no kind %s", name)
	return nil
}

// life is what happens to a few objects, as events in the order in which it happened. Space tells the lives of one test apart.
func life(r *rand.Rand, space string) []string {
	var events []string
	say := func(e plainEvent) { events = append(events, pushed(e)) }
	for n := range 2 {
		repo, minute := fmt.Sprintf("%s/%d", space, n), r.IntN(5)
		next := func() int { minute += r.IntN(3); return minute } // sometimes the same moment
		opened := warehouse.PullRequest{Repo: repo, Number: 1, CreatedAt: at(minute), Title: "first", Draft: r.IntN(2) == 0, Provenance: updated(minute)}
		facts := map[string][]string{"pull_requests": {"draft", "merged_at", "closed_at", "merge_sha", "labels"}}
		pr := opened
		for range 1 + r.IntN(6) {
			say(plainEvent{Have: warehouse.Records{PullRequests: []warehouse.PullRequest{pr}}, Empty: facts})
			pr.UpdatedAt = at(next())
			switch r.IntN(5) {
			case 0:
				pr.Labels = []string{"a", "b"}[:r.IntN(3)]
			case 1:
				pr.ClosedAt = pr.UpdatedAt
			case 2:
				pr.ClosedAt = warehouse.PullRequest{}.ClosedAt
			case 3:
				pr.Title = fmt.Sprintf("title %d", minute)
			case 4:
				pr.Draft = !pr.Draft
			}
			if r.IntN(3) == 0 { // only this event knows it
				say(plainEvent{Have: warehouse.Records{PullRequests: []warehouse.PullRequest{{Repo: repo, Number: 1, ReadyAt: at(minute), Provenance: updated(minute)}}}})
			}
		}
		build := warehouse.Build{Pipeline: repo, ID: "7", Result: "running"}
		for job := range 1 + r.IntN(3) {
			part := build
			part.StartedAt, part.FinishedAt = at(minute+r.IntN(4)), at(minute+4+r.IntN(4))
			say(plainEvent{Have: warehouse.Records{Builds: []warehouse.Build{part}, BuildStages: []warehouse.BuildStage{{
				Pipeline: repo, BuildID: "7", Name: fmt.Sprint(job), Result: "success", FinishedAt: part.FinishedAt, Provenance: warehouse.Provenance{UpdatedAt: part.FinishedAt}}}}})
		}
		if r.IntN(3) > 0 {
			build.Result, build.UpdatedAt = "failure", at(minute+9)
			say(plainEvent{Have: warehouse.Records{Builds: []warehouse.Build{build}}})
		}
		ticket := warehouse.Ticket{Key: repo, CreatedAt: at(0), Assignee: "fern", Provenance: updated(next())}
		say(plainEvent{Have: warehouse.Records{Tickets: []warehouse.Ticket{ticket}}, Empty: map[string][]string{"tickets": {"assignee"}}})
		if r.IntN(2) == 0 {
			ticket.UpdatedAt = at(minute + 1)
			say(plainEvent{Gone: warehouse.Records{Tickets: []warehouse.Ticket{ticket}}})
		}
		if r.IntN(2) == 0 {
			ticket.UpdatedAt, ticket.Assignee = at(minute+2), ""
			say(plainEvent{Have: warehouse.Records{Tickets: []warehouse.Ticket{ticket}}, Empty: map[string][]string{"tickets": {"assignee"}}})
		}
	}
	return events
}

// TestAnyOrder: the same events in any order, any repetition, any batches and over any number of processes end in the same
// records.
func TestAnyOrder(t *testing.T) {
	hook := Configuration{Name: "git", GitHub: withSecret()}
	s := newSite(t, hook)
	for seed := range uint64(3) {
		r := rand.New(rand.NewPCG(seed, 1))
		var want string
		for try := range 3 {
			space := fmt.Sprintf("s%dt%d", seed, try)
			events := life(rand.New(rand.NewPCG(seed, 2)), space)
			if try > 0 {
				events = append(events, events[:r.IntN(len(events))]...)
				r.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
			}
			for len(events) > 0 {
				n := 1 + r.IntN(len(events))
				if try == 0 {
					n = min(4, len(events)) // the undisturbed way: soon after it happens
				}
				for _, e := range events[:n] {
					if err := s.hooks["git"].accept([]entry{{Event: "x", Body: []byte(e)}}); err != nil {
						t.Fatal(err)
					}
				}
				events = events[n:]
				s.collect()
				if r.IntN(4) == 0 {
					s = s.reopen(hook)
				}
			}
			var lines []string
			for line := range strings.Lines(s.known()) {
				if strings.Contains(line, space+"/") {
					lines = append(lines, strings.ReplaceAll(line, space, "space"))
				}
			}
			got := strings.Join(lines, "")
			if try == 0 {
				want = got
			}
			if got != want || got == "" {
				t.Fatalf("seed %d, try %d: got\n%s\nwant\n%s", seed, try, got, want)
			}
		}
	}
	if st := s.hooks["git"].Stats(); st.Rejected != 0 || st.Waiting != 0 {
		t.Errorf("stats %+v", st)
	}
}

// TestPartial: a part of an object leaves alone what an earlier event, or another source, knew about the rest.
func TestPartial(t *testing.T) {
	ctx := context.Background()
	s := newSite(t, Configuration{Name: "push", Source: "github", GitHub: withSecret()})
	tell := func(e plainEvent) {
		t.Helper()
		if err := s.hooks["push"].accept([]entry{{Event: "x", Body: []byte(pushed(e))}}); err != nil {
			t.Fatal(err)
		}
		s.collect()
	}
	one := func() warehouse.PullRequest {
		t.Helper()
		r, err := s.store.Known(ctx, warehouse.Scope{Table: "pull_requests", Source: "github"})
		if err != nil || len(r.PullRequests) > 1 {
			t.Fatal(r, err)
		}
		if len(r.PullRequests) == 0 {
			return warehouse.PullRequest{}
		}
		return r.PullRequests[0]
	}
	poll := func(p warehouse.PullRequest) {
		t.Helper()
		p.Source = "github"
		if err := s.store.Write(ctx, warehouse.Records{PullRequests: []warehouse.PullRequest{p}}); err != nil {
			t.Fatal(err)
		}
	}
	polled := warehouse.PullRequest{Repo: "acme/shop", Number: 1, CreatedAt: at(0), Title: "polled", Commits: []string{"x"}, FirstCommitAt: at(-5), Provenance: updated(10)}
	key := func(minute int) warehouse.PullRequest {
		return warehouse.PullRequest{Repo: "acme/shop", Number: 1, Provenance: updated(minute)}
	}

	older := key(5)
	older.Title, older.Author = "older", "fern"
	tell(plainEvent{Have: warehouse.Records{PullRequests: []warehouse.PullRequest{older}}})
	if got := one(); got.Repo != "" {
		t.Fatalf("without its creation a pull request is not written yet, got %+v", got)
	}
	poll(polled)
	newer := key(12)
	newer.MergedAt = at(12)
	tell(plainEvent{Have: warehouse.Records{PullRequests: []warehouse.PullRequest{newer}}})
	if got := one(); got.Title != "polled" || !slices.Equal(got.Commits, []string{"x"}) || !got.MergedAt.Equal(at(12)) || !got.UpdatedAt.Equal(at(12)) {
		t.Errorf("after the merge: %+v", got)
	}
	// What is older than the poll changes nothing.
	older.UpdatedAt = at(9)
	tell(plainEvent{Have: warehouse.Records{PullRequests: []warehouse.PullRequest{older}}})
	if got := one(); got.Title != "polled" || got.Author != "" {
		t.Errorf("after an older event: %+v", got)
	}
	// A later poll knows everything again, and parts of events from before it are late.
	polled.Title, polled.UpdatedAt, polled.MergedAt, polled.Commits = "polled again", at(20), at(12), []string{"x", "y"}
	poll(polled)
	late := key(15)
	late.Title, late.Labels = "late", []string{"late"}
	tell(plainEvent{Have: warehouse.Records{PullRequests: []warehouse.PullRequest{late}}})
	if got := one(); got.Title != "polled again" || len(got.Labels) != 0 || len(got.Commits) != 2 {
		t.Errorf("after a late event: %+v", got)
	}
	reopened := key(21)
	tell(plainEvent{Have: warehouse.Records{PullRequests: []warehouse.PullRequest{reopened}}, Empty: map[string][]string{"pull_requests": {"merged_at"}}})
	if got := one(); !got.MergedAt.IsZero() || len(got.Commits) != 2 {
		t.Errorf("after an event that says so, it is not merged: %+v", got)
	}
	// A reconciling poll deleted it: an event from before that does not bring it back, a newer one does.
	if err := s.store.Delete(ctx, warehouse.Records{PullRequests: []warehouse.PullRequest{{Repo: "acme/shop", Number: 1, Provenance: warehouse.Provenance{Source: "github"}}}}); err != nil {
		t.Fatal(err)
	}
	tell(plainEvent{Have: warehouse.Records{PullRequests: []warehouse.PullRequest{reopened, late}}})
	if got := one(); got.Repo != "" {
		t.Errorf("a late event brought back what was deleted: %+v", got)
	}
	tell(plainEvent{Have: warehouse.Records{PullRequests: []warehouse.PullRequest{key(30)}}})
	if got := one(); got.Title != "polled again" {
		t.Errorf("after a newer event: %+v", got)
	}
	tell(plainEvent{Gone: warehouse.Records{PullRequests: []warehouse.PullRequest{key(31)}}})
	if got := one(); got.Repo != "" {
		t.Errorf("after it was deleted: %+v", got)
	}
}
