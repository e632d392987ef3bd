package collectors

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"strings"
	"sync"
	"time"

	"github.com/weirhq/weir/collectors/access"
	"github.com/weirhq/weir/collectors/archive"
	"github.com/weirhq/weir/warehouse"
)

// Replay is how kept answers of a source are collected again.
type Replay struct {
	Store   Store
	Archive *archive.Archive
	Source  string
	New     func(*access.Line) (Collector, error) // the source's collector over another way of its requests
	Log     *slog.Logger
}

// Replayed is what a replay did.
type Replayed struct {
	Runs    int
	From    time.Time // when the first of them was
	Written map[string]int64
	Deleted map[string]int64 // what the replay did not write, and the source's records therefore no longer have
}

// errNothingKept tells how to have something to replay.
var errNothingKept = errors.New("no answers were kept from the beginning; set collection.keep_answers and run `weir sync --full` once")

// Run gives the collector the kept runs one after the other, and then removes what none of them wrote. The cursors stay as
// they are: the next collection goes on where the last one was.
func (r Replay) Run(ctx context.Context) (Replayed, error) {
	runs, err := r.Archive.Runs(r.Source)
	if err != nil {
		return Replayed{}, err
	}
	for len(runs) > 0 && !runs[0].Whole() {
		runs = runs[1:]
	}
	if len(runs) == 0 {
		return Replayed{}, errNothingKept
	}
	result := Replayed{Runs: len(runs), From: runs[0].At, Written: map[string]int64{}, Deleted: map[string]int64{}}
	store := &replaying{Store: r.Store, source: r.Source, written: map[string]bool{}}
	for _, run := range runs {
		if err := r.one(ctx, store, run, result.Written); err != nil {
			return result, fmt.Errorf("replay the run of %s: %w", run.At.Format(time.RFC3339), err)
		}
	}
	for _, t := range warehouse.Tables() {
		known, err := r.Store.Known(ctx, warehouse.Scope{Table: t.Name, Source: r.Source})
		if err != nil {
			return result, err
		}
		// What is newer than the last run was pushed since: no kept answer can tell of it.
		gone := known.Unless(func(key string, updatedAt time.Time) bool {
			return store.written[key] || updatedAt.After(runs[len(runs)-1].At)
		})
		if err := r.Store.Delete(ctx, gone); err != nil {
			return result, fmt.Errorf("remove what is no longer: %w", err)
		}
		maps.Copy(result.Deleted, count(gone))
	}
	return result, nil
}

func (r Replay) one(ctx context.Context, store *replaying, run archive.Run, written map[string]int64) error {
	tape, err := run.Tape()
	if err != nil {
		return err
	}
	collector, err := r.New(access.New(access.Options{Transport: tape, Tries: 1, Clock: stopped(run.At), Replaying: true}).Line(r.Source, "", r.Log))
	if err != nil {
		return err
	}
	store.begin(r.Source, run.Cursors)
	again := newRun(r.Source, store, r.Log, func() time.Time { return run.At })
	again.Since, again.Full, again.Reconcile = run.Since, run.Full, run.Reconcile
	failure := attempt(ctx, collector, again)
	for kind, n := range again.tally.written {
		written[kind] += n
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case again.broken() != nil:
		return again.broken()
	case tape.Strange() != nil:
		return tape.Strange()
	case failure != nil && tape.Well():
		return fmt.Errorf("it succeeded when it was collected, and fails now, so nothing is removed: %w", failure)
	case failure != nil: // as it failed then, or where it was killed
		r.Log.Warn("a replayed run failed, as it did when it was collected", "run", run.At, "error", failure)
	}
	return nil
}

// replaying is the warehouse, with cursors of its own and a memory of what was written.
type replaying struct {
	Store

	source  string
	mu      sync.Mutex
	cursors map[string]string
	written map[string]bool
}

func (s *replaying) begin(source string, cursors map[string]string) {
	s.cursors = map[string]string{}
	for part, cursor := range cursors {
		s.cursors[cursorName(source, part)] = cursor
	}
}

func (s *replaying) Cursor(_ context.Context, name string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cursors[name], nil
}

func (s *replaying) Cursors(_ context.Context, prefix string) (map[string]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := map[string]string{}
	for name, cursor := range s.cursors {
		if strings.HasPrefix(name, prefix) {
			found[name] = cursor
		}
	}
	return found, nil
}

func (s *replaying) SaveCursor(_ context.Context, name, cursor string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cursors[name] = cursor
	return nil
}

func (s *replaying) Write(ctx context.Context, records warehouse.Records) error {
	s.note(records, true)
	return s.Store.Write(ctx, records)
}

func (s *replaying) Delete(ctx context.Context, records warehouse.Records) error {
	s.note(records, false)
	return s.Store.Delete(ctx, records)
}

// Known and KnownAs tell what the replay has written so far, and what other sources know: what this source wrote before is
// what the replay replaces, and a collector that found it known would leave it out.
func (s *replaying) Known(ctx context.Context, scope warehouse.Scope) (warehouse.Records, error) {
	r, err := s.Store.Known(ctx, scope)
	return s.replayed(r), err
}

func (s *replaying) KnownAs(ctx context.Context, keys warehouse.Records) (warehouse.Records, error) {
	r, err := s.Store.KnownAs(ctx, keys)
	return s.replayed(r), err
}

func (s *replaying) replayed(r warehouse.Records) warehouse.Records {
	s.mu.Lock()
	defer s.mu.Unlock()
	return r.Of(func(key, source string) bool { return source != s.source || s.written[key] })
}

func (s *replaying) note(records warehouse.Records, there bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, key := range records.Keys() {
		if there {
			s.written[key] = true
		} else {
			delete(s.written, key)
		}
	}
}

// stopped is a clock that stands still, and on which nobody has to wait.
type stopped time.Time

func (s stopped) Now() time.Time { return time.Time(s) }

func (s stopped) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }
