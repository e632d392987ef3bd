package derive_test

import (
	"slices"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/weirhq/weir/collectors/simulator"
	"github.com/weirhq/weir/metrics/derive"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// benchmarkScale makes the simulated company bring about 100,000 changes in its eighteen months.
const benchmarkScale = 5.5

// recordsPerWrite bounds the memory of writing a history.
const recordsPerWrite = 200_000

// syncSize is how many new records a sync brings in the benchmark.
const syncSize = 1000

// BenchmarkDerive derives the facts of a company of 100,000 changes. The parent writes the history once; the budgets are
// 2 s for an update and 60 s for a rebuild of ten times as much.
func BenchmarkDerive(b *testing.B) {
	ctx := b.Context()
	w := warehousetest.Open(b)
	d := newDeriver(w)
	latest := writeCompany(b, w, d)
	if _, err := d.Update(ctx); err != nil {
		b.Fatal(err)
	}
	rows := count(b, w, "(SELECT 1 FROM commits UNION ALL SELECT 1 FROM pull_requests UNION ALL SELECT 1 FROM reviews UNION ALL SELECT 1 FROM builds"+
		" UNION ALL SELECT 1 FROM deployments UNION ALL SELECT 1 FROM incidents UNION ALL SELECT 1 FROM tickets)")
	changes := count(b, w, "changes")

	b.Run("rebuild", func(b *testing.B) {
		for b.Loop() {
			if _, err := d.Rebuild(ctx); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		b.ReportMetric(changes, "changes")
	})
	b.Run("update after 1000 new records", func(b *testing.B) {
		var services int
		for b.Loop() {
			b.StopTimer()
			if len(latest) < syncSize {
				b.Fatalf("all new records are used up; choose a shorter -benchtime than %d iterations", b.N)
			}
			var sync warehouse.Records
			for _, record := range latest[:syncSize] {
				record.add(&sync)
			}
			latest = latest[syncSize:]
			if err := w.Write(ctx, sync); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
			result, err := d.Update(ctx)
			if err != nil {
				b.Fatal(err)
			}
			services += result.Services
		}
		b.ReportMetric(syncSize*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		b.ReportMetric(float64(services)/float64(b.N), "services/op")
	})
	b.Run("update after nothing new", func(b *testing.B) {
		for b.Loop() {
			if _, err := d.Update(ctx); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// dated is a record that is kept for a later sync.
type dated struct {
	at  time.Time
	add func(*warehouse.Records)
}

// writeCompany writes the simulated company and its history, except the last days: those it returns, the earliest first.
func writeCompany(b *testing.B, w *warehouse.Warehouse, d *derive.Deriver) (latest []dated) {
	b.Helper()
	cfg := simulator.DefaultConfiguration(time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC))
	cfg.Scale = benchmarkScale
	world := simulator.New(cfg)
	var organisation derive.Organisation
	if err := yaml.Unmarshal(world.WeirYAML(), &organisation); err != nil {
		b.Fatal(err)
	}
	if err := d.Apply(b.Context(), organisation); err != nil {
		b.Fatal(err)
	}
	until := cfg.To.AddDate(0, 0, -14)
	var early warehouse.Records
	var kept int
	write := func(least int) error {
		if kept < least {
			return nil
		}
		err := w.Write(b.Context(), early)
		early, kept = warehouse.Records{}, 0
		return err
	}
	err := world.Records(func(r warehouse.Records) error {
		latest = append(latest, divideAll(r, until, &early)...)
		kept = len(early.Commits) + len(early.PullRequests) + len(early.Reviews) + len(early.Builds) + len(early.Deployments) + len(early.Incidents) + len(early.Tickets)
		return write(recordsPerWrite)
	})
	if err == nil {
		err = write(0)
	}
	if err != nil {
		b.Fatal(err)
	}
	slices.SortStableFunc(latest, func(x, y dated) int { return x.at.Compare(y.at) })
	return latest
}

// divideAll divides records of every kind.
func divideAll(r warehouse.Records, until time.Time, early *warehouse.Records) (late []dated) {
	late = append(late, divide(r.Commits, until, early, func(c warehouse.Commit) time.Time { return c.CommittedAt }, func(r *warehouse.Records) *[]warehouse.Commit { return &r.Commits })...)
	late = append(late, divide(r.PullRequests, until, early, func(p warehouse.PullRequest) time.Time { return p.CreatedAt }, func(r *warehouse.Records) *[]warehouse.PullRequest { return &r.PullRequests })...)
	late = append(late, divide(r.Reviews, until, early, func(v warehouse.Review) time.Time { return v.At }, func(r *warehouse.Records) *[]warehouse.Review { return &r.Reviews })...)
	late = append(late, divide(r.Builds, until, early, func(u warehouse.Build) time.Time { return u.QueuedAt }, func(r *warehouse.Records) *[]warehouse.Build { return &r.Builds })...)
	late = append(late, divide(r.Deployments, until, early, func(p warehouse.Deployment) time.Time { return p.StartedAt }, func(r *warehouse.Records) *[]warehouse.Deployment { return &r.Deployments })...)
	late = append(late, divide(r.Incidents, until, early, func(i warehouse.Incident) time.Time { return i.StartedAt }, func(r *warehouse.Records) *[]warehouse.Incident { return &r.Incidents })...)
	late = append(late, divide(r.Tickets, until, early, func(t warehouse.Ticket) time.Time { return t.CreatedAt }, func(r *warehouse.Records) *[]warehouse.Ticket { return &r.Tickets })...)
	late = append(late, divide(r.TicketLinks, until, early, func(l warehouse.TicketLink) time.Time { return l.Since }, func(r *warehouse.Records) *[]warehouse.TicketLink { return &r.TicketLinks })...)
	late = append(late, divide(r.Transitions, until, early, func(m warehouse.Transition) time.Time { return m.At }, func(r *warehouse.Records) *[]warehouse.Transition { return &r.Transitions })...)
	late = append(late, divide(r.Statuses, until, early, func(warehouse.Status) time.Time { return time.Time{} }, func(r *warehouse.Records) *[]warehouse.Status { return &r.Statuses })...)
	return late
}

// divide adds the records from before a moment to early, and returns the later ones.
func divide[T any](list []T, until time.Time, early *warehouse.Records, at func(T) time.Time, of func(*warehouse.Records) *[]T) (late []dated) {
	for _, record := range list {
		if at(record).Before(until) {
			*of(early) = append(*of(early), record)
			continue
		}
		late = append(late, dated{at(record), func(r *warehouse.Records) { *of(r) = append(*of(r), record) }})
	}
	return late
}

func count(b *testing.B, w *warehouse.Warehouse, table string) float64 {
	b.Helper()
	var counts []struct {
		N uint64 `ch:"n"`
	}
	if err := w.Select(b.Context(), &counts, "SELECT count() AS n FROM "+table, nil); err != nil {
		b.Fatal(err)
	}
	return float64(counts[0].N)
}
