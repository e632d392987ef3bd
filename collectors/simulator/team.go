package simulator

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// chapterWeight is about how many records a chapter may make before it is handed on; it bounds the memory.
const chapterWeight = 20_000

// Chapters tells the history up to Configuration.Seen (and at least to the story's end), team by team; each team's work
// in the order in which it ends. It stops at the first error of yield and returns it.
func (w *World) Chapters(yield func(*Chapter) error) error {
	seen := w.configuration.Seen
	if !w.configuration.From.Before(seen) {
		return nil
	}
	for _, t := range w.Teams {
		h := newTeamHistory(w, t)
		if err := h.work(seen, yield); err != nil {
			return err
		}
		h.tellUnfinished(h.chapter)
		if err := yield(h.turn()); err != nil {
			return err
		}
	}
	return yield(w.business(time.Time{}, seen))
}

// teamHistory lets one team work from the beginning on, as far as it is asked to, and then further. Teams do not share
// state: where one waits for another (tests, the DBA group, approvals), the wait is drawn, not queued for. That keeps
// every team's history the same whatever happens to the others.
type teamHistory struct {
	world   *World
	team    *Team
	agenda  agenda
	chapter *Chapter
	begun   bool
	beyond  bool // the story's end has passed

	repos     []*repoState
	works     int64 // pieces of work so far
	tickets   int64
	incidents int64
	epic      string
	recent    string // the key of the latest ticket: what links point at

	// What has not ended yet; told as it stands when the world is looked at.
	open       map[*PullRequest]*repoState
	waiting    []*Deployment // for an approval, or for their turn
	unresolved map[*Incident]int64
}

// repoState is a repository as it stands.
type repoState struct {
	*Repo
	head     string
	position int64 // of the head on the mainline's first-parent line
	pulls    int64
	commits  int64
	built    int64  // commits that were built
	builds   int64  // runs of the pipeline that have a number
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

// work lets everything happen that happens before a moment, and never less than what happens before the story's end (see
// nameOpenBranches). Chapters that become full are handed on; what comes last stays in h.chapter. The same history comes
// out whether it is asked for at once or step by step.
func (h *teamHistory) work(until time.Time, full func(*Chapter) error) error {
	if !h.begun {
		h.begun = true
		h.layOut(h.world.configuration.From)
	}
	if !h.beyond {
		if err := h.happen(h.world.configuration.To, full); err != nil {
			return err
		}
		h.beyond = true
		h.nameOpenBranches()
	}
	return h.happen(until, full)
}

// layOut enters into the agenda what everything else follows from.
func (h *teamHistory) layOut(from time.Time) {
	if len(h.repos) == 0 {
		h.scheduleDesk(from)
		return
	}
	for _, r := range h.repos {
		h.found(r, from)
	}
	h.scheduleWork(from.Add(settled))
	h.scheduleEnding(from.Add(settled), h.world.configuration.To)
}

func (h *teamHistory) happen(until time.Time, full func(*Chapter) error) error {
	for {
		e, more := h.agenda.next(until.UnixMilli())
		if !more {
			return nil
		}
		e.do(time.UnixMilli(e.at).UTC())
		if h.chapter.weight >= chapterWeight {
			if err := full(h.turn()); err != nil {
				return err
			}
		}
	}
}

// turn closes the chapter and begins the next.
func (h *teamHistory) turn() *Chapter {
	done := h.chapter
	h.chapter = &Chapter{}
	return done
}

// tellUnfinished tells in a chapter what is still going on. It will be told again.
func (h *teamHistory) tellUnfinished(chapter *Chapter) {
	chapter.PullRequests = append(chapter.PullRequests, h.openPullRequests()...)
	chapter.Deployments = append(chapter.Deployments, h.waiting...)
	chapter.Incidents = append(chapter.Incidents, slices.SortedFunc(maps.Keys(h.unresolved), func(a, b *Incident) int {
		return cmp.Compare(h.unresolved[a], h.unresolved[b])
	})...)
}

// openPullRequests are those that are open, in the order of their repositories' names and their numbers.
func (h *teamHistory) openPullRequests() []*PullRequest {
	return slices.SortedFunc(maps.Keys(h.open), func(a, b *PullRequest) int {
		return cmp.Or(cmp.Compare(a.Repo.Name, b.Repo.Name), cmp.Compare(a.Number, b.Number))
	})
}

// at enters into the agenda what will happen.
func (h *teamHistory) at(t time.Time, do func(at time.Time)) { h.agenda.enter(t, do) }

// chance is the stream of random numbers for the n-th thing of a kind within the team, or within something it owns.
func (h *teamHistory) chance(kind, owner string, n int64) *chance {
	return newChance(h.world.configuration.Seed, kind+"/"+owner, n)
}

// scheduleWork lets the next piece of work come up after a while, and again from there.
func (h *teamHistory) scheduleWork(from time.Time) {
	h.works++
	c := h.chance("work", h.team.Name, h.works)
	gap := c.between(0, 2*h.world.gap(h.team.pace)+2*time.Second)
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
