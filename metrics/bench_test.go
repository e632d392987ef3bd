package metrics_test

import (
	"cmp"
	"log/slog"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/weirhq/weir/collectors/simulator"
	"github.com/weirhq/weir/collectors/simulator/simulatortest"
	"github.com/weirhq/weir/metrics"
	"github.com/weirhq/weir/metrics/derive"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// benchmarkScale makes the simulated company bring about 100,000 changes in its eighteen months. Ten times as much, the size
// that the budgets are for, takes a quarter of an hour to write: WEIR_BENCH_SCALE=55.
func benchmarkScale(b *testing.B) float64 {
	b.Helper()
	text := cmp.Or(os.Getenv("WEIR_BENCH_SCALE"), "5.5")
	scale, err := strconv.ParseFloat(text, 64)
	if err != nil {
		b.Fatalf("WEIR_BENCH_SCALE=%s is no number", text)
	}
	return scale
}

// scanned are the tables and columns that a metric's figures and its counts of what was left out read, where nothing is
// filtered and nothing grouped.
var scanned = map[string]scan{
	"deployment_frequency": {"deployment_facts", "kind, result, environment, started_at, finished_at"},
	"lead_time": {"deliveries", `status, excluded, environment, merged_at, finished_at, lead_ms, coding_ms, pickup_ms, review_ms, merge_wait_ms,
		build_queue_ms, build_ms, approval_ms, deploy_wait_ms, deploy_ms`},
	"change_failure_rate":   {"deployment_facts", "kind, result, environment, started_at, finished_at, failed, failure_rules"},
	"recovery_time":         {"deployment_facts", "kind, failed, recovery, restored_at, recovery_ms, started_at, finished_at"},
	"time_to_restore":       {"incident_facts", "started_at, resolved_at"},
	"rework_rate":           {"deployment_facts", "kind, result, environment, started_at, finished_at, rework"},
	"time_to_detect":        {"incident_facts", "started_at, detected_at"},
	"time_to_acknowledge":   {"incident_facts", "started_at, detected_at, acknowledged_at"},
	"time_between_failures": {"incident_gaps", "started_at, finished_at"},
	"flow_time":             {"stream_items", "stream, status, excluded, started_at, done_at, lead_ms"},
	"flow_velocity":         {"stream_items", "stream, status, excluded, started_at, done_at"},
	"flow_efficiency":       {"stream_items", "stream, status, excluded, started_at, done_at, lead_ms, active_ms"},
	"flow_distribution":     {"stream_items", "stream, status, excluded, started_at, done_at, class"},
	"flow_load":             {"stream_items", "stream, status, excluded, started_at, begun_at, done_at"},
	"work_item_age":         {"stream_items", "stream, status, excluded, started_at, begun_at, done_at"},
}

// pairs is how often a question and the bare scan are timed, one after the other; the least of each counts, since
// whatever else the machine does only adds.
const pairs = 15

// BenchmarkQuery asks each metric for a year by month, of a company of 100,000 changes, and compares that with the time in
// which the engine reads the same columns and does nothing with them. The parent writes and derives the history once.
func BenchmarkQuery(b *testing.B) {
	ctx := b.Context()
	w, to := company(b)
	r := metrics.NewReader(w, metrics.ReaderConfiguration{Now: func() time.Time { return to }})
	for _, m := range metrics.Catalogue() {
		b.Run(m.ID, func(b *testing.B) {
			from, ok := scanned[m.ID]
			if !ok {
				b.Fatalf("nobody said which columns %s reads", m.ID)
			}
			againstScan(b, w, from, func() error {
				_, err := r.Query(ctx, metrics.Query{Metric: m.ID, From: to.AddDate(-1, 0, 0), To: to, Every: metrics.EveryMonth})
				return err
			})
		})
	}
}

// scan is the columns of a table that a question reads.
type scan struct{ table, columns string }

// againstScan times a question, and compares it with the time in which the engine reads the same columns and does nothing
// with them.
func againstScan(b *testing.B, w *warehouse.Warehouse, from scan, question func() error) {
	b.Helper()
	ask := func() {
		if err := question(); err != nil {
			b.Fatal(err)
		}
	}
	read := func() {
		if err := w.Exec(b.Context(), "SELECT "+from.columns+" FROM "+from.table+" FORMAT Null", nil); err != nil {
			b.Fatal(err)
		}
	}
	rows := countRows(b, w, from.table)
	for b.Loop() {
		ask()
	}
	b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	asked, floor := least(ask, read)
	b.ReportMetric(asked.Seconds()*1000, "least-ms")
	b.ReportMetric(floor.Seconds()*1000, "scan-ms")
	b.ReportMetric(asked.Seconds()/floor.Seconds(), "x/scan")
}

// least times two things alternately and returns the least time of each.
func least(one, other func()) (a, b time.Duration) {
	timed := func(do func(), best time.Duration) time.Duration {
		start := time.Now()
		do()
		return min(best, time.Since(start))
	}
	a, b = time.Hour, time.Hour
	for range pairs {
		a, b = timed(one, a), timed(other, b)
	}
	return a, b
}

// company is a warehouse with the facts of the simulated company, and the end of its history.
func company(b *testing.B) (*warehouse.Warehouse, time.Time) {
	b.Helper()
	ctx := b.Context()
	w := warehousetest.Open(b)
	d := derive.New(w, slog.New(slog.DiscardHandler))
	cfg := simulator.DefaultConfiguration(time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC))
	cfg.Scale = benchmarkScale(b)
	world := simulatortest.Fill(b, w, cfg)
	var organisation derive.Organisation
	if err := yaml.Unmarshal(world.WeirYAML(), &organisation); err != nil {
		b.Fatal(err)
	}
	if err := d.Apply(ctx, organisation); err != nil {
		b.Fatal(err)
	}
	start := time.Now()
	if _, err := d.Update(ctx); err != nil {
		b.Fatal(err)
	}
	b.Logf("derived everything in %v", time.Since(start).Round(time.Second/10))
	// What the engine does behind the scenes after the writing would disturb the figures.
	for _, table := range []string{"deployment_facts", "deliveries", "incident_facts", "incident_gaps", "stream_items"} {
		if err := w.Exec(ctx, "OPTIMIZE TABLE "+table+" FINAL", nil); err != nil {
			b.Fatal(err)
		}
	}
	for _, table := range []string{"changes", "deployment_facts", "deliveries", "transitions", "stream_items", "stream_intervals", "stream_visits", "stream_handoffs"} {
		b.Logf("%.0f %s", countRows(b, w, table), table)
	}
	return w, cfg.To
}

func countRows(b *testing.B, w *warehouse.Warehouse, table string) float64 {
	b.Helper()
	var counts []struct {
		N uint64 `ch:"n"`
	}
	if err := w.Select(b.Context(), &counts, "SELECT count() AS n FROM "+table, nil); err != nil {
		b.Fatal(err)
	}
	return float64(counts[0].N)
}

// BenchmarkStream asks the questions about a value stream for a year, of a company of 100,000 changes, and compares each with
// the time in which the engine reads the columns that it needs.
func BenchmarkStream(b *testing.B) {
	ctx := b.Context()
	w, to := company(b)
	for _, table := range []string{"stream_intervals", "stream_visits", "stream_handoffs"} {
		if err := w.Exec(ctx, "OPTIMIZE TABLE "+table+" FINAL", nil); err != nil {
			b.Fatal(err)
		}
	}
	r := metrics.NewReader(w, metrics.ReaderConfiguration{Now: func() time.Time { return to }})
	q := metrics.StreamQuery{From: to.AddDate(-1, 0, 0), To: to}
	for _, question := range []struct {
		name string
		from scan
		ask  func() error
	}{
		{"value stream", scan{"stream_visits", `stream, stage, owner, entered_at, left_at, process_ms, waiting_ms, stage_process_ms, stage_waiting_ms, forward, returned,
			status, dropped, done_at`}, func() error {
			_, err := r.ValueStream(ctx, q)
			return err
		}},
		{"what if", scan{"stream_visits", "stream, item, stage, stage_process_ms, stage_waiting_ms, status, done_at"}, func() error {
			_, err := r.WhatIf(ctx, metrics.WhatIf{StreamQuery: q, Changes: []metrics.StageChange{{Stage: "review", Wait: 0.5}}})
			return err
		}},
		{"handoffs", scan{"stream_handoffs", "stream, item, at, from_owner, to_owner, reason, received_at, wait_ms, `return`, status, done_at"}, func() error {
			_, err := r.Handoffs(ctx, metrics.HandoffsQuery{StreamQuery: q})
			return err
		}},
		{"flow", scan{"stream_visits", "stream, stage, entered_at, left_at, status, dropped, done_at"}, func() error {
			_, err := r.Flow(ctx, metrics.FlowQuery{StreamQuery: q})
			return err
		}},
	} {
		b.Run(question.name, func(b *testing.B) { againstScan(b, w, question.from, question.ask) })
	}
}
