package simulator

import (
	"slices"
	"strconv"
	"time"

	"github.com/weirhq/weir/warehouse"
)

// Source is what the records name as their origin. The live collector has to be configured under the same name, for the
// records that it replaces to be the same ones.
const Source = "simulator"

// Records tells the history as Weir's records, in bundles of a bounded size, each record in exactly one of them. It is
// what collectors would have found at Configuration.Seen: what lies beyond is unknown, and what was going on then is
// open. It stops at the first error of yield and returns it.
//
// Looking later never changes what was: the records of two moments differ by what happened between them.
func (w *World) Records(yield func(warehouse.Records) error) error {
	v := view{world: w, until: w.configuration.Seen}
	return w.Chapters(func(c *Chapter) error { return yield(v.records(c)) })
}

// view shows the world as it is known at a moment, or only those records that are new or have changed since another.
// A record is a function of which of its times have come, so it changes only when one of them passes.
type view struct {
	world        *World
	since, until time.Time
}

// shows tells whether a record that last changed at a moment (zero: it is not known yet) is to be shown.
func (v view) shows(changed time.Time) bool {
	return !changed.IsZero() && !changed.Before(v.since)
}

// known is t, if it has come.
func (v view) known(t time.Time) time.Time {
	if t.Before(v.until) {
		return t
	}
	return time.Time{}
}

// changed is the provenance of a record that was changed at these times: the latest that has come.
func (v view) changed(url string, times ...time.Time) warehouse.Provenance {
	p := warehouse.Provenance{Source: Source, URL: url}
	for _, t := range times {
		if t.Before(v.until) && t.After(p.UpdatedAt) {
			p.UpdatedAt = t
		}
	}
	return p
}

func (v view) records(c *Chapter) warehouse.Records {
	var r warehouse.Records
	for _, k := range c.Commits {
		v.commit(&r, k, k.CommittedAt)
	}
	for _, pr := range unsettled(c.PullRequests, v.since) {
		v.pullRequest(&r, pr)
	}
	for _, b := range unsettled(c.Builds, v.since) {
		v.build(&r, b)
	}
	for _, d := range unsettled(c.Deployments, v.since) {
		v.deployment(&r, d)
	}
	for _, i := range unsettled(c.Incidents, v.since) {
		v.incident(&r, i)
	}
	for _, t := range unsettled(c.Tickets, v.since) {
		v.ticket(&r, t)
	}
	for _, s := range c.Signals {
		r.Signals = append(r.Signals, warehouse.Signal{Product: s.Product, Name: s.Name, At: s.At, Value: s.Value,
			Provenance: v.changed("", s.At)})
	}
	return r
}

// commit shows a commit that can be seen from a moment on.
func (v view) commit(r *warehouse.Records, k *Commit, from time.Time) {
	if !v.shows(v.known(from)) {
		return
	}
	numbers := &[3]int64{k.Additions, k.Deletions, k.Files}
	r.Commits = append(r.Commits, warehouse.Commit{
		Repo: k.Repo.Name, SHA: k.SHA, Parents: k.Parents, Author: k.Author.Login, AuthorEmail: k.Author.Email,
		AuthoredAt: k.AuthoredAt, CommittedAt: k.CommittedAt, Message: k.Message, Mainline: k.Mainline,
		Additions: &numbers[0], Deletions: &numbers[1], FilesChanged: &numbers[2],
		Provenance: v.changed("", k.CommittedAt),
	})
}

func (v view) pullRequest(r *warehouse.Records, pr *PullRequest) {
	if !pr.CreatedAt.Before(v.until) {
		return
	}
	number := strconv.FormatInt(pr.Number, 10)
	closed := v.known(pr.ClosedAt)
	p := warehouse.PullRequest{
		Repo: pr.Repo.Name, Number: pr.Number, Title: pr.Title, Author: pr.Author.Login,
		BaseBranch: pr.Base, HeadBranch: pr.Branch, Draft: pr.Draft && v.known(pr.ReadyAt).IsZero(),
		CreatedAt: pr.CreatedAt, ReadyAt: v.known(pr.ReadyAt), FirstCommitAt: pr.Commits[0].AuthoredAt,
		ClosedAt: closed, Labels: pr.Labels,
		Provenance: v.changed("https://git.millrace.example/"+pr.Repo.Name+"/pull/"+number, pr.CreatedAt, pr.ReadyAt, pr.ClosedAt),
	}
	switch pr.told {
	case described:
		p.TicketKeys = []string{pr.Ticket}
	case linked:
		if v.shows(pr.CreatedAt) {
			r.TicketLinks = append(r.TicketLinks, warehouse.TicketLink{Ticket: pr.Ticket, Kind: "remote", Target: p.URL,
				Since: pr.CreatedAt, Provenance: v.changed("", pr.CreatedAt)})
		}
	}
	if pr.Merged && !closed.IsZero() {
		p.MergedAt, p.MergeSHA = closed, pr.MergeSHA
	}
	size := &[2]int64{}
	p.Additions, p.Deletions = &size[0], &size[1]
	for _, k := range pr.Commits {
		if !k.CommittedAt.Before(v.until) {
			break // still to come, like all after it
		}
		v.commit(r, k, pr.pushed(k))
		p.Commits = append(p.Commits, k.SHA)
		size[0] += k.Additions
		size[1] += k.Deletions
	}
	for _, k := range pr.Landed {
		v.commit(r, k, k.CommittedAt)
	}
	for i, e := range pr.Reviews {
		if !e.At.Before(v.until) {
			continue
		}
		if e.At.After(p.UpdatedAt) {
			p.UpdatedAt = e.At
		}
		if v.shows(e.At) {
			r.Reviews = append(r.Reviews, warehouse.Review{Repo: p.Repo, PullRequest: p.Number, ID: pr.eventID(i),
				Kind: e.Kind, Actor: e.Actor.Login, Target: e.Target, At: e.At, Provenance: v.changed("", e.At)})
		}
	}
	if v.shows(p.UpdatedAt) {
		r.PullRequests = append(r.PullRequests, p)
	}
}

// result is a run's result as known now.
func (v view) result(finished time.Time, failed bool) string {
	switch {
	case !finished.Before(v.until):
		return "running"
	case failed:
		return "failure"
	}
	return "success"
}

func (v view) build(r *warehouse.Records, b *Build) {
	if !b.shown().Before(v.until) {
		return
	}
	trigger := "push"
	if b.Retry && b.Repo.Team.Jenkins {
		trigger = "manual" // somebody pressed the button; GitHub goes on naming what caused the first attempt
	}
	record := warehouse.Build{
		Pipeline: b.Pipeline, ID: b.ID, Attempt: b.Attempt, Repo: b.Repo.Name, SHA: b.SHA, Branch: b.Branch, Trigger: trigger,
		QueuedAt: b.QueuedAt, StartedAt: v.known(b.StartedAt), FinishedAt: v.known(b.FinishedAt),
		Result:     v.result(b.FinishedAt, b.Failed),
		Provenance: v.changed("https://ci.millrace.example/"+b.Pipeline+"/"+b.ID, b.QueuedAt, b.StartedAt, b.FinishedAt),
	}
	if v.shows(record.UpdatedAt) {
		r.Builds = append(r.Builds, record)
	}
	for _, s := range b.Stages {
		changed := v.changed("", s.StartedAt, s.FinishedAt)
		if !v.shows(changed.UpdatedAt) {
			continue
		}
		r.BuildStages = append(r.BuildStages, warehouse.BuildStage{
			Pipeline: b.Pipeline, BuildID: b.ID, Attempt: b.Attempt, Name: s.Name,
			StartedAt: s.StartedAt, FinishedAt: v.known(s.FinishedAt),
			Result:     v.result(s.FinishedAt, s.Failed),
			Provenance: changed,
		})
	}
}

func (v view) deployment(r *warehouse.Records, d *Deployment) {
	if !d.created().Before(v.until) {
		return
	}
	result := d.Result
	if v.known(d.FinishedAt).IsZero() {
		result = "running"
	}
	trigger := "manual"
	if d.Actor.Bot {
		trigger = "automatic"
	}
	record := warehouse.Deployment{
		Service: d.Service.Name, Environment: d.Environment, ID: d.ID, EnvironmentKind: d.Kind, Repo: d.Repo.Name, SHA: d.SHA,
		Version: d.Version, StartedAt: v.known(d.StartedAt), FinishedAt: v.known(d.FinishedAt), Result: result, Actor: d.Actor.Login,
		Trigger: trigger, ApprovalRequestedAt: d.ApprovalRequestedAt, ApprovedAt: v.known(d.ApprovedAt), BuildID: d.BuildID,
		Provenance: v.changed("https://deploy.millrace.example/"+d.Service.Name+"/"+d.ID, d.ApprovalRequestedAt, d.ApprovedAt, d.StartedAt, d.FinishedAt),
	}
	if d.Approver != nil && !record.ApprovedAt.IsZero() {
		record.Approver = d.Approver.Login
	}
	if v.shows(record.UpdatedAt) {
		r.Deployments = append(r.Deployments, record)
	}
}

func (v view) incident(r *warehouse.Records, i *Incident) {
	if !i.StartedAt.Before(v.until) || !i.DetectedAt.Before(v.until) {
		return // nobody has noticed yet
	}
	record := warehouse.Incident{
		ID: i.ID, Services: slices.Sorted(slices.Values(i.Services)), Severity: i.Severity, Title: i.Title, StartedAt: i.StartedAt, DetectedAt: i.DetectedAt,
		AcknowledgedAt: v.known(i.AcknowledgedAt), ResolvedAt: v.known(i.ResolvedAt), DetectedBy: "person",
		CausedByDeployment: i.CausedByDeployment, CausedBySHA: i.CausedBySHA,
		Provenance: v.changed("https://pager.millrace.example/incidents/"+i.ID, i.DetectedAt, i.AcknowledgedAt, i.ResolvedAt),
	}
	if i.ByMonitoring {
		record.DetectedBy = "monitoring"
	}
	if v.shows(record.UpdatedAt) {
		r.Incidents = append(r.Incidents, record)
	}
}

func (v view) ticket(r *warehouse.Records, t *Ticket) {
	if !t.CreatedAt.Before(v.until) {
		return
	}
	record := warehouse.Ticket{
		Key: t.Key, Project: t.Project, Type: t.Type, Class: t.Class, Priority: t.Priority, Title: t.Title, Status: Backlog,
		CreatedAt: t.CreatedAt, Parent: t.Parent, Team: t.Team, Labels: t.Labels,
		Provenance: v.changed("https://tickets.millrace.example/browse/"+t.Key, t.CreatedAt),
	}
	if t.Estimate > 0 {
		estimate := t.Estimate
		record.Estimate = &estimate
	}
	ids := v.world.moveIDs(t)
	for i, m := range t.Moves {
		if !m.At.Before(v.until) {
			break
		}
		record.UpdatedAt = m.At
		switch m.Field {
		case "status":
			record.Status = m.To
		case "assignee":
			record.Assignee = m.To
		case "team":
			record.Team = m.To
		case "sprint":
			record.Sprint = m.To
		case "resolution":
			record.ResolvedAt = time.Time{}
			if m.To != "" {
				record.ResolvedAt = m.At
			}
		}
		if v.shows(m.At) {
			r.Transitions = append(r.Transitions, warehouse.Transition{Ticket: t.Key, ID: ids[i], At: m.At,
				Actor: m.Actor.Email, Field: m.Field, From: m.From, To: m.To, Provenance: v.changed("", m.At)})
		}
	}
	if v.shows(record.UpdatedAt) {
		r.Tickets = append(r.Tickets, record)
	}
	for _, l := range t.Links {
		if v.shows(v.known(l.Since)) {
			r.TicketLinks = append(r.TicketLinks, warehouse.TicketLink{Ticket: l.Ticket, Kind: l.Kind, Target: l.Target,
				Since: l.Since, Provenance: v.changed("", l.Since)})
		}
	}
}
