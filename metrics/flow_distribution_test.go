package metrics_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/weirhq/weir/metrics"
)

// spring is what was done in March and April 2026. Of risk there is nothing, of U and V no class is known.
//
//	March  payments  A feature, B feature, C defect    search  D feature, U
//	April  payments  V                                 search  E debt (and X, which was left out)
var spring = []string{
	`INSERT INTO stream_items (stream, item, kind, class, title, team, services, links, status, excluded, started_at, done_at) VALUES
		('delivery', 'A', 'ticket', 'feature', 'Pay later', 'payments', ['checkout'], [('org/checkout#1', 'branch')], 'done', '', '2026-02-20 00:00:00', '2026-03-01 00:00:00'),
		('delivery', 'B', 'ticket', 'feature', 'Pay now', 'payments', ['checkout', 'pricing'], [], 'done', '', '2026-03-02 00:00:00', '2026-03-05 00:00:00'),
		('delivery', 'C', 'ticket', 'defect', 'Wrong price', 'payments', ['pricing'], [], 'done', '', '2026-03-02 00:00:00', '2026-03-31 23:59:59.999'),
		('delivery', 'D', 'ticket', 'feature', 'Find more', 'search', [], [], 'done', '', '2026-03-02 00:00:00', '2026-03-10 00:00:00'),
		('delivery', 'U', 'change', '', 'Typo', 'search', [], [], 'done', '', '2026-03-02 00:00:00', '2026-03-11 00:00:00'),
		('delivery', 'V', 'change', '', 'Tidy', 'payments', ['checkout'], [], 'done', '', '2026-03-02 00:00:00', '2026-04-01 00:00:00'),
		('delivery', 'E', 'ticket', 'debt', 'New index', 'search', [], [], 'done', '', '2026-03-02 00:00:00', '2026-04-02 00:00:00'),
		('delivery', 'O', 'ticket', 'risk', 'Not yet', 'search', [], [], 'open', '', '2026-03-02 00:00:00', NULL),
		('delivery', 'X', 'ticket', 'risk', 'Odd', 'search', [], [], 'excluded', 'no status is known', '2026-04-03 00:00:00', NULL),
		('delivery', 'Z', 'ticket', 'risk', 'Of May', 'search', [], [], 'done', '', '2026-04-03 00:00:00', '2026-05-01 00:00:00'),
		('incidents', 'I', 'incident', 'risk', 'Down', 'search', [], [], 'done', '', '2026-03-03 00:00:00', '2026-03-03 01:00:00')`,
}

func TestFlowDistribution(t *testing.T) {
	r := reader(t, filled(t, spring), "UTC", moment(t, "06-01 00:00"))
	for _, c := range []struct {
		every    metrics.Every
		by       metrics.By
		filter   metrics.Filter
		from, to string
		want     string
	}{
		// A B D, C, none, E, U V: 3 + 1 + 0 + 1 + 2 = 7.
		{metrics.EveryRange, metrics.ByNone, metrics.Filter{}, "03-01 00:00", "05-01 00:00", "feature [3,7]; defect [1,7]; risk [0,7]; debt [1,7]; ? [2,7]"},
		// A B, C, V of payments: 2 + 1 + 1 = 4. D, E, U of search: 1 + 1 + 1 = 3.
		{metrics.EveryRange, metrics.ByTeam, metrics.Filter{}, "03-01 00:00", "05-01 00:00",
			"payments feature [2,4]; payments defect [1,4]; payments risk [0,4]; payments debt [0,4]; payments ? [1,4]; " +
				"search feature [1,3]; search defect [0,3]; search risk [0,3]; search debt [1,3]; search ? [1,3]"},
		// A B D, C, U of March: 3 + 1 + 1 = 5. E, V of April: 1 + 1 = 2. Nothing in the part of February.
		{metrics.EveryMonth, metrics.ByNone, metrics.Filter{}, "02-28 00:00", "05-01 00:00",
			"feature [0,0]; defect [0,0]; risk [0,0]; debt [0,0]; ? [0,0]; feature [3,5]; defect [1,5]; risk [0,5]; debt [0,5]; ? [1,5]; feature [0,2]; defect [0,2]; risk [0,2]; debt [1,2]; ? [1,2]"},
		// B counts in both of its services, V in checkout: A B V; B C.
		{metrics.EveryRange, metrics.ByService, metrics.Filter{Teams: []string{"payments"}}, "03-01 00:00", "05-01 00:00",
			"checkout feature [2,3]; checkout defect [0,3]; checkout risk [0,3]; checkout debt [0,3]; checkout ? [1,3]; " +
				"pricing feature [1,2]; pricing defect [1,2]; pricing risk [0,2]; pricing debt [0,2]; pricing ? [0,2]"},
		{metrics.EveryRange, metrics.ByNone, metrics.Filter{}, "01-01 00:00", "02-01 00:00", "feature [0,0]; defect [0,0]; risk [0,0]; debt [0,0]; ? [0,0]"},
		{metrics.EveryMonth, metrics.ByTeam, metrics.Filter{}, "01-01 00:00", "02-01 00:00", ""},
	} {
		a := alone(t, r, metrics.Query{Metric: "flow_distribution", From: moment(t, c.from), To: moment(t, c.to), Every: c.every, By: c.by, Filter: c.filter})
		if got := figures(a.Rows); got != c.want {
			t.Errorf("every %s by %s %+v:\n got %s\nwant %s", c.every, c.by, c.filter, got, c.want)
		}
		for _, row := range a.Rows {
			if row.Empty() != (row.Ratio.Value == nil) || row.Empty() != (row.Ratio.Low == nil) || row.Empty() != (row.Ratio.High == nil) {
				t.Errorf("every %s by %s: %+v of %q", c.every, c.by, row.Ratio, *row.Class)
			}
		}
	}
}

// The Wilson interval of 3 of 5, where z² = 3.8415: centre (0.6 + 3.8415 ÷ 10) ÷ (1 + 3.8415 ÷ 5) = 0.5566, half of it
// 1.96 ÷ 1.7683 × √(0.6 × 0.4 ÷ 5 + 3.8415 ÷ 100) = 0.3258. Of none of 5: 0 to 3.8415 ÷ (5 + 3.8415) = 0.4345.
func TestFlowDistributionInJSON(t *testing.T) {
	r := reader(t, filled(t, spring), "UTC", moment(t, "06-01 00:00"))
	march := metrics.Query{Metric: "flow_distribution", From: moment(t, "03-01 00:00"), To: moment(t, "04-01 00:00")}
	a := alone(t, r, march)
	if a.Unit != "ratio" || fmt.Sprint(a.LeftOut) != "[]" || len(a.Notes) != 0 {
		t.Errorf("%s, left out %v, notes %v", a.Unit, a.LeftOut, a.Notes)
	}
	var told []string
	for _, row := range a.Rows {
		for _, v := range []*float64{row.Ratio.Value, row.Ratio.Low, row.Ratio.High} {
			*v = *rounded(v)
		}
		text, err := row.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		told = append(told, string(text))
	}
	want := `{"class":"feature","numerator":3,"denominator":5,"value":0.6,"low":0.2307,"high":0.8824}
{"class":"defect","numerator":1,"denominator":5,"value":0.2,"low":0.0362,"high":0.6245}
{"class":"risk","numerator":0,"denominator":5,"value":0,"low":0,"high":0.4345}
{"class":"debt","numerator":0,"denominator":5,"value":0,"low":0,"high":0.4345}
{"class":null,"numerator":1,"denominator":5,"value":0.2,"low":0.0362,"high":0.6245}`
	if got := strings.Join(told, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	// Of nothing there is no share, and it is said why there is nothing.
	march.From, march.To = moment(t, "01-01 00:00"), moment(t, "02-01 00:00")
	empty := alone(t, r, march)
	text, err := empty.Rows[0].MarshalJSON()
	if want := `{"class":"feature","numerator":0,"denominator":0,"value":null,"low":null,"high":null}`; string(text) != want || err != nil {
		t.Errorf("got %s, %v, want %s", text, err, want)
	}
	if got := strings.Join(empty.Notes, "|"); !strings.HasPrefix(got, "nothing between 2026-01-01T00:00:00Z and 2026-02-01T00:00:00Z; of what was counted at other times (8)") {
		t.Errorf("notes: %s", got)
	}
}

func TestFlowDistributionItems(t *testing.T) {
	r := reader(t, filled(t, spring), "UTC", moment(t, "06-01 00:00"))
	q := metrics.ItemsQuery{Query: metrics.Query{Metric: "flow_distribution", From: moment(t, "03-11 00:00"), To: moment(t, "05-01 00:00")}}
	for _, c := range []struct {
		excluded bool
		want     string
	}{
		{false, `E "debt"; V ""; C "defect"; U ""`},
		{true, `X "risk": no status is known`},
	} {
		q.Excluded = c.excluded
		a, err := r.Items(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, i := range a.Items {
			text := fmt.Sprintf("%s %q", i.ID, *i.Class)
			if i.Excluded != "" {
				text += ": " + i.Excluded
			}
			got = append(got, text)
		}
		if text := strings.Join(got, "; "); text != c.want || int(a.Total) != len(a.Items) {
			t.Errorf("left out %t: got %s (%d), want %s", c.excluded, text, a.Total, c.want)
		}
		if c.excluded {
			continue
		}
		text, err := a.Items[1].MarshalJSON()
		if want := `"class":null`; err != nil || !strings.Contains(string(text), want) || strings.Contains(string(text), `"value"`) {
			t.Errorf("got %s, %v, want %s and no value", text, err, want)
		}
	}
	// Every item is in the numerator of its own class.
	q.Excluded, q.Numerator = false, true
	var usage *metrics.UsageError
	if _, err := r.Items(context.Background(), q); !errors.As(err, &usage) || usage.Parameter != "numerator" || !strings.Contains(usage.Reason, "a row for each class") {
		t.Errorf("got %v, want a refusal", err)
	}
}

// Another stream has items of its own, and what has none is refused.
func TestFlowOfAnotherStream(t *testing.T) {
	r := reader(t, filled(t, append(spring, `INSERT INTO stream_stages (stream, position, stage) VALUES ('delivery', 1, 'backlog'), ('incidents', 1, 'detect')`)), "UTC", moment(t, "06-01 00:00"))
	ctx := context.Background()
	q := metrics.Query{Metric: "flow_distribution", From: moment(t, "03-01 00:00"), To: moment(t, "04-01 00:00"), Stream: "incidents"}
	// Of the class risk is the only incident.
	if got := figures(alone(t, r, q).Rows); got != "feature [0,1]; defect [0,1]; risk [1,1]; debt [0,1]; ? [0,1]" {
		t.Errorf("got %s", got)
	}
	a, err := r.Items(ctx, metrics.ItemsQuery{Query: q})
	if err != nil || len(a.Items) != 1 || a.Items[0].ID != "I" {
		t.Errorf("got %+v, %v", a.Items, err)
	}
	for _, c := range []struct{ metric, stream, want string }{
		{"flow_velocity", "incidets", `there is no stream "incidets"; did you mean "incidents"? the streams are delivery, incidents`},
		{"lead_time", "delivery", "lead_time counts no items of a value stream"},
	} {
		q.Metric, q.Stream = c.metric, c.stream
		_, ofQuery := r.Query(ctx, q)
		_, ofItems := r.Items(ctx, metrics.ItemsQuery{Query: q})
		for _, err := range []error{ofQuery, ofItems} {
			var usage *metrics.UsageError
			if !errors.As(err, &usage) || usage.Parameter != "stream" || usage.Reason != c.want {
				t.Errorf("%s of %s: got %v, want %s", c.metric, c.stream, err, c.want)
			}
		}
	}
}

// The answer about flow and the metric tell the same, and the shares add up to the whole.
func TestFlowDistributionIsThatOfFlow(t *testing.T) {
	for name, statements := range map[string][]string{"spring": spring, "crowd": crowd} {
		t.Run(name, func(t *testing.T) {
			r := reader(t, filled(t, statements), "Europe/Berlin", moment(t, "12-01 00:00"))
			for _, filter := range []metrics.Filter{
				{}, {Teams: []string{"payments", "blue"}}, {Services: []string{"checkout", "s1"}}, {Repos: []string{"org/1"}}, {Products: []string{"p"}}, {Teams: []string{"nobody"}},
			} {
				agreesWithFlow(t, r, filter)
			}
		})
	}
}

func agreesWithFlow(t *testing.T, r *metrics.Reader, filter metrics.Filter) {
	t.Helper()
	from, to := moment(t, "03-05 00:00"), moment(t, "04-20 00:00")
	f, err := r.Flow(context.Background(), metrics.FlowQuery{StreamQuery: metrics.StreamQuery{From: from, To: to, Filter: filter}})
	if err != nil {
		t.Fatal(err)
	}
	done := int64(0)
	for _, b := range f.Throughput {
		done += b.N
	}
	want := map[string]metrics.FlowClass{}
	for _, c := range f.Distribution {
		class := ""
		if c.Class != nil {
			class = *c.Class
		}
		want[class] = c
	}
	sum := 0.0
	for _, row := range alone(t, r, metrics.Query{Metric: "flow_distribution", From: from, To: to, Filter: filter}).Rows {
		of := want[*row.Class]
		if row.Ratio.Numerator != of.N || row.Ratio.Denominator != done {
			t.Errorf("%+v: %d %q of %d, in the flow %d of %d", filter, row.Ratio.Numerator, *row.Class, row.Ratio.Denominator, of.N, done)
		}
		if row.Ratio.Value != nil {
			sum += *row.Ratio.Value
			if math.Abs(*row.Ratio.Value-of.Share) > 1e-12 {
				t.Errorf("%+v: the share of %q is %g, in the flow %g", filter, *row.Class, *row.Ratio.Value, of.Share)
			}
		}
	}
	if done > 0 && math.Abs(sum-1) > 1e-12 {
		t.Errorf("%+v: the shares add up to %g", filter, sum)
	}
}
