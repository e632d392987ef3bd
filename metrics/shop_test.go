package metrics_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir/metrics"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// shop is a warehouse with the facts of testdata/shop.sql.
func shop(t testing.TB) *warehouse.Warehouse {
	t.Helper()
	text, err := os.ReadFile("testdata/shop.sql")
	if err != nil {
		t.Fatal(err)
	}
	w := warehousetest.Open(t)
	if err := w.Script(context.Background(), string(text), nil); err != nil {
		t.Fatal(err)
	}
	return w
}

func reader(t testing.TB, w *warehouse.Warehouse, zone string, now time.Time) *metrics.Reader {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	return metrics.NewReader(w, metrics.ReaderConfiguration{Location: loc, Now: func() time.Time { return now }})
}

func golden(t *testing.T, name string, answer any) {
	t.Helper()
	got, err := json.Marshal(answer)
	if err != nil {
		t.Fatal(err)
	}
	var lines bytes.Buffer
	if err := json.Indent(&lines, got, "", "  "); err != nil {
		t.Fatal(err)
	}
	lines.WriteByte('\n')
	file := filepath.Join("testdata", "shop", name+".json")
	if *update {
		if err := os.WriteFile(file, lines.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if lines.String() != string(want) {
		t.Errorf("%s differs (run with -update and look at the difference):\n%s", file, lines.String())
	}
}

// A month of the shop, in Berlin.
func month(t testing.TB, metric string) metrics.Query {
	return metrics.Query{Metric: metric, From: moment(t, "03-01 23:00"), To: moment(t, "03-15 23:00")}
}

func TestShopAnswers(t *testing.T) {
	r := reader(t, shop(t), "Europe/Berlin", moment(t, "06-01 00:00"))
	for _, m := range metrics.Catalogue() {
		t.Run(m.ID, func(t *testing.T) {
			weeks := month(t, m.ID)
			weeks.Every, weeks.By = metrics.EveryWeek, metrics.ByService
			for name, q := range map[string]metrics.Query{"range": month(t, m.ID), "weeks_by_service": weeks} {
				a, err := r.Query(context.Background(), q)
				if err != nil {
					t.Fatal(err)
				}
				golden(t, m.ID+"_"+name, a)
			}
			for name, excluded := range map[string]bool{"items": false, "excluded": true} {
				a, err := r.Items(context.Background(), metrics.ItemsQuery{Query: month(t, m.ID), Excluded: excluded})
				if err != nil {
					t.Fatal(err)
				}
				golden(t, m.ID+"_"+name, a)
			}
		})
	}
}

// figures are rows in short: the group, and what was counted.
func figures(rows []metrics.Row) string {
	var parts []string
	for _, r := range rows {
		figure := map[string]any{"": nil}
		switch {
		case r.Rate != nil:
			figure[""] = r.Rate.N
		case r.Ratio != nil:
			figure[""] = []int64{r.Ratio.Numerator, r.Ratio.Denominator}
		case r.Amount != nil:
			figure[""] = []any{r.Amount.N, rounded(r.Amount.Value)}
		default:
			figure[""] = []any{r.Duration.N, show(r.Duration.P50)}
		}
		text, _ := json.Marshal(figure[""])
		if r.Class != nil {
			text = append([]byte(cmp.Or(*r.Class, "?")+" "), text...)
		}
		parts = append(parts, strings.TrimSpace(r.Group+" "+string(text)))
	}
	return strings.Join(parts, "; ")
}

// rounded is a value with four places; nil stays.
func rounded(v *float64) *float64 {
	if v == nil {
		return nil
	}
	r := math.Round(*v*1e4) / 1e4
	return &r
}

func TestShopGroupsAndFilters(t *testing.T) {
	r := reader(t, shop(t), "Europe/Berlin", moment(t, "06-01 00:00"))
	for _, c := range []struct {
		metric string
		by     metrics.By
		filter metrics.Filter
		want   string
	}{
		{"deployment_frequency", metrics.ByNone, metrics.Filter{}, "7"},
		{"deployment_frequency", metrics.ByService, metrics.Filter{}, "checkout 4; legacy 1; search 2"},
		{"deployment_frequency", metrics.ByTeam, metrics.Filter{}, "find 2; payments 4; 1"},
		{"deployment_frequency", metrics.ByRepo, metrics.Filter{}, "org/checkout 4; org/search 2; 1"},
		{"deployment_frequency", metrics.ByProduct, metrics.Filter{}, "app 4; shop 6; 1"},
		{"deployment_frequency", metrics.ByEnvironment, metrics.Filter{}, "live-eu 3; live-us 1; prod 1; production 2"},
		{"deployment_frequency", metrics.ByProduct, metrics.Filter{Products: []string{"shop"}}, "shop 6"},
		{"deployment_frequency", metrics.ByNone, metrics.Filter{Products: []string{"shop", "app"}}, "6"},
		{"deployment_frequency", metrics.ByNone, metrics.Filter{Services: []string{"search", "legacy"}}, "3"},
		{"deployment_frequency", metrics.ByNone, metrics.Filter{Services: []string{"nothing"}}, "0"},
		{"deployment_frequency", metrics.ByService, metrics.Filter{Services: []string{"nothing"}}, ""},
		{"deployment_frequency", metrics.ByNone, metrics.Filter{Repos: []string{"org/checkout"}, Environments: []string{"live-us"}}, "1"},
		{"change_failure_rate", metrics.ByNone, metrics.Filter{}, "[4,8]"},
		{"change_failure_rate", metrics.ByTeam, metrics.Filter{}, "find [1,2]; payments [3,5]; [0,1]"},
		{"rework_rate", metrics.ByTeam, metrics.Filter{}, "find [1,2]; payments [1,4]; [0,1]"},
		{"recovery_time", metrics.ByEnvironment, metrics.Filter{}, "live-eu [1,10800]; live-us [1,3600]"},
		// {1 h, 3 h}: the median lies between.
		{"recovery_time", metrics.ByNone, metrics.Filter{}, "[2,7200]"},
		// The delivery itself; with environments each one's own, of several the earliest.
		{"lead_time", metrics.ByService, metrics.Filter{}, "checkout [1,86400]; search [1,10800]"},
		{"lead_time", metrics.ByEnvironment, metrics.Filter{}, "live-eu [1,86400]; live-us [1,601200]"},
		{"lead_time", metrics.ByNone, metrics.Filter{Environments: []string{"live-us"}}, "[1,601200]"},
		{"lead_time", metrics.ByNone, metrics.Filter{Environments: []string{"live-us", "live-eu"}}, "[1,86400]"},
		{"lead_time", metrics.ByEnvironment, metrics.Filter{Environments: []string{"live-us", "live-eu"}}, "live-eu [1,86400]; live-us [1,601200]"},
		{"lead_time", metrics.ByProduct, metrics.Filter{}, "app [1,86400]; shop [2,48600]"},
		// One incident of two services is one item, and one in each of its groups.
		{"time_to_restore", metrics.ByNone, metrics.Filter{}, "[3,7200]"},
		{"time_to_restore", metrics.ByService, metrics.Filter{}, "checkout [1,7200]; legacy [1,7200]; search [2,5400]"},
		{"time_to_restore", metrics.ByService, metrics.Filter{Services: []string{"checkout"}}, "checkout [1,7200]"},
		{"time_to_restore", metrics.ByTeam, metrics.Filter{}, "find [2,5400]; payments [1,7200]; [1,7200]"},
		{"time_to_restore", metrics.ByProduct, metrics.Filter{}, "app [1,7200]; shop [2,5400]; [1,7200]"},
		{"time_to_restore", metrics.ByRepo, metrics.Filter{}, "org/checkout [1,7200]; org/search [2,5400]; [1,7200]"},
		{"time_to_detect", metrics.ByNone, metrics.Filter{}, "[3,600]"},
		{"time_to_acknowledge", metrics.ByNone, metrics.Filter{}, "[2,1050]"},
		{"time_between_failures", metrics.ByService, metrics.Filter{}, "checkout [1,507600]; search [1,466200]"},
		{"time_between_failures", metrics.ByProduct, metrics.Filter{}, "app [1,507600]; shop [2,486900]"},
		{"time_between_failures", metrics.ByRepo, metrics.Filter{Teams: []string{"find"}}, "org/search [1,466200]"},
	} {
		q := month(t, c.metric)
		q.By, q.Filter = c.by, c.filter
		a, err := r.Query(context.Background(), q)
		if err != nil {
			t.Fatalf("%s by %s: %v", c.metric, c.by, err)
		}
		if got := figures(a.Rows); got != c.want {
			t.Errorf("%s by %s, %+v:\n got %s\nwant %s", c.metric, c.by, c.filter, got, c.want)
		}
	}
}

func TestEmptyIsExplained(t *testing.T) {
	w := shop(t)
	r := reader(t, w, "Europe/Berlin", moment(t, "06-01 00:00"))
	for _, c := range []struct {
		metric   string
		from, to string
		by       metrics.By
		filter   metrics.Filter
		want     string
	}{
		{"lead_time", "03-01 23:00", "03-15 23:00", metrics.ByNone, metrics.Filter{}, ""},
		{"lead_time", "03-01 23:00", "03-15 23:00", metrics.ByTeam, metrics.Filter{}, ""},
		{"lead_time", "01-01 00:00", "02-01 00:00", metrics.ByNone, metrics.Filter{}, "nothing between 2026-01-01T01:00:00+01:00 and 2026-02-01T01:00:00+01:00; " +
			"of what was counted at other times (2), the first ended 2026-03-03T11:00:00+01:00 and the last 2026-03-05T00:30:00+01:00"},
		{"deployment_frequency", "03-01 23:00", "03-15 23:00", metrics.ByNone, metrics.Filter{Services: []string{"chekout"}},
			`no service "chekout"; did you mean "checkout"? there are: checkout, intranet, legacy, search`},
		{"deployment_frequency", "03-01 23:00", "03-15 23:00", metrics.ByNone, metrics.Filter{Services: []string{"search", "serch"}},
			`no service "serch"; did you mean "search"? there are: checkout, intranet, legacy, search`},
		{"time_to_restore", "03-01 23:00", "03-15 23:00", metrics.ByNone, metrics.Filter{Teams: []string{"zebra"}}, `no team "zebra"; there are: desk, find, payments`},
		{"deployment_frequency", "03-01 23:00", "03-15 23:00", metrics.ByNone, metrics.Filter{Services: []string{"intranet"}},
			"no deployment to an environment of kind production; seen: blue (development)"},
		{"lead_time", "03-01 23:00", "03-15 23:00", metrics.ByNone, metrics.Filter{Services: []string{"intranet"}},
			"no deployment to an environment of kind production; seen: blue (development)"},
		{"lead_time", "03-01 23:00", "03-15 23:00", metrics.ByNone, metrics.Filter{Services: []string{"legacy"}},
			"no change that a production deployment could have delivered matches the filter"},
		{"recovery_time", "03-01 23:00", "03-15 23:00", metrics.ByNone, metrics.Filter{Services: []string{"legacy"}}, "no production deployment is known to have failed"},
		{"time_to_detect", "03-01 23:00", "03-15 23:00", metrics.ByNone, metrics.Filter{Services: []string{"intranet"}}, "no incident matches the filter"},
		{"time_to_acknowledge", "03-01 23:00", "03-15 23:00", metrics.ByNone, metrics.Filter{Services: []string{"search"}, Repos: []string{"org/search"}, Products: []string{"shop"}, Teams: []string{"payments"}}, ""},
	} {
		a, err := r.Query(context.Background(), metrics.Query{
			Metric: c.metric, From: moment(t, c.from), To: moment(t, c.to), By: c.by, Filter: c.filter,
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(a.Notes, "|"); got != c.want {
			t.Errorf("%s %+v:\n got %s\nwant %s", c.metric, c.filter, got, c.want)
		}
	}
	if err := w.Script(context.Background(), "TRUNCATE TABLE org_teams; TRUNCATE TABLE org_services;", nil); err != nil {
		t.Fatal(err)
	}
	a, err := r.Query(context.Background(), metrics.Query{Metric: "lead_time", From: moment(t, "03-01 00:00"), To: moment(t, "04-01 00:00"), By: metrics.ByTeam})
	if err != nil || !slices.Equal(a.Notes, []string{"no teams are configured"}) {
		t.Errorf("got %v, %v", a.Notes, err)
	}
}

func TestEmptyWarehouse(t *testing.T) {
	r := reader(t, warehousetest.Open(t), "UTC", moment(t, "06-01 00:00"))
	want := map[metrics.Subject]string{
		metrics.Deliveries: "no deployment is known; import or collect some first", metrics.Deployments: "no deployment is known; import or collect some first",
		metrics.Incidents: "no incident is known; import or collect some first", metrics.Items: "no item that was done is known; import or collect some first",
	}
	for _, m := range metrics.Catalogue() {
		a, err := r.Query(context.Background(), month(t, m.ID))
		if err != nil {
			t.Fatal(err)
		}
		n := 1
		if m.Classed {
			n = 5 // feature, defect, risk, debt, not known
		}
		if len(a.Rows) != n || slices.ContainsFunc(a.Rows, func(row metrics.Row) bool { return !row.Empty() }) {
			t.Errorf("%s: got %+v, want %d without data", m.ID, a.Rows, n)
		}
		note := want[m.Subject]
		if m.AtEnd {
			note = "no item is known; import or collect some first"
		}
		if m.ID == "time_between_failures" {
			note = "no quiet time is known: it takes two incidents of the same service, one after the other"
		}
		if !slices.Equal(a.Notes, []string{note}) {
			t.Errorf("%s: got %q, want %q", m.ID, a.Notes, note)
		}
	}
}

func TestWrongUsage(t *testing.T) {
	r := reader(t, warehousetest.Open(t), "UTC", moment(t, "06-01 00:00"))
	for _, c := range []struct {
		change    func(*metrics.ItemsQuery)
		parameter string
		reason    string
	}{
		{func(q *metrics.ItemsQuery) { q.Metric = "lead_tim" }, "metric", `did you mean "lead_time"?`},
		{func(q *metrics.ItemsQuery) { q.To = q.From }, "from", "the window is empty"},
		{func(q *metrics.ItemsQuery) { q.From = time.Time{} }, "from", "the year 1 is outside"},
		{func(q *metrics.ItemsQuery) { q.Every = "fortnight" }, "every", `"fortnight" is not one of range, day`},
		{func(q *metrics.ItemsQuery) { q.By = "person" }, "by", `"person" is not one of none, service`},
		{func(q *metrics.ItemsQuery) { q.Clock = "working" }, "clock", "needs calendars"},
		{func(q *metrics.ItemsQuery) { q.Clock = "cuckoo" }, "clock", "is not one of elapsed, working"},
		{func(q *metrics.ItemsQuery) { q.Metric, q.By = "time_to_restore", metrics.ByEnvironment }, "by", "cannot be grouped by environment"},
		{func(q *metrics.ItemsQuery) { q.Metric, q.Environments = "time_between_failures", []string{"live"} }, "environment", "cannot be filtered"},
		{func(q *metrics.ItemsQuery) { q.Limit = -1 }, "limit", "-1"},
		{func(q *metrics.ItemsQuery) { q.After = "yesterday" }, "after", "is not the `next`"},
	} {
		q := metrics.ItemsQuery{Query: month(t, "lead_time")}
		c.change(&q)
		_, err := r.Items(context.Background(), q)
		var usage *metrics.UsageError
		if !errors.As(err, &usage) || usage.Parameter != c.parameter || !strings.Contains(usage.Reason, c.reason) {
			t.Errorf("got %v, want %s: … %s …", err, c.parameter, c.reason)
		}
	}
	long := month(t, "lead_time")
	long.From, long.Every = long.From.AddDate(-50, 0, 0), metrics.EveryDay
	var usage *metrics.UsageError
	if _, err := r.Query(context.Background(), long); !errors.As(err, &usage) || usage.Parameter != "every" {
		t.Errorf("50 years of days: got %v, want a refusal", err)
	}
}
