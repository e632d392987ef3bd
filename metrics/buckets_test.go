package metrics

import (
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func at(t testing.TB, text string) time.Time {
	t.Helper()
	moment, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return moment
}

func TestBuckets(t *testing.T) {
	const later = "2030-01-01T00:00:00Z"
	for _, c := range []struct {
		name           string
		zone           string
		every          Every
		from, to, now  string
		starts         string
		firstTo, lastT string // where the first and the last bucket end
	}{
		{"days over the day of 23 hours", "Europe/Berlin", EveryDay, "2026-03-27T23:00:00Z", "2026-03-30T22:00:00Z", later,
			"2026-03-28T00:00:00+01:00 2026-03-29T00:00:00+01:00 2026-03-30T00:00:00+02:00", "2026-03-28T23:00:00Z", "2026-03-30T22:00:00Z"},
		{"weeks over the end of winter", "Europe/Berlin", EveryWeek, "2026-03-25T12:00:00Z", "2026-04-01T00:00:00Z", later,
			"2026-03-23T00:00:00+01:00 2026-03-30T00:00:00+02:00", "2026-03-29T22:00:00Z", "2026-04-01T00:00:00Z"},
		{"weeks over the end of summer", "Europe/Berlin", EveryWeek, "2026-10-18T22:00:00Z", "2026-11-01T23:00:00Z", later,
			"2026-10-19T00:00:00+02:00 2026-10-26T00:00:00+01:00", "2026-10-25T23:00:00Z", "2026-11-01T23:00:00Z"},
		{"an ISO week begins on Monday, in the old year too", "UTC", EveryWeek, "2026-01-01T00:00:00Z", "2026-01-06T00:00:00Z", later,
			"2025-12-29T00:00:00Z 2026-01-05T00:00:00Z", "2026-01-05T00:00:00Z", "2026-01-06T00:00:00Z"},
		{"months", "UTC", EveryMonth, "2025-12-10T00:00:00Z", "2026-02-10T00:00:00Z", later,
			"2025-12-01T00:00:00Z 2026-01-01T00:00:00Z 2026-02-01T00:00:00Z", "2026-01-01T00:00:00Z", "2026-02-10T00:00:00Z"},
		{"quarters", "UTC", EveryQuarter, "2025-11-10T00:00:00Z", "2026-04-01T00:00:00Z", later,
			"2025-10-01T00:00:00Z 2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z"},
		{"now cuts its bucket, and what comes after is not there", "UTC", EveryWeek, "2026-03-02T00:00:00Z", "2026-03-30T00:00:00Z", "2026-03-11T06:00:00Z",
			"2026-03-02T00:00:00Z 2026-03-09T00:00:00Z", "2026-03-09T00:00:00Z", "2026-03-11T06:00:00Z"},
		{"a range is cut by now", "UTC", EveryRange, "2026-03-02T00:00:00Z", "2026-03-30T00:00:00Z", "2026-03-11T06:00:00Z",
			"2026-03-02T00:00:00Z", "2026-03-11T06:00:00Z", "2026-03-11T06:00:00Z"},
		{"a window after now stays whole", "UTC", EveryRange, "2026-03-02T00:00:00Z", "2026-03-30T00:00:00Z", "2026-01-01T00:00:00Z",
			"2026-03-02T00:00:00Z", "2026-03-30T00:00:00Z", "2026-03-30T00:00:00Z"},
		{"a day without a midnight", "America/Havana", EveryDay, "2026-03-08T05:00:00Z", "2026-03-10T04:00:00Z", later,
			"2026-03-08T01:00:00-04:00 2026-03-09T00:00:00-04:00", "2026-03-09T04:00:00Z", "2026-03-10T04:00:00Z"},
		{"a day with two midnights", "America/Havana", EveryDay, "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z", later,
			"2026-11-01T00:00:00-04:00", "2026-11-02T05:00:00Z", "2026-11-02T05:00:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cut, err := buckets(Query{From: at(t, c.from), To: at(t, c.to), Every: c.every}, zone(t, c.zone), at(t, c.now))
			if err != nil {
				t.Fatal(err)
			}
			var starts []string
			for _, b := range cut {
				starts = append(starts, b.start.Format(time.RFC3339))
			}
			if got := strings.Join(starts, " "); got != c.starts {
				t.Errorf("starts: got %s, want %s", got, c.starts)
			}
			if got := cut[0].to; !got.Equal(at(t, c.firstTo)) {
				t.Errorf("the first ends at %v, want %s", got, c.firstTo)
			}
			if got := cut[len(cut)-1].to; !got.Equal(at(t, c.lastT)) {
				t.Errorf("the last ends at %v, want %s", got, c.lastT)
			}
		})
	}
}

// Buckets tile the window: none is empty, none overlaps, and their days on the wall add up to the window's.
func TestBucketsTile(t *testing.T) {
	zones := []*time.Location{time.UTC, zone(t, "Europe/Berlin"), zone(t, "America/Havana"), zone(t, "Australia/Lord_Howe"), zone(t, "Asia/Kathmandu")}
	now := at(t, "2030-01-01T00:00:00Z")
	rapid.Check(t, func(t *rapid.T) {
		loc := rapid.SampledFrom(zones).Draw(t, "zone")
		q := Query{Every: rapid.SampledFrom(everys[1:]).Draw(t, "every"), From: time.Unix(rapid.Int64Range(1.6e9, 1.8e9).Draw(t, "from"), 0)}
		q.To = q.From.Add(time.Duration(rapid.Int64Range(1, 400*86400).Draw(t, "seconds")) * time.Second)
		cut, err := buckets(q, loc, now)
		if err != nil {
			t.Fatal(err)
		}
		moment, days := q.From, 0.0
		for _, b := range cut {
			if !b.from.Equal(moment) || !b.to.After(b.from) {
				t.Fatalf("a bucket from %v to %v, want it to begin at %v", b.from, b.to, moment)
			}
			if b.start.Location() != loc || b.start.After(b.from) {
				t.Fatalf("a bucket called %v begins at %v", b.start, b.from)
			}
			moment = b.to
			days += wallDays(b.from, b.to, loc)
		}
		if !moment.Equal(q.To) {
			t.Fatalf("the buckets end at %v, want %v", moment, q.To)
		}
		if whole := wallDays(q.From, q.To, loc); math.Abs(days-whole) > 0.06 { // where midnight is missing, an hour belongs to no day
			t.Fatalf("the buckets have %v days, the window %v", days, whole)
		}
	})
}

func TestWallDays(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	for _, c := range []struct {
		from, to string
		want     float64
	}{
		{"2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", 1}, // 23 hours
		{"2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", 1}, // 25 hours
		{"2026-03-01T23:00:00Z", "2026-03-15T23:00:00Z", 14},
		{"2026-03-01T23:00:00Z", "2026-03-02T11:00:00Z", 0.5},
	} {
		if got := wallDays(at(t, c.from), at(t, c.to), berlin); got != c.want {
			t.Errorf("%s to %s: got %v days, want %v", c.from, c.to, got, c.want)
		}
	}
}

func TestRatioInterval(t *testing.T) {
	for _, c := range []struct {
		numerator, denominator int64
		low, high              float64
	}{
		// Published values of the Wilson score interval without continuity correction.
		{1, 3, 0.0615, 0.7923}, {0, 10, 0, 0.2775}, {10, 10, 0.7225, 1}, {5, 10, 0.2366, 0.7634}, {81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605},
	} {
		r := ratio(c.numerator, c.denominator)
		if math.Abs(*r.Low-c.low) > 5e-5 || math.Abs(*r.High-c.high) > 5e-5 {
			t.Errorf("%d of %d: got %.4f to %.4f, want %.4f to %.4f", c.numerator, c.denominator, *r.Low, *r.High, c.low, c.high)
		}
	}
	if r := ratio(0, 0); r.Value != nil || r.Low != nil || r.High != nil {
		t.Errorf("of nothing: got %+v, want no value", r)
	}
}

func TestNearest(t *testing.T) {
	names := []string{"checkout", "checkout-api", "Pricing"}
	for word, want := range map[string]string{"chekout": "checkout", "CHECKOUT": "checkout", "pricng": "Pricing", "stock": "", "": ""} {
		if got := Nearest(word, names); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}

// Every .sql file has its definition at its head and two statements, of which the second can be wrapped.
func TestCatalogue(t *testing.T) {
	for _, m := range Catalogue() {
		if !strings.Contains(m.Definition, "Unit: ") || !strings.Contains(m.Definition, "Left out: ") {
			t.Errorf("%s: its definition lacks the unit or what is left out: %s", m.ID, m.Definition)
		}
		if !strings.Contains(m.rows, "GROUP BY group_name, bucket") || strings.Contains(m.items, ";") || !strings.HasSuffix(m.items, "LIMIT {limit:UInt64}") ||
			!strings.Contains(m.items, pageMark) {
			t.Errorf("%s: its statements are not laid out as expected", m.ID)
		}
		if found, err := Find(m.ID); err != nil || found.ID != m.ID {
			t.Errorf("%s is not found: %v", m.ID, err)
		}
	}
}
