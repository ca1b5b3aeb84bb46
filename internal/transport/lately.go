package transport

import "time"

// lately holds the user's cap in every single second, whatever wakes late: on a
// busy machine several requests whose turns have passed would go at once, right
// before the next in time. It remembers when the last requests went, and the
// pacer's lock guards it.
type lately struct {
	sent []time.Time   // as many as may go within the span, the oldest at next
	next int           // where the next is noted
	span time.Duration // a second, or as many as one request has, and the margin
}

// newLately holds so many requests a second. A fraction above a whole number
// cannot be used in a single second.
func newLately(limit float64) *lately {
	span := max(1, 1/limit) / capMargin
	return &lately{sent: make([]time.Time, max(1, int(limit))), span: time.Duration(span * float64(time.Second))}
}

// take returns how long a request is to wait still; when it need not, it counts
// as sent.
func (l *lately) take(now time.Time) time.Duration {
	if l == nil {
		return 0
	}
	if oldest := l.sent[l.next]; !oldest.IsZero() && now.Sub(oldest) < l.span {
		return l.span - now.Sub(oldest)
	}
	l.sent[l.next] = now
	l.next = (l.next + 1) % len(l.sent)
	return 0
}
