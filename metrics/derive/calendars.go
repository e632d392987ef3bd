package derive

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Calendar says when people work: hours on the clocks of a time zone, and holidays. Without one only the elapsed time is known.
type Calendar struct {
	Name     string            `yaml:"name"`
	Timezone string            `yaml:"timezone"` // default: the one of reports
	Hours    map[string]string `yaml:"hours"`    // days and their spans, such as mon-fri: "09:00-12:00, 13:00-17:00"; 22:00-06:00 ends on the next day
	Holidays []string          `yaml:"holidays"` // days without work, such as 2026-12-25, or 12-25 for every year; a span over midnight counts with the day on which it begins
}

const minutesOfDay = 24 * 60

var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"} // as time.Weekday counts

// hours is a span of a working day: minutes after its midnight, on the wall. One that ends on the next day ends after 24:00.
type hours struct{ begin, end int }

func (h hours) String() string {
	end := h.end
	if end > minutesOfDay {
		end -= minutesOfDay
	}
	return fmt.Sprintf("%02d:%02d-%02d:%02d", h.begin/60, h.begin%60, end/60, end%60)
}

// week is the hours of each weekday.
type week [7][]hours

// defaultCalendar is by which calendar those work who have none of their own; empty where none is configured.
func (o Organisation) defaultCalendar() string {
	if o.Calendar == "" && len(o.Calendars) == 1 {
		return o.Calendars[0].Name
	}
	return o.Calendar
}

// validateCalendars says what is wrong with the calendars, and with who works by them.
func (o Organisation) validateCalendars() (errs []error) {
	var names []string
	for i, c := range o.Calendars {
		if c.Name == "" || slices.Contains(names, c.Name) {
			errs = append(errs, fmt.Errorf("calendars[%d]: the name %q is empty or used twice", i, c.Name))
		}
		names = append(names, c.Name)
		for _, err := range c.validate() {
			errs = append(errs, fmt.Errorf("calendars[%d] (%s).%w", i, c.Name, err))
		}
	}
	unknown := func(where, name string) {
		switch {
		case name == "" || slices.Contains(names, name):
		case len(names) == 0:
			errs = append(errs, fmt.Errorf("%s: there is no calendar %q; none is configured: write calendars: [{name: %s, timezone: Europe/Berlin, hours: {mon-fri: \"09:00-17:00\"}}]", where, name, name))
		default:
			errs = append(errs, fmt.Errorf("%s: there is no calendar %q; the calendars are %s", where, name, strings.Join(names, ", ")))
		}
	}
	unknown("calendar", o.Calendar)
	for i, t := range o.Teams {
		unknown(fmt.Sprintf("teams[%d] (%s).calendar", i, t.Name), t.Calendar)
	}
	if o.Calendar == "" && len(names) > 1 {
		errs = append(errs, fmt.Errorf("calendar: say by which of the calendars those work who have none of their own, such as calendar: %s", names[0]))
	}
	return errs
}

// CalendarLines tell what the calendars come to, a line each: so somebody who wrote one sees whether it says what he meant.
func (o Organisation) CalendarLines() []string {
	var lines []string
	for _, c := range o.Calendars {
		var teams []string
		for _, t := range o.Teams {
			if cmp.Or(t.Calendar, o.defaultCalendar()) == c.Name {
				teams = append(teams, t.Name)
			}
		}
		line := fmt.Sprintf("calendar %s: %.4g h a week by the clocks of %s; holidays: %d", c.Name, c.weekly().Hours(), cmp.Or(c.Timezone, o.Timezone, "UTC"), len(c.Holidays))
		if len(teams) > 0 {
			line += "; teams: " + strings.Join(teams, ", ")
		}
		if c.Name == o.defaultCalendar() {
			line += "; the default"
		}
		lines = append(lines, line)
	}
	return lines
}

// weekly is the working time of a week without holidays.
func (c Calendar) weekly() time.Duration {
	minutes := 0
	w, err := c.week()
	if err != nil {
		return 0 // Validate says what is wrong
	}
	for _, list := range w {
		for _, h := range list {
			minutes += h.end - h.begin
		}
	}
	return time.Duration(minutes) * time.Minute
}

func (c Calendar) validate() (errs []error) {
	if _, err := time.LoadLocation(c.Timezone); err != nil || c.Timezone == "Local" {
		errs = append(errs, fmt.Errorf("timezone: %q is not a time zone such as UTC or Europe/Berlin", c.Timezone))
	}
	if _, err := c.week(); err != nil {
		errs = append(errs, fmt.Errorf("hours%w", err))
	}
	for _, day := range c.Holidays {
		if _, err := time.Parse(time.DateOnly, day); err == nil {
			continue
		}
		// The year 2000 has a 29th of February.
		if _, err := time.Parse(time.DateOnly, "2000-"+day); err != nil {
			errs = append(errs, fmt.Errorf("holidays: %q is not a day such as 2026-12-25, or 12-25 for every year", day))
		}
	}
	return errs
}

// week reads the hours of the weekdays.
func (c Calendar) week() (w week, err error) {
	if len(c.Hours) == 0 {
		return w, errors.New(`: there are none; write for instance mon-fri: "09:00-17:00"`)
	}
	for _, key := range slices.Sorted(maps.Keys(c.Hours)) {
		days, err := parseDays(key)
		if err != nil {
			return w, fmt.Errorf(": %w", err)
		}
		list, err := parseHours(c.Hours[key])
		if err != nil {
			return w, fmt.Errorf(".%s: %w", key, err)
		}
		for _, day := range days {
			if len(w[day]) > 0 {
				return w, fmt.Errorf(".%s: the hours of %s are said twice", key, weekdays[day])
			}
			w[day] = list
		}
	}
	return w, w.overlap()
}

// overlap says which spans of a week overlap.
func (w week) overlap() error {
	type placed struct {
		day  int
		span hours
		hours
	}
	var all []placed
	for day, list := range w {
		for _, h := range list {
			all = append(all, placed{day, h, hours{h.begin + day*minutesOfDay, h.end + day*minutesOfDay}})
		}
	}
	slices.SortFunc(all, func(a, b placed) int { return cmp.Compare(a.begin, b.begin) })
	for i, a := range all {
		next, later := all[(i+1)%len(all)], 0
		if i+1 == len(all) {
			later = 7 * minutesOfDay // the week after
		}
		if next.begin+later < a.end {
			return fmt.Errorf(": %s %s overlaps with %s %s", weekdays[a.day], a.span, weekdays[next.day], next.span)
		}
	}
	return nil
}

// parseDays reads days of the week: a day, a range of them, or several of both, such as mon-wed, fri.
func parseDays(text string) (days []int, err error) {
	for part := range strings.SplitSeq(text, ",") {
		from, to, isRange := strings.Cut(part, "-")
		first, err := parseDay(from)
		if err != nil {
			return nil, err
		}
		last := first
		if isRange {
			if last, err = parseDay(to); err != nil {
				return nil, err
			}
		}
		for day := first; ; day = (day + 1) % 7 {
			days = append(days, day)
			if day == last {
				break
			}
		}
	}
	return days, nil
}

func parseDay(text string) (int, error) {
	word := strings.ToLower(strings.TrimSpace(text))
	for day, name := range weekdays {
		if word == name || word == strings.ToLower(time.Weekday(day).String()) {
			return day, nil
		}
	}
	return 0, fmt.Errorf("%q is not a day of the week; the days are mon, tue, wed, thu, fri, sat, sun, and ranges such as mon-fri", strings.TrimSpace(text))
}

// parseHours reads spans of a day, such as 09:00-12:00, 13:00-17:00.
func parseHours(text string) (list []hours, err error) {
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		from, to, isSpan := strings.Cut(part, "-")
		begin, begins := parseTime(from)
		end, ends := parseTime(to)
		switch {
		case !isSpan || !begins || !ends || begin == minutesOfDay:
			return nil, fmt.Errorf("%q is not a span of time such as 09:00-17:00, or several such as 09:00-12:00, 13:00-17:00", part)
		case begin == end:
			return nil, fmt.Errorf("%q begins when it ends; the whole day is 00:00-24:00", part)
		case end < begin:
			end += minutesOfDay
		}
		list = append(list, hours{begin, end})
	}
	return list, nil
}

// parseTime reads minutes after midnight, from 00:00 to 24:00.
func parseTime(text string) (minutes int, ok bool) {
	text = strings.TrimSpace(text)
	if text == "24:00" {
		return minutesOfDay, true
	}
	t, err := time.Parse("15:04", text)
	return t.Hour()*60 + t.Minute(), err == nil
}
