package collectors

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
)

// Each collects the parts of a source (repositories, projects, jobs) by themselves: each has a cursor of its own, and one
// that fails does not stop the others. At most parallel of them are collected at the same time. The error of those that
// failed names each with its reason; nil when all went well.
//
// A part is known by its name from run to run, so the name must not depend on the order of a list.
func (r *Run) Each(ctx context.Context, parts []string, parallel int, collect func(ctx context.Context, part *Run) error) error {
	failures := make([]error, len(parts))
	slots := make(chan struct{}, max(parallel, 1))
	var all sync.WaitGroup
	for i, name := range parts {
		if ctx.Err() != nil || r.broken() != nil {
			break
		}
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			failures[i] = r.part(ctx, name, collect)
		})
	}
	all.Wait()
	if err := r.broken(); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if failures = slices.DeleteFunc(failures, func(err error) bool { return err == nil }); len(failures) > 0 {
		return &PartsError{failures}
	}
	return nil
}

func (r *Run) part(ctx context.Context, name string, collect func(context.Context, *Run) error) (err error) {
	part := &Run{Source: r.Source, Part: name, Since: r.Since, Full: r.Full, Reconcile: r.Full, Log: r.Log.With("part", name), Begun: r.Begun, Now: r.Now, store: r.store, tally: r.tally}
	defer func() {
		if cause := recover(); cause != nil {
			part.Log.Error("the collector panicked", "cause", cause, "stack", string(debug.Stack()))
			err = fmt.Errorf("%s: a fault in the collector itself, please report it: %v", name, cause)
		}
		if err != nil && ctx.Err() == nil {
			r.Problem(name, err)
		}
	}()
	reconciled, err := part.due(ctx)
	if err != nil {
		return err
	}
	if err := part.readCursor(ctx); err != nil {
		return err
	}
	if err := collect(ctx, part); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return reconciled()
}

// PartsError says that some parts of a source could not be collected, and the others were.
type PartsError struct{ Failures []error }

func (e *PartsError) Error() string { return errors.Join(e.Failures...).Error() }

// Unwrap gives each part's error.
func (e *PartsError) Unwrap() []error { return e.Failures }

// readCursor finds where the last run left off.
func (r *Run) readCursor(ctx context.Context) (err error) {
	if r.Full {
		return nil
	}
	if r.Cursor, err = r.store.Cursor(ctx, cursorName(r.Source, r.Part)); err != nil {
		return fmt.Errorf("read the cursor: %w", err)
	}
	return nil
}
