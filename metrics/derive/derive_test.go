package derive_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors/simulator"
	"github.com/weirhq/weir/metrics/derive"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// facts are all derived tables that metrics read or that lead to them.
var facts = []string{
	"commit_positions", "revisions", "change_commits", "change_tickets", "changes", "change_fixes", "resolved_deployments", "deliveries",
	"incident_links", "failure_evidence", "rework_evidence", "deployment_facts", "incident_facts", "incident_gaps",
	"streams", "stream_stages", "stream_statuses", "stream_items", "stream_intervals", "stream_visits", "stream_handoffs",
}

func newDeriver(w *warehouse.Warehouse) *derive.Deriver {
	return derive.New(w, slog.New(slog.DiscardHandler))
}

// dump writes the facts out in an order of their own, so that two warehouses can be compared.
func dump(t testing.TB, w *warehouse.Warehouse) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, table := range facts {
		var rows []struct {
			Text string `ch:"text"`
		}
		sql := "SELECT formatRow('JSONCompactEachRow', *) AS text FROM " + table + " ORDER BY text"
		if err := w.Select(context.Background(), &rows, sql, nil); err != nil {
			t.Fatalf("read %s: %v", table, err)
		}
		for _, row := range rows {
			all[table] = append(all[table], strings.TrimSpace(row.Text))
		}
	}
	return all
}

func compare(t testing.TB, what string, got, want map[string][]string) {
	t.Helper()
	for _, table := range facts {
		g, w := got[table], want[table]
		if slices.Equal(g, w) {
			continue
		}
		for i := range max(len(g), len(w)) {
			if i >= len(g) || i >= len(w) || g[i] != w[i] {
				t.Errorf("%s: %s differs (%d rows, want %d), first at %d:\n got %s\nwant %s", what, table, len(g), len(w), i, at(g, i), at(w, i))
				break
			}
		}
	}
}

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return "(nothing)"
}

// history is the simulated company's, small.
func history(t testing.TB, seed uint64, scale float64) []warehouse.Records {
	t.Helper()
	cfg := simulator.DefaultConfiguration(time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC))
	cfg.Seed, cfg.Scale = seed, scale
	cfg.From = cfg.To.AddDate(0, -4, 0)
	var batches []warehouse.Records
	if err := simulator.New(cfg).Records(func(r warehouse.Records) error {
		batches = append(batches, clone(r))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return batches
}

func clone(r warehouse.Records) warehouse.Records {
	return warehouse.Records{
		Commits: slices.Clone(r.Commits), PullRequests: slices.Clone(r.PullRequests), Reviews: slices.Clone(r.Reviews), Builds: slices.Clone(r.Builds),
		Deployments: slices.Clone(r.Deployments), Incidents: slices.Clone(r.Incidents), Tickets: slices.Clone(r.Tickets),
		TicketLinks: slices.Clone(r.TicketLinks), Transitions: slices.Clone(r.Transitions), Statuses: slices.Clone(r.Statuses),
	}
}

// scatter deals the records out to n parts by chance: pull requests before their commits, incidents before deployments.
func scatter(batches []warehouse.Records, n int, chance *rand.Rand) []warehouse.Records {
	parts := make([]warehouse.Records, n)
	for _, b := range batches {
		deal(b.Commits, chance, parts, func(p *warehouse.Records) *[]warehouse.Commit { return &p.Commits })
		deal(b.PullRequests, chance, parts, func(p *warehouse.Records) *[]warehouse.PullRequest { return &p.PullRequests })
		deal(b.Reviews, chance, parts, func(p *warehouse.Records) *[]warehouse.Review { return &p.Reviews })
		deal(b.Builds, chance, parts, func(p *warehouse.Records) *[]warehouse.Build { return &p.Builds })
		deal(b.Deployments, chance, parts, func(p *warehouse.Records) *[]warehouse.Deployment { return &p.Deployments })
		deal(b.Incidents, chance, parts, func(p *warehouse.Records) *[]warehouse.Incident { return &p.Incidents })
		deal(b.Tickets, chance, parts, func(p *warehouse.Records) *[]warehouse.Ticket { return &p.Tickets })
		deal(b.TicketLinks, chance, parts, func(p *warehouse.Records) *[]warehouse.TicketLink { return &p.TicketLinks })
		deal(b.Transitions, chance, parts, func(p *warehouse.Records) *[]warehouse.Transition { return &p.Transitions })
		deal(b.Statuses, chance, parts, func(p *warehouse.Records) *[]warehouse.Status { return &p.Statuses })
	}
	return parts
}

func deal[T any](list []T, chance *rand.Rand, parts []warehouse.Records, of func(*warehouse.Records) *[]T) {
	for _, item := range list {
		to := of(&parts[chance.IntN(len(parts))])
		*to = append(*to, item)
	}
}

// Deriving after each of several syncs, whatever they bring in whatever order, gives what one rebuild gives.
func TestUpdatesEqualRebuild(t *testing.T) {
	ctx := context.Background()
	filled := map[string]bool{}
	for seed := range uint64(2) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			chance := rand.New(rand.NewPCG(seed, 7))
			w := warehousetest.Open(t)
			d := newDeriver(w)
			for i, part := range scatter(history(t, seed+1, 0.1), 4, chance) {
				// A record that is first known incompletely, and corrected by the next sync.
				early := clone(part)
				for j := range early.Incidents {
					early.Incidents[j].ResolvedAt, early.Incidents[j].CausedByDeployment, early.Incidents[j].CausedBySHA = time.Time{}, "", ""
					early.Incidents[j].Services = early.Incidents[j].Services[:1]
				}
				for j := range early.PullRequests {
					if j%3 == 0 {
						early.PullRequests[j].MergedAt, early.PullRequests[j].MergeSHA = time.Time{}, ""
					}
				}
				for _, records := range []warehouse.Records{early, part} {
					if err := w.Write(ctx, records); err != nil {
						t.Fatal(err)
					}
					if i%2 == 0 {
						if _, err := d.Update(ctx); err != nil {
							t.Fatal(err)
						}
					}
				}
			}
			if _, err := d.Update(ctx); err != nil {
				t.Fatal(err)
			}
			got := dump(t, w)
			if _, err := d.Rebuild(ctx); err != nil {
				t.Fatal(err)
			}
			want := dump(t, w)
			compare(t, "updates", got, want)
			for _, table := range facts {
				filled[table] = filled[table] || len(want[table]) > 0
			}
		})
	}
	for _, table := range facts {
		if !filled[table] {
			t.Errorf("%s is empty in all histories: nothing of it was tested", table)
		}
	}
}

// The order in which records arrive does not matter, nor does writing them twice.
func TestOrderOfArrivalDoesNotMatter(t *testing.T) {
	ctx := context.Background()
	batches := history(t, 5, 0.05)
	var want map[string][]string
	for seed := range uint64(3) {
		w := warehousetest.Open(t)
		parts := scatter(batches, 4, rand.New(rand.NewPCG(seed, 1)))
		for _, part := range slices.Concat(parts, parts[:1]) {
			if err := w.Write(ctx, part); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := newDeriver(w).Update(ctx); err != nil {
			t.Fatal(err)
		}
		got := dump(t, w)
		if want == nil {
			want = got
		}
		compare(t, fmt.Sprint("order ", seed), got, want)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// The stages of a delivery tile its lead time: no gap, no overlap, to the millisecond, and their values add up.
func TestStagesTileLeadTime(t *testing.T) {
	ctx := context.Background()
	w := warehousetest.Open(t)
	for _, r := range history(t, 9, 0.1) {
		if err := w.Write(ctx, r); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := newDeriver(w).Update(ctx); err != nil {
		t.Fatal(err)
	}
	var counts []struct {
		N      uint64 `ch:"n"`
		Broken uint64 `ch:"broken"`
	}
	err := w.Select(ctx, &counts, `SELECT count() AS n, countIf(NOT (
			lead_ms = dateDiff('millisecond', started_at, finished_at)
			AND lead_ms = arraySum(s -> dateDiff('millisecond', s.start, s.end), stages)
			AND lead_ms = ifNull(coding_ms, 0) + ifNull(pickup_ms, 0) + ifNull(review_ms, 0) + ifNull(merge_wait_ms, 0) + ifNull(build_queue_ms, 0) + ifNull(build_ms, 0)
				+ ifNull(approval_ms, 0) + ifNull(deploy_wait_ms, 0) + ifNull(deploy_ms, 0)
			AND (lead_ms = 0 OR stages[1].start = started_at AND stages[-1].end = finished_at)
			AND arrayAll((a, b) -> a.end = b.start, arrayPopBack(stages), arrayPopFront(stages))
			AND arrayAll(s -> s.end > s.start, stages))) AS broken
		FROM deliveries WHERE status = 'delivered'`, nil)
	if err != nil {
		t.Fatal(err)
	}
	if counts[0].Broken != 0 || counts[0].N < 100 {
		t.Errorf("%d of %d deliveries are not tiled by their stages", counts[0].Broken, counts[0].N)
	}
}
