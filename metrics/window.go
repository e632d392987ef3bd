package metrics

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Window is the two ends of a window as people write them: a date (its first moment in the reporting time zone), an
// RFC 3339 time, or how long before: 90d, 12w, 36h. A day before is the same time of the calendar's day before, so that
// whole days stay whole when the clocks change. An empty To is now; an empty From is a default that the caller says.
type Window struct{ From, To string }

// DefaultFrom is how long before its end a window begins unless its beginning is said.
const DefaultFrom = "90d"

// Check finds what is wrong with how the window is written, before anything is opened.
func (w Window) Check() error {
	if _, err := parseMoment("to", w.To); err != nil {
		return err
	}
	_, err := parseMoment("from", w.From)
	return err
}

// In is the window itself, in a time zone; defaultFrom stands in where From is empty.
func (w Window) In(location *time.Location, now time.Time, defaultFrom string) (from, to time.Time, err error) {
	if w.From == "" {
		w.From = defaultFrom
	}
	end, err := parseMoment("to", w.To)
	if err != nil {
		return from, to, err
	}
	start, err := parseMoment("from", w.From)
	if err != nil {
		return from, to, err
	}
	to = end.in(location, now)
	return start.in(location, to), to, nil
}

// MovesWith says whether the figures of the window are others a moment later though the data are the same: its end is
// counted from now, or lies ahead, so that it is cut off at now.
func (w Window) MovesWith(location *time.Location, now time.Time) bool {
	to, err := parseMoment("to", w.To)
	return w.To == "" || relative.MatchString(w.To) || err == nil && to.in(location, now).After(now)
}

// moment is one end of a window.
type moment struct {
	at          time.Time // of a time with an offset
	date        string    // of a date, which needs the time zone
	hours, days int       // of how long before
}

var relative = regexp.MustCompile(`^(\d{1,6})([hdw])$`)

func parseMoment(parameter, text string) (m moment, err error) {
	if text == "" {
		return m, nil
	}
	if parts := relative.FindStringSubmatch(text); parts != nil {
		n, err := strconv.Atoi(parts[1])
		switch parts[2] {
		case "h":
			m.hours = n
		case "d":
			m.days = n
		case "w":
			m.days = 7 * n
		}
		return m, err
	}
	if _, err := time.Parse(time.DateOnly, text); err == nil {
		m.date = text
		return m, nil
	}
	if m.at, err = time.Parse(time.RFC3339, strings.ToUpper(text)); err != nil {
		return m, &UsageError{parameter, fmt.Sprintf("%q is not a time; write 2026-03-31, 2026-03-31T09:00:00Z, or how long ago: 90d, 12w, 36h", text)}
	}
	return m, nil
}

// in is the moment itself; how long before is counted from base.
func (m moment) in(location *time.Location, base time.Time) time.Time {
	switch {
	case m.date != "":
		day, err := time.Parse(time.DateOnly, m.date)
		if err != nil {
			panic(err) // it was parsed before
		}
		return dayStart(day.Year(), day.Month(), day.Day(), location)
	case !m.at.IsZero():
		return m.at.In(location)
	case m.hours > 0:
		return base.Add(-time.Duration(m.hours) * time.Hour).In(location)
	}
	return base.In(location).AddDate(0, 0, -m.days)
}
