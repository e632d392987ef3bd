package simulator

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// proposal is what a pull request is made from.
type proposal struct {
	repo    *repoState
	at      time.Time // when work on it begins
	ticket  string
	title   string  // empty: invented
	author  *Person // nil: somebody of the team
	bot     bool    // a bump of a dependency
	mayFail bool    // it may be closed unmerged
	defect  bool
	mend    *fix  // it mends a broken deployment: everything is fast
	reverts *step // it takes this back
}

// propose plans the whole life of a pull request and enters its events into the agenda. All of its times are known from
// the start; where it branches off and what its merge brings depends on the mainline at those moments.
func (h *teamHistory) propose(c *chance, p proposal) *PullRequest {
	pr := &PullRequest{Repo: p.repo.Repo, Base: "main", Ticket: p.ticket, fix: p.mend, Merged: true}
	h.describe(c, pr, p)
	switch {
	case p.mend != nil:
		h.planFast(c, pr, p)
	case p.bot:
		h.planBump(c, pr, p)
	default:
		h.planCoding(c, pr, p)
		h.planReview(c, pr, p)
	}
	slices.SortStableFunc(pr.Reviews, func(a, b Review) int { return a.At.Compare(b.At) })
	h.at(pr.Commits[0].AuthoredAt, func(time.Time) {
		pr.base = p.repo.head
		h.at(pr.CreatedAt, func(time.Time) {
			h.openPullRequest(p.repo, pr)
			h.at(pr.ClosedAt, func(now time.Time) {
				delete(h.open, pr)
				if pr.Merged {
					h.land(c, p.repo, pr, now)
				}
				h.tellPullRequest(p.repo, pr)
			})
		})
	})
	return pr
}

// openPullRequest gives the pull request its number; from now on it can be seen.
func (h *teamHistory) openPullRequest(r *repoState, pr *PullRequest) {
	r.pulls++
	pr.Number = r.pulls
	h.open[pr] = r
	if h.beyond {
		h.writeBranch(r, pr)
	}
}

// describe gives the pull request its author, title, branch and labels.
func (h *teamHistory) describe(c *chance, pr *PullRequest, p proposal) {
	if pr.Author = p.author; pr.Author == nil {
		pr.Author = pick(c, h.team.Members)
	}
	pr.phrase = p.title
	if pr.phrase == "" {
		pr.phrase = phrase(c, p.defect)
	}
	prefix, slug := "", strings.ReplaceAll(strings.ToLower(pr.phrase), " ", "-")
	if pr.told = told(p.ticket); p.ticket != "" && pr.told == "" {
		prefix, slug = p.ticket+" ", p.ticket+"-"+slug
	}
	pr.Title, pr.Branch = prefix+pr.phrase, "feature/"+slug
	switch {
	case p.bot:
		library := pick(c, []string{"http-kit", "json-codec", "test-harness", "log-format", "query-builder", "tls-bundle"})
		pr.Author = dependencyBot()
		pr.phrase = fmt.Sprintf("Bump %s from 1.%d to 1.%d", library, c.below(30), 30+c.below(30))
		pr.Title, pr.Branch, pr.Labels = pr.phrase, fmt.Sprintf("bumpwright/%s-%d", library, c.below(100000)), []string{"dependencies"}
	case p.reverts != nil:
		pr.phrase = fmt.Sprintf("Revert %q", p.reverts.title)
		pr.Title, pr.reverts = pr.phrase, p.reverts.sha
		pr.Branch = fmt.Sprintf("revert-%d-%s", p.reverts.number, p.reverts.branch)
	case p.mend != nil:
		pr.Branch, pr.Labels = "hotfix/"+slug, []string{"hotfix"}
		if c.hits(300) { // not everybody remembers the label
			pr.Labels = nil
		}
	case p.defect:
		pr.Branch, pr.Labels = "fix/"+slug, []string{"bug"}
	}
	if p.repo.release != nil && p.mend == nil && !p.bot {
		pr.backport = c.hits(100)
	}
}

// Some name their ticket in the description only, and of some the ticket links to the pull request instead.
const (
	described = "description"
	linked    = "remote link"
)

// told is where the changes of a ticket name it; "" is everywhere else.
func told(ticket string) string {
	switch {
	case strings.HasSuffix(ticket, "17"), strings.HasSuffix(ticket, "42"):
		return described
	case strings.HasSuffix(ticket, "68"):
		return linked
	}
	return ""
}

// planCoding plans the commits up to the moment at which the pull request is ready for review.
func (h *teamHistory) planCoding(c *chance, pr *PullRequest, p proposal) {
	n := 1 + c.weighted(36, 25, 16, 10, 6, 4, 3)
	coding := c.skewed(time.Duration(2+n)*time.Hour, 120)
	at := p.at
	for range n {
		h.addCommit(c, pr, at)
		at = c.later(at, coding/time.Duration(n)+c.between(time.Minute, 10*time.Minute))
	}
	pr.CreatedAt = at
	if pr.Draft = n > 1 && c.hits(250); pr.Draft {
		// Opened with the first commits there, and made ready with the last.
		pr.CreatedAt = pr.Commits[c.below(n)].AuthoredAt.Add(c.between(time.Minute, 4*time.Minute))
		pr.ReadyAt = at
		pr.review("ready", pr.Author, at)
		for _, k := range pr.Commits {
			if k.AuthoredAt.After(pr.CreatedAt) {
				pr.review("pushed", pr.Author, k.AuthoredAt).commit = k
			}
		}
	}
}

// planBump is a bot's pull request: written in no time, looked at when somebody comes by.
func (h *teamHistory) planBump(c *chance, pr *PullRequest, p proposal) {
	h.addCommit(c, pr, p.at)
	pr.CreatedAt = p.at.Add(c.between(2*time.Second, time.Minute))
	pr.ClosedAt = c.later(pr.CreatedAt, c.skewed(12*time.Hour, 120))
	reviewer := pick(c, h.team.Members)
	pr.review("approved", reviewer, pr.ClosedAt)
	pr.ClosedAt = pr.ClosedAt.Add(c.between(10*time.Second, 20*time.Minute))
	pr.Merged = c.hits(900)
}

// planFast is a hotfix or a revert: people drop what they do, at any hour.
func (h *teamHistory) planFast(c *chance, pr *PullRequest, p proposal) {
	at := p.at
	for range 1 + c.weighted(80, 20) {
		h.addCommit(c, pr, at)
		at = at.Add(c.skewed(14*time.Minute, 80))
	}
	pr.CreatedAt = at
	if c.hits(120) { // merged unreviewed
		pr.ClosedAt = at.Add(c.between(time.Minute, 5*time.Minute))
		return
	}
	at = at.Add(c.skewed(9*time.Minute, 80))
	pr.review("approved", h.team.except(c, pr.Author), at)
	pr.ClosedAt = at.Add(c.between(20*time.Second, 6*time.Minute))
}

func (pr *PullRequest) review(kind string, actor *Person, at time.Time) *Review {
	pr.Reviews = append(pr.Reviews, Review{Kind: kind, Actor: actor, At: at})
	return &pr.Reviews[len(pr.Reviews)-1]
}

func (h *teamHistory) addCommit(c *chance, pr *PullRequest, at time.Time) *Commit {
	k := &Commit{Repo: pr.Repo, Author: pr.Author, AuthoredAt: at, CommittedAt: at}
	k.Additions = 1 + c.amount(22, 190)
	k.Deletions = c.amount(9, 190)
	k.Files = 1 + min(k.Additions/25, 40)
	pr.Commits = append(pr.Commits, k)
	return k
}

// phrase invents what a change is about.
func phrase(c *chance, defect bool) string {
	verbs := []string{"Add", "Show", "Cache", "Validate", "Simplify", "Rework", "Allow", "Record", "Batch", "Remove"}
	if defect {
		verbs = []string{"Fix", "Correct", "Guard", "Repair", "Stop"}
	}
	what := []string{"rounding of totals", "retry of requests", "empty lists", "sorting by date", "address lookup",
		"time zone of receipts", "paging of results", "consent banner", "session expiry", "audit entries", "error page",
		"search filters", "currency display", "import of parcels", "export to ledger", "rate limits", "image sizes",
		"reminder mails", "stock counters", "seller ratings", "delivery windows", "voucher codes", "health checks"}
	where := []string{"", "", " for guests", " on mobile", " in the API", " for sellers", " in the back office", " behind a flag"}
	return pick(c, verbs) + " " + pick(c, what) + pick(c, where)
}
