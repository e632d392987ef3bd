package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir/metrics"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// flowFacts is a reader of a stream in which two items were done at every noon for thirty days before 10 March 2026, each
// half of the day after it was begun and a day after it came, an hour of it active; one more is under way for four days.
func flowFacts(t *testing.T) *metrics.Reader {
	t.Helper()
	w := warehousetest.Open(t)
	for _, sql := range []string{
		`INSERT INTO stream_stages (stream, position, stage, title, role, queue) VALUES ('delivery', 1, 'backlog', 'Backlog', '', 1), ('delivery', 2, 'development', 'Development', 'development', 0)`,
		`INSERT INTO stream_items (stream, item, kind, class, title, status, started_at, begun_at, done_at, lead_ms, active_ms, waiting_ms)
		WITH toDateTime64('2026-03-09 12:00:00', 3, 'UTC') - 86400 * intDiv(number, 2) AS ended
		SELECT 'delivery', concat('T-', toString(number)), 'ticket', ['feature', ''][number % 2 + 1], 'A ticket', 'done', ended - 86400, ended - 43200, ended, 86400000, 3600000, 82800000
		FROM numbers(60)`,
		`INSERT INTO stream_items (stream, item, kind, title, status, started_at, begun_at, stage, owner, since_at) VALUES
		('delivery', 'T-open', 'ticket', 'Under way', 'open', '2026-03-01 00:00:00', '2026-03-06 00:00:00', 'development', 'payments', '2026-03-08 00:00:00')`,
		`INSERT INTO stream_items (stream, item, kind, status, excluded, started_at) VALUES ('delivery', 'T-odd', 'ticket', 'excluded', 'no status is known', '2026-03-03 00:00:00')`,
		`INSERT INTO stream_visits (stream, item, n, stage, position, entered_at, status, item_team) VALUES ('delivery', 'T-open', 1, 'development', 2, '2026-03-06 00:00:00', 'open', '')`,
	} {
		if err := w.Exec(context.Background(), sql, nil); err != nil {
			t.Fatal(err)
		}
	}
	return metrics.NewReader(w, metrics.ReaderConfiguration{Now: func() time.Time { return time.Date(2026, 3, 10, 0, 0, 0, 0, time.UTC) }})
}

func TestDrawFlow(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 3, d, 0, 0, 0, 0, time.UTC) }
	q := metrics.StreamQuery{Stream: metrics.DefaultStream, From: day(1), To: day(10)}
	f, err := flowFacts(t).Flow(context.Background(), metrics.FlowQuery{StreamQuery: q})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	drawFlow(&b, f, q)
	const want = `The flow: 18 items done, 1 under way now
delivery, 2026-03-01 to 2026-03-10 (UTC)

of the items done      median   p85   p95
-------------------------------------------
flow time                24 h  24 h  24 h
since they were begun    12 h  12 h  12 h

flow efficiency 4.2 %
distribution: (none) 9 (50.0 %), feature 9 (50.0 %)

Throughput

week      done
----------------
2026-W09     2
2026-W10    14
2026-W11     2

Items in each stage at the end of the day

stage        2026-03-01  2026-03-09
-------------------------------------
Backlog               0           0
Development           0           1
Done                  2          18

Under way now, the oldest first

item    title      stage        with        age  in the stage
---------------------------------------------------------------
T-open  Under way  development  payments  4.0 d         2.0 d

left out: 1 no status is known
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
	for part, want := range map[string]string{
		"cumulative":   "day,backlog,development,done\n2026-03-01,0,0,2\n",
		"throughput":   "bucket,n\n2026-02-23T00:00:00Z,2\n",
		"load":         "day,n\n2026-03-01,0\n",
		"scatter":      "item,title,url,end,value\nT-16,A ticket,,2026-03-01T12:00:00.000Z,86400\n",
		"ageing":       "item,kind,title,url,team,stage,owner,age,in_stage\nT-open,ticket,Under way,,,development,payments,345600,172800\n",
		"distribution": "class,n,share\n,9,0.5\nfeature,9,0.5\n",
	} {
		var b bytes.Buffer
		if err := writeFlowCSV(&b, f, part); err != nil || !strings.HasPrefix(b.String(), want) {
			t.Errorf("%s: got %v, %.200s, want it to begin with %s", part, err, b.String(), want)
		}
	}
	if len(flowParts) != 6 {
		t.Error("not every part was looked at")
	}
}

// Of the class of every other item nothing is known: two items at each of the noons of 1 to 9 March.
func TestWriteFlowDistribution(t *testing.T) {
	r, ctx := flowFacts(t), context.Background()
	day := func(month time.Month, d int) time.Time { return time.Date(2026, month, d, 0, 0, 0, 0, time.UTC) }
	q := metrics.Query{Metric: "flow_distribution", From: day(3, 1), To: day(3, 10), Every: metrics.EveryMonth, By: metrics.ByTeam}
	a, err := r.Query(ctx, q)
	if err != nil {
		t.Fatal(err)
	}
	q.From, q.To = day(3, 9), day(3, 10)
	items, err := r.Items(ctx, metrics.ItemsQuery{Query: q})
	if err != nil {
		t.Fatal(err)
	}
	q.From, q.To = day(1, 1), day(1, 2)
	none, err := r.Query(ctx, q)
	if err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct {
		write func(w *program) error
		want  string
	}{
		"table": {func(p *program) error { return p.writeAnswer(a, q, "table") }, `
month    team    class    numerator  denominator   ratio  95 % from      to
-----------------------------------------------------------------------------
2026-03  (none)  feature          9           18  50.0 %     29.0 %  71.0 %
2026-03  (none)  defect           0           18   0.0 %      0.0 %  17.6 %
2026-03  (none)  risk             0           18   0.0 %      0.0 %  17.6 %
2026-03  (none)  debt             0           18   0.0 %      0.0 %  17.6 %
2026-03  (none)  (none)           9           18  50.0 %     29.0 %  71.0 %
`},
		"csv":                {func(p *program) error { return p.writeAnswer(a, q, "csv") }, "group,bucket,class,numerator,denominator,value,low,high\n,2026-03-01T00:00:00Z,feature,9,18,0.5,"},
		"csv of nothing":     {func(p *program) error { return p.writeAnswer(none, q, "csv") }, "group,bucket,class,numerator,denominator,value,low,high\n"},
		"items":              {func(p *program) error { return p.writeItems(items, q, "table") }, "\nT-0  feature  A ticket  2026-03-08 12:00  2026-03-09 12:00\nT-1  (none)   A ticket"},
		"items' csv":         {func(p *program) error { return p.writeItems(items, q, "csv") }, "id,kind,title,url,service,environment,class,start,end,value,evidence,excluded\nT-0,ticket,A ticket,,,,feature,"},
		"no items, as a csv": {func(p *program) error { return p.writeItems(metrics.ItemsAnswer{Metric: q.Metric}, q, "csv") }, "id,kind,title,url,service,environment,class,start,end,value,evidence,excluded\n"},
	} {
		var b bytes.Buffer
		if err := c.write(&program{stdout: &b, stderr: &b}); err != nil || !strings.Contains(b.String(), c.want) {
			t.Errorf("%s: %v, got\n%s\nwant it to have\n%s", what, err, b.String(), c.want)
		}
	}
}

func TestDrawForecast(t *testing.T) {
	f, err := flowFacts(t).Forecast(context.Background(), metrics.ForecastQuery{Items: 9, By: "2026-03-20"})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	drawForecast(&b, f, time.UTC)
	// Two a day since the first was done: nine in five days; the tenth day from tomorrow is the 20th.
	const want = `A forecast from 60 items done in 30 days (2026-02-08 to 2026-03-09, UTC)

When are 9 more items done?

with confidence  by the end of
--------------------------------
           50 %  2026-03-15
           85 %  2026-03-15
           95 %  2026-03-15

How many more items are done by the end of 2026-03-20?

with confidence  at least
---------------------------
           50 %        20
           85 %        20
           95 %        20

9 items by the end of 2026-03-20: 100.0 % of the trials

the history has 30 days instead of 84: nothing is known before
no forecast could be made for the past: it takes 14 days of history before it and 28 after it
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
	b.Reset()
	if err := writeForecastCSV(&b, f); err != nil {
		t.Fatal(err)
	}
	if want := "question,confidence,date,items\nwhen,0.5,2026-03-15,9\nwhen,0.85,2026-03-15,9\nwhen,0.95,2026-03-15,9\nhow_many,0.5,2026-03-20,20\n"; !strings.HasPrefix(b.String(), want) {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}
