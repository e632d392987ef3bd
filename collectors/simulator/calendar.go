package simulator

import "time"

// The company works Monday to Friday from 08:30 to 17:00 UTC. Durations of work and of waiting for a person are in
// working time; machines run at any time.
const (
	opens   = 8*time.Hour + 30*time.Minute
	workday = 8*time.Hour + 30*time.Minute
	day     = 24 * time.Hour
)

// afterWork is the moment at which so much working time, in whole seconds, has passed since t.
func afterWork(t time.Time, work time.Duration) time.Time {
	const dayMS, opensMS, workMS = int64(day / time.Millisecond), int64(opens / time.Millisecond), int64(workday / time.Millisecond)
	// Days are counted from Monday, 29 December 1969.
	since := t.UnixMilli() + 3*dayMS
	days := since / dayMS
	inDay := min(max(since%dayMS-opensMS, 0), workMS)
	weeks, weekday := days/7, days%7
	if weekday > 4 {
		weekday, inDay = 5, 0
	}
	worked := (weeks*5+weekday)*workMS + inDay + work.Truncate(time.Second).Milliseconds()

	workdays, rest := worked/workMS, worked%workMS
	days = workdays/5*7 + workdays%5
	return time.UnixMilli((days-3)*dayMS + opensMS + rest).UTC()
}

// later is when somebody has done something that takes, or waits for, so much working time. Now and then people work in
// the evening, when the time passes straight through, or do on a Sunday what was due on Monday; around new year most
// are away for two weeks.
func (c *chance) later(t time.Time, work time.Duration) time.Time {
	if c.hits(45) {
		return t.Add(work.Truncate(time.Second))
	}
	at := afterWork(t, work)
	switch {
	case quiet(at) && c.hits(300):
		return at.Add(14 * day)
	case at.Weekday() == time.Monday && at.Sub(t) > 2*day && c.hits(60):
		return at.Add(-c.between(12*time.Hour, 44*time.Hour))
	}
	return at
}

// seldomLate is t, or now and then some hours after it: somebody begins in the evening, or at the weekend.
func (c *chance) seldomLate(t time.Time) time.Time {
	if c.hits(30) {
		return t.Add(c.between(time.Hour, 20*time.Hour))
	}
	return t
}

// quiet says whether t lies in the two weeks around new year in which little happens and nothing risky is deployed.
func quiet(t time.Time) bool {
	_, month, d := t.Date()
	return month == time.December && d >= 21 || month == time.January && d <= 3
}
