package files

import (
	"strings"
	"testing"
	"time"
)

func TestParseMoment(t *testing.T) {
	const layout = "2006-01-02T15:04:05.999Z07:00"
	for _, c := range []struct{ in, want string }{
		{"2026-03-02T10:00:00Z", "2026-03-02T10:00:00Z"},
		{"2026-03-02t10:00:00z", "2026-03-02T10:00:00Z"},
		{"2026-03-02T10:00:00+02:00", "2026-03-02T08:00:00Z"},
		{"2026-03-02T10:00:00-05:30", "2026-03-02T15:30:00Z"},
		{"2026-03-02T10:00:00.1Z", "2026-03-02T10:00:00.1Z"},
		{"2026-03-02T10:00:00.999999999Z", "2026-03-02T10:00:00.999Z"}, // cut off, never rounded up
		{"2026-03-02 10:00:00", "2026-03-02T10:00:00Z"},
		{"2026-03-02 10:00:00.007", "2026-03-02T10:00:00.007Z"},
		{"2024-02-29T23:59:59Z", "2024-02-29T23:59:59Z"},
		{"1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"},
		{"1969-12-31T23:30:00-01:00", "1970-01-01T00:30:00Z"},
		{"2261-12-31T23:59:59.999Z", "2261-12-31T23:59:59.999Z"},
	} {
		got, reason := parseMoment(c.in)
		if reason != "" || got.Format(layout) != c.want || got.Location() != time.UTC {
			t.Errorf("parseMoment(%q) = %v, %q; want %s", c.in, got, reason, c.want)
		}
	}
}

func TestParseMomentRefuses(t *testing.T) {
	for _, c := range []struct{ in, reason string }{
		{"2026-03-02", "is not a time"},
		{"yesterday", "is not a time"},
		{"1767225600", "is not a time"},
		{"2026-03-02T10:00:00", "lacks its offset"},
		{"2026-03-02 10:00:00Z", "with an offset has a T"},
		{"2026-03-02T10:00Z", "is not a time"},
		{"2026-03-02T10:00:00,5Z", "is not a time"},
		{"2026-03-02T10:00:00.Z", "is not a time"},
		{"2026-03-02T24:00:00Z", "is not a time"},
		{"2026-03-02T10:00:60Z", "is not a time"},
		{"2026-13-02T10:00:00Z", "is not a time"},
		{"2025-02-29T10:00:00Z", "is not a time"},
		{"1900-02-29T10:00:00Z", "is not a time"},
		{"2026-03-02T10:00:00+0200", "is not a time"},
		{"2026-03-02T10:00:00+24:00", "is not a time"},
		{"2026-03-02T10:00:00Z ", "is not a time"},
		{"1969-12-31T23:59:59Z", "years 1970 to 2261"},
		{"0001-01-01T00:00:00Z", "years 1970 to 2261"},
		{"2262-01-01T00:00:00Z", "years 1970 to 2261"},
		{"1970-01-01T00:30:00+01:00", "years 1970 to 2261"},
	} {
		if _, reason := parseMoment(c.in); !strings.Contains(reason, c.reason) {
			t.Errorf("parseMoment(%q): reason %q, want %q in it", c.in, reason, c.reason)
		}
	}
}

// FuzzMoment compares with Go's own parser, and reads again what it writes.
func FuzzMoment(f *testing.F) {
	for _, seed := range []string{
		"2026-03-02T10:00:00Z", "2026-03-02 10:00:00.123", "2024-02-29T23:59:59.9999+23:59", "1970-01-01T00:00:00-00:00",
		"2261-12-31T23:59:59Z", "2100-02-29T00:00:00Z", "2026-03-02", "", "2026-03-02T10:00:00", "aaaa-aa-aaTaa:aa:aaZ",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		got, reason := parseMoment(in)
		want, err := time.Parse(time.RFC3339, strings.ToUpper(in))
		if err != nil {
			want, err = time.Parse("2006-01-02 15:04:05", in)
		}
		want = want.UTC().Truncate(time.Millisecond)
		// Go also takes a comma for the decimal point, which RFC 3339 does not.
		wanted := err == nil && want.Unix() >= 0 && want.Year() < 2262 && !strings.Contains(in, ",")
		if wanted != (reason == "") {
			t.Fatalf("parseMoment(%q): reason %q; time.Parse: %v, %v", in, reason, want, err)
		}
		if reason != "" {
			return
		}
		if !got.Equal(want) {
			t.Fatalf("parseMoment(%q) = %v, want %v", in, got, want)
		}
		written := string(appendMoment(nil, got))
		if again, reason := parseMoment(written); reason != "" || !again.Equal(got) {
			t.Fatalf("%q was written as %q, which reads as %v (%s)", in, written, again, reason)
		}
	})
}
