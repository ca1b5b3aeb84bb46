package transport

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"tap-jira/internal/fault"
)

// maxEndpoints bounds what is remembered, should ids in paths not be recognised.
const maxEndpoints = 1000

// pacer holds requests back so that Jira need not refuse them: by the user's
// cap, by Data Center's token bucket, and by what earlier refusals taught
// about an endpoint or the whole site. Answers pass through unchanged; trying
// again is the client's.
type pacer struct {
	next   http.RoundTripper
	log    *slog.Logger
	now    func() time.Time
	wait   func(context.Context, time.Duration) error
	waited func(time.Duration)
	late   func(context.Context) error // asked after the waits; nil: nothing
	// refused is told until when Jira wants no requests; never nil.
	refused func(until time.Time, reason string)

	cap *Cap

	mu        sync.Mutex
	bucket    bucket
	site      lane
	endpoints map[string]*lane
}

// newPacer makes a pacer; only the user's cap is there from the start, the rest is learned.
func newPacer(o Options, next http.RoundTripper) *pacer {
	p := &pacer{next: next, log: o.Logger, now: o.Now, wait: o.Wait, waited: o.Waited, late: o.Admit, cap: o.Cap, refused: o.Refused, endpoints: map[string]*lane{}}
	if p.refused == nil {
		p.refused = func(time.Time, string) {}
	}
	return p
}

// RoundTrip waits for the request's turn, sends it, and learns from the answer.
func (p *pacer) RoundTrip(req *http.Request) (*http.Response, error) {
	name := endpoint(req)
	sent, err := p.admit(req.Context(), name)
	if err == nil && p.late != nil {
		err = p.late(req.Context())
	}
	if err != nil {
		closeBody(req)
		return nil, err
	}
	resp, err := p.next.RoundTrip(req)
	if err == nil {
		p.learn(req.Context(), name, sent, resp)
	}
	return resp, err
}

// admit returns when a request to the endpoint may go, with the time of that.
func (p *pacer) admit(ctx context.Context, name string) (time.Time, error) {
	for booked := false; ; {
		var now time.Time
		var delay time.Duration
		now, delay, booked = p.turn(name, booked)
		if delay <= 0 {
			return now, nil
		}
		err := p.wait(ctx, delay)
		if p.waited != nil {
			p.waited(p.now().Sub(now))
		}
		if err != nil {
			return now, stopped(err)
		}
	}
}

// turn returns how long a request is to wait, and whether it has its places in
// the queues then. The clock is read with the lock held: a queue that is told of
// an earlier time than before counts the time between twice.
func (p *pacer) turn(name string, booked bool) (now time.Time, delay time.Duration, placed bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now = p.now()
	if delay = p.pause(name, now); delay > 0 {
		return now, delay, false // the places were those of a time that is over: all of them at once would be too many
	}
	if !booked {
		delay = p.book(name, now)
	}
	if delay <= 0 {
		delay = p.cap.take(now)
	}
	return now, delay, true
}

// stopped explains why a wait ended early, unless that is the end of the run.
func stopped(err error) error {
	err = fmt.Errorf("wait for Jira's rate limit: %w", err)
	if errors.Is(err, context.DeadlineExceeded) {
		return fault.Wrap(fault.Network, err, "try again later, or lower requests_per_second and concurrency so that Jira does not refuse")
	}
	return err
}

// pause is how long the site or the endpoint is to be left alone. Called with the
// lock held.
func (p *pacer) pause(name string, now time.Time) time.Duration {
	return max(p.site.until.Sub(now), p.lane(name).until.Sub(now))
}

// book takes a place in every queue and returns how long the longest is. Called
// with the lock held.
func (p *pacer) book(name string, now time.Time) time.Duration {
	lanes := []*lane{&p.site}
	if own := p.lane(name); own != &p.site {
		lanes = append(lanes, own)
	}
	limiters := []*rate.Limiter{p.bucket.limiter}
	for _, l := range lanes {
		limiters = append(limiters, l.limiter)
	}
	delay := p.cap.book(now)
	for _, limiter := range limiters {
		if limiter != nil {
			delay = max(delay, limiter.ReserveN(now, 1).DelayFrom(now))
		}
	}
	for _, l := range lanes {
		l.begin(now.Add(delay))
	}
	return delay
}

// learn adjusts the lanes to an answer.
func (p *pacer) learn(ctx context.Context, name string, sent time.Time, resp *http.Response) {
	now := p.now()
	n := readNotice(resp, now)
	p.mu.Lock()
	defer p.mu.Unlock()
	own := p.lane(name)
	p.bucket.follow(now, n)
	if !n.refused() {
		p.site.succeed(now)
		own.succeed(now)
		if took := now.Sub(sent); n.status < http.StatusBadRequest && own.took(now, took) {
			p.log.LogAttrs(ctx, slog.LevelInfo, "jira answers more slowly: fewer requests are sent",
				slog.String("endpoint", name), slog.Duration("took", took), slog.Float64("requests_per_second", float64(own.limiter.Limit())))
		}
		return
	}
	refused := &p.site
	if n.ofEndpoint() {
		refused = own
	}
	refused.hold(now, n)
	// A bucket says by itself what Jira allows, and a quota is no matter of speed.
	if !n.bucket() && !n.ofQuota() {
		refused.refuse(now, sent, n)
	}
	p.refused(refused.until, n.reason)
	p.log.LogAttrs(ctx, slog.LevelInfo, "jira asks for fewer requests",
		slog.String("endpoint", name), slog.Int("status", n.status), slog.String("reason", n.reason),
		slog.Duration("wait", refused.until.Sub(now)), slog.String("until", refused.until.UTC().Format(time.RFC3339)))
}

// lane returns the endpoint's, which it makes when needed; the site's when
// there are too many. Called with the lock held.
func (p *pacer) lane(name string) *lane {
	l := p.endpoints[name]
	if l == nil && len(p.endpoints) >= maxEndpoints {
		return &p.site
	}
	if l == nil {
		l = &lane{}
		p.endpoints[name] = l
	}
	return l
}
