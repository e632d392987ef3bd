package jira

import (
	"context"
	"encoding/json"
	"time"
)

// follow reads what was updated since the last run, the least recently updated first, in passes of a bounded number of
// pages. An issue that changes while a pass is read moves to the end of the list and may draw another one over the edge
// of a page; so a pass of several pages is compared with a plain list before the cursor moves past it.
func (p *progress) follow(ctx context.Context) error {
	for pages := 10; ; pages *= 2 { // more each time, so that a mass of issues of one minute cannot hold it up
		pass := pass{limit: pages, seen: map[string]time.Time{}}
		jql := p.query
		if !p.cursor.Updated.IsZero() {
			from := p.cursor.Updated
			if !p.cursor.Settled {
				from = from.Add(-overlap)
			}
			jql += " AND updated >= " + p.site.notBefore(from)
		}
		if err := p.walk(ctx, jql, &pass); err != nil {
			return err
		}
		if pass.pages > 1 {
			if err := p.verifyPass(ctx, jql, &pass); err != nil {
				return err
			}
		}
		if err := p.reached(ctx, pass); err != nil {
			return err
		}
		if pass.ended {
			return nil
		}
	}
}

// pass is one walk over what was updated.
type pass struct {
	limit, pages int
	seen         map[string]time.Time // key to time of change
	until        time.Time            // the latest of those
	ended        bool
}

// walk reads the pages of a pass and writes what is new in them.
func (p *progress) walk(ctx context.Context, jql string, pass *pass) error {
	q := query{jql: jql, order: "updated ASC, key ASC", fields: p.wanted(), history: true, size: pageSize}
	return p.search(ctx, q, func(issues []json.RawMessage, last bool) error {
		var changed []json.RawMessage
		for _, raw := range issues {
			i := decode[glance](raw)
			at := timeOf(i.Fields.Updated)
			pass.seen[string(i.Key)] = at
			if at.After(pass.until) {
				pass.until = at
			}
			if p.cursor.Seen[string(i.Key)] != at.UnixMilli() {
				changed = append(changed, raw)
			}
		}
		p.run.Expect(len(changed))
		found, err := p.read(ctx, changed)
		if err != nil {
			return err
		}
		if err := p.apply(ctx, found, usual); err != nil {
			return err
		}
		p.run.Done(len(changed))
		pass.pages++
		if pass.ended = last; !last && pass.pages >= pass.limit {
			return errEnough
		}
		return nil
	})
}

// verifyPass reads what a pass should have seen and has not.
func (p *progress) verifyPass(ctx context.Context, jql string, pass *pass) error {
	listed, err := p.list(ctx, jql)
	if err != nil {
		return err
	}
	var missed []string
	for _, key := range sortedKeys(listed) {
		if at := listed[key]; !at.After(pass.until) && pass.seen[key].Before(at) && p.cursor.Seen[key] != at.UnixMilli() {
			missed = append(missed, key)
			pass.seen[key] = at
		}
	}
	return p.again(ctx, missed)
}

// reached moves the cursor.
func (p *progress) reached(ctx context.Context, pass pass) error {
	if pass.until.After(p.cursor.Updated) {
		p.cursor.Updated = pass.until
	}
	p.cursor.Settled = p.settled()
	// What the next run's overlap will show is a bit more than the overlap, as minutes are cut.
	from := p.cursor.Updated.Add(-overlap - 2*time.Hour)
	seen := map[string]int64{}
	for key, ms := range p.cursor.Seen {
		if !time.UnixMilli(ms).Before(from) {
			seen[key] = ms
		}
	}
	for key, at := range pass.seen {
		if !at.Before(from) {
			seen[key] = at.UnixMilli()
		}
	}
	if len(seen) > mostSeen {
		seen = nil
	}
	p.cursor.Seen = seen
	return p.save(ctx)
}
