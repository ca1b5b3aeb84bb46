package transport

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// capMargin is how far below the user's cap requests are sent. Without it the
// network, which delays one and hurries the next, would have one more than the
// cap arrive in some seconds.
const capMargin = 0.98

// Cap is the user's limit on requests a second, for all transports that it is
// given to. It holds in every single second: a fraction above a whole number
// cannot be used in one. It is safe for concurrent use.
type Cap struct {
	mu sync.Mutex
	// places are where requests wait for their turns, evenly.
	places *rate.Limiter
	// sent is when the last requests went, as many as may go within the span; the
	// oldest is at next. On a busy machine several whose turns have passed would go
	// at once, right before the next in time.
	sent []time.Time
	next int
	span time.Duration // a second, or longer where one request has longer, and the margin
	now  time.Time     // the latest time that anyone told
}

// NewCap allows so many requests a second; nil, which is no limit, for 0.
func NewCap(requestsPerSecond float64) *Cap {
	if requestsPerSecond <= 0 {
		return nil
	}
	span := max(1, 1/requestsPerSecond) / capMargin
	return &Cap{
		places: rate.NewLimiter(rate.Limit(requestsPerSecond*capMargin), 1),
		sent:   make([]time.Time, max(1, int(requestsPerSecond))),
		span:   time.Duration(span * float64(time.Second)),
	}
}

// book takes a place and returns how long it is until its turn.
func (c *Cap) book(now time.Time) time.Duration {
	if c == nil {
		return 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	now = c.latest(now)
	return c.places.ReserveN(now, 1).DelayFrom(now)
}

// take returns how long a request whose turn has come is to wait still; when it
// need not, it counts as sent.
func (c *Cap) take(now time.Time) time.Duration {
	if c == nil {
		return 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	now = c.latest(now)
	if oldest := c.sent[c.next]; !oldest.IsZero() && now.Sub(oldest) < c.span {
		return c.span - now.Sub(oldest)
	}
	c.sent[c.next] = now
	c.next = (c.next + 1) % len(c.sent)
	return 0
}

// latest is a time no earlier than any before: a limiter that is told of an
// earlier one counts the time between twice. Called with the lock held.
func (c *Cap) latest(now time.Time) time.Time {
	if now.After(c.now) {
		c.now = now
	}
	return c.now
}
