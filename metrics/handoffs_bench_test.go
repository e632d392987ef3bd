package metrics_test

import (
	"errors"
	"testing"
	"time"

	"github.com/weirhq/weir/metrics"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// manyHandoffs are the facts of a million items done over two years, with four handoffs each.
var manyHandoffs = []string{
	`INSERT INTO stream_items (stream, item, title, team, services, repos, changes, status, started_at, done_at, lead_ms)
	WITH sipHash64(number) AS h
	SELECT 'delivery', concat('I-', toString(number)), 'A title of the usual length, more or less', concat('team', toString(h % 40)), [concat('s', toString(h % 300))],
	    [concat('org/', toString(h % 300))], [concat('org/', toString(h % 300), '#', toString(number))], if(h % 20 = 0, 'open', 'done'),
	    toDateTime64('2024-06-01 00:00:00', 3, 'UTC') + intDiv(number * 63, 1000) * 1000 AS began, if(h % 20 = 0, NULL, began + h % 900000), if(h % 20 = 0, NULL, 1000 * (h % 900000))
	FROM numbers(1000000)`,
	`INSERT INTO stream_handoffs (stream, item, n, at, from_owner, to_owner, from_team, to_team, from_role, to_role, reason, received_at, wait_ms, return, status, done_at,
	    item_team, services, repos)
	WITH sipHash64(item, k) AS h
	SELECT stream, item, k, started_at + 600 * k AS moved, concat('team', toString(h % 40)), concat('team', toString(intDiv(h, 64) % 40)), concat('team', toString(h % 40)),
	    concat('team', toString(intDiv(h, 64) % 40)), 'development', ['review', 'test'][h % 2 + 1], ['review', 'test', 'approval', 'ci queue'][h % 4 + 1],
	    if(status = 'open' AND k = 4, NULL, moved + h % 90000), if(status = 'open' AND k = 4, NULL, 1000 * (h % 90000)), h % 9 = 0, status, done_at, team, services, repos
	FROM stream_items ARRAY JOIN [1, 2, 3, 4] AS k`,
	"OPTIMIZE TABLE stream_items FINAL", "OPTIMIZE TABLE stream_handoffs FINAL",
}

// BenchmarkHandoffs asks who waited for whom over a year, of four million handoffs, and compares that with the time in which
// the engine reads the same columns and does nothing with them.
func BenchmarkHandoffs(b *testing.B) {
	ctx := b.Context()
	w := warehousetest.Open(b)
	for _, sql := range manyHandoffs {
		if err := w.Exec(ctx, sql, nil); err != nil {
			b.Fatal(err)
		}
	}
	to := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	r := metrics.NewReader(w, metrics.ReaderConfiguration{Now: func() time.Time { return to }})
	q := metrics.HandoffsQuery{StreamQuery: metrics.StreamQuery{From: to.AddDate(-1, 0, 0), To: to}}
	pair := q
	pair.FromGroup, pair.ToGroup = "team1", "team2"
	const figures = "stream, from_owner, to_owner, reason, status, done_at, received_at, wait_ms"
	for _, c := range []struct {
		name, columns string
		ask           func() error
	}{
		{"matrix", figures + ", item, at, return", func() error { _, err := r.Handoffs(ctx, q); return err }},
		{"trend", figures, func() error {
			_, err := r.HandoffTrend(ctx, metrics.HandoffTrendQuery{HandoffsQuery: pair})
			return err
		}},
		{"items", figures + ", item, n, at, return", func() error {
			_, err := r.HandoffItems(ctx, metrics.HandoffItemsQuery{HandoffsQuery: pair})
			return err
		}},
		{"timeline", "item", func() error { _, err := r.Timeline(ctx, metrics.TimelineQuery{Item: "I-77777"}); return err }},
		{"unknown item", "item", func() error {
			var usage *metrics.UsageError
			if _, err := r.Timeline(ctx, metrics.TimelineQuery{Item: "I-7777777"}); !errors.As(err, &usage) {
				return errors.New("it was found")
			}
			return nil
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			ask := func() {
				if err := c.ask(); err != nil {
					b.Fatal(err)
				}
			}
			for b.Loop() {
				ask()
			}
			asked, read := least(ask, func() {
				if err := w.Exec(ctx, "SELECT "+c.columns+" FROM stream_handoffs FORMAT Null", nil); err != nil {
					b.Fatal(err)
				}
			})
			b.ReportMetric(asked.Seconds()*1000, "least-ms")
			b.ReportMetric(read.Seconds()*1000, "scan-ms")
			b.ReportMetric(asked.Seconds()/read.Seconds(), "x/scan")
		})
	}
}
