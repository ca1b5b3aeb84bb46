package transport

import (
	"time"

	"golang.org/x/time/rate"
)

const (
	slowest      rate.Limit = 0.5         // requests a second; a cut stops there
	leastPause              = time.Second // after a refusal that names no time
	raiseEvery              = time.Second // of success changes a lane's rate
	forgetFactor            = 2           // times the refused rate without a refusal, and the limit is lifted
	rateWindow              = time.Second // over which a lane's own rate is counted

	// returnIn is when a lane is back at the rate that Jira refused. It comes near soon and stays near long, so that little
	// of what Jira allows is left unused. A slow lane takes longer, so that it is not one request in a hundred that finds
	// out that Jira still refuses.
	returnIn, returnAtMost = 30 * time.Second, 10 * time.Minute
	returnRequests         = 500
	// Of the refused rate a cut takes half where no limit was known, or when Jira refuses again at once, and a tenth
	// where the limit is nearly found.
	deepCut, lightCut = 0.5, 0.1
	again             = 5 * time.Second

	// Answers that take slowFactor times their usual time, and slowLeast at least, are a server that asks for fewer
	// requests without saying so. slowRest is the least time between two cuts for that.
	slowFactor  = 3
	slowLeast   = time.Second
	slowCut     = 0.3
	slowRest    = 10 * time.Second
	slowAnswers = 16
)

// lane is what is known about the limits of one endpoint, or of the site. It
// has no limit until Jira refuses; then the rate is cut, and comes back on the
// curve of TCP's CUBIC (RFC 9438) while Jira is content. Guarded by the pacer.
type lane struct {
	until    time.Time     // nothing goes before
	limiter  *rate.Limiter // nil: no limit known
	refused  rate.Limit    // the rate at which Jira refused last
	depth    rate.Limit    // how much of it the last cut took
	cutAt    time.Time     // of the last cut
	growsAt  time.Time     // when the rate begins to come back
	raisedAt time.Time

	answers      int
	quick, usual float64 // seconds until an answer's header: of the last few answers, and of many

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

// refuse cuts the lane's rate, once for all requests that were under way when
// Jira refused the first.
func (l *lane) refuse(now, sent time.Time, n notice) {
	if !sent.After(l.cutAt) && !l.cutAt.IsZero() {
		return
	}
	depth := rate.Limit(lightCut)
	if l.limiter == nil || now.Sub(l.growsAt) < again {
		depth = deepCut
	}
	l.cut(now, l.speed(n.limit), depth)
}

// cut takes a share of a rate that was too much.
func (l *lane) cut(now time.Time, tooMuch, depth rate.Limit) {
	l.refused, l.depth = max(tooMuch, slowest), depth
	less := max(l.refused*(1-depth), slowest)
	if l.limiter == nil {
		l.limiter = rate.NewLimiter(less, 1)
	} else {
		l.limiter.SetLimitAt(now, less)
	}
	l.cutAt, l.raisedAt, l.growsAt = now, now, now
	if l.until.After(now) {
		l.growsAt = l.until
	}
}

// succeed brings the rate of a cut lane back, at most once a second.
func (l *lane) succeed(now time.Time) {
	if l.limiter == nil || now.Sub(l.raisedAt) < raiseEvery || now.Before(l.growsAt) {
		return
	}
	l.raisedAt = now
	x := now.Sub(l.growsAt).Seconds()/l.back().Seconds() - 1
	next := l.refused * (1 + l.depth*rate.Limit(x*x*x))
	if next >= forgetFactor*l.refused {
		l.limiter = nil
		return
	}
	l.limiter.SetLimitAt(now, max(next, slowest))
}

// back is how long after a cut the lane is back at the rate that Jira refused.
func (l *lane) back() time.Duration {
	return max(returnIn, min(returnAtMost, time.Duration(returnRequests/float64(l.refused)*float64(time.Second))))
}

// took notes how long an answer took and tells whether the lane was cut because
// answers take much longer than they used to.
func (l *lane) took(now time.Time, d time.Duration) bool {
	seconds := d.Seconds()
	if l.answers == 0 {
		l.quick, l.usual = seconds, seconds
	}
	l.answers++
	l.quick += (seconds - l.quick) / 4
	l.usual += (seconds - l.usual) / 64
	if l.answers < slowAnswers || l.quick < slowLeast.Seconds() || l.quick < slowFactor*l.usual || now.Sub(l.cutAt) < slowRest {
		return false
	}
	l.cut(now, l.speed(0), slowCut)
	return true
}
