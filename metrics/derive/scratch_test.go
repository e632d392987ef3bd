package derive

import (
	"context"
	"log/slog"
	"os"
	"testing"
	"time"

	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

func TestScratch(t *testing.T) {
	ctx := context.Background()
	w := warehousetest.Open(t)
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	if err := w.Write(ctx, warehouse.Records{
		Commits:     []warehouse.Commit{{Repo: "a/b", SHA: "1", AuthoredAt: at, CommittedAt: at, Mainline: true}, {Repo: "a/b", SHA: "2", AuthoredAt: at, CommittedAt: at.Add(time.Hour), Parents: []string{"1"}, Mainline: true}},
		Deployments: []warehouse.Deployment{{Service: "b", Environment: "production", ID: "1", Repo: "a/b", SHA: "1", FinishedAt: at.Add(2 * time.Hour)}, {Service: "b", Environment: "production", ID: "2", Repo: "a/b", SHA: "2", FinishedAt: at.Add(3 * time.Hour)}},
	}); err != nil {
		t.Fatal(err)
	}
	d := New(w, slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug})))
	if r, err := d.Update(ctx); err != nil {
		t.Fatalf("%.200s ... %.300s", err.Error(), err.Error()[max(0, len(err.Error())-300):])
	} else {
		t.Log(r)
	}
	t.Log(d.Update(ctx))
	t.Log(d.Rebuild(ctx))
	for _, table := range append(append([]string{}, repoFacts...), serviceFacts...) {
		var n []struct {
			N    uint64 `ch:"n"`
			Text string `ch:"text"`
		}
		if err := w.Select(ctx, &n, "SELECT count() AS n, arrayStringConcat(groupArray(formatRow('JSONEachRow', *)), '') AS text FROM "+table, nil); err != nil {
			t.Fatal(err)
		}
		t.Log(table, n)
	}
}
