package transport

import (
	"math"
	"time"

	"golang.org/x/time/rate"
)

// bucket follows Data Center's token bucket, which each answer describes, so
// that requests wait here instead of being refused there. Guarded by the pacer.
type bucket struct {
	limiter *rate.Limiter // nil until an answer has described it
}

// follow takes over what an answer says. Requests under way have been counted
// here and not there, so only a lower level than ours is news; with several
// nodes, each with a bucket of its own, that errs to the slow side.
func (b *bucket) follow(now time.Time, n notice) {
	if !n.bucket() {
		return
	}
	perSecond := rate.Limit(n.fill / n.interval.Seconds())
	size := int(min(n.limit, math.MaxInt32))
	if b.limiter == nil {
		b.limiter = rate.NewLimiter(perSecond, size)
	}
	if b.limiter.Limit() != perSecond {
		b.limiter.SetLimitAt(now, perSecond)
	}
	if b.limiter.Burst() != size {
		b.limiter.SetBurstAt(now, size)
	}
	if excess := int(math.Ceil(b.limiter.TokensAt(now) - max(0, n.remaining))); n.remaining >= 0 && excess > 0 {
		b.limiter.ReserveN(now, min(excess, size))
	}
}
