package metrics_test

import (
	"context"
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir/metrics"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// Many questions at once are answered as each of them alone.
func TestAnswersEqualSingleOnes(t *testing.T) {
	r := reader(t, crowded(t), "Europe/Berlin", moment(t, "06-01 00:00"))
	ctx := context.Background()
	for _, filter := range []metrics.Filter{{}, {Teams: []string{"blue"}}, {Services: []string{"nothing"}}} {
		qs := metrics.Questions{From: moment(t, "04-10 00:00"), To: moment(t, "04-24 00:00"), Compare: metrics.ComparePrevious, Filter: filter}
		for _, m := range metrics.Catalogue() {
			qs.Asks = append(qs.Asks, metrics.Ask{Metric: m.ID, Previous: true, Distribution: m.Shape == metrics.ShapeDuration},
				metrics.Ask{Metric: m.ID, Every: metrics.EveryWeek, By: metrics.ByService}, metrics.Ask{Metric: m.ID, By: metrics.ByTeam})
		}
		all, err := r.Answer(ctx, qs)
		if err != nil {
			t.Fatal(err)
		}
		for i, told := range all.Answers {
			q := metrics.Query{Metric: told.Metric, From: qs.From, To: qs.To, Every: qs.Asks[i].Every, By: qs.Asks[i].By, Filter: filter}
			same(t, told.Ask, told.Answer, alone(t, r, q))
			if !qs.Asks[i].Previous {
				continue
			}
			if told.Previous == nil {
				if all.Compared.Known {
					t.Errorf("%s: nothing to compare with", told.Ask)
				}
				continue
			}
			q.From, q.To = all.Compared.From, qs.From
			same(t, told.Ask+" before", *told.Previous, alone(t, r, q))
		}
	}
}

func alone(t *testing.T, r *metrics.Reader, q metrics.Query) metrics.Answer {
	t.Helper()
	a, err := r.Query(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	a, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	if string(a) != string(b) {
		t.Errorf("%s: got\n%s\nwant\n%s", what, a, b)
	}
}

// A distribution counts the items of the answer, each once, where it belongs.
func TestDistribution(t *testing.T) {
	r := reader(t, crowded(t), "UTC", moment(t, "06-01 00:00"))
	ctx := context.Background()
	qs := metrics.Questions{From: moment(t, "03-01 00:00"), To: moment(t, "05-30 00:00")}
	for _, m := range metrics.Catalogue() {
		if m.Shape == metrics.ShapeDuration {
			qs.Asks = append(qs.Asks, metrics.Ask{Metric: m.ID, Distribution: true})
		}
	}
	all, err := r.Answer(ctx, qs)
	if err != nil {
		t.Fatal(err)
	}
	if all.Compared != nil {
		t.Errorf("compared with %+v, want with nothing", all.Compared)
	}
	for _, told := range all.Answers {
		want := map[float64]int64{}
		for _, item := range pages(t, r, metrics.Query{Metric: told.Metric, From: qs.From, To: qs.To}, false, 1000) {
			for _, bin := range told.Distribution {
				if *item.Value >= bin.From && (bin.To == nil || *item.Value < *bin.To) {
					want[bin.From]++
				}
			}
		}
		var sum int64
		for i, bin := range told.Distribution {
			if bin.N != want[bin.From] {
				t.Errorf("%s: %d items from %g s, want %d", told.Metric, bin.N, bin.From, want[bin.From])
			}
			if i > 0 && *told.Distribution[i-1].To != bin.From {
				t.Errorf("%s: a gap before %g s", told.Metric, bin.From)
			}
			sum += bin.N
		}
		if sum == 0 || sum != told.Rows[0].Duration.N {
			t.Errorf("%s: the bins hold %d items, the answer %d", told.Metric, sum, told.Rows[0].Duration.N)
		}
	}
}

// crowdedStages is deliveries whose stages tile them; some lack the pickup, those of one service all.
func crowdedStages(t testing.TB) *warehouse.Warehouse {
	t.Helper()
	w := warehousetest.Open(t)
	const sql = `INSERT INTO deliveries (service, environment, change, merged_at, status, started_at, finished_at, coding_ms, pickup_ms, deploy_ms, lead_ms)
	WITH sipHash64(number) AS h, toDateTime64('2026-03-20 00:00:00', 3, 'UTC') + number * 600 AS at
	SELECT concat('s', toString(number % 4)), '', toString(number), at, 'delivered', at, at + 1, h % 90000000 AS coding, if(number % 4 = 0 OR h % 3 = 0, NULL, h % 7777777) AS pickup, h % 60000 AS deploy,
	    coding + ifNull(pickup, 0) + deploy
	FROM numbers(500)`
	if err := w.Exec(context.Background(), sql, nil); err != nil {
		t.Fatal(err)
	}
	return w
}

// The shares of the stages add up, so that the bar of a lead time does.
func TestSharesAddUp(t *testing.T) {
	a := alone(t, reader(t, crowdedStages(t), "UTC", moment(t, "06-01 00:00")), metrics.Query{Metric: "lead_time", From: moment(t, "03-01 00:00"), To: moment(t, "05-30 00:00"), By: metrics.ByService})
	if len(a.Rows) != 4 {
		t.Fatalf("%d rows", len(a.Rows))
	}
	for _, row := range a.Rows {
		sum := 0.0
		for _, s := range row.Stages {
			if (s.Share == nil) != (s.N == 0) {
				t.Errorf("%s: %d items of %s, share %v", row.Group, s.N, s.Stage, s.Share)
			}
			if s.Share != nil {
				sum += *s.Share
				if part := *s.Share * float64(row.Duration.N) * *row.Duration.Mean; math.Abs(part-float64(s.N)**s.Mean) > 1e-6*part {
					t.Errorf("%s: %s took %g s in all, its share says %g s", row.Group, s.Stage, float64(s.N)**s.Mean, part)
				}
			}
		}
		if math.Abs(sum-1) > 1e-9 {
			t.Errorf("%s: the shares add up to %g", row.Group, sum)
		}
	}
}

// With whom a window is compared, in a zone whose clocks change: on 29 March 2026 at 02:00 in Berlin.
func TestCompared(t *testing.T) {
	r := reader(t, shop(t), "Europe/Berlin", moment(t, "06-01 00:00"))
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	day := func(month time.Month, day int) time.Time { return time.Date(2026, month, day, 0, 0, 0, 0, berlin) }
	for _, c := range []struct {
		name     string
		from, to time.Time
		compare  metrics.Compare
		filter   metrics.Filter
		want     string
		known    bool
		says     string
	}{
		{"the days before, with the change of clocks", day(3, 30), day(4, 6), metrics.ComparePrevious, metrics.Filter{}, "2026-03-23T00:00:00+01:00 2026-03-30T00:00:00+02:00", true, ""},
		{"the year before", day(3, 30), day(4, 6), metrics.CompareYear, metrics.Filter{}, "2025-03-30T00:00:00+01:00 2025-04-06T00:00:00+02:00", false, "nothing is known of that time"},
		{"before everything", day(3, 2), day(3, 4), metrics.ComparePrevious, metrics.Filter{}, "2026-02-28T00:00:00+01:00 2026-03-02T00:00:00+01:00", false, "nothing is known of that time: the first known production deployment finished 2026-03-"},
		{"known in part", day(3, 20), day(4, 10), metrics.ComparePrevious, metrics.Filter{}, "2026-02-27T00:00:00+01:00 2026-03-20T00:00:00+01:00", true, "known in part"},
		{"nothing at all", day(3, 20), day(4, 10), metrics.ComparePrevious, metrics.Filter{Services: []string{"nothing"}}, "2026-02-27T00:00:00+01:00 2026-03-20T00:00:00+01:00", false, "no production deployment"},
	} {
		all, err := r.Answer(context.Background(), metrics.Questions{From: c.from, To: c.to, Compare: c.compare, Filter: c.filter, Asks: []metrics.Ask{{Metric: "deployment_frequency", Previous: true}}})
		if err != nil {
			t.Fatal(err)
		}
		got := all.Compared
		window := got.From.In(berlin).Format(time.RFC3339) + " " + got.To.In(berlin).Format(time.RFC3339)
		if window != c.want || got.Known != c.known || !strings.Contains(strings.Join(got.Notes, " "), c.says) || (c.says == "") != (len(got.Notes) == 0) {
			t.Errorf("%s: compared with %s, known %t, %q; want %s, %t, %q", c.name, window, got.Known, got.Notes, c.want, c.known, c.says)
		}
		if (all.Answers[0].Previous != nil) != c.known {
			t.Errorf("%s: figures of a time of which nothing is known, or none of one that is", c.name)
		}
	}
}

func TestParseAsk(t *testing.T) {
	for text, want := range map[string]metrics.Ask{
		"lead_time":                                {Metric: "lead_time", Every: metrics.EveryRange, By: metrics.ByNone},
		"lead_time,previous,distribution":          {Metric: "lead_time", Every: metrics.EveryRange, By: metrics.ByNone, Previous: true, Distribution: true},
		"rework_rate,every=week,by=service":        {Metric: "rework_rate", Every: metrics.EveryWeek, By: metrics.ByService},
		"rework_rate,every=month,by=team,previous": {Metric: "rework_rate", Every: metrics.EveryMonth, By: metrics.ByTeam, Previous: true},
	} {
		got, err := metrics.ParseAsk(text)
		if err != nil || got != want || got.String() != text {
			t.Errorf("%s: got %+v, %v, written %s; want %+v", text, got, err, got, want)
		}
	}
}

// Rows and items are read as they are written.
func TestAnswersCanBeReadBack(t *testing.T) {
	r := reader(t, crowded(t), "UTC", moment(t, "06-01 00:00"))
	for _, m := range metrics.Catalogue() {
		q := metrics.Query{Metric: m.ID, From: moment(t, "04-01 00:00"), To: moment(t, "04-20 00:00"), Every: metrics.EveryWeek, By: metrics.ByTeam}
		a := alone(t, r, q)
		var back metrics.Answer
		through(t, a, &back)
		for i := range back.Rows {
			back.Rows[i].By = q.By
		}
		same(t, m.ID, back, a)
		for _, excluded := range []bool{false, true} {
			items, err := r.Items(context.Background(), metrics.ItemsQuery{Query: q, Excluded: excluded})
			if err != nil {
				t.Fatal(err)
			}
			var again metrics.ItemsAnswer
			through(t, items, &again)
			same(t, m.ID, again, items)
			if int(items.Total) < len(items.Items) || items.Next == nil && int(items.Total) != len(items.Items) {
				t.Errorf("%s: %d items of a total of %d, next %v", m.ID, len(items.Items), items.Total, items.Next)
			}
		}
	}
}

func through(t *testing.T, from, to any) {
	t.Helper()
	text, err := json.Marshal(from)
	if err == nil {
		err = json.Unmarshal(text, to)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// The numerator's items are those with the value 1, in the same order, on all pages.
func TestNumerator(t *testing.T) {
	r := reader(t, crowded(t), "UTC", moment(t, "06-01 00:00"))
	ctx := context.Background()
	for _, metric := range []string{"change_failure_rate", "rework_rate"} {
		q := metrics.Query{Metric: metric, From: moment(t, "03-01 00:00"), To: moment(t, "05-30 00:00"), Filter: metrics.Filter{Teams: []string{"blue", "red"}}}
		var want, got []string
		for _, item := range pages(t, r, q, false, 1000) {
			if *item.Value == 1 {
				want = append(want, item.ID+" "+*item.Service)
			}
		}
		iq := metrics.ItemsQuery{Query: q, Numerator: true, Limit: 3}
		for {
			a, err := r.Items(ctx, iq)
			if err != nil {
				t.Fatal(err)
			}
			if int(a.Total) != len(want) {
				t.Errorf("%s: a total of %d, want %d", metric, a.Total, len(want))
			}
			for _, item := range a.Items {
				got = append(got, item.ID+" "+*item.Service)
			}
			if a.Next == nil {
				break
			}
			iq.After = *a.Next
		}
		if numerator := alone(t, r, q).Rows[0].Ratio.Numerator; int(numerator) != len(want) || len(want) < 10 {
			t.Errorf("%s: %d items of value 1, the numerator is %d", metric, len(want), numerator)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", metric, got, want)
		}
	}
}

func TestDirectory(t *testing.T) {
	w := shop(t)
	for _, sql := range []string{
		"INSERT INTO org_services (service, team, products) VALUES ('planned', 'new', [])", // of a team that has no members
		"INSERT INTO org_repos (service, repo) VALUES ('checkout', 'org/tills')",           // of which nothing was deployed
	} {
		if err := w.Exec(context.Background(), sql, nil); err != nil {
			t.Fatal(err)
		}
	}
	d, err := reader(t, w, "UTC", moment(t, "06-01 00:00")).Directory(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range d.Services {
		names = append(names, s.Name)
	}
	if !slices.IsSorted(names) || !slices.Contains(names, "planned") || !slices.Contains(names, "search") {
		t.Errorf("the services are %v", names)
	}
	checkout := d.Services[slices.Index(names, "checkout")]
	if *checkout.Team != "payments" || !reflect.DeepEqual(checkout.Repos, []string{"org/checkout", "org/tills"}) || !reflect.DeepEqual(checkout.Products, []string{"app", "shop"}) ||
		!slices.Contains(checkout.Environments, metrics.EnvironmentName{Name: "live-eu", Kind: "production"}) {
		t.Errorf("checkout is %+v", checkout)
	}
	same(t, "teams", d.Teams, []metrics.TeamEntry{
		{Name: "desk", Role: "operations", Services: []string{}}, {Name: "find", Role: "development", Services: []string{"search"}},
		{Name: "new", Services: []string{"planned"}}, {Name: "payments", Role: "development", Services: []string{"checkout"}},
	})
	same(t, "products", d.Products, []metrics.ProductEntry{{Name: "app", Services: []string{"checkout"}}, {Name: "shop", Services: []string{"checkout", "search"}}})
	for _, e := range d.Environments {
		if len(e.Services) == 0 || !slices.IsSorted(e.Services) {
			t.Errorf("the environment %+v", e)
		}
	}
}

// The bands are those of definitions.md §3, in the metric's unit.
func TestBenchmarks(t *testing.T) {
	const hour, day = 3600.0, 86400.0
	for _, c := range []struct {
		metric  string
		edition int
		value   float64
		want    string // the levels whose band holds the value
	}{
		{"deployment_frequency", 2024, 9.25, "elite"}, {"deployment_frequency", 2024, 0.5, "high"}, {"deployment_frequency", 2024, 0.05, "medium"},
		{"deployment_frequency", 2021, 0.5, ""}, {"deployment_frequency", 2021, 0.001, "low"},
		{"lead_time", 2024, 23 * hour, "elite"}, {"lead_time", 2024, 6.9 * day, "high"}, {"lead_time", 2019, 20 * day, "medium"}, {"lead_time", 2024, 40 * day, "low"}, {"lead_time", 2024, 300 * day, ""},
		{"lead_time", 2021, 12 * hour, ""}, {"lead_time", 2021, 300 * day, "low"},
		{"recovery_time", 2024, 30 * 60, "elite"}, {"recovery_time", 2024, 2 * hour, "high medium"}, {"recovery_time", 2021, 2 * day, "medium"},
		{"change_failure_rate", 2019, 0.077, "elite high medium"}, {"change_failure_rate", 2021, 0.2, "high medium low"}, {"change_failure_rate", 2019, 0.3, ""},
		{"change_failure_rate", 2024, 0.077, ""}, {"change_failure_rate", 2024, 0.2, "high"},
		{"time_to_restore", 2021, 2 * hour, "high"},
	} {
		m, err := metrics.Find(c.metric)
		if err != nil {
			t.Fatal(err)
		}
		benchmarks := m.Benchmarks()
		i := slices.IndexFunc(benchmarks, func(b metrics.Benchmark) bool { return b.Edition == c.edition })
		if i < 0 {
			t.Fatalf("%s has no edition %d", c.metric, c.edition)
		}
		var in []string
		for _, l := range benchmarks[i].Levels {
			if c.value >= *l.From && (l.To == nil || c.value <= *l.To) {
				in = append(in, l.Name)
			}
		}
		if got := strings.Join(in, " "); got != c.want {
			t.Errorf("%s %d: %g is %q, want %q", c.metric, c.edition, c.value, got, c.want)
		}
		if !slices.IsSortedFunc(benchmarks, func(a, b metrics.Benchmark) int { return b.Edition - a.Edition }) {
			t.Errorf("%s: the latest edition is not the first", c.metric)
		}
	}
	if rework, err := metrics.Find("rework_rate"); err != nil || rework.Benchmarks() != nil {
		t.Errorf("rework_rate has benchmarks that nobody published: %v, %v", rework.Benchmarks(), err)
	}
}
