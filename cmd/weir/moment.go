package main

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// moment is a point in time as people write it on a command line: an RFC 3339 time, a date (its first instant in the
// reporting time zone), or how long ago: 90d, 12w, 36h.
type moment struct {
	text string
	at   time.Time     // of a time with an offset
	date bool          // text is a date, and needs the reporting time zone
	ago  time.Duration // of a relative one
}

// defaultWindow is how long before its end a window begins unless --from says it.
const defaultWindow = 90 * 24 * time.Hour

var relative = regexp.MustCompile(`^(\d{1,6})([hdw])$`)

var relativeUnits = map[string]time.Duration{"h": time.Hour, "d": 24 * time.Hour, "w": 7 * 24 * time.Hour}

func parseMoment(flag, text string) (moment, error) {
	m := moment{text: text}
	if text == "" {
		return m, nil
	}
	if parts := relative.FindStringSubmatch(text); parts != nil {
		n, err := strconv.Atoi(parts[1])
		if err == nil {
			m.ago = time.Duration(n) * relativeUnits[parts[2]]
		}
		return m, err
	}
	if _, err := time.Parse(time.DateOnly, text); err == nil {
		m.date = true
		return m, nil
	}
	at, err := time.Parse(time.RFC3339, strings.ToUpper(text))
	if err != nil {
		return m, usagef("--%s: %q is not a time; write 2026-03-31, 2026-03-31T09:00:00Z, or how long ago: 90d, 12w, 36h", flag, text)
	}
	m.at = at
	return m, nil
}

// in is the moment itself; how long ago is counted from base.
func (m moment) in(location *time.Location, base time.Time) time.Time {
	switch {
	case m.date:
		// It was parsed before, so it cannot fail.
		at, _ := time.ParseInLocation(time.DateOnly, m.text, location)
		return at
	case m.at.IsZero():
		return base.Add(-m.ago)
	}
	return m.at
}

// window is the flags --from and --to.
type window struct{ from, to string }

// parse finds what is wrong with the flags before anything is opened.
func (w window) parse() (from, to moment, err error) {
	if to, err = parseMoment("to", w.to); err != nil {
		return from, to, err
	}
	from, err = parseMoment("from", w.from)
	if w.from == "" {
		from.ago = defaultWindow
	}
	return from, to, err
}
