package progress

import (
	"fmt"
	"time"

	"github.com/dustin/go-humanize"
)

// Text writes how far one stream is, for a line of a log.
func Text(s Stream) string {
	text := s.Stream + " " + Count(s.Records)
	if s.Expected > 0 {
		text += fmt.Sprintf(" (%s of %s %s", Count(s.Pieces), Count(s.Expected), s.Kind)
		if s.Left > 0 {
			text += ", " + span(s.Left) + " left"
		}
		text += ")"
	}
	return text
}

// waitText says why nothing moves, and until when; nothing when the wait is over.
func waitText(s Snapshot, now time.Time) string {
	if !s.waiting(now) {
		return ""
	}
	text := fmt.Sprintf("waiting for Jira's rate limit until %s (%s)", s.Until.Format("15:04:05"), span(s.Until.Sub(now).Seconds()))
	if s.Reason != "" {
		text += ", " + s.Reason
	}
	return text
}

// Count writes a number with commas between the thousands.
func Count(n int64) string { return humanize.Comma(n) }

// rate writes records a second.
func rate(r float64) string {
	const small = 10
	if r > 0 && r < small {
		return fmt.Sprintf("%.1f/s", r)
	}
	return Count(int64(r+0.5)) + "/s"
}

// span writes seconds to the second.
func span(seconds float64) string {
	return time.Duration(seconds * float64(time.Second)).Round(time.Second).String()
}
