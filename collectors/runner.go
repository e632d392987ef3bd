package collectors

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/weirhq/weir/collectors/access"
	"github.com/weirhq/weir/collectors/archive"
)

// Source is one configured source of records.
type Source struct {
	Name     string        // unique; stands in every record that it wrote
	Kind     string        // what it collects from, such as "github", for whoever looks at the list
	Schedule string        // cron, in UTC unless it begins with CRON_TZ=Zone; "" runs only when it is asked for
	Jitter   time.Duration // each run begins up to so much after its time, so that many sources do not ask at once
	Line     *access.Line  // the way of its requests; nil where it makes none
	Collector
}

// Clock is the time that the runner lives by.
type Clock interface {
	Now() time.Time
	// Sleep returns ctx's error when ctx is done first.
	Sleep(ctx context.Context, d time.Duration) error
}

// Options are what a runner may be told; the zero value is good.
type Options struct {
	Log      *slog.Logger     // nil discards
	Clock    Clock            // nil is the system's
	Now      func() time.Time // what collectors take for the present, where that is not the clock's: a simulated company has a time of its own
	Parallel int              // sources that ask vendors at the same time; 0 means 16: they wait more than they work, for answers and for limits
	AtOnce   bool             // Run collects every source that has a schedule at once, too, and not only at its next time

	Archive *archive.Archive // keeps what vendors answered; nil: nothing is kept
	KeepFor time.Duration    // how long it keeps
}

// Runner runs collectors: by their schedules in Run, or at once in Collect.
type Runner struct {
	store   Store
	log     *slog.Logger
	clock   Clock
	slots   chan struct{}
	sources []*source
	now     func() time.Time
	archive *archive.Archive
	keepFor time.Duration
	atOnce  bool
}

type source struct {
	Source
	schedule cron.Schedule // nil: only when asked for
	turn     chan struct{} // holds one token while nobody collects this source

	mu    sync.Mutex
	state State
	run   *Run // the latest run
	total map[string]int64
	kept  time.Time // the last success that was written down
}

// ErrRunning says that a source was asked to collect while it does.
var ErrRunning = errors.New("it is being collected already")

// ErrUnknown says that a source was asked for which is not configured.
var ErrUnknown = errors.New("there is no source")

// New prepares a runner; nothing runs before Run or Collect.
func New(store Store, sources []Source, options Options) (*Runner, error) {
	r := &Runner{store: store, log: options.Log, clock: options.Clock, archive: options.Archive, keepFor: options.KeepFor, atOnce: options.AtOnce}
	if r.log == nil {
		r.log = slog.New(slog.DiscardHandler)
	}
	if r.clock == nil {
		r.clock = systemClock{}
	}
	if r.now = options.Now; r.now == nil {
		r.now = r.clock.Now
	}
	if options.Parallel <= 0 {
		options.Parallel = 16
	}
	r.slots = make(chan struct{}, options.Parallel)
	names := map[string]bool{}
	for _, s := range sources {
		if s.Name == "" || names[s.Name] || strings.Contains(s.Name, "\n") {
			return nil, fmt.Errorf("the name %q cannot name a source: every source needs a name of its own", s.Name)
		}
		names[s.Name] = true
		schedule, err := parseSchedule(s.Schedule)
		if err != nil {
			return nil, fmt.Errorf("the schedule of source %q: %w", s.Name, err)
		}
		one := &source{Source: s, schedule: schedule, turn: make(chan struct{}, 1)}
		one.state = State{Source: s.Name, Kind: s.Kind, Schedule: s.Schedule}
		one.total = map[string]int64{}
		one.turn <- struct{}{}
		r.sources = append(r.sources, one)
	}
	return r, nil
}

// ValidSchedule says what is wrong with a schedule, if anything.
func ValidSchedule(text string) error {
	_, err := parseSchedule(text)
	return err
}

func parseSchedule(text string) (cron.Schedule, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	schedule, err := cron.ParseStandard(text)
	if err != nil {
		return nil, fmt.Errorf("%q is not five cron fields (such as \"*/15 * * * *\") nor one of @hourly, @daily, @every 30m: %w", text, err)
	}
	return schedule, nil
}

func (r *Runner) find(name string) *source {
	for _, s := range r.sources {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// Run collects every source that has a schedule at its times until ctx is done, and returns when the last run has ended.
// The first time is the schedule's next one: whoever wants figures at once calls Collect as well.
func (r *Runner) Run(ctx context.Context) error {
	var all sync.WaitGroup
	for _, s := range r.sources {
		if s.schedule != nil {
			all.Go(func() { r.follow(ctx, s) })
		}
	}
	<-ctx.Done()
	all.Wait()
	return nil
}

// follow runs one source by its schedule. Times that pass while a run is under way are left out, not made up for: the
// next run finds everything that they would have found.
func (r *Runner) follow(ctx context.Context, s *source) {
	// While a source is collected, the time after it is planned already: whoever looks then, or as it ends, sees when the
	// next run is.
	collect := func() {
		s.plan(s.schedule.Next(r.clock.Now().UTC()))
		_ = r.collect(ctx, s, Order{}) // the failure is logged and kept in the state; the schedule goes on
	}
	if r.atOnce {
		collect()
	}
	for {
		next := s.schedule.Next(r.clock.Now().UTC())
		s.plan(next)
		if next.IsZero() {
			r.log.Warn("the schedule has no time in the next years, so the source will not be collected", "source", s.Name, "schedule", s.Schedule)
			return
		}
		if s.Jitter > 0 {
			next = next.Add(rand.N(s.Jitter))
			s.plan(next)
		}
		if !r.sleepUntil(ctx, next) {
			s.plan(time.Time{})
			return
		}
		collect()
	}
}

func (s *source) plan(next time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.NextRun = next
}

// sleepUntil is false when ctx is done first. It looks at the clock at least once a minute, because a laptop that was
// asleep, or whose clock was set, would otherwise wait for hours too long.
func (r *Runner) sleepUntil(ctx context.Context, at time.Time) bool {
	for {
		left := at.Sub(r.clock.Now())
		if left <= 0 {
			return ctx.Err() == nil
		}
		if r.clock.Sleep(ctx, min(left, time.Minute)) != nil {
			return false
		}
	}
}

// Order says what is to be collected, and how.
type Order struct {
	Sources []string  // by name; none means all
	Since   time.Time // what ended before need not be collected; zero: as it was ordered before, at first all history
	Full    bool      // read everything again, and delete what has vanished
}

// Collect runs the ordered sources now, several at a time, and waits for them. One that fails does not stop the others;
// the error joins those of all that failed. A source that is being collected at the moment fails with ErrRunning.
func (r *Runner) Collect(ctx context.Context, order Order) error {
	chosen, err := r.named(order.Sources)
	if err != nil {
		return err
	}
	failures := make([]error, len(chosen))
	var all sync.WaitGroup
	for i, s := range chosen {
		all.Go(func() { failures[i] = r.collect(ctx, s, order) })
	}
	all.Wait()
	return errors.Join(failures...)
}

func (r *Runner) named(names []string) ([]*source, error) {
	if len(names) == 0 {
		return r.sources, nil
	}
	var chosen []*source
	for _, name := range names {
		s := r.find(name)
		if s == nil {
			return nil, fmt.Errorf("%w %q; configured are: %s", ErrUnknown, name, r.names())
		}
		chosen = append(chosen, s)
	}
	return chosen, nil
}

func (r *Runner) names() string {
	var names []string
	for _, s := range r.sources {
		names = append(names, s.Name)
	}
	if names == nil {
		return "none"
	}
	return strings.Join(names, ", ")
}

// collect is one run of one source, from waiting for a free slot to its result in the state.
func (r *Runner) collect(ctx context.Context, s *source, order Order) error {
	select {
	case <-s.turn:
		defer func() { s.turn <- struct{}{} }()
	default:
		return fmt.Errorf("collect source %q: %w", s.Name, ErrRunning)
	}
	log := r.log.With("source", s.Name)
	run := newRun(s.Name, r.store, log, r.now)
	run.Since, run.Full, run.Reconcile = order.Since, order.Full, order.Full
	start := r.clock.Now().UTC()
	s.mu.Lock()
	s.started(run, start)
	s.mu.Unlock()
	log.Info("collecting")

	err := r.inTurn(ctx, s, func() error {
		run.Begun = run.Now().UTC() // it may have waited for its turn
		return r.record(ctx, run, func() error { return attempt(ctx, s.Collector, run) })
	})

	end := r.clock.Now().UTC()
	s.mu.Lock()
	s.finished(err, end)
	s.mu.Unlock()
	state := s.snapshot()
	r.remember(ctx, state)
	if err != nil && ctx.Err() != nil {
		log.Info("collecting was stopped", "written", state.Written)
		return fmt.Errorf("collect source %q: %w", s.Name, err)
	}
	if err != nil {
		log.Error("collecting failed", "error", err, "took", end.Sub(start), "written", state.Written, "failures", state.Failures)
		return fmt.Errorf("collect source %q: %w", s.Name, err)
	}
	log.Info("collected", "took", end.Sub(start), "written", state.Written, "deleted", state.Deleted)
	return nil
}

// inTurn waits for a free slot. What asks no vendor, such as a hook, takes none: it must not wait for those that wait.
func (r *Runner) inTurn(ctx context.Context, s *source, do func() error) error {
	if s.Line == nil {
		return do()
	}
	select {
	case r.slots <- struct{}{}:
		defer func() { <-r.slots }()
		return do()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// attempt reads the cursor and calls the collector. A collector that panics has failed like any other: its fault must
// not take the process and with it the other sources down.
func attempt(ctx context.Context, c Collector, run *Run) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			run.Log.Error("the collector panicked", "cause", cause, "stack", string(debug.Stack()))
			err = fmt.Errorf("a fault in the collector itself, please report it: %v", cause)
		}
	}()
	if err := run.readCursor(ctx); err != nil {
		return err
	}
	if err := c.Collect(ctx, run); err != nil {
		return err
	}
	// A collector that overlooked a failed write has not succeeded.
	return run.broken()
}

// States tells how every source is doing, in the order in which they were configured.
func (r *Runner) States() []State {
	states := make([]State, len(r.sources))
	for i, s := range r.sources {
		states[i] = s.snapshot()
	}
	return states
}

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

func (systemClock) Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
