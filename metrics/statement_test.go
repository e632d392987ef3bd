package metrics_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/weirhq/weir/metrics"
)

// What is asked gives the same rows as the statement in the metric's file, for every group, bucket and filter.
func TestAskedAsInTheFile(t *testing.T) {
	ctx := context.Background()
	w := crowded(t)
	filters := []metrics.Filter{
		{}, {Services: []string{"s1", "s2"}}, {Repos: []string{"org/1"}, Teams: []string{"blue"}}, {Products: []string{"p"}},
		{Environments: []string{"live-a"}}, {Environments: []string{"live-a", "live-b"}},
	}
	compared := 0
	for _, m := range metrics.Catalogue() {
		for _, by := range []metrics.By{metrics.ByNone, metrics.ByService, metrics.ByRepo, metrics.ByTeam, metrics.ByProduct, metrics.ByEnvironment} {
			for i, every := range []metrics.Every{metrics.EveryRange, metrics.EveryDay, metrics.EveryWeek, metrics.EveryMonth, metrics.EveryQuarter} {
				for j, filter := range filters {
					// Two buckets' lengths for each filter are enough.
					if j > 0 && (i+j)%3 != 0 {
						continue
					}
					q := month(t, m.ID)
					q.To = q.To.AddDate(0, 3, 0)
					q.By, q.Every, q.Filter = by, every, filter
					file, asked, params, err := q.Statements()
					if err != nil {
						continue // incidents have no environment
					}
					read := func(sql string) (rows []string) {
						var found []struct {
							Text string `ch:"text"`
						}
						if err := w.Select(ctx, &found, "SELECT formatRow('JSONEachRow', *) AS text FROM ("+sql+") ORDER BY text", params); err != nil {
							t.Fatalf("%s by %s every %s: %v\n%s", m.ID, by, every, err, sql)
						}
						for _, row := range found {
							rows = append(rows, row.Text)
						}
						return rows
					}
					got, want := read(asked), read(file)
					if !slices.Equal(got, want) {
						t.Errorf("%s by %s every %s of %+v: got\n%s\nwant\n%s", m.ID, by, every, filter, got, want)
					}
					for _, needless := range []string{"{every:String} = ", "if({by:String} = 'product'"} {
						if strings.Contains(asked, needless) {
							t.Errorf("%s by %s every %s still asks %q:\n%s", m.ID, by, every, needless, asked)
						}
					}
					compared += len(want)
				}
			}
		}
	}
	if compared < 1000 {
		t.Errorf("only %d rows were compared", compared)
	}
}
