package simulator

import (
	"fmt"
	"strings"
	"time"
)

// rank orders what can be deployed of one repository: by its position on the mainline, or, for release branches, by
// where the branch was cut and by the patch on it.
type rank struct{ position, patch int64 }

func (a rank) before(b rank) bool {
	return a.position < b.position || a.position == b.position && a.patch < b.patch
}

// ancestorOf tells whether the commit of rank a is a strict ancestor of the commit of rank b. A patch on a release
// branch is one of later patches on the same branch only: its original is on the mainline, it is not.
func (a rank) ancestorOf(b rank) bool {
	return a.before(b) && (a.position == b.position || a.patch == 0)
}

// candidate is a commit to be built.
type candidate struct {
	branch, sha     string
	position, patch int64
	fix             *fix
}

// artefact is a built commit, ready to be deployed.
type artefact struct {
	rank
	sha, buildID, version string
}

// build runs the pipeline on a commit: it queues, runs, and is tried a second time when it fails. At its end there is
// an artefact, or nothing.
func (h *teamHistory) build(r *repoState, k candidate, now time.Time) {
	r.built++
	c := h.chance("build", r.Name, r.built)
	h.queue(c, r, k, &Build{Attempt: 1, QueuedAt: now.Add(c.between(time.Second, 20*time.Second))})
}

// queue plans one attempt, of which the number of the try and the beginning are given. GitHub numbers a run when it
// queues and keeps the number when it is tried again; Jenkins numbers it when it begins, every time.
func (h *teamHistory) queue(c *chance, r *repoState, k candidate, b *Build) {
	b.Repo, b.Pipeline, b.SHA, b.Branch = r.Repo, r.Pipeline(), k.sha, k.branch
	b.Failed = c.hits([]int{65, 150}[b.Attempt-1])
	b.Retry = b.Attempt > 1
	b.StartedAt = b.QueuedAt.Add(c.skewed(80*time.Second, 200))
	b.runStages(c)
	if r.Team.Jenkins {
		b.Attempt = 1
	}
	h.at(b.shown(), func(time.Time) {
		if r.Team.Jenkins || !b.Retry {
			r.builds++
			b.Number = r.builds
			b.ID = r.buildID(b.Number)
		}
		h.chapter.Builds = append(h.chapter.Builds, b)
		h.chapter.weight += b.weight()
		switch {
		case !b.Failed:
			a := &artefact{rank: rank{k.position, k.patch}, sha: k.sha, buildID: b.ID, version: fmt.Sprintf("2.%d.0", b.Number)}
			h.at(b.FinishedAt, func(now time.Time) { h.offer(c, r, k, a, now) })
		case !b.Retry:
			again := b.FinishedAt.Add(2 * time.Minute)
			if k.fix == nil {
				again = c.later(b.FinishedAt, c.skewed(18*time.Minute, 120))
			}
			h.queue(c, r, k, &Build{Attempt: 2, ID: b.ID, Number: b.Number, QueuedAt: again})
		}
	})
}

// shown is from when on a build can be seen: Jenkins shows none before it begins.
func (b *Build) shown() time.Time {
	if b.Repo.Team.Jenkins {
		return b.StartedAt
	}
	return b.QueuedAt
}

// runStages fills a build with its stages, one after the other; a failing one is the last.
func (b *Build) runStages(c *chance) {
	stages := []struct {
		name   string
		median time.Duration
	}{{"compile", 90 * time.Second}, {"unit tests", 150 * time.Second}, {"integration tests", 240 * time.Second}, {"package", 45 * time.Second}}
	last := len(stages) - 1
	if b.Failed {
		last = c.weighted(2, 4, 5, 1)
	}
	at := b.StartedAt
	for i, s := range stages[:last+1] {
		end := at.Add(c.skewed(s.median, 60))
		b.Stages = append(b.Stages, BuildStage{Name: s.name, StartedAt: at, FinishedAt: end, Failed: b.Failed && i == last})
		at = end
	}
	b.FinishedAt = at
}

// offer makes a fresh artefact known to those who deploy.
func (h *teamHistory) offer(c *chance, r *repoState, k candidate, a *artefact, now time.Time) {
	if k.branch != "main" {
		h.offerRelease(r, k, a, now)
		return
	}
	if r.latest == nil || r.latest.before(a.rank) {
		r.latest = a
	}
	if r.Releases {
		return
	}
	for _, l := range r.lines {
		if l.latest == nil || l.latest.before(a.rank) {
			l.latest = a
		}
		if k.fix != nil && k.fix.line == l {
			h.depart(l, now, k.fix)
		} else if c.hits(45) {
			h.runBefore(c, l, a, "testing", now)
		}
	}
}

// releaseBranch is the release branch that is being deployed, in a repository that has them.
type releaseBranch struct {
	name string
	head string
	rank
}

// scheduleRelease cuts a release branch every two weeks or so from the newest mainline commit that was built.
func (h *teamHistory) scheduleRelease(r *repoState, from time.Time, n int64) {
	c := h.chance("release", r.Name, n)
	mean := h.world.gap(9 * workday)
	h.at(afterWork(from, mean/2+c.between(0, mean+time.Second)), func(now time.Time) {
		h.scheduleRelease(r, now, n+1)
		if r.latest == nil || quiet(now) || r.release != nil && r.release.position == r.latest.position {
			return
		}
		r.release = &releaseBranch{name: fmt.Sprintf("release/2.%d", n), head: r.latest.sha, rank: r.latest.rank}
		a := *r.latest
		a.version = fmt.Sprintf("2.%d.0", n)
		for _, l := range r.lines {
			l.latest = &a
			h.depart(l, now, nil)
		}
	})
}

// schedulePick brings a merged pull request onto the release branch as well: a cherry-pick in a pull request of its own.
func (h *teamHistory) schedulePick(c *chance, r *repoState, original *PullRequest, merged time.Time) {
	picked := merged.Add(c.between(2*time.Minute, 15*time.Minute))
	opened := picked.Add(c.between(time.Minute, 5*time.Minute))
	approved := opened.Add(c.skewed(15*time.Minute, 120))
	landed := approved.Add(c.between(time.Minute, 10*time.Minute))
	pr := &PullRequest{Repo: r.Repo, Author: original.Author, Ticket: original.Ticket, told: original.told, Labels: append([]string{"backport"}, original.Labels...),
		CreatedAt: opened, ClosedAt: landed, Merged: true, fix: original.fix}
	pr.review("approved", h.team.except(c, pr.Author), approved)
	h.addCommit(c, pr, picked)
	pr.Commits[0].AuthoredAt = merged // a cherry-pick keeps the author's date
	h.at(picked, func(time.Time) {
		branch := r.release
		if branch == nil {
			return
		}
		pr.Base, pr.base = branch.name, branch.head
		pr.Title = fmt.Sprintf("[%s] %s", branch.name, original.Title)
		pr.Branch = fmt.Sprintf("backport/%d-to-%s", original.Number, strings.TrimPrefix(branch.name, "release/"))
		pr.phrase = original.phrase + "\n\n(cherry picked from commit " + original.MergeSHA + ")"
		h.at(opened, func(time.Time) {
			h.openPullRequest(r, pr)
			h.at(landed, func(now time.Time) {
				delete(h.open, pr)
				h.landPick(r, branch, pr, now)
				h.tellPullRequest(r, pr)
			})
		})
	})
}

// landPick puts the cherry-pick onto its release branch, squashed, and has it built.
func (h *teamHistory) landPick(r *repoState, branch *releaseBranch, pr *PullRequest, now time.Time) {
	h.closeBranch(r, pr)
	k := &Commit{Repo: r.Repo, SHA: h.sha(r), Parents: []string{branch.head}, Author: pr.Author, AuthoredAt: pr.Commits[0].AuthoredAt,
		CommittedAt: now, Message: pr.Commits[0].Message}
	k.sumUp(pr.Commits)
	pr.Landed, pr.MergeSHA = []*Commit{k}, k.SHA
	branch.head = k.SHA
	branch.patch++
	if pr.fix != nil {
		pr.fix.awaits(branch.rank)
	}
	h.build(r, candidate{branch: branch.name, sha: k.SHA, position: branch.position, patch: branch.patch, fix: pr.fix}, now)
}

// offerRelease deploys a patched release at once when it mends something, else with the next train.
func (h *teamHistory) offerRelease(r *repoState, k candidate, a *artefact, now time.Time) {
	a.version = fmt.Sprintf("%s.%d", strings.TrimPrefix(k.branch, "release/"), a.patch)
	for _, l := range r.lines {
		if l.latest == nil || l.latest.before(a.rank) {
			l.latest = a
		}
		if k.fix != nil && k.fix.line == l {
			h.depart(l, now, k.fix)
		}
	}
}
