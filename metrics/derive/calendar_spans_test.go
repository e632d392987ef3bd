package derive

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// worked is the working time between two moments by a calendar's spans.
func worked(spans []span, from, to time.Time) (sum time.Duration) {
	for _, s := range spans {
		if start, end := later(s.start, from), earlier(s.end, to); start.Before(end) {
			sum += end.Sub(start)
		}
	}
	return sum
}

// A working calendar for properties. No span begins or ends between 00:00 and 04:00 by the clocks, where an hour comes twice.
func someCalendar(t *rapid.T) Calendar {
	c := Calendar{Name: "some", Hours: map[string]string{}}
	c.Timezone = rapid.SampledFrom([]string{"UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Kiritimati", "Pacific/Pago_Pago"}).Draw(t, "zone")
	for _, day := range weekdays {
		// Odd places of an ascending list begin spans, even ones end them.
		edges := rapid.SliceOfNDistinct(rapid.IntRange(4*4, 24*4), 0, 6, rapid.ID).Draw(t, day)
		slices.Sort(edges)
		var parts []string
		for i := 0; i+1 < len(edges); i += 2 {
			parts = append(parts, fmt.Sprintf("%02d:%02d-%02d:%02d", edges[i]/4, edges[i]%4*15, edges[i+1]/4, edges[i+1]%4*15))
		}
		if len(parts) > 0 {
			c.Hours[day] = strings.Join(parts, ", ")
		}
	}
	if night := rapid.SampledFrom([]string{"", "mon", "sat", "sun"}).Draw(t, "night"); night != "" {
		c.Hours[night] = "23:00-04:00"
	}
	for _, day := range rapid.SliceOfN(rapid.IntRange(0, 365), 0, 5).Draw(t, "holidays") {
		c.Holidays = append(c.Holidays, time.Date(2026, 1, 1+day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly))
	}
	if rapid.Bool().Draw(t, "every year") {
		c.Holidays = append(c.Holidays, "03-29")
	}
	return c
}

// works says what clocks and a wall calendar say of one moment: a simple way that is too slow for use.
func (c Calendar) works(t *rapid.T, at time.Time, loc *time.Location) bool {
	w, err := c.week()
	if err != nil {
		t.Fatal(err)
	}
	local := at.In(loc)
	for back := range 2 { // today's spans, and yesterday's that go on
		day := time.Date(local.Year(), local.Month(), local.Day()-back, 0, 0, 0, 0, time.UTC)
		if slices.Contains(c.Holidays, day.Format(time.DateOnly)) || slices.Contains(c.Holidays, day.Format("01-02")) {
			continue
		}
		minute := local.Hour()*60 + local.Minute() + back*minutesOfDay
		for _, h := range w[day.Weekday()] {
			if h.begin <= minute && minute < h.end {
				return true
			}
		}
	}
	return false
}

// The spans hold just the time that the clocks and the calendar on the wall call working time; over all divisions it adds up.
func TestSpansAreWhatClocksShow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := someCalendar(t)
		if len(c.Hours) == 0 || c.validate() != nil {
			t.Skip("no hours, or overlapping ones") // rapid draws another calendar instead
		}
		loc, err := time.LoadLocation(c.Timezone)
		if err != nil {
			t.Fatal(err)
		}
		spans, err := c.spans(loc)
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range spans {
			if !s.start.Before(s.end) || i > 0 && !spans[i-1].end.Before(s.start) {
				t.Fatalf("span %d, %s to %s, is empty or touches the one before", i, s.start, s.end)
			}
		}
		// Around the days on which the clocks of the zones change in 2026, in minutes.
		origin := rapid.SampledFrom([]time.Time{
			time.Date(2026, 3, 6, 0, 0, 0, 0, time.UTC), time.Date(2026, 3, 27, 0, 0, 0, 0, time.UTC), time.Date(2026, 4, 3, 0, 0, 0, 0, time.UTC),
			time.Date(2026, 10, 2, 0, 0, 0, 0, time.UTC), time.Date(2026, 10, 23, 0, 0, 0, 0, time.UTC), time.Date(2026, 10, 30, 0, 0, 0, 0, time.UTC),
		}).Draw(t, "origin")
		minutes := rapid.SliceOfN(rapid.IntRange(0, 6*minutesOfDay), 3, 3).Draw(t, "minutes")
		slices.Sort(minutes)
		at := func(i int) time.Time { return origin.Add(time.Duration(minutes[i]) * time.Minute) }
		var want time.Duration
		for m := at(0); m.Before(at(2)); m = m.Add(time.Minute) {
			if c.works(t, m, loc) {
				want += time.Minute
			}
		}
		whole := worked(spans, at(0), at(2))
		if whole != want {
			t.Errorf("%+v: from %s to %s: %s, want %s", c, at(0), at(2), whole, want)
		}
		if parts := worked(spans, at(0), at(1)) + worked(spans, at(1), at(2)); parts != whole {
			t.Errorf("divided at %s: %s, want %s", at(1), parts, whole)
		}
		if elapsed := at(2).Sub(at(0)); whole < 0 || whole > elapsed {
			t.Errorf("%s worked in %s", whole, elapsed)
		}
	})
}

func TestOnWall(t *testing.T) {
	for _, test := range []struct{ zone, wall, want string }{
		{"UTC", "2026-03-29 02:30", "2026-03-29 02:30"},
		{"Europe/Berlin", "2026-01-05 09:00", "2026-01-05 08:00"},
		{"Europe/Berlin", "2026-07-06 09:00", "2026-07-06 07:00"},
		// At 02:00 the clocks are put forward to 03:00, which is 01:00 UTC: there is no 02:30.
		{"Europe/Berlin", "2026-03-29 01:59", "2026-03-29 00:59"},
		{"Europe/Berlin", "2026-03-29 02:00", "2026-03-29 01:00"},
		{"Europe/Berlin", "2026-03-29 02:30", "2026-03-29 01:00"},
		{"Europe/Berlin", "2026-03-29 03:00", "2026-03-29 01:00"},
		{"Europe/Berlin", "2026-03-29 03:01", "2026-03-29 01:01"},
		// At 03:00, 01:00 UTC, they are put back to 02:00: 02:30 comes at 00:30 and at 01:30 UTC, and the first one counts.
		{"Europe/Berlin", "2026-10-25 01:59", "2026-10-24 23:59"},
		{"Europe/Berlin", "2026-10-25 02:30", "2026-10-25 00:30"},
		{"Europe/Berlin", "2026-10-25 03:00", "2026-10-25 02:00"},
		{"America/New_York", "2026-03-08 02:30", "2026-03-08 07:00"},
		{"America/New_York", "2026-11-01 01:30", "2026-11-01 05:30"},
		{"Pacific/Kiritimati", "2026-01-01 09:00", "2025-12-31 19:00"}, // 14 hours ahead
		{"Pacific/Pago_Pago", "2026-01-01 20:00", "2026-01-02 07:00"},  // 11 hours behind
		{"Asia/Kolkata", "2099-06-01 09:00", "2099-06-01 03:30"},
		{"Europe/Berlin", "2099-07-01 09:00", "2099-07-01 07:00"}, // as the rules of today have it
	} {
		loc, err := time.LoadLocation(test.zone)
		if err != nil {
			t.Fatal(err)
		}
		wall, err := time.Parse("2006-01-02 15:04", test.wall)
		if err != nil {
			t.Fatal(err)
		}
		if got := onWall(wall, loc).Format("2006-01-02 15:04"); got != test.want {
			t.Errorf("%s in %s: %s, want %s UTC", test.wall, test.zone, got, test.want)
		}
	}
}
