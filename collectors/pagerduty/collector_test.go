package pagerduty_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/collectors/access"
	"github.com/weirhq/weir/collectors/pagerduty"
	"github.com/weirhq/weir/collectors/secret"
	"github.com/weirhq/weir/collectors/simulator"
	"github.com/weirhq/weir/collectors/simulator/site"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/files"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

var day = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// clock is moved by hand, and by whoever sleeps.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now }

func (c *clock) pass(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.now = c.now.Add(d) }

func (c *clock) Sleep(ctx context.Context, d time.Duration) error { c.pass(d); return ctx.Err() }

// visit is a run at an account.
type visit struct {
	t       *testing.T
	store   collectors.Store
	clock   *clock
	sleeper access.Clock
	c       pagerduty.Configuration
}

func newVisit(t *testing.T, store collectors.Store, c *clock, address string) *visit {
	t.Setenv("WEIR_TEST_PAGERDUTY", "s3cret")
	return &visit{t: t, store: store, clock: c, sleeper: &clock{now: c.Now()}, c: pagerduty.Configuration{URL: address, Token: secret.Secret{Env: "WEIR_TEST_PAGERDUTY"}}}
}

func (v *visit) try(ctx context.Context, o collectors.Order) error {
	// Waiting for the vendor must not move the company's clock on.
	c, err := pagerduty.New(v.c, access.New(access.Options{Clock: v.sleeper, Timeout: 2 * time.Second}).Line("pagerduty", "", nil))
	if err != nil {
		v.t.Fatal(err)
	}
	r, err := collectors.New(v.store, []collectors.Source{{Name: "pagerduty", Collector: c}}, collectors.Options{Clock: v.clock})
	if err != nil {
		v.t.Fatal(err)
	}
	return r.Collect(ctx, o)
}

func (v *visit) collect() {
	v.t.Helper()
	if err := v.try(context.Background(), collectors.Order{}); err != nil {
		v.t.Fatal(err)
	}
}

func exported(t *testing.T, w *warehouse.Warehouse) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "export")
	if _, err := files.Export(context.Background(), w, files.ExportOptions{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "incidents.ndjson"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return string(text)
}

func same(t *testing.T, got, want string) {
	t.Helper()
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for name, lists := range map[string][2][]string{"too much": {g, w}, "missing": {w, g}} {
		n := 0
		for _, line := range lists[0] {
			if !slices.Contains(lists[1], line) {
				if n++; n <= 3 {
					t.Errorf("%s: %s", name, line)
				}
			}
		}
		if n > 3 {
			t.Errorf("%s: %d lines", name, n)
		}
	}
}

func company(t *testing.T, c *clock, scale float64) (*site.Site, string) {
	cfg := simulator.DefaultConfiguration(day)
	cfg.Scale = scale
	s := site.New(simulator.New(cfg), c, site.Options{Token: "s3cret"})
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return s, server.URL + "/pagerduty"
}

func told(t *testing.T, s *site.Site) string {
	var want string
	t.Run("told", func(t *testing.T) {
		w := warehousetest.Open(t)
		all, err := s.Records()
		if err != nil {
			t.Fatal(err)
		}
		if len(all.Incidents) < 20 {
			t.Fatalf("there are only %d incidents to compare", len(all.Incidents))
		}
		for i := range all.Incidents {
			all.Incidents[i].Source = "pagerduty"
		}
		if err := w.Write(context.Background(), warehouse.Records{Incidents: all.Incidents}); err != nil {
			t.Fatal(err)
		}
		want = exported(t, w)
	})
	return want
}

// TestCompany collects all incidents of the simulated company, goes on for some days, and compares.
func TestCompany(t *testing.T) {
	for _, faults := range []site.Faults{{}, {Kinds: []site.Fault{site.ServerError, site.TooMany, site.Truncate, site.Malformed, site.Slow, site.Shift}, Every: 3, Pause: time.Millisecond}} {
		t.Run(fmt.Sprintf("%d faults", len(faults.Kinds)), func(t *testing.T) {
			c := &clock{now: day.Add(-72 * time.Hour)}
			s, address := company(t, c, 0.2)
			s.Misbehave(faults)
			var got string
			t.Run("collected", func(t *testing.T) {
				w := warehousetest.Open(t)
				v := newVisit(t, w, c, address)
				for range 6 {
					v.collect()
					c.pass(12 * time.Hour)
				}
				v.collect()
				quiet := len(faults.Kinds) == 0
				before := total(s.Requests())
				v.collect()
				if n := total(s.Requests()) - before; quiet && n != 2 {
					t.Errorf("a quiet run took %d requests: %v", n, s.Requests())
				}
				t.Logf("%d requests", before)
				got = exported(t, w)
			})
			// The site's own addresses are not the world's.
			same(t, webAddress.ReplaceAllString(got, ""), webAddress.ReplaceAllString(told(t, s), ""))
		})
	}
}

var webAddress = regexp.MustCompile(`,"url":"[^"]*"`)

func total(requests map[string]int) (n int) {
	for name, count := range requests {
		if strings.HasPrefix(name, "pagerduty") {
			n += count
		}
	}
	return n
}

func known(t *testing.T, w *warehouse.Warehouse) map[string]warehouse.Incident {
	t.Helper()
	r, err := w.Known(context.Background(), warehouse.Scope{Table: "incidents"})
	if err != nil {
		t.Fatal(err)
	}
	list := map[string]warehouse.Incident{}
	for _, i := range r.Incidents {
		list[i.ID] = i
	}
	return list
}

// TestLarge reads more incidents than a list goes deep, over three years, some of them resolved long after they began.
func TestLarge(t *testing.T) {
	a, address := newAccount(t)
	c := &clock{now: day}
	for n := range 2500 {
		at := day.Add(-time.Duration(2500-n) * 10 * time.Hour)
		if n%500 == 7 {
			a.incident(at, at.Add(60*24*time.Hour))
		} else {
			a.incident(at, at.Add(40*time.Minute))
		}
	}
	for range 1200 { // as many in one minute as a list goes deep
		a.incident(day.Add(-2*time.Hour), day.Add(-time.Hour))
	}
	w := warehousetest.Open(t)
	v := newVisit(t, w, c, address)
	err := v.try(context.Background(), collectors.Order{})
	if err == nil || !strings.Contains(err.Error(), "in the second before") {
		t.Errorf("1,200 incidents in one second: %v", err)
	}
	for n, i := range a.list[2500:] {
		i["created_at"] = day.Add(-2*time.Hour + time.Duration(n/10)*time.Second).Format(time.RFC3339)
	}
	v.collect()
	t.Logf("%d requests", len(a.asked))
	list := known(t, w)
	if len(list) != 3700 {
		t.Errorf("%d incidents, want 3700", len(list))
	}
	for n, i := range a.list {
		got := list[i["id"].(string)]
		created, _ := time.Parse(time.RFC3339, i["created_at"].(string))
		resolved, _ := time.Parse(time.RFC3339, i["last_status_change_at"].(string))
		if !got.StartedAt.Equal(created) || !got.ResolvedAt.Equal(resolved) || got.AcknowledgedAt.IsZero() || got.DetectedBy != "monitoring" {
			t.Fatalf("the incident %d is %+v, want %v", n, got, i)
		}
	}
}

// TestOpenAndGone: an open incident is read again until it is over, and one that was deleted disappears.
func TestOpenAndGone(t *testing.T) {
	a, address := newAccount(t)
	c := &clock{now: day}
	w := warehousetest.Open(t)
	v := newVisit(t, w, c, address)
	v.collect() // an account without incidents
	old, lasting := a.incident(day.Add(-50*time.Hour), day.Add(-49*time.Hour)), a.incident(day.Add(-time.Hour), time.Time{})
	v.collect()
	if list := known(t, w); len(list) != 1 { // the log of two days ago is not read again
		t.Errorf("known are %v", list)
	}
	if err := v.try(context.Background(), collectors.Order{Full: true}); err != nil {
		t.Fatal(err)
	}
	if got := known(t, w)[lasting["id"].(string)]; !got.ResolvedAt.IsZero() || len(known(t, w)) != 2 {
		t.Errorf("open: %+v", got)
	}
	lasting["priority"] = map[string]any{"summary": "P1"}
	v.collect()
	if got := known(t, w)[lasting["id"].(string)]; got.Severity != "P1" {
		t.Errorf("its priority was changed: %+v", got)
	}
	c.pass(30 * 24 * time.Hour)
	ended := c.Now().Add(-time.Minute).Format(time.RFC3339)
	lasting["status"], lasting["last_status_change_at"] = "resolved", ended
	a.log = append(a.log, map[string]any{"id": "RX", "type": "resolve_log_entry", "created_at": ended, "agent": map[string]any{"type": "user_reference"}, "incident": map[string]any{"id": lasting["id"]}})
	a.list = slices.DeleteFunc(a.list, func(i map[string]any) bool { return i["id"] == old["id"] })
	v.collect() // the week is over: it reconciles
	list := known(t, w)
	if got := list[lasting["id"].(string)]; got.ResolvedAt.Format(time.RFC3339) != ended || len(list) != 1 {
		t.Errorf("in the end: %+v", list)
	}
}

// TestKilled stops runs at their requests; the end is that of an undisturbed run.
func TestKilled(t *testing.T) {
	a, address := newAccount(t)
	c := &clock{now: day}
	for n := range 2300 {
		at := day.Add(-time.Duration(2300-n) * 7 * time.Hour)
		a.incident(at, at.Add(time.Hour))
	}
	var got, want string
	t.Run("killed", func(t *testing.T) {
		w := warehousetest.Open(t)
		v := newVisit(t, w, c, address)
		random := rand.New(rand.NewPCG(1, 1))
		for range 15 {
			ctx, cancel := context.WithCancel(context.Background())
			stop := 1 + random.IntN(90)
			a.mu.Lock()
			a.asked, a.before = nil, func(n int) {
				if n == stop {
					cancel()
				}
			}
			a.mu.Unlock()
			_ = v.try(ctx, collectors.Order{})
			cancel()
		}
		a.mu.Lock()
		a.before = nil
		a.mu.Unlock()
		v.collect()
		got = exported(t, w)
	})
	t.Run("undisturbed", func(t *testing.T) {
		w := warehousetest.Open(t)
		newVisit(t, w, c, address).collect()
		want = exported(t, w)
	})
	same(t, got, want)
}

func TestCheckAndRefusal(t *testing.T) {
	a, address := newAccount(t)
	a.incident(day, time.Time{})
	v := newVisit(t, warehousetest.Open(t), &clock{now: day}, address)
	v.c.Services = map[string]string{"Shop": "shop", "Shoop": "shop"}
	c, err := pagerduty.New(v.c, access.New(access.Options{}).Line("pagerduty", "", nil))
	if err != nil {
		t.Fatal(err)
	}
	found, err := c.Check(context.Background())
	if err != nil || len(found.Missing) != 1 || !strings.Contains(found.Missing[0], `"Shoop"`) || found.Requests == 0 || !slices.Contains(found.Readable, "1 incidents") {
		t.Errorf("%+v, %v", found, err)
	}
	t.Setenv("WEIR_TEST_PAGERDUTY", "wrong")
	if err := v.try(context.Background(), collectors.Order{}); err == nil || !strings.Contains(err.Error(), "the API key is wrong") {
		t.Errorf("got %v", err)
	}
}

func TestConfiguration(t *testing.T) {
	for want, c := range map[string]pagerduty.Configuration{
		"needs a `token`":                {},
		"not the address of PagerDuty's": {URL: "pagerduty", Token: secret.Secret{Env: "X"}},
	} {
		if _, err := pagerduty.New(c, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want something with %q", err, want)
		}
	}
}
