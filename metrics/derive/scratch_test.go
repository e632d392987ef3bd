package derive

import (
	"context"
	"log/slog"
	"os"
	"testing"
	"time"

	"github.com/weirhq/weir/warehouse/files"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

func TestScratch(t *testing.T) {
	ctx := context.Background()
	w := warehousetest.Open(t)
	t0 := time.Now()
	r, err := files.Import(ctx, w, files.ImportOptions{Paths: []string{"../../../shared/data/govuk-content-store"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Log(r, time.Since(t0))
	d := New(w, slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug})))
	if r, err := d.Update(ctx); err != nil {
		t.Fatalf("%.200s ... %.300s", err.Error(), err.Error()[max(0, len(err.Error())-300):])
	} else {
		t.Log(r)
	}
	for _, q := range []string{
		"SELECT toYear(finished_at) AS y, count() AS n, uniqExact(toDate(finished_at)) AS days, countIf(failed), groupArrayIf(failure_ids, failed) FROM deployment_facts WHERE kind = 'production' AND result = 'success' GROUP BY y ORDER BY y",
		"SELECT toYear(finished_at) AS y, count() AS n, arrayMap(x -> round(x / 3600000, 3), quantilesExactInclusive(0.5, 0.75, 0.9)(lead_ms)), round(avg(lead_ms) / 3600000, 3) FROM deliveries WHERE environment = '' AND status = 'delivered' GROUP BY y ORDER BY y",
		"SELECT status, excluded, count() FROM deliveries WHERE environment = '' GROUP BY ALL",
	} {
		var n []struct {
			Text string `ch:"text"`
		}
		if err := w.Select(ctx, &n, "SELECT formatRow('CSV', *) AS text FROM ("+q+")", nil); err != nil {
			t.Fatal(err)
		}
		t.Log(n)
	}
}
