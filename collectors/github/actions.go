package github

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	gh "github.com/google/go-github/v60/github"

	"github.com/weirhq/weir/collectors/promotion"
	"github.com/weirhq/weir/warehouse"
)

// actions is the list of workflow runs. REST lists them newest first, but not by changes: recent and unfinished ones are
// read again. Runs that come while it is read move others to later pages, where they are read twice; one that is deleted
// moves others to pages that were read, and the next comparison of the whole list finds what was overlooked. Where GitHub
// ends a list early, as it does with some after a thousand runs, it is continued by asking for what was made before.
type actions struct {
	*repository
	resumed bool // the back-fill was begun by an earlier run
	state   *listState
	ready   *runPage // the first page, which is the probe's
	etag    string
	quiet   bool // the probe said that nothing has changed: only open runs beyond it are asked for
	size    *portion
	covers  time.Time
	upto    time.Time // newest creation and newest change seen by this run
	change  time.Time
	oldest  time.Time // run that was seen
	after   position
	open    []open
	seen    map[int64]bool
	known   map[int64]warehouse.Build // while it is verified: the latest attempts
	made    map[string]bool           // keys of the deployments that runs were
	read    int                       // runs since the list was begun with its position's moment
	started bool
}

// runPage is a page of the list.
type runPage struct {
	total int // in the whole list
	size  int // of the page, with runs that cannot be understood
	runs  []*gh.WorkflowRun
	more  bool
}

// position is where the list goes on: runs made at a moment or before it, and of those the page.
type position struct {
	until string
	page  int
}

func (p position) String() string { return fmt.Sprintf("%s %d", p.until, p.page) }

func parsePosition(text string) position {
	until, page, _ := strings.Cut(text, " ")
	n, err := strconv.Atoi(page)
	if err != nil || n < 1 {
		n = 1
	}
	return position{until, n}
}

func newActions(r *repository, s *listState) *actions {
	return &actions{repository: r, state: s, size: newPortion(100, 100), seen: map[int64]bool{}, made: map[string]bool{}, after: position{page: 1}}
}

func (a *actions) what() string { return "runs of GitHub Actions" }

func (a *actions) continued() bool { return a.resumed }

func (a *actions) begin(ctx context.Context) (bool, error) {
	if !a.state.Done && a.state.Start != "" {
		a.resumed = true
		a.after, a.open = parsePosition(a.state.After), a.state.Open
		a.read = (a.after.page - 1) * 100
		return true, nil
	}
	page, answer, err := a.list(ctx, position{page: 1}, a.state.ETag)
	if err != nil {
		return false, err
	}
	if answer.unchanged {
		a.quiet = true
		return slices.ContainsFunc(a.state.Open, func(o open) bool { return o.Made.Before(a.state.Covers) }), nil
	}
	a.ready, a.etag = page, answer.etag
	for i, r := range page.runs {
		a.upto, a.change = latest(a.upto, stamp(r.CreatedAt)), latest(a.change, stamp(r.UpdatedAt))
		if made := stamp(r.CreatedAt); i == 0 || made.Before(a.covers) {
			a.covers = made
		}
	}
	if !a.state.Done {
		*a.state = listState{Start: answer.etag, Verify: a.state.Verify, Anew: a.state.Anew, Upto: a.upto, Change: a.change, Covers: a.covers}
		if a.state.Start == "" {
			a.state.Start = "-"
		}
		a.run.Expect(page.total)
	}
	return true, a.recall(ctx)
}

// recall reads what is known of the runs where it has to be compared.
func (a *actions) recall(ctx context.Context) error {
	if !a.state.Verify {
		return nil
	}
	known, err := a.run.Known(ctx, "builds", map[string]string{"repo": a.repo})
	if err != nil {
		return fmt.Errorf("look up the builds that are known: %w", err)
	}
	a.known = map[int64]warehouse.Build{}
	for _, b := range known.Builds {
		if id, err := strconv.ParseInt(b.ID, 10, 64); err == nil && b.Attempt >= a.known[id].Attempt {
			a.known[id] = b
		}
	}
	return nil
}

// list reads one page of the list.
func (a *actions) list(ctx context.Context, p position, etag string) (*runPage, restAnswer, error) {
	path := a.path("actions/runs?per_page=100")
	if p.until != "" {
		path += "&created=" + url.QueryEscape("<="+p.until)
	}
	if p.page > 1 {
		path += fmt.Sprintf("&page=%d", p.page)
	}
	var found struct {
		Total int               `json:"total_count"`
		Runs  []json.RawMessage `json:"workflow_runs"`
	}
	answer, err := a.vendor.get(ctx, path, etag, &found)
	if err != nil {
		return nil, answer, err
	}
	return &runPage{found.Total, len(found.Runs), decode[gh.WorkflowRun](found.Runs, a.aside), answer.more}, answer, nil
}

func (a *actions) step(ctx context.Context) (bool, error) {
	if a.state.Done && !a.started {
		a.started = true
		if err := a.unfinished(ctx); err != nil || a.quiet {
			return true, err
		}
	}
	filling := !a.state.Done
	page := a.ready
	if a.ready = nil; page == nil {
		var err error
		if page, _, err = a.list(ctx, a.after, ""); err != nil {
			return false, err
		}
	}
	end := a.repository.state.Floor
	if !filling {
		end = a.state.Upto.Add(-recent)
	}
	wanted, oldest := a.choose(page.runs, end, filling)
	if err := a.take(ctx, wanted); err != nil {
		return false, err
	}
	a.run.Done(len(page.runs))
	a.read += page.size
	if !oldest.IsZero() && oldest.Before(end) || a.turn(page, oldest) {
		return true, a.finish(ctx, filling)
	}
	if filling {
		a.state.After, a.state.Open = a.after.String(), unfinished(a.open)
	}
	return false, nil
}

// turn moves on to the next page, or tells that there is none.
func (a *actions) turn(page *runPage, oldest time.Time) (ended bool) {
	until := oldest.Format(time.RFC3339)
	switch {
	case page.more:
		a.after.page++
	case page.total > a.read && !oldest.IsZero() && until != a.after.until:
		a.after, a.read = position{until, 1}, 0
	default:
		return true
	}
	return false
}

// choose picks the runs of a page that have to be read: all in a back-fill, else the new ones, those that have changed
// since the last sync, and those that were unfinished.
func (a *actions) choose(runs []*gh.WorkflowRun, end time.Time, filling bool) (wanted []*gh.WorkflowRun, oldest time.Time) {
	wasOpen := map[string]bool{}
	for _, o := range a.state.Open {
		wasOpen[o.ID] = true
	}
	for _, r := range runs {
		made, changed := stamp(r.CreatedAt), stamp(r.UpdatedAt)
		if oldest.IsZero() || made.Before(oldest) {
			oldest = made
		}
		if a.oldest.IsZero() || made.Before(a.oldest) {
			a.oldest = made
		}
		a.upto, a.change = latest(a.upto, made), latest(a.change, changed)
		if a.seen[r.GetID()] || made.Before(end) {
			continue
		}
		a.seen[r.GetID()] = true
		k, isKnown := a.known[r.GetID()]
		same := isKnown && !a.state.Anew && k.Attempt == int64(max(r.GetRunAttempt(), 1)) && k.Result != "running"
		if filling && !same || !filling && (!made.Before(a.state.Upto) || !changed.Before(a.state.Change) || wasOpen[decimal(r.GetID())]) {
			wanted = append(wanted, r)
		}
	}
	return wanted, oldest
}

// unfinished asks, one by one, for runs that were unfinished and are too old for the pages that are read.
func (a *actions) unfinished(ctx context.Context) error {
	end := a.state.Upto.Add(-recent)
	if a.quiet {
		end = a.state.Covers
	}
	var runs []*gh.WorkflowRun
	for _, o := range a.state.Open {
		if !o.Made.Before(end) {
			if a.quiet {
				a.open = append(a.open, o)
			}
			continue
		}
		var run gh.WorkflowRun
		_, err := a.vendor.get(ctx, a.path("actions/runs/%s", o.ID), "", &run)
		if refused(err, http.StatusNotFound) {
			if err := a.vanished(ctx, o.ID); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			return err
		}
		a.seen[run.GetID()] = true
		runs = append(runs, &run)
	}
	if err := a.take(ctx, runs); err != nil {
		return err
	}
	if a.quiet {
		a.state.Open = unfinished(a.open)
	}
	return nil
}

func (a *actions) finish(ctx context.Context, filling bool) error {
	if err := a.compare(ctx); err != nil {
		return err
	}
	if a.state.Verify && a.state.Anew {
		if err := a.superseded(ctx); err != nil {
			return err
		}
	}
	s := a.state
	if filling {
		*s = listState{Done: true, ETag: strings.TrimPrefix(s.Start, "-"), Upto: s.Upto, Change: s.Change, Covers: s.Covers, Open: unfinished(a.open)}
		return nil
	}
	*s = listState{Done: true, ETag: a.etag, Upto: latest(s.Upto, a.upto), Change: latest(s.Change, a.change), Covers: a.covers, Open: unfinished(a.open)}
	return nil
}

// runPrefix begins the ids of deployments that are runs by a rule, so that they are not taken for GitHub's deployments.
const runPrefix = "run-"

// take reads the jobs of runs and puts their records into the batch.
func (a *actions) take(ctx context.Context, runs []*gh.WorkflowRun) error {
	details, err := a.details(ctx, runs)
	if err != nil {
		return err
	}
	for _, run := range runs {
		d := details[run.GetID()]
		if run.GetRunAttempt() > 1 || a.configuration.JobQueueTimes || d.cut {
			if d.jobs, err = a.jobs(ctx, run.GetID()); err != nil {
				return fmt.Errorf("read the jobs of run %d: %w", run.GetID(), err)
			}
		}
		r, err := mapRun(a.repo, run, d.jobs, a.configuration.JobQueueTimes)
		if err != nil {
			a.aside(err)
			continue
		}
		r.Deployments = a.mapping.promoted(r, run, a.gates[run.GetID()])
		for _, d := range r.Deployments {
			a.made[deploymentKey(d)] = true
		}
		a.add(r)
		if result(run.GetStatus(), run.GetConclusion()) == "running" {
			a.open = append(a.open, open{decimal(run.GetID()), stamp(run.CreatedAt)})
		}
	}
	return nil
}

// promoted are the deployments that a run was by the configured rules.
func (m *Mapping) promoted(r warehouse.Records, run *gh.WorkflowRun, approvals []gate) []warehouse.Deployment {
	var list []warehouse.Deployment
	for _, b := range r.Builds {
		c := promotion.Candidate{Build: b, ID: runPrefix + b.ID}
		c.Actor = account(run.GetActor()).name()
		c.Manual = b.Trigger == "manual"
		if len(approvals) > 0 {
			c.Approver = approvals[0].user
		}
		for _, s := range r.BuildStages {
			if s.Attempt == b.Attempt {
				c.Stages = append(c.Stages, promotion.Stage{BuildStage: s})
			}
		}
		list = append(list, m.promotion.Deployments(c)...)
	}
	return list
}

// jobs reads the jobs of all attempts of a run.
func (r *repository) jobs(ctx context.Context, run int64) ([]job, error) {
	var jobs []job
	for page := 1; ; page++ {
		var found struct {
			Jobs []json.RawMessage `json:"jobs"`
		}
		answer, err := r.vendor.get(ctx, r.path("actions/runs/%d/jobs?filter=all&per_page=100&page=%d", run, page), "", &found)
		if refused(err, http.StatusNotFound) {
			return jobs, nil // it has vanished meanwhile
		}
		if err != nil {
			return nil, err
		}
		for _, j := range decode[gh.WorkflowJob](found.Jobs, r.aside) {
			jobs = append(jobs, jobOf(j))
		}
		if !answer.more {
			return jobs, nil
		}
	}
}
