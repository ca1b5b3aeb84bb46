package shape

import (
	"bytes"
	"math"
	"strconv"
	"time"
)

// layoutUTC is the one form of date-times in the output.
const layoutUTC = "2006-01-02T15:04:05.000000Z"

// appendTime writes the RFC 3339 form in UTC of a date-time as Jira sends it: "2024-03-01T09:30:00.000+0000" with the
// zone of the account, "…Z" and "…+05:30" in its agile parts. Fractions beyond microseconds are cut. It is false, with
// dst as it was, for what is no date-time and for years that are not within 0001 to 9999 in UTC.
func appendTime(dst, text []byte) ([]byte, bool) {
	if out, ok := appendQuick(dst, text); ok {
		return out, true
	}
	return appendParsed(dst, text)
}

// appendParsed is the slow and thorough way: the standard library's.
func appendParsed(dst, text []byte) ([]byte, bool) {
	for _, layout := range [...]string{time.RFC3339, "2006-01-02T15:04:05Z0700"} {
		if t, err := time.Parse(layout, string(text)); err == nil && inRange(t) {
			return appendUTC(dst, t), true
		}
	}
	return dst, false
}

// appendMidnight reads a calendar day as its first moment in UTC.
func appendMidnight(dst, text []byte) ([]byte, bool) {
	t, err := time.Parse(time.DateOnly, string(text))
	if err != nil || !inRange(t) {
		return dst, false
	}
	return appendUTC(dst, t), true
}

// appendUTC writes what AppendFormat writes with layoutUTC, for the years of inRange, without reading the layout each time.
func appendUTC(dst []byte, t time.Time) []byte {
	t = t.UTC()
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	micros := t.Nanosecond() / 1000
	dst = appendDay(dst, year, int(month), day)
	dst = appendTwo(append(dst, 'T'), hour)
	dst = appendTwo(append(dst, ':'), minute)
	dst = appendTwo(append(dst, ':'), second)
	dst = appendTwo(append(dst, '.'), micros/10_000)
	dst = appendTwo(dst, micros/100%100)
	return append(appendTwo(dst, micros%100), 'Z')
}

func appendDay(dst []byte, year, month, day int) []byte {
	dst = appendTwo(appendTwo(dst, year/100), year%100)
	dst = appendTwo(append(dst, '-'), month)
	return appendTwo(append(dst, '-'), day)
}

// appendTwo writes a number below 100 with two digits.
func appendTwo(dst []byte, n int) []byte { return append(dst, byte('0'+n/10), byte('0'+n%10)) }

// inRange is true for what targets can store: the years 0001 to 9999 in UTC.
func inRange(t time.Time) bool {
	const first, last = -62_135_596_800, 253_402_300_799 // 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z, in seconds since 1970
	seconds := t.Unix()
	return seconds >= first && seconds <= last
}

// secondsBelow parts Jira's two kinds of time stamp: 1e11 seconds are the year 5138, 1e11 milliseconds the year 1973.
const secondsBelow = 1e11

// epochTime reads a time stamp: milliseconds since 1970, or seconds when the number is small.
func epochTime(v []byte) (time.Time, bool) {
	n, ok := wholeNumber(v)
	if !ok {
		return epochFraction(v)
	}
	t := time.UnixMilli(n)
	if n > -secondsBelow && n < secondsBelow {
		t = time.Unix(n, 0)
	}
	return t, inRange(t)
}

// wholeNumber reads the digits of a number that is sure to fit 64 bits.
func wholeNumber(v []byte) (n int64, ok bool) {
	digits := bytes.TrimPrefix(v, []byte("-"))
	if len(v) > safeDigits {
		return 0, false
	}
	for _, c := range digits {
		if c-'0' > 9 {
			return 0, false
		}
		n = 10*n + int64(c-'0')
	}
	if len(digits) < len(v) {
		n = -n
	}
	return n, len(digits) > 0
}

// epochFraction reads a time stamp that is no plain integer: 1709285400.123, 1.7E12.
func epochFraction(v []byte) (time.Time, bool) {
	seconds, err := strconv.ParseFloat(string(v), 64)
	if err != nil {
		return time.Time{}, false
	}
	if math.Abs(seconds) >= secondsBelow {
		seconds /= 1000
	}
	if math.Abs(seconds) > 1e12 { // beyond any year, and safe to convert below
		return time.Time{}, false
	}
	t := time.UnixMicro(int64(math.Round(seconds * 1e6)))
	return t, inRange(t)
}

// appendQuick is the fast way for the forms that Jira sends: only bytes are looked at, and a clock that is UTC already is
// copied. It is false for anything else, though it may be a date-time.
func appendQuick(dst, text []byte) ([]byte, bool) {
	if len(text) <= clockLen || !isClock(text) {
		return dst, false
	}
	zone, digits := text[clockLen:], 0
	if zone[0] == '.' {
		digits = digitRun(zone[1:])
		if digits == 0 || digits > 9 {
			return dst, false
		}
		zone = zone[1+digits:]
	}
	micros := text[min(clockLen+1, len(text)):][:min(digits, 6)]
	offset, ok := zoneOffset(zone)
	if !ok {
		return dst, false
	}
	minute := 60*int(two(text[11:])) + int(two(text[14:])) - offset
	if minute >= 0 && minute < minutesOfDay {
		dst = append(dst, text[:11]...)
	} else {
		t := day(text).AddDate(0, 0, minute/minutesOfDay+minute>>63) // the day before or after
		if !inRange(t) {
			return dst, false
		}
		dst = append(appendDay(dst, t.Year(), int(t.Month()), t.Day()), 'T')
		minute = (minute + minutesOfDay) % minutesOfDay
	}
	dst = appendTwo(append(appendTwo(dst, minute/60), ':'), minute%60)
	dst = append(append(dst, text[16:clockLen]...), '.')
	dst = append(dst, micros...)
	return append(append(dst, "000000"[len(micros):]...), 'Z'), true
}

const minutesOfDay = 24 * 60

// zoneOffset reads "Z", "+0530" and "+05:30": how many minutes the clock is ahead of UTC.
func zoneOffset(zone []byte) (int, bool) {
	if string(zone) == "Z" {
		return 0, true
	}
	last := 3 // where the minutes stand
	if len(zone) == len("+05:30") && zone[3] == ':' {
		last = 4
	}
	if len(zone) != last+2 || zone[0] != '+' && zone[0] != '-' {
		return 0, false
	}
	hours, minutes := two(zone[1:]), two(zone[last:])
	if hours >= 24 || minutes >= 60 {
		return 0, false
	}
	offset := int(60*hours + minutes)
	if zone[0] == '-' {
		offset = -offset
	}
	return offset, true
}

const clockLen = len("2006-01-02T15:04:05")

// day returns the day of a text that isClock, at its first moment in UTC.
func day(text []byte) time.Time {
	at := func(i int) int { return int(two(text[i:])) }
	return time.Date(100*at(0)+at(2), time.Month(at(5)), at(8), 0, 0, 0, 0, time.UTC)
}

// isClock is true when text starts with a day and a time of day that exist.
func isClock(text []byte) bool {
	if text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':' {
		return false
	}
	century, inCentury := two(text[0:]), two(text[2:])
	month, day := two(text[5:]), two(text[8:])
	hour, minute, second := two(text[11:]), two(text[14:]), two(text[17:])
	if century|inCentury|month|day|hour|minute|second >= bad {
		return false
	}
	year := 100*century + inCentury
	return year >= 1 && month-1 < 12 && day-1 < daysIn(year, month) && hour < 24 && minute < 60 && second < 60
}

// bad is what two returns for anything but digits: a bit that no pair of digits sets.
const bad = 1 << 7

// two reads two digits.
func two(text []byte) uint {
	tens, ones := text[0]-'0', text[1]-'0'
	if tens > 9 || ones > 9 {
		return bad
	}
	return uint(tens)*10 + uint(ones)
}

// daysIn returns the length of a month, 1 to 12.
func daysIn(year, month uint) uint {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}
