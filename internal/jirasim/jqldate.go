package jirasim

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// dateRange is what a date of JQL covers, in epoch milliseconds: low is in it, high is not. A text date covers its
// minute, or its day when it has no time.
type dateRange struct{ low, high int64 }

// allTime is the range that restricts nothing.
func allTime() dateRange { return dateRange{low: math.MinInt64, high: math.MaxInt64} }

// intersect returns what both ranges cover.
func (r dateRange) intersect(other dateRange) dateRange {
	return dateRange{low: max(r.low, other.low), high: min(r.high, other.high)}
}

// contains reports whether the instant lies in the range.
func (r dateRange) contains(ms int64) bool { return ms >= r.low && ms < r.high }

// instant is the range of one millisecond.
func instant(ms int64) dateRange {
	if ms == math.MaxInt64 {
		return dateRange{low: ms, high: ms}
	}
	return dateRange{low: ms, high: ms + 1}
}

var (
	textDate     = regexp.MustCompile(`^(\d{4})(?:/(\d{1,2})/(\d{1,2})|-(\d{1,2})-(\d{1,2}))(?: (\d{1,2}):(\d{2}))?$`)
	relativeDate = regexp.MustCompile(`^([-+]?)((?:\d+[wdhm]\s*)+)$`)
	relativePart = regexp.MustCompile(`(\d+)([wdhm])`)
)

// invalidDate is Jira's answer to what is no date.
func invalidDate(field, text string) error {
	return jqlErrorf("Date value '%s' for field '%s' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.", text, field)
}

// jqlDate is a date operand: what it covers, whether it was a date without a time, and whether it moves with the clock.
type jqlDate struct {
	dateRange
	dayOnly  bool
	volatile bool
}

// parseJQLDate reads a literal: an unquoted whole number is an instant in epoch milliseconds (JqlDateSupportImpl's
// convertToDateRange(Long)); text is read in the account's zone.
func (c *jqlContext) parseJQLDate(field string, value jqlValue) (jqlDate, error) {
	if value.kind == tokenNumber {
		ms, err := strconv.ParseInt(value.text, 10, 64)
		if err != nil || c.textDatesOnly {
			return jqlDate{}, invalidDate(field, value.text)
		}
		return jqlDate{dateRange: instant(ms)}, nil
	}
	text := strings.TrimSpace(value.text)
	if parts := textDate.FindStringSubmatch(text); parts != nil {
		return c.textDate(field, text, parts)
	}
	if offset, ok := parsePeriod(text); ok {
		at := c.now.Add(offset)
		return jqlDate{dateRange: instant(at.UnixMilli()), volatile: true}, nil
	}
	return jqlDate{}, invalidDate(field, value.text)
}

// textDate makes the range of a date that textDate matched.
func (c *jqlContext) textDate(field, text string, parts []string) (jqlDate, error) {
	number := func(i int) int {
		n, _ := strconv.Atoi(parts[i])
		return n
	}
	year, month, day := number(1), number(2)+number(4), number(3)+number(5)
	hour, minute := number(6), number(7)
	start := time.Date(year, time.Month(month), day, hour, minute, 0, 0, c.zone)
	exists := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if exists.Month() != time.Month(month) || exists.Day() != day || hour > 23 || minute > 59 {
		return jqlDate{}, invalidDate(field, text)
	}
	date := jqlDate{dayOnly: parts[6] == ""}
	date.low, date.high = start.UnixMilli(), start.Add(time.Minute).UnixMilli()
	if date.dayOnly {
		date.high = time.Date(year, time.Month(month), day+1, 0, 0, 0, 0, c.zone).UnixMilli()
	}
	return date, nil
}

// parsePeriod reads "-5d" or "4w 2d"; weeks have seven days and days 24 hours.
func parsePeriod(text string) (time.Duration, bool) {
	parts := relativeDate.FindStringSubmatch(text)
	if parts == nil {
		return 0, false
	}
	units := map[string]time.Duration{"w": 7 * 24 * time.Hour, "d": 24 * time.Hour, "h": time.Hour, "m": time.Minute}
	var total time.Duration
	for _, part := range relativePart.FindAllStringSubmatch(parts[2], -1) {
		n, err := strconv.ParseInt(part[1], 10, 32)
		if err != nil || n > int64(math.MaxInt64/4/units[part[2]]) {
			return 0, false
		}
		total += time.Duration(n) * units[part[2]]
	}
	if total < 0 {
		return 0, false
	}
	if parts[1] == "-" {
		total = -total
	}
	return total, true
}

// dateFunction evaluates now() and its relatives; ok is false when there is no such function.
func (c *jqlContext) dateFunction(value jqlValue) (date jqlDate, ok bool, err error) {
	date.volatile = true
	name := strings.ToLower(value.text)
	now := c.now.In(c.zone)
	if name == "now" {
		if len(value.args) > 0 {
			return date, true, jqlErrorf("Function 'now' expected '0' arguments but received '%d'.", len(value.args))
		}
		date.dateRange = instant(now.UnixMilli())
		return date, true, nil
	}
	start, step, ok := startOf(strings.TrimPrefix(strings.TrimPrefix(name, "start"), "end"), now)
	if !ok || !strings.HasPrefix(name, "start") && !strings.HasPrefix(name, "end") {
		return date, false, nil
	}
	if strings.HasPrefix(name, "end") {
		start = step(start).Add(-time.Millisecond)
	}
	if len(value.args) > 1 {
		return date, true, jqlErrorf("Function '%s' expected between '0' and '1' arguments but received '%d'.", value.text, len(value.args))
	}
	if len(value.args) == 1 {
		offset, valid := parsePeriod(value.args[0])
		if !valid {
			return date, true, jqlErrorf("Duration for function '%s' should have the format (+/-)n(yMwdhm), e.g -1M for 1 month earlier.", value.text)
		}
		start = start.Add(offset)
	}
	date.dateRange = instant(start.UnixMilli())
	return date, true, nil
}

// startOf gives the start of the period ("ofday", …) that holds the time, and the step to the next one.
func startOf(period string, t time.Time) (start time.Time, step func(time.Time) time.Time, ok bool) {
	day := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
	switch period {
	case "ofday":
		return day, func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }, true
	case "ofweek":
		return day.AddDate(0, 0, -int(day.Weekday())), func(t time.Time) time.Time { return t.AddDate(0, 0, 7) }, true
	case "ofmonth":
		return day.AddDate(0, 0, 1-day.Day()), func(t time.Time) time.Time { return t.AddDate(0, 1, 0) }, true
	case "ofyear":
		return day.AddDate(0, 0, 1-day.YearDay()), func(t time.Time) time.Time { return t.AddDate(1, 0, 0) }, true
	default:
		return t, nil, false
	}
}

// spanOf turns an operator and a date into the range of instants that satisfy it; for != and not in, that do not. A date
// without a time is its whole day where it is compared for equality, and midnight's minute for the relations.
func spanOf(operator string, date jqlDate) dateRange {
	whole := allTime()
	minute := date.dateRange
	if date.dayOnly {
		minute.high = minute.low + time.Minute.Milliseconds()
	}
	switch operator {
	case "<":
		whole.high = minute.low
	case "<=":
		whole.high = minute.high
	case ">":
		whole.low = minute.high
	case ">=":
		whole.low = minute.low
	default:
		return date.dateRange
	}
	return whole
}
