package jira_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/collectors/jira"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

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
	left atomic.Int64
	kill context.CancelFunc
}

func (s *killed) Write(ctx context.Context, r warehouse.Records) error {
	left := s.left.Add(-1)
	if left == 0 {
		s.kill()
		return errKilled
	}
	err := s.Store.Write(ctx, r)
	if left == 1 { // durable, but nobody hears of it
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
				store := &killed{Store: w, kill: cancel}
				store.left.Store(1 + random.Int64N(4))
				b.store = store
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

// TestZones: times in queries are in the zone of the account, whatever it is, and also when Jira does not tell it.
func TestZones(t *testing.T) {
	for _, zone := range []string{"America/New_York", "Asia/Tokyo", ""} {
		t.Run(zone, func(t *testing.T) {
			k := newTracker(t, true)
			k.zone = zone
			w := warehousetest.Open(t)
			b := newBench(t, k, w)
			b.c.Projects = []string{"PAY"}
			b.collect()
			for range 4 {
				i := k.create("PAY", "Story", "One")
				b.collect()
				if got := ticket(t, w, i.key); got.Title != "One" {
					t.Errorf("%+v", got)
				}
				k.now = k.now.Add(50 * time.Minute)
			}
		})
	}
}
