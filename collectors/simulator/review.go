package simulator

import "time"

// Waits for a first review, in working time: before and after the reorganisation, which put reviewers into the teams
// whose code they review. Told in hours on the clock (nights and weekends included), the median halves.
const (
	pickupBefore = 13 * time.Hour
	pickupAfter  = 6*time.Hour + 30*time.Minute
)

// planReview plans everything from ready to merged or given up.
func (h *teamHistory) planReview(c *chance, pr *PullRequest, p proposal) {
	at := pr.CreatedAt
	if pr.Draft {
		at = pr.ReadyAt
	}
	if c.hits(30) { // nobody was asked
		pr.ClosedAt = c.later(at, c.skewed(10*time.Minute, 100))
		return
	}
	reviewer, target := h.reviewer(c, pr.Author, at)
	if c.hits(800) {
		pr.review("requested", pr.Author, at.Add(c.between(5*time.Second, 4*time.Minute))).Target = target
	}
	if c.hits(300) {
		pr.review("commented", styleBot(), at.Add(c.between(40*time.Second, 3*time.Minute)))
	}
	if c.hits(100) {
		pr.review("commented", pr.Author, at.Add(c.between(time.Minute, 30*time.Minute)))
	}
	pickup := pickupBefore
	if !at.Before(h.world.Story.ReorganisedAt) {
		pickup = pickupAfter
	}
	at = c.later(at, c.skewed(pickup, 130))
	if p.mayFail && c.hits(450) {
		pr.review("commented", reviewer, at)
		pr.Merged, pr.ClosedAt = false, c.later(at, c.skewed(2*workday, 150))
		return
	}
	at = h.planRounds(c, pr, reviewer, at)
	if c.hits(180) { // a second pair of eyes
		at = c.later(at, c.skewed(40*time.Minute, 120))
		pr.review("approved", h.team.except(c, pr.Author), at)
	}
	if c.hits(25) { // a last push after the approval, which has to be given again
		at = c.later(at, c.skewed(40*time.Minute, 80))
		h.pushFix(c, pr, at)
		pr.review("dismissed", reviewer, at.Add(time.Second))
		at = c.later(at.Add(time.Second), c.skewed(time.Hour, 80))
		pr.review("approved", reviewer, at)
	}
	pr.ClosedAt = c.later(at, c.skewed(35*time.Minute, 180)+20*time.Second)
}

// planRounds goes back and forth between reviewer and author until the approval, whose time it returns.
func (h *teamHistory) planRounds(c *chance, pr *PullRequest, reviewer *Person, at time.Time) time.Time {
	for round := range 4 {
		verdict := c.weighted(58, 17, 25)
		if round > 0 {
			verdict = c.weighted(75, 10, 15)
		}
		switch verdict {
		case 0:
			pr.review("approved", reviewer, at)
			return at
		case 1:
			pr.review("commented", reviewer, at)
			pr.review("commented", pr.Author, at.Add(c.between(5*time.Minute, time.Hour)))
			at = c.later(at.Add(time.Hour), c.skewed(2*time.Hour, 110))
		case 2:
			pr.review("changes_requested", reviewer, at)
			at = c.later(at, c.skewed(150*time.Minute, 110))
			h.pushFix(c, pr, at)
			at = c.later(at, c.skewed(150*time.Minute, 110))
		}
	}
	pr.review("approved", reviewer, at)
	return at
}

func (h *teamHistory) pushFix(c *chance, pr *PullRequest, at time.Time) {
	k := h.addCommit(c, pr, at)
	pr.review("pushed", pr.Author, at).commit = k
}

// reviewer is who looks at it and whom the request names: the person, or the whole team. Before the reorganisation a
// third of all reviews was asked of other teams.
func (h *teamHistory) reviewer(c *chance, author *Person, at time.Time) (*Person, string) {
	team, abroad := h.team, 330
	if !at.Before(h.world.Story.ReorganisedAt) {
		abroad = 80
	}
	if c.hits(abroad) {
		team = pick(c, h.world.Repos).Team // the more repositories a team has, the more it is asked
		if c.hits(80) {
			team = h.world.team("security")
		}
	}
	person := team.except(c, author)
	if c.hits(250) {
		return person, team.Name
	}
	return person, person.Login
}
