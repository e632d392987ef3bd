package site

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/weirhq/weir/collectors/simulator"
	"github.com/weirhq/weir/warehouse"
)

// project is a team's project in Jira.
type project struct {
	id      int64
	team    *simulator.Team
	tickets []*ticket // by number
	updated []*ticket // by their last change, then number
}

// ticket is an issue of Jira.
type ticket struct {
	warehouse.Ticket
	id      int64 // Jira's own
	number  int64 // within its project
	project *project
	moves   []warehouse.Transition
	links   []warehouse.TicketLink
	remote  []warehouse.TicketLink // the links to pull requests, oldest first
	history []entry                // oldest first
	first   string                 // the team that it began with
	poked   time.Time
	touched time.Time
}

// entry is one entry of a ticket's history: what one person changed at one moment.
type entry struct {
	id    int64
	at    time.Time
	actor string
	items []warehouse.Transition
	link  *warehouse.TicketLink // instead of items
}

func (s *store) ticketOf(key string) *ticket {
	t := s.ticket[key]
	if t == nil {
		prefix, text, _ := strings.Cut(key, "-")
		number, _ := strconv.ParseInt(text, 10, 64) // the keys are our own
		t = &ticket{id: s.world.TicketNumber(key), number: number}
		for _, p := range s.projects {
			if p.team.Project == prefix {
				t.project = p
				t.first = p.team.Name
				p.tickets, p.updated = append(p.tickets, t), append(p.updated, t)
			}
		}
		s.ticket[key] = t
	}
	return t
}

func (s *store) takeTickets(r warehouse.Records, changed *changes) {
	for _, k := range r.Tickets {
		if s.gone["ticket "+k.Key] {
			continue
		}
		t := s.ticketOf(k.Key)
		t.Ticket = k
		changed.tickets[t] = true
	}
	for _, m := range r.Transitions {
		if s.gone["ticket "+m.Ticket] {
			continue
		}
		t := s.ticketOf(m.Ticket)
		t.moves = append(t.moves, m)
		changed.tickets[t] = true
	}
	for _, l := range r.TicketLinks {
		if s.gone["ticket "+l.Ticket] || s.gone["ticket "+l.Target] {
			continue
		}
		t := s.ticketOf(l.Ticket)
		if l.Kind == "remote" {
			t.remote = append(t.remote, l)
		} else {
			t.links = append(t.links, l)
		}
		changed.tickets[t] = true
	}
}

// settle makes the history of the ticket.
func (t *ticket) settle(s *store) {
	byEntry := map[int64]*entry{}
	var order []*entry
	slices.SortFunc(t.moves, func(a, b warehouse.Transition) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(len(a.ID), len(b.ID)), strings.Compare(a.ID, b.ID))
	})
	for _, m := range t.moves {
		text, _, _ := strings.Cut(m.ID, "-")
		id, _ := strconv.ParseInt(text, 10, 64) // the ids are our own
		e := byEntry[id]
		if e == nil {
			e = &entry{id: id, at: m.At, actor: m.Actor}
			byEntry[id] = e
			order = append(order, e)
		}
		e.items = append(e.items, m)
	}
	slices.SortFunc(t.links, func(a, b warehouse.TicketLink) int {
		return cmp.Or(a.Since.Compare(b.Since), strings.Compare(a.Target, b.Target), strings.Compare(a.Kind, b.Kind))
	})
	for i := range t.links {
		l := &t.links[i]
		actor := t.project.team.Members[0].Email
		order = append(order, &entry{id: t.id*1000 + 500 + s.linkNumber(l), at: l.Since, actor: actor, link: l})
	}
	slices.SortFunc(t.remote, func(a, b warehouse.TicketLink) int {
		return cmp.Or(a.Since.Compare(b.Since), strings.Compare(a.Target, b.Target))
	})
	for i := range t.remote {
		order = append(order, &entry{id: t.remoteNumber(i), at: t.remote[i].Since, actor: t.project.team.Members[0].Email, link: &t.remote[i]})
	}
	t.history = t.history[:0:0]
	for _, e := range order {
		t.history = append(t.history, *e)
	}
	slices.SortStableFunc(t.history, func(a, b entry) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.id, b.id)) })
	t.touched = latest(t.CreatedAt, t.poked)
	for _, e := range t.history {
		t.touched = latest(t.touched, e.at)
	}
}

// linkNumber tells the links of a ticket apart, for ever: by the number of the other side.
func (s *store) linkNumber(l *warehouse.TicketLink) int64 {
	mine, other := s.world.TicketNumber(l.Ticket), s.world.TicketNumber(l.Target)
	return (other - mine + 250) % 500
}

// remoteNumber is Jira's of the i-th link to a pull request, and of the entry of the history that tells of it.
func (t *ticket) remoteNumber(i int) int64 { return t.id*1000 + 400 + int64(i) }

func (p *project) settle() {
	slices.SortFunc(p.tickets, func(a, b *ticket) int { return cmp.Compare(a.number, b.number) })
	slices.SortFunc(p.updated, func(a, b *ticket) int {
		return cmp.Or(a.touched.Compare(b.touched), cmp.Compare(a.number, b.number))
	})
}
