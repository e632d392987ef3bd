package derive

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// Calendars cover these years. Times outside of them have no working time.
const (
	firstYear = 2000
	lastYear  = 2100
)

// span is working time: from start, until before end.
type span struct{ start, end time.Time }

// spans are the calendar's working spans in order, those that touch joined.
func (c Calendar) spans(loc *time.Location) ([]span, error) {
	w, err := c.week()
	if err != nil {
		return nil, err
	}
	free := map[string]bool{}
	for _, day := range c.Holidays {
		free[day] = true
	}
	since, until := covered()
	var spans []span
	// A day before and after: days begin at other moments in other zones, and a span may go on into the next day.
	for day := since.AddDate(0, 0, -2); day.Before(until.AddDate(0, 0, 2)); day = day.AddDate(0, 0, 1) {
		if date := day.Format(time.DateOnly); free[date] || free[date[len("2006-"):]] {
			continue
		}
		for _, h := range sorted(w[day.Weekday()]) {
			s := span{
				later(since, onWall(day.Add(time.Duration(h.begin)*time.Minute), loc)),
				earlier(until, onWall(day.Add(time.Duration(h.end)*time.Minute), loc)),
			}
			switch last := len(spans) - 1; {
			case !s.start.Before(s.end): // outside of the years, or in the hour that summer time leaves out
			case last >= 0 && !spans[last].end.Before(s.start):
				spans[last].end = s.end
			default:
				spans = append(spans, s)
			}
		}
	}
	return spans, nil
}

func sorted(list []hours) []hours {
	return slices.SortedFunc(slices.Values(list), func(a, b hours) int { return cmp.Compare(a.begin, b.begin) })
}

// covered are the first moment of the years that calendars cover, and the first after them.
func covered() (since, until time.Time) {
	return time.Date(firstYear, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(lastYear+1, 1, 1, 0, 0, 0, 0, time.UTC)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// onWall is the first moment at which the clocks of a zone show a time (given as if it were UTC) or are past it. So an hour
// that clocks show twice belongs to what comes after it, and one that they leave out is no time at all.
func onWall(wall time.Time, loc *time.Location) time.Time {
	// No zone is more than 14 hours ahead of UTC: this is before the moment that is looked for.
	before := wall.Add(-15 * time.Hour).In(loc)
	_, change := before.ZoneBounds()
	moment := wall.Add(-offset(before))
	if change.IsZero() || moment.Before(change) {
		return moment.UTC()
	}
	return later(change, wall.Add(-offset(change))).UTC()
}

// offset is how far the clocks of a time's zone are ahead of UTC.
func offset(t time.Time) time.Duration {
	_, seconds := t.Zone()
	return time.Duration(seconds) * time.Second
}

// fillCalendars writes when is worked, and who works by which calendar.
func (s *stage) fillCalendars(ctx context.Context, o Organisation) error {
	if err := s.add(ctx, []string{"working_spans", "org_team_calendars"}, false); err != nil {
		return err
	}
	if len(o.Calendars) == 0 {
		return nil
	}
	for _, c := range o.Calendars {
		loc, err := time.LoadLocation(cmp.Or(c.Timezone, o.Timezone))
		if err != nil {
			return err
		}
		spans, err := c.spans(loc)
		if err != nil {
			return err
		}
		if err := s.writeSpans(ctx, c.Name, spans); err != nil {
			return err
		}
	}
	teams, calendars := []string{""}, []string{o.defaultCalendar()}
	for _, t := range o.Teams {
		teams, calendars = append(teams, t.Name), append(calendars, cmp.Or(t.Calendar, o.defaultCalendar()))
	}
	return s.d.w.Insert(ctx, s.name("org_team_calendars"), []string{"team", "calendar"}, func(b driver.Batch) error {
		return appendColumns(b, teams, calendars)
	})
}

// writeSpans writes a calendar's spans between two empty ones, which begin and end the years that it covers.
func (s *stage) writeSpans(ctx context.Context, calendar string, spans []span) error {
	since, until := covered()
	if len(spans) == 0 || spans[0].start.After(since) {
		spans = slices.Insert(spans, 0, span{since, since})
	}
	spans = append(spans, span{until, until})
	var names []string
	var starts, ends []time.Time
	var worked []*int64
	var before int64
	for _, sp := range spans {
		sum := before
		names, starts, ends, worked = append(names, calendar), append(starts, sp.start), append(ends, sp.end), append(worked, &sum)
		before += sp.end.Sub(sp.start).Milliseconds()
	}
	worked[len(worked)-1] = nil
	return s.d.w.Insert(ctx, s.name("working_spans"), []string{"calendar", "start_at", "end_at", "before_ms"}, func(b driver.Batch) error {
		return appendColumns(b, names, starts, ends, worked)
	})
}
