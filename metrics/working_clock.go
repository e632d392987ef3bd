package metrics

import (
	"context"
	"fmt"
)

// elapsed and working are the clocks: time as it passes, and working time by the calendars of the teams.
const (
	elapsed = "elapsed"
	working = "working"
)

const noCalendar = `the working clock needs calendars (working hours and holidays), and none is configured; write one into weir.yaml, such as ` +
	`calendars: [{name: berlin, timezone: Europe/Berlin, hours: {mon-fri: "09:00-17:00"}, holidays: [2026-12-25]}], or ask for the elapsed clock`

// workingNote is what figures of the working clock say about themselves: they look like others.
const workingNote = "working time by the calendars of the teams: 1 day is 24 working hours"

// checkClock refuses the working clock where no calendar says what working time is. Whoever asks by a clock checks it, once
// the rest of his question is known to be well formed.
func (r *Reader) checkClock(ctx context.Context, clock string) error {
	if clock != working {
		return nil
	}
	var found []struct {
		N uint64 `ch:"n"`
	}
	if err := r.w.Select(ctx, &found, "SELECT count() AS n FROM org_team_calendars", nil); err != nil {
		return fmt.Errorf("look for calendars: %w", err)
	}
	if len(found) == 0 || found[0].N == 0 {
		return &UsageError{"clock", noCalendar}
	}
	return nil
}
