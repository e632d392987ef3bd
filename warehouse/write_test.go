package warehouse_test

import (
	"context"
	"testing"
	"time"

	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

func TestScratch(t *testing.T) {
	ctx := context.Background()
	w := warehousetest.Open(t)
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for _, r := range []warehouse.Records{
		{Commits: []warehouse.Commit{{Repo: "a/b", SHA: "1", AuthoredAt: at, Parents: []string{"x"}}, {Repo: "a/b", SHA: "2", AuthoredAt: at}}},
		{Commits: []warehouse.Commit{{Repo: "a/b", SHA: "1", AuthoredAt: at, Parents: []string{"x"}}, {Repo: "a/b", SHA: "2", AuthoredAt: at, Mainline: true}}},
	} {
		if err := w.Write(ctx, r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.SaveCursor(ctx, "g", "it's\\ \n x"); err != nil {
		t.Fatal(err)
	}
	t.Log(w.Cursor(ctx, "g"))
	var n []struct {
		N uint64 `ch:"n"`
		M uint64 `ch:"m"`
	}
	t.Log(w.Select(ctx, &n, "SELECT count() AS n, countIf(mainline) AS m FROM commits", nil), n)
	t.Log(w.ReadTable(ctx, warehouse.TableByName("commits"), func(b *warehouse.Batch) error { t.Log(b.Rows(), b.Strings(2, 0)); return nil }))
}
