package jira

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/warehouse"
)

// progress is one run over one part.
type progress struct {
	*sweep
	run    *collectors.Run
	query  string
	begun  time.Time // by our clock
	cursor cursor
	going  map[string]bool // keys that are being deleted
}

// overlap is how far a run reads back before the moment that the last one reached: Jira's index may lag behind by minutes.
const overlap = 10 * time.Minute

// settled tells whether the moment that is reached was so long before this run that no overlap is needed: an hour more
// than the overlap, since our clock and Jira's may differ.
func (p *progress) settled() bool {
	return !p.cursor.Updated.IsZero() && p.begun.Sub(p.cursor.Updated) > overlap+time.Hour
}

// collect brings one part up to date.
func (s *sweep) collect(ctx context.Context, run *collectors.Run, p part) error {
	if p.board != 0 {
		query, err := s.collector.boardQuery(ctx, p.board)
		if err != nil {
			return err
		}
		p.query = query
	}
	own := &progress{sweep: s, run: run, query: p.query, begun: run.Begun}
	own.resume()
	if err := own.tryRemoteLinks(ctx); err != nil {
		return err
	}
	filled := own.cursor.Filled
	for range 2 { // a second time when so much is missing that it is read by pages again
		if !own.cursor.Filled {
			if err := own.fill(ctx); err != nil {
				return err
			}
		}
		if filled && !own.reconciles() {
			break
		}
		if err := own.verify(ctx); err != nil {
			return err
		}
		if own.cursor.Filled {
			break
		}
	}
	if err := own.follow(ctx); err != nil {
		return err
	}
	if own.reconciles() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.whole[p.name] = true
	}
	return nil
}

// reconciles tells whether this run lists all that the part has: when it is the part's turn, or that of the whole source,
// which compares what no part has.
func (p *progress) reconciles() bool { return p.run.Reconcile || p.sweep.run.Reconcile }

// resume reads the cursor, or begins anew where it is of no use.
func (p *progress) resume() {
	by := fingerprint(p.query, p.site.Fields, p.site.By, p.site.Base)
	c, err := parse[cursor](p.run.Cursor)
	if err != nil {
		p.run.Log.Warn("the cursor is of no use; everything is collected again", "error", err)
		c = cursor{}
	}
	since := c.since(p.run.Since)
	further := since.Before(c.Since)
	if err != nil || c.Form != form || c.By != by || further {
		c = cursor{Form: form, By: by, Since: since, Recheck: p.run.Cursor != "" || p.run.Full}
	}
	p.cursor, p.cursor.Since = c, since
}

// since is how far back the part is collected: as far as somebody has asked for. A run of which nobody said how far, such
// as a scheduled one, leaves out what was left out before.
func (c cursor) since(asked time.Time) time.Time {
	switch {
	case c.Form == 0: // the first run, or a full one
		return asked.UTC()
	case asked.IsZero():
		return c.Since
	case asked.Before(c.Since), !c.Filled && !c.Recheck:
		return asked.UTC()
	}
	return c.Since // all of that is known already
}

// save makes the cursor durable.
func (p *progress) save(ctx context.Context) error { return p.run.Save(ctx, p.cursor.String()) }

// fill reads everything, newest first, from where an earlier run stopped.
func (p *progress) fill(ctx context.Context) error {
	if p.cursor.Updated.IsZero() && p.cursor.Below.IsZero() {
		// What changes from now on is read afterwards, so that nothing is missed however long this takes.
		newest := query{jql: p.query, order: "updated DESC, key DESC", fields: []string{"updated"}, size: 1}
		if err := p.search(ctx, newest, func(issues []json.RawMessage, _ bool) error {
			for _, raw := range issues {
				p.cursor.Updated = timeOf(decode[glance](raw).Fields.Updated)
			}
			return errEnough
		}); err != nil {
			return err
		}
		if p.cursor.Updated.IsZero() {
			return nil // there are no issues
		}
		p.cursor.Settled = p.settled()
		if err := p.save(ctx); err != nil {
			return err
		}
	}
	jql := p.query
	if !p.cursor.Below.IsZero() {
		jql += " AND created <= " + p.site.notAfter(p.cursor.Below)
	}
	if !p.cursor.Since.IsZero() {
		jql += " AND (resolutiondate is EMPTY OR updated >= " + p.site.notBefore(p.cursor.Since) + ")"
	}
	care := first
	if p.cursor.Recheck {
		care = bulk
	}
	q := query{jql: jql, order: "created DESC, key DESC", fields: p.wanted(), history: true, size: pageSize}
	return p.search(ctx, q, func(issues []json.RawMessage, _ bool) error {
		p.run.Expect(len(issues))
		found, err := p.read(ctx, issues)
		if err != nil {
			return err
		}
		if err := p.apply(ctx, found, care); err != nil {
			return err
		}
		p.run.Done(len(issues))
		for _, raw := range issues {
			if at := timeOf(decode[glance](raw).Fields.Created); !at.IsZero() && (p.cursor.Below.IsZero() || at.Before(p.cursor.Below)) {
				p.cursor.Below = at
			}
		}
		return p.save(ctx)
	})
}

// mostMissing is how many issues are read one by one before reading everything by pages again is cheaper.
const mostMissing = 300

// verify compares what Jira lists with what is known, and reads what is missing or older: issues that slipped from one
// page to another while those were read, or that a crash of Jira's index had hidden.
func (p *progress) verify(ctx context.Context) error {
	listed, err := p.list(ctx, p.query)
	if err != nil {
		return err
	}
	p.remember(listed)
	keys := sortedKeys(listed)
	known, err := p.known(ctx, keys)
	if err != nil {
		return err
	}
	var missing []string
	for _, key := range keys {
		at := listed[key]
		changed := !p.cursor.Updated.IsZero() && at.After(p.cursor.Updated) // follow reads it
		old := !p.cursor.Since.IsZero() && at.Before(p.cursor.Since)
		if has, ok := known[key]; !changed && !old && (!ok || has.Before(at)) {
			missing = append(missing, key)
		}
	}
	if p.cursor.Filled && len(missing) > mostMissing {
		p.run.Log.Info("much is missing; everything is collected again", "missing", len(missing))
		p.cursor = cursor{Form: form, By: p.cursor.By, Since: p.cursor.Since, Recheck: true}
		return p.save(ctx)
	}
	if err := p.again(ctx, missing); err != nil {
		return err
	}
	p.cursor.Filled, p.cursor.Below, p.cursor.Recheck = true, time.Time{}, false
	return p.save(ctx)
}

// remember keeps what was listed, for removing what was not.
func (p *progress) remember(listed map[string]time.Time) {
	if !p.reconciles() {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for key := range listed {
		p.listed[key] = true
	}
}

// known are the times of change of those of these issues that are known.
func (s *sweep) known(ctx context.Context, keys []string) (map[string]time.Time, error) {
	known := map[string]time.Time{}
	for batch := range slices.Chunk(keys, listSize) {
		var like warehouse.Records
		for _, key := range batch {
			like.Tickets = append(like.Tickets, warehouse.Ticket{Key: key})
			if s.mapping.hasIncidents() {
				like.Incidents = append(like.Incidents, warehouse.Incident{ID: key})
			}
		}
		r, err := s.run.KnownAs(ctx, like)
		if err != nil {
			return nil, fmt.Errorf("compare with what is known: %w", err)
		}
		for _, t := range r.Tickets {
			known[t.Key] = t.UpdatedAt
		}
		for _, i := range r.Incidents {
			known[i.ID] = i.UpdatedAt
		}
	}
	return known, nil
}

func (m *Mapping) hasIncidents() bool {
	return len(m.configuration.Incidents.Projects)+len(m.configuration.Incidents.Types) > 0
}

func recordsOfStatuses(list []warehouse.Status) warehouse.Records {
	return warehouse.Records{Statuses: list}
}
