package simulator

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/weirhq/weir/warehouse"
)

// The history of the tests' small world. It is the same on every machine and with every version of Go; it changes only
// with the simulator itself, and then on purpose.
const smallFingerprint = "3961f3b099817bd0"

func TestSameConfigurationSameHistory(t *testing.T) {
	if got := fingerprint(t, collect(t, small())); got != smallFingerprint {
		t.Errorf("fingerprint of the small world: got %s, want %s", got, smallFingerprint)
	}
	other := small()
	other.Seed++
	if fingerprint(t, collect(t, other)) == smallFingerprint {
		t.Error("another seed made the same history")
	}
	zone := small()
	zone.From = zone.From.In(time.FixedZone("east", 5*3600))
	if got := fingerprint(t, collect(t, zone)); got != smallFingerprint {
		t.Errorf("the window in another time zone made another history: got %s, want %s", got, smallFingerprint)
	}
}

// A world can be asked again, while it is being asked, and after somebody stopped half way.
func TestBatchesDoNotDependOnTheirConsumption(t *testing.T) {
	cfg := small()
	cfg.Scale = 0.3
	w := New(cfg)
	gather := func(disturb func()) (batches []string) {
		if err := w.Records(func(r warehouse.Records) error {
			batches = append(batches, fingerprint(t, r))
			disturb()
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return batches
	}
	want := gather(func() {})
	full := errors.New("the disk is full")
	n := 0
	got := gather(func() {
		n++
		calls := 0
		err := w.Records(func(warehouse.Records) error {
			if calls++; calls == n {
				return full
			}
			return nil
		})
		if !errors.Is(err, full) || calls != n {
			t.Errorf("stopped at batch %d with %v, want batch %d with %v", calls, err, n, full)
		}
	})
	if !slices.Equal(got, want) {
		t.Errorf("disturbed batches: got %v, want %v", got, want)
	}
}

func TestBatchesAreBounded(t *testing.T) {
	cfg := DefaultConfiguration(moment("2026-03-18 12:00"))
	largest, total := 0, 0
	if err := New(cfg).Records(func(r warehouse.Records) error {
		largest = max(largest, count(r))
		total += count(r)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if limit := chapterWeight * 5 / 4; largest > limit {
		t.Errorf("largest batch: got %d records, want at most %d", largest, limit)
	}
	if total < 300_000 {
		t.Errorf("the demo has %d records, want at least 300000", total)
	}
}

// drawConfiguration draws any window of up to 14 months at a small scale.
func drawConfiguration(t *rapid.T) Configuration {
	from := moment("2024-06-01 00:00").Add(time.Duration(rapid.Int64Range(0, 700*24*3600*1000).Draw(t, "from")) * time.Millisecond)
	length := time.Duration(rapid.Int64Range(1, 420*24*60).Draw(t, "minutes")) * time.Minute
	return Configuration{Seed: rapid.Uint64().Draw(t, "seed"), From: from, To: from.Add(length),
		Scale: float64(rapid.IntRange(1, 12).Draw(t, "scale")) / 100}
}

// drawMoment draws a moment at which the world may be looked at: in the story, or up to four months after it.
func drawMoment(t *rapid.T, cfg Configuration, name string) time.Time {
	minutes := int64(cfg.To.Sub(cfg.From)/time.Minute) + 120*24*60
	return cfg.From.Add(time.Duration(rapid.Int64Range(0, minutes).Draw(t, name)) * time.Minute)
}

func TestInvariants(t *testing.T) {
	t.Run("any small world", rapid.MakeCheck(func(t *rapid.T) {
		checkWorld(t, drawConfiguration(t))
	}))
	t.Run("at any moment", rapid.MakeCheck(func(t *rapid.T) {
		cfg := drawConfiguration(t)
		cfg.Seen = drawMoment(t, cfg, "seen")
		checkWorld(t, cfg)
	}))
	t.Run("a large one for a month", func(t *testing.T) {
		checkWorld(t, Configuration{Seed: 7, From: moment("2026-02-03 10:00"), To: moment("2026-03-04 14:00"), Scale: 12})
	})
	t.Run("the demo", func(t *testing.T) { checkWorld(t, busyAfternoon(1)) })
	t.Run("the demo three weeks on", func(t *testing.T) {
		cfg := DefaultConfiguration(moment("2026-03-18 12:00"))
		checkWorld(t, seenAt(cfg, moment("2026-04-08 14:30")))
	})
}

func checkWorld(t failer, cfg Configuration) {
	t.Helper()
	all := collect(t, cfg)
	checkContract(t, cfg, all)
	g := checkGraph(t, all)
	checkPullRequests(t, all, g)
	checkBuildsAndDeployments(t, all, g)
	checkIncidents(t, all)
	checkTickets(t, all)
}

// checkContract checks what the record types themselves say: keys once, required fields there, allowed values; and that
// every time lies in the window, in whole seconds of UTC.
func checkContract(t failer, cfg Configuration, all warehouse.Records) {
	seen, until := map[string]bool{}, New(cfg).configuration.Seen
	eachRecord(all, func(kind string, record reflect.Value) {
		var key strings.Builder
		key.WriteString(kind)
		for _, c := range columns(record) {
			if c.is("key") {
				fmt.Fprintf(&key, "\x00%v", c.value.Interface())
			}
			if (c.is("key") || c.is("required")) && c.name != "value" && c.value.IsZero() {
				t.Errorf("%s: required %s is missing in %+v", kind, c.name, record.Interface())
			}
			if values := c.allowed(); values != nil && !c.value.IsZero() && !slices.Contains(values, c.value.String()) {
				t.Errorf("%s: %s is %q, want one of %v", kind, c.name, c.value, values)
			}
			at, isTime := c.value.Interface().(time.Time)
			if isTime && !at.IsZero() && (at.Before(cfg.From) || !at.Before(until) || at.Location() != time.UTC || at.Nanosecond() != 0) {
				t.Errorf("%s: %s is %v, want whole seconds of UTC in [%v, %v)", kind, c.name, at, cfg.From, until)
			}
		}
		if seen[key.String()] {
			t.Errorf("%s: key %q came twice", kind, key.String())
		}
		seen[key.String()] = true
	})
}

func TestWhatIsUnfinishedIsOpen(t *testing.T) {
	got := map[string]int{}
	for seed := range uint64(2) {
		cfg := busyAfternoon(seed + 1)
		cfg.From, cfg.Scale = cfg.To.AddDate(0, -3, 0), 6
		r := collect(t, cfg)
		for _, p := range r.PullRequests {
			if p.ClosedAt.IsZero() {
				got["open pull requests"]++
				if p.Draft {
					got["drafts"]++
				}
			}
		}
		for _, b := range r.Builds {
			if b.Result == "running" {
				got["running builds"]++
			}
		}
		for _, d := range r.Deployments {
			if d.Result == "running" {
				got["running deployments"]++
			}
			if !d.ApprovalRequestedAt.IsZero() && d.ApprovedAt.IsZero() {
				got["deployments waiting for an approval"]++
			}
		}
		for _, i := range r.Incidents {
			if i.ResolvedAt.IsZero() {
				got["open incidents"]++
			}
		}
		for _, k := range r.Tickets {
			if k.Status == WaitingForDBA {
				got["tickets waiting for the DBA group"]++
			}
			if k.ResolvedAt.IsZero() != (k.Status != Done) && k.Type != "Epic" {
				t.Errorf("ticket %s is %s and was resolved at %v", k.Key, k.Status, k.ResolvedAt)
			}
		}
	}
	for _, kind := range []string{"open pull requests", "drafts", "running builds", "running deployments", "deployments waiting for an approval", "open incidents", "tickets waiting for the DBA group"} {
		if got[kind] == 0 {
			t.Errorf("%s at the end of two histories: got none", kind)
		}
	}
	t.Log(got)
}

func TestNothingHappensInAnEmptyWindow(t *testing.T) {
	cfg := small()
	cfg.To = cfg.From
	if got := count(collect(t, cfg)); got != 0 {
		t.Errorf("records of an empty window: got %d, want 0", got)
	}
}

func BenchmarkRecords(b *testing.B) {
	cfg := DefaultConfiguration(moment("2026-03-18 12:00"))
	total := 0
	for b.Loop() {
		if err := New(cfg).Records(func(r warehouse.Records) error {
			total += count(r)
			return nil
		}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(total)/b.Elapsed().Seconds(), "records/s")
}
