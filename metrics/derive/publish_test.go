package derive_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/weirhq/weir/metrics/derive"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// steps is a log handler that calls do with the number of each step that a deriver logs.
type steps struct {
	n  *int
	do func(n int, message string)
}

func (s steps) Enabled(context.Context, slog.Level) bool { return true }
func (s steps) Handle(_ context.Context, r slog.Record) error {
	*s.n++
	s.do(*s.n, r.Message)
	return nil
}
func (s steps) WithAttrs([]slog.Attr) slog.Handler { return s }
func (s steps) WithGroup(string) slog.Handler      { return s }

func stepped(w *warehouse.Warehouse, do func(n int, message string)) *derive.Deriver {
	return derive.New(w, slog.New(steps{new(int), do}))
}

// touch writes every commit and deployment again, slightly other, so that all is derived again and the same comes out.
func touch(t testing.TB, w *warehouse.Warehouse, batches []warehouse.Records, round int) {
	t.Helper()
	for _, b := range batches {
		again := warehouse.Records{Commits: b.Commits, Deployments: b.Deployments}
		for i := range again.Commits {
			again.Commits[i].URL = fmt.Sprint("https://code.example/", round)
		}
		for i := range again.Deployments {
			again.Deployments[i].Actor = fmt.Sprint("robot-", round)
		}
		if err := w.Write(context.Background(), again); err != nil {
			t.Fatal(err)
		}
	}
}

// Whoever reads while facts are derived finds those from before or those from after, never fewer.
func TestReadersAlwaysFindFacts(t *testing.T) {
	ctx := t.Context()
	w := warehousetest.Open(t)
	d := newDeriver(w)
	batches := history(t, 3, 0.03)
	touch(t, w, batches, 0)
	for _, b := range batches {
		if err := w.Write(ctx, b); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.Update(ctx); err != nil {
		t.Fatal(err)
	}
	count := func(table string) map[string]uint64 {
		var list []struct {
			Service string `ch:"service"`
			N       uint64 `ch:"n"`
		}
		if err := w.Select(ctx, &list, "SELECT toString(service) AS service, count() AS n FROM "+table+" GROUP BY service", nil); err != nil {
			t.Error(err)
		}
		counts := map[string]uint64{}
		for _, l := range list {
			counts[l.Service] = l.N
		}
		return counts
	}
	tables := []string{"deliveries", "deployment_facts", "resolved_deployments"}
	want := map[string]map[string]uint64{}
	for _, table := range tables {
		want[table] = count(table)
	}
	if len(want["deliveries"]) < 5 {
		t.Fatalf("only %d services have deliveries", len(want["deliveries"]))
	}
	done := make(chan struct{})
	var readers sync.WaitGroup
	var reads int
	readers.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
			}
			for _, table := range tables {
				got := count(table)
				for service, n := range want[table] {
					if got[service] != n {
						t.Errorf("a reader found %d rows of %s in %s, want %d", got[service], service, table, n)
						return
					}
				}
			}
			reads++
		}
	})
	for round := range 2 {
		touch(t, w, batches, round+1)
		if result, err := d.Update(ctx); err != nil || result.Services != len(want["deployment_facts"]) {
			t.Errorf("update: %d services, %v; want all %d", result.Services, err, len(want["deployment_facts"]))
		}
		if _, err := d.Rebuild(ctx); err != nil {
			t.Error(err)
		}
	}
	close(done)
	readers.Wait()
	if reads < 20 {
		t.Errorf("only %d reads meanwhile", reads)
	}
}

// What several queries find fits together while a reader keeps changes out.
func TestReadingSeesOneState(t *testing.T) {
	ctx := t.Context()
	w := warehousetest.Open(t)
	batches := history(t, 4, 0.03)
	var published int
	between := make(chan struct{}, 1)
	d := stepped(w, func(_ int, message string) {
		if message == "published" {
			published++
			select {
			case between <- struct{}{}:
			default:
			}
			time.Sleep(time.Millisecond) // a wide gap between two tables
		}
	})
	done := make(chan struct{})
	var readers sync.WaitGroup
	readers.Go(func() {
		for {
			select {
			case <-done:
				return
			case <-between:
			}
			release := d.Reading()
			var n [2][]struct {
				N uint64 `ch:"n"`
			}
			for i, sql := range []string{
				"SELECT count() AS n FROM resolved_deployments",
				"SELECT count() AS n FROM deployment_facts",
			} {
				if err := w.Select(ctx, &n[i], sql, nil); err != nil {
					t.Error(err)
				}
			}
			release()
			if n[0][0].N != n[1][0].N {
				t.Errorf("%d deployments, and facts of %d", n[0][0].N, n[1][0].N)
			}
		}
	})
	for i, b := range batches {
		if err := w.Write(ctx, b); err != nil {
			t.Fatal(err)
		}
		if i%(len(batches)/8+1) == 0 {
			if _, err := d.Update(ctx); err != nil {
				t.Fatal(err)
			}
		}
	}
	close(done)
	readers.Wait()
	if published < 20 {
		t.Errorf("only %d tables were published", published)
	}
}

const killed = "killed"

// survives says whether run came to its end.
func survives(run func()) (survived bool) {
	defer func() {
		if cause := recover(); cause != nil && cause != killed {
			panic(cause)
		}
	}()
	run()
	return true
}

// Killed after any step, the next update ends in what a rebuild gives; and until the new facts are shown, the old ones are.
func TestKilledAnywhere(t *testing.T) {
	w := warehousetest.Open(t)
	d := newDeriver(w)
	batches := history(t, 6, 0.02)
	ctx := context.Background()
	write := func(records warehouse.Records) {
		t.Helper()
		if err := w.Write(ctx, records); err != nil {
			t.Fatal(err)
		}
	}
	for _, b := range batches[:len(batches)/2] {
		write(b)
	}
	if _, err := d.Update(ctx); err != nil {
		t.Fatal(err)
	}
	rest := batches[len(batches)/2:]
	for kill, finished := 1, false; !finished; kill++ {
		if kill > 5 { // from here on one table after the other is shown
			kill += 4 // with the next step of the loop, every fifth
		}
		if len(rest) > 0 {
			write(rest[0])
			rest = rest[1:]
		}
		touch(t, w, batches[:1], kill)
		before := dump(t, w)
		var shown bool
		finished = survives(func() {
			_, err := stepped(w, func(n int, message string) {
				shown = shown || message == "published"
				if n == kill {
					panic(killed)
				}
			}).Update(ctx)
			if err != nil {
				t.Fatal(err)
			}
		})
		if !finished && !shown {
			compare(t, fmt.Sprint("killed at step ", kill), dump(t, w), before)
		}
		if _, err := d.Update(ctx); err != nil {
			t.Fatal(err)
		}
		got := dump(t, w)
		if _, err := d.Rebuild(ctx); err != nil {
			t.Fatal(err)
		}
		compare(t, fmt.Sprint("after a kill at step ", kill), got, dump(t, w))
		if finished && kill < 10 {
			t.Errorf("only %d steps were tried", kill)
		}
	}
	var left []struct {
		Name string `ch:"name"`
	}
	if err := w.Exec(ctx, "CREATE TABLE derive_1_changes AS changes", nil); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Rebuild(ctx); err != nil {
		t.Fatal(err)
	}
	if err := w.Select(ctx, &left, "SELECT name FROM system.tables WHERE database = currentDatabase() AND startsWith(name, 'derive_')", nil); err != nil || w.Embedded() && len(left) > 0 {
		t.Errorf("left over: %v, %v", left, err)
	}
}

// Where another process derives meanwhile, its result is not overwritten: the derivation begins again from there.
func TestOvertaken(t *testing.T) {
	ctx := t.Context()
	w := warehousetest.Open(t)
	for _, b := range history(t, 7, 0.02) {
		if err := w.Write(ctx, b); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := newDeriver(w).Update(ctx); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name  string
		times int
		fails bool
	}{{"once", 1, false}, {"always", 99, true}} {
		t.Run(test.name, func(t *testing.T) {
			if err := w.Write(ctx, warehouse.Records{Incidents: []warehouse.Incident{{ID: test.name, Services: []string{"new"}, StartedAt: clock("02 10:00")}}}); err != nil {
				t.Fatal(err)
			}
			var derived int
			_, err := stepped(w, func(_ int, message string) {
				if message != "ran" || derived >= test.times {
					return
				}
				derived++
				if err := w.SaveState(ctx, "derived", fmt.Sprintf(`{"run": "another %d"}`, derived)); err != nil {
					t.Error(err)
				}
			}).Update(ctx)
			if (err != nil) != test.fails {
				t.Errorf("got %v, want an error: %v", err, test.fails)
			}
		})
	}
}

// The version changes with the facts and the organisation, whoever changes them, and only then.
func TestVersion(t *testing.T) {
	ctx := t.Context()
	w := warehousetest.Open(t)
	d, other := newDeriver(w), newDeriver(w)
	version := func() string {
		t.Helper()
		v, err := other.Version(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	last := version()
	var s story
	s.line(3)
	for _, test := range []struct {
		name string
		do   func() error
		want bool
	}{
		{"first update", func() error { _, err := d.Update(ctx); return err }, true},
		{"nothing new", func() error { _, err := d.Update(ctx); return err }, false},
		{"records that are not derived yet", func() error { return w.Write(ctx, s.Records) }, false},
		{"new records", func() error { _, err := d.Update(ctx); return err }, true},
		{"the same records", func() error {
			if err := w.Write(ctx, s.Records); err != nil {
				return err
			}
			_, err := d.Update(ctx)
			return err
		}, false},
		{"a cursor", func() error { return w.SaveCursor(ctx, "source", "1") }, false},
		{"an organisation", func() error { return d.Apply(ctx, derive.Organisation{Timezone: "Europe/Berlin"}) }, true},
		{"its facts", func() error { _, err := d.Update(ctx); return err }, true},
		{"the same organisation", func() error { return d.Apply(ctx, derive.Organisation{Timezone: "Europe/Berlin"}) }, false},
		{"a rebuild", func() error { _, err := d.Rebuild(ctx); return err }, true},
	} {
		if err := test.do(); err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		if now := version(); (now != last) != test.want {
			t.Errorf("%s: the version changed from %s to %s, want a change: %v", test.name, last, now, test.want)
		}
		last = version()
	}
}
