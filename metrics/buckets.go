package metrics

import (
	"fmt"
	"strconv"
	"time"
)

// maxBuckets keeps an answer readable, and small: daily buckets over more than thirteen years are a mistake.
const maxBuckets = 5000

// maxRows bounds what one question, or many of one caller, makes the program hold in memory: a row may have nine stages.
const maxRows = 50_000

// bucket is a piece of a window. Its start is the calendar's, in the reporting time zone, even where the window begins
// later; from and to are clipped to the window and to now.
type bucket struct {
	start    time.Time
	from, to time.Time
}

// buckets cuts the window of a query. Buckets that begin after now are left out, since nothing can have happened in them.
func buckets(q Query, loc *time.Location, now time.Time) ([]bucket, error) {
	if q.Every == EveryRange {
		return []bucket{clip(bucket{start: q.From, from: q.From, to: q.To}, q, now)}, nil
	}
	var cut []bucket
	for start := bucketStart(q.From.In(loc), q.Every); start.Before(q.To); {
		end := nextBucket(start, q.Every)
		if len(cut) == maxBuckets {
			return nil, &UsageError{"every", fmt.Sprintf("the window holds more than %d buckets; ask for longer ones than a %s, or for a shorter window", maxBuckets, q.Every)}
		}
		if len(cut) == 0 || !start.After(now) {
			cut = append(cut, clip(bucket{start: start, from: start, to: end}, q, now))
		}
		start = end
	}
	return cut, nil
}

// endsOf are the parameters of the statements that look at the end of each bucket: its day, as the rows name it, and its
// end in milliseconds, which is now at the latest.
func endsOf(cut []bucket, q Query, now time.Time) (days, ends []string) {
	var last int64
	for i, b := range cut {
		end := q
		end.To = b.to
		at := end.end(now).UnixMilli()
		// A bucket that begins this very moment would end where the one before it does.
		if i > 0 && at <= last {
			at = last + 1
		}
		last = at
		day := b.start.Format(time.DateOnly)
		if q.Every == EveryRange {
			day = rangeBucket
		}
		days, ends = append(days, day), append(ends, strconv.FormatInt(at, 10))
	}
	return days, ends
}

// clip cuts a bucket to the window, and to now where now lies within it. A bucket wholly after now stays as it is.
func clip(b bucket, q Query, now time.Time) bucket {
	if b.from.Before(q.From) {
		b.from = q.From
	}
	if b.to.After(q.To) {
		b.to = q.To
	}
	if b.from.Before(now) && now.Before(b.to) {
		b.to = now
	}
	return b
}

// bucketStart is the start of the day, ISO week, month or quarter that a moment lies in, in the moment's own location.
func bucketStart(t time.Time, every Every) time.Time {
	year, month, day := t.Date()
	switch every {
	case EveryWeek:
		day -= (int(t.Weekday()) + 6) % 7 // days since Monday
	case EveryMonth:
		day = 1
	case EveryQuarter:
		month, day = month-(month-1)%3, 1
	}
	return dayStart(year, month, day, t.Location())
}

func nextBucket(start time.Time, every Every) time.Time {
	year, month, day := start.Date()
	switch every {
	case EveryWeek:
		day += 7
	case EveryMonth:
		month++
	case EveryQuarter:
		month += 3
	default:
		day++
	}
	return dayStart(year, month, day, start.Location())
}

// dayStart is the first moment of a calendar day. Some zones change their clocks at midnight: then the day starts at 01:00,
// or has two midnights, of which the first counts.
func dayStart(year int, month time.Month, day int, loc *time.Location) time.Time {
	noon := time.Date(year, month, day, 12, 0, 0, 0, loc)
	year, month, day = noon.Date()
	start := time.Date(year, month, day, 0, 0, 0, 0, loc)
	for start.Day() != day {
		start = start.Add(time.Hour)
	}
	if earlier := start.Add(-time.Hour); earlier.Day() == day {
		return earlier
	}
	return start
}

// wallDays is the number of days between two moments as clocks and calendars on the wall show them, so that the day on
// which the clocks change is one day although it has 23 or 25 hours.
func wallDays(from, to time.Time, loc *time.Location) float64 {
	return wall(to.In(loc)).Sub(wall(from.In(loc))).Hours() / 24
}

func wall(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}
