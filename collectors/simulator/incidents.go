package simulator

import (
	"encoding/base32"
	"encoding/binary"
	"slices"
	"time"
)

// fix is a failure in production that waits for a mend to be deployed.
type fix struct {
	line     *line
	incident *Incident // nil: nobody wrote one down
	from     rank      // the mend is in every artefact from this rank on; zero while it is not merged
}

func (f *fix) awaits(r rank) { f.from = r }

// breakDown is what follows upon a deployment that broke something: somebody notices, most often writes an incident,
// and the service is rolled back, mended by a hotfix or a revert, or helped otherwise.
func (h *teamHistory) breakDown(t *train, region int, d *Deployment) {
	c, l := t.chance, t.line
	here := &l.production[region]
	broke := d.FinishedAt.Add(c.between(time.Minute, 6*time.Minute))
	if c.hits(450) {
		broke = d.FinishedAt.Add(min(c.skewed(70*time.Minute, 150), 20*time.Hour))
	}
	incident := h.incident(c, l.service, broke)
	written := true
	switch c.weighted(33, 17, 36, 14) {
	case 0:
		incident.CausedByDeployment = d.ID
	case 1:
		incident.CausedBySHA = d.SHA
	case 2: // nobody says what caused it: found by time
	case 3:
		written = false // put right quietly
	}
	noticed := incident.AcknowledgedAt
	remedy := c.weighted(45, 28, 15, 12)
	if remedy == 0 && !here.previous.ancestorOf(here.current.rank) {
		remedy = 1 // there is no way back to a commit of another release branch
	}
	switch remedy {
	case 0:
		end := h.rollBack(l, region, noticed.Add(c.skewed(16*time.Minute, 90)), c)
		incident.ResolvedAt = end.Add(c.between(30*time.Second, 10*time.Minute))
	case 1, 2:
		f := &fix{line: l}
		if written {
			f.incident = incident
		}
		l.fixes = append(l.fixes, f)
		brought := change{of: here.current, since: here.previous.position, revert: remedy == 2}
		h.at(noticed, func(now time.Time) { h.mend(c, f, brought, now) })
	default:
		incident.ResolvedAt = noticed.Add(c.skewed(80*time.Minute, 130))
	}
	if written {
		h.follow(incident)
	}
}

// change is what a broken deployment brought: the mainline after a position, up to an artefact.
type change struct {
	of     *artefact
	since  int64
	revert bool // take it back rather than mend it
}

// mend begins the hotfix, or the revert of the latest of the changes that the deployment brought.
func (h *teamHistory) mend(c *chance, f *fix, brought change, now time.Time) {
	r := f.line.repo
	p := proposal{repo: r, at: now, mend: f, defect: true}
	if brought.revert {
		p.reverts = r.lastChange(brought)
	}
	if p.reverts != nil {
		h.propose(c, p)
		return
	}
	h.urgentTicket(c, p, now)
}

// lastChange is the latest pull request in what a deployment brought; nil where there is none, or it is forgotten.
func (r *repoState) lastChange(brought change) *step {
	for _, s := range slices.Backward(r.recent) {
		if s.position <= brought.of.position && s.position > brought.since && s.revertible && s.number > 0 {
			return &s
		}
	}
	return nil
}

// mended closes the failures whose mend is in what has just been deployed to production.
func (h *teamHistory) mended(l *line, deployed rank, at time.Time) {
	l.fixes = slices.DeleteFunc(l.fixes, func(f *fix) bool {
		if f.from == (rank{}) || deployed.before(f.from) {
			return false
		}
		if i := f.incident; i != nil {
			c := h.chance("resolution", i.ID, 0)
			i.ResolvedAt = at.Add(c.between(30*time.Second, 15*time.Minute))
			delete(h.unresolved, i)
			h.tellIncident(i)
		}
		return true
	})
}

// incident begins an incident: it starts, is detected, and somebody takes it on.
func (h *teamHistory) incident(c *chance, s *Service, started time.Time) *Incident {
	h.incidents++
	i := &Incident{ID: h.incidentID(), Services: []string{s.Name}, StartedAt: started, ByMonitoring: c.hits(680)}
	i.Severity = []string{"SEV-1", "SEV-2", "SEV-3", "SEV-4"}[c.weighted(6, 24, 45, 25)]
	i.Title = pick(c, []string{"Errors in ", "Slow answers of ", "No answer from ", "Wrong results from ", "Queue is growing in "}) + s.Name
	if c.hits(80) {
		i.Services = append(i.Services, s.partnership.Name)
	}
	notice := c.skewed(4*time.Minute, 90)
	if !i.ByMonitoring {
		notice = c.skewed(38*time.Minute, 130)
	}
	i.DetectedAt = started.Add(notice)
	i.AcknowledgedAt = i.DetectedAt.Add(c.skewed(7*time.Minute, 130))
	return i
}

// incidentID is as vendors make them: letters and digits without meaning, unlike all others.
func (h *teamHistory) incidentID() string {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], h.chance("incident", h.team.Name, h.incidents).Uint64())
	return "Q" + base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b[:])
}

// follow tells an incident whose end is known, and keeps the others until it is.
func (h *teamHistory) follow(i *Incident) {
	if !i.ResolvedAt.IsZero() {
		h.tellIncident(i)
		return
	}
	h.unresolved[i] = h.incidents
}

func (h *teamHistory) tellIncident(i *Incident) {
	h.chapter.Incidents = append(h.chapter.Incidents, i)
	h.chapter.weight++
}

// scheduleDisturbance lets a service be disturbed now and then by something that nobody deployed: a certificate, a disk,
// a supplier.
func (h *teamHistory) scheduleDisturbance(l *line, from time.Time, n int64) {
	c := h.chance("disturbance", l.service.Name, n)
	h.at(from.Add(c.between(0, 2*h.world.gap(150*day)+time.Second)), func(now time.Time) {
		i := h.incident(c, l.service, now)
		i.ResolvedAt = i.AcknowledgedAt.Add(c.skewed(50*time.Minute, 150))
		h.tellIncident(i)
		h.scheduleDisturbance(l, now, n+1)
	})
}

// scheduleEnding lets half of the teams have trouble in the last hours of the window, which is not over at its end.
func (h *teamHistory) scheduleEnding(from, to time.Time) {
	c := h.chance("ending", h.team.Name, 0)
	started := to.Add(-c.between(time.Hour, 18*time.Hour))
	if !c.hits(500) || started.Before(from) {
		return
	}
	l := pick(c, pick(c, h.repos).lines)
	h.at(started, func(now time.Time) {
		i := h.incident(c, l.service, now)
		i.ResolvedAt = latest(to, i.AcknowledgedAt).Add(c.skewed(2*time.Hour, 100))
		h.tellIncident(i)
	})
}
