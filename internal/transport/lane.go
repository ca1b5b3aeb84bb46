package transport

import (
	"time"

	"golang.org/x/time/rate"
)

const (
	slowest      rate.Limit = 0.5         // requests a second; halving stops there
	leastPause              = time.Second // after a refusal that names no time
	raiseEvery              = time.Second // of success makes a lane a little faster
	raiseSteps              = 16          // of the rate at which Jira refused
	forgetFactor            = 2           // times that rate without a refusal, and the limit is lifted
	rateWindow              = time.Second // over which a lane's own rate is counted
)

// lane is what is known about the limits of one endpoint, or of the site. It
// has no limit until Jira refuses; then the rate is halved, and recovers step
// by step while Jira is content. Guarded by the pacer.
type lane struct {
	until    time.Time     // nothing goes before
	limiter  *rate.Limiter // nil: no limit known
	refused  rate.Limit    // the rate at which Jira refused last
	cutAt    time.Time     // of the last halving
	raisedAt time.Time

	window         time.Time // start of the running second
	count, earlier int       // requests begun in it, and in the second before
}

// begin counts a request.
func (l *lane) begin(now time.Time) {
	switch age := now.Sub(l.window); {
	case age >= 2*rateWindow:
		l.window, l.earlier, l.count = now, 0, 0
	case age >= rateWindow:
		l.window, l.earlier, l.count = l.window.Add(rateWindow), l.count, 0
	}
	l.count++
}

// speed is the rate now: the limit, or what was counted, or what Jira's header allows where that is less.
func (l *lane) speed(allowed float64) rate.Limit {
	if l.limiter != nil {
		return l.limiter.Limit()
	}
	counted := rate.Limit(max(l.count, l.earlier))
	if allowed > 0 {
		return min(counted, rate.Limit(allowed))
	}
	return counted
}

// hold pauses the lane for as long as Jira asks, and a moment at least.
func (l *lane) hold(now time.Time, n notice) {
	if pause := now.Add(max(n.wait, leastPause)); pause.After(l.until) {
		l.until = pause
	}
}

// halve halves the lane's rate, once for all requests that were under way when
// Jira refused the first.
func (l *lane) halve(now, sent time.Time, n notice) {
	if !sent.After(l.cutAt) && !l.cutAt.IsZero() {
		return
	}
	l.refused = max(l.speed(n.limit), slowest)
	half := max(l.refused/2, slowest)
	if l.limiter == nil {
		l.limiter = rate.NewLimiter(half, 1)
	} else {
		l.limiter.SetLimitAt(now, half)
	}
	l.cutAt, l.raisedAt = now, now
}

// succeed makes a slowed lane faster, at most once a second.
func (l *lane) succeed(now time.Time) {
	if l.limiter == nil || now.Sub(l.raisedAt) < raiseEvery {
		return
	}
	l.raisedAt = now
	faster := l.limiter.Limit() + l.refused/raiseSteps
	if faster >= forgetFactor*l.refused {
		l.limiter = nil
		return
	}
	l.limiter.SetLimitAt(now, faster)
}
