package simulator

import "time"

// What happened is told once; afterwards it has only times that are still to come. These say when the last of them has
// passed, so that what can no longer change need not be remembered.

// thing is what a chapter is made of.
type thing interface {
	settles() time.Time // the latest of its times; from the millisecond after it on, it never changes
	weight() int        // about how many records it makes
}

// never is later than everything: the settling of what nobody knows the end of.
var never = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// unsettled are those that may have changed at a moment or later.
func unsettled[T thing](things []T, at time.Time) []T {
	if at.IsZero() {
		return things
	}
	var left []T
	for _, t := range things {
		if !t.settles().Before(at) {
			left = append(left, t)
		}
	}
	return left
}

// unsettled is what of the chapter may still change at a moment or later.
func (c *Chapter) unsettled(at time.Time) *Chapter {
	left := &Chapter{
		Commits: unsettled(c.Commits, at), PullRequests: unsettled(c.PullRequests, at), Builds: unsettled(c.Builds, at),
		Deployments: unsettled(c.Deployments, at), Incidents: unsettled(c.Incidents, at), Tickets: unsettled(c.Tickets, at),
	}
	left.weight = weigh(left.Commits) + weigh(left.PullRequests) + weigh(left.Builds) + weigh(left.Deployments) +
		weigh(left.Incidents) + weigh(left.Tickets)
	return left
}

func weigh[T thing](things []T) (sum int) {
	for _, t := range things {
		sum += t.weight()
	}
	return sum
}

// add puts what another chapter tells behind what this one does.
func (c *Chapter) add(other *Chapter) {
	c.Commits = append(c.Commits, other.Commits...)
	c.PullRequests = append(c.PullRequests, other.PullRequests...)
	c.Builds = append(c.Builds, other.Builds...)
	c.Deployments = append(c.Deployments, other.Deployments...)
	c.Incidents = append(c.Incidents, other.Incidents...)
	c.Tickets = append(c.Tickets, other.Tickets...)
	c.weight += other.weight
}

func latest(times ...time.Time) (last time.Time) {
	for _, t := range times {
		if t.After(last) {
			last = t
		}
	}
	return last
}

func (k *Commit) settles() time.Time { return k.CommittedAt }
func (k *Commit) weight() int        { return 1 }

func (pr *PullRequest) settles() time.Time {
	last := latest(pr.CreatedAt, pr.ReadyAt, pr.ClosedAt)
	for _, k := range pr.Commits {
		last = latest(last, k.CommittedAt)
	}
	for _, e := range pr.Reviews {
		last = latest(last, e.At)
	}
	return last
}

func (pr *PullRequest) weight() int {
	return 1 + len(pr.Commits) + len(pr.Landed) + len(pr.Reviews)
}

// pushed is from when on a commit of the branch can be seen: those that were made before the pull request, with it.
func (pr *PullRequest) pushed(k *Commit) time.Time { return latest(k.CommittedAt, pr.CreatedAt) }

func (b *Build) settles() time.Time { return b.FinishedAt }
func (b *Build) weight() int        { return 1 + len(b.Stages) }

func (d *Deployment) settles() time.Time {
	if d.FinishedAt.IsZero() {
		return never
	}
	return d.FinishedAt
}

func (d *Deployment) weight() int { return 1 }

// created is from when on a deployment can be seen.
func (d *Deployment) created() time.Time {
	switch {
	case !d.ApprovalRequestedAt.IsZero():
		return d.ApprovalRequestedAt
	case !d.StartedAt.IsZero():
		return d.StartedAt
	}
	return d.FinishedAt // cancelled before it started
}

func (i *Incident) settles() time.Time {
	if i.ResolvedAt.IsZero() {
		return never
	}
	return latest(i.DetectedAt, i.AcknowledgedAt, i.ResolvedAt)
}

func (i *Incident) weight() int { return 1 }

func (t *Ticket) settles() time.Time {
	last := t.CreatedAt
	for _, m := range t.Moves {
		last = latest(last, m.At)
	}
	for _, l := range t.Links {
		last = latest(last, l.Since)
	}
	return last
}

func (t *Ticket) weight() int { return 1 + len(t.Moves) + 2*len(t.Links) }
