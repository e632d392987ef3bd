package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/warehouse"
)

// repository is one run over one repository.
type repository struct {
	*Collector
	vendor      *vendor
	run         *collectors.Run
	repo        string // owner/name
	owner, name string
	state       *cursor

	batch   warehouse.Records // found and not yet written
	gone    warehouse.Records // not there any more and not yet deleted
	flushed time.Time
	gates   gates
}

// list is one of the lists of a repository.
type list interface {
	// what it is called in sentences
	what() string
	// begin asks by one request, or none while a back-fill is under way, whether there is anything to read.
	begin(ctx context.Context) (bool, error)
	// step reads the next page or two into the batch and moves the state; true: the list has been read for now.
	step(ctx context.Context) (bool, error)
	// continued tells whether a back-fill of an earlier run was continued: what has changed since it began is to be read, too.
	continued() bool
}

func (c *Collector) repository(ctx context.Context, v *vendor, part *collectors.Run) error {
	r := &repository{Collector: c, vendor: v, run: part, repo: part.Part, gates: gates{}, flushed: part.Now()}
	r.split()
	state, err := parseCursor(part.Cursor)
	if err != nil {
		part.Log.Warn("the cursor is of no use; everything is collected again", "error", err)
	}
	r.state = state
	r.prepare()
	main := &branches{repository: r}
	active, err := main.begin(ctx)
	if err != nil {
		return err // without its commits a repository is not there, or not to be read at all
	}
	if active {
		if err := main.collect(ctx); err != nil {
			return err
		}
	}
	var failures []error
	for _, group := range r.lists() {
		if err := r.turns(ctx, group, &failures); err != nil {
			return err
		}
	}
	if err := r.flush(ctx); err != nil {
		return err
	}
	if r.state.Commits.Settle && len(failures) == 0 {
		if err := main.settle(ctx); err != nil {
			return err
		}
	}
	return errors.Join(failures...)
}

func (r *repository) split() { r.owner, r.name, _ = strings.Cut(r.repo, "/") }

// prepare makes the state what this run is to begin from.
func (r *repository) prepare() {
	s := r.state
	if now := r.configuration.fingerprint(); s.Rules != now {
		if s.Rules != "" {
			r.run.Log.Info("what records are made by has changed; builds, deployments and issues are collected again")
			s.forget()
		}
		s.Rules = now
	}
	first := r.run.Cursor == ""
	since := r.run.Since.UTC()
	switch {
	case first:
		s.Floor = since
	case !since.IsZero() && since.Before(s.Floor): // without a time, what was left out stays left out
		rules := s.Rules
		*s = cursor{Version: cursorVersion, Rules: rules, Floor: since}
	}
	if r.run.Reconcile {
		// Numbers of pull requests do not vanish; commits are looked at by what can be reached.
		for _, l := range []*listState{&s.Actions, &s.Deployments, &s.Issues, &s.Releases, &s.Tags} {
			l.Verify = true
		}
		s.Commits.Settle = true
	}
	for _, l := range []*listState{&s.Actions, &s.Deployments, &s.Issues, &s.Releases, &s.Tags} {
		if l.Verify {
			// To know what has vanished, the whole list has to be seen in one go.
			*l = listState{Verify: true, Anew: l.Anew || first}
		}
	}
}

// lists are what is configured, in groups: the lists of a group take turns, so that all of them have recent records
// soon. Deployments come after the runs, which know who approved them.
func (r *repository) lists() [][]func() list {
	c, s := r.configuration, r.state
	var first, second []func() list
	if on(c.PullRequests) {
		first = append(first, func() list { return newPulls(r, &s.Pulls) })
	}
	if on(c.Actions) {
		first = append(first, func() list { return newActions(r, &s.Actions) })
	}
	if on(c.Deployments) {
		second = append(second, func() list { return newDeployments(r, &s.Deployments) })
	}
	if c.Issues.Tickets || len(c.Issues.Incidents.Labels) > 0 {
		second = append(second, func() list { return newIssues(r, &s.Issues) })
	}
	if c.Releases.Environment != "" {
		second = append(second, func() list { return newReleases(r, &s.Releases) })
	}
	if c.Tags.Environment != "" {
		second = append(second, func() list { return newTags(r, &s.Tags) })
	}
	return [][]func() list{first, second}
}

// turn is a list that takes its turn.
type turn struct {
	list
	again func() list // the same list from its beginning
}

// turns lets lists take a step each until all have been read. One that fails does not stop the others; the error returned
// is one that stops everything.
func (r *repository) turns(ctx context.Context, lists []func() list, failures *[]error) error {
	var active []turn
	for _, again := range lists {
		active = r.begin(ctx, active, again, failures)
	}
	for len(active) > 0 {
		var left []turn
		for _, l := range active {
			done, err := l.step(ctx)
			switch {
			case r.failed(l, err, failures):
			case !done:
				left = append(left, l)
			case l.continued():
				left = r.begin(ctx, left, l.again, failures)
			}
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := r.flushInTime(ctx); err != nil {
			return err
		}
		active = left
	}
	return nil
}

// begin adds a list to those that take turns, if there is anything to read.
func (r *repository) begin(ctx context.Context, to []turn, again func() list, failures *[]error) []turn {
	l := again()
	ok, err := l.begin(ctx)
	if !r.failed(l, err, failures) && ok {
		to = append(to, turn{l, again})
	}
	return to
}

// failed tells whether a list has failed, and reports it. One that is switched off or may not be read is no failure: there
// is nothing to be done about it at every sync.
func (r *repository) failed(l list, err error, failures *[]error) bool {
	switch {
	case err == nil:
		return false
	case refused(err, http.StatusForbidden, http.StatusNotFound, http.StatusGone, http.StatusUnavailableForLegalReasons):
		r.run.Log.Warn("left out: it is switched off in the repository, or these credentials may not read it", "list", l.what(), "reason", err)
	default:
		*failures = append(*failures, fmt.Errorf("collect the %s: %w", l.what(), err))
	}
	return true
}

// A batch is written when it has this many records or is this old: a write costs the warehouse the same however small it
// is, but what was found should not be long in coming.
const (
	batchRecords = 4000
	batchAge     = 10 * time.Second
)

// flushInTime writes the batch when it is time to.
func (r *repository) flushInTime(ctx context.Context) error {
	b := &r.batch
	records := len(b.Commits) + len(b.PullRequests) + len(b.Reviews) + len(b.Builds) + len(b.BuildStages) + len(b.Deployments) + len(b.Tickets) + len(b.Transitions)
	if records < r.Collector.batch && r.run.Now().Sub(r.flushed) < batchAge {
		return nil
	}
	return r.flush(ctx)
}

// flush writes what was found, deletes what is gone, and then saves how far that was. What the batch has was found after it
// was marked as gone, if it was: see remove.
func (r *repository) flush(ctx context.Context) error {
	if err := r.run.Write(ctx, r.batch); err != nil {
		return err
	}
	if err := r.run.Delete(ctx, r.gone.Without(keysOf(r.batch))); err != nil {
		return err
	}
	r.batch, r.gone, r.flushed = warehouse.Records{}, warehouse.Records{}, r.run.Now()
	return r.run.Save(ctx, r.state.String())
}

// remove marks records as gone. What the batch has of them was found before, so that it goes, too; what is found again
// later stays: see flush.
func (r *repository) remove(gone warehouse.Records) {
	keys := keysOf(gone)
	if len(keys) == 0 {
		return
	}
	r.batch = r.batch.Without(keys)
	r.gone = joined(r.gone, gone)
}

func keysOf(records warehouse.Records) map[string]bool {
	keys := map[string]bool{}
	for _, key := range records.Keys() {
		keys[key] = true
	}
	return keys
}

// add puts records into the batch.
func (r *repository) add(more warehouse.Records) { r.batch = joined(r.batch, more) }

func joined(a, b warehouse.Records) warehouse.Records {
	a.Commits = append(a.Commits, b.Commits...)
	a.PullRequests = append(a.PullRequests, b.PullRequests...)
	a.Reviews = append(a.Reviews, b.Reviews...)
	a.Builds = append(a.Builds, b.Builds...)
	a.BuildStages = append(a.BuildStages, b.BuildStages...)
	a.Deployments = append(a.Deployments, b.Deployments...)
	a.Incidents = append(a.Incidents, b.Incidents...)
	a.Tickets = append(a.Tickets, b.Tickets...)
	a.Transitions = append(a.Transitions, b.Transitions...)
	a.Statuses = append(a.Statuses, b.Statuses...)
	return a
}

// aside logs an item that cannot be used.
func (r *repository) aside(err error) { r.run.Log.Warn("an item is set aside", "reason", err) }

// asides logs what GraphQL could not answer beside the rest.
func (r *repository) asides(reasons []graphError) {
	for _, e := range reasons {
		r.run.Log.Warn("an item is set aside: GitHub could not answer for it", "reason", e.Message, "where", e.Path)
	}
}

// vars are variables with the repository's name.
func (r *repository) vars(more variables) variables {
	more["owner"], more["name"] = r.owner, r.name
	return more
}

// path is a REST path below the repository.
func (r *repository) path(format string, args ...any) string {
	return "repos/" + r.repo + "/" + fmt.Sprintf(format, args...)
}

// size is how many items are asked for at once.
func (r *repository) size(start int) *portion {
	most := r.configuration.PageSize
	if most <= 0 {
		most = 100
	}
	return newPortion(start, most)
}

// recent is how long after it was made an item of a list without an order by changes is read again. Deployments and runs
// that are unfinished after it are asked for one by one.
const recent = 48 * time.Hour
