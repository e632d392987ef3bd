package metrics_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/weirhq/weir/metrics"
)

func TestStreamItems(t *testing.T) {
	_, r := stream(t)
	for _, c := range []struct {
		name string
		ask  metrics.StreamItemsQuery
		want string // item and hours: value, process, waiting
	}{
		{"done, the newest first", metrics.StreamItemsQuery{}, "T-2 24 10 14, T-1 33 13 20"},
		{"in test: 10 + 2, 17 + 2 + 1 + 2", metrics.StreamItemsQuery{Stage: "test"}, "T-2 12 2 10, T-1 22 4 18"},
		{"in rework", metrics.StreamItemsQuery{Reason: "rework"}, "T-1 3 3 0"},
		{"at work: 8 + 2, 6 + 2 + 2", metrics.StreamItemsQuery{Reason: "working"}, "T-2 10 10 0, T-1 10 10 0"},
		{"at work in test", metrics.StreamItemsQuery{Reason: "working", Stage: "test"}, "T-2 2 2 0, T-1 4 4 0"},
		{"nobody went there", metrics.StreamItemsQuery{Stage: "dba"}, `no item done in the window was in "dba"`},
		{"nor for that", metrics.StreamItemsQuery{Stage: "dba", Reason: "nap"}, `no item done in the window was in "dba" with time for "nap"`},
		{"open, the oldest first, since 27 Feb 09:00 and 5 March 10:00", metrics.StreamItemsQuery{Kind: metrics.StreamOpen}, "T-6 255, T-3 110"},
		{"open in test, since 3 March 09:00 and 6 March 12:00", metrics.StreamItemsQuery{Kind: metrics.StreamOpen, Stage: "test"}, "T-6 159, T-3 84"},
		{"open and waits for a test", metrics.StreamItemsQuery{Kind: metrics.StreamOpen, Reason: "test"}, "T-3 110"},
		{"open and worked on, as T-3 was before", metrics.StreamItemsQuery{Kind: metrics.StreamOpen, Reason: "working"}, "T-6 255"},
		{"none there", metrics.StreamItemsQuery{Kind: metrics.StreamOpen, Stage: "development"}, `no open item is in "development"`},
		{"came back", metrics.StreamItemsQuery{Kind: metrics.StreamReturned}, "T-1 33 13 20"},
		{"came back to development", metrics.StreamItemsQuery{Kind: metrics.StreamReturned, Stage: "development"}, "T-1 9 9 0"},
		{"nothing came back to test", metrics.StreamItemsQuery{Kind: metrics.StreamReturned, Stage: "test"}, `nothing that left "test" in the window came back`},
		{"left out", metrics.StreamItemsQuery{Kind: metrics.StreamExcluded}, "T-4 no start known"},
	} {
		c.ask.StreamQuery = streamWeek(t)
		a, err := r.StreamItems(context.Background(), c.ask)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(append(itemTexts(a.Items), a.Notes...), ", "); got != c.want || a.Total != int64(len(a.Items)) {
			t.Errorf("%s: got %d: %s, want %s", c.name, a.Total, got, c.want)
		}
	}
	for _, c := range []metrics.StreamItemsQuery{{Kind: metrics.StreamDone}, {Kind: metrics.StreamOpen, Stage: "test"}} {
		c.StreamQuery, c.Limit = streamWeek(t), 1
		one, err := r.StreamItems(context.Background(), c)
		if err != nil || one.Next == nil || one.Total != 2 {
			t.Fatalf("the first page: %+v, %v", one, err)
		}
		c.After = *one.Next
		two, err := r.StreamItems(context.Background(), c)
		if err != nil || two.Next != nil || two.Total != 2 || len(two.Items) != 1 || two.Items[0].Item == one.Items[0].Item {
			t.Errorf("the second page: %+v, %v", two, err)
		}
	}
	item, err := r.StreamItems(context.Background(), metrics.StreamItemsQuery{StreamQuery: streamWeek(t), Stage: "test", Reason: "blocked"})
	if err != nil || len(item.Items) != 1 {
		t.Fatalf("%+v, %v", item, err)
	}
	if i := item.Items[0]; i.Item != "T-2" || i.Kind != "ticket" || *i.Class != "defect" || i.URL != nil || *i.Team != "find" || i.Stage != nil || i.Returns != 0 || !i.End.Equal(moment(t, "03-05 08:00")) {
		t.Errorf("got %+v", i)
	}
	for _, c := range []struct {
		change func(*metrics.StreamItemsQuery)
		want   string
	}{
		{func(q *metrics.StreamItemsQuery) { q.Kind = "gone" }, `kind: "gone" is not one of done, open`},
		{func(q *metrics.StreamItemsQuery) { q.Stage = "tset" }, `stage: there is no stage "tset" in delivery; did you mean "test"?`},
		{func(q *metrics.StreamItemsQuery) { q.Limit = -1 }, "limit: -1"},
		{func(q *metrics.StreamItemsQuery) { q.After = "tomorrow" }, "after: "},
		{func(q *metrics.StreamItemsQuery) { q.Stream = "x" }, `stream: there is no stream "x"`},
	} {
		q := metrics.StreamItemsQuery{StreamQuery: streamWeek(t)}
		c.change(&q)
		_, err := r.StreamItems(context.Background(), q)
		var usage *metrics.UsageError
		if !errors.As(err, &usage) || !strings.HasPrefix(usage.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

func itemTexts(items []metrics.StreamItem) (texts []string) {
	for _, i := range items {
		text := i.Item
		for _, v := range []*float64{i.Value, i.Process, i.Waiting} {
			if v != nil {
				text += fmt.Sprintf(" %.0f", *v/hour)
			}
		}
		if i.Excluded != "" {
			text += " " + i.Excluded
		}
		texts = append(texts, text)
	}
	return texts
}
