package site

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/weirhq/weir/warehouse"
)

// pull is a pull request with what happened to it.
type pull struct {
	warehouse.PullRequest
	repo    *repo
	events  []*event // oldest first; pushes are not among them: their commits are
	pushes  []warehouse.Review
	touched time.Time
	poked   time.Time // somebody touched it, without changing anything; see Site.Touch
}

// event is a review, a comment, a request …
type event struct {
	warehouse.Review
	dismissed *event // of a dismissal: the review
	by        *event // of a review: its dismissal
}

func (r *repo) pull(number int64) *pull {
	p := r.numbered[number]
	if p == nil {
		p = &pull{repo: r}
		r.numbered[number] = p
		r.created, r.updated = append(r.created, p), append(r.updated, p)
	}
	return p
}

// description is what its author wrote into the team's template, with the comments that the template comes with.
func (p *pull) description() string {
	text := "## Why\n\n<!-- Name the ticket, such as ABC-1. -->\n"
	for _, key := range p.TicketKeys {
		text += "This is for " + key + ".\n"
	}
	return text + "\n## How\n\n```\nmake test TICKET=ABC-2\n```\n"
}

func (r *repo) takePull(p warehouse.PullRequest) *pull {
	one := r.pull(p.Number)
	one.PullRequest = p
	return one
}

func (p *pull) takeReview(e warehouse.Review) {
	if e.Kind == "pushed" {
		p.pushes = append(p.pushes, e)
		return
	}
	at := slices.IndexFunc(p.events, func(known *event) bool { return known.ID == e.ID })
	if at < 0 {
		p.events = append(p.events, &event{Review: e})
	} else {
		p.events[at].Review = e
	}
}

// settle orders the events and finds what was dismissed: the last approval of the same person.
func (p *pull) settle() {
	slices.SortFunc(p.events, func(a, b *event) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.turn(), b.turn())) })
	for i, e := range p.events {
		if e.Kind != "dismissed" {
			continue
		}
		for _, r := range slices.Backward(p.events[:i]) {
			if r.Kind == "approved" && r.Actor == e.Actor {
				e.dismissed, r.by = r, e
				break
			}
		}
	}
	p.touched = latest(p.UpdatedAt, p.poked)
}

// turn is the event's number within its pull request; its id ends with it.
func (e *event) turn() int64 {
	_, text, _ := strings.Cut(e.ID, "_kwDO")
	n, _ := strconv.ParseInt(text, 36, 64) // the ids are our own
	return n
}

// branchCommits are the commits on the pull request's branch, oldest first.
func (p *pull) branchCommits() []*commit {
	all := make([]*commit, 0, len(p.Commits))
	for _, sha := range p.Commits {
		if c := p.repo.commits[sha]; c != nil {
			all = append(all, c)
		}
	}
	return all
}

func (p *pull) state() string {
	switch {
	case !p.MergedAt.IsZero():
		return "MERGED"
	case !p.ClosedAt.IsZero():
		return "CLOSED"
	}
	return "OPEN"
}

// run is a run of the build workflow with its attempts.
type run struct {
	id       int64
	repo     *repo
	attempts []*build // the n-th at n-1
}

// build is an attempt, or a build of Jenkins.
type build struct {
	warehouse.Build
	stages []warehouse.BuildStage
}

func (b *build) takeStage(s warehouse.BuildStage) {
	at := slices.IndexFunc(b.stages, func(known warehouse.BuildStage) bool { return known.Name == s.Name })
	if at < 0 {
		b.stages = append(b.stages, s)
	} else {
		b.stages[at] = s
	}
	slices.SortStableFunc(b.stages, func(a, b warehouse.BuildStage) int { return a.StartedAt.Compare(b.StartedAt) })
}

func (r *repo) attempt(id string, n int64) *build {
	number, _ := strconv.ParseInt(id, 10, 64) // the ids are our own
	one := r.run[number]
	if one == nil {
		one = &run{id: number, repo: r}
		r.run[number] = one
		r.runs = append(r.runs, one)
	}
	for int64(len(one.attempts)) < n {
		one.attempts = append(one.attempts, &build{})
	}
	return one.attempts[n-1]
}

func (r *repo) takeBuild(b warehouse.Build)      { r.attempt(b.ID, b.Attempt).Build = b }
func (r *repo) takeStage(s warehouse.BuildStage) { r.attempt(s.BuildID, s.Attempt).takeStage(s) }

func (r *run) latest() *build     { return r.attempts[len(r.attempts)-1] }
func (r *run) created() time.Time { return r.attempts[0].QueuedAt }

// deployment is one with its statuses.
type deployment struct {
	warehouse.Deployment
	id   int64
	repo *repo
}

func (r *repo) takeDeployment(d warehouse.Deployment) {
	id, _ := strconv.ParseInt(d.ID, 10, 64) // the ids are our own
	one := r.deployment[id]
	if one == nil {
		one = &deployment{id: id, repo: r}
		r.deployment[id] = one
		r.deployments = append(r.deployments, one)
	}
	one.Deployment = d
}

func (d *deployment) created() time.Time {
	for _, t := range []time.Time{d.ApprovalRequestedAt, d.StartedAt} {
		if !t.IsZero() {
			return t
		}
	}
	return d.FinishedAt
}

// status is one status of a deployment.
type status struct {
	n                           int64
	state, description, creator string
	at                          time.Time
}

// statuses are those of the deployment, newest first, as GitHub tells them.
func (d *deployment) statuses() (all []status) {
	add := func(state, creator, description string, at time.Time) {
		if !at.IsZero() {
			all = append(all, status{int64(len(all)), state, description, creator, at})
		}
	}
	add("waiting", d.Actor, "Waiting for an approval", d.ApprovalRequestedAt)
	add("queued", d.Approver, "Approved", d.ApprovedAt)
	add("in_progress", d.Actor, "", d.StartedAt)
	switch d.Result {
	case "success":
		add("success", d.Actor, "", d.FinishedAt)
	case "failure":
		add("failure", d.Actor, "The rollout failed", d.FinishedAt)
	case "cancelled":
		add("error", d.Actor, "cancelled: overtaken by another deployment", d.FinishedAt)
	}
	slices.Reverse(all)
	return all
}

func (d *deployment) touched() time.Time {
	return latest(d.ApprovalRequestedAt, d.ApprovedAt, d.StartedAt, d.FinishedAt)
}
