package github

import (
	"context"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// doing is a collector that does something with a repository.
type doing func(ctx context.Context, r *repository) error

func (d doing) Collect(ctx context.Context, run *collectors.Run) error {
	return d(ctx, &repository{run: run, state: &cursor{Version: cursorVersion}})
}

// TestGoneAndFound: of what was found and what was marked as gone between two writes, the later counts.
func TestGoneAndFound(t *testing.T) {
	w := warehousetest.Open(t)
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	incident := func(id string) warehouse.Records {
		return warehouse.Records{Incidents: []warehouse.Incident{{ID: id, StartedAt: at}}}
	}
	if err := w.Write(t.Context(), incident("a/b#1")); err != nil {
		t.Fatal(err)
	}
	do := doing(func(ctx context.Context, r *repository) error {
		r.remove(incident("a/b#1"))
		r.add(incident("a/b#1"))
		r.add(incident("a/b#2"))
		r.remove(incident("a/b#2"))
		r.remove(incident("a/b#3"))
		r.add(incident("a/b#3"))
		r.remove(incident("a/b#3"))
		return r.flush(ctx)
	})
	runner, err := collectors.New(w, []collectors.Source{{Name: "github", Collector: do}}, collectors.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := runner.Collect(t.Context(), collectors.Order{}); err != nil {
		t.Fatal(err)
	}
	known, err := w.Known(t.Context(), warehouse.Scope{Table: "incidents"})
	if err != nil {
		t.Fatal(err)
	}
	if len(known.Incidents) != 1 || known.Incidents[0].ID != "a/b#1" {
		t.Errorf("got %+v, want the incident a/b#1 only", known.Incidents)
	}
}
