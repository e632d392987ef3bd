package metrics_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/weirhq/weir/metrics"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// handoffCrowd fills the facts from a hash, so that many handoffs share a moment, a wait, an item or a group that is not known.
var handoffCrowd = []string{
	`INSERT INTO stream_items (stream, item, title, team, products, services, repos, status, excluded, started_at, done_at, lead_ms, lead_working_ms)
	WITH sipHash64(number) AS h
	SELECT 'delivery', concat('I-', toString(number)), 'An item', ['', 'red', 'blue'][h % 3 + 1], [[], ['p'], ['p', 'q']][h % 3 + 1], [concat('s', toString(h % 4))],
	    [concat('org/', toString(h % 3))], ['done', 'done', 'done', 'open', 'excluded'][intDiv(h, 16) % 5 + 1] AS state, if(state = 'excluded', 'for a reason', ''),
	    toDateTime64('2026-03-01 00:00:00', 3, 'UTC') + intDiv(number, 5) * 3600 AS began, if(state = 'open', NULL, began + 86400 + h % 400000), if(state = 'done', 1000 * (86400 + h % 400000), NULL),
	    if(state = 'done' AND h % 4 > 0, 500 * (86400 + h % 400000), NULL)
	FROM numbers(600)`,
	`INSERT INTO stream_handoffs (stream, item, n, at, from_owner, to_owner, from_team, to_team, from_role, to_role, reason, received_at, wait_ms, wait_working_ms, return,
	    status, done_at, item_team, products, services, repos)
	WITH sipHash64(item, k) AS h
	SELECT stream, item, k, started_at + 600 * k AS moved, ['', 'red', 'blue', 'red · review', 'test'][h % 5 + 1], ['', 'red', 'blue', 'blue · review', 'ops'][intDiv(h, 5) % 5 + 1],
	    ['', 'red', 'blue', 'red', ''][h % 5 + 1], ['', 'red', 'blue', 'blue', 'ops'][intDiv(h, 5) % 5 + 1],
	    ['', 'development', 'development', 'review', 'test'][h % 5 + 1], ['', 'development', 'development', 'review', 'operations'][intDiv(h, 5) % 5 + 1],
	    ['review', 'test', 'approval'][intDiv(h, 64) % 3 + 1], if(status = 'open' AND k = 3, NULL, moved + (h % 5) * 600) AS taken, if(taken IS NULL, NULL, (h % 5) * 600000),
	    if(lead_working_ms IS NULL OR taken IS NULL, NULL, (h % 5) * 300000), h % 7 = 0, status, done_at, team, products, services, repos
	FROM stream_items ARRAY JOIN [1, 2, 3] AS k`,
}

func handoffCrowded(t testing.TB) *warehouse.Warehouse {
	t.Helper()
	w := warehousetest.Open(t)
	for _, sql := range handoffCrowd {
		if err := w.Exec(context.Background(), sql, nil); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// crowdQueries are questions of every kind about the crowd.
func crowdQueries(t testing.TB) (all []metrics.HandoffsQuery) {
	filters := []metrics.Filter{{}, {Services: []string{"s1", "s2"}}, {Repos: []string{"org/1"}, Teams: []string{"blue"}}, {Products: []string{"p"}}}
	for n, between := range []metrics.Between{metrics.BetweenGroups, metrics.BetweenTeams, metrics.BetweenRoles} {
		for i, filter := range filters {
			if i > 0 && (i+n)%3 != 0 {
				continue // one filter for each kind of group is enough
			}
			q := metrics.HandoffsQuery{Between: between}
			q.From, q.To, q.Filter = moment(t, "03-02 00:00"), moment(t, "03-07 00:00"), filter
			all = append(all, q)
			q.Reason, q.FromGroup = []string{"test", ""}[i%2], []string{"", "red", metrics.UnknownGroup, "development"}[i]
			all = append(all, q)
		}
	}
	return all
}

// What is asked gives the same rows as the statements in the files, on both clocks.
func TestHandoffsAskedAsInTheFile(t *testing.T) {
	ctx := context.Background()
	w := handoffCrowded(t)
	read := func(sql string, p warehouse.Params) (rows []string) {
		var found []struct {
			Text string `ch:"text"`
		}
		if err := w.Select(ctx, &found, "SELECT formatRow('JSONEachRow', *) AS text FROM ("+sql+"\n) ORDER BY text", p); err != nil {
			t.Fatalf("%v\n%s", err, sql)
		}
		for _, row := range found {
			rows = append(rows, row.Text)
		}
		return rows
	}
	compared, differ := 0, 0
	for _, q := range crowdQueries(t) {
		var elapsed []string
		for i, clock := range []string{"elapsed", "working"} {
			q.Clock = clock
			files, asked, params, err := q.HandoffStatements([]metrics.Every{metrics.EveryDay, metrics.EveryMonth}[i])
			if err != nil {
				t.Fatal(err)
			}
			for n := range files {
				got, want := read(asked[n], params), read(files[n], params)
				if !slices.Equal(got, want) {
					t.Errorf("%+v, statement %d: got\n%s\nwant\n%s", q, n, strings.Join(got, "\n"), strings.Join(want, "\n"))
				}
				if strings.Contains(asked[n], "if({between:String} = ") || strings.Contains(asked[n], "if({clock:String} = ") {
					t.Errorf("%+v still asks what is decided:\n%s", q, asked[n])
				}
				compared += len(want)
				switch {
				case n > 0:
				case clock == "elapsed":
					elapsed = want
				case !slices.Equal(elapsed, want):
					differ++
				}
			}
		}
	}
	if compared < 1000 || differ < 6 {
		t.Errorf("only %d rows were compared, and the clocks differ %d times", compared, differ)
	}
}

// The pairs, the reasons, the trend and the list are of the same handoffs, and every page is read once.
func TestHandoffsAgree(t *testing.T) {
	ctx := context.Background()
	r := reader(t, handoffCrowded(t), "Europe/Berlin", moment(t, "03-20 12:00"))
	some := 0
	for _, q := range crowdQueries(t) {
		name := fmt.Sprintf("%s %q from %q %+v", q.Between, q.Reason, q.FromGroup, q.Filter)
		a, err := r.Handoffs(ctx, q)
		if err != nil {
			t.Fatal(err)
		}
		var pairs, reasons, listed, trend [3]float64 // how many, seconds together, still waiting
		for _, p := range a.Pairs {
			pairs[0], pairs[1], pairs[2] = pairs[0]+float64(p.N), pairs[1]+p.Total, pairs[2]+float64(p.Still)
			if q.Between != metrics.BetweenGroups && groupOr(p.From) == groupOr(p.To) {
				t.Errorf("%s: %s hands over to itself", name, groupOr(p.From))
			}
			if p.N > 0 && (p.Wait.N != p.N || math.Abs(*p.Wait.Mean*float64(p.N)-p.Total) > 1e-6 || math.Abs(*p.Share*a.LeadTotal-p.Total) > 1e-6) {
				t.Errorf("%s: %+v does not add up", name, p)
			}
		}
		for _, p := range a.Reasons {
			reasons[0], reasons[1], reasons[2] = reasons[0]+float64(p.N), reasons[1]+p.Total, reasons[2]+float64(p.Still)
		}
		done, open := everyHandoff(t, r, q, false), everyHandoff(t, r, q, true)
		listed[2] = float64(len(open))
		for _, h := range done {
			listed[0], listed[1] = listed[0]+1, listed[1]+*h.Wait
		}
		if pairs != reasons || pairs != listed {
			t.Errorf("%s: by pair %v, by reason %v, listed %v", name, pairs, reasons, listed)
		}
		days, err := r.HandoffTrend(ctx, metrics.HandoffTrendQuery{HandoffsQuery: q, Every: metrics.EveryDay})
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range days.Rows {
			trend[0] += float64(row.N)
			if row.N > 0 {
				trend[1] += *row.Wait.Mean * float64(row.N)
			}
		}
		if trend[0] != pairs[0] || math.Abs(trend[1]-pairs[1]) > 1e-6 {
			t.Errorf("%s: by day %v, by pair %v", name, trend, pairs)
		}
		// The worst are those of both lists with the longest waits.
		both := slices.Concat(done, open)
		slices.SortStableFunc(both, func(x, y metrics.Handoff) int { return -compare(*x.Wait, *y.Wait) })
		for i, h := range a.Worst {
			if i >= len(both) || *h.Wait != *both[i].Wait {
				t.Errorf("%s: the worst wait %d is %v", name, i, *h.Wait)
			}
		}
		if len(a.Worst) != min(20, len(both)) {
			t.Errorf("%s: %d worst waits of %d", name, len(a.Worst), len(both))
		}
		some += int(pairs[0])
	}
	if some < 500 {
		t.Errorf("only %d handoffs were looked at", some)
	}
}

func compare(x, y float64) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// everyHandoff reads the list in pages, and wants each handoff once, the longest wait first.
func everyHandoff(t testing.TB, r *metrics.Reader, q metrics.HandoffsQuery, open bool) (all []metrics.Handoff) {
	t.Helper()
	asked := metrics.HandoffItemsQuery{HandoffsQuery: q, Open: open, Limit: 90}
	seen := map[string]bool{}
	for {
		page, err := r.HandoffItems(context.Background(), asked)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range page.Items {
			key := fmt.Sprintf("%s %v %v", h.Item, h.At, h.Reason)
			if seen[key] {
				t.Fatalf("%s comes twice", key)
			}
			seen[key] = true
			if len(all) > 0 && *h.Wait > *all[len(all)-1].Wait {
				t.Errorf("%s waited longer than the one before it", key)
			}
			all = append(all, h)
		}
		if page.Next == nil {
			if int64(len(all)) != page.Total {
				t.Errorf("%d were listed, want %d", len(all), page.Total)
			}
			return all
		}
		asked.After = *page.Next
	}
}
