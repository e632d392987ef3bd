package simulator

import (
	"fmt"
	"strconv"
	"time"

	"github.com/weirhq/weir/warehouse"
)

// source is what the records name as their origin.
const source = "simulator"

// Records tells the history as Weir's records, in bundles of a bounded size, each record in exactly one of them. It is
// what collectors would have found at the end of the window: what lies beyond is unknown, and what was going on then is
// open. It stops at the first error of yield and returns it.
func (w *World) Records(yield func(warehouse.Records) error) error {
	return w.Chapters(func(c *Chapter) error {
		return yield(view{w.configuration.To}.records(c))
	})
}

// view shows the world as it is known at a moment.
type view struct{ until time.Time }

// known is t, if it has come.
func (v view) known(t time.Time) time.Time {
	if t.Before(v.until) {
		return t
	}
	return time.Time{}
}

// changed is the provenance of a record that was changed at these times: the latest that has come.
func (v view) changed(url string, times ...time.Time) warehouse.Provenance {
	p := warehouse.Provenance{Source: source, URL: url}
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
		v.commit(&r, k)
	}
	for _, pr := range c.PullRequests {
		v.pullRequest(&r, pr)
	}
	for _, b := range c.Builds {
		v.build(&r, b)
	}
	for _, d := range c.Deployments {
		v.deployment(&r, d)
	}
	for _, i := range c.Incidents {
		v.incident(&r, i)
	}
	for _, t := range c.Tickets {
		v.ticket(&r, t)
	}
	for _, s := range c.Signals {
		r.Signals = append(r.Signals, warehouse.Signal{Product: s.Product, Name: s.Name, At: s.At, Value: s.Value,
			Provenance: v.changed("", s.At)})
	}
	return r
}

func (v view) commit(r *warehouse.Records, k *Commit) {
	numbers := &[3]int64{k.Additions, k.Deletions, k.Files}
	r.Commits = append(r.Commits, warehouse.Commit{
		Repo: k.Repo.Name, SHA: k.SHA, Parents: k.Parents, Author: k.Author.Name, AuthorEmail: k.Author.Email,
		AuthoredAt: k.AuthoredAt, CommittedAt: k.CommittedAt, Message: k.Message, Mainline: k.Mainline,
		Additions: &numbers[0], Deletions: &numbers[1], FilesChanged: &numbers[2],
		Provenance: v.changed("", k.CommittedAt),
	})
}

func (v view) pullRequest(r *warehouse.Records, pr *PullRequest) {
	number := strconv.FormatInt(pr.Number, 10)
	closed := v.known(pr.ClosedAt)
	p := warehouse.PullRequest{
		Repo: pr.Repo.Name, Number: pr.Number, Title: pr.Title, Author: pr.Author.Login,
		BaseBranch: pr.Base, HeadBranch: pr.Branch, Draft: pr.Draft && v.known(pr.ReadyAt).IsZero(),
		CreatedAt: pr.CreatedAt, ReadyAt: v.known(pr.ReadyAt), FirstCommitAt: pr.Commits[0].AuthoredAt,
		ClosedAt: closed, MergeSHA: pr.MergeSHA, Labels: pr.Labels,
		Provenance: v.changed("https://git.millrace.example/"+pr.Repo.Name+"/pull/"+number, pr.CreatedAt, pr.ReadyAt, pr.ClosedAt),
	}
	if pr.Merged {
		p.MergedAt = closed
	}
	size := &[2]int64{}
	p.Additions, p.Deletions = &size[0], &size[1]
	for _, k := range pr.Commits {
		v.commit(r, k)
		p.Commits = append(p.Commits, k.SHA)
		size[0] += k.Additions
		size[1] += k.Deletions
	}
	for _, k := range pr.Landed {
		v.commit(r, k)
	}
	for i, e := range pr.Reviews {
		if !e.At.Before(v.until) {
			continue
		}
		if e.At.After(p.UpdatedAt) {
			p.UpdatedAt = e.At
		}
		r.Reviews = append(r.Reviews, warehouse.Review{Repo: p.Repo, PullRequest: p.Number, ID: number + "-" + strconv.Itoa(i+1),
			Kind: e.Kind, Actor: e.Actor.Login, Target: e.Target, At: e.At, Provenance: v.changed("", e.At)})
	}
	r.PullRequests = append(r.PullRequests, p)
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
	if !b.QueuedAt.Before(v.until) {
		return
	}
	trigger := "push"
	if b.Attempt > 1 {
		trigger = "retry"
	}
	r.Builds = append(r.Builds, warehouse.Build{
		Pipeline: b.Pipeline, ID: b.ID, Attempt: b.Attempt, Repo: b.Repo.Name, SHA: b.SHA, Branch: b.Branch, Trigger: trigger,
		QueuedAt: b.QueuedAt, StartedAt: v.known(b.StartedAt), FinishedAt: v.known(b.FinishedAt),
		Result:     v.result(b.FinishedAt, b.Failed),
		Provenance: v.changed("https://ci.millrace.example/"+b.Pipeline+"/"+b.ID, b.QueuedAt, b.StartedAt, b.FinishedAt),
	})
	for _, s := range b.Stages {
		if !s.StartedAt.Before(v.until) {
			return
		}
		r.BuildStages = append(r.BuildStages, warehouse.BuildStage{
			Pipeline: b.Pipeline, BuildID: b.ID, Attempt: b.Attempt, Name: s.Name,
			QueuedAt: s.StartedAt, StartedAt: s.StartedAt, FinishedAt: v.known(s.FinishedAt),
			Result:     v.result(s.FinishedAt, s.Failed),
			Provenance: v.changed("", s.StartedAt, s.FinishedAt),
		})
	}
}

func (v view) deployment(r *warehouse.Records, d *Deployment) {
	begun := d.StartedAt
	if begun.IsZero() {
		begun = d.FinishedAt // cancelled before it started
	}
	if !begun.Before(v.until) {
		return
	}
	result := d.Result
	if !d.FinishedAt.Before(v.until) {
		result = "running"
	}
	trigger := "manual"
	if d.Actor.Bot {
		trigger = "automatic"
	}
	record := warehouse.Deployment{
		Service: d.Service.Name, Environment: d.Environment, ID: d.ID, EnvironmentKind: d.Kind, Repo: d.Repo.Name, SHA: d.SHA,
		Version: d.Version, StartedAt: d.StartedAt, FinishedAt: v.known(d.FinishedAt), Result: result, Actor: d.Actor.Login,
		Trigger: trigger, ApprovalRequestedAt: d.ApprovalRequestedAt, ApprovedAt: d.ApprovedAt, BuildID: d.BuildID,
		Provenance: v.changed("https://deploy.millrace.example/"+d.Service.Name+"/"+d.ID, begun, d.FinishedAt),
	}
	if d.Approver != nil {
		record.Approver = d.Approver.Login
	}
	r.Deployments = append(r.Deployments, record)
}

func (v view) incident(r *warehouse.Records, i *Incident) {
	if !i.StartedAt.Before(v.until) || !i.DetectedAt.Before(v.until) {
		return // nobody has noticed yet
	}
	record := warehouse.Incident{
		ID: i.ID, Services: i.Services, Severity: i.Severity, Title: i.Title, StartedAt: i.StartedAt, DetectedAt: i.DetectedAt,
		AcknowledgedAt: v.known(i.AcknowledgedAt), ResolvedAt: v.known(i.ResolvedAt), DetectedBy: "person",
		CausedByDeployment: i.CausedByDeployment, CausedBySHA: i.CausedBySHA,
		Provenance: v.changed("https://pager.millrace.example/incidents/"+i.ID, i.DetectedAt, i.AcknowledgedAt, i.ResolvedAt),
	}
	if i.ByMonitoring {
		record.DetectedBy = "monitoring"
	}
	r.Incidents = append(r.Incidents, record)
}

func (v view) ticket(r *warehouse.Records, t *Ticket) {
	record := warehouse.Ticket{
		Key: t.Key, Project: t.Project, Type: t.Type, Class: t.Class, Priority: t.Priority, Title: t.Title, Status: Backlog,
		CreatedAt: t.CreatedAt, Parent: t.Parent, Team: t.Team, Labels: t.Labels,
		Provenance: v.changed("https://tickets.millrace.example/browse/"+t.Key, t.CreatedAt),
	}
	if t.Estimate > 0 {
		estimate := t.Estimate
		record.Estimate = &estimate
	}
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
		r.Transitions = append(r.Transitions, warehouse.Transition{Ticket: t.Key, ID: fmt.Sprintf("%03d", i+1), At: m.At,
			Actor: m.Actor.Login, Field: m.Field, From: m.From, To: m.To, Provenance: v.changed("", m.At)})
	}
	r.Tickets = append(r.Tickets, record)
	for _, l := range t.Links {
		if l.Since.Before(v.until) {
			r.TicketLinks = append(r.TicketLinks, warehouse.TicketLink{Ticket: l.Ticket, Kind: l.Kind, Target: l.Target,
				Since: l.Since, Provenance: v.changed("", l.Since)})
		}
	}
}
