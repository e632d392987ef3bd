package warehouse_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// TestDirectAsStaged: a small write has the same result as a load of the same rows, whatever was there: which of several
// rows counts, what is deleted by whom, and which rows are written at all.
func TestDirectAsStaged(t *testing.T) {
	w := warehousetest.Open(t)
	estimate := func(t *rapid.T) *float64 {
		return rapid.SampledFrom([]*float64{nil, new(float64), ptr(0.1), ptr(3.0)}).Draw(t, "estimate")
	}
	at := func(t *rapid.T, name string) time.Time {
		return rapid.SampledFrom([]time.Time{{}, day, day.Add(time.Millisecond), day.Add(1500 * time.Microsecond), day.Add(time.Hour)}).Draw(t, name)
	}
	record := rapid.Custom(func(t *rapid.T) warehouse.Ticket {
		return warehouse.Ticket{
			Key: rapid.SampledFrom([]string{"A-1", "A-2", "it's\ta \\ \"key\"\n"}).Draw(t, "key"), Title: rapid.SampledFrom([]string{"", "x", "ü\x00"}).Draw(t, "title"),
			CreatedAt: day, ResolvedAt: at(t, "resolved"), Estimate: estimate(t),
			Labels:     rapid.SampledFrom([][]string{nil, {}, {"a"}, {"a", "b"}, {"ab"}}).Draw(t, "labels"),
			Provenance: warehouse.Provenance{Source: rapid.SampledFrom([]string{"", "one", "two"}).Draw(t, "source"), UpdatedAt: at(t, "updated")},
		}
	})
	build := rapid.Custom(func(t *rapid.T) warehouse.Build {
		return warehouse.Build{Pipeline: "p", ID: rapid.SampledFrom([]string{"1", "2"}).Draw(t, "id"), Attempt: rapid.Int64Range(0, 2).Draw(t, "attempt"),
			Result: "success", StartedAt: at(t, "started"), Provenance: warehouse.Provenance{UpdatedAt: at(t, "updated")}}
	})
	// The same rows twice: under one name they are written directly, under another by a load.
	named := func(r warehouse.Records, name string) (as warehouse.Records) {
		for _, x := range r.Tickets {
			x.Key = name + x.Key
			as.Tickets = append(as.Tickets, x)
		}
		for _, x := range r.Builds {
			x.Pipeline = name + x.Pipeline
			as.Builds = append(as.Builds, x)
		}
		return as
	}
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		round++ // a history of its own for each round
		direct, staged := fmt.Sprint("direct", round), fmt.Sprint("staged", round)
		var all warehouse.Records
		for range rapid.IntRange(1, 4).Draw(rt, "writes") {
			r := warehouse.Records{Tickets: rapid.SliceOfN(record, 0, 5).Draw(rt, "tickets"), Builds: rapid.SliceOfN(build, 0, 5).Draw(rt, "builds")}
			all.Tickets, all.Builds = append(all.Tickets, r.Tickets...), append(all.Builds, r.Builds...)
			deleted := rapid.SampledFrom([]uint8{0, 0, 0, 1}).Draw(rt, "deleted")
			write := w.Write
			if deleted == 1 {
				write = w.Delete
			}
			if err := write(t.Context(), named(r, direct)); err != nil {
				rt.Fatal(err)
			}
			if err := w.WriteStaged(t.Context(), named(r, staged), deleted); err != nil {
				rt.Fatal(err)
			}
		}
		a, err := w.KnownAs(t.Context(), named(all, direct))
		if err != nil {
			rt.Fatal(err)
		}
		b, err := w.KnownAs(t.Context(), named(all, staged))
		if err != nil {
			rt.Fatal(err)
		}
		plain := strings.NewReplacer(direct, "", staged, "")
		if one, other := plain.Replace(fmt.Sprintf("%+v", told(a))), plain.Replace(fmt.Sprintf("%+v", told(b))); one != other {
			rt.Fatalf("directly %s\nby a load %s", one, other)
		}
	})
}

// told are records without pointers, which are printed as addresses.
func told(r warehouse.Records) (list []string) {
	for _, x := range r.Tickets {
		estimate := "none"
		if x.Estimate != nil {
			estimate = fmt.Sprint(*x.Estimate)
		}
		x.Estimate = nil
		list = append(list, fmt.Sprintf("%q %s", fmt.Sprintf("%+v", x), estimate))
	}
	for _, x := range r.Builds {
		list = append(list, fmt.Sprintf("%+v", x))
	}
	return list
}

// TestWriteTwice: rows that would change nothing are not written.
func TestWriteTwice(t *testing.T) {
	w := warehousetest.Open(t)
	one := 1.5
	r := warehouse.Records{
		Tickets: []warehouse.Ticket{{Key: "A-1", CreatedAt: day.Add(1500 * time.Microsecond), Estimate: &one, Labels: []string{"a", "b"}}},
		Builds:  []warehouse.Build{{Pipeline: "p", ID: "1", Result: "success", Provenance: warehouse.Provenance{UpdatedAt: day}}},
	}
	for range 3 {
		if err := w.Write(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	if n := number(t, w, "SELECT (SELECT count() FROM tickets) + (SELECT count() FROM builds) AS n"); n != 2 {
		t.Errorf("%d rows were written, want 2", n)
	}
}

func ptr[T any](v T) *T { return &v }
