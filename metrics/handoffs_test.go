package metrics_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir/metrics"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// handedOver is a warehouse with the facts of testdata/handoffs.sql.
func handedOver(t testing.TB) *warehouse.Warehouse {
	t.Helper()
	text, err := os.ReadFile("testdata/handoffs.sql")
	if err != nil {
		t.Fatal(err)
	}
	w := warehousetest.Open(t)
	if err := w.Script(context.Background(), string(text), nil); err != nil {
		t.Fatal(err)
	}
	return w
}

// handing is the question about the two weeks in which PAY-4, PAY-5 and SEA-1 were done.
func handing(t testing.TB) metrics.HandoffsQuery {
	return metrics.HandoffsQuery{StreamQuery: metrics.StreamQuery{From: moment(t, "03-02 00:00"), To: moment(t, "03-16 00:00")}}
}

func groupOr(name *string) string {
	if name == nil {
		return metrics.UnknownGroup
	}
	return *name
}

// toldPairs are pairs in short.
func toldPairs(pairs []metrics.HandoffPair) (all []string) {
	for _, p := range pairs {
		all = append(all, fmt.Sprintf("%s > %s: %d, %g h, %d returns, %d still", groupOr(p.From), groupOr(p.To), p.N, p.Total/hour, p.Returns, p.Still))
	}
	return all
}

func toldReasons(reasons []metrics.HandoffReason) (all []string) {
	for _, r := range reasons {
		all = append(all, fmt.Sprintf("%s: %d, %g h, %d still", r.Reason, r.N, r.Total/hour, r.Still))
	}
	return all
}

func toldHandoffs(handoffs []metrics.Handoff) (all []string) {
	for _, h := range handoffs {
		text := fmt.Sprintf("%s %s > %s %s", h.Item, groupOr(h.From), groupOr(h.To), h.Reason)
		if h.Wait != nil {
			text += fmt.Sprintf(" %g h", *h.Wait/hour)
		}
		if h.Open {
			text += " open"
		}
		if h.Return {
			text += " return"
		}
		all = append(all, text)
	}
	return all
}

func sameLines(t testing.TB, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Worked example 4: development hands to test twice, waits 17 h and 1 h, and test hands back once without a wait. The item
// took 33 h, so the handoffs to test are 18/33 of it.
func TestExample4Handoffs(t *testing.T) {
	r := reader(t, handedOver(t), "UTC", moment(t, "03-20 12:00"))
	q := handing(t)
	q.Services = []string{"pay/till"}
	a, err := r.Handoffs(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	if a.Items != 1 || a.LeadTotal != 33*hour {
		t.Errorf("got %d items of %g h, want 1 of 33", a.Items, a.LeadTotal/hour)
	}
	sameLines(t, "pairs", toldPairs(a.Pairs), []string{"development > test: 2, 18 h, 0 returns, 0 still", "test > development: 1, 0 h, 1 returns, 0 still"})
	near(t, "share of development to test", a.Pairs[0].Share, 18.0/33)
	near(t, "median wait for test", a.Pairs[0].Wait.P50, 9*hour) // halfway between 1 and 17
	near(t, "p85 for test", a.Pairs[0].Wait.P85, 14.6*hour)      // 1 + 0.85 × 16
	near(t, "mean wait for test", a.Pairs[0].Wait.Mean, 9*hour)  // 18 / 2
	near(t, "wait of the return", a.Pairs[1].Wait.P50, 0)        // it was taken up at once
	near(t, "share of the return", a.Pairs[1].Share, 0)          // 0 / 33
	sameLines(t, "worst", toldHandoffs(a.Worst), []string{"PAY-4 development > test test 17 h", "PAY-4 development > test test 1 h", "PAY-4 test > development rework 0 h return"})
	if len(a.LeftOut) != 0 || len(a.Notes) != 0 {
		t.Errorf("got %v and %q, want nothing to tell", a.LeftOut, a.Notes)
	}
}

// PAY-4 took 33 h, PAY-5 48 h, SEA-1 20 h: 101 h. PAY-6 is open and has waited since 18 March 12:00: 48 h on the 20th. PAY-7
// is left out, PAY-8 was done before, and INC-1 is of another stream.
func TestHandoffsBetween(t *testing.T) {
	r := reader(t, handedOver(t), "UTC", moment(t, "03-20 12:00"))
	for _, c := range []struct {
		between        metrics.Between
		pairs, reasons []string
		notes          []string
	}{
		{metrics.BetweenGroups, []string{
			"payments · review > operations: 1, 20 h, 0 returns, 0 still", "development > test: 2, 18 h, 0 returns, 0 still",
			"search > operations: 1, 10 h, 0 returns, 0 still", "payments > payments · review: 1, 4 h, 0 returns, 0 still",
			"test > development: 1, 0 h, 1 returns, 0 still", "payments > operations: 0, 0 h, 0 returns, 1 still",
		}, []string{"approval: 2, 30 h, 1 still", "test: 2, 18 h, 0 still", "review: 1, 4 h, 0 still", "rework: 1, 0 h, 0 still"}, nil},
		// From payments to its own reviewers is within the team; of PAY-4 no team is known.
		{metrics.BetweenTeams, []string{"payments > operations: 1, 20 h, 0 returns, 1 still", "search > operations: 1, 10 h, 0 returns, 0 still"},
			[]string{"approval: 2, 30 h, 1 still"},
			[]string{"1 handoff within one team is not counted between teams", "3 handoffs are not counted between teams, since on neither side the team is known"}},
		{metrics.BetweenRoles, []string{
			"review > operations: 1, 20 h, 0 returns, 0 still", "development > test: 2, 18 h, 0 returns, 0 still",
			"development > operations: 1, 10 h, 0 returns, 1 still", "development > review: 1, 4 h, 0 returns, 0 still", "test > development: 1, 0 h, 1 returns, 0 still",
		}, []string{"approval: 2, 30 h, 1 still", "test: 2, 18 h, 0 still", "review: 1, 4 h, 0 still", "rework: 1, 0 h, 0 still"}, nil},
	} {
		q := handing(t)
		q.Between = c.between
		a, err := r.Handoffs(context.Background(), q)
		if err != nil {
			t.Fatalf("%s: %v", c.between, err)
		}
		if a.Items != 3 || a.LeadTotal != 101*hour {
			t.Errorf("%s: got %d items of %g h, want 3 of 101", c.between, a.Items, a.LeadTotal/hour)
		}
		sameLines(t, string(c.between), toldPairs(a.Pairs), c.pairs)
		sameLines(t, string(c.between)+", reasons", toldReasons(a.Reasons), c.reasons)
		sameLines(t, string(c.between)+", notes", a.Notes, c.notes)
		near(t, string(c.between)+", share of the first pair", a.Pairs[0].Share, 20.0/101)
		near(t, string(c.between)+", share of approvals", a.Reasons[0].Share, 30.0/101)
		if !slices.Equal(a.LeftOut, []metrics.LeftOut{{Reason: "no start is known", N: 1}}) {
			t.Errorf("%s: left out %v, want PAY-7", c.between, a.LeftOut)
		}
		if toldHandoffs(a.Worst)[0] != fmt.Sprintf("PAY-6 %s > operations approval 48 h open", map[metrics.Between]string{"groups": "payments", "teams": "payments", "roles": "development"}[c.between]) {
			t.Errorf("%s: got %v, want the open one first", c.between, toldHandoffs(a.Worst))
		}
		if last := a.Pairs[len(a.Pairs)-1]; last.N == 0 && (last.Wait.P50 != nil || last.Wait.Mean != nil) {
			t.Errorf("%s: nothing was waited for, but got %v", c.between, last.Wait)
		}
	}
}

func TestHandoffsFiltered(t *testing.T) {
	r := reader(t, handedOver(t), "UTC", moment(t, "03-20 12:00"))
	for _, c := range []struct {
		name   string
		change func(*metrics.HandoffsQuery)
		pairs  []string
		notes  []string
	}{
		{"a team", func(q *metrics.HandoffsQuery) { q.Teams = []string{"search"} }, []string{"search > operations: 1, 10 h, 0 returns, 0 still"}, nil},
		{"a product", func(q *metrics.HandoffsQuery) { q.Products = []string{"app"} }, []string{
			"payments · review > operations: 1, 20 h, 0 returns, 0 still", "payments > payments · review: 1, 4 h, 0 returns, 0 still"}, nil},
		{"a repository", func(q *metrics.HandoffsQuery) { q.Repos = []string{"org/search"} }, []string{"search > operations: 1, 10 h, 0 returns, 0 still"}, nil},
		{"to a group", func(q *metrics.HandoffsQuery) { q.ToGroup = "operations" }, []string{
			"payments · review > operations: 1, 20 h, 0 returns, 0 still", "search > operations: 1, 10 h, 0 returns, 0 still", "payments > operations: 0, 0 h, 0 returns, 1 still"}, nil},
		{"a pair", func(q *metrics.HandoffsQuery) { q.FromGroup, q.ToGroup = "test", "development" }, []string{"test > development: 1, 0 h, 1 returns, 0 still"}, nil},
		{"a reason", func(q *metrics.HandoffsQuery) { q.Reason = "review" }, []string{"payments > payments · review: 1, 4 h, 0 returns, 0 still"}, nil},
		{"another stream", func(q *metrics.HandoffsQuery) { q.Stream = "incidents" }, []string{"operations > payments: 1, 1 h, 0 returns, 0 still"}, nil},
		{"the unknown team", func(q *metrics.HandoffsQuery) { q.Between, q.FromGroup = metrics.BetweenTeams, metrics.UnknownGroup }, nil,
			[]string{"3 handoffs are not counted between teams, since on neither side the team is known"}},
		{"a mistyped group", func(q *metrics.HandoffsQuery) { q.ToGroup = "operation" }, nil,
			[]string{`no group "operation"; did you mean "operations"? there are: development, operations, payments, payments · review, search, test`}},
		{"a mistyped reason", func(q *metrics.HandoffsQuery) { q.Reason = "aproval" }, nil,
			[]string{`no reason "aproval"; did you mean "approval"? there are: approval, review, rework, test`}},
		{"a pair that never was", func(q *metrics.HandoffsQuery) { q.FromGroup, q.ToGroup = "search", "test" }, nil,
			[]string{"there was no such handoff; there may be others, with another reason or between other groups"}},
	} {
		q := handing(t)
		c.change(&q)
		a, err := r.Handoffs(context.Background(), q)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		sameLines(t, c.name, toldPairs(a.Pairs), c.pairs)
		sameLines(t, c.name+", notes", a.Notes, c.notes)
	}
}

func TestHandoffsRefused(t *testing.T) {
	r := reader(t, handedOver(t), "UTC", moment(t, "03-20 12:00"))
	for _, c := range []struct {
		change            func(*metrics.HandoffItemsQuery)
		parameter, reason string
	}{
		{func(q *metrics.HandoffItemsQuery) { q.Between = "people" }, "between", `"people" is not one of groups, teams, roles`},
		{func(q *metrics.HandoffItemsQuery) { q.Stream = "delivry" }, "stream", `did you mean "delivery"?`},
		{func(q *metrics.HandoffItemsQuery) { q.To = q.From }, "from", "the window is empty"},
		{func(q *metrics.HandoffItemsQuery) { q.Limit = -1 }, "limit", "-1"},
		{func(q *metrics.HandoffItemsQuery) { q.After = "yesterday" }, "after", "is not the `next`"},
		{func(q *metrics.HandoffItemsQuery) { q.After = "e30" }, "after", "is not the `next`"}, // {}
		{func(q *metrics.HandoffItemsQuery) { q.Environments = []string{"live"} }, "environment", "cannot be filtered"},
	} {
		q := metrics.HandoffItemsQuery{HandoffsQuery: handing(t)}
		c.change(&q)
		_, err := r.HandoffItems(context.Background(), q)
		var usage *metrics.UsageError
		if !errors.As(err, &usage) || usage.Parameter != c.parameter || !strings.Contains(usage.Reason, c.reason) {
			t.Errorf("got %v, want %s: … %s …", err, c.parameter, c.reason)
		}
	}
	var usage *metrics.UsageError
	if _, err := r.HandoffTrend(context.Background(), metrics.HandoffTrendQuery{HandoffsQuery: handing(t), Every: metrics.EveryRange}); !errors.As(err, &usage) || usage.Parameter != "every" {
		t.Errorf("a trend of the whole range: got %v, want a refusal", err)
	}
}

// In weeks, by the item's end. SEA-1 was done on Sunday 8 March 23:30 UTC, which is Monday in Berlin.
func TestHandoffTrend(t *testing.T) {
	w := handedOver(t)
	for _, c := range []struct {
		zone     string
		from, to string
		want     []string
	}{
		{"UTC", "development", "test", []string{"2026-03-02 2 9", "2026-03-09 0 null"}},
		{"UTC", "", "operations", []string{"2026-03-02 1 10", "2026-03-09 1 20"}},
		{"Europe/Berlin", "", "operations", []string{"2026-03-02 0 null", "2026-03-09 2 15"}}, // the median of 10 and 20
		{"UTC", "", "nobody", []string{"2026-03-02 0 null", "2026-03-09 0 null"}},
	} {
		r := reader(t, w, c.zone, moment(t, "03-20 12:00"))
		q := metrics.HandoffTrendQuery{HandoffsQuery: handing(t)}
		q.FromGroup, q.ToGroup = c.from, c.to
		if c.zone != "UTC" {
			q.From, q.To = q.From.Add(-time.Hour), q.To.Add(-time.Hour) // the same days there
		}
		a, err := r.HandoffTrend(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, row := range a.Rows {
			text := "null"
			if row.Wait.P50 != nil {
				text = fmt.Sprint(*row.Wait.P50 / hour)
			}
			got = append(got, fmt.Sprintf("%s %d %s", row.Bucket.Format(time.DateOnly), row.N, text))
		}
		sameLines(t, c.zone+" to "+c.to, got, c.want)
		if (len(a.Notes) > 0) != (c.to == "nobody") {
			t.Errorf("to %s: got the notes %q", c.to, a.Notes)
		}
	}
}

func TestHandoffItems(t *testing.T) {
	r := reader(t, handedOver(t), "UTC", moment(t, "03-20 12:00"))
	all := []string{
		"PAY-5 payments · review > operations approval 20 h", "PAY-4 development > test test 17 h", "SEA-1 search > operations approval 10 h",
		"PAY-5 payments > payments · review review 4 h", "PAY-4 development > test test 1 h", "PAY-4 test > development rework 0 h return",
	}
	for _, limit := range []int{1, 2, 4, 6, 100} {
		q := metrics.HandoffItemsQuery{HandoffsQuery: handing(t), Limit: limit}
		var got []string
		for {
			page, err := r.HandoffItems(context.Background(), q)
			if err != nil {
				t.Fatal(err)
			}
			if page.Total != 6 || len(page.Items) > limit {
				t.Fatalf("got a page of %d of %d, want at most %d of 6", len(page.Items), page.Total, limit)
			}
			got = append(got, toldHandoffs(page.Items)...)
			if page.Next == nil || len(got) > len(all) {
				break
			}
			q.After = *page.Next
		}
		sameLines(t, fmt.Sprintf("in pages of %d", limit), got, all)
	}
	open, err := r.HandoffItems(context.Background(), metrics.HandoffItemsQuery{HandoffsQuery: handing(t), Open: true})
	if err != nil {
		t.Fatal(err)
	}
	sameLines(t, "open", toldHandoffs(open.Items), []string{"PAY-6 payments > operations approval 48 h open"})
	if h := open.Items[0]; h.Title != "Vouchers" || h.URL != nil || h.ReceivedAt != nil || !h.At.Equal(moment(t, "03-18 12:00")) {
		t.Errorf("got %+v", h)
	}
	q := metrics.HandoffItemsQuery{HandoffsQuery: handing(t), Open: true}
	q.ToGroup = "search"
	if none, err := r.HandoffItems(context.Background(), q); err != nil || none.Total != 0 || len(none.Items) != 0 || len(none.Notes) != 1 {
		t.Errorf("open to search: got %+v, %v", none, err)
	}
}

// On the working clock PAY-4 took 2 + 6 + 1 + 2 + 3 + 1 + 2 = 17 h and waited an hour for test each time, since Monday's wait ran
// over the night. No calendar says how long PAY-5 and SEA-1 took, nor how long PAY-6 has waited.
func TestHandoffsInWorkingTime(t *testing.T) {
	ctx := context.Background()
	w := handedOver(t)
	r := reader(t, w, "UTC", moment(t, "03-20 12:00"))
	q := handing(t)
	q.Clock = "working"
	var usage *metrics.UsageError
	if _, err := r.Handoffs(ctx, q); !errors.As(err, &usage) || usage.Parameter != "clock" {
		t.Errorf("without a calendar: got %v, want a refusal", err)
	}
	if _, err := r.Timeline(ctx, metrics.TimelineQuery{Item: "PAY-4", Clock: "working"}); !errors.As(err, &usage) || usage.Parameter != "clock" {
		t.Errorf("a timeline without a calendar: got %v, want a refusal", err)
	}
	if err := w.Exec(ctx, "INSERT INTO org_team_calendars (team, calendar) VALUES ('', 'office')", nil); err != nil {
		t.Fatal(err)
	}
	a, err := r.Handoffs(ctx, q)
	if err != nil {
		t.Fatal(err)
	}
	if a.Items != 1 || a.LeadTotal != 17*hour {
		t.Errorf("got %d items of %g h, want 1 of 17", a.Items, a.LeadTotal/hour)
	}
	sameLines(t, "pairs", toldPairs(a.Pairs), []string{
		"development > test: 2, 2 h, 0 returns, 0 still", "test > development: 1, 0 h, 1 returns, 0 still", "payments > operations: 0, 0 h, 0 returns, 1 still"})
	near(t, "share", a.Pairs[0].Share, 2.0/17)
	if len(a.Worst) != 3 || a.Worst[0].Open || len(a.Notes) != 2 {
		t.Errorf("got %v and %q, want the three waits of PAY-4, and two notes", toldHandoffs(a.Worst), a.Notes)
	}
	if !slices.Equal(a.LeftOut, []metrics.LeftOut{{Reason: "no calendar says its working time", N: 2}, {Reason: "no start is known", N: 1}}) {
		t.Errorf("left out %v", a.LeftOut)
	}
	open, err := r.HandoffItems(ctx, metrics.HandoffItemsQuery{HandoffsQuery: q, Open: true})
	if err != nil || len(open.Items) != 1 || open.Items[0].Wait != nil {
		t.Errorf("got %+v, %v, want PAY-6 without a wait", open.Items, err)
	}
	done := timeline(t, r, metrics.TimelineQuery{Item: "PAY-4", Clock: "working"})
	near(t, "lead time of PAY-4", done.Lead, 17*hour)
	near(t, "efficiency of PAY-4", done.Efficiency, 13.0/17)
	near(t, "first wait for test", done.Intervals[2].Seconds, 1*hour)
	if under := timeline(t, r, metrics.TimelineQuery{Item: "PAY-6", Clock: "working"}); under.Lead != nil || under.Intervals[1].Seconds != nil || under.Handoffs[0].Wait != nil {
		t.Errorf("got %+v, want no working time of what goes on", under)
	}
}
