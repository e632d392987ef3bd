// Package derive turns records into the facts that metrics read: changes, deliveries, failures, recoveries, quiet times,
// each with the rows and the rule that made it.
//
// Everything is SQL over the records, except the walk over commit graphs. A sync touches some repositories and services;
// of those the facts that may differ are derived again, the others stay, and the result of many updates is that of one
// rebuild. All of it happens in copies of the tables, which are exchanged with the live ones at the end: nobody ever
// reads facts that are only half there.
package derive

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
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
	w    *warehouse.Warehouse
	log  *slog.Logger
	mu   sync.Mutex // one derivation at a time
	gate gate
}

// New makes a deriver; it does nothing yet.
func New(w *warehouse.Warehouse, log *slog.Logger) *Deriver {
	return &Deriver{w: w, log: log}
}

// Reading keeps the facts and the organisation as they are until release is called: what several queries find fits
// together. Hold it for the queries of one answer, not longer; a change waits for a second at most.
func (d *Deriver) Reading() (release func()) { return d.gate.enter() }

// Version names the state of the facts and of the organisation. Whoever keeps answers may use one again as long as the
// version that he read before he asked is the current one. Any process' changes count.
func (d *Deriver) Version(ctx context.Context) (string, error) {
	list, err := d.names(ctx, "SELECT toString(max(s.saved_at)) AS name FROM state AS s WHERE s.name IN ({derived:String}, {organisation:String})",
		warehouse.Params{"derived": progressState, "organisation": organisationState})
	if err != nil {
		return "", fmt.Errorf("find the version of the facts: %w", err)
	}
	return list[0], nil
}

// Result tells what a derivation did.
type Result struct {
	Repos    int // repositories whose changes were derived
	Services int // services whose deliveries and failures were derived
	Took     time.Duration
}

// progressState is where the warehouse remembers how far it was derived. Empty: not at all, or somebody died while he
// exchanged the tables, so that everything must be derived again.
const progressState = "derived"

// progress is how far the facts follow the records.
type progress struct {
	Derived map[string]uint64 `json:"derived"` // per table, the highest arrival that the facts include
	Version int               `json:"version"`
	Run     string            `json:"run"` // makes every saved progress another one
}

// factsVersion is raised when the same records give other facts than before, so that they are derived again.
const factsVersion = 6

// errOvertaken: another process changed the facts or the organisation meanwhile.
var errOvertaken = errors.New("another process derived facts or changed the organisation at the same time; run this again")

// attempts bounds how often a derivation that was overtaken begins again.
const attempts = 3

// Update derives what was touched since the last time. Where nothing was, it costs a look at the newest arrivals.
func (d *Deriver) Update(ctx context.Context) (Result, error) {
	return d.attempt(ctx, d.update)
}

// Rebuild derives everything again.
func (d *Deriver) Rebuild(ctx context.Context) (Result, error) {
	return d.attempt(ctx, d.rebuild)
}

func (d *Deriver) attempt(ctx context.Context, derive func(context.Context) (Result, error)) (result Result, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	start := time.Now()
	for range attempts {
		if result, err = derive(ctx); !errors.Is(err, errOvertaken) {
			break
		}
	}
	result.Took = time.Since(start)
	return result, err
}

func (d *Deriver) update(ctx context.Context) (Result, error) {
	base, err := d.base(ctx)
	if err != nil {
		return Result{}, err
	}
	var p progress
	if base.derived != "" {
		if err := json.Unmarshal([]byte(base.derived), &p); err != nil {
			return Result{}, fmt.Errorf("read how far facts were derived: %w", err)
		}
	}
	if p.Version != factsVersion {
		return d.rebuild(ctx)
	}
	marks, err := d.w.HighWater(ctx)
	if err != nil || equalMarks(marks, p.Derived) {
		return Result{}, err
	}
	touched, err := d.touched(ctx, p)
	if err != nil {
		return Result{}, fmt.Errorf("find what was touched: %w", err)
	}
	return d.derive(ctx, derivation{scope: touched, base: base, marks: marks, since: p.Derived})
}

func (d *Deriver) rebuild(ctx context.Context) (Result, error) {
	base, err := d.base(ctx)
	if err != nil {
		return Result{}, err
	}
	marks, err := d.w.HighWater(ctx)
	if err != nil {
		return Result{}, err
	}
	everything := scope{}
	if everything.repos, err = d.names(ctx, `SELECT DISTINCT toString(repo) AS name FROM
		(SELECT repo FROM commits UNION ALL SELECT repo FROM pull_requests) WHERE repo != '' ORDER BY name`, nil); err != nil {
		return Result{}, err
	}
	if everything.services, err = d.names(ctx, `SELECT DISTINCT name FROM
		(SELECT toString(service) AS name FROM deployments UNION ALL SELECT toString(service) FROM org_repos UNION ALL SELECT arrayJoin(services) FROM incidents) WHERE name != '' ORDER BY name`, nil); err != nil {
		return Result{}, err
	}
	return d.derive(ctx, derivation{scope: everything, base: base, marks: marks, whole: true})
}

// base is what a derivation starts from, as saved. Where it is another one at the end, the result would be wrong.
type base struct{ derived, organisation string }

func (d *Deriver) base(ctx context.Context) (b base, err error) {
	if b.derived, err = d.w.State(ctx, progressState); err != nil {
		return b, err
	}
	b.organisation, err = d.w.State(ctx, organisationState)
	return b, err
}

// scope is a set of repositories and services, sorted.
type scope struct{ repos, services []string }

// derivation is one piece of work: derive a scope's facts, starting from a base, with the records up to marks.
type derivation struct {
	scope
	base  base
	marks map[string]uint64
	since map[string]uint64 // per table, the highest arrival that the facts include so far
	whole bool              // the scope is everything
}

// sinceParams are parameters that say since which arrival each table's records are new: {commits} and so on.
func (v derivation) sinceParams() warehouse.Params {
	params := warehouse.Params{}
	for _, t := range warehouse.Tables() {
		params[t.Name] = v.since[t.Name]
	}
	return params
}

// derive works the new facts out beside the live ones, and then shows them all at once.
func (d *Deriver) derive(ctx context.Context, v derivation) (Result, error) {
	organisation, err := d.Organisation(ctx)
	if err != nil {
		return Result{}, err
	}
	s, err := d.newStage(ctx)
	if err != nil {
		return Result{}, err
	}
	s.clocked = len(organisation.Calendars) > 0
	defer s.drop(ctx)
	if err := s.fill(ctx, v, organisation); err != nil {
		return Result{}, err
	}
	if now, err := d.base(ctx); err != nil {
		return Result{}, err
	} else if now != v.base {
		return Result{}, errOvertaken
	}
	if err := s.publish(ctx); err != nil {
		return Result{}, err
	}
	text, err := json.Marshal(progress{Derived: v.marks, Version: factsVersion, Run: s.run})
	if err != nil {
		return Result{}, err
	}
	if err := d.w.SaveState(context.WithoutCancel(ctx), progressState, string(text)); err != nil {
		return Result{}, err
	}
	d.log.DebugContext(ctx, "derived facts", "repos", len(v.repos), "services", len(v.services))
	return Result{Repos: len(v.repos), Services: len(v.services)}, nil
}

// touched finds what must be derived again: what arrived since, and what that may affect.
func (d *Deriver) touched(ctx context.Context, p progress) (s scope, err error) {
	params := warehouse.Params{}
	for _, t := range warehouse.Tables() {
		params[t.Name] = p.Derived[t.Name]
	}
	if s.repos, err = d.namesFrom(ctx, "touched_repos.sql", params); err != nil {
		return s, err
	}
	params["repos"] = orNobody(s.repos)
	direct, err := d.namesFrom(ctx, "touched_directly.sql", params)
	if err != nil {
		return s, err
	}
	params["direct"] = orNobody(direct)
	s.services, err = d.namesFrom(ctx, "touched_services.sql", params)
	s.services = slices.DeleteFunc(s.services, func(service string) bool { return service == nobody })
	return s, err
}

// nobody is a name that no repository and no service has. It stands in lists that would be empty: the engine fails over
// some conditions with an empty list, "non constant in source stream but must be constant in result".
const nobody = "\x00"

func orNobody(names []string) []string {
	if len(names) == 0 {
		return []string{nobody}
	}
	return names
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

func equalMarks(a, b map[string]uint64) bool {
	for name, mark := range a {
		if b[name] != mark {
			return false
		}
	}
	return true
}
