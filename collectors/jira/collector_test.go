package jira_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors/jira"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// TestRequests counts: a back-fill of 1,000 issues may take 25 requests, and one that finds nothing new one a project.
func TestRequests(t *testing.T) {
	for _, cloud := range []bool{true, false} {
		t.Run(fmt.Sprintf("cloud %v", cloud), func(t *testing.T) {
			k := newTracker(t, cloud)
			company(k, 1000)
			w := warehousetest.Open(t)
			b := newBench(t, k, w)
			b.collect()
			if n := k.count(); n > 25 {
				t.Errorf("the back-fill took %d requests", n)
			} else {
				t.Logf("the back-fill took %d requests", n)
			}
			b.clock.now = b.clock.now.Add(time.Hour)
			b.collect()
			if k.count(); len(k.requests) != 0 {
				t.Error("requests were not forgotten")
			}
			b.collect()
			if n := k.count(); n != 2 {
				t.Errorf("a quiet run of two projects took %d requests", n)
			}
			var rows []struct {
				Tickets, Transitions, Statuses, URLs uint64
			}
			if err := w.Select(context.Background(), &rows, `SELECT (SELECT count() FROM tickets FINAL) AS Tickets, (SELECT count() FROM transitions FINAL) AS Transitions,
				(SELECT count() FROM statuses FINAL) AS Statuses, (SELECT countIf(url = 'https://tickets.example.org/browse/' || key) FROM tickets FINAL) AS URLs`, nil); err != nil {
				t.Fatal(err)
			}
			if r := rows[0]; r.Tickets != 1000 || r.Transitions != 1000+2*500+334 || r.Statuses != 4 || r.URLs != 1000 {
				t.Errorf("found %+v", r)
			}
		})
	}
}

// TestEdits changes issues in every way that Jira knows between runs: the end is what a first run makes of it.
func TestEdits(t *testing.T) {
	for _, cloud := range []bool{true, false} {
		t.Run(fmt.Sprintf("cloud %v", cloud), func(t *testing.T) {
			k := newTracker(t, cloud)
			configuration := jira.Configuration{}
			var got map[string]string
			t.Run("edited", func(t *testing.T) {
				w := warehousetest.Open(t)
				b := newBench(t, k, w)
				b.c.Projects = append(b.c.Projects, "INC")
				b.c.Incidents = jira.Incidents{Types: []string{"Outage"}}
				b.c.Groups = []string{"makers"}
				configuration = b.c
				k.members["makers"] = []string{"ada", "bela"}
				random := rand.New(rand.NewPCG(7, 1))
				company(k, 20)
				b.collect()
				for range 6 {
					for range 12 {
						edit(k, random)
					}
					k.mu.Lock()
					k.now = k.now.Add(time.Duration(random.IntN(40)) * time.Minute)
					k.mu.Unlock()
					b.collect()
				}
				k.members["makers"] = []string{"bela"}
				b.clock.now = b.clock.now.Add(8 * 24 * time.Hour) // the runner reconciles weekly
				b.collect()
				got = exported(t, w)
			})
			same(t, got, afresh(t, k, configuration))
		})
	}
}

// pick is an issue by chance, in an order that does not depend on the map's.
func pick(k *tracker, random *rand.Rand) *issue {
	var list []*issue
	for n := range k.next + 1 {
		for _, project := range []string{"PAY", "WEB", "INC"} {
			if i := k.issues[fmt.Sprintf("%s-%d", project, n)]; i != nil {
				list = append(list, i)
			}
		}
	}
	return list[random.IntN(len(list))]
}

func edit(k *tracker, random *rand.Rand) {
	i, other := pick(k, random), pick(k, random)
	switch random.IntN(14) {
	case 0:
		k.create("PAY", "Story", "New")
	case 1, 2:
		k.move(i, []string{"Backlog", "In Progress", "In Test", "Done"}[random.IntN(4)])
	case 3:
		k.assign(i, []string{"ada", "bela"}[random.IntN(2)])
	case 4, 5:
		if i != other {
			k.link(i, other)
		}
	case 6:
		k.unlink(i, other)
		for _, o := range k.issues {
			if len(i.links) > 0 && (i.links[0]["outwardIssue"] == o || i.links[0]["inwardIssue"] == o) {
				k.unlink(i, o)
				break
			}
		}
	case 7:
		k.rename(i, []string{"PAY", "WEB", "INC"}[random.IntN(3)])
	case 8:
		k.retype(i, []string{"Outage", "Story", "Bug"}[random.IntN(3)])
	case 9:
		k.remove(i)
	case 10, 11:
		k.remote(i, fmt.Sprintf("https://git.example/org/%s/pull/%d", []string{"a", "b"}[random.IntN(2)], random.IntN(20)))
	case 12:
		k.unremote(i)
	case 13:
		k.set(i, "Flagged", "customfield_10021", []any{map[string]any{"value": "Impediment"}}, "", "Impediment")
	}
}

// TestReopened: a ticket that was resolved and is worked on again is not resolved.
func TestReopened(t *testing.T) {
	k := newTracker(t, true)
	w := warehousetest.Open(t)
	b := newBench(t, k, w)
	i := k.create("PAY", "Bug", "It is slow")
	k.move(i, "Done")
	b.collect()
	if got := ticket(t, w, i.key); got.ResolvedAt.IsZero() || got.Status != "Done" {
		t.Errorf("resolved: %+v", got)
	}
	k.move(i, "In Progress")
	b.collect()
	if got := ticket(t, w, i.key); !got.ResolvedAt.IsZero() || got.Status != "In Progress" {
		t.Errorf("re-opened: %+v", got)
	}
}

// TestMoved: of two linked issues that both move to another project, the old keys are gone in the next run, and so are they
// from the links of a third, which itself did not change.
func TestMoved(t *testing.T) {
	k := newTracker(t, true)
	w := warehousetest.Open(t)
	b := newBench(t, k, w)
	one, two, third := k.create("PAY", "Story", "One"), k.create("PAY", "Story", "Two"), k.create("PAY", "Story", "Third")
	k.link(one, two)
	k.link(third, one)
	k.now = k.now.Add(24 * time.Hour)
	k.move(one, "Done")
	b.collect()
	k.now = k.now.Add(24 * time.Hour)
	k.rename(one, "WEB")
	k.rename(two, "WEB")
	b.collect()
	links := map[string]bool{}
	r, err := w.Known(context.Background(), warehouse.Scope{Table: "ticket_links"})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range r.TicketLinks {
		links[l.Ticket+" "+l.Kind+" "+l.Target] = true
	}
	want := []string{one.key + " blocks " + two.key, two.key + " is_blocked_by " + one.key, third.key + " blocks " + one.key, one.key + " is_blocked_by " + third.key}
	for _, l := range want {
		if !links[l] {
			t.Errorf("%s is missing", l)
		}
	}
	if len(links) != len(want) || count(t, w, "tickets") != 3 || count(t, w, "transitions") != 1 {
		t.Errorf("links %v, %d tickets, %d transitions", links, count(t, w, "tickets"), count(t, w, "transitions"))
	}
}

func ticket(t *testing.T, w *warehouse.Warehouse, key string) warehouse.Ticket {
	t.Helper()
	r, err := w.Known(context.Background(), warehouse.Scope{Table: "tickets", Where: map[string]string{"key": key}})
	if err != nil || len(r.Tickets) != 1 {
		t.Fatalf("the ticket %s: %d of them, %v", key, len(r.Tickets), err)
	}
	return r.Tickets[0]
}

// TestLongChangelog: Cloud cuts a changelog off after a hundred entries.
func TestLongChangelog(t *testing.T) {
	for _, cloud := range []bool{true, false} {
		t.Run(fmt.Sprintf("cloud %v", cloud), func(t *testing.T) {
			k := newTracker(t, cloud)
			i := k.create("PAY", "Story", "Long")
			for n := range 257 {
				k.move(i, []string{"Backlog", "In Progress"}[n%2])
			}
			w := warehousetest.Open(t)
			b := newBench(t, k, w)
			b.collect()
			r, err := w.Known(context.Background(), warehouse.Scope{Table: "transitions"})
			if err != nil || len(r.Transitions) != 257 {
				t.Errorf("%d transitions, %v; want 257", len(r.Transitions), err)
			}
		})
	}
}
