package simulator

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// The demo goes on for eight weeks as it did in the eight before: as much happens.
func TestTheDemoGoesOn(t *testing.T) {
	const weeks = 8 * 7 * day
	cfg := DefaultConfiguration(moment("2026-03-18 12:00"))
	for cfg.Seed = range uint64(3) {
		r := collect(t, seenAt(cfg, cfg.To.Add(weeks)))
		before, after := ends(r, cfg.To.Add(-weeks), cfg.To), ends(r, cfg.To, cfg.To.Add(weeks))
		t.Logf("before %v, after %v", before, after)
		for what, n := range before {
			allowed := 0.2
			if n < 200 {
				allowed = 0.5 // incidents are few and come as they like
			}
			if got := float64(after[what]) / float64(n); got < 1-allowed || got > 1+allowed {
				t.Errorf("seed %d: %s: got %d in eight weeks after the story, want about %d as in those before", cfg.Seed, what, after[what], n)
			}
		}
		if len(before) != 9 {
			t.Errorf("seed %d: before the story's end there are only %v", cfg.Seed, before)
		}
	}
}

// ends counts what ended, or came up, in a window.
func ends(r warehouse.Records, from, to time.Time) map[string]int {
	n := map[string]int{}
	tally := func(what string, at time.Time) {
		if !at.Before(from) && at.Before(to) {
			n[what]++
		}
	}
	for _, k := range r.Commits {
		tally("commits", k.CommittedAt)
	}
	for _, p := range r.PullRequests {
		tally("merges", p.MergedAt)
	}
	for _, b := range r.Builds {
		tally("builds", b.FinishedAt)
	}
	for _, d := range r.Deployments {
		if d.EnvironmentKind == "production" && d.Result == "success" {
			tally("deployments", d.FinishedAt)
		}
	}
	for _, i := range r.Incidents {
		tally("incidents", i.StartedAt)
		tally("incidents resolved", i.ResolvedAt)
	}
	for _, k := range r.Tickets {
		tally("tickets", k.CreatedAt)
		tally("tickets done", k.ResolvedAt)
	}
	for _, s := range r.Signals {
		tally("signals", s.At)
	}
	return n
}

// What is remembered does not grow with the time for which the company goes on, and an hour of it is few records.
func TestLittleIsRemembered(t *testing.T) {
	cfg := DefaultConfiguration(moment("2026-03-18 12:00"))
	c := newCompany(New(cfg))
	tell := func(since, until time.Time) (told int) {
		if err := c.tell(view{c.world, since, until}, func(r warehouse.Records) error {
			told += count(r)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return told
	}
	if told := tell(cfg.To, cfg.To); told != 0 {
		t.Errorf("between a moment and itself: got %d records, want 0", told)
	}
	atEnd := c.remembered()
	largest := 0
	for since := cfg.To; since.Before(cfg.To.Add(26 * 7 * day)); since = since.Add(4 * time.Hour) {
		largest = max(largest, tell(since, since.Add(4*time.Hour)))
	}
	later := c.remembered()
	t.Logf("remembered at the story's end: %v, half a year later: %v; at most %d records in four hours", atEnd, later, largest)
	for what, n := range later {
		if limit := atEnd[what]*3/2 + 50; n > limit {
			t.Errorf("%s half a year after the story's end: got %d, want at most %d", what, n, limit)
		}
	}
	if n := later["records that can change"]; n > 10_000 {
		t.Errorf("records that can change: got %d, want at most 10000", n)
	}
	if largest > 4000 {
		t.Errorf("four hours: got up to %d records, want at most 4000", largest)
	}
}

func (c *company) remembered() map[string]int {
	n := map[string]int{}
	for _, m := range c.teams {
		n["planned"] += len(m.agenda.entries)
		n["open pull requests"] += len(m.open)
		n["unresolved incidents"] += len(m.unresolved)
		for _, chapter := range m.kept {
			n["records that can change"] += chapter.weight
			n["chapters"]++
		}
		for _, r := range m.repos {
			n["steps"] += len(r.recent) - min(len(r.recent), 2*stepsKept)
			for _, l := range r.lines {
				n["trains"] += len(l.underway) + len(l.fixes)
			}
		}
	}
	return n
}

// failing is a warehouse that is killed now and then: before its n-th write from now, or before it saves the cursor.
type failing struct {
	collectors.Store
	write, save int // 0: not at all
}

var errKilled = errors.New("killed")

func (s *failing) Write(ctx context.Context, r warehouse.Records) error {
	if s.write--; s.write == 0 {
		return errKilled
	}
	return s.Store.Write(ctx, r)
}

func (s *failing) SaveCursor(ctx context.Context, source, cursor string) error {
	if s.save--; s.save == 0 {
		return errKilled
	}
	return s.Store.SaveCursor(ctx, source, cursor)
}

// A collection that is killed and run again, at another moment and by another process or the same, ends in the same
// warehouse as the one that tells everything at once.
func TestLiveKilledAndRunAgain(t *testing.T) {
	cfg := small()
	end := cfg.To.Add(9*day + 15*time.Hour)
	digests := map[string]map[string]string{}
	t.Run("at once", func(t *testing.T) {
		w := warehousetest.Open(t)
		if err := New(seenAt(cfg, end)).Records(func(r warehouse.Records) error { return w.Write(t.Context(), r) }); err != nil {
			t.Fatal(err)
		}
		digests["at once"] = digest(t, w)
	})
	t.Run("killed", func(t *testing.T) {
		w := warehousetest.Open(t)
		store := &failing{Store: w}
		now := cfg.To
		clock := Clock{Start: cfg.To, RealStart: cfg.To, System: func() time.Time { return now }}
		live := NewLive(New(cfg), clock)
		for n, step := range []struct {
			at          time.Duration
			write, save int
		}{
			{at: 0, write: 1}, {at: 0, write: 2}, {at: 3 * time.Hour, save: 1}, {at: 4 * time.Hour}, {at: 4 * time.Hour}, {at: 3 * time.Hour},
			{at: 16 * time.Hour, write: 1}, {at: 17 * time.Hour}, {at: 17*time.Hour + time.Millisecond}, {at: 40 * time.Hour, save: 1},
			{at: 41 * time.Hour, write: 1}, {at: 5 * day}, {at: 5*day + time.Hour}, {at: end.Sub(cfg.To)},
		} {
			now = cfg.To.Add(step.at)
			store.write, store.save = step.write, step.save
			if n%3 == 0 {
				live = NewLive(New(cfg), clock) // another process
			}
			err := collectOnce(t, store, live)
			if killed := step.write+step.save > 0; killed != errors.Is(err, errKilled) || !killed && err != nil {
				t.Errorf("run %d: got %v, killed %v", n, err, killed)
			}
		}
		if got, err := w.Cursor(t.Context(), Source); got != CursorAt(end) || err != nil {
			t.Errorf("cursor: got %q, %v, want %q", got, err, CursorAt(end))
		}
		digests["killed"] = digest(t, w)
	})
	if !maps.Equal(digests["at once"], digests["killed"]) || len(digests["killed"]) != len(warehouse.Tables()) {
		t.Errorf("killed: got %v\nat once: %v", digests["killed"], digests["at once"])
	}
}

func collectOnce(t *testing.T, store collectors.Store, live *Live) error {
	t.Helper()
	runner, err := collectors.New(store, []collectors.Source{{Name: Source, Collector: live}}, collectors.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return runner.Collect(t.Context(), collectors.Order{})
}

// digest is the number of records of each kind and a sum over all that they say.
func digest(t *testing.T, w *warehouse.Warehouse) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, table := range warehouse.Tables() {
		var row []struct {
			N   uint64 `ch:"n"`
			Sum uint64 `ch:"sum"`
		}
		sql := fmt.Sprintf("SELECT count() AS n, sum(cityHash64(toString(tuple(%s)))) AS sum FROM %s FINAL", strings.Join(table.ColumnNames(), ", "), table.Name)
		if err := w.Select(t.Context(), &row, sql, nil); err != nil {
			t.Fatal(err)
		}
		all[table.Name] = fmt.Sprint(row)
	}
	return all
}

// A cursor that somebody put back is followed, although the company has forgotten what had settled since.
func TestLiveFollowsTheCursorBack(t *testing.T) {
	cfg := small()
	w := warehousetest.Open(t)
	live := NewLive(New(cfg), Clock{Start: cfg.To.Add(2 * day), RealStart: cfg.To, System: func() time.Time { return cfg.To }})
	runner, err := collectors.New(w, []collectors.Source{{Name: Source, Collector: live}}, collectors.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var written [2]map[string]int64
	for n := range written {
		if err := w.SaveCursor(t.Context(), Source, CursorAt(cfg.To)); err != nil {
			t.Fatal(err)
		}
		if err := runner.Collect(t.Context(), collectors.Order{}); err != nil {
			t.Fatal(err)
		}
		written[n] = runner.States()[0].Written
	}
	if !maps.Equal(written[0], written[1]) || written[0]["deployments"] == 0 {
		t.Errorf("written: got %v, then %v", written[0], written[1])
	}
}

func TestLiveRefusesAForeignCursor(t *testing.T) {
	w := warehousetest.Open(t)
	if err := w.SaveCursor(t.Context(), Source, "page 7"); err != nil {
		t.Fatal(err)
	}
	err := collectOnce(t, w, NewLive(New(small()), Clock{Start: small().To, System: time.Now}))
	if err == nil || !strings.Contains(err.Error(), `"page 7"`) {
		t.Errorf("got %v, want it to name the cursor", err)
	}
}

func TestClock(t *testing.T) {
	start, realStart := moment("2026-03-18 00:00"), moment("2026-03-18 09:00")
	for _, c := range []struct {
		speed float64
		real  time.Duration // since RealStart
		want  string
	}{
		{0, time.Hour, "2026-03-18 01:00"},
		{1, time.Hour, "2026-03-18 01:00"},
		{600, 6 * time.Second, "2026-03-18 01:00"},
		{0.5, time.Hour, "2026-03-18 00:30"},
		{600, 0, "2026-03-18 00:00"},
		{600, -time.Hour, "2026-03-18 00:00"}, // the real clock was set back
		{3600, 100 * day, "3011-11-10 00:00"}, // further than a Duration reaches
	} {
		clock := Clock{Start: start, RealStart: realStart, Speed: c.speed, System: func() time.Time { return realStart.Add(c.real).Local() }}
		if got := clock.Now(); !got.Equal(moment(c.want)) || got.Location() != time.UTC {
			t.Errorf("%v after %v at %v: got %v, want %s", start, c.real, c.speed, got, c.want)
		}
	}
}

// BenchmarkLiveHour is what a run of an hour's step costs, the warehouse aside.
func BenchmarkLiveHour(b *testing.B) {
	cfg := DefaultConfiguration(moment("2026-03-18 12:00"))
	c, since := newCompany(New(cfg)), cfg.To
	discard := func(warehouse.Records) error { return nil }
	began := time.Now()
	if err := c.tell(view{c.world, since, since.Add(time.Hour)}, discard); err != nil {
		b.Fatal(err)
	}
	first := time.Since(began)
	for b.Loop() {
		since = since.Add(time.Hour)
		if err := c.tell(view{c.world, since, since.Add(time.Hour)}, discard); err != nil {
			b.Fatal(err)
		}
	}
	b.StopTimer()
	b.ReportMetric(float64(first.Milliseconds()), "ms-first")
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.HeapAlloc)/1e6, "MB-heap")
	runtime.KeepAlive(c)
}
