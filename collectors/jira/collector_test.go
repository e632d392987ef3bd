package jira_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors"
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
	switch random.IntN(11) {
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
	case 10:
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

// TestShift lets issues change while pages are read, so that others slip over their edges.
func TestShift(t *testing.T) {
	for _, cloud := range []bool{true, false} {
		t.Run(fmt.Sprintf("cloud %v", cloud), func(t *testing.T) {
			k := newTracker(t, cloud)
			company(k, 460)
			var configuration jira.Configuration
			var got map[string]string
			t.Run("shifted", func(t *testing.T) {
				w := warehousetest.Open(t)
				b := newBench(t, k, w)
				configuration = b.c
				random := rand.New(rand.NewPCG(3, 3))
				left := 40
				k.before = func(_ int, r *http.Request) {
					if left > 0 && strings.Contains(r.URL.Path, "/search") && r.URL.Query().Get("expand") != "" {
						left--
						k.mu.Lock()
						i := pick(k, random)
						k.mu.Unlock()
						if left%2 == 0 {
							k.remove(i)
						} else {
							k.move(i, "In Test")
						}
					}
				}
				b.collect()
				k.mu.Lock()
				k.now = k.now.Add(time.Hour)
				k.mu.Unlock()
				for _, i := range k.issues {
					k.move(i, "In Progress")
				}
				left = 40
				b.collect()
				k.before = nil
				b.clock.now = b.clock.now.Add(8 * 24 * time.Hour)
				b.collect()
				got = exported(t, w)
			})
			same(t, got, afresh(t, k, configuration))
		})
	}
}

// TestShiftWithoutReconcile: what slips over the edge of a page of changes is found in the same run.
func TestShiftWithoutReconcile(t *testing.T) {
	k := newTracker(t, false)
	for range 250 {
		k.create("PAY", "Story", "One")
	}
	var configuration jira.Configuration
	var got map[string]string
	t.Run("shifted", func(t *testing.T) {
		w := warehousetest.Open(t)
		b := newBench(t, k, w)
		configuration = b.c
		b.collect()
		k.now = k.now.Add(time.Hour)
		for n := range 250 {
			k.move(k.issues[fmt.Sprintf("PAY-%d", n+1)], "In Progress")
		}
		left := 3
		k.before = func(_ int, r *http.Request) {
			if left > 0 && r.URL.Query().Get("startAt") == "100" {
				left--
				k.move(k.issues["PAY-"+fmt.Sprint(5+left)], "Done")
			}
		}
		b.collect()
		k.before = nil
		got = exported(t, w)
	})
	same(t, got, afresh(t, k, configuration))
}

// killed is a store that stops the run at the n-th write, before or after it was made durable.
type killed struct {
	collectors.Store
	left int
	kill context.CancelFunc
}

func (s *killed) Write(ctx context.Context, r warehouse.Records) error {
	s.left--
	if s.left == 0 {
		s.kill()
		return errKilled
	}
	err := s.Store.Write(ctx, r)
	if s.left == 1 { // durable, but nobody hears of it
		s.kill()
		return errKilled
	}
	return err
}

// TestKilled kills runs at their writes and at their requests; the end is that of an undisturbed run.
func TestKilled(t *testing.T) {
	k := newTracker(t, true)
	company(k, 700)
	var configuration jira.Configuration
	var got map[string]string
	t.Run("killed", func(t *testing.T) {
		w := warehousetest.Open(t)
		b := newBench(t, k, w)
		configuration = b.c
		random := rand.New(rand.NewPCG(5, 5))
		ended := 0
		for n := 0; n < 40 && ended < 2; n++ {
			ctx, cancel := context.WithCancel(context.Background())
			b.store = w
			left := 1 + random.IntN(9)
			if n%2 == 0 {
				b.store = &killed{Store: w, left: 1 + random.IntN(4), kill: cancel}
			} else {
				k.mu.Lock()
				k.requests = nil
				k.before = func(n int, _ *http.Request) {
					if n == left {
						cancel()
					}
				}
				k.mu.Unlock()
			}
			if b.try(ctx, collectors.Order{}) == nil {
				ended++
			}
			cancel()
			k.mu.Lock()
			k.before = nil
			k.mu.Unlock()
			if n == 12 {
				i := k.create("PAY", "Story", "While it was dead")
				k.move(i, "In Progress")
			}
		}
		b.store = w
		b.collect()
		got = exported(t, w)
	})
	same(t, got, afresh(t, k, configuration))
}

// faulty answers every third request in one of the ways in which servers fail.
type faulty struct {
	n int
	b http.RoundTripper
}

func (f *faulty) RoundTrip(r *http.Request) (*http.Response, error) {
	f.n++
	answer, err := f.b.RoundTrip(r)
	if err != nil || f.n%3 != 0 {
		return answer, err
	}
	body := "{\"issues\": [{\"id"
	status := []int{503, 429, 200, 500}[f.n/3%4]
	answer.Body.Close()
	answer.StatusCode, answer.Status = status, fmt.Sprint(status)
	answer.Body = http.NoBody
	if status == 200 {
		answer.Body = readCloser{strings.NewReader(body)}
	}
	if status == 429 {
		answer.Header.Set("Retry-After", "2")
	}
	return answer, nil
}

type readCloser struct{ *strings.Reader }

func (readCloser) Close() error { return nil }

func TestFaults(t *testing.T) {
	k := newTracker(t, true)
	company(k, 300)
	var configuration jira.Configuration
	var got map[string]string
	t.Run("faulty", func(t *testing.T) {
		w := warehousetest.Open(t)
		b := newBench(t, k, w)
		configuration = b.c
		b.transport = &lockedFaults{f: &faulty{b: http.DefaultTransport}}
		b.collect()
		got = exported(t, w)
	})
	same(t, got, afresh(t, k, configuration))
}

type lockedFaults struct {
	quick
	f *faulty
}

func (l *lockedFaults) RoundTrip(r *http.Request) (*http.Response, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.f.RoundTrip(r)
}
