package jira

import (
	"context"
	"slices"

	"github.com/weirhq/weir/warehouse"
)

// apply writes what issues gave. What an issue may have given before and does not give any more is deleted first: where
// its own history says that there may be such, or, with recheck, for each.
func (p *progress) apply(ctx context.Context, found []Found, recheck bool) error {
	var all, gone warehouse.Records
	var former []string
	for _, f := range found {
		if recheck || f.unlinked || f.changedKind {
			if err := p.stale(ctx, f, recheck, &gone); err != nil {
				return err
			}
		}
		former = append(former, f.Former...)
		all.Tickets = append(all.Tickets, f.Records.Tickets...)
		all.Transitions = append(all.Transitions, f.Records.Transitions...)
		all.TicketLinks = append(all.TicketLinks, f.Records.TicketLinks...)
		all.Incidents = append(all.Incidents, f.Records.Incidents...)
		p.note(f.key)
	}
	if err := p.run.Delete(ctx, gone); err != nil {
		return err
	}
	if err := p.run.Write(ctx, all); err != nil {
		return err
	}
	return p.forget(ctx, former)
}

// note remembers that an issue is there.
func (s *sweep) note(key string) {
	if s.run.Reconcile {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.listed[key] = true
	}
}

// stale adds what is known of an issue and is not among what it gives now. Its transitions are looked at only when the
// mapping may have changed, or when it is no ticket any more: Jira's own history is never rewritten.
func (p *progress) stale(ctx context.Context, f Found, recheck bool, gone *warehouse.Records) error {
	known, err := p.ofTicket(ctx, f.key)
	if err != nil {
		return err
	}
	if len(f.Records.Tickets) == 0 {
		gone.Tickets = append(gone.Tickets, known.Tickets...)
	}
	gone.TicketLinks = append(gone.TicketLinks, slices.DeleteFunc(known.TicketLinks, func(l warehouse.TicketLink) bool {
		return slices.ContainsFunc(f.Records.TicketLinks, func(m warehouse.TicketLink) bool { return l.Kind == m.Kind && l.Target == m.Target })
	})...)
	if recheck || len(f.Records.Tickets) == 0 {
		has := map[string]bool{}
		for _, t := range f.Records.Transitions {
			has[t.ID] = true
		}
		gone.Transitions = append(gone.Transitions, slices.DeleteFunc(known.Transitions, func(t warehouse.Transition) bool { return has[t.ID] })...)
	}
	if len(f.Records.Incidents) == 0 {
		incident, err := p.run.Known(ctx, "incidents", map[string]string{"id": f.key})
		if err != nil {
			return err
		}
		gone.Incidents = append(gone.Incidents, incident.Incidents...)
	}
	return nil
}

// ofTicket is everything that is known of a ticket.
func (s *sweep) ofTicket(ctx context.Context, key string) (warehouse.Records, error) {
	var all warehouse.Records
	for table, column := range map[string]string{"tickets": "key", "transitions": "ticket", "ticket_links": "ticket"} {
		r, err := s.run.Known(ctx, table, map[string]string{column: key})
		if err != nil {
			return all, err
		}
		all.Tickets = append(all.Tickets, r.Tickets...)
		all.Transitions = append(all.Transitions, r.Transitions...)
		all.TicketLinks = append(all.TicketLinks, r.TicketLinks...)
	}
	return all, nil
}

// forget deletes what is known under keys that no issue has any more, and reads the issues again that are known to be
// linked to them: their links name another key now, or are gone.
func (p *progress) forget(ctx context.Context, keys []string) error {
	neighbours, err := p.remove(ctx, keys)
	if err != nil {
		return err
	}
	return p.again(ctx, neighbours)
}

// remove deletes tickets and incidents with all that belongs to them, and returns the issues that link to them.
func (s *sweep) remove(ctx context.Context, keys []string) ([]string, error) {
	var gone warehouse.Records
	var neighbours []string
	for _, key := range sorted(slices.Clone(keys)) {
		known, err := s.ofTicket(ctx, key)
		if err != nil {
			return nil, err
		}
		gone.Tickets = append(gone.Tickets, known.Tickets...)
		gone.Transitions = append(gone.Transitions, known.Transitions...)
		gone.TicketLinks = append(gone.TicketLinks, known.TicketLinks...)
		if s.mapping.hasIncidents() {
			r, err := s.run.Known(ctx, "incidents", map[string]string{"id": key})
			if err != nil {
				return nil, err
			}
			gone.Incidents = append(gone.Incidents, r.Incidents...)
		}
		to, err := s.run.Known(ctx, "ticket_links", map[string]string{"target": key})
		if err != nil {
			return nil, err
		}
		for _, l := range to.TicketLinks {
			if !slices.Contains(keys, l.Ticket) {
				neighbours = append(neighbours, l.Ticket)
			}
		}
	}
	return sorted(neighbours), s.run.Delete(ctx, gone)
}

// again reads issues one by one and replaces all that is known of them.
func (p *progress) again(ctx context.Context, keys []string) error {
	for batch := range slices.Chunk(keys, 50) {
		var found []Found
		for _, key := range batch {
			f, err := p.one(ctx, key)
			if err != nil {
				return err
			}
			if f != nil {
				found = append(found, *f)
			}
		}
		if err := p.apply(ctx, found, true); err != nil {
			return err
		}
	}
	return nil
}

// removeVanished deletes what no part lists any more. It runs after every part has listed all of its own.
func (s *sweep) removeVanished(ctx context.Context) error {
	keys := map[string]string{}
	for key := range s.listed {
		keys[projectOf(Issue{Key: text(key)})] = ""
	}
	for _, p := range s.collector.parts(s.site, s.run) {
		if p.board == 0 && p.name != "query" {
			keys[p.name] = ""
		}
	}
	for _, key := range s.site.Projects {
		keys[key] = ""
	}
	var vanished []string
	for _, project := range sortedKeys(keys) {
		r, err := s.run.Known(ctx, "tickets", map[string]string{"project": project})
		if err != nil {
			return err
		}
		for _, t := range r.Tickets {
			if !s.listed[t.Key] {
				vanished = append(vanished, t.Key)
			}
		}
	}
	if s.mapping.hasIncidents() {
		r, err := s.run.Known(ctx, "incidents", nil)
		if err != nil {
			return err
		}
		for _, i := range r.Incidents {
			if !s.listed[i.ID] {
				vanished = append(vanished, i.ID)
			}
		}
	}
	if len(vanished) > 0 {
		s.run.Log.Info("issues that are not there any more are removed", "issues", len(vanished))
	}
	for batch := range slices.Chunk(sorted(vanished), 200) {
		p := &progress{sweep: s, run: s.run}
		if err := p.forget(ctx, batch); err != nil {
			return err
		}
	}
	return nil
}
