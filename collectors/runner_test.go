package collectors_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/collectors/access"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// does is a collector made of a function.
type does func(ctx context.Context, run *collectors.Run) error

func (d does) Collect(ctx context.Context, run *collectors.Run) error { return d(ctx, run) }

var monday = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// clock stands still until somebody sleeps, and then jumps.
type clock struct {
	mu    sync.Mutex
	now   time.Time
	until time.Time // sleeping beyond it ends only with the context
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	next := c.now.Add(d)
	if !next.After(c.until) {
		c.now = next
		c.mu.Unlock()
		return nil
	}
	c.mu.Unlock()
	<-ctx.Done()
	return ctx.Err()
}

func newRunner(t *testing.T, store collectors.Store, clock collectors.Clock, sources ...collectors.Source) *collectors.Runner {
	t.Helper()
	r, err := collectors.New(store, sources, collectors.Options{Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func oneCommit(sha string) warehouse.Records {
	return warehouse.Records{Commits: []warehouse.Commit{{Repo: "acme/shop", SHA: sha, AuthoredAt: monday}}}
}

func TestCollect(t *testing.T) {
	ctx := context.Background()
	w := warehousetest.Open(t)
	broken := errors.New("the server is away")
	r := newRunner(t, w, &clock{now: monday},
		collectors.Source{Name: "good", Collector: does(func(ctx context.Context, run *collectors.Run) error {
			if err := run.Write(ctx, oneCommit("new after "+run.Cursor)); err != nil {
				return err
			}
			return run.Save(ctx, run.Cursor+"x")
		})},
		collectors.Source{Name: "bad", Collector: does(func(context.Context, *collectors.Run) error { return broken })},
		collectors.Source{Name: "worse", Collector: does(func(context.Context, *collectors.Run) error { panic("oh") })},
	)
	for range 2 {
		err := r.Collect(ctx, collectors.Order{})
		if !errors.Is(err, broken) || !strings.Contains(err.Error(), `source "worse"`) || strings.Contains(err.Error(), `"good"`) {
			t.Errorf("got %v", err)
		}
	}
	if got, err := w.Cursor(ctx, "good"); got != "xx" || err != nil {
		t.Errorf("cursor %q, %v; want xx", got, err)
	}
	var found []struct {
		SHA    string `ch:"sha"`
		Source string `ch:"source"`
	}
	if err := w.Select(ctx, &found, "SELECT sha, source FROM commits FINAL ORDER BY sha", nil); err != nil {
		t.Fatal(err)
	}
	if len(found) != 2 || found[0].SHA != "new after " || found[1].SHA != "new after x" || found[0].Source != "good" {
		t.Errorf("found %+v", found)
	}
	states := r.States()
	if s := states[0]; s.LastError != "" || !s.LastSuccess.Equal(monday) || s.Written["commits"] != 1 || s.Running || s.Failures != 0 {
		t.Errorf("good: %+v", s)
	}
	if s := states[1]; s.LastError != broken.Error() || !s.LastSuccess.IsZero() || !s.LastStart.Equal(monday) || s.Failures != 2 {
		t.Errorf("bad: %+v", s)
	}
	if s := states[2]; !strings.Contains(s.LastError, "oh") {
		t.Errorf("worse: %+v", s)
	}
	if err := r.Collect(ctx, collectors.Order{Sources: []string{"god"}}); err == nil || !strings.Contains(err.Error(), `no source "god"; configured are: good, bad, worse`) {
		t.Errorf("got %v", err)
	}
}

// refusing is a warehouse whose disk is full.
type refusing struct{ collectors.Store }

var errFull = errors.New("the disk is full")

func (refusing) Write(context.Context, warehouse.Records) error { return errFull }

// TestSaveOnlyWhatIsDurable: a collector that overlooks a failed write neither moves its cursor nor succeeds.
func TestSaveOnlyWhatIsDurable(t *testing.T) {
	ctx := context.Background()
	w := warehousetest.Open(t)
	var saved error
	r := newRunner(t, refusing{w}, &clock{now: monday}, collectors.Source{Name: "s", Collector: does(func(ctx context.Context, run *collectors.Run) error {
		_ = run.Write(ctx, oneCommit("a"))
		saved = run.Save(ctx, "further")
		return nil
	})})
	if err := r.Collect(ctx, collectors.Order{}); !errors.Is(err, errFull) {
		t.Errorf("got %v", err)
	}
	if !errors.Is(saved, errFull) {
		t.Errorf("saving: %v", saved)
	}
	if got, _ := w.Cursor(ctx, "s"); got != "" {
		t.Errorf("the cursor moved to %q", got)
	}
}

func TestNoOverlap(t *testing.T) {
	w := warehousetest.Open(t)
	started, finish := make(chan struct{}), make(chan struct{})
	r := newRunner(t, w, &clock{now: monday}, collectors.Source{Name: "slow", Collector: does(func(ctx context.Context, run *collectors.Run) error {
		if err := run.Write(ctx, oneCommit("a")); err != nil {
			return err
		}
		close(started)
		<-finish
		return nil
	})})
	done := make(chan error)
	go func() { done <- r.Collect(context.Background(), collectors.Order{}) }()
	<-started
	if err := r.Collect(context.Background(), collectors.Order{Sources: []string{"slow"}}); !errors.Is(err, collectors.ErrRunning) {
		t.Errorf("a second run: %v", err)
	}
	if s := r.States()[0]; !s.Running || s.Written["commits"] != 1 || s.LastError != "" {
		t.Errorf("while it runs: %+v", s)
	}
	close(finish)
	if err := <-done; err != nil {
		t.Error(err)
	}
	if s := r.States()[0]; s.Running {
		t.Errorf("afterwards: %+v", s)
	}
}

func TestSchedule(t *testing.T) {
	w := warehousetest.Open(t)
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	c := &clock{now: monday.Add(-time.Second), until: monday.Add(time.Hour)}
	var mu sync.Mutex
	var at []string
	r := newRunner(t, w, c,
		collectors.Source{Name: "quarterly", Schedule: "*/15 * * * *", Collector: does(func(context.Context, *collectors.Run) error {
			mu.Lock()
			defer mu.Unlock()
			if at = append(at, c.Now().Format("15:04:05")); len(at) == 5 {
				stop()
			}
			return errors.New("never mind")
		})},
		collectors.Source{Name: "asked", Collector: does(func(context.Context, *collectors.Run) error {
			t.Error("a source without a schedule ran")
			return nil
		})},
	)
	if err := r.Run(ctx); err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(at, " "), "09:00:00 09:15:00 09:30:00 09:45:00 10:00:00"; got != want {
		t.Errorf("ran at %s, want %s", got, want)
	}
	if s := r.States()[0]; s.Failures != 5 || !s.NextRun.IsZero() {
		t.Errorf("state %+v; want five failures and, since it was stopped, no next run", s)
	}
}

func TestNextRun(t *testing.T) {
	w := warehousetest.Open(t)
	ctx, stop := context.WithCancel(context.Background())
	r := newRunner(t, w, &clock{now: monday, until: monday}, collectors.Source{Name: "s", Schedule: "CRON_TZ=Europe/Paris 30 14 * * *", Collector: does(nil)})
	done := make(chan error)
	go func() { done <- r.Run(ctx) }()
	want := time.Date(2026, 3, 2, 13, 30, 0, 0, time.UTC)
	for deadline := time.Now().Add(5 * time.Second); !r.States()[0].NextRun.Equal(want); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("state %+v, want the next run at %v", r.States()[0], want)
		}
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestConfiguration(t *testing.T) {
	for _, c := range []struct {
		sources []collectors.Source
		want    string
	}{
		{[]collectors.Source{{Name: "a", Schedule: "every now and then"}}, `the schedule of source "a"`},
		{[]collectors.Source{{Name: "a"}, {Name: "a"}}, "a name of its own"},
		{[]collectors.Source{{}}, "a name of its own"},
	} {
		if _, err := collectors.New(nil, c.sources, collectors.Options{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want something with %q", err, c.want)
		}
	}
}

// TestReconcile: a part reconciles a week after it began, and again a week later, whatever becomes of the other parts; one that
// fails is asked to do so again until it succeeds.
func TestReconcile(t *testing.T) {
	w := warehousetest.Open(t)
	c := &clock{now: monday}
	var got []string
	r := newRunner(t, w, c, collectors.Source{Name: "s", Collector: does(func(ctx context.Context, run *collectors.Run) error {
		if run.Reconcile {
			got = append(got, c.now.Format("02")+" whole")
		}
		return run.Each(ctx, []string{"good", "bad"}, 1, func(_ context.Context, part *collectors.Run) error {
			if part.Reconcile {
				got = append(got, c.now.Format("02")+" "+part.Part)
			}
			if part.Part == "bad" && c.now.Before(monday.AddDate(0, 0, 9)) {
				return errors.New("gone")
			}
			return nil
		})
	})})
	for range 16 {
		var parts *collectors.PartsError
		err := r.Collect(t.Context(), collectors.Order{})
		if early := c.now.Before(monday.AddDate(0, 0, 9)); early != errors.As(err, &parts) || !early && err != nil {
			t.Errorf("on %s: %v", c.now.Format("02"), err)
		}
		c.now = c.now.AddDate(0, 0, 1)
	}
	want := "09 whole, 09 good, 09 bad, 10 bad, 11 bad, 16 whole, 16 good"
	if strings.Join(got, ", ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, ", "), want)
	}
	if problems := r.States()[0].Problems; len(problems) != 0 {
		t.Errorf("problems of the last run: %v", problems)
	}
}

// TestHooksDoNotWait: a source that asks no vendor is collected while all the others wait.
func TestHooksDoNotWait(t *testing.T) {
	w := warehousetest.Open(t)
	release, waiting := make(chan struct{}), make(chan struct{})
	r, err := collectors.New(w, []collectors.Source{
		{Name: "vendor", Line: access.New(access.Options{}).Line("vendor", "", nil), Collector: does(func(context.Context, *collectors.Run) error {
			close(waiting)
			<-release
			return nil
		})},
		{Name: "hook", Collector: does(func(context.Context, *collectors.Run) error { return nil })},
	}, collectors.Options{Clock: &clock{now: monday}, Parallel: 1})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- r.Collect(context.Background(), collectors.Order{Sources: []string{"vendor"}}) }()
	<-waiting
	if err := r.Collect(t.Context(), collectors.Order{Sources: []string{"hook"}}); err != nil {
		t.Error(err)
	}
	close(release)
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestAtOnce: with that option each source is collected at once and then by its schedule, whatever the others do.
func TestAtOnce(t *testing.T) {
	w := warehousetest.Open(t)
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	c := &clock{now: monday.Add(time.Minute), until: monday.Add(time.Hour)}
	var mu sync.Mutex
	var at []string
	var r *collectors.Runner
	var err error
	r, err = collectors.New(w, []collectors.Source{
		{Name: "endless", Schedule: "@hourly", Collector: does(func(ctx context.Context, _ *collectors.Run) error {
			<-ctx.Done()
			return nil
		})},
		{Name: "quick", Schedule: "*/15 * * * *", Collector: does(func(context.Context, *collectors.Run) error {
			mu.Lock()
			defer mu.Unlock()
			if next := r.States()[1].NextRun; !next.After(c.Now()) {
				t.Errorf("while it is collected at %v, its next run is planned at %v", c.Now(), next)
			}
			if at = append(at, c.Now().Format("15:04")); len(at) == 3 {
				stop()
			}
			return nil
		})},
	}, collectors.Options{Clock: c, AtOnce: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Run(ctx); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(at, " "); got != "09:01 09:15 09:30" {
		t.Errorf("collected at %s", got)
	}
}
