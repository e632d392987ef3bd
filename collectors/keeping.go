package collectors

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/weirhq/weir/collectors/archive"
)

// record runs what does a run: it decides whether the run reconciles, keeps the vendor's answers where they are wanted,
// and remembers a reconciliation.
func (r *Runner) record(ctx context.Context, run *Run, do func() error) error {
	reconciled, err := run.due(ctx)
	if err != nil {
		return err
	}
	keeps := r.archive != nil && r.find(run.Source).Line != nil
	if keeps {
		cursors, err := cursorsOf(ctx, r.store, run.Source)
		if err != nil {
			return err
		}
		begin := archive.Run{At: run.Begun, Since: run.Since, Full: run.Full, Reconcile: run.Reconcile, Cursors: cursors}
		if err := r.archive.Begin(run.Source, begin); err != nil {
			return err
		}
	}
	err = do()
	if keeps {
		err = errors.Join(err, r.archive.End(run.Source, err != nil, run.Now().Add(-r.keepFor)))
	}
	var parts *PartsError
	if err == nil || errors.As(err, &parts) {
		err = errors.Join(err, reconciled())
	}
	return err
}

// cursorsOf are the cursors of a source and its parts, by part.
func cursorsOf(ctx context.Context, store Store, source string) (map[string]string, error) {
	all, err := store.Cursors(ctx, source)
	if err != nil {
		return nil, err
	}
	cursors := map[string]string{}
	for name, cursor := range all {
		owner, part, _ := strings.Cut(name, "\n")
		if owner == source && !strings.Contains(part, "\n") {
			cursors[part] = cursor
		}
	}
	return cursors, nil
}

// reconcileAfter is how often what the source still has is compared with what is known. A week of showing something that
// was deleted is bearable, and so is listing everything once a week.
const reconcileAfter = 7 * 24 * time.Hour

// due decides whether a run, of a source or of a part of it, reconciles, and returns what remembers that it did. A first run
// need not: all that it knows was there a moment ago. A part reconciles by itself, so that one that stays broken keeps no
// other from it.
func (r *Run) due(ctx context.Context) (remember func() error, err error) {
	name := cursorName(r.Source, r.Part) + reconciledAt
	last, err := r.store.Cursor(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("read when the source was reconciled: %w", err)
	}
	now := r.Begun
	at, err := time.Parse(time.RFC3339, last)
	if err == nil && now.Sub(at) >= reconcileAfter {
		r.Reconcile = true
	}
	save := func() error {
		if err := r.store.SaveCursor(ctx, name, now.Format(time.RFC3339)); err != nil {
			return fmt.Errorf("remember when the source was reconciled: %w", err)
		}
		return nil
	}
	switch {
	case last == "":
		return func() error { return nil }, save() // the clock starts even when the first run fails
	case r.Reconcile:
		return save, nil
	default:
		return func() error { return nil }, nil
	}
}

// remembered is what of a source's state outlives the process.
type remembered struct {
	LastSuccess time.Time `json:"last_success"`
}

// rememberAfter spares a source that runs every few seconds from writing down each time that it did.
const rememberAfter = time.Minute

// remember keeps when a source last succeeded, so that a restart does not make it look as if it never had.
func (r *Runner) remember(ctx context.Context, state State) {
	s := r.find(state.Source)
	s.mu.Lock()
	due := state.LastError == "" && state.LastSuccess.Sub(s.kept) >= rememberAfter
	if due {
		s.kept = state.LastSuccess
	}
	s.mu.Unlock()
	if !due {
		return
	}
	text, err := json.Marshal(remembered{LastSuccess: state.LastSuccess})
	if err == nil {
		err = r.store.SaveCursor(context.WithoutCancel(ctx), state.Source+stateOf, string(text))
	}
	if err != nil {
		r.log.Warn("the time of a source's last success could not be kept", "source", state.Source, "error", err)
	}
}

// Recall reads what an earlier process kept of the sources' states.
func (r *Runner) Recall(ctx context.Context) error {
	for _, s := range r.sources {
		text, err := r.store.Cursor(ctx, s.Name+stateOf)
		if err != nil {
			return fmt.Errorf("read when source %q last succeeded: %w", s.Name, err)
		}
		var kept remembered
		if text == "" || json.Unmarshal([]byte(text), &kept) != nil {
			continue // what cannot be read is not worth stopping for: the next run writes it anew
		}
		s.mu.Lock()
		if s.state.LastSuccess.IsZero() {
			s.state.LastSuccess, s.kept = kept.LastSuccess, kept.LastSuccess
		}
		s.mu.Unlock()
	}
	return nil
}
