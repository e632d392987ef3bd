package github_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/collectors/access"
	"github.com/weirhq/weir/collectors/github"
	"github.com/weirhq/weir/collectors/secret"
	"github.com/weirhq/weir/collectors/simulator"
	"github.com/weirhq/weir/collectors/simulator/site"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// clock is the company's, moved by hand; requests of a run that was killed may still look at it.
type clock struct{ now atomic.Pointer[time.Time] }

func at(t time.Time) *clock {
	c := &clock{}
	c.set(t)
	return c
}

func (c *clock) set(t time.Time) { c.now.Store(&t) }

func (c *clock) Now() time.Time { return *c.now.Load() }

// patience is a clock for which waiting takes no time.
type patience struct{}

func (p *patience) Now() time.Time { return time.Now() }

func (p *patience) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

// company is a small simulated company behind its GitHub.
type company struct {
	tb     testing.TB
	world  *simulator.World
	clock  *clock
	site   *site.Site
	url    string
	config simulator.Configuration

	batch int    // records written at once, where it is set
	left  int64  // requests until kill is called
	kill  func() // nil never
}

func found(tb testing.TB, options site.Options, cfg simulator.Configuration) *company {
	tb.Helper()
	c := &company{tb: tb, clock: at(cfg.To), config: cfg}
	c.world = simulator.New(cfg)
	c.site = site.New(c.world, c.clock, options)
	server := httptest.NewServer(c.site)
	tb.Cleanup(server.Close)
	c.url = server.URL
	return c
}

// small is a company with a short history.
func small(scale float64, months int) simulator.Configuration {
	to := time.Date(2026, 3, 18, 0, 0, 0, 0, time.UTC)
	return simulator.Configuration{Seed: 7, From: to.AddDate(0, -months, 0), To: to, Scale: scale}
}

func (c *company) configuration() github.Configuration {
	c.tb.Setenv("SITE_TOKEN", "t0ken")
	return github.Configuration{
		BaseURL: c.url + "/github", Token: secret.Secret{Env: "SITE_TOKEN"}, Organisations: []string{"millrace"}, Branches: []string{"release/*"},
	}
}

// sync runs the collector once, as the runner does.
func (c *company) sync(ctx context.Context, store collectors.Store, cfg github.Configuration, order collectors.Order) error {
	return run(ctx, c, store, cfg, order)
}

func run(ctx context.Context, c *company, store collectors.Store, cfg github.Configuration, order collectors.Order) error {
	c.tb.Helper()
	eye := inspect(c.tb)
	eye.left, eye.kill = c.left, c.kill
	defer func() {
		for _, f := range eye.faults {
			c.tb.Errorf("a request that GitHub does not know: %s", f)
		}
	}()
	gate := access.New(access.Options{Clock: &patience{}, Tries: 20, Timeout: 20 * time.Second, Transport: eye})
	collector, err := github.New(cfg, gate.Line("github", "t", nil))
	if err != nil {
		c.tb.Fatal(err)
	}
	collector.Impatient(time.Millisecond)
	if c.batch > 0 {
		collector.WriteOften(c.batch)
	}
	log := slog.New(slog.NewTextHandler(c.tb.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	runner, err := collectors.New(store, []collectors.Source{{Name: "github", Collector: collector}}, collectors.Options{Log: log})
	if err != nil {
		c.tb.Fatal(err)
	}
	return runner.Collect(ctx, order)
}

var tables = []string{"commits", "pull_requests", "reviews", "builds", "build_stages", "deployments", "incidents", "tickets", "transitions"}

// content is what the warehouse holds, one line a record by its key.
func content(tb testing.TB, w *warehouse.Warehouse) map[string]map[string]string {
	tb.Helper()
	all := map[string]map[string]string{}
	for _, table := range tables {
		known, err := w.Known(context.Background(), warehouse.Scope{Table: table})
		if err != nil {
			tb.Fatal(err)
		}
		all[table] = lines(tb, known)[table]
	}
	return all
}

// lines are records as text by their keys, without what the world cannot know: addresses, and the kinds of environments
// that their names tell.
func lines(tb testing.TB, r warehouse.Records) map[string]map[string]string {
	tb.Helper()
	all := map[string]map[string]string{}
	for _, t := range tables {
		all[t] = map[string]string{}
	}
	put := func(table, key string, record any) {
		text, err := json.Marshal(record)
		if err != nil {
			tb.Fatal(err)
		}
		// An empty list and none are the same in a table.
		all[table][key] = strings.ReplaceAll(string(text), ":[]", ":null")
	}
	for _, x := range r.Commits {
		x.Source, x.URL = "", ""
		put("commits", x.Repo+" "+x.SHA, x)
	}
	for _, x := range r.PullRequests {
		x.Source, x.URL = "", ""
		put("pull_requests", fmt.Sprint(x.Repo, " ", x.Number), x)
	}
	for _, x := range r.Reviews {
		x.Source, x.URL = "", ""
		put("reviews", fmt.Sprint(x.Repo, " ", x.PullRequest, " ", x.ID), x)
	}
	for _, x := range r.Builds {
		x.Source, x.URL = "", ""
		put("builds", fmt.Sprint(x.Pipeline, " ", x.ID, " ", x.Attempt), x)
	}
	for _, x := range r.BuildStages {
		x.Source, x.URL = "", ""
		put("build_stages", fmt.Sprint(x.Pipeline, " ", x.BuildID, " ", x.Attempt, " ", x.Name), x)
	}
	for _, x := range r.Deployments {
		x.Source, x.URL = "", ""
		x.EnvironmentKind = ""
		put("deployments", fmt.Sprint(x.Service, " ", x.Environment, " ", x.ID), x)
	}
	for _, x := range r.Incidents {
		x.Source, x.URL = "", ""
		put("incidents", x.ID, x)
	}
	for _, x := range r.Tickets {
		x.Source, x.URL = "", ""
		put("tickets", x.Key, x)
	}
	for _, x := range r.Transitions {
		x.Source, x.URL = "", ""
		put("transitions", x.Ticket+" "+x.ID, x)
	}
	return all
}

// differences reports how two contents differ, a few lines a table.
func differences(tb testing.TB, got, want map[string]map[string]string) {
	tb.Helper()
	for _, table := range tables {
		g, w := got[table], want[table]
		missing, more, other := 0, 0, 0
		show := func(n *int, format string, args ...any) {
			if *n++; *n <= 3 {
				tb.Errorf(format, args...)
			}
		}
		for _, key := range slices.Sorted(maps.Keys(w)) {
			switch have, ok := g[key]; {
			case !ok:
				show(&missing, "%s: missing %s", table, w[key])
			case have != w[key]:
				show(&other, "%s: different\n got %s\nwant %s", table, have, w[key])
			}
		}
		for _, key := range slices.Sorted(maps.Keys(g)) {
			if _, ok := w[key]; !ok {
				show(&more, "%s: too much %s", table, g[key])
			}
		}
		if missing+more+other > 0 {
			tb.Errorf("%s: %d missing, %d too much, %d different of %d", table, missing, more, other, len(w))
		} else {
			tb.Logf("%s: %d equal", table, len(w))
		}
	}
}

// truth is the world's own records of what GitHub tells.
func (c *company) truth() map[string]map[string]string {
	c.tb.Helper()
	var all warehouse.Records
	cfg := c.config
	cfg.Seen = c.clock.Now()
	err := simulator.New(cfg).Records(func(r warehouse.Records) error {
		all.Commits = append(all.Commits, r.Commits...)
		all.PullRequests = append(all.PullRequests, r.PullRequests...)
		all.Reviews = append(all.Reviews, r.Reviews...)
		for _, b := range r.Builds {
			if strings.HasPrefix(b.Pipeline, "millrace/") { // the others are built by Jenkins
				all.Builds = append(all.Builds, b)
			}
		}
		for _, s := range r.BuildStages {
			if strings.HasPrefix(s.Pipeline, "millrace/") {
				all.BuildStages = append(all.BuildStages, s)
			}
		}
		all.Deployments = append(all.Deployments, r.Deployments...)
		return nil
	})
	if err != nil {
		c.tb.Fatal(err)
	}
	return lines(c.tb, all)
}

// requests are the site's counts, those of GitHub only.
func (c *company) requests() (total int, by map[string]int) {
	by = c.site.Requests()
	for key, n := range by {
		if !strings.HasPrefix(key, "github ") || strings.HasSuffix(key, " 304") {
			continue
		}
		total += n
	}
	return total, by
}

func TestWholeCompany(t *testing.T) {
	c := found(t, site.Options{}, small(0.05, 9))
	w := warehousetest.Open(t)
	if err := c.sync(t.Context(), w, c.configuration(), collectors.Order{}); err != nil {
		t.Fatal(err)
	}
	total, by := c.requests()
	t.Log(total, by)
	truth := c.truth()
	described := 0
	for _, text := range truth["pull_requests"] {
		if !strings.Contains(text, `"TicketKeys":null`) {
			described++
		}
	}
	if described < 3 {
		t.Errorf("only %d pull requests name a ticket in their description", described)
	}
	differences(t, content(t, w), truth)
}
