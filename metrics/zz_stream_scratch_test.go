package metrics_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir/metrics"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

func TestZZScratch(t *testing.T) {
	if os.Getenv("ZZ") == "" {
		return
	}
	ctx := context.Background()
	w := warehousetest.Open(t)
	x := func(sql string) {
		t.Helper()
		at := time.Now()
		if err := w.Exec(ctx, sql, nil); err != nil {
			t.Fatal(err)
		}
		t.Log(time.Since(at).Round(time.Millisecond), strings.Fields(sql)[:3])
	}
	const n = "300000"
	x(`INSERT INTO stream_stages (stream, position, stage, title, queue) SELECT 'delivery', number, 'stage-' || toString(number), '', number = 0 FROM numbers(8)`)
	x(`INSERT INTO stream_items (stream, item, kind, team, status, started_at, begun_at, done_at, lead_ms, active_ms, waiting_ms, returns)
		SELECT 'delivery', 'PAY-' || toString(number), 'ticket', 'team-' || toString(number % 20), 'done',
		toDateTime64('2024-01-01 00:00:00', 3, 'UTC') + INTERVAL number * 210 SECOND AS s, s, s + INTERVAL 10 DAY, 864000000, 64000000, 800000000, number % 10 = 0 FROM numbers(` + n + `)`)
	x(`INSERT INTO stream_visits (stream, item, n, stage, position, owner, entered_at, left_at, process_ms, waiting_ms, forward, returned, returned_at, return_rule, status, done_at, item_team)
		SELECT 'delivery', 'PAY-' || toString(intDiv(number, 8)), number % 8, 'stage-' || toString(number % 8), number % 8, 'team-' || toString(intHash32(number) % 20),
		toDateTime64('2024-01-01 00:00:00', 3, 'UTC') + INTERVAL intDiv(number, 8) * 210 SECOND AS s, s + INTERVAL 10 DAY, intHash32(number) % 10000000, intHash32(number+1) % 90000000, number % 9 != 0, number % 13 = 0 AND number % 9 != 0, s + INTERVAL 10 DAY, 'status', 'done', s + INTERVAL 10 DAY, 'team-' || toString(intDiv(number, 8) % 20) FROM numbers(8*` + n + `)`)
	x(`INSERT INTO stream_intervals (stream, item, n, stage, position, class, reason, owner, start_at, end_at)
		SELECT 'delivery', 'PAY-' || toString(intDiv(number, 12)), number % 12, 'stage-' || toString(number % 8), number % 8, if(number % 2, 'active', 'waiting'), 'reason-' || toString(number % 14), 'team-' || toString(intHash32(number) % 20),
		toDateTime64('2024-01-01 00:00:00', 3, 'UTC') + INTERVAL intDiv(number, 12) * 210 SECOND AS s, s + INTERVAL 1 DAY FROM numbers(12*` + n + `)`)
	for _, table := range []string{"stream_items", "stream_visits", "stream_intervals"} {
		x("OPTIMIZE TABLE " + table + " FINAL")
	}
	r := reader(t, w, "UTC", moment(t, "03-10 00:00"))
	q := metrics.StreamQuery{From: moment(t, "03-10 00:00").AddDate(-2, 0, 0), To: moment(t, "03-10 00:00").AddDate(-1, 0, 0)}
	timed := func(what string, f func() error) {
		t.Helper()
		best := time.Hour
		for range 4 {
			at := time.Now()
			if err := f(); err != nil {
				t.Fatal(what, err)
			}
			best = min(best, time.Since(at))
		}
		t.Log(what, best.Round(time.Millisecond))
	}
	timed("stream", func() error { v, err := r.ValueStream(ctx, q); _ = v.Items.N; return err })
	timed("whatif", func() error {
		_, err := r.WhatIf(ctx, metrics.WhatIf{StreamQuery: q, Changes: []metrics.StageChange{{Stage: "stage-4", Wait: 0.5}}})
		return err
	})
	timed("items", func() error { _, err := r.StreamItems(ctx, metrics.StreamItemsQuery{StreamQuery: q}); return err })
	timed("items of stage", func() error {
		_, err := r.StreamItems(ctx, metrics.StreamItemsQuery{StreamQuery: q, Stage: "stage-4"})
		return err
	})
	text, _ := os.ReadFile("value_stream.sql")
	p := warehouse.Params{"stream": "delivery", "from": q.From, "to": q.To, "working": false, "now": q.To, "services": []string{}, "repos": []string{}, "teams": []string{}, "products": []string{}}
	for i, s := range strings.Split(string(text), ";\n")[:5] {
		timed(strings.TrimSpace(strings.SplitN(strings.TrimSpace(s[strings.Index(s, "SELECT"):]), "\n", 2)[0]), func() error { _ = i; return w.Exec(ctx, s, p) })
	}
	timed("floor visits", func() error {
		return w.Exec(ctx, "SELECT sum(cityHash64(stage)), sum(cityHash64(item)), sum(process_ms), sum(waiting_ms), sum(toUInt32(done_at)) FROM stream_visits", p)
	})
	timed("floor intervals", func() error {
		return w.Exec(ctx, "SELECT sum(cityHash64(reason)), sum(cityHash64(item)), sum(toUInt32(start_at)), sum(toUInt32(end_at)) FROM stream_intervals", p)
	})
	if extra, err := os.ReadFile("/tmp/vs_extra.sql"); err == nil {
		for _, s := range strings.Split(string(extra), ";\n") {
			if strings.TrimSpace(s) != "" {
				timed(strings.SplitN(strings.TrimSpace(s), "\n", 2)[0], func() error { return w.Exec(ctx, s, p) })
			}
		}
	}
}
