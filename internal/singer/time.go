package singer

import "time"

// timeLayout is RFC 3339 in UTC with microseconds, the form of date-times that every target takes. Its texts sort as time does.
const timeLayout = "2006-01-02T15:04:05.000000Z"

// FormatTime writes a moment as it stands in RECORD and STATE.
func FormatTime(at time.Time) string { return at.UTC().Format(timeLayout) }

// timeLayouts are the forms of a date-time that the states of known taps hold. Layouts take any fraction of a second.
// A time without a zone is UTC.
func timeLayouts() []string {
	return []string{time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05", time.DateOnly}
}

// ParseTime reads a date-time in any of the forms that the states of known taps hold; it is in UTC.
func ParseTime(text string) (at time.Time, ok bool) {
	for _, layout := range timeLayouts() {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC(), true
		}
	}
	return time.Time{}, false
}
