package jira_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/collectors/access"
	"github.com/weirhq/weir/collectors/jira"
	"github.com/weirhq/weir/collectors/simulator"
	"github.com/weirhq/weir/collectors/simulator/site"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// day is when the simulated company is looked at.
var day = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// clock is the company's, moved by hand.
type clock struct{ quick }

func newSite(t testing.TB, c *clock, scale float64, o site.Options) (*site.Site, string) {
	cfg := simulator.DefaultConfiguration(day)
	cfg.Scale = scale
	s := site.New(simulator.New(cfg), c, o)
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return s, server.URL + "/jira"
}

type visit struct {
	t     *testing.T
	store collectors.Store
	clock *clock
	jira.Configuration
}

func (v visit) collect(o collectors.Order) error {
	c, err := jira.New(v.Configuration, access.New(access.Options{Clock: v.clock, Timeout: 2 * time.Second}).Line("jira", "", nil))
	if err != nil {
		v.t.Fatal(err)
	}
	r, err := collectors.New(v.store, []collectors.Source{{Name: "jira", Collector: c}}, collectors.Options{Clock: v.clock})
	if err != nil {
		v.t.Fatal(err)
	}
	return r.Collect(context.Background(), o)
}

// told is what the site says that its records are, exported in the way of the collector's.
func told(t *testing.T, s *site.Site) map[string]string {
	var want map[string]string
	t.Run("told", func(t *testing.T) {
		w := warehousetest.Open(t)
		all, err := s.Records()
		if err != nil {
			t.Fatal(err)
		}
		r := warehouse.Records{Tickets: all.Tickets, TicketLinks: all.TicketLinks, Transitions: all.Transitions, Statuses: all.Statuses}
		for i := range r.Tickets {
			r.Tickets[i].Source = "jira"
		}
		for i := range r.TicketLinks {
			r.TicketLinks[i].Source = "jira"
		}
		for i := range r.Transitions {
			r.Transitions[i].Source = "jira"
		}
		for i := range r.Statuses {
			r.Statuses[i].Source = "jira"
		}
		if err := w.Write(context.Background(), r); err != nil {
			t.Fatal(err)
		}
		want = exported(t, w)
	})
	return want
}

// TestCompany collects the whole simulated company, goes on for some days, and compares with what the company says.
func TestCompany(t *testing.T) {
	for _, o := range []site.Options{{Zone: "America/New_York", Token: "s3cret"}, {DataCenter: true, Histories: 100, Token: "s3cret"}, {Histories: 3, Token: "s3cret"}} {
		t.Run(fmt.Sprintf("data center %v, %d histories", o.DataCenter, o.Histories), func(t *testing.T) {
			c := &clock{quick{now: day.Add(-4 * 24 * time.Hour)}} // a Thursday: much happens until the next run
			s, address := newSite(t, c, 0.05, o)
			var got map[string]string
			t.Run("collected", func(t *testing.T) {
				w := warehousetest.Open(t)
				v := visit{t, w, c, jira.Configuration{URL: address, Auth: jira.Auth{Token: token(t)}, Projects: []string{"*"}}}
				for range 3 {
					if err := v.collect(collectors.Order{}); err != nil {
						t.Fatal(err)
					}
					c.now = c.now.Add(48 * time.Hour)
				}
				c.now = c.now.Add(-48 * time.Hour)
				got = exported(t, w)
			})
			compare(t, got, told(t, s))
		})
	}
}

// TestCompanyMisbehaves: whatever goes wrong on the way, the end is the same.
func TestCompanyMisbehaves(t *testing.T) {
	c := &clock{quick{now: day}}
	s, address := newSite(t, c, 0.05, site.Options{})
	var got map[string]string
	t.Run("collected", func(t *testing.T) {
		w := warehousetest.Open(t)
		v := visit{t, w, c, jira.Configuration{URL: address, Auth: jira.Auth{Token: token(t)}, Projects: []string{"*"}}}
		s.Misbehave(site.Faults{Kinds: []site.Fault{site.ServerError, site.TooMany, site.Truncate, site.Malformed, site.Slow, site.Shift}, Every: 4, Pause: time.Millisecond})
		if err := v.collect(collectors.Order{}); err != nil {
			t.Fatal(err)
		}
		s.Misbehave(site.Faults{})
		if err := v.collect(collectors.Order{}); err != nil {
			t.Fatal(err)
		}
		got = exported(t, w)
	})
	compare(t, got, told(t, s))
}

// compare also looks at the statuses, which the company itself has no records of.
func compare(t *testing.T, got, want map[string]string) {
	t.Helper()
	for status, category := range map[string]string{"Backlog": "new", "In Progress": "active", "Waiting for DBA": "active", "Done": "done"} {
		if !strings.Contains(got["statuses.ndjson"], fmt.Sprintf(`"name":%q,"category":%q`, status, category)) {
			t.Errorf("the status %s is not %s: %s", status, category, got["statuses.ndjson"])
		}
	}
	delete(got, "statuses.ndjson")
	if n := strings.Count(want["transitions.ndjson"], "\n"); n < 1000 {
		t.Errorf("there are only %d transitions to compare", n)
	}
	same(t, got, want)
}
