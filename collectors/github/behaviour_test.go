package github_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/collectors/simulator/site"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

var updated = regexp.MustCompile(`"UpdatedAt":"[^"]*"`)

// TestQuietSync: where nothing has happened, one conditional request for each list is all.
func TestQuietSync(t *testing.T) {
	c := found(t, site.Options{}, small(0.03, 1))
	w := warehousetest.Open(t)
	cfg := c.configuration()
	cfg.Organisations, cfg.Branches, cfg.Repos = nil, nil, []string{"millrace/cart", "millrace/accounts"}
	if err := c.sync(t.Context(), w, cfg, collectors.Order{}); err != nil {
		t.Fatal(err)
	}
	before, _ := c.requests()
	if err := c.sync(t.Context(), w, cfg, collectors.Order{}); err != nil {
		t.Fatal(err)
	}
	after, by := c.requests()
	if got, want := after-before, 4*len(cfg.Repos); got != want {
		t.Errorf("a quiet sync took %d requests, want %d: %v", got, want, by)
	}
	unchanged := 0
	for key, n := range by {
		if strings.HasSuffix(key, " 304") {
			unchanged += n
		}
	}
	if unchanged != 4*len(cfg.Repos) {
		t.Errorf("%d answers were 304, want %d: %v", unchanged, 4*len(cfg.Repos), by)
	}
}

// TestIncremental follows a company for some days. What was collected step by step is what there is.
func TestIncremental(t *testing.T) {
	cfg := small(0.15, 1)
	c := found(t, site.Options{}, cfg)
	w := warehousetest.Open(t)
	g := c.configuration()
	for i, ahead := range []time.Duration{-150 * time.Hour, -100 * time.Hour, -76 * time.Hour, -75 * time.Hour, -30 * time.Hour, 0} {
		c.clock.set(cfg.To.Add(ahead + 14*time.Hour))
		before, _ := c.requests()
		if err := c.sync(t.Context(), w, g, collectors.Order{}); err != nil {
			t.Fatal(err)
		}
		after, _ := c.requests()
		t.Logf("sync %d: %d requests", i+1, after-before)
		differences(t, content(t, w), c.truth())
		if t.Failed() {
			t.Fatalf("after sync %d", i+1)
		}
	}
}

// TestFullAndReconcile: reading everything again changes nothing, and what GitHub does not have goes.
func TestFullAndReconcile(t *testing.T) {
	c := found(t, site.Options{}, small(0.03, 1))
	w := warehousetest.Open(t)
	g := c.configuration()
	if err := c.sync(t.Context(), w, g, collectors.Order{}); err != nil {
		t.Fatal(err)
	}
	want := content(t, w)
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	origin := warehouse.Provenance{Source: "github"}
	stray := warehouse.Records{
		Commits:     []warehouse.Commit{{Repo: "millrace/cart", SHA: strings.Repeat("a", 40), AuthoredAt: at, Provenance: origin}},
		Builds:      []warehouse.Build{{Pipeline: "millrace/cart/build", ID: "77", Attempt: 1, Repo: "millrace/cart", QueuedAt: at, Result: "success", Provenance: origin}},
		BuildStages: []warehouse.BuildStage{{Pipeline: "millrace/cart/build", BuildID: "77", Attempt: 1, Name: "x", Result: "success", Provenance: origin}},
		Deployments: []warehouse.Deployment{{Service: "cart", Environment: "production", ID: "99", Repo: "millrace/cart", FinishedAt: at, Result: "success", Provenance: origin}},
	}
	if err := w.Write(t.Context(), stray); err != nil {
		t.Fatal(err)
	}
	if err := c.sync(t.Context(), w, g, collectors.Order{Full: true}); err != nil {
		t.Fatal(err)
	}
	differences(t, content(t, w), want)
}

// dying is a store that answers a number of calls and then no more.
type dying struct {
	collectors.Store
	left atomic.Int64
	kill context.CancelFunc
}

var errKilled = errors.New("killed")

func (d *dying) call() error {
	if d.left.Add(-1) < 0 {
		d.kill()
		return errKilled
	}
	return nil
}

func (d *dying) Write(ctx context.Context, r warehouse.Records) error {
	if err := d.call(); err != nil {
		return err
	}
	return d.Store.Write(ctx, r)
}

func (d *dying) Delete(ctx context.Context, r warehouse.Records) error {
	if err := d.call(); err != nil {
		return err
	}
	return d.Store.Delete(ctx, r)
}

func (d *dying) SaveCursor(ctx context.Context, source, cursor string) error {
	if err := d.call(); err != nil {
		return err
	}
	return d.Store.SaveCursor(ctx, source, cursor)
}

// TestKilled stops a back-fill at fifty moments, after some writes or requests, while the company goes on working.
// Continued, it ends in what there is.
func TestKilled(t *testing.T) {
	cfg := small(1.5, 1)
	c := found(t, site.Options{}, cfg)
	w := warehousetest.Open(t)
	g := c.configuration()
	g.Repos, g.Organisations, g.PageSize = []string{"millrace/selling", "millrace/ledger", "millrace/cart"}, nil, 5
	c.clock.set(cfg.To.Add(-24 * time.Hour))
	c.batch = 40
	random := rand.New(rand.NewPCG(1, 1))
	killed := 0
	for run := 0; killed < 50; run++ {
		if run > 60 {
			t.Fatalf("the back-fill is over after %d kills", killed)
		}
		ctx, kill := context.WithCancel(t.Context())
		store := &dying{Store: w, kill: kill}
		store.left.Store(1 << 40)
		c.left, c.kill = 1<<40, kill
		if random.IntN(2) == 0 {
			store.left.Store(1 + random.Int64N(6))
		} else {
			c.left = 1 + random.Int64N(15)
		}
		if err := c.sync(ctx, store, g, collectors.Order{}); err != nil {
			killed++
		}
		kill()
		if killed > 25 {
			c.clock.set(c.clock.Now().Add(time.Duration(random.IntN(90)) * time.Minute))
		}
	}
	c.kill = nil
	c.clock.set(cfg.To.Add(14 * time.Hour))
	if err := c.sync(t.Context(), w, g, collectors.Order{}); err != nil {
		t.Fatal(err)
	}
	differences(t, content(t, w), only(c.truth(), g.Repos))
}

// only keeps the records of some repositories.
func only(all map[string]map[string]string, repos []string) map[string]map[string]string {
	kept := map[string]map[string]string{}
	for table, records := range all {
		kept[table] = map[string]string{}
		for key, text := range records {
			for _, repo := range repos {
				if strings.Contains(text, fmt.Sprintf("%q:%q", "Repo", repo)) || strings.HasPrefix(key, repo+"/") || strings.HasPrefix(key, repo+"#") {
					kept[table][key] = text
				}
			}
		}
	}
	return kept
}

// TestFaults: whatever goes wrong on the way, the same records arrive.
func TestFaults(t *testing.T) {
	cfg := small(0.1, 1)
	for _, kind := range []site.Fault{site.ServerError, site.TooMany, site.Secondary, site.Hang, site.Truncate, site.Malformed, site.Slow, site.Shift} {
		t.Run(string(kind), func(t *testing.T) {
			c := found(t, site.Options{Faults: site.Faults{Kinds: []site.Fault{kind}, Every: 4, Pause: 10 * time.Millisecond, Skew: 90 * time.Second}}, cfg)
			w := warehousetest.Open(t)
			g := c.configuration()
			g.Repos, g.Organisations, g.PageSize = []string{"millrace/selling", "millrace/ledger", "millrace/cart"}, nil, 10
			c.clock.set(cfg.To.Add(-24 * time.Hour))
			if err := c.sync(t.Context(), w, g, collectors.Order{}); err != nil {
				t.Fatal(err)
			}
			if c.site.Misbehaved()[kind] == 0 {
				t.Fatal("nothing went wrong")
			}
			c.site.Misbehave(site.Faults{})
			if kind == site.Shift {
				// What happened during the first sync is found by the second.
				if err := c.sync(t.Context(), w, g, collectors.Order{}); err != nil {
					t.Fatal(err)
				}
			}
			got, want := content(t, w), only(c.truth(), g.Repos)
			if kind == site.Shift {
				// Touching a pull request, which is how the site shifts pages, changes nothing but this.
				for _, all := range []map[string]string{got["pull_requests"], want["pull_requests"]} {
					for key, text := range all {
						all[key] = updated.ReplaceAllString(text, "")
					}
				}
			}
			differences(t, got, want)
		})
	}
}

// TestRequests: a thousand pull requests with their reviews and commits cost at most 25 requests.
func TestRequests(t *testing.T) {
	cfg := small(4, 5)
	c := found(t, site.Options{}, cfg)
	w := warehousetest.Open(t)
	g := c.configuration()
	off := false
	g.Repos, g.Organisations, g.Branches, g.Actions, g.Deployments = []string{"millrace/selling"}, nil, nil, &off, &off
	began := time.Now()
	if err := c.sync(t.Context(), w, g, collectors.Order{}); err != nil {
		t.Fatal(err)
	}
	took := time.Since(began)
	got := content(t, w)
	pulls, commits := len(got["pull_requests"]), len(got["commits"])
	total, by := c.requests()
	t.Logf("%d pull requests, %d reviews, %d commits: %d requests in %v: %v", pulls, len(got["reviews"]), commits, total, took, by)
	if pulls < 900 {
		t.Fatalf("%d pull requests are too few to count by", pulls)
	}
	if allowed := 25 * pulls / 1000; total > allowed {
		t.Errorf("%d requests for %d pull requests, want at most %d", total, pulls, allowed)
	}
}
