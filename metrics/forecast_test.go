package metrics_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/weirhq/weir/metrics"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// steady is items of which so many are done each day at noon, from the 1st of January 2026 for so many days, and one open one
// that came when the first day began.
func steady(each, days int) []string {
	return []string{fmt.Sprintf(`INSERT INTO stream_items (stream, item, team, status, started_at, done_at)
		SELECT 'delivery', toString(number), 'payments', 'done', toDateTime64('2026-01-01 00:00:00', 3, 'UTC'), toDateTime64('2026-01-01 12:00:00', 3, 'UTC') + 86400 * intDiv(number, %d)
		FROM numbers(%d)`, each, each*days),
		"INSERT INTO stream_items (stream, item, status, started_at) VALUES ('delivery', 'open', 'open', '2026-01-01 00:00:00')"}
}

func forecast(t *testing.T, r *metrics.Reader, q metrics.ForecastQuery) metrics.Forecast {
	t.Helper()
	f, err := r.Forecast(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func dates(f metrics.Forecast) (text string) {
	for _, w := range f.When {
		at := "never"
		if w.At != nil {
			at = *w.At
		}
		text += fmt.Sprint(w.Confidence, " ", at, "; ")
	}
	for _, h := range f.HowMany {
		text += fmt.Sprint(h.Confidence, " ", h.N, "; ")
	}
	return text
}

// Two items on every day: N items take N/2 days from tomorrow on, however confident one wants to be. Today is 10 July, the
// 190 days from 1 January to 9 July are known; the ten items done today so far are not of the history.
func TestForecastOfASteadyStream(t *testing.T) {
	w := filled(t, append(steady(2, 190), `INSERT INTO stream_items (stream, item, status, started_at, done_at)
		SELECT 'delivery', concat('today', toString(number)), 'done', '2026-01-01 00:00:00', '2026-07-10 01:00:00' FROM numbers(10)`))
	r := reader(t, w, "UTC", moment(t, "07-10 15:00"))
	f := forecast(t, r, metrics.ForecastQuery{Items: 14, By: "2026-07-20"})
	// 14 items in 7 days: 17 July. From the 11th to the 20th are 10 days: 20 items.
	if got, want := dates(f), "0.5 2026-07-17; 0.85 2026-07-17; 0.95 2026-07-17; 0.5 20; 0.85 20; 0.95 20; "; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	// 15 items take a day more.
	if got := dates(forecast(t, r, metrics.ForecastQuery{Items: 15})); got != "0.5 2026-07-18; 0.85 2026-07-18; 0.95 2026-07-18; " {
		t.Errorf("15 items: %s", got)
	}
	if f.Chance == nil || *f.Chance != 1 {
		t.Errorf("the chance of 14 by the 20th is %v, want 1", show(f.Chance))
	}
	// 12 weeks of 7 days with two each, from 17 April to 9 July.
	if h := f.History; h.Days != 84 || h.N != 168 || len(h.PerDay) != 84 || !h.From.Equal(moment(t, "04-17 00:00")) || !h.To.Equal(moment(t, "07-10 00:00")) {
		t.Errorf("the history is %+v", h)
	}
	// The latest back-test forecasts on 12 June, the earliest 19 weeks before on 30 January, with 29 days before it: 20 in
	// all. Each says 56 items in 28 days, and 56 it is.
	if got := fmt.Sprint(f.BackTest); got != "{20 [{0.5 20 20} {0.85 20 20} {0.95 20 20}]}" {
		t.Errorf("the back-test is %s", got)
	}
	if len(f.Notes) != 0 {
		t.Errorf("notes: %q", f.Notes)
	}
}

// The stream dries up: two a day for 90 days, then none for 28. Today is 29 April, the 119th day. Back-tests look at 28 days
// from day 90, 83, 76 … on (counted from 0): 90 held none of 56, 83 had 14 of them, 76 28, 69 42, and from 62 on they held;
// with at least 14 days before them: 62, 55, 48, 41, 34, 27, 20. So 11 forecasts, of which 7 held.
func TestBackTestCounts(t *testing.T) {
	r := reader(t, filled(t, steady(2, 90)), "UTC", moment(t, "04-29 08:00"))
	f := forecast(t, r, metrics.ForecastQuery{Items: 5})
	if got := fmt.Sprint(f.BackTest); got != "{11 [{0.5 11 7} {0.85 11 7} {0.95 11 7}]}" {
		t.Errorf("the back-test is %s", got)
	}
	// Of 84 days the last 28 had nothing.
	if f.History.N != 112 || fmt.Sprint(f.Notes) != "[nothing was done in the last 28 days: are the data up to date?]" {
		t.Errorf("%d items, notes %q", f.History.N, f.Notes)
	}
	// The same question has the same answer; another seed draws other days.
	again := forecast(t, r, metrics.ForecastQuery{Items: 5})
	same(t, "asked again", again, f)
	by := func(seed int64) string {
		text, err := json.Marshal(forecast(t, r, metrics.ForecastQuery{Items: 60, By: "2026-06-20", Seed: seed}).Chance)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if by(1) == by(2) {
		t.Errorf("the chance is %s with seed 1 and %s with seed 2", by(1), by(2))
	}
}

func TestForecastNeedsHistory(t *testing.T) {
	w := filled(t, steady(2, 13))
	for _, c := range []struct {
		now, want string
		q         metrics.ForecastQuery
	}{
		// 13 whole days before the 14th.
		{"01-14 15:00", "too little is known to forecast: 13 whole days, and it takes 14", metrics.ForecastQuery{Items: 5}},
		// Long after the last item was done.
		{"07-14 15:00", "no item was done in the last 84 days, so nothing can be forecast", metrics.ForecastQuery{Items: 5, By: "2026-08-01"}},
		{"01-20 15:00", `too little is known to forecast: 0 whole days, and it takes 14|no team "search"; there are: payments`, metrics.ForecastQuery{Items: 5, Filter: metrics.Filter{Teams: []string{"search"}}}},
	} {
		f := forecast(t, reader(t, w, "UTC", moment(t, c.now)), c.q)
		if got := strings.Join(f.Notes, "|"); got != c.want || len(f.When)+len(f.HowMany)+len(f.BackTest.Held) > 0 || f.Chance != nil {
			t.Errorf("at %s: %+v, want %q and no numbers", c.now, f, c.want)
		}
	}
	// The 14th day is enough, and told of.
	f := forecast(t, reader(t, w, "UTC", moment(t, "01-15 15:00")), metrics.ForecastQuery{Items: 5})
	if len(f.When) != 3 || !strings.HasPrefix(strings.Join(f.Notes, "|"), "the history has 14 days instead of 84: nothing is known before|no forecast could be made for the past") {
		t.Errorf("after two weeks: %+v", f)
	}
}

// A day is the reporting zone's: an item done at 23:30 UTC is the next day's in Berlin, and a day of 23 hours is a day.
func TestForecastInAZone(t *testing.T) {
	r := reader(t, filled(t, []string{
		"INSERT INTO stream_items (stream, item, status, started_at, done_at) VALUES ('delivery', 'old', 'done', '2024-03-10 23:30:00', '2026-03-10 23:30:00'), ('delivery', 'a', 'done', '2026-03-10 23:30:00', '2026-03-28 23:30:00'), ('delivery', 'b', 'done', '2026-03-12 00:00:00', '2026-03-29 22:30:00')",
	}), "Europe/Berlin", moment(t, "03-30 22:00"))
	// The first was done on 11 March, however long ago it was begun; today is 31 March: 20 days, of which the 29th (a) and the
	// 30th (b) are the last.
	f := forecast(t, r, metrics.ForecastQuery{Items: 1})
	if got := fmt.Sprint(f.History.PerDay); got != "[1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1 1]" || !f.History.From.Equal(moment(t, "03-10 23:00")) {
		t.Errorf("per day %s from %v", got, f.History.From)
	}
}

func TestForecastRefuses(t *testing.T) {
	r := reader(t, warehousetest.Open(t), "UTC", moment(t, "07-10 15:00"))
	for _, c := range []struct {
		q                 metrics.ForecastQuery
		parameter, reason string
	}{
		{metrics.ForecastQuery{}, "items", "say how many items"},
		{metrics.ForecastQuery{Items: -1}, "items", "from 1 to 10000"},
		{metrics.ForecastQuery{Items: 10001}, "items", "from 1 to 10000"},
		{metrics.ForecastQuery{By: "soon"}, "by", "is not a date"},
		{metrics.ForecastQuery{By: "2026-07-10"}, "by", "a forecast begins tomorrow"},
		{metrics.ForecastQuery{By: "2037-07-10"}, "by", "ten years"},
		{metrics.ForecastQuery{Items: 1, Weeks: 1}, "weeks", "from 2 to 104"},
		{metrics.ForecastQuery{Items: 1, Filter: metrics.Filter{Environments: []string{"live"}}}, "environment", "several environments"},
		{metrics.ForecastQuery{Items: 1, Stream: "delivry"}, "stream", "there is no stream"},
	} {
		_, err := r.Forecast(context.Background(), c.q)
		var usage *metrics.UsageError
		if !errors.As(err, &usage) || usage.Parameter != c.parameter || !strings.Contains(usage.Reason, c.reason) {
			t.Errorf("%+v: got %v, want %s: … %s …", c.q, err, c.parameter, c.reason)
		}
	}
	f := forecast(t, r, metrics.ForecastQuery{Items: 3})
	if len(f.Notes) != 2 || len(f.When) != 0 {
		t.Errorf("nothing known: %+v", f)
	}
}
