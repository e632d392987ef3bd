package simulator

import (
	"math"
	"slices"
	"time"
)

// line is the way of one repository's artefacts into one service's environments.
type line struct {
	service    *Service
	repo       *repoState
	latest     *artefact
	tried      rank // of the newest artefact that was put onto a train
	production []site
	trains     int64
	runs       int64
	numbers    [16]int64   // of the latest deployments
	underway   []time.Time // when the trains that are underway will reach production
	fixes      []*fix      // failures that wait for a mend to reach production
}

// site is one production environment: what runs there.
type site struct {
	current, previous *artefact
	busyUntil         time.Time // a deployment or a rollback is running, or is about to
}

// train is one artefact on its way to production.
type train struct {
	line        *line
	artefact    *artefact
	chance      *chance
	urgent      bool
	actor       *Person
	requestedAt time.Time
	approvedAt  time.Time
	approver    *Person
	attempts    int
	runs        []*Deployment // one for each production environment: waiting, running or over
}

func newLine(s *Service, r *repoState) *line {
	return &line{service: s, repo: r, production: make([]site, len(s.Production))}
}

// scheduleTrain lets a train depart every now and then, with whatever has been built by then: one change, or a batch.
func (h *teamHistory) scheduleTrain(l *line, from time.Time) {
	l.trains++
	c := h.chance("departure", l.service.Name+l.repo.Name, l.trains)
	mean := h.world.gap(100 * workday / time.Duration(l.service.departures))
	gap := mean/4 + c.between(0, 3*mean/2+time.Second)
	h.at(afterWork(from, gap), func(now time.Time) {
		if !quiet(now) || c.hits(100) {
			h.at(c.seldomLate(now), func(now time.Time) { h.depart(l, now, nil) })
		}
		h.scheduleTrain(l, now)
	})
}

// depart sends the newest artefact through testing and staging towards production. A train that mends something does
// not stop on the way.
func (h *teamHistory) depart(l *line, now time.Time, mends *fix) {
	if l.latest == nil || !l.tried.before(l.latest.rank) && mends == nil {
		return
	}
	waiting := l.underway[:0]
	for _, t := range l.underway {
		if t.After(now) {
			waiting = append(waiting, t)
		}
	}
	l.underway = waiting
	if mends == nil && len(waiting) >= int(math.Ceil(h.world.configuration.Scale)) {
		return // the one before has to arrive first: what is built meanwhile makes a larger batch
	}
	l.tried = l.latest.rank
	c := h.chance("train", l.service.Name+l.repo.Name, l.runs)
	t := &train{line: l, artefact: l.latest, chance: c, urgent: mends != nil, actor: deployBot()}
	if h.team.approval > 0 && c.hits(700) {
		t.actor = pick(c, h.team.Members)
	}
	at := now
	if !t.urgent {
		at = h.runBefore(c, l, t.artefact, "testing", at)
		at = c.later(at, c.skewed(45*time.Minute, 150))
	}
	at = h.runBefore(c, l, t.artefact, "staging", at)
	if !t.urgent && c.hits(60) {
		return // something was wrong with it: it stays in staging
	}
	at = h.planApproval(t, at)
	if n := len(waiting); n > 0 && !t.urgent && waiting[n-1].After(at) {
		at = waiting[n-1].Add(time.Second) // trains do not overtake each other, mends overtake all
	}
	if !t.urgent {
		waiting = append(waiting, at)
		l.underway = waiting
	}
	if !t.requestedAt.IsZero() {
		h.at(t.requestedAt, func(time.Time) { h.await(t) })
	}
	h.at(at, func(now time.Time) { h.arrive(t, 0, now) })
}

// await makes the deployments to all production environments, which wait for one approval and then for their turn.
func (h *teamHistory) await(t *train) {
	for region := range t.line.production {
		d := h.productionRun(t, region, t.requestedAt)
		d.ApprovalRequestedAt, d.ApprovedAt, d.Approver = t.requestedAt, t.approvedAt, t.approver
		t.runs = append(t.runs, d)
		h.waiting = append(h.waiting, d)
	}
}

func (h *teamHistory) productionRun(t *train, region int, at time.Time) *Deployment {
	d := h.deployment(t.line, t.artefact, t.line.service.Production[region], "production", at)
	d.Actor = t.actor
	return d
}

// takeTurn is the deployment to a region whose turn has come: the one that waited, or a new one.
func (h *teamHistory) takeTurn(t *train, region int, now time.Time) *Deployment {
	if region >= len(t.runs) {
		return h.productionRun(t, region, now)
	}
	d := t.runs[region]
	h.waiting = slices.DeleteFunc(h.waiting, func(w *Deployment) bool { return w == d })
	return d
}

// callOff cancels the deployments to a region and those after it.
func (h *teamHistory) callOff(t *train, region int, at time.Time) {
	for r := region; r < len(t.runs); r++ {
		d := h.takeTurn(t, r, at)
		d.Result, d.FinishedAt, d.StartedAt = "cancelled", at, time.Time{}
		h.tellDeployment(d)
	}
}

// again asks for the approval of one more try of a deployment that failed to run, if it needed one; somebody is there
// and gives it soon.
func (h *teamHistory) again(t *train, region int, failed *Deployment) {
	c := t.chance
	at := failed.FinishedAt.Add(c.skewed(20*time.Minute, 80))
	if region >= len(t.runs) {
		h.at(at, func(now time.Time) { h.arrive(t, region, now) })
		return
	}
	h.at(at, func(now time.Time) {
		d := h.productionRun(t, region, now)
		d.ApprovalRequestedAt, d.ApprovedAt, d.Approver = now, now.Add(c.skewed(5*time.Minute, 80)), t.approver
		t.runs[region] = d
		h.waiting = append(h.waiting, d)
		h.at(d.ApprovedAt.Add(c.between(10*time.Second, 2*time.Minute)), func(now time.Time) { h.arrive(t, region, now) })
	})
}

// planApproval asks for the approval, if this team needs one, and returns when the deployment may start.
func (h *teamHistory) planApproval(t *train, at time.Time) time.Time {
	c := t.chance
	switch {
	case t.urgent && h.team.approval == 0:
		return at.Add(c.between(time.Minute, 5*time.Minute))
	case h.team.approval == 0:
		return c.later(at, c.skewed(25*time.Minute, 150))
	}
	t.approver = pick(c, h.world.team("operations").Members)
	if c.hits(20) && !t.actor.Bot {
		t.approver = t.actor // against the rules, and there to be found
	}
	if t.urgent {
		t.requestedAt = at.Add(time.Minute)
		t.approvedAt = t.requestedAt.Add(c.skewed(6*time.Minute, 80))
		return t.approvedAt.Add(c.between(30*time.Second, 3*time.Minute))
	}
	t.requestedAt = c.later(at, c.skewed(30*time.Minute, 120))
	t.approvedAt = c.later(t.requestedAt, c.skewed(h.team.approval, 90))
	return c.later(t.approvedAt, c.skewed(25*time.Minute, 150))
}

// runBefore deploys to an environment before production, with a second run if the first fails; it returns the end.
func (h *teamHistory) runBefore(c *chance, l *line, a *artefact, kind string, at time.Time) time.Time {
	for attempt := range 2 {
		d := h.deployment(l, a, kind, kind, at)
		d.Actor, d.StartedAt = deployBot(), at
		d.FinishedAt = at.Add(c.skewed(4*time.Minute, 70))
		if attempt == 0 && c.hits(l.service.failedRuns) {
			d.Result = "failure"
		}
		h.tellDeployment(d)
		at = d.FinishedAt
		if d.Result == "success" {
			break
		}
		at = at.Add(c.between(4*time.Minute, 25*time.Minute))
	}
	return at
}

// arrive deploys the train's artefact to one production environment, and plans the next one or the trouble that follows.
func (h *teamHistory) arrive(t *train, region int, now time.Time) {
	l, c := t.line, t.chance
	here := &l.production[region]
	if here.busyUntil.After(now) {
		h.at(here.busyUntil.Add(time.Minute), func(now time.Time) { h.arrive(t, region, now) })
		return
	}
	if here.current != nil && !here.current.before(t.artefact.rank) { // a mend has overtaken it
		if region >= len(t.runs) {
			t.runs = append(t.runs[:0], h.productionRun(t, region, now))
			region = 0
		}
		h.callOff(t, region, now)
		return
	}
	d := h.takeTurn(t, region, now)
	defer h.tellDeployment(d)
	d.StartedAt, d.Result = now, "success"
	d.FinishedAt = now.Add(c.skewed(7*time.Minute, 70))
	here.busyUntil = d.FinishedAt
	if t.attempts < 3 && c.hits(l.service.failedRuns) {
		t.attempts++
		d.Result = "failure"
		h.again(t, region, d)
		return
	}
	here.previous, here.current = here.current, t.artefact
	h.mended(l, t.artefact.rank, d.FinishedAt)
	breaks := l.service.breaks
	if t.urgent {
		breaks = min(breaks, 100)
	}
	if here.previous != nil && c.hits(breaks) {
		h.breakDown(t, region, d)
		h.callOff(t, region+1, d.FinishedAt.Add(time.Minute)) // regions that have not got it yet are spared
		return
	}
	if region+1 < len(l.production) {
		h.at(d.FinishedAt.Add(c.skewed(40*time.Minute, 120)), func(now time.Time) { h.arrive(t, region+1, now) })
	}
}

// rollBack deploys what ran before. It is planned when the failure is noticed; until then nothing else may be deployed
// there, so that it follows directly upon the deployment that it undoes.
func (h *teamHistory) rollBack(l *line, region int, at time.Time, c *chance) (end time.Time) {
	here := &l.production[region]
	d := h.deployment(l, here.previous, l.service.Production[region], "production", at)
	d.Actor, d.StartedAt = pick(c, h.team.Members), at
	d.FinishedAt = at.Add(c.skewed(4*time.Minute, 50))
	h.tellDeployment(d)
	here.current, here.previous = here.previous, nil
	here.busyUntil = d.FinishedAt
	return d.FinishedAt
}

// deployment begins a record of a run.
func (h *teamHistory) deployment(l *line, a *artefact, environment, kind string, at time.Time) *Deployment {
	return &Deployment{Service: l.service, Repo: l.repo.Repo, Environment: environment, Kind: kind,
		ID: h.world.deploymentID(l, environment, at), SHA: a.sha, Version: a.version, BuildID: a.buildID,
		Result: "success"}
}

func (h *teamHistory) tellDeployment(d *Deployment) {
	h.chapter.Deployments = append(h.chapter.Deployments, d)
	h.chapter.weight++
}
