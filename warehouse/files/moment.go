package files

import "time"

// Times must lie in 1970 to 2261. A DateTime64(3) column keeps times up to 2299, but the driver carries them as nanoseconds in
// 64 bits, which end in April 2262: what is later would be stored as a time in the eighteenth century, without an error.
// A time before 1970 is a mistake in the source: none of the tools that records come from existed then.
const (
	endOfRange = 9214646400 // 2262-01-01T00:00:00Z in seconds since 1970

	wantTime  = "write it as RFC 3339, such as 2026-03-02T10:00:00Z, or as YYYY-MM-DD HH:MM:SS, which means UTC"
	wantRange = "times must lie in the years 1970 to 2261 (leave it empty when it is unknown)"
)

// parseMoment reads a time of the contract: RFC 3339 with any offset, or "YYYY-MM-DD HH:MM:SS[.mmm]", which means UTC.
// The answer is in UTC and truncated to the millisecond. reason is "" when all is well.
func parseMoment(s string) (t time.Time, reason string) {
	const plain = len("2006-01-02T15:04:05")
	if len(s) < plain || s[4] != '-' || s[7] != '-' || s[13] != ':' || s[16] != ':' {
		return t, quoted(s) + " is not a time: " + wantTime
	}
	year := twoDigits(s, 0)*100 + twoDigits(s, 2)
	month, day := twoDigits(s, 5), twoDigits(s, 8)
	hour, minute, second := twoDigits(s, 11), twoDigits(s, 14), twoDigits(s, 17)
	if year < 0 || twoDigits(s, 0) < 0 || twoDigits(s, 2) < 0 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) ||
		hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 {
		return t, quoted(s) + " is not a time: " + wantTime
	}
	milli, rest, ok := fraction(s[plain:])
	if !ok {
		return t, quoted(s) + " is not a time: " + wantTime
	}
	var offset int // seconds east of UTC
	switch s[10] {
	case ' ':
		if rest != "" {
			return t, quoted(s) + " is not a time: a time with an offset has a T between date and time of day; " + wantTime
		}
	case 'T', 't':
		if rest == "" {
			return t, quoted(s) + " lacks its offset from UTC: add Z or one such as +02:00"
		}
		if offset, ok = parseOffset(rest); !ok {
			return t, quoted(s) + " is not a time: " + wantTime
		}
	default:
		return t, quoted(s) + " is not a time: " + wantTime
	}
	seconds := daysSinceEpoch(year, month, day)*86400 + int64(hour*3600+minute*60+second-offset)
	if seconds < 0 || seconds >= endOfRange {
		return t, quoted(s) + ": " + wantRange
	}
	return time.UnixMilli(seconds*1000 + int64(milli)).UTC(), ""
}

// twoDigits reads the two decimal digits at s[i:]; -1 when they are none.
func twoDigits(s string, i int) int {
	a, b := s[i]-'0', s[i+1]-'0'
	if a > 9 || b > 9 {
		return -1
	}
	return int(a)*10 + int(b)
}

// fraction reads ".123456" as 123 milliseconds: further digits are cut off, not rounded, so that a time never moves
// into the next second. Without a leading point there is none.
func fraction(s string) (milli int, rest string, ok bool) {
	if s == "" || s[0] != '.' {
		return 0, s, true
	}
	i, weight := 1, 100
	for i < len(s) && s[i]-'0' <= 9 {
		milli += int(s[i]-'0') * weight
		weight /= 10
		i++
	}
	return milli, s[i:], i > 1
}

// parseOffset reads Z or ±HH:MM as seconds east of UTC.
func parseOffset(s string) (seconds int, ok bool) {
	if s == "Z" || s == "z" {
		return 0, true
	}
	if len(s) != len("+00:00") || s[3] != ':' || s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	hours, minutes := twoDigits(s, 1), twoDigits(s, 4)
	if hours < 0 || hours > 23 || minutes < 0 || minutes > 59 {
		return 0, false
	}
	seconds = hours*3600 + minutes*60
	if s[0] == '-' {
		seconds = -seconds
	}
	return seconds, true
}

func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// daysSinceEpoch counts days from 1970-01-01 in the Gregorian calendar. Years run from March here, so that the leap day
// is the last of its year; a period of 400 years has 146,097 days, and 719,468 of them lie before 1970.
func daysSinceEpoch(year, month, day int) int64 {
	if month <= 2 {
		year--
		month += 12
	}
	dayOfYear := (153*(month-3)+2)/5 + day - 1
	return int64(year*365+year/4-year/100+year/400+dayOfYear) - 719468
}

// appendMoment writes a time as RFC 3339 in UTC, with milliseconds only where there are any.
func appendMoment(dst []byte, t time.Time) []byte {
	t = t.UTC()
	dst = t.AppendFormat(dst, "2006-01-02T15:04:05")
	if milli := t.Nanosecond() / int(time.Millisecond); milli != 0 {
		dst = append(dst, '.', byte('0'+milli/100), byte('0'+milli/10%10), byte('0'+milli%10))
	}
	return append(dst, 'Z')
}
