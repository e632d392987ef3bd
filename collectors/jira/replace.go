package jira

import (
	"context"
	"fmt"
	"slices"

	"github.com/weirhq/weir/warehouse"
)

// care is how thoroughly what an issue may have given before, and does not give any more, is looked for.
type care int

const (
	first   care = iota // not at all: nothing can be known that a later step does not see
	usual               // where the issue's own history says that there may be something
	bulk                // for every issue, as far as its history names it: the mapping may have changed
	precise             // for every issue, whatever it is
)

// apply writes what issues gave, after deleting what they do not give any more.
func (p *progress) apply(ctx context.Context, found []Found, c care) error {
	var all, gone warehouse.Records
	var former []string
	for _, f := range found {
		if c == precise || c == usual && (f.unlinked || f.changedKind) || c == bulk && f.remote {
			if err := p.stale(ctx, f, c == precise, &gone); err != nil {
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
	if c == bulk {
		if err := p.staleInBulk(ctx, found, &gone); err != nil {
			return err
		}
	}
	if err := p.run.Delete(ctx, gone); err != nil {
		return err
	}
	if err := p.run.Write(ctx, all); err != nil {
		return err
	}
	if c == first {
		return nil
	}
	return p.forget(ctx, former)
}

// staleInBulk asks once for everything that the histories of these issues could have given by another mapping.
func (p *progress) staleInBulk(ctx context.Context, found []Found, gone *warehouse.Records) error {
	var like warehouse.Records
	for _, f := range found {
		mapped, linked := map[string]bool{}, map[[2]string]bool{}
		for _, t := range f.Records.Transitions {
			mapped[t.ID] = true
		}
		for _, id := range f.items {
			if !mapped[id] {
				like.Transitions = append(like.Transitions, warehouse.Transition{Ticket: f.key, ID: id})
			}
		}
		for _, l := range f.Records.TicketLinks {
			if l.Kind == remoteKind {
				continue // stale looks after these
			}
			linked[[2]string{l.Kind, l.Target}] = true
			f.linked = append(f.linked, l.Target)
		}
		for _, target := range sorted(f.linked) {
			for _, kind := range linkKinds {
				if target != "" && !linked[[2]string{kind, target}] {
					like.TicketLinks = append(like.TicketLinks, warehouse.TicketLink{Ticket: f.key, Kind: kind, Target: target})
				}
			}
		}
		if len(f.Records.Tickets) == 0 {
			like.Tickets = append(like.Tickets, warehouse.Ticket{Key: f.key})
		}
		if len(f.Records.Incidents) == 0 {
			like.Incidents = append(like.Incidents, warehouse.Incident{ID: f.key})
		}
	}
	known, err := p.run.KnownAs(ctx, like)
	if err != nil {
		return fmt.Errorf("compare with what is known: %w", err)
	}
	// Other sources may tell of the same issues.
	gone.Tickets = append(gone.Tickets, slices.DeleteFunc(known.Tickets, func(r warehouse.Ticket) bool { return r.Source != p.run.Source })...)
	gone.Incidents = append(gone.Incidents, slices.DeleteFunc(known.Incidents, func(r warehouse.Incident) bool { return r.Source != p.run.Source })...)
	gone.Transitions = append(gone.Transitions, slices.DeleteFunc(known.Transitions, func(r warehouse.Transition) bool { return r.Source != p.run.Source })...)
	gone.TicketLinks = append(gone.TicketLinks, slices.DeleteFunc(known.TicketLinks, func(r warehouse.TicketLink) bool { return r.Source != p.run.Source })...)
	return nil
}

// note remembers that an issue is there: another part may be comparing what it listed before this one came. Only the first
// reading of a part, which may be of very many, is not worth the memory.
func (p *progress) note(key string) {
	if p.cursor.Filled || p.reconciles() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.listed[key] = true
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
		if l.Kind == remoteKind && !f.remote {
			return true
		}
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

// forget deletes what is known under keys that no issue has any more. Before, the issues that are known to be linked to
// them are read again, since their links name another key now, or are gone: a run that is killed in between finds both
// still to be done.
func (p *progress) forget(ctx context.Context, keys []string) error {
	keys = slices.DeleteFunc(sorted(slices.Clone(keys)), func(key string) bool { return p.going[key] })
	known, err := p.known(ctx, keys)
	if err != nil || len(known) == 0 {
		return err
	}
	if p.going == nil {
		p.going = map[string]bool{}
	}
	for _, key := range keys {
		p.going[key] = true // two that are linked may both have been moved
	}
	defer func() {
		for _, key := range keys {
			delete(p.going, key)
		}
	}()
	var gone warehouse.Records
	var neighbours []string
	for _, key := range sortedKeys(known) {
		own, err := p.ofTicket(ctx, key)
		if err != nil {
			return err
		}
		gone.Tickets = append(gone.Tickets, own.Tickets...)
		gone.Transitions = append(gone.Transitions, own.Transitions...)
		gone.TicketLinks = append(gone.TicketLinks, own.TicketLinks...)
		incident, err := p.run.Known(ctx, "incidents", map[string]string{"id": key})
		if err != nil {
			return err
		}
		gone.Incidents = append(gone.Incidents, incident.Incidents...)
		to, err := p.run.Known(ctx, "ticket_links", map[string]string{"target": key})
		if err != nil {
			return err
		}
		for _, l := range to.TicketLinks {
			if _, going := known[l.Ticket]; !going {
				neighbours = append(neighbours, l.Ticket)
			}
		}
	}
	if err := p.again(ctx, sorted(neighbours)); err != nil {
		return err
	}
	return p.run.Delete(ctx, gone)
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
		if err := p.apply(ctx, found, precise); err != nil {
			return err
		}
	}
	return nil
}

// removeVanished deletes what no part lists any more: in the projects whose own parts listed all that they have, and once all
// parts did, in every one. A part that cannot be read keeps what is known of it, and no other's.
func (s *sweep) removeVanished(ctx context.Context, parts []part) error {
	keys := map[string]string{}
	everywhere := len(parts) > 0
	for _, p := range parts {
		if s.whole[p.name] && p.board == 0 && p.name != "query" {
			keys[p.name] = ""
		}
		everywhere = everywhere && s.whole[p.name]
	}
	if everywhere {
		for key := range s.listed {
			keys[projectOf(Issue{Key: text(key)})] = ""
		}
		for _, key := range s.site.Projects {
			keys[key] = ""
		}
	}
	if len(keys) == 0 {
		return nil
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
			if _, compared := keys[projectOf(Issue{Key: text(i.ID)})]; !s.listed[i.ID] && (compared || everywhere) {
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
