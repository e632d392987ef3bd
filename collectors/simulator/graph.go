package simulator

import (
	"crypto/sha1" // as git does; nothing secret depends on it
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"time"
)

// stepsKept bounds what is remembered of a mainline: enough to find a change that a broken deployment brought.
const stepsKept = 256

// settled is how long the company takes to found its repositories; no work begins before.
const settled = time.Minute

// sha is the name of the next commit of a repository.
func (h *teamHistory) sha(r *repoState) string {
	r.commits++
	var b [128]byte
	name := binary.LittleEndian.AppendUint64(b[:0], h.world.configuration.Seed)
	name = binary.LittleEndian.AppendUint64(append(name, r.Name...), uint64(r.commits))
	sum := sha1.Sum(name)
	var text [2 * sha1.Size]byte
	hex.Encode(text[:], sum[:])
	return string(text[:])
}

// found makes the first commit of a repository: the code as it was before the history begins.
func (h *teamHistory) found(r *repoState, from time.Time) {
	c := h.chance("founding", r.Name, 0)
	h.at(from.Add(c.between(time.Second, settled)), func(now time.Time) {
		author := pick(c, h.team.Members)
		k := &Commit{Repo: r.Repo, Author: author, AuthoredAt: now, CommittedAt: now,
			Message: "Import of the code so far", Additions: 20_000, Files: 300}
		h.advance(r, k, step{title: k.Message})
		h.tellCommit(k)
		h.build(r, candidate{branch: "main", sha: k.SHA, position: r.position}, now)
	})
	for _, l := range r.lines {
		h.scheduleTrain(l, from)
		if l.service.Repos[0] == r.Repo {
			h.scheduleDisturbance(l, from.Add(settled), 1)
		}
	}
	if r.Releases {
		h.scheduleRelease(r, from, 1)
	}
}

// advance puts a commit onto the mainline.
func (h *teamHistory) advance(r *repoState, k *Commit, s step) {
	k.SHA = h.sha(r)
	k.Mainline = true
	if r.head != "" {
		k.Parents = append([]string{r.head}, k.Parents...)
	}
	r.head = k.SHA
	r.position++
	s.sha, s.position = k.SHA, r.position
	if len(r.recent) == 2*stepsKept {
		r.recent = append(r.recent[:0], r.recent[stepsKept:]...)
	}
	r.recent = append(r.recent, s)
}

// pushDirectly is a commit straight onto the mainline, without a pull request.
func (h *teamHistory) pushDirectly(c *chance, r *repoState, now time.Time) {
	author := pick(c, h.team.Members)
	k := &Commit{Repo: r.Repo, Author: author, AuthoredAt: now.Add(-c.between(0, 20*time.Minute)), CommittedAt: now,
		Message: phrase(c, false), Additions: 5, Deletions: 3, Files: 1}
	if from := h.world.configuration.From; k.AuthoredAt.Before(from) {
		k.AuthoredAt = now
	}
	h.advance(r, k, step{title: k.Message})
	h.tellCommit(k)
	h.build(r, candidate{branch: "main", sha: k.SHA, position: r.position}, now)
}

// nameOpenBranches gives names to the commits of what is open at the story's end, those that are there first. Up to there
// a branch's commits got their names when it was closed, so that names of earlier moments are known only afterwards; from
// there on they get them when the pull request is opened, so that looking later shows the same names.
func (h *teamHistory) nameOpenBranches() {
	open := h.openPullRequests()
	for _, pr := range open {
		r := h.open[pr]
		for _, k := range pr.Commits {
			if k.CommittedAt.Before(h.world.configuration.To) {
				k.SHA = h.sha(r)
			}
		}
	}
	for _, pr := range open {
		h.writeBranch(h.open[pr], pr)
	}
}

// writeBranch gives the commits of a pull request their parents and messages, and a name to those that have none yet.
func (h *teamHistory) writeBranch(r *repoState, pr *PullRequest) {
	parent := pr.base
	for i, k := range pr.Commits {
		if k.SHA == "" {
			k.SHA = h.sha(r)
		}
		if parent != "" {
			k.Parents = []string{parent}
		}
		parent = k.SHA
		k.Message = pr.message(i)
	}
}

// closeBranch names what the end of the pull request leaves behind, if that was not done when it began.
func (h *teamHistory) closeBranch(r *repoState, pr *PullRequest) {
	if !h.beyond {
		h.writeBranch(r, pr)
	}
}

// message is that of the n-th commit on the branch.
func (pr *PullRequest) message(n int) string {
	message := pr.phrase
	if n > 0 {
		message = fmt.Sprintf("%s (part %d)", message, n+1)
	}
	if pr.Ticket != "" && pr.told == "" {
		message = pr.Ticket + " " + message
	}
	if pr.reverts != "" && n == 0 {
		message += "\n\nThis reverts commit " + pr.reverts + "."
	}
	return message
}

// land merges a pull request by its repository's method, and has the result built.
func (h *teamHistory) land(c *chance, r *repoState, pr *PullRequest, now time.Time) {
	h.closeBranch(r, pr)
	s := step{title: pr.Title, branch: pr.Branch, number: pr.Number, revertible: pr.reverts == "" && pr.fix == nil}
	switch r.Method {
	case Merge:
		h.landCommit(r, pr, s, &Commit{AuthoredAt: now, Parents: []string{pr.Commits[len(pr.Commits)-1].SHA},
			Message: fmt.Sprintf("Merge pull request #%d from %s%s\n\n%s", pr.Number, organisation, pr.Branch, pr.Title)}, now)
	case Squash:
		k := &Commit{AuthoredAt: now, Message: fmt.Sprintf("%s (#%d)", pr.Title, pr.Number)}
		if pr.reverts != "" {
			k.Message += "\n\nThis reverts commit " + pr.reverts + "."
		}
		k.sumUp(pr.Commits)
		h.landCommit(r, pr, s, k, now)
	case Rebase:
		for _, b := range pr.Commits {
			h.landCommit(r, pr, s, &Commit{AuthoredAt: b.AuthoredAt, Message: b.Message,
				Additions: b.Additions, Deletions: b.Deletions, Files: b.Files}, now)
		}
	}
	pr.MergeSHA = r.head
	if pr.fix != nil && !r.Releases {
		pr.fix.awaits(rank{r.position, 0})
	}
	h.build(r, candidate{branch: "main", sha: r.head, position: r.position, fix: pr.fix}, now)
	if r.Releases && (pr.fix != nil || pr.backport) {
		h.schedulePick(c, r, pr, now)
	}
}

func (h *teamHistory) landCommit(r *repoState, pr *PullRequest, s step, k *Commit, now time.Time) {
	k.Repo, k.Author, k.CommittedAt = r.Repo, pr.Author, now
	h.advance(r, k, s)
	pr.Landed = append(pr.Landed, k)
}

// sumUp gives a squashed commit the size of what went into it.
func (k *Commit) sumUp(commits []*Commit) {
	for _, b := range commits {
		k.Additions += b.Additions
		k.Deletions += b.Deletions
		k.Files += b.Files
	}
}

func (h *teamHistory) tellCommit(k *Commit) {
	h.chapter.Commits = append(h.chapter.Commits, k)
	h.chapter.weight++
}

// tellPullRequest tells a pull request that has ended.
func (h *teamHistory) tellPullRequest(r *repoState, pr *PullRequest) {
	if pr.MergeSHA == "" {
		h.closeBranch(r, pr)
	}
	h.chapter.PullRequests = append(h.chapter.PullRequests, pr)
	h.chapter.weight += pr.weight()
}
