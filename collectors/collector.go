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

// Checker is a collector that can say, by a few requests and without collecting, how it would fare.
type Checker interface {
	Check(ctx context.Context) (Check, error)
}

// Check is what a collector found when it was asked to look at its source. The sentences are for whoever configures it.
type Check struct {
	Account  string   // as whom the vendor knows the credentials; "" where it does not say
	Readable []string // what may be read, such as "12 repositories of acme"
	Missing  []string // what was configured and may not be read, each with the permission that it needs
	Requests int      // how many a first sync will take, roughly; 0: nobody knows
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
	// Cursors are all cursors whose names begin so.
	Cursors(ctx context.Context, prefix string) (map[string]string, error)
	// Known reads the records of a scope, KnownAs those with the keys of these.
	Known(ctx context.Context, scope warehouse.Scope) (warehouse.Records, error)
	KnownAs(ctx context.Context, keys warehouse.Records) (warehouse.Records, error)
}

// Run is one run of one source's collector: the only way in which a collector reaches the outside of its source.
type Run struct {
	Source string    // the configured name of the source
	Part   string    // of a run of a part of the source (see Each): its name
	Cursor string    // where the last run left off; "" means from the beginning
	Since  time.Time // what ended before need not be collected; zero: as it was ordered before, at first all history
	Full   bool      // everything is read again; Cursor is "" then

	// Reconcile asks to compare what the source still has with what is Known, and to delete what has vanished. The runner
	// sets it now and then, and always together with Full.
	Reconcile bool

	// Begun is when the run began, by our clock. What a collector asks its source for may depend on this moment and on no
	// other: answers that were kept are found again only where the same is asked.
	Begun time.Time
	Now   func() time.Time

	Log *slog.Logger // carries the source's name

	store Store
	tally *tally // shared by a run and the runs of its parts
}

// tally is what a run has done so far.
type tally struct {
	mu       sync.Mutex
	broken   error // the first failure to write: after it nothing may be saved
	written  map[string]int64
	deleted  map[string]int64
	progress Progress
	problems []Problem
}

// Progress is how far a run is: items (pull requests, tickets, builds …) done, and how many are expected by now; more
// may be found on the way. Both are 0 where nobody knows.
type Progress struct{ Done, Expected int64 }

// Problem is why a part of a source could not be collected.
type Problem struct {
	Part  string
	Error string // a sentence
}

// newRun prepares a run. The cursor is read by the caller, who has to report it when that fails.
func newRun(source string, store Store, log *slog.Logger, now func() time.Time) *Run {
	return &Run{Source: source, Log: log, Begun: now().UTC(), Now: now, store: store, tally: &tally{written: map[string]int64{}, deleted: map[string]int64{}}}
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
	r.tally.add(r.tally.written, kinds)
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
	r.tally.add(r.tally.deleted, kinds)
	return nil
}

// Known reads what this source wrote of a kind of records ("pull_requests"), where columns have these values, to compare
// it with what the source still has.
func (r *Run) Known(ctx context.Context, table string, where map[string]string) (warehouse.Records, error) {
	return r.store.Known(ctx, warehouse.Scope{Table: table, Source: r.Source, Where: where})
}

// KnownIn is Known for any scope; its source is this one, unless it says "*": then it is all.
func (r *Run) KnownIn(ctx context.Context, scope warehouse.Scope) (warehouse.Records, error) {
	switch scope.Source {
	case "":
		scope.Source = r.Source
	case "*":
		scope.Source = ""
	}
	return r.store.Known(ctx, scope)
}

// Problem tells of a part that could not be collected although the run goes on.
func (r *Run) Problem(part string, err error) {
	r.Log.Warn("a part could not be collected", "part", part, "error", err)
	r.tally.mu.Lock()
	defer r.tally.mu.Unlock()
	r.tally.problems = append(r.tally.problems, Problem{Part: part, Error: err.Error()})
}

// KnownAs reads the records that have the keys of these, whichever source wrote them.
func (r *Run) KnownAs(ctx context.Context, keys warehouse.Records) (warehouse.Records, error) {
	return r.store.KnownAs(ctx, keys)
}

// Imported counts records that were written in another way than by Write, such as from a file.
func (r *Run) Imported(kinds map[string]int64) { r.tally.add(r.tally.written, kinds) }

// Expect says that more items were found to be collected, and Done that some of them were, for whoever watches.
func (r *Run) Expect(items int) {
	r.tally.mu.Lock()
	defer r.tally.mu.Unlock()
	r.tally.progress.Expected += int64(items)
}

// Done is told how many of the expected items were collected.
func (r *Run) Done(items int) {
	r.tally.mu.Lock()
	defer r.tally.mu.Unlock()
	r.tally.progress.Done += int64(items)
}

// errNotSaved is the answer to a collector that goes on after a failed write.
var errNotSaved = errors.New("the cursor was not moved past records that could not be written")

// Save remembers where to continue. Call it when everything before that point was handed to Write: since Write returns
// only when its records are durable, a crash then loses nothing. After a failed write it refuses.
func (r *Run) Save(ctx context.Context, cursor string) error {
	if err := r.broken(); err != nil {
		return fmt.Errorf("%w: %w", errNotSaved, err)
	}
	if cursor == r.Cursor {
		return nil
	}
	if err := r.store.SaveCursor(ctx, cursorName(r.Source, r.Part), cursor); err != nil {
		return fmt.Errorf("save the cursor of source %q: %w", r.Source, err)
	}
	r.Cursor = cursor
	return nil
}

// What is kept beside the cursors of a source and its parts. No part has such a name.
const (
	reconciledAt = "\n\nreconciled"
	stateOf      = "\n\nstate"
)

// cursorName is under which name a cursor is kept. Names of sources have no line breaks.
func cursorName(source, part string) string {
	if part == "" {
		return source
	}
	return source + "\n" + part
}

func (r *Run) fail(err error) error {
	r.tally.mu.Lock()
	defer r.tally.mu.Unlock()
	if r.tally.broken == nil {
		r.tally.broken = err
	}
	return err
}

func (r *Run) broken() error {
	r.tally.mu.Lock()
	defer r.tally.mu.Unlock()
	return r.tally.broken
}

func (t *tally) add(to, kinds map[string]int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for kind, n := range kinds {
		to[kind] += n
	}
}
