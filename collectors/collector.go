package collectors

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/weirhq/weir/warehouse"
)

// Collector fetches what is new at one source. Collect is called by one goroutine at a time; it ends when everything
// that was new is written, when it fails, or soon after ctx is done. It is called again on the next occasion with the
// cursor that it saved last, so it must be able to continue after any of its own writes: a run may be killed anywhere.
type Collector interface {
	Collect(ctx context.Context, run *Run) error
}

// Store keeps records and cursors: the warehouse.
type Store interface {
	// Write is durable when it returns. Writing a record again replaces it.
	Write(ctx context.Context, records warehouse.Records) error
	// Delete makes the records with the keys of these disappear; the other fields do not matter.
	Delete(ctx context.Context, records warehouse.Records) error
	// Cursor is what was last saved for the source, "" when there is nothing.
	Cursor(ctx context.Context, source string) (string, error)
	SaveCursor(ctx context.Context, source, cursor string) error
}

// Run is one run of one source's collector: the only way in which a collector reaches the outside of its source.
type Run struct {
	Source string       // the configured name of the source
	Cursor string       // where the last run left off; "" means from the beginning
	Log    *slog.Logger // carries the source's name
	Now    func() time.Time

	store Store

	mu      sync.Mutex
	broken  error // the first failure to write: after it nothing may be saved
	written map[string]int64
	deleted map[string]int64
}

// newRun prepares a run. The cursor is read by the caller, who has to report it when that fails.
func newRun(source, cursor string, store Store, log *slog.Logger, now func() time.Time) *Run {
	return &Run{
		Source: source, Cursor: cursor, Log: log, Now: now, store: store,
		written: map[string]int64{}, deleted: map[string]int64{},
	}
}

// Write stores records, marked as coming from this source. They are durable when it returns.
func (r *Run) Write(ctx context.Context, records warehouse.Records) error {
	kinds := count(records)
	if len(kinds) == 0 {
		return nil
	}
	attribute(&records, r.Source)
	if err := r.store.Write(ctx, records); err != nil {
		return r.fail(fmt.Errorf("write the records of source %q: %w", r.Source, err))
	}
	r.add(r.written, kinds)
	return nil
}

// Delete removes the records with the keys of these.
func (r *Run) Delete(ctx context.Context, records warehouse.Records) error {
	kinds := count(records)
	if len(kinds) == 0 {
		return nil
	}
	attribute(&records, r.Source)
	if err := r.store.Delete(ctx, records); err != nil {
		return r.fail(fmt.Errorf("delete the vanished records of source %q: %w", r.Source, err))
	}
	r.add(r.deleted, kinds)
	return nil
}

// errNotSaved is the answer to a collector that goes on after a failed write.
var errNotSaved = errors.New("the cursor was not moved past records that could not be written")

// Save remembers where to continue. Call it when everything before that point was handed to Write: since Write returns
// only when its records are durable, a crash then loses nothing. After a failed write it refuses.
func (r *Run) Save(ctx context.Context, cursor string) error {
	r.mu.Lock()
	broken := r.broken
	r.mu.Unlock()
	if broken != nil {
		return fmt.Errorf("%w: %w", errNotSaved, broken)
	}
	if cursor == r.Cursor {
		return nil
	}
	if err := r.store.SaveCursor(ctx, r.Source, cursor); err != nil {
		return fmt.Errorf("save the cursor of source %q: %w", r.Source, err)
	}
	r.Cursor = cursor
	return nil
}

func (r *Run) fail(err error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.broken == nil {
		r.broken = err
	}
	return err
}

func (r *Run) add(to, kinds map[string]int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for kind, n := range kinds {
		to[kind] += n
	}
}
