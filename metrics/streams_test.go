package metrics_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/weirhq/weir/metrics"
)

func TestStreams(t *testing.T) {
	_, r := stream(t)
	l, err := r.Streams(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Streams) != 2 || !l.Streams[0].Configured || l.Streams[1].Configured || len(l.Streams[0].Stages) != 4 {
		t.Fatalf("got %+v", l.Streams)
	}
	var statuses []string
	for _, s := range l.Streams[0].Statuses {
		statuses = append(statuses, fmt.Sprintf("%s %s %d", s.Status, s.Rule, s.Tickets))
	}
	// T-1 and T-2 left To Do, came to In Progress and ended in Done; T-3 is blocked; T-9 was deleted.
	if want := `Done category 2, In Progress name 2, To Do category 2, Blocked name 1, In Test: "hard", 50% configured 0`; strings.Join(statuses, ", ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(statuses, ", "), want)
	}
	if !slices.Equal(l.Unmapped, []metrics.UnmappedStatus{{Status: "等待中", Tickets: 1}}) {
		t.Errorf("unmapped: %+v", l.Unmapped)
	}
	const want = `streams:
  - name: delivery
    title: From idea to shop
    services: [checkout, "Old, no"]
    stages:
      - {name: backlog, title: Backlog, role: "", side: false, queue: true}
      - {name: development, title: Development, role: development, side: false, queue: false}
      - {name: dba, title: Databases, role: operations, owner: dba, side: true, queue: false}
      - {name: test, title: Test, role: test, side: false, queue: false}
    statuses:
      "Done": {stage: done, class: active, reason: working}
      "In Progress": {stage: development, class: active, reason: working}
      "To Do": {stage: backlog, class: waiting, reason: backlog}
      "Blocked": {class: waiting, reason: blocked}
      "In Test: \"hard\", 50%": {stage: test, class: active, reason: test}
` // incidents have a stream of their own, which cannot be configured
	if l.Configuration != want {
		t.Errorf("got\n%s\nwant\n%s", l.Configuration, want)
	}
	var read struct {
		Streams []struct {
			Services []string
			Stages   []struct{ Name, Title, Owner string }
			Statuses map[string]struct{ Stage, Class string }
		}
	}
	if err := yaml.Unmarshal([]byte(l.Configuration), &read); err != nil || read.Streams[0].Statuses[`In Test: "hard", 50%`].Stage != "test" || !slices.Equal(read.Streams[0].Services, []string{"checkout", "Old, no"}) {
		t.Errorf("read again: %+v, %v", read, err)
	}
}

func TestStreamQuestions(t *testing.T) {
	w, r := stream(t)
	for _, c := range []struct {
		change func(*metrics.WhatIf)
		want   string
	}{
		{func(w *metrics.WhatIf) { w.Stream = "delivry" }, `stream: there is no stream "delivry"; did you mean "delivery"? the streams are delivery, incidents`},
		{func(w *metrics.WhatIf) { w.Changes[0].Stage = "tset" }, `stage: there is no stage "tset" in delivery; did you mean "test"? the stages are backlog, development, dba, test`},
		{func(w *metrics.WhatIf) { w.Changes = append(w.Changes, w.Changes[0]) }, `change: the stage "test" is changed twice`},
		{func(w *metrics.WhatIf) { w.Changes = nil }, "change: say what changes"},
		{func(w *metrics.WhatIf) { w.Changes[0].Wait = -1 }, "wait: -1 is not between 0 and 10"},
		{func(w *metrics.WhatIf) { w.To = w.From }, "from: the window is empty"},
		{func(w *metrics.WhatIf) { w.Clock = "working" }, "clock: "},
		{func(w *metrics.WhatIf) { w.Environments = []string{"live"} }, "environment: "},
	} {
		asked := metrics.WhatIf{StreamQuery: streamWeek(t), Changes: []metrics.StageChange{{Stage: "test", Wait: 0.5}}}
		c.change(&asked)
		_, err := r.WhatIf(context.Background(), asked)
		var usage *metrics.UsageError
		if !errors.As(err, &usage) || !strings.HasPrefix(usage.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
	for _, c := range []struct {
		change func(*metrics.StreamQuery)
		want   string
	}{
		{func(q *metrics.StreamQuery) { q.From, q.To = moment(t, "04-01 00:00"), moment(t, "05-01 00:00") },
			"nothing was done between 2026-04-01T00:00:00Z and 2026-05-01T00:00:00Z; of the items done at other times (3), the first was done 2026-02-20T12:00:00Z and the last 2026-03-05T08:00:00Z"},
		{func(q *metrics.StreamQuery) { q.Teams = []string{"paymnts"} }, `no team "paymnts"; did you mean "payments"? there are: find, payments`},
		{func(q *metrics.StreamQuery) { q.Teams, q.Products = []string{"payments"}, []string{"app"} }, `no product "app"; there are: shop`},
		{func(q *metrics.StreamQuery) { q.Services, q.Teams = []string{"checkout"}, []string{"find"} }, "no item of delivery matches the filter"},
		{func(q *metrics.StreamQuery) { q.Stream = "incidents" }, "no item of incidents is known; import or collect some first"},
		{func(q *metrics.StreamQuery) { q.Teams = []string{"find", "serch"} }, `no team "serch"; there are: find, payments|` +
			"no rule gives these statuses a stage, so the time in them counts in the one before: \"等待中\" (as waiting); `weir streams` lists them with their tickets, `weir streams --yaml` writes what to edit"},
	} {
		q := streamWeek(t)
		c.change(&q)
		v, err := r.ValueStream(context.Background(), q)
		if err != nil || strings.Join(v.Notes, "|") != c.want {
			t.Errorf("got %q, %v, want %q", v.Notes, err, c.want)
		}
	}
	for _, table := range []string{"stream_items", "stream_stages", "stream_visits", "stream_intervals"} {
		if err := w.Exec(context.Background(), "TRUNCATE TABLE "+table, nil); err != nil {
			t.Fatal(err)
		}
	}
	v, err := r.ValueStream(context.Background(), streamWeek(t))
	if err != nil || len(v.Stages) > 0 || v.Items.Lead.P50 != nil || v.Items.Scrap.Value != nil || !slices.Equal(v.Notes, []string{"no item of delivery is known; import or collect some first"}) {
		t.Errorf("nothing known: got %+v, %v", v, err)
	}
}
