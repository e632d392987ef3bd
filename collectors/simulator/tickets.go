package simulator

import (
	"fmt"
	"time"
)

// The statuses of a ticket.
const (
	Backlog       = "Backlog"
	InProgress    = "In Progress"
	WaitingForDBA = "Waiting for DBA"
	InDBA         = "In DBA"
	InReview      = "In Review"
	ReadyForTest  = "Ready for Test"
	InTest        = "In Test"
	Done          = "Done"
)

// newTicket writes a ticket into the team's project.
func (h *teamHistory) newTicket(c *chance, now time.Time) *Ticket {
	h.tickets++
	t := &Ticket{Key: fmt.Sprintf("%s-%d", h.team.Project, h.tickets), Project: h.team.Project, CreatedAt: now, Team: h.team.Name}
	switch c.weighted(55, 25, 6, 14) {
	case 0:
		t.Class, t.Type, t.Estimate = "feature", "Story", float64([]int{1, 2, 3, 5, 8}[c.below(5)])
	case 1:
		t.Class, t.Type = "defect", "Bug"
	case 2:
		t.Class, t.Type, t.Labels = "risk", "Task", []string{"security"}
	default:
		t.Class, t.Type, t.Labels = "debt", "Task", []string{"tech-debt"}
	}
	t.Priority = []string{"High", "Medium", "Low"}[c.weighted(20, 60, 20)]
	t.Title = phrase(c, t.Class == "defect")
	if h.tickets%24 == 1 {
		h.newEpic(c, t, now)
	}
	t.Parent = h.epic
	if h.recent != "" && c.hits(110) {
		kind := []string{"blocks", "is_blocked_by", "relates", "is_caused_by"}[c.weighted(3, 4, 2, 1)]
		t.link(kind, h.recent, now.Add(c.between(time.Minute, day)))
	}
	h.recent = t.Key
	h.chapter.Tickets = append(h.chapter.Tickets, t) // its moves are added by whoever called
	return t
}

// newEpic puts a new epic above this ticket and those that follow; it takes the ticket's place in the numbering.
func (h *teamHistory) newEpic(c *chance, t *Ticket, now time.Time) {
	epic := &Ticket{Key: t.Key, Project: t.Project, Type: "Epic", Class: "feature", Priority: "Medium", Title: "Theme: " + phrase(c, false),
		CreatedAt: now, Team: t.Team}
	begun := c.later(now, c.skewed(2*workday, 100))
	epic.move(begun, pick(c, h.team.Members), "status", InProgress)
	done := c.later(begun, 20*workday+c.skewed(40*workday, 60))
	epic.move(done, pick(c, h.team.Members), "status", Done)
	epic.move(done, pick(c, h.team.Members), "resolution", Done)
	h.tellTicket(epic)
	h.chapter.Tickets = append(h.chapter.Tickets, epic)
	h.tickets++
	t.Key, h.epic = fmt.Sprintf("%s-%d", t.Project, h.tickets), epic.Key
}

// tellTicket counts a ticket whose moves are all known.
func (h *teamHistory) tellTicket(t *Ticket) { h.chapter.weight += t.weight() }

// move changes a field, from what it was.
func (t *Ticket) move(at time.Time, actor *Person, field, to string) {
	if from := t.current(field); from != to {
		t.Moves = append(t.Moves, Move{At: at, Actor: actor, Field: field, From: from, To: to})
	}
}

// current is the value of a field after all moves so far.
func (t *Ticket) current(field string) string {
	for i := len(t.Moves) - 1; i >= 0; i-- {
		if t.Moves[i].Field == field {
			return t.Moves[i].To
		}
	}
	switch field {
	case "status":
		return Backlog
	case "team":
		return t.Team
	}
	return ""
}

// hand moves the ticket to a status in which a person of a team has it; nobody yet where person is nil.
func (t *Ticket) hand(at time.Time, actor *Person, status, team string, person *Person) {
	t.move(at, actor, "status", status)
	t.move(at, actor, "team", team)
	account := ""
	if person != nil {
		account = person.Email // as trackers know people
	}
	t.move(at, actor, "assignee", account)
}

// link relates two tickets; both sides are told.
func (t *Ticket) link(kind, target string, since time.Time) {
	inverse := map[string]string{"blocks": "is_blocked_by", "is_blocked_by": "blocks",
		"causes": "is_caused_by", "is_caused_by": "causes", "relates": "relates"}
	t.Links = append(t.Links, Link{t.Key, kind, target, since}, Link{target, inverse[kind], t.Key, since})
}

// ticketWithCode is the usual piece of work: from the backlog through development, review and test.
func (h *teamHistory) ticketWithCode(c *chance, r *repoState, now time.Time) {
	t := h.newTicket(c, now)
	defer h.tellTicket(t)
	developer := pick(c, h.team.Members)
	at := c.later(now, c.skewed(3*workday, 150))
	if c.hits(35) {
		h.finish(t, at, developer, "Won't do")
		return
	}
	at = h.begin(c, t, developer, at)
	if t.Class != "defect" && c.hits(210) {
		at = h.visitDBA(c, t, developer, at)
	}
	at = h.develop(c, t, r, developer, at)
	for round := 0; round < 3 && c.hits(850); round++ {
		tester := pick(c, h.world.team("quality").Members)
		t.hand(at, developer, ReadyForTest, "quality", nil)
		at = c.later(at, c.skewed(8*time.Hour, 110))
		t.hand(at, tester, InTest, "quality", tester)
		at = c.later(at, c.skewed(4*time.Hour, 110))
		if !c.hits(150) {
			h.finish(t, at, tester, Done)
			return
		}
		t.hand(at, tester, InProgress, h.team.Name, developer) // back: it does not do what it should
		at = c.later(at, c.skewed(3*time.Hour, 110))
		at = h.develop(c, t, r, developer, at)
	}
	at = c.later(at, c.skewed(2*time.Hour, 120))
	h.finish(t, at, developer, Done)
	if c.hits(25) { // reopened
		at = c.later(at, c.skewed(3*workday, 100))
		t.move(at, developer, "resolution", "")
		t.hand(at, developer, InProgress, h.team.Name, developer)
		at = h.develop(c, t, r, developer, c.later(at, time.Hour))
		h.finish(t, c.later(at, time.Hour), developer, Done)
	}
}

// begin puts a ticket into the sprint and to work; now and then it is held up at once by something else.
func (h *teamHistory) begin(c *chance, t *Ticket, developer *Person, at time.Time) time.Time {
	sprint := 1 + at.Sub(h.world.configuration.From)/(14*day)
	name := fmt.Sprintf("%s Sprint %d", t.Project, sprint)
	t.move(at, developer, "sprint", name)
	t.hand(at, developer, InProgress, h.team.Name, developer)
	if c.hits(80) {
		at = c.later(at, c.skewed(2*time.Hour, 100))
		t.move(at, developer, "flagged", "Impediment")
		at = c.later(at, c.skewed(workday, 120))
		t.move(at, developer, "flagged", "")
	}
	return c.later(at, c.skewed(time.Hour, 120))
}

// visitDBA is a change of a database's schema, made by the DBA group. Its queue grows from month to month: at the end
// of the history a ticket waits about ten times as long as at its beginning.
func (h *teamHistory) visitDBA(c *chance, t *Ticket, developer *Person, at time.Time) time.Time {
	at = c.later(at, c.skewed(2*time.Hour, 100))
	dba := pick(c, h.world.team("dba").Members)
	t.hand(at, developer, WaitingForDBA, "dba", nil)
	queue := 6*time.Hour + 60*time.Hour*time.Duration(h.world.elapsed(at))/1000
	at = c.later(at, c.skewed(queue, 60))
	t.hand(at, dba, InDBA, "dba", dba)
	at = c.later(at, c.skewed(3*time.Hour, 110))
	t.hand(at, dba, InProgress, h.team.Name, developer)
	return c.later(at, c.skewed(time.Hour, 100))
}

// develop makes the pull requests of a ticket and returns when the last was merged.
func (h *teamHistory) develop(c *chance, t *Ticket, r *repoState, developer *Person, at time.Time) time.Time {
	p := proposal{repo: r, at: at, ticket: t.Key, title: t.Title, author: developer, defect: t.Class == "defect"}
	pr := h.propose(c, p)
	ready, merged := pr.readyForReview(), pr.ClosedAt
	if c.hits(170) {
		p.repo, p.at = h.someRepo(c), c.later(at, c.skewed(4*time.Hour, 100))
		other := h.propose(c, p)
		if other.readyForReview().Before(ready) {
			ready = other.readyForReview()
		}
		if other.ClosedAt.After(merged) {
			merged = other.ClosedAt
		}
	}
	t.hand(ready, developer, InReview, h.team.Name, developer)
	return merged.Add(c.between(time.Second, 10*time.Minute))
}

// readyForReview is when reviewers could begin.
func (pr *PullRequest) readyForReview() time.Time {
	if pr.ReadyAt.IsZero() {
		return pr.CreatedAt
	}
	return pr.ReadyAt
}

func (h *teamHistory) finish(t *Ticket, at time.Time, actor *Person, resolution string) {
	t.move(at, actor, "status", Done)
	t.move(at, actor, "team", h.team.Name)
	t.move(at, actor, "resolution", resolution)
}

// ticketWithoutCode is work that leaves no trace in a repository: an analysis, a conversation, a setting.
func (h *teamHistory) ticketWithoutCode(c *chance, now time.Time) {
	t := h.newTicket(c, now)
	defer h.tellTicket(t)
	person := pick(c, h.team.Members)
	at := h.begin(c, t, person, c.later(now, c.skewed(3*workday, 150)))
	h.finish(t, c.later(at, c.skewed(workday, 150)), person, Done)
}

// urgentTicket is the ticket of a hotfix, with its pull request.
func (h *teamHistory) urgentTicket(c *chance, p proposal, now time.Time) {
	t := h.newTicket(c, now)
	defer h.tellTicket(t)
	t.Type, t.Class, t.Priority, t.Estimate = "Bug", "defect", "Highest", 0
	t.Labels = []string{"production"}
	t.Title = "Hotfix: " + phrase(c, true)
	p.author = pick(c, h.team.Members)
	p.ticket, p.title = t.Key, t.Title[len("Hotfix: "):]
	p.at = now.Add(c.between(time.Minute, 8*time.Minute))
	t.hand(now.Add(c.between(time.Second, time.Minute)), p.author, InProgress, h.team.Name, p.author)
	pr := h.propose(c, p)
	t.move(pr.readyForReview(), p.author, "status", InReview)
	h.finish(t, pr.ClosedAt.Add(c.between(20*time.Minute, 3*time.Hour)), p.author, Done)
}

// scheduleDesk lets requests come in at a team that writes no code of its own: it answers them in turn.
func (h *teamHistory) scheduleDesk(from time.Time) {
	h.works++
	c := h.chance("desk", h.team.Name, h.works)
	gap := c.between(0, 2*h.world.gap(h.team.pace)+2*time.Second)
	h.at(afterWork(from, gap), func(now time.Time) {
		h.scheduleDesk(now)
		t := h.newTicket(c, now)
		defer h.tellTicket(t)
		t.Type, t.Title = "Request", "Request: "+phrase(c, false)
		if t.Class == "defect" { // a tracker cannot know it: by their type and labels requests are features, risks or debts
			t.Class = "feature"
		}
		person := pick(c, h.team.Members)
		at := h.begin(c, t, person, c.later(now, c.skewed(9*time.Hour, 130)))
		h.finish(t, c.later(at, c.skewed(4*time.Hour, 140)), person, Done)
	})
}
