package gitlab

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/collectors/access"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// asked are the requests since the last time.
func (s *standIn) asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.requests
	s.requests = nil
	return all
}

type quick struct{}

func (quick) Now() time.Time                                   { return nine.AddDate(0, 1, 0) }
func (quick) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

func (s *standIn) collector(tb testing.TB, cfg Configuration) *Collector {
	tb.Helper()
	tb.Setenv("TEST_GITLAB_TOKEN", "secret")
	cfg.URL, cfg.Token.Env = s.URL, "TEST_GITLAB_TOKEN"
	if len(cfg.Projects)+len(cfg.Groups) == 0 {
		cfg.Groups = []string{"acme"}
	}
	c, err := New(cfg, access.New(access.Options{Clock: quick{}, Transport: &http.Transport{}}).Line("lab", "", nil))
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func collect(ctx context.Context, tb testing.TB, w collectors.Store, c collectors.Collector, order collectors.Order) error {
	tb.Helper()
	r, err := collectors.New(w, []collectors.Source{{Name: "lab", Collector: c}}, collectors.Options{Log: slog.New(slog.DiscardHandler), Clock: quick{}})
	if err != nil {
		tb.Fatal(err)
	}
	return r.Collect(ctx, order)
}

func mustCollect(t *testing.T, w collectors.Store, c collectors.Collector, order collectors.Order) {
	t.Helper()
	if err := collect(t.Context(), t, w, c, order); err != nil {
		t.Fatal(err)
	}
}

var tables = []string{"commits", "pull_requests", "reviews", "builds", "build_stages", "deployments", "incidents", "tickets", "transitions", "statuses"}

// content is all that the warehouse has, one line a record.
func content(tb testing.TB, w *warehouse.Warehouse) (lines []string) {
	tb.Helper()
	for _, table := range tables {
		known, err := w.Known(tb.Context(), warehouse.Scope{Table: table})
		if err != nil {
			tb.Fatal(err)
		}
		for _, list := range []any{known.Commits, known.PullRequests, known.Reviews, known.Builds, known.BuildStages, known.Deployments, known.Incidents, known.Tickets, known.Transitions, known.Statuses} {
			var each []json.RawMessage
			text, _ := json.Marshal(list)
			_ = json.Unmarshal(text, &each)
			for _, one := range each {
				lines = append(lines, table+" "+string(one))
			}
		}
	}
	return lines
}

func open(tb testing.TB) *warehouse.Warehouse {
	tb.Helper()
	return warehousetest.Open(tb)
}

// sameAsFresh compares what the warehouse has with what a fresh back-fill makes. One engine lives in a process, so the
// warehouse is closed.
func sameAsFresh(t *testing.T, s *standIn, w *warehouse.Warehouse, cfg Configuration) {
	t.Helper()
	got := content(t, w)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	fresh := open(t)
	mustCollect(t, fresh, s.collector(t, cfg), collectors.Order{})
	want := content(t, fresh)
	if err := fresh.Close(); err != nil {
		t.Fatal(err)
	}
	for i := range max(len(got), len(want)) {
		var g, x string
		if i < len(got) {
			g = got[i]
		}
		if i < len(want) {
			x = want[i]
		}
		if g != x {
			t.Errorf("%d records, a fresh back-fill has %d; the first difference:\n got %s\nwant %s", len(got), len(want), g, x)
			return
		}
	}
}
