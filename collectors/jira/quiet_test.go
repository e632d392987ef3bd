package jira_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/collectors/jira"
	"github.com/weirhq/weir/collectors/simulator"
	"github.com/weirhq/weir/collectors/simulator/site"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// counted is a store that counts what is written to it.
type counted struct {
	collectors.Store
	writes atomic.Int64
}

func (c *counted) Write(ctx context.Context, r warehouse.Records) error {
	c.writes.Add(1)
	return c.Store.Write(ctx, r)
}

// TestQuiet: where nothing has happened, also because the clock stands still, a run asks once a project and writes nothing;
// not even when Jira is reached by another address.
func TestQuiet(t *testing.T) {
	c := &clock{quick{now: day}}
	store := &counted{Store: warehousetest.Open(t)}
	cfg := simulator.DefaultConfiguration(day)
	world := simulator.New(cfg)
	for run := range 3 {
		s, address := newSite(t, c, 0.05, site.Options{})
		v := visit{t, store, c, jira.Configuration{URL: address, Deployment: "cloud", Auth: jira.Auth{Token: token(t)}, Projects: []string{"*"}}}
		store.writes.Store(0)
		if err := v.collect(collectors.Order{}); err != nil {
			t.Fatal(err)
		}
		projects := 0
		for _, team := range world.Teams {
			if team.Project != "" {
				projects++
			}
		}
		if n := asked(s); run > 0 && (n != projects || store.writes.Load() > 0) {
			t.Errorf("run %d: %d requests for %d projects, %d writes", run, n, projects, store.writes.Load())
		}
	}
}

func asked(s *site.Site) (n int) {
	for name, count := range s.Requests() {
		if strings.HasPrefix(name, "jira") {
			n += count
		}
	}
	return n
}
