package git

import (
	"context"
	"fmt"
	"sync"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/warehouse"
)

// Collector collects one repository.
type Collector struct {
	configuration Configuration
	pattern       *tagPattern

	mu      sync.Mutex
	finding Finding
}

// New prepares a collector; git is not called before Collect.
func New(c Configuration) (*Collector, error) {
	pattern, err := c.validate()
	if err != nil {
		return nil, err
	}
	return &Collector{configuration: c, pattern: pattern}, nil
}

// Finding tells what the last run saw.
func (c *Collector) Finding() Finding {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.finding
}

// Names are what the records will call the repository and the service that its tags deploy. Nothing is collected for it,
// and no URL is asked.
func (c *Collector) Names(ctx context.Context) (repo, service string, err error) {
	if c.configuration.URL != "" {
		repo = c.configuration.nameByURL()
	} else {
		r, err := findFolder(ctx, c.configuration)
		if err != nil {
			return "", "", err
		}
		repo = r.name
	}
	return repo, c.configuration.serviceOf(repo), nil
}

// Collect reads what is new and writes it.
func (c *Collector) Collect(ctx context.Context, run *collectors.Run) error {
	open := openFolder
	if c.configuration.URL != "" {
		open = openURL
	}
	r, err := open(ctx, c.configuration)
	if err != nil {
		return err
	}
	now := c.settings(r)
	found := Finding{Repo: r.name, Service: now.Service, Environment: now.Environment, Branch: r.branch, Tip: r.tip, Shallow: r.shallow != ""}
	tags, err := r.tags(ctx, c.pattern, &found)
	if err != nil {
		return err
	}
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.finding = found
	}()
	if found.Shallow {
		run.Log.Warn("the clone is shallow, so older commits and what came with them are unknown; `git fetch --unshallow` completes it", "repo", r.name)
	}
	old, err := parseCursor(run.Cursor)
	if err != nil {
		run.Log.Warn("the cursor is of no use; everything is collected again", "error", err)
		old = cursor{}
	}
	w := &writing{run: run, repository: r, settings: now, pattern: c.pattern, found: &found}
	return w.bring(ctx, old, tags)
}

func (c *Collector) settings(r *repository) settings {
	s := settings{
		Form: form, Repo: r.name, Branch: r.branch, Service: c.configuration.serviceOf(r.name), Environment: c.configuration.Environment,
		EnvironmentKind: c.configuration.EnvironmentKind, TagPattern: c.pattern.text, LineCounts: c.configuration.LineCounts, Shallow: r.shallow,
	}
	if s.Environment == "" {
		s.Environment = defaultEnvironment
	}
	return s
}

// bring takes the records from what the cursor says was collected to what the repository holds now.
func (w *writing) bring(ctx context.Context, old cursor, tags []tag) error {
	target := state{Tip: w.repository.tip, Tags: map[string]string{}}
	for _, t := range tags {
		target.Tags[t.name] = t.object
	}
	if len(old.States) > 0 && old.Settings != w.settings {
		w.run.Log.Info("what the records are made by has changed; everything is collected again", "before", old.Settings, "now", w.settings)
		if err := w.erase(ctx, old); err != nil {
			return err
		}
		old = cursor{}
	}
	if len(old.States) == 1 && old.States[0].equal(target) {
		w.found.Unchanged = true
		return nil
	}
	begun := cursor{Settings: w.settings, States: old.States}
	if len(begun.States) == 0 {
		begun.States = []state{{}}
	}
	if last := begun.States[len(begun.States)-1]; len(begun.States) == 1 || !last.equal(target) {
		begun.States = append(begun.States, target)
	}
	if err := w.run.Save(ctx, begun.String()); err != nil {
		return err
	}
	if err := w.apply(ctx, begun.States, tags); err != nil {
		return err
	}
	done := cursor{Settings: w.settings, States: []state{target}}
	return w.run.Save(ctx, done.String())
}

// apply deletes what is no more and writes what is new. Each step may be repeated: until the end the cursor knows the
// states before and after it.
func (w *writing) apply(ctx context.Context, states []state, tags []tag) error {
	r := w.repository
	absent, err := r.absent(ctx, states)
	if err != nil {
		return err
	}
	w.forgotten(absent)
	// The target itself is the last state. It says nothing about what was written before this run began, but after an
	// interrupted one it does, and being equal to the target it never adds to the difference.
	d, err := r.compare(ctx, states[:max(1, len(states)-1)], tags, absent)
	if err != nil {
		return err
	}
	if err := w.deleteCommits(ctx, r.name, d.orphan); err != nil {
		return err
	}
	var gone warehouse.Records
	for _, n := range d.lost {
		gone.PullRequests = append(gone.PullRequests, warehouse.PullRequest{Repo: r.name, Number: n})
	}
	for _, name := range d.gone {
		gone.Deployments = append(gone.Deployments, w.settings.deployment(w.pattern, tag{name: name}))
	}
	if err := w.run.Delete(ctx, gone); err != nil {
		return err
	}
	return w.write(ctx, d)
}

func (w *writing) forgotten(absent map[string]bool) {
	if len(absent) == 0 {
		return
	}
	w.found.Forgotten = true
	w.run.Log.Warn("the repository was rewritten and does not hold any more what was collected before; records of the old history may remain",
		"repo", w.repository.name, "unknown", len(absent))
}

// write reads the difference and writes its records, commits first.
func (w *writing) write(ctx context.Context, d *difference) error {
	r := w.repository
	g, drafts := newGraph(), map[string]draft{}
	err := r.readSpan(ctx, d.main, func(c commit) error {
		g.add(c)
		mainline := d.main.line[c.sha]
		if mainline {
			if m, ok := recognise(c.message, len(c.parents)); ok {
				drafts[c.sha] = draft{m, c}
			}
		}
		return w.commit(ctx, c, mainline)
	})
	if err != nil {
		return fmt.Errorf("read the commits of %s: %w", r.name, err)
	}
	err = r.readSpan(ctx, d.beside, func(c commit) error { return w.commit(ctx, c, false) })
	if err != nil {
		return fmt.Errorf("read the commits below the tags of %s: %w", r.name, err)
	}
	for _, pr := range w.settings.pullRequests(g, d.line, drafts) {
		w.batch.PullRequests = append(w.batch.PullRequests, pr)
	}
	for _, t := range d.tags {
		w.batch.Deployments = append(w.batch.Deployments, w.settings.deployment(w.pattern, t))
	}
	return w.flush(ctx)
}
