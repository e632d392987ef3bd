package simulator

import "time"

// Clock is the company's own: from a moment on it runs so many times as fast as the real one.
type Clock struct {
	Start     time.Time        // what it showed
	RealStart time.Time        // when it showed that
	Speed     float64          // 600: ten minutes pass in a second; 0 means 1
	System    func() time.Time // the real clock
}

// Now is the simulated moment, UTC, in whole milliseconds. It is never before Start, even when the real clock is set back.
func (c Clock) Now() time.Time {
	speed := c.Speed
	if speed == 0 {
		speed = 1
	}
	// In seconds, because a Duration ends at 292 years: that is half a year of a demo at 600.
	passed := max(c.System().Sub(c.RealStart).Seconds()*speed, 0)
	return time.UnixMilli(c.Start.UnixMilli() + int64(passed*1000)).UTC()
}
