package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// noData stands where there is no value: never a 0 that could be read as one.
const noData = "no data"

// humanDuration writes seconds as people say them: 12 s, 4 min, 3 h 52 min, 9.3 d.
func humanDuration(seconds float64) string {
	if seconds < 0 {
		return "−" + humanDuration(-seconds)
	}
	const minute, hour, day = 60, 3600, 24 * 3600
	switch {
	case seconds < 9.95:
		return strings.TrimSuffix(strconv.FormatFloat(seconds, 'f', 1, 64), ".0") + " s"
	case seconds < 59.5:
		return fmt.Sprintf("%.0f s", seconds)
	}
	minutes := int64(math.Round(seconds / minute))
	switch {
	case minutes < 60:
		return fmt.Sprintf("%d min", minutes)
	case minutes < 48*60 && minutes%60 == 0:
		return fmt.Sprintf("%d h", minutes/60)
	case minutes < 48*60:
		return fmt.Sprintf("%d h %d min", minutes/60, minutes%60)
	case seconds < 99.95*day:
		return fmt.Sprintf("%.1f d", seconds/day)
	}
	return fmt.Sprintf("%.0f d", seconds/day)
}

// humanShare writes a ratio in per cent.
func humanShare(ratio float64) string {
	return strconv.FormatFloat(ratio*100, 'f', 1, 64) + " %"
}

// humanRate writes a number per day with as many places as it needs to be told apart from its neighbours.
func humanRate(perDay float64) string {
	switch {
	case perDay >= 100:
		return fmt.Sprintf("%.0f", perDay)
	case perDay >= 10:
		return fmt.Sprintf("%.1f", perDay)
	case perDay >= 0.1 || perDay == 0:
		return fmt.Sprintf("%.2f", perDay)
	}
	return fmt.Sprintf("%.3f", perDay)
}

// humanDays writes a number of days, with a tenth where it is not whole.
func humanDays(days float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(days, 'f', 1, 64), ".0")
}

// humanTime writes a time to the minute, or a day alone where it is a day's first instant.
func humanTime(t time.Time) string {
	if t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 && t.Nanosecond() == 0 {
		return t.Format(time.DateOnly)
	}
	return t.Format("2006-01-02 15:04")
}
