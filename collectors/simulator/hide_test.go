package simulator

import (
	"strings"
	"time"

	"github.com/weirhq/weir/warehouse"
)

// hide is what somebody who knows records as of a later moment would say about an earlier one: whatever happened at it
// or after it is taken back. It works on the records alone and knows nothing of how they were made.
func hide(r warehouse.Records, at time.Time) warehouse.Records {
	h := hiding{at: at, commits: map[string]warehouse.Commit{}, unseen: map[string]bool{}, changed: map[pullID]time.Time{}}
	for _, k := range r.Commits {
		h.commits[k.SHA] = k
	}
	for _, e := range r.Reviews {
		id := pullID{e.Repo, e.PullRequest}
		h.changed[id] = h.latest(h.changed[id], e.At)
	}
	for _, p := range r.PullRequests {
		if !p.CreatedAt.Before(at) {
			for _, sha := range p.Commits {
				h.unseen[sha] = true
			}
		}
	}
	transitions, byTicket := keepIf(r.Transitions, h.moved), map[string][]warehouse.Transition{}
	for _, m := range r.Transitions {
		byTicket[m.Ticket] = append(byTicket[m.Ticket], m)
	}
	return warehouse.Records{
		Commits:      keepIf(r.Commits, func(k *warehouse.Commit) bool { return k.CommittedAt.Before(at) && !h.unseen[k.SHA] }),
		PullRequests: keepIf(r.PullRequests, h.pullRequest),
		Reviews:      keepIf(r.Reviews, func(e *warehouse.Review) bool { return e.At.Before(at) }),
		Builds:       keepIf(r.Builds, h.build),
		BuildStages:  keepIf(r.BuildStages, h.stage),
		Deployments:  keepIf(r.Deployments, h.deployment),
		Incidents:    keepIf(r.Incidents, h.incident),
		Tickets:      keepIf(r.Tickets, func(k *warehouse.Ticket) bool { return h.ticket(k, byTicket[k.Key]) }),
		TicketLinks:  keepIf(r.TicketLinks, func(l *warehouse.TicketLink) bool { return l.Since.Before(at) }),
		Transitions:  transitions,
		Signals:      keepIf(r.Signals, func(s *warehouse.Signal) bool { return !s.At.Add(day).After(at) }),
	}
}

type pullID struct {
	repo   string
	number int64
}

type hiding struct {
	at      time.Time
	commits map[string]warehouse.Commit
	unseen  map[string]bool      // commits of pull requests that are not open yet
	changed map[pullID]time.Time // the latest review that is not hidden
}

// keepIf copies the records that keep says to keep, after it has changed them.
func keepIf[T any](records []T, keep func(*T) bool) (kept []T) {
	for _, r := range records {
		if keep(&r) {
			kept = append(kept, r)
		}
	}
	return kept
}

// latest is the latest of the times that are not hidden.
func (h hiding) latest(times ...time.Time) (last time.Time) {
	for _, t := range times {
		if t.Before(h.at) && t.After(last) {
			last = t
		}
	}
	return last
}

func (h hiding) hide(times ...*time.Time) {
	for _, t := range times {
		*t = h.latest(*t)
	}
}

func (h hiding) pullRequest(p *warehouse.PullRequest) bool {
	if !p.ReadyAt.Before(h.at) {
		p.Draft = true
	}
	h.hide(&p.ReadyAt, &p.MergedAt, &p.ClosedAt)
	p.UpdatedAt = h.latest(p.CreatedAt, p.ReadyAt, p.ClosedAt, h.changed[pullID{p.Repo, p.Number}])
	if p.MergedAt.IsZero() {
		p.MergeSHA = ""
	}
	var additions, deletions int64
	p.Commits = keepIf(p.Commits, func(sha *string) bool {
		k := h.commits[*sha]
		if !k.CommittedAt.Before(h.at) {
			return false
		}
		additions, deletions = additions+*k.Additions, deletions+*k.Deletions
		return true
	})
	p.Additions, p.Deletions = &additions, &deletions
	return p.CreatedAt.Before(h.at)
}

func (h hiding) build(b *warehouse.Build) bool {
	h.hide(&b.StartedAt, &b.FinishedAt)
	if b.FinishedAt.IsZero() {
		b.Result = "running"
	}
	b.UpdatedAt = h.latest(b.QueuedAt, b.StartedAt, b.FinishedAt)
	return b.QueuedAt.Before(h.at) && (strings.HasPrefix(b.Pipeline, organisation) || !b.StartedAt.IsZero()) // Jenkins shows none that waits
}

func (h hiding) stage(s *warehouse.BuildStage) bool {
	h.hide(&s.FinishedAt)
	if s.FinishedAt.IsZero() {
		s.Result = "running"
	}
	s.UpdatedAt = h.latest(s.StartedAt, s.FinishedAt)
	return s.StartedAt.Before(h.at)
}

func (h hiding) deployment(d *warehouse.Deployment) bool {
	if !d.ApprovedAt.Before(h.at) {
		d.Approver = ""
	}
	h.hide(&d.ApprovalRequestedAt, &d.ApprovedAt, &d.StartedAt, &d.FinishedAt)
	if d.FinishedAt.IsZero() {
		d.Result = "running"
	}
	d.UpdatedAt = h.latest(d.ApprovalRequestedAt, d.ApprovedAt, d.StartedAt, d.FinishedAt)
	return !d.UpdatedAt.IsZero()
}

func (h hiding) incident(i *warehouse.Incident) bool {
	h.hide(&i.AcknowledgedAt, &i.ResolvedAt)
	i.UpdatedAt = h.latest(i.DetectedAt, i.AcknowledgedAt, i.ResolvedAt)
	return i.DetectedAt.Before(h.at)
}

// ticket takes the hidden moves back, the last one first.
func (h hiding) ticket(k *warehouse.Ticket, moves []warehouse.Transition) bool {
	k.UpdatedAt, k.ResolvedAt = k.CreatedAt, time.Time{}
	for n := len(moves) - 1; n >= 0; n-- {
		m := moves[n]
		if h.moved(&m) {
			k.UpdatedAt = h.latest(k.UpdatedAt, m.At)
			continue
		}
		switch m.Field {
		case "status":
			k.Status = m.From
		case "team":
			k.Team = m.From
		case "assignee":
			k.Assignee = m.From
		case "sprint":
			k.Sprint = m.From
		}
	}
	for _, m := range moves {
		if m.Field == "resolution" && h.moved(&m) {
			if k.ResolvedAt = m.At; m.To == "" {
				k.ResolvedAt = time.Time{}
			}
		}
	}
	return k.CreatedAt.Before(h.at)
}

func (h hiding) moved(m *warehouse.Transition) bool { return m.At.Before(h.at) }
