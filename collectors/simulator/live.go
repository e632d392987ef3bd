package simulator

import (
	"context"
	"fmt"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/warehouse"
)

// Live collects from the company while it goes on: each run writes the records that are new or have changed since the
// run before. Its cursor is a moment, and the records at a moment are a function of the world alone; so a run that was
// killed and is run again, now or later, ends in the same records as one that was not.
//
// The first run lets the company work from its beginning, which takes about a second at the demo's size. Afterwards the
// company stays in memory as it stands, with what is still going on, and a run costs what has happened since.
type Live struct {
	world   *World
	clock   interface{ Now() time.Time }
	company *company // nil: it has to begin anew
}

var _ collectors.Collector = (*Live)(nil)

// NewLive prepares the collector; nothing happens before it is run. The clock's Now is the moment up to which a run
// tells, whatever the world's configuration says: what lies before it is known.
func NewLive(w *World, clock interface{ Now() time.Time }) *Live {
	return &Live{world: w, clock: clock}
}

// CursorAt is the cursor of a warehouse that holds the records of Configuration.Seen.
func CursorAt(seen time.Time) string {
	return seen.UTC().Truncate(time.Millisecond).Format(time.RFC3339Nano)
}

// Collect is one run. Without a cursor it tells the whole history.
func (l *Live) Collect(ctx context.Context, run *collectors.Run) error {
	v := view{world: l.world, until: l.clock.Now().UTC().Truncate(time.Millisecond)}
	if run.Cursor != "" {
		var err error
		if v.since, err = time.Parse(time.RFC3339Nano, run.Cursor); err != nil {
			return fmt.Errorf("the simulated company cannot go on from %q, which is not a moment of it: %w", run.Cursor, err)
		}
	}
	if !v.since.Before(v.until) {
		return nil // the clock has not moved on, or was set back
	}
	c := l.company
	if c == nil || v.since.Before(c.told) {
		c = newCompany(l.world)
	}
	l.company = nil // a company that was not told to its end has forgotten what was not written
	if err := write(ctx, run, c, v); err != nil {
		return err
	}
	l.company = c
	return nil
}

// write writes what v shows of the company, in bundles of a chapter's size or two, and moves the cursor.
func write(ctx context.Context, run *collectors.Run, c *company, v view) error {
	var bundle warehouse.Records
	size := 0
	flush := func() error {
		err := run.Write(ctx, bundle)
		bundle, size = warehouse.Records{}, 0
		return err
	}
	err := c.tell(v, func(r warehouse.Records) error {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("tell what the simulated company did: %w", err)
		}
		if size += gather(&bundle, r); size < chapterWeight {
			return nil
		}
		return flush()
	})
	if err == nil {
		err = flush()
	}
	if err == nil {
		err = run.Save(ctx, CursorAt(v.until))
	}
	return err
}

// gather adds records to a bundle and says how many.
func gather(bundle *warehouse.Records, r warehouse.Records) int {
	return put(&bundle.Commits, r.Commits) + put(&bundle.PullRequests, r.PullRequests) + put(&bundle.Reviews, r.Reviews) +
		put(&bundle.Builds, r.Builds) + put(&bundle.BuildStages, r.BuildStages) + put(&bundle.Deployments, r.Deployments) +
		put(&bundle.Incidents, r.Incidents) + put(&bundle.Tickets, r.Tickets) + put(&bundle.TicketLinks, r.TicketLinks) +
		put(&bundle.Transitions, r.Transitions) + put(&bundle.Signals, r.Signals)
}

func put[T any](bundle *[]T, records []T) int {
	*bundle = append(*bundle, records...)
	return len(records)
}
