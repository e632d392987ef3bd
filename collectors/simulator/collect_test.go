package simulator

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir/warehouse"
)

func moment(text string) time.Time {
	t, err := time.Parse("2006-01-02 15:04", text)
	if err != nil {
		panic(err)
	}
	return t
}

// small is the configuration of tests that do not need many records.
func small() Configuration {
	cfg := DefaultConfiguration(moment("2026-03-18 12:00"))
	cfg.Scale = 0.05
	return cfg
}

// busyAfternoon ends in the middle of a working day, so that much is still going on.
func busyAfternoon(seed uint64) Configuration {
	cfg := DefaultConfiguration(moment("2026-03-18 12:00"))
	cfg.Seed, cfg.To = seed, moment("2026-03-18 14:30")
	return cfg
}

// failer is what testing.T and rapid.T have in common.
type failer interface {
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Helper()
}

// collect puts all batches into one bundle.
func collect(tb failer, cfg Configuration) warehouse.Records {
	tb.Helper()
	var all warehouse.Records
	err := New(cfg).Records(func(r warehouse.Records) error {
		to, from := reflect.ValueOf(&all).Elem(), reflect.ValueOf(r)
		for i := range from.NumField() {
			to.Field(i).Set(reflect.AppendSlice(to.Field(i), from.Field(i)))
		}
		return nil
	})
	if err != nil {
		tb.Fatalf("the world stopped: %v", err)
	}
	return all
}

func fingerprint(tb testing.TB, r warehouse.Records) string {
	tb.Helper()
	text, err := json.Marshal(r)
	if err != nil {
		tb.Fatal(err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

func count(r warehouse.Records) (n int) {
	v := reflect.ValueOf(r)
	for i := range v.NumField() {
		n += v.Field(i).Len()
	}
	return n
}

// eachRecord calls visit for every record of every kind.
func eachRecord(r warehouse.Records, visit func(kind string, record reflect.Value)) {
	v := reflect.ValueOf(r)
	for i := range v.NumField() {
		for j := range v.Field(i).Len() {
			visit(v.Type().Field(i).Name, v.Field(i).Index(j))
		}
	}
}

// column is one field of a record with what its tag says about it.
type column struct {
	name  string
	rules []string
	value reflect.Value
}

func (c column) is(rule string) bool {
	for _, r := range c.rules {
		if r == rule {
			return true
		}
	}
	return false
}

func (c column) allowed() []string {
	for _, r := range c.rules {
		if values, found := strings.CutPrefix(r, "enum="); found {
			return strings.Split(values, "|")
		}
	}
	return nil
}

func columns(record reflect.Value) (all []column) {
	for i := range record.NumField() {
		f := record.Type().Field(i)
		if f.Anonymous {
			all = append(all, columns(record.Field(i))...)
			continue
		}
		parts := strings.Split(f.Tag.Get("weir"), ",")
		all = append(all, column{parts[0], parts[1:], record.Field(i)})
	}
	return all
}
