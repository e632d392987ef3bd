package simulator

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// chapterWeight is about how many records a chapter may make before it is handed on; it bounds the memory.
const chapterWeight = 20_000

// Chapters tells the whole history, team by team; each team's work in the order in which it ends. It stops at the
// first error of yield and returns it.
func (w *World) Chapters(yield func(*Chapter) error) error {
	if !w.configuration.From.Before(w.configuration.To) {
		return nil
	}
	for _, t := range w.Teams {
		h := newTeamHistory(w, t)
		if err := h.run(yield); err != nil {
			return err
		}
	}
	return yield(w.business())
}

// teamHistory lets one team work from the beginning to the end of the window. Teams do not share state: where one waits
// for another (tests, the DBA group, approvals), the wait is drawn, not queued for. That keeps every team's history the
// same whatever happens to the others.
type teamHistory struct {
	world   *World
	team    *Team
	agenda  agenda
	chapter *Chapter

	repos     []*repoState
	works     int64 // pieces of work so far
	tickets   int64
	incidents int64
	epic      string
	recent    string // the key of the latest ticket: what links point at

	// What has not ended yet; told at the end of the window as it then stands.
	open       map[*PullRequest]*repoState
	unresolved map[*Incident]int64
}

// repoState is a repository as it stands.
type repoState struct {
	*Repo
	head     string
	position int64 // of the head on the mainline's first-parent line
	pulls    int64
	commits  int64
	builds   int64
	recent   []step // the latest steps of the mainline, oldest first
	latest   *artefact
	release  *releaseBranch
	lines    []*line
}

// step is one step of a mainline's first-parent line.
type step struct {
	position           int64
	sha, title, branch string
	number             int64
	revertible         bool
}

func newTeamHistory(w *World, t *Team) *teamHistory {
	h := &teamHistory{world: w, team: t, chapter: &Chapter{},
		open: map[*PullRequest]*repoState{}, unresolved: map[*Incident]int64{}}
	for _, r := range w.Repos {
		if r.Team == t {
			rs := &repoState{Repo: r}
			for _, s := range r.Services {
				rs.lines = append(rs.lines, newLine(s, rs))
			}
			h.repos = append(h.repos, rs)
		}
	}
	return h
}

func (h *teamHistory) run(yield func(*Chapter) error) error {
	from := h.world.configuration.From
	if len(h.repos) == 0 {
		h.scheduleDesk(from)
	} else {
		for _, r := range h.repos {
			h.found(r, from)
		}
		h.scheduleWork(from.Add(settled))
		h.scheduleEnding(from.Add(settled), h.world.configuration.To)
	}
	for {
		e, more := h.agenda.next()
		if !more {
			break
		}
		e.do(time.UnixMilli(e.at).UTC())
		if h.chapter.weight >= chapterWeight {
			if err := h.turn(yield); err != nil {
				return err
			}
		}
	}
	h.tellUnfinished()
	return h.turn(yield)
}

// turn hands the chapter on and begins the next.
func (h *teamHistory) turn(yield func(*Chapter) error) error {
	done := h.chapter
	h.chapter = &Chapter{}
	return yield(done)
}

// tellUnfinished tells what is still going on at the end of the window.
func (h *teamHistory) tellUnfinished() {
	open := slices.SortedFunc(maps.Keys(h.open), func(a, b *PullRequest) int {
		return cmp.Or(cmp.Compare(a.Repo.Name, b.Repo.Name), cmp.Compare(a.Number, b.Number))
	})
	for _, pr := range open {
		h.tellPullRequest(h.open[pr], pr)
	}
	unresolved := slices.SortedFunc(maps.Keys(h.unresolved), func(a, b *Incident) int {
		return cmp.Compare(h.unresolved[a], h.unresolved[b])
	})
	for _, i := range unresolved {
		h.tellIncident(i)
	}
}

// at enters into the agenda what will happen; what lies beyond the window never does.
func (h *teamHistory) at(t time.Time, do func(at time.Time)) {
	if t.Before(h.world.configuration.To) {
		h.agenda.enter(t, do)
	}
}

// chance is the stream of random numbers for the n-th thing of a kind within the team, or within something it owns.
func (h *teamHistory) chance(kind, owner string, n int64) *chance {
	return newChance(h.world.configuration.Seed, kind+"/"+owner, n)
}

// scheduleWork lets the next piece of work come up after a while, and again from there.
func (h *teamHistory) scheduleWork(from time.Time) {
	h.works++
	c := h.chance("work", h.team.Name, h.works)
	gap := c.between(0, 2*h.world.gap(h.team.pace)+2*time.Millisecond)
	h.at(afterWork(from, gap), func(now time.Time) {
		if !quiet(now) || c.hits(300) {
			h.at(c.seldomLate(now), func(now time.Time) { h.beginWork(c, now) })
		}
		h.scheduleWork(now)
	})
}

// beginWork decides what has come up.
func (h *teamHistory) beginWork(c *chance, now time.Time) {
	r := h.someRepo(c)
	switch c.weighted(25, 80, 90, 60, 745) {
	case 0:
		h.pushDirectly(c, r, now)
	case 1:
		h.propose(c, proposal{repo: r, at: now, bot: true})
	case 2:
		h.propose(c, proposal{repo: r, at: now, mayFail: true})
	case 3:
		h.ticketWithoutCode(c, now)
	default:
		h.ticketWithCode(c, r, now)
	}
}

func (h *teamHistory) someRepo(c *chance) *repoState {
	weights := make([]int, len(h.repos))
	for i, r := range h.repos {
		weights[i] = r.weight
	}
	return h.repos[c.weighted(weights...)]
}
