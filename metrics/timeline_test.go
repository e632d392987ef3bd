package metrics_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/weirhq/weir/metrics"
	"github.com/weirhq/weir/warehouse"
)

// withPages is the warehouse of handedOver with the records behind the facts, as the vendors show them.
func withPages(t testing.TB) *warehouse.Warehouse {
	t.Helper()
	w := handedOver(t)
	page := func(name string) warehouse.Provenance {
		return warehouse.Provenance{URL: "https://vendor.example/" + name}
	}
	err := w.Write(context.Background(), warehouse.Records{
		Tickets: []warehouse.Ticket{{Key: "PAY-4", CreatedAt: moment(t, "03-02 09:00"), Provenance: page("PAY-4")}},
		PullRequests: []warehouse.PullRequest{
			{Repo: "org/till", Number: 7, Title: "Pay later", CreatedAt: moment(t, "03-02 11:00"), Provenance: page("7")},
			{Repo: "org/till", Number: 8, Title: "Not yet", CreatedAt: moment(t, "03-02 11:00"), Provenance: page("8")},
		},
		Builds: []warehouse.Build{
			{Pipeline: "org/till/ci.yml", ID: "12", Attempt: 1, Result: "failure", Provenance: page("12-1")}, {Pipeline: "org/till/ci.yml", ID: "12", Attempt: 2, Result: "success", Provenance: page("12-2")},
		},
		Deployments: []warehouse.Deployment{
			{Service: "pay/till", Environment: "live/eu", ID: "55", FinishedAt: moment(t, "03-03 18:00"), Result: "success", Provenance: page("55")},
			{Service: "pay/till", Environment: "live", ID: "56", FinishedAt: moment(t, "03-03 18:00"), Result: "success", Provenance: page("56")},
		},
		Incidents: []warehouse.Incident{{ID: "INC-1", StartedAt: moment(t, "03-05 10:00"), Provenance: page("INC-1")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func timeline(t testing.TB, r *metrics.Reader, q metrics.TimelineQuery) metrics.Timeline {
	t.Helper()
	a, err := r.Timeline(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func toldIntervals(intervals []metrics.TimelineInterval) (all []string) {
	for _, i := range intervals {
		text := fmt.Sprintf("%d %s %s %s by %s from %s", i.N, i.Title, i.Class, i.Reason, groupOr(i.Owner), i.Start.Format("02 15:04"))
		if i.End != nil {
			text += i.End.Format(" to 02 15:04")
		}
		if i.Seconds != nil {
			text += fmt.Sprintf(": %g h", *i.Seconds/hour)
		}
		all = append(all, text+" "+groupOr(i.URL))
	}
	return all
}

// Worked example 4: 2 h in the backlog, 6 h of development, 17 h waiting for test, 2 h of test, 3 h of development again, 1 h
// waiting, 2 h of test: 33 h, of which 6 + 2 + 3 + 2 = 13 h are active: 39.4%.
func TestExample4Timeline(t *testing.T) {
	r := reader(t, withPages(t), "UTC", moment(t, "03-20 12:00"))
	a := timeline(t, r, metrics.TimelineQuery{Item: "PAY-4"})
	if a.Stream != "delivery" || a.Kind != "ticket" || a.Title != "Pay later" || a.Status != "done" || groupOr(a.Class) != "feature" || groupOr(a.Team) != "payments" ||
		!a.Start.Equal(moment(t, "03-02 09:00")) || a.End == nil || !a.End.Equal(moment(t, "03-03 18:00")) || a.Excluded != nil || len(a.Notes) != 0 {
		t.Errorf("got %+v", a)
	}
	near(t, "lead time", a.Lead, 33*hour)
	near(t, "active", a.Active, 13*hour)
	near(t, "waiting", a.Waiting, 20*hour)
	near(t, "efficiency", a.Efficiency, 13.0/33)
	const at = "https://vendor.example/"
	sameLines(t, "intervals", toldIntervals(a.Intervals), []string{
		"1 Backlog waiting backlog by development from 02 09:00 to 02 11:00: 2 h " + at + "PAY-4",
		"2 Development active working by development from 02 11:00 to 02 17:00: 6 h " + at + "7",
		"3 Test waiting test by test from 02 17:00 to 03 10:00: 17 h " + at + "PAY-4",
		"4 Test active working by test from 03 10:00 to 03 12:00: 2 h " + at + "12-2",
		"5 Development active rework by development from 03 12:00 to 03 15:00: 3 h " + at + "PAY-4",
		"6 Test waiting test by test from 03 15:00 to 03 16:00: 1 h (none)", // no such ticket is known
		"7 Done active working by (none) from 03 16:00 to 03 18:00: 2 h " + at + "55",
	})
	var sum float64
	for i, interval := range a.Intervals {
		sum += *interval.Seconds
		if i > 0 && !interval.Start.Equal(*a.Intervals[i-1].End) {
			t.Errorf("interval %d starts at %v, want %v", interval.N, interval.Start, a.Intervals[i-1].End)
		}
	}
	near(t, "the intervals together", &sum, 33*hour)
	var handoffs []string
	for _, h := range a.Handoffs {
		handoffs = append(handoffs, fmt.Sprintf("%s %s > %s %s %g h %v", h.At.Format("02 15:04"), groupOr(h.From), groupOr(h.To), h.Reason, *h.Wait/hour, h.Return))
	}
	sameLines(t, "handoffs", handoffs, []string{
		"02 17:00 development > test test 17 h false", "03 12:00 test > development rework 0 h true", "03 15:00 development > test test 1 h false"})
	if len(a.Returns) != 1 || a.Returns[0].Stage != "development" || groupOr(a.Returns[0].From) != "test" || !a.Returns[0].At.Equal(moment(t, "03-03 12:00")) ||
		a.Returns[0].Rule != "status" || groupOr(a.Returns[0].RecordID) != "PAY-4/10004" || groupOr(a.Returns[0].URL) != at+"PAY-4" {
		t.Errorf("got the returns %+v, want one from test to development on Tuesday 12:00", a.Returns)
	}
	var changes []string
	for _, c := range a.Changes {
		changes = append(changes, fmt.Sprintf("%s %s %s by %s merged %v delivered %v", c.ID, c.Title, groupOr(c.URL), groupOr(c.Rule), c.MergedAt, c.Delivered))
	}
	sameLines(t, "changes", changes, []string{
		"org/till#7 PAY-4 Pay later https://git.example/7 by title merged 2026-03-03 15:30:00 +0000 UTC delivered [{pay/till live/eu 55 2026-03-03 18:00:00 +0000 UTC}]",
		"org/till#8 Not yet " + at + "8 by branch merged <nil> delivered []",
	})
}

// PAY-6 worked for a day and has waited for its approval since 18 March 12:00, which on the 20th is 48 h: 24 of 72 h active.
func TestTimelineOfWhatIsOpen(t *testing.T) {
	w := withPages(t)
	a := timeline(t, reader(t, w, "UTC", moment(t, "03-20 12:00")), metrics.TimelineQuery{Item: "PAY-6"})
	if a.Status != "open" || a.End != nil || len(a.Notes) != 1 {
		t.Errorf("got %+v", a)
	}
	sameLines(t, "intervals", toldIntervals(a.Intervals), []string{
		"1 Development active working by payments from 17 12:00 to 18 12:00: 24 h (none)", "2 Approval waiting approval by operations from 18 12:00: 48 h (none)"})
	near(t, "lead time so far", a.Lead, 72*hour)
	near(t, "efficiency so far", a.Efficiency, 1.0/3)
	if len(a.Handoffs) != 1 || a.Handoffs[0].ReceivedAt != nil {
		t.Fatalf("got %+v", a.Handoffs)
	}
	near(t, "wait so far", a.Handoffs[0].Wait, 48*hour)
	// A clock that is behind makes no negative time.
	early := reader(t, w, "UTC", moment(t, "03-18 11:00"))
	near(t, "wait before it began", timeline(t, early, metrics.TimelineQuery{Item: "PAY-6"}).Intervals[1].Seconds, 0)
}

func TestTimelineFinds(t *testing.T) {
	r := reader(t, withPages(t), "UTC", moment(t, "03-20 12:00"))
	byChange := timeline(t, r, metrics.TimelineQuery{Item: "org/till#7"})
	if byChange.Item != "PAY-4" || len(byChange.Intervals) != 7 {
		t.Errorf("a change: got %s with %d intervals, want PAY-4 with 7", byChange.Item, len(byChange.Intervals))
	}
	sameLines(t, "a change", byChange.Notes, []string{"org/till#7 is a change of PAY-4, whose timeline this is"})
	sameLines(t, "left out", timeline(t, r, metrics.TimelineQuery{Item: "PAY-7"}).Notes, []string{"no figure counts it: no start is known"})
	if incident := timeline(t, r, metrics.TimelineQuery{Item: " INC-1 "}); incident.Stream != "incidents" || groupOr(incident.Intervals[0].URL) != "https://vendor.example/INC-1" {
		t.Errorf("an incident: got %+v", incident)
	}
	for _, c := range []struct {
		q                 metrics.TimelineQuery
		parameter, reason string
	}{
		{metrics.TimelineQuery{Item: "pay-4"}, "item", `there is no item "pay-4"; did you mean PAY-4, PAY-5, PAY-6, PAY-7, PAY-8?`},
		{metrics.TimelineQuery{Item: "INC1"}, "item", `there is no item "INC1"; did you mean INC-1?`},
		{metrics.TimelineQuery{Item: "PAY-4", Stream: "incidents"}, "item", `there is no item "PAY-4" in the stream "incidents"; the streams with items are delivery, incidents`},
		{metrics.TimelineQuery{Item: "shop/checkout#417"}, "item", "nor one with a name like it"},
		{metrics.TimelineQuery{Item: strings.Repeat("x", 1<<20)}, "item", "no item has a name of 1048576 bytes"},
		{metrics.TimelineQuery{Item: " "}, "item", "say which item"},
		{metrics.TimelineQuery{Item: "PAY-4", Clock: "cuckoo"}, "clock", "is not one of elapsed, working"},
	} {
		_, err := r.Timeline(context.Background(), c.q)
		var usage *metrics.UsageError
		if !errors.As(err, &usage) || usage.Parameter != c.parameter || !strings.Contains(usage.Reason, c.reason) {
			t.Errorf("%.30s: got %.300v, want %s: … %s …", c.q.Item, err, c.parameter, c.reason)
		}
	}
}
