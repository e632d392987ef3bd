// Package derive turns records into the facts that metrics read: changes, deliveries, failures, recoveries, quiet times,
// each with the rows and the rule that made it.
//
// Everything is SQL over the records, except the walk over commit graphs. A sync touches some repositories and services;
// their facts are deleted and derived again, the others' stay. So the result of many updates is, by construction, that of
// one rebuild.
package derive

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/weirhq/weir/warehouse"
)

//go:embed *.sql
var scripts embed.FS

// Deriver keeps a warehouse's facts in step with its records.
type Deriver struct {
	w   *warehouse.Warehouse
	log *slog.Logger
	mu  sync.Mutex // one derivation at a time
}

// New makes a deriver; it does nothing yet.
func New(w *warehouse.Warehouse, log *slog.Logger) *Deriver {
	return &Deriver{w: w, log: log}
}

// Result tells what a derivation did.
type Result struct {
	Repos    int // repositories whose changes were derived
	Services int // services whose deliveries and failures were derived
	Took     time.Duration
}

// progressState is where the warehouse remembers how far it was derived.
const progressState = "derived"

// progress is how far the facts follow the records. Pending names what was being derived: if the program dies meanwhile,
// the next one does it again, since the facts that would say what was touched may be gone.
type progress struct {
	Derived map[string]uint64 `json:"derived"` // per table, the highest arrival that the facts include
	Pending scope             `json:"pending"`
	Version int               `json:"version"`
}

// factsVersion is raised when the same records give other facts than before, so that they are derived again.
const factsVersion = 1

// scope is a set of repositories and services, sorted.
type scope struct {
	Repos    []string `json:"repos"`
	Services []string `json:"services"`
}

func (s scope) empty() bool { return len(s.Repos)+len(s.Services) == 0 }

// Update derives what was touched since the last time. Where nothing was, it costs a look at the newest arrivals.
func (d *Deriver) Update(ctx context.Context) (Result, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	start := time.Now()
	var p progress
	if text, err := d.w.State(ctx, progressState); err != nil {
		return Result{}, err
	} else if text != "" {
		if err := json.Unmarshal([]byte(text), &p); err != nil {
			return Result{}, fmt.Errorf("read how far facts were derived: %w", err)
		}
	}
	if p.Version != factsVersion {
		return d.rebuild(ctx, start)
	}
	marks, err := d.w.HighWater(ctx)
	if err != nil {
		return Result{}, err
	}
	if p.Pending.empty() && equalMarks(marks, p.Derived) {
		return Result{Took: time.Since(start)}, nil
	}
	touched, err := d.touched(ctx, p)
	if err != nil {
		return Result{}, fmt.Errorf("find what was touched: %w", err)
	}
	p.Pending = touched
	if err := d.save(ctx, p); err != nil {
		return Result{}, err
	}
	return d.derive(ctx, touched, marks, start)
}

// Rebuild derives everything again.
func (d *Deriver) Rebuild(ctx context.Context) (Result, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.rebuild(ctx, time.Now())
}

func (d *Deriver) rebuild(ctx context.Context, start time.Time) (Result, error) {
	if err := d.w.SaveState(ctx, progressState, ""); err != nil {
		return Result{}, err
	}
	marks, err := d.w.HighWater(ctx)
	if err != nil {
		return Result{}, err
	}
	for _, table := range slices.Concat(repoFacts, serviceFacts) {
		if err := d.w.Exec(ctx, "TRUNCATE TABLE "+table, nil); err != nil {
			return Result{}, fmt.Errorf("empty %s: %w", table, err)
		}
	}
	everything := scope{}
	if everything.Repos, err = d.names(ctx, `SELECT DISTINCT toString(repo) AS name FROM
		(SELECT repo FROM commits UNION ALL SELECT repo FROM pull_requests) WHERE repo != '' ORDER BY name`, nil); err != nil {
		return Result{}, err
	}
	if everything.Services, err = d.names(ctx, `SELECT DISTINCT name FROM
		(SELECT toString(service) AS name FROM deployments UNION ALL SELECT toString(service) FROM org_repos UNION ALL SELECT arrayJoin(services) FROM incidents) WHERE name != '' ORDER BY name`, nil); err != nil {
		return Result{}, err
	}
	return d.derive(ctx, everything, marks, start)
}

func (d *Deriver) derive(ctx context.Context, s scope, marks map[string]uint64, start time.Time) (Result, error) {
	organisation, err := d.Organisation(ctx)
	if err != nil {
		return Result{}, err
	}
	if err := d.deriveRepos(ctx, s.Repos, organisation.People.BotCommits != "ignore"); err != nil {
		return Result{}, err
	}
	if err := d.deriveServices(ctx, s.Services, organisation.Failures); err != nil {
		return Result{}, err
	}
	if err := d.save(ctx, progress{Derived: marks, Version: factsVersion}); err != nil {
		return Result{}, err
	}
	result := Result{Repos: len(s.Repos), Services: len(s.Services), Took: time.Since(start)}
	d.log.DebugContext(ctx, "derived facts", "repos", result.Repos, "services", result.Services, "took", result.Took)
	return result, nil
}

func (d *Deriver) save(ctx context.Context, p progress) error {
	p.Version = factsVersion
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return d.w.SaveState(ctx, progressState, string(text))
}

// touched finds what must be derived again: what arrived since, what that may affect, and what was left unfinished.
func (d *Deriver) touched(ctx context.Context, p progress) (s scope, err error) {
	params := warehouse.Params{}
	for _, t := range warehouse.Tables() {
		params[t.Name] = p.Derived[t.Name]
	}
	if s.Repos, err = d.namesFrom(ctx, "touched_repos.sql", params); err != nil {
		return s, err
	}
	s.Repos = union(s.Repos, p.Pending.Repos)
	params["repos"] = s.Repos
	if s.Services, err = d.namesFrom(ctx, "touched_services.sql", params); err != nil {
		return s, err
	}
	s.Services = union(s.Services, p.Pending.Services)
	return s, nil
}

// repoFacts and serviceFacts are the tables whose rows belong to a repository or a service.
var (
	repoFacts    = []string{"commit_positions", "revisions", "change_commits", "change_tickets", "changes", "change_fixes"}
	serviceFacts = []string{"resolved_deployments", "deliveries", "failure_evidence", "rework_evidence", "deployment_facts"}
)

// commitsPerBatch and servicesPerBatch bound the memory of a derivation: the engine joins so much at a time.
const (
	commitsPerBatch  = 400_000
	servicesPerBatch = 100
)

func (d *Deriver) deriveRepos(ctx context.Context, repos []string, botCommits bool) error {
	sizes := []struct {
		Name string `ch:"name"`
		N    uint64 `ch:"n"`
	}{}
	err := d.w.Select(ctx, &sizes, "SELECT toString(repo) AS name, count() AS n FROM commits WHERE repo IN {repos:Array(String)} GROUP BY name", warehouse.Params{"repos": repos})
	if err != nil {
		return fmt.Errorf("count commits: %w", err)
	}
	commits := map[string]uint64{}
	for _, size := range sizes {
		commits[size.Name] = size.N
	}
	var batch []string
	var n uint64
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		params := warehouse.Params{"repos": batch, "bot_commits": botCommits}
		if err := d.forget(ctx, repoFacts, "repo IN {repos:Array(String)}", params); err != nil {
			return err
		}
		if err := d.placeCommits(ctx, batch); err != nil {
			return fmt.Errorf("place commits: %w", err)
		}
		if err := d.run(ctx, "changes.sql", params); err != nil {
			return err
		}
		batch, n = batch[:0:0], 0
		return nil
	}
	for _, repo := range repos {
		if n+commits[repo] > commitsPerBatch {
			if err := flush(); err != nil {
				return err
			}
		}
		batch, n = append(batch, repo), n+commits[repo]
	}
	return flush()
}

func (d *Deriver) deriveServices(ctx context.Context, services []string, rules Failures) error {
	window, err := rules.window()
	if err != nil {
		return err
	}
	batches := slices.Collect(slices.Chunk(services, servicesPerBatch))
	for _, batch := range batches {
		params := warehouse.Params{"services": batch}
		if err := d.forget(ctx, serviceFacts, "service IN {services:Array(String)}", params); err != nil {
			return err
		}
		if err := d.placeRevisions(ctx, batch); err != nil {
			return fmt.Errorf("place deployed revisions: %w", err)
		}
		for _, file := range []string{"deployments.sql", "deliveries.sql"} {
			if err := d.run(ctx, file, params); err != nil {
				return err
			}
		}
	}
	if err := d.run(ctx, "incident_links.sql", nil); err != nil {
		return err
	}
	for _, batch := range batches {
		params := warehouse.Params{"services": batch, "rules": rules.rules(), "window_ms": window.Milliseconds()}
		if err := d.run(ctx, "failures.sql", params); err != nil {
			return err
		}
	}
	return d.run(ctx, "incidents.sql", nil)
}

// forget deletes what is about to be derived again.
func (d *Deriver) forget(ctx context.Context, tables []string, where string, params warehouse.Params) error {
	for _, table := range tables {
		if err := d.w.Exec(ctx, "DELETE FROM "+table+" WHERE "+where, params); err != nil {
			return fmt.Errorf("forget facts in %s: %w", table, err)
		}
	}
	return nil
}

func (d *Deriver) run(ctx context.Context, file string, params warehouse.Params) error {
	text, err := scripts.ReadFile(file)
	if err != nil {
		return err
	}
	start := time.Now()
	if err := d.w.Script(ctx, string(text), params); err != nil {
		return fmt.Errorf("derive %s: %w", file, err)
	}
	d.log.DebugContext(ctx, "ran", "file", file, "took", time.Since(start))
	return nil
}

func (d *Deriver) namesFrom(ctx context.Context, file string, params warehouse.Params) ([]string, error) {
	text, err := scripts.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return d.names(ctx, string(text), params)
}

func (d *Deriver) names(ctx context.Context, sql string, params warehouse.Params) ([]string, error) {
	var list []struct {
		Name string `ch:"name"`
	}
	if err := d.w.Select(ctx, &list, sql, params); err != nil {
		return nil, err
	}
	names := make([]string, len(list))
	for i := range list {
		names[i] = list[i].Name
	}
	return names, nil
}

func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

func equalMarks(a, b map[string]uint64) bool {
	for name, mark := range a {
		if b[name] != mark {
			return false
		}
	}
	return true
}
