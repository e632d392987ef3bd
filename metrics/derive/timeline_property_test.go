package derive_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/weirhq/weir/collectors/simulator"
	"github.com/weirhq/weir/metrics/derive"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// mustNotBe are what must not be: each statement counts the items or rows that break a rule.
var mustNotBe = map[string]string{
	"intervals leave a gap or overlap": `SELECT count() AS n FROM (SELECT item, start_at, lagInFrame(end_at) OVER (PARTITION BY stream, item ORDER BY n ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS before, stream_intervals.n AS k FROM stream_intervals)
		WHERE k > 1 AND ifNull(before != start_at, true)`,
	"intervals are empty, or one that has not ended is not the last": `SELECT count() AS n FROM (SELECT stream, item, start_at, end_at, stream_intervals.n AS k, max(stream_intervals.n) OVER (PARTITION BY stream, item) AS last FROM stream_intervals)
		WHERE if(isNull(end_at), k != last, end_at <= start_at)`,
	"intervals do not begin and end with the item": `SELECT count() AS n FROM stream_items AS i
		INNER JOIN (SELECT stream, item, min(start_at) AS began, argMax(end_at IS NULL ? toDateTime64(0, 3, 'UTC') : end_at, stream_intervals.n) AS ended FROM stream_intervals GROUP BY stream, item) AS x ON i.stream = x.stream AND i.item = x.item
		WHERE began != i.started_at OR ended != ifNull(i.done_at, toDateTime64(0, 3, 'UTC'))`,
	"an item has no intervals": `SELECT count() AS n FROM stream_items WHERE status != 'excluded' AND (stream, item) NOT IN (SELECT stream, item FROM stream_intervals)`,
	"intervals do not add up to the lead time": `SELECT count() AS n FROM stream_items AS i
		INNER JOIN (SELECT stream, item, sum(dateDiff('millisecond', start_at, assumeNotNull(end_at))) AS whole, sumIf(dateDiff('millisecond', start_at, assumeNotNull(end_at)), class = 'active') AS acting FROM stream_intervals WHERE isNotNull(end_at) GROUP BY stream, item) AS x
		ON i.stream = x.stream AND i.item = x.item WHERE i.status = 'done' AND (whole != i.lead_ms OR acting != i.active_ms OR i.active_ms + i.waiting_ms != i.lead_ms)`,
	"stages do not add up to the lead time": `SELECT count() AS n FROM stream_items AS i
		INNER JOIN (SELECT stream, item, sum(process_ms) AS acting, sum(waiting_ms) AS idle FROM stream_visits GROUP BY stream, item) AS v ON i.stream = v.stream AND i.item = v.item
		WHERE i.status = 'done' AND (acting != i.active_ms OR idle != i.waiting_ms)`,
	"an item's reasons do not add up to its lead time": `SELECT count() AS n FROM stream_items WHERE status = 'done' AND (arraySum(spent.ms) != lead_ms OR arraySum(spent.working_ms) != lead_working_ms
		OR arraySum(arrayMap(x -> if(x.class = 'active', x.ms, 0), spent)) != active_ms)`,
	"an item's stages are not told once each, or not wholly": `SELECT count() AS n FROM (
			SELECT stream, item, stage, sum(process_ms) AS acting, sum(waiting_ms) AS idle, sum(process_working_ms) AS acting_working, sum(waiting_working_ms) AS idle_working,
				groupArray((stage_process_ms, stage_waiting_ms, stage_process_working_ms, stage_waiting_working_ms)) AS told
			FROM (SELECT * FROM stream_visits WHERE status = 'done' ORDER BY stream, item, n) GROUP BY stream, item, stage)
		WHERE arrayCount(x -> isNotNull(x.1), told) != 1 OR told[-1] != (acting, idle, acting_working, idle_working)`,
	"only what is excluded was given up": `SELECT count() AS n FROM stream_items WHERE dropped AND status != 'excluded'`,
	"handoffs wait longer than the item": `SELECT count() AS n FROM stream_items AS i
		INNER JOIN (SELECT stream, item, sum(wait_ms) AS waits FROM stream_handoffs GROUP BY stream, item) AS h ON i.stream = h.stream AND i.item = h.item WHERE i.status = 'done' AND waits > i.waiting_ms`,
	"a handoff is not from one group to another": `SELECT count() AS n FROM stream_handoffs WHERE from_owner = to_owner OR from_owner = '' OR to_owner = '' OR wait_ms < 0`,
	"an exit came back that was none":            `SELECT count() AS n FROM stream_visits WHERE returned AND NOT forward`,
	"working time is longer than elapsed time":   `SELECT count() AS n FROM stream_intervals WHERE working_ms > dateDiff('millisecond', start_at, assumeNotNull(end_at)) OR working_ms < 0`,
	"working time does not add up": `SELECT count() AS n FROM stream_items AS i
		INNER JOIN (SELECT stream, item, sum(process_working_ms) AS acting, sum(waiting_working_ms) AS idle FROM stream_visits GROUP BY stream, item) AS v ON i.stream = v.stream AND i.item = v.item
		WHERE i.status = 'done' AND (ifNull(acting != i.active_working_ms, true) OR ifNull(idle != i.waiting_working_ms, true) OR i.lead_working_ms != i.active_working_ms + i.waiting_working_ms)`,
	"a person is named": `SELECT count() AS n FROM stream_intervals WHERE owner IN (SELECT account FROM stream_people) OR team IN (SELECT account FROM stream_people)`,
}

// Whatever happened, and in whatever order it became known, the rules of timelines hold.
func TestTimelinesHold(t *testing.T) {
	ctx := context.Background()
	for seed := range uint64(2) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			w := warehousetest.Open(t)
			d := newDeriver(w)
			var organisation derive.Organisation
			cfg := simulator.DefaultConfiguration(time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC))
			if err := yaml.Unmarshal(simulator.New(cfg).WeirYAML(), &organisation); err != nil {
				t.Fatal(err)
			}
			organisation.Calendars = []derive.Calendar{{Name: "office", Timezone: "Europe/Berlin", Hours: map[string]string{"mon-fri": "09:00-17:00"}, Holidays: []string{"2026-04-06"}}}
			if err := d.Apply(ctx, organisation); err != nil {
				t.Fatal(err)
			}
			chance := rand.New(rand.NewPCG(seed, 3))
			for _, r := range history(t, seed+40, 0.1) {
				var odd warehouse.Records
				late := divideAll(r, time.Time{}, &odd)
				for range min(3, len(late)) {
					late[chance.IntN(len(late))].add(&odd)
				}
				change(&odd, chance)
				for _, records := range []warehouse.Records{r, odd} {
					if err := w.Write(ctx, records); err != nil {
						t.Fatal(err)
					}
				}
			}
			if _, err := d.Update(ctx); err != nil {
				t.Fatal(err)
			}
			for rule, sql := range mustNotBe {
				if n := counted(t, w, sql); n != 0 {
					t.Errorf("%s: %d", rule, n)
				}
			}
			for _, table := range []string{"stream_items", "stream_intervals", "stream_visits", "stream_handoffs"} {
				if n := counted(t, w, "SELECT count() AS n FROM "+table); n < 100 {
					t.Errorf("only %d rows of %s: the test tests little", n, table)
				}
			}
		})
	}
}

func counted(t *testing.T, w *warehouse.Warehouse, sql string) uint64 {
	t.Helper()
	var rows []struct {
		N uint64 `ch:"n"`
	}
	if err := w.Select(context.Background(), &rows, sql, nil); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return rows[0].N
}
