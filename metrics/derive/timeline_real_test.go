package derive_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors/jira"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// payloads reads the answers of a real Jira, where the folder with them is beside this checkout.
func payloads(t *testing.T, name string) []json.RawMessage {
	t.Helper()
	dir, err := os.Getwd()
	file := ""
	for err == nil && dir != filepath.Dir(dir) && file == "" {
		dir = filepath.Dir(dir)
		if at := filepath.Join(dir, "shared", "data", "payloads", "jira", name); exists(at) {
			file = at
		}
	}
	if file == "" {
		t.Skip("the folder of real data is not beside this checkout")
	}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var list []json.RawMessage
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var line struct {
			Data json.RawMessage `json:"data"`
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		list = append(list, line.Data)
	}
	return list
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

// realIssues are the tickets of a real Jira and its statuses, as the collector would have written them.
func realIssues(t *testing.T) warehouse.Records {
	t.Helper()
	var all warehouse.Records
	var m jira.Mapping
	for _, raw := range payloads(t, "issues.ndjson") {
		var i jira.Issue
		if err := json.Unmarshal(raw, &i); err != nil {
			t.Fatal(err)
		}
		f, err := m.Issue(i)
		if err != nil {
			t.Fatal(err)
		}
		all.Tickets = append(all.Tickets, f.Records.Tickets...)
		all.Transitions = append(all.Transitions, f.Records.Transitions...)
		all.TicketLinks = append(all.TicketLinks, f.Records.TicketLinks...)
	}
	for n, raw := range payloads(t, "status.ndjson") {
		var s struct {
			Name     string `json:"name"`
			Category struct {
				Key string `json:"key"`
			} `json:"statusCategory"`
		}
		if err := json.Unmarshal(raw, &s); err != nil {
			t.Fatal(err)
		}
		category := map[string]string{"new": "new", "indeterminate": "active", "done": "done"}[s.Category.Key]
		all.Statuses = append(all.Statuses, warehouse.Status{Project: fmt.Sprint("P", n), Name: s.Name, Category: category})
	}
	return all
}

// doneAt is when a ticket of that Jira was done for good, by its own words for it; zero: it is not.
func doneAt(key string, transitions []warehouse.Transition) (done time.Time) {
	var moves []warehouse.Transition
	for _, m := range transitions {
		if m.Ticket == key && m.Field == "status" {
			moves = append(moves, m)
		}
	}
	slices.SortStableFunc(moves, func(a, b warehouse.Transition) int { return a.At.Compare(b.At) })
	for _, m := range moves {
		switch ends := slices.Contains([]string{"Closed", "Resolved", "已完成"}, m.To); {
		case !ends:
			done = time.Time{}
		case done.IsZero():
			done = m.At
		}
	}
	return done
}

// The real tickets give plausible timelines without any configuration. What is expected is read from their histories in
// another way.
func TestTimelinesOfRealIssues(t *testing.T) {
	ctx := context.Background()
	records := realIssues(t)
	w := warehousetest.Open(t)
	if err := w.Write(ctx, records); err != nil {
		t.Fatal(err)
	}
	if _, err := newDeriver(w).Rebuild(ctx); err != nil {
		t.Fatal(err)
	}
	if got := answers(t, w, broken, 0, nil); got != "" {
		t.Errorf("there are items whose intervals do not tile: %s", got)
	}

	var items []struct {
		Item      string     `ch:"item"`
		Status    string     `ch:"status"`
		StartedAt time.Time  `ch:"started_at"`
		DoneAt    *time.Time `ch:"done_at"`
		LeadMs    *int64     `ch:"lead_ms"`
	}
	if err := w.Select(ctx, &items, "SELECT item, toString(status) AS status, started_at, done_at, lead_ms FROM stream_items WHERE stream = 'delivery' ORDER BY item", nil); err != nil {
		t.Fatal(err)
	}
	if len(items) != 33 || len(records.Tickets) != 33 {
		t.Fatalf("%d items of %d tickets, want 33", len(items), len(records.Tickets))
	}
	counts := map[string]int{}
	for _, i := range items {
		counts[i.Status]++
		ticket := records.Tickets[slices.IndexFunc(records.Tickets, func(r warehouse.Ticket) bool { return r.Key == i.Item })]
		done := doneAt(i.Item, records.Transitions)
		if !i.StartedAt.Equal(ticket.CreatedAt) {
			t.Errorf("%s begins at %s, and was created at %s", i.Item, i.StartedAt, ticket.CreatedAt)
		}
		switch {
		case done.IsZero():
			if i.DoneAt != nil {
				t.Errorf("%s was done at %s; it is not", i.Item, i.DoneAt)
			}
		case i.DoneAt == nil || !i.DoneAt.Equal(done) || i.LeadMs == nil || *i.LeadMs != done.Sub(ticket.CreatedAt).Milliseconds():
			t.Errorf("%s: done at %v after %v ms, want %s after %d ms", i.Item, i.DoneAt, i.LeadMs, done, done.Sub(ticket.CreatedAt).Milliseconds())
		}
	}
	// Five were closed as Won't Do; of the three that are not done one is an epic.
	if counts["done"] != 25 || counts["excluded"] != 6 || counts["open"] != 2 {
		t.Errorf("%v, want 25 done, 6 excluded, 2 open", counts)
	}
	for question, want := range map[string]string{
		"SELECT concat(status, ' ', stage, ' ', class, ' ', rule) AS text FROM stream_statuses WHERE stream = 'delivery' ORDER BY status": strings.Join([]string{
			"Closed done  category", "In Development development active name", "In Progress development active name", "Inbox backlog waiting name", "Open backlog waiting name",
			"Ready for Dev ready waiting name", "Resolved done  name", "To Do backlog waiting name", "已完成 done  category",
		}, "\n"),
		// Nobody is active in what is done, nor before anything was begun.
		"SELECT DISTINCT concat(stage, ' ', class, ' ', reason) AS text FROM stream_intervals ORDER BY text": strings.Join([]string{
			"backlog waiting backlog", "development active working", "done waiting reopened", "ready waiting ready",
		}, "\n"),
		// EE-25: resolved at once and opened again: created 08:40:…, Resolved 08:45, To Do 12:58, Open 13:01, In Progress
		// 15:07 until the 18th at 12:02: that is when it was done, and all its active time.
		"SELECT arrayStringConcat(groupArray(concat(stage, if(class = 'active', ' ', ' waits '), toString(toHour(start_at, 'Asia/Shanghai')), 'h')), ', ') AS text FROM (SELECT * FROM stream_intervals WHERE item = 'EE-25' ORDER BY n)": "backlog waits 8h, done waits 8h, backlog waits 12h, development 15h",
	} {
		if got := answers(t, w, question, 0, nil); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
}
