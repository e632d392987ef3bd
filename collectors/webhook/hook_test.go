package webhook

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

func signedPush(s *site, event, body string) {
	s.Helper()
	s.must(202, "/api/v1/hooks/github", body, "X-GitHub-Event", event, "X-GitHub-Delivery", "d-1", "X-Hub-Signature-256", sign(body))
}

func pushedDeployment(id string) string {
	return pushed(plainEvent{Have: warehouse.Records{Deployments: []warehouse.Deployment{{Service: "a", Environment: "b", ID: id, Result: "success", FinishedAt: at(1), Provenance: updated(1)}}}})
}

// TestRejected: what cannot be used is set aside with its reason, and stops nothing.
func TestRejected(t *testing.T) {
	s := newSite(t, Configuration{Name: "github", GitHub: withSecret()})
	signedPush(s, "x", pushedDeployment("1"))
	signedPush(s, "x", `["not", "what", "was", "expected"]`)
	signedPush(s, "panic", `{}`)
	signedPush(s, "x", pushed(plainEvent{Have: warehouse.Records{Deployments: []warehouse.Deployment{{Service: "a", Environment: "b", ID: "whole event"}},
		Builds: []warehouse.Build{{Pipeline: "p", ID: "1", Result: "exploded"}}}}))
	signedPush(s, "x", pushed(plainEvent{Have: warehouse.Records{Commits: []warehouse.Commit{{Repo: "a/b"}}}}))
	signedPush(s, "x", pushed(plainEvent{Have: warehouse.Records{Commits: []warehouse.Commit{{Repo: "a/b", SHA: "x", AuthoredAt: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}}}}))
	signedPush(s, "x", pushed(plainEvent{Have: warehouse.Records{Commits: []warehouse.Commit{{Repo: strings.Repeat("x", 9000), SHA: "x", AuthoredAt: at(0)}}}}))
	signedPush(s, "x", pushed(plainEvent{Have: warehouse.Records{Commits: []warehouse.Commit{{Repo: "a/b", SHA: "x", AuthoredAt: at(0), Provenance: warehouse.Provenance{UpdatedAt: at(60 * 24 * 365)}}}}}))
	signedPush(s, "other", `{}`)
	signedPush(s, "x", pushedDeployment("2"))
	s.collect()
	if d := s.deployments(); len(d) != 2 {
		t.Errorf("deployments %+v", d)
	}
	if st := s.hooks["github"].Stats(); st.Received != 10 || st.Written != 3 || st.Ignored != 1 || st.Rejected != 7 || st.Waiting != 0 || !strings.Contains(st.LastRejected, "clock is wrong") {
		t.Errorf("stats %+v", st)
	}
	files, err := filepath.Glob(filepath.Join(s.dir, "github", "rejected", "*.json"))
	if err != nil || len(files) != 7 {
		t.Fatalf("%v, %v", files, err)
	}
	for i, want := range []string{"not understood", "fault in the mapping", "it is one of success, failure", "has no sha", "9999", "longer", "clock is wrong"} {
		text, err := os.ReadFile(files[i])
		if err != nil || !strings.Contains(string(text), want) || !strings.Contains(string(text), "d-1") || !strings.Contains(string(text), `"body"`) {
			t.Errorf("%s: %s, %v; want %s", files[i], text, err, want)
		}
	}
	s = s.reopen(Configuration{Name: "github", GitHub: withSecret()})
	s.collect()
	if st := s.hooks["github"].Stats(); st.Written != 3 || st.Rejected != 7 {
		t.Errorf("after a restart: %+v", st)
	}
}

// away is a warehouse that can be away.
type away struct {
	collectors.Store
	gone atomic.Bool
}

var errAway = errors.New("the server is away")

func (a *away) Write(ctx context.Context, r warehouse.Records) error {
	if a.gone.Load() {
		return errAway
	}
	return a.Store.Write(ctx, r)
}

// TestAway: while the warehouse is away, everything is accepted and waits; then all of it is written, over a restart too.
func TestAway(t *testing.T) {
	store := &away{Store: warehousetest.Open(t)}
	store.gone.Store(true)
	c := []Configuration{{Name: "github", GitHub: withSecret()}, Local()}
	s := openSite(t, t.TempDir(), store, c...)
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			for k := range 5 {
				signedPush(s, "x", pushedDeployment(fmt.Sprintf("%d-%d", i, k)))
				s.must(202, "/api/v1/records/signals", fmt.Sprintf(`{"product":"p","name":"n%d","at":"2026-03-02T10:00:0%dZ","value":1}`, i, k))
			}
		})
		if i%5 == 0 {
			if err := s.runner.Collect(context.Background(), collectors.Order{}); i > 0 && !errors.Is(err, errAway) {
				t.Errorf("got %v", err)
			}
		}
	}
	all.Wait()
	if st := s.hooks["github"].Stats(); st.Received != 100 || st.Waiting != 100 || st.Written != 0 {
		t.Errorf("stats %+v", st)
	}
	s = s.reopen(c...)
	store.gone.Store(false)
	s.collect()
	if n := len(s.deployments()); n != 100 {
		t.Errorf("%d deployments", n)
	}
	if n := strings.Count(s.known(), "signals "); n != 100 {
		t.Errorf("%d signals", n)
	}
	if st := s.hooks["github"].Stats(); st.Waiting != 0 || st.Written != 100 {
		t.Errorf("stats %+v", st)
	}
}

// TestFollow: what arrives is written soon, without a schedule, also when the first try fails.
func TestFollow(t *testing.T) {
	store := &away{Store: warehousetest.Open(t)}
	store.gone.Store(true)
	s := openSite(t, t.TempDir(), store, Configuration{Name: "github", GitHub: withSecret()})
	ctx, cancel := context.WithCancel(context.Background())
	tried := make(chan error, 100)
	var ended sync.WaitGroup
	ended.Go(func() {
		Follow(ctx, []*Hook{s.hooks["github"]}, func(ctx context.Context, source string) error {
			err := s.runner.Collect(ctx, collectors.Order{Sources: []string{source}})
			tried <- err
			return err
		})
	})
	if err := <-tried; err != nil { // nothing waits from earlier
		t.Fatal(err)
	}
	signedPush(s, "x", pushedDeployment("1"))
	if err := <-tried; !errors.Is(err, errAway) {
		t.Fatalf("got %v", err)
	}
	store.gone.Store(false)
	if err := <-tried; err != nil {
		t.Fatal(err)
	}
	if n := len(s.deployments()); n != 1 {
		t.Errorf("%d deployments", n)
	}
	cancel()
	ended.Wait()
}

// TestContribute: of what several parts tell about a whole, the first beginning and the last end count, once the whole has ended.
func TestContribute(t *testing.T) {
	s := newSite(t, Configuration{Name: "github", GitHub: withSecret()})
	tell := func(b warehouse.Build) warehouse.Build {
		t.Helper()
		b.Pipeline, b.ID = "p", "1"
		signedPush(s, "x", pushed(plainEvent{Have: warehouse.Records{Builds: []warehouse.Build{b}}}))
		s.collect()
		r, err := s.store.Known(context.Background(), warehouse.Scope{Table: "builds"})
		if err != nil || len(r.Builds) != 1 {
			t.Fatal(r, err)
		}
		return r.Builds[0]
	}
	tell(warehouse.Build{Result: "running", StartedAt: at(5), FinishedAt: at(7)})
	if got := tell(warehouse.Build{Result: "running", StartedAt: at(3), FinishedAt: at(6)}); !got.StartedAt.Equal(at(3)) || !got.FinishedAt.IsZero() || got.Result != "running" {
		t.Errorf("while it runs: %+v", got)
	}
	if got := tell(warehouse.Build{Result: "success", Provenance: updated(8)}); !got.StartedAt.Equal(at(3)) || !got.FinishedAt.Equal(at(7)) || got.Result != "success" {
		t.Errorf("when it has ended: %+v", got)
	}
}

// TestOneProcess: a second process is told who drains the journal.
func TestOneProcess(t *testing.T) {
	s := newSite(t, Local())
	s.must(202, "/api/v1/records/deployments", deployment)
	other, err := New(Local(), Options{Dir: s.dir})
	if err != nil {
		t.Fatal(err)
	}
	if err := other.accept([]entry{{}}); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("got %v", err)
	}
	if err := s.hooks["records"].Close(); err != nil {
		t.Fatal(err)
	}
	if got, text := s.send("/api/v1/records/deployments", deployment); got != 503 || !strings.Contains(text, "stopping") {
		t.Errorf("a closed hook answered %d %s", got, text)
	}
}

// TestForget: objects that nobody hears of are forgotten; what the warehouse has of them then counts as one statement.
func TestForget(t *testing.T) {
	s := newSite(t, Configuration{Name: "github", GitHub: withSecret()})
	signedPush(s, "x", pushedDeployment("1"))
	s.collect()
	h := s.hooks["github"]
	if n, err := h.memory.forget(at(60 * 23)); n != 0 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if n, err := h.memory.forget(at(60 * 25)); n != 1 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	signedPush(s, "x", pushed(plainEvent{Have: warehouse.Records{Deployments: []warehouse.Deployment{{Service: "a", Environment: "b", ID: "1", SHA: "abc", Provenance: updated(2)}}}}))
	s.collect()
	if d := s.deployments(); len(d) != 1 || d[0].SHA != "abc" || !d[0].FinishedAt.Equal(at(1)) || !d[0].UpdatedAt.Equal(at(2)) {
		t.Errorf("got %+v", d)
	}
}

// TestUndated: what the poll writes without a moment after a deletion is back, and stays.
func TestUndated(t *testing.T) {
	ctx := context.Background()
	s := newSite(t, Configuration{Name: "github", Source: "jira", GitHub: withSecret()})
	link := warehouse.TicketLink{Ticket: "A-1", Kind: "blocks", Target: "A-2"}
	dated := link
	dated.UpdatedAt = at(5)
	links := func() int { return strings.Count(s.known(), "ticket_links ") }
	tell := func(e plainEvent) {
		t.Helper()
		signedPush(s, "x", pushed(e))
		s.collect()
	}
	tell(plainEvent{Have: warehouse.Records{TicketLinks: []warehouse.TicketLink{link}}})
	if links() != 1 {
		t.Fatal(s.known())
	}
	tell(plainEvent{Gone: warehouse.Records{TicketLinks: []warehouse.TicketLink{dated}}})
	tell(plainEvent{Have: warehouse.Records{TicketLinks: []warehouse.TicketLink{link}}}) // late
	if links() != 0 {
		t.Fatal(s.known())
	}
	polled := link
	polled.Source, polled.Since = "jira", at(9)
	if err := s.store.Write(ctx, warehouse.Records{TicketLinks: []warehouse.TicketLink{polled}}); err != nil {
		t.Fatal(err)
	}
	tell(plainEvent{Have: warehouse.Records{TicketLinks: []warehouse.TicketLink{link}}})
	if links() != 1 {
		t.Errorf("the link is gone again: %s", s.known())
	}
	tell(plainEvent{Gone: warehouse.Records{TicketLinks: []warehouse.TicketLink{dated}}})
	if links() != 0 {
		t.Errorf("the link is still there: %s", s.known())
	}
}

// TestDamaged: a line of the journal that cannot be read is set aside once, and stops nothing.
func TestDamaged(t *testing.T) {
	s := newSite(t, Configuration{Name: "github", GitHub: withSecret()})
	for _, id := range []string{"1", "2", "3"} {
		signedPush(s, "x", pushedDeployment(id))
	}
	list, err := segments(filepath.Join(s.dir, "github"))
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	text, err := os.ReadFile(list[0].path)
	if err != nil {
		t.Fatal(err)
	}
	text[len(text)/2] ^= 1
	if err := os.WriteFile(list[0].path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	s.collect()
	s.collect()
	if n := len(s.deployments()); n != 2 {
		t.Errorf("%d deployments", n)
	}
	if st := s.hooks["github"].Stats(); st.Rejected != 1 || st.Waiting != 0 {
		t.Errorf("stats %+v", st)
	}
}
