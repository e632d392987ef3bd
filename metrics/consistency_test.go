package metrics_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/weirhq/weir/metrics"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// crowd fills every fact table from a hash, so that many items share a moment, an id or a service.
var crowd = []string{
	`INSERT INTO deployment_facts (service, environment, id, kind, team, products, repo, result, started_at, finished_at, failed, failure_rules, failure_records,
	    failure_ids, restored_at, recovery_ms, recovery, rework, rework_rules, rework_records, rework_ids)
	WITH sipHash64(number) AS h, h % 7 = 0 AS bad, toDateTime64('2026-03-20 00:00:00', 3, 'UTC') + intDiv(number, 4) * 21600 AS at
	SELECT concat('s', toString(number % 4)), ['live-a', 'live-b', 'stage'][h % 3 + 1], toString(intDiv(number, 4)), if(h % 3 = 2, 'staging', 'production'),
	    ['', 'red', 'blue', 'blue'][number % 4 + 1], [[], ['p'], ['p', 'q'], ['q']][number % 4 + 1], concat('org/', toString(number % 3)),
	    ['success', 'success', 'success', 'failure', 'running', 'cancelled'][intDiv(h, 8) % 6 + 1] AS result,
	    at - 60, if(result = 'running' OR h % 41 = 0, NULL, at), bad, if(bad, [if(result = 'failure', 'failed_run', 'linked')], []), if(bad, ['incident'], []), if(bad, ['x'], []),
	    if(bad AND h % 2 = 0, at + h % 7200, NULL) AS restored, if(restored IS NULL, NULL, 1000 * (h % 7200)), multiIf(NOT bad, '', restored IS NULL, 'open', h % 5 = 0, 'negative', 'restored'),
	    h % 5 = 0, if(h % 5 = 0, ['rollback'], []), if(h % 5 = 0, ['deployment'], []), if(h % 5 = 0, ['y'], [])
	FROM numbers(400)`,
	`INSERT INTO deliveries (service, environment, team, products, repo, change, title, merged_at, status, excluded, rule, deployment_environment, deployment_id,
	    started_at, finished_at, lead_ms, coding_ms, pickup_ms, deploy_ms)
	WITH sipHash64(number, 1) AS h, toDateTime64('2026-03-20 00:00:00', 3, 'UTC') + intDiv(number, 8) * 43200 AS at,
	    ['delivered', 'delivered', 'delivered', 'delivered', 'waiting', 'baseline', 'excluded'][h % 7 + 1] AS state
	SELECT concat('s', toString(number % 4)), place, ['', 'red', 'blue', 'blue'][number % 4 + 1], [[], ['p'], ['p', 'q'], ['q']][number % 4 + 1],
	    concat('org/', toString(number % 3)), concat('c', toString(intDiv(number, 4))), 'A change', at - 3600, state, if(state = 'excluded', 'for a reason', ''), 'ancestry', 'live-a', '1',
	    at - 7200, if(state = 'waiting', NULL, at + if(place = 'live-b', 86400, 0)) AS end, if(state = 'delivered', h % 1000000, NULL), if(h % 3 = 0, NULL, h % 500), h % 700, NULL
	FROM numbers(600) ARRAY JOIN ['', 'live-a', 'live-b'] AS place`,
	`INSERT INTO incident_facts (id, services, repos, teams, products, title, started_at, detected_at, acknowledged_at, resolved_at)
	WITH sipHash64(number, 2) AS h, toDateTime64('2026-03-20 00:00:00', 3, 'UTC') + intDiv(number, 3) * 21600 AS at
	SELECT concat('i', toString(number)), [[], ['s0'], ['s1', 's2'], ['s3', 's2', 's1']][h % 4 + 1], [[], ['org/0'], ['org/1'], ['org/1', 'org/2']][h % 4 + 1],
	    [[], [], ['red', 'blue'], ['blue', 'red']][h % 4 + 1], [[], [], ['p', 'q'], ['q']][h % 4 + 1], 'Broken', at,
	    if(h % 5 = 0, NULL, at + h % 300 - 20), if(h % 6 = 0, NULL, at + h % 900), if(h % 9 = 0, NULL, at + h % 9000 - 100)
	FROM numbers(300)`,
	`INSERT INTO incident_gaps (service, team, products, repos, previous, next, title, started_at, finished_at)
	WITH sipHash64(number, 3) AS h, toDateTime64('2026-03-20 00:00:00', 3, 'UTC') + intDiv(number, 3) * 43200 AS at
	SELECT concat('s', toString(number % 3)), ['', 'red', 'blue'][number % 3 + 1], [[], ['p'], ['p', 'q']][number % 3 + 1], [concat('org/', toString(number % 3))],
	    concat('i', toString(intDiv(number, 3))), concat('i', toString(intDiv(number, 3) + 1)), 'Broken', at - h % 40000, at
	FROM numbers(200)`,
	`INSERT INTO stream_items (stream, item, kind, class, title, team, products, services, repos, links, status, excluded, started_at, begun_at, done_at, lead_ms, active_ms)
	WITH sipHash64(number, 4) AS h, toDateTime64('2026-03-20 00:00:00', 3, 'UTC') + intDiv(number, 4) * 21600 AS came,
	    ['done', 'done', 'done', 'open', 'open', 'excluded'][h % 6 + 1] AS state, came + h % 500000 AS begun, begun + h % 900000 AS ended
	SELECT 'delivery', concat('t', toString(number)), ['ticket', 'change'][h % 2 + 1], ['feature', 'feature', 'defect', 'debt', ''][h % 5 + 1], 'A ticket', ['', 'red', 'blue', 'blue'][number % 4 + 1], [[], ['p'], ['p', 'q'], ['q']][h % 4 + 1],
	    [[], ['s0'], ['s1', 's2'], ['s2']][h % 4 + 1], [[], ['org/0'], ['org/1'], ['org/1', 'org/2']][h % 4 + 1], [('org/1#1', 'title')], state,
	    if(state = 'excluded', 'for a reason', ''), came, if(h % 11 = 0, NULL, begun), if(state = 'done', ended, NULL), if(state = 'done', 1000 * dateDiff('second', came, ended), NULL), 1000 * (h % 800)
	FROM numbers(600)`,
	"INSERT INTO stream_items (stream, item, status, started_at, begun_at) VALUES ('incidents', 'i1', 'open', '2026-03-20 00:00:00', '2026-03-20 00:00:00')",
}

func crowded(t testing.TB) *warehouse.Warehouse {
	t.Helper()
	w := warehousetest.Open(t)
	for _, sql := range crowd {
		if err := w.Exec(context.Background(), sql, nil); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// pages reads all items in pages of a size.
func pages(t testing.TB, r *metrics.Reader, q metrics.Query, excluded bool, size int) []metrics.Item {
	t.Helper()
	var all []metrics.Item
	for after := ""; ; {
		a, err := r.Items(context.Background(), metrics.ItemsQuery{Query: q, Excluded: excluded, Limit: size, After: after})
		if err != nil {
			t.Fatal(err)
		}
		if len(a.Items) > size {
			t.Fatalf("%s: a page of %d items, want at most %d", q.Metric, len(a.Items), size)
		}
		all = append(all, a.Items...)
		if a.Next == nil {
			return all
		}
		after = *a.Next
	}
}

func keys(items []metrics.Item) []string {
	var keys []string
	for _, item := range items {
		service := ""
		if item.Service != nil {
			service = *item.Service
		}
		keys = append(keys, fmt.Sprintf("%s %s %s", item.ID, service, item.Environment))
	}
	return keys
}

// percentile interpolates between the closest ranks: written anew here to check the warehouse's.
func percentile(values []float64, p float64) float64 {
	slices.Sort(values)
	rank := p * float64(len(values)-1)
	below := int(rank)
	above := min(below+1, len(values)-1)
	return values[below] + (rank-float64(below))*(values[above]-values[below])
}

// What is listed is what was counted: for every metric, filter and window, the headline can be computed again from the
// items, in Go; the pages neither lose nor repeat any; and those left out are as many as the answer says.
func TestFiguresAreTheItems(t *testing.T) {
	r := reader(t, crowded(t), "Europe/Berlin", moment(t, "12-01 00:00"))
	filters := []metrics.Filter{
		{}, {Services: []string{"s1", "s2"}}, {Teams: []string{"blue"}}, {Products: []string{"p", "q"}}, {Repos: []string{"org/1"}},
		{Environments: []string{"live-b"}}, {Environments: []string{"live-a", "live-b"}},
	}
	for _, m := range metrics.Catalogue() {
		for _, filter := range filters {
			if !slices.Contains(m.Dimensions(), metrics.ByEnvironment) && filter.Environments != nil {
				continue
			}
			q := metrics.Query{Metric: m.ID, From: moment(t, "03-22 07:00"), To: moment(t, "04-20 00:00"), Filter: filter}
			a, err := r.Query(context.Background(), q)
			if err != nil {
				t.Fatal(err)
			}
			what := fmt.Sprintf("%s %+v", m.ID, filter)
			items := pages(t, r, q, false, 100000)
			for _, row := range a.Rows {
				check(t, what, row, items, q)
			}
			if paged := pages(t, r, q, false, 17); !slices.Equal(keys(paged), keys(items)) {
				t.Errorf("%s: pages of 17 give %d items, one page %d", what, len(paged), len(items))
			}
			sorted := keys(items)
			slices.Sort(sorted)
			if len(slices.Compact(sorted)) != len(items) {
				t.Errorf("%s: an item is listed twice", what)
			}
			left := map[string]int64{}
			for _, item := range pages(t, r, q, true, 50) {
				left[item.Excluded]++
			}
			for _, l := range a.LeftOut {
				if left[l.Reason] != l.N {
					t.Errorf("%s: %d left out as %q, want %d", what, left[l.Reason], l.Reason, l.N)
				}
				delete(left, l.Reason)
			}
			if len(left) > 0 {
				t.Errorf("%s: listed as left out, but not told: %v", what, left)
			}
		}
	}
}

func check(t *testing.T, what string, row metrics.Row, items []metrics.Item, q metrics.Query) {
	t.Helper()
	var values []float64
	sum, active, whole := 0.0, 0.0, 0.0
	for _, item := range items {
		if m, err := metrics.Find(q.Metric); err != nil || m.AtEnd {
			if item.Start == nil || !item.Start.Before(q.To) || item.End != nil && item.End.Before(q.To) {
				t.Errorf("%s: %s was not under way at %v", what, item.ID, q.To)
			}
		} else if item.End.Before(q.From) || !item.End.Before(q.To) {
			t.Errorf("%s: %s ended %v, outside of the window", what, item.ID, item.End)
		}
		if item.Value != nil {
			values = append(values, *item.Value)
			sum += *item.Value
			if item.Start != nil {
				took := item.End.Sub(*item.Start).Seconds()
				active, whole = active+*item.Value*took, whole+took
			}
		}
	}
	n := int64(len(items))
	if n < 5 {
		t.Errorf("%s: only %d items, too few to tell anything", what, n)
		return
	}
	switch {
	case row.Class != nil:
		of := int64(0)
		for _, item := range items {
			if *item.Class == *row.Class {
				of++
			}
		}
		if row.Ratio.Numerator != of || row.Ratio.Denominator != n {
			t.Errorf("%s: got %d %q of %d, want %d of %d", what, row.Ratio.Numerator, *row.Class, row.Ratio.Denominator, of, n)
		}
	case row.Rate != nil:
		if row.Rate.N != n {
			t.Errorf("%s: got %d, want %d", what, row.Rate.N, n)
		}
	case row.Ratio != nil:
		if row.Ratio.Denominator != n || float64(row.Ratio.Numerator) != sum {
			t.Errorf("%s: got %d of %d, want %v of %d", what, row.Ratio.Numerator, row.Ratio.Denominator, sum, n)
		}
	case row.Amount != nil && len(values) == 0: // a level
		if row.Amount.N != n || *row.Amount.Value != float64(n) {
			t.Errorf("%s: got %+v, want %d", what, row.Amount, n)
		}
	case row.Amount != nil: // a share
		if row.Amount.N != n || math.Abs(*row.Amount.Value-active/whole) > 1e-9 {
			t.Errorf("%s: got %v of %d, want %v of %d", what, *row.Amount.Value, row.Amount.N, active/whole, n)
		}
	default:
		d := row.Duration
		if d.N != n {
			t.Errorf("%s: got %d, want %d", what, d.N, n)
			return
		}
		for p, got := range map[float64]*float64{0.5: d.P50, 0.75: d.P75, 0.85: d.P85, 0.9: d.P90, 0.95: d.P95} {
			if want := percentile(values, p); math.Abs(*got-want) > 1e-6 {
				t.Errorf("%s: percentile %v: got %v, want %v", what, p, *got, want)
			}
		}
		if want := sum / float64(n); math.Abs(*d.Mean-want) > 1e-6 {
			t.Errorf("%s: mean: got %v, want %v", what, *d.Mean, want)
		}
	}
}

// count is the number of items in the rows.
func count(rows []metrics.Row) (n int64) {
	for _, row := range rows {
		switch {
		case row.Class != nil:
			n += row.Ratio.Numerator // each class has some of them
		case row.Rate != nil:
			n += row.Rate.N
		case row.Ratio != nil:
			n += row.Ratio.Denominator
		case row.Amount != nil:
			n += row.Amount.N
		default:
			n += row.Duration.N
		}
	}
	return n
}

// Buckets and groups share the items out: buckets each item once, groups too unless it belongs to several.
func TestBucketsAndGroupsAddUp(t *testing.T) {
	r := reader(t, crowded(t), "Europe/Berlin", moment(t, "12-01 00:00"))
	for _, m := range metrics.Catalogue() {
		if m.AtEnd {
			continue // what is under way at the end of one bucket may be so at the end of the next
		}
		q := metrics.Query{Metric: m.ID, From: moment(t, "03-22 07:00"), To: moment(t, "04-20 00:00")}
		rows := func(by metrics.By, every metrics.Every) []metrics.Row {
			q.By, q.Every = by, every
			a, err := r.Query(context.Background(), q)
			if err != nil {
				t.Fatal(err)
			}
			return a.Rows
		}
		want := count(rows(metrics.ByNone, metrics.EveryRange))
		for _, every := range []metrics.Every{metrics.EveryDay, metrics.EveryWeek, metrics.EveryMonth, metrics.EveryQuarter} {
			for _, by := range []metrics.By{metrics.ByNone, metrics.ByService, metrics.ByTeam} {
				if m.Subject == metrics.Incidents && m.ID != "time_between_failures" && by != metrics.ByNone || m.Subject == metrics.Items && by == metrics.ByService {
					continue // an incident, or an item of a stream, counts in each of its services
				}
				got := rows(by, every)
				if n := count(got); n != want {
					t.Errorf("%s by %s every %s: %d in all, want %d", m.ID, by, every, n, want)
				}
				for _, row := range got {
					if row.Bucket.In(row.Bucket.Location()).Hour() != 0 {
						t.Errorf("%s: a bucket begins at %v", m.ID, row.Bucket)
					}
				}
			}
		}
	}
}

// The window begins with an item that ends at its first moment, and ends before one that ends at its last.
func TestTheWindowIsHalfOpen(t *testing.T) {
	r := reader(t, crowded(t), "UTC", moment(t, "12-01 00:00"))
	for _, m := range metrics.Catalogue() {
		if m.AtEnd {
			continue
		}
		all := pages(t, r, metrics.Query{Metric: m.ID, From: moment(t, "03-22 07:00"), To: moment(t, "04-20 00:00")}, false, 100000)
		end := *all[len(all)/2].End
		for _, c := range []struct{ from, to time.Time }{{end, end.Add(time.Millisecond)}, {end.Add(-time.Millisecond), end}} {
			var want int64
			for _, item := range all {
				if !item.End.Before(c.from) && item.End.Before(c.to) {
					want++
				}
			}
			q := metrics.Query{Metric: m.ID, From: c.from, To: c.to}
			a, err := r.Query(context.Background(), q)
			if err != nil {
				t.Fatal(err)
			}
			if got := count(a.Rows); got != want {
				t.Errorf("%s from %v to %v: got %d, want %d", m.ID, c.from, c.to, got, want)
			}
			if got := pages(t, r, q, false, 100); int64(len(got)) != want {
				t.Errorf("%s from %v to %v: %d items, want %d", m.ID, c.from, c.to, len(got), want)
			}
		}
	}
}

// Around the nights when Berlin's clocks change, an item of the last hour of a week stays in that week.
func TestWeeksOverClockChanges(t *testing.T) {
	w := warehousetest.Open(t)
	for i, at := range []string{
		"2026-03-22 23:00:00", "2026-03-29 21:59:59.999", "2026-03-29 22:00:00", // Mon 00:00 +01, Sun 23:59:59 +02, Mon 00:00 +02
		"2026-10-25 22:59:59.999", "2026-10-25 23:00:00", // Sun 23:59:59 +01, Mon 00:00 +01
	} {
		if err := w.Exec(context.Background(), `INSERT INTO deployment_facts (service, environment, id, kind, result, finished_at)
			VALUES ('s', 'production', {id:String}, 'production', 'success', {at:String})`, warehouse.Params{"id": fmt.Sprint(i), "at": at}); err != nil {
			t.Fatal(err)
		}
	}
	r := reader(t, w, "Europe/Berlin", moment(t, "12-01 00:00"))
	a, err := r.Query(context.Background(), metrics.Query{
		Metric: "deployment_frequency", From: moment(t, "03-22 23:00"), To: moment(t, "11-01 23:00"), Every: metrics.EveryWeek,
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int64{"2026-03-23T00:00:00+01:00": 2, "2026-03-30T00:00:00+02:00": 1, "2026-10-19T00:00:00+02:00": 1, "2026-10-26T00:00:00+01:00": 1}
	for _, row := range a.Rows {
		bucket := row.Bucket.Format(time.RFC3339)
		if row.Rate.N != want[bucket] || row.Rate.Days != 7 {
			t.Errorf("%s: got %d in %v days, want %d in 7", bucket, row.Rate.N, row.Rate.Days, want[bucket])
		}
	}
	if len(a.Rows) != 32 {
		t.Errorf("got %d weeks, want 32", len(a.Rows))
	}
}

func TestTheMedianLiesBetween(t *testing.T) {
	w := warehousetest.Open(t)
	if err := w.Exec(context.Background(), `INSERT INTO deliveries (service, change, status, finished_at, lead_ms) VALUES
		('s', 'a', 'delivered', '2026-03-02 00:00:00', 10), ('s', 'b', 'delivered', '2026-03-02 00:00:00', 100)`, nil); err != nil {
		t.Fatal(err)
	}
	r := reader(t, w, "UTC", moment(t, "12-01 00:00"))
	near(t, "p50 of 10 and 100 ms", ask(t, r, "lead_time", metrics.EveryRange, metrics.Filter{}, "03-01 00:00", "04-01 00:00")[0].Duration.P50, 0.055)
}
