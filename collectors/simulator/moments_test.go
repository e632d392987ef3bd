package simulator

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/weirhq/weir/warehouse"
)

// ledger is what somebody has who was told records: of each key the newest.
type ledger map[string]any

// take replaces what is there. A record that comes again must have changed, and must be the newer one by its own words:
// the warehouse keeps the newer of two.
func (l ledger) take(t failer, r warehouse.Records) {
	t.Helper()
	keys := map[string][]int{} // of each kind, which fields are its key
	eachRecord(r, func(kind string, record reflect.Value) {
		if keys[kind] == nil {
			for i := range record.NumField() {
				if rules := strings.Split(record.Type().Field(i).Tag.Get("weir"), ","); slices.Contains(rules, "key") {
					keys[kind] = append(keys[kind], i)
				}
			}
		}
		key := kind
		for _, i := range keys[kind] {
			key += fmt.Sprintf("\x00%v", record.Field(i))
		}
		now := record.Interface()
		if before, there := l[key]; there && !updated(record).After(updated(reflect.ValueOf(before))) {
			t.Errorf("%s came again and is not newer:\n%+v\n%+v", kind, before, now)
		}
		l[key] = now
	})
}

func updated(record reflect.Value) time.Time {
	return record.FieldByName("UpdatedAt").Interface().(time.Time)
}

func ledgerOf(t failer, r warehouse.Records) ledger {
	t.Helper()
	l := ledger{}
	l.take(t, r)
	return l
}

// same compares two ledgers and tells the first few differences.
func same(t failer, what string, got, want ledger) {
	t.Helper()
	var differences []string
	for key, w := range want {
		if !reflect.DeepEqual(got[key], w) {
			differences = append(differences, fmt.Sprintf("%q:\n got %s\nwant %s", key, asText(got[key]), asText(w)))
		}
	}
	for key, g := range got {
		if _, there := want[key]; !there {
			differences = append(differences, fmt.Sprintf("%q:\n got %s\nwant nothing", key, asText(g)))
		}
	}
	slices.Sort(differences)
	if len(differences) > 0 {
		t.Errorf("%s: %d of %d records differ:\n%s", what, len(differences), len(want), strings.Join(differences[:min(3, len(differences))], "\n"))
	}
}

func asText(record any) string {
	text, err := json.Marshal(record)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

func seenAt(cfg Configuration, at time.Time) Configuration {
	cfg.Seen = at
	return cfg
}

// Looking later never changes what was.
func TestThePastStays(t *testing.T) {
	check := func(t failer, cfg Configuration, early, late time.Time) {
		t.Helper()
		got := hide(collect(t, seenAt(cfg, late)), early)
		same(t, fmt.Sprintf("%v seen from %v", early, late), ledgerOf(t, got), ledgerOf(t, collect(t, seenAt(cfg, early))))
	}
	t.Run("of any small world", rapid.MakeCheck(func(t *rapid.T) {
		cfg := drawConfiguration(t)
		early, late := drawMoment(t, cfg, "early"), drawMoment(t, cfg, "late")
		if late.Before(early) {
			early, late = late, early
		}
		check(t, cfg, early, late)
	}))
	demo := DefaultConfiguration(moment("2026-03-18 12:00"))
	t.Run("of the demo, after its end", func(t *testing.T) {
		check(t, demo, demo.To.Add(3*day+14*time.Hour), demo.To.Add(10*day+9*time.Hour))
	})
	demo.From = demo.To.AddDate(0, -3, 0)
	for _, early := range []time.Duration{-9 * day, -time.Millisecond, 0, time.Millisecond, day - time.Millisecond, day} {
		t.Run(fmt.Sprintf("of three months, %v after their end", early), func(t *testing.T) {
			check(t, demo, demo.To.Add(early), demo.To.Add(20*day+15*time.Hour))
		})
	}
}

// Told step by step, the company ends in the same records as told at once.
func TestStepByStep(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cfg := drawConfiguration(t)
		steps := []time.Time{drawMoment(t, cfg, "first")}
		for range rapid.IntRange(1, 6).Draw(t, "steps") {
			last := steps[len(steps)-1]
			steps = append(steps, last.Add(time.Duration(rapid.Int64Range(1, 30*24*3600*1000).Draw(t, "step"))*time.Millisecond))
		}
		l := ledgerOf(t, collect(t, seenAt(cfg, steps[0])))
		c, since := newCompany(New(cfg)), steps[0]
		for _, until := range steps[1:] {
			if rapid.Bool().Draw(t, "anew") {
				c = newCompany(New(cfg))
			}
			if err := c.tell(view{c.world, since, until}, func(r warehouse.Records) error {
				l.take(t, r)
				return nil
			}); err != nil {
				t.Fatalf("the company stopped: %v", err)
			}
			same(t, fmt.Sprintf("from %v to %v", since, until), l, ledgerOf(t, collect(t, seenAt(cfg, until))))
			since = until
		}
	})
}
