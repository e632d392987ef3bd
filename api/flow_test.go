package api

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir/metrics"
)

// flowing is a server over a stream in which an item a day is done for a hundred days before today, each after two days and
// a half; two are under way.
func flowing(t *testing.T) *asked {
	t.Helper()
	a := newAsked(t)
	for _, sql := range []string{
		`INSERT INTO stream_stages (stream, position, stage, title, role, queue) VALUES ('delivery', 1, 'backlog', 'Backlog', '', 1), ('delivery', 2, 'development', 'Development', 'development', 0)`,
		`INSERT INTO stream_items (stream, item, kind, class, title, team, services, links, status, started_at, begun_at, done_at, lead_ms, active_ms, waiting_ms)
		WITH toDateTime64('2026-03-18 12:00:00', 3, 'UTC') - 86400 * (number + 1) AS ended
		SELECT 'delivery', concat('T-', toString(number)), 'ticket', ['feature', ''][number % 2 + 1], 'A ticket', 'payments', ['checkout'], [('org/checkout#1', 'title')], 'done',
		    ended - 216000, ended - 86400, ended, 216000000, 86400000, 129600000
		FROM numbers(100)`,
		`INSERT INTO stream_items (stream, item, kind, title, status, started_at, begun_at, stage, owner, since_at) VALUES
		('delivery', 'T-open', 'ticket', 'Under way', 'open', '2026-03-01 00:00:00', '2026-03-02 00:00:00', 'development', 'payments', '2026-03-02 00:00:00'),
		('delivery', 'org/checkout#7', 'change', 'Alone', 'open', '2026-03-03 00:00:00', '2026-03-03 00:00:00', 'development', '', NULL)`,
		`INSERT INTO stream_items (stream, item, kind, status, excluded, started_at) VALUES ('delivery', 'T-odd', 'ticket', 'excluded', 'no status is known', '2026-03-03 00:00:00')`,
		`INSERT INTO stream_visits (stream, item, n, stage, position, entered_at, status, item_team) VALUES ('delivery', 'T-open', 1, 'development', 2, '2026-03-02 00:00:00', 'open', '')`,
	} {
		if err := a.warehouse.Exec(context.Background(), sql, nil); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

// What the document says of flow holds where there is something to tell.
func TestFlowIsAsDocumented(t *testing.T) {
	a := flowing(t)
	const window = "?from=2026-02-01&to=2026-03-18"
	for path, queries := range map[string][]string{
		"/flow":               {window, window + "&every=day", window + "&team=payments&product=none"},
		"/flow/forecast":      {"?items=14", "?by=2026-04-01", "?items=14&by=2026-04-01&weeks=4&seed=3", "?items=3&team=nobody"},
		"/metrics/{id}":       {"flow_time" + window, "flow_efficiency" + window + "&every=week&by=team", "flow_load" + window + "&every=day", "work_item_age" + window, "flow_distribution" + window, "flow_distribution" + window + "&every=month&by=team", "flow_distribution" + window + "&stream=delivery"},
		"/metrics/{id}/items": {"flow_time" + window, "flow_efficiency" + window, "flow_load" + window, "work_item_age" + window, "flow_load" + window + "&excluded=true", "flow_distribution" + window, "flow_distribution" + window + "&excluded=true"},
		"/answers":            {window + "&ask=flow_load,every=week&ask=flow_efficiency,by=team,previous&ask=flow_time,distribution&ask=flow_distribution,by=team"},
	} {
		schema := a.api.OpenAPI().Paths[root+path].Get.Responses["200"].Content["application/json"].Schema
		for _, asked := range queries {
			id, query, _ := strings.Cut(asked, "?")
			url := root + strings.Replace(path, "{id}", id, 1) + "?" + query
			w := a.get(url)
			if w.Code != http.StatusOK {
				t.Errorf("%s: status %d, %s", url, w.Code, w.Body)
				continue
			}
			for _, fault := range a.faults(schema, w.Body.Bytes()) {
				t.Errorf("%s: %v", url, fault)
			}
		}
	}
	for url, want := range map[string]string{
		"/flow?environment=live":             `there is no parameter \"environment\"`,
		"/metrics/flow_time?stream=x":        `there is no stream \"x\"`,
		"/metrics/lead_time?stream=delivery": "lead_time counts no items of a value stream",
		"/flow?every=quarter":                `is not one of day, week, month`,
		"/flow/forecast":                     "say how many items",
		"/flow/forecast?items=1&to=1d":       `there is no parameter \"to\"`,
		"/metrics/flow_load?by=environment":  "an item goes through several environments",
	} {
		if w := a.get(root + url); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: status %d, %s; want 400 and %s", url, w.Code, w.Body, want)
		}
	}
}

// A client of the server is told what the reader tells.
func TestFlowThroughAServer(t *testing.T) {
	a := flowing(t)
	s := httptest.NewServer(a)
	defer s.Close()
	ctx := context.Background()
	c, err := Dial(ctx, s.URL)
	if err != nil {
		t.Fatal(err)
	}
	q := metrics.FlowQuery{StreamQuery: metrics.StreamQuery{Stream: "delivery", From: today.AddDate(0, 0, -30), To: today, Filter: metrics.Filter{Teams: []string{"payments"}}, Clock: "elapsed"}, Every: metrics.EveryDay}
	got, err := c.Flow(ctx, q)
	if err != nil {
		t.Fatal(err)
	}
	want, err := a.cfg.Reader.Flow(ctx, q)
	if err != nil {
		t.Fatal(err)
	}
	sameText(t, got, want)
	if got.Scatter.N != 30 || len(got.Throughput) != 31 {
		t.Errorf("%d items in %d days", got.Scatter.N, len(got.Throughput))
	}
	fq := metrics.ForecastQuery{Items: 7, By: "2026-03-31", Weeks: 6, Seed: 9, Filter: metrics.Filter{Services: []string{"checkout"}}}
	forecast, err := c.Forecast(ctx, fq)
	if err != nil {
		t.Fatal(err)
	}
	wanted, err := a.cfg.Reader.Forecast(ctx, fq)
	if err != nil {
		t.Fatal(err)
	}
	sameText(t, forecast, wanted)
	// One a day: 7 items on the 25th, 13 by the 31st.
	if *forecast.When[1].At != "2026-03-25" || forecast.HowMany[1].N != 13 {
		t.Errorf("forecast %s, %d", *forecast.When[1].At, forecast.HowMany[1].N)
	}
}

func sameText(t *testing.T, got, want any) {
	t.Helper()
	a, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(a, b) {
		t.Errorf("got\n%s\nwant\n%s", a, b)
	}
}

// The age of what is under way is told as of now, although the window ended long ago.
func TestAgesMoveWithNow(t *testing.T) {
	a := flowing(t)
	age := func() float64 {
		var f metrics.Flow
		if err := json.Unmarshal(a.get(root+"/flow?from=2026-02-01&to=2026-03-01").Body.Bytes(), &f); err != nil {
			t.Fatal(err)
		}
		return f.Ageing.Items[0].Age
	}
	before := age()
	a.now = a.now.Add(time.Hour)
	if after := age(); after != before+3600 {
		t.Errorf("an hour later the age is %g s more", after-before)
	}
}
