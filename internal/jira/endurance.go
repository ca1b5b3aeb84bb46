package jira

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
)

// endurance tells how often it is worth trying an operation that fails for one
// thing after the other: the sprints of each board, say, while Jira's index of
// sprints is broken. Eight tries take a minute and a half, which fifty boards of a
// dozen streams would turn into hours, and nothing is different with the next of
// them. It knows operations on single things alone: of a list that hangs on nothing
// everything depends. It is safe for concurrent use.
type endurance struct{ failures sync.Map } // *atomic.Int32 by the template of the path

const (
	// enduredFailures is how many failures in a row halve the tries of those behind them.
	enduredFailures = 4
	// fewestAttempts is how often anything is tried that may pass.
	fewestAttempts = 2
)

// onOne tells that a path leads to one thing of many, whichever API's version it has.
func onOne(path string) bool { return strings.Count(path, "{") > strings.Count(path, "{v}") }

// of counts the failures of an operation since it answered last; nil where none are counted.
func (e *endurance) of(path string) *atomic.Int32 {
	if !onOne(path) {
		return nil
	}
	failures, known := e.failures.Load(path)
	if !known {
		failures, _ = e.failures.LoadOrStore(path, &atomic.Int32{})
	}
	return failures.(*atomic.Int32) //nolint:forcetypeassert // nothing else is stored
}

// attempts is how often an operation is tried that is tried so often as a rule.
func (e *endurance) attempts(path string, most int) int {
	failures := e.of(path)
	if failures == nil {
		return most
	}
	return max(min(fewestAttempts, most), most>>min(failures.Load()/enduredFailures, 8))
}

// answered tells that an operation works, and gives it all its tries back.
func (e *endurance) answered(path string) {
	if failures := e.of(path); failures != nil {
		failures.Store(0)
	}
}

// failed counts one failure more. It tells whether the tries become fewer by it for the first time.
func (e *endurance) failed(path string) (fewer bool) {
	return e.of(path).Add(1) == enduredFailures
}

// endure notes a failure that stands. A rate limit and a broken connection say nothing about an operation, and neither
// does its failure while the site answers nothing at all: an outage passes, and what is asked in it needs all its tries.
func (c *Client) endure(ctx context.Context, ex *exchange, err error) {
	refusal, answered := errors.AsType[*APIError](err)
	switch {
	case !answered:
	case !passingStatus(refusal.Status):
		c.endurance.answered(ex.path)
	case refusal.Status >= http.StatusInternalServerError && onOne(ex.path) && c.awake(ctx):
		if c.endurance.failed(ex.path) {
			c.opts.Logger.WarnContext(ctx, "an operation fails for one after the other, and is tried less often until it answers",
				"path", ex.path, "error", err)
		}
	}
}

// awake tells whether the site answers what needs none of its data, by one request (GET /rest/api/2/serverInfo).
func (c *Client) awake(ctx context.Context) bool {
	ex, err := c.exchange(Request{Path: serverInfoPath}, DataCenter)
	if err != nil {
		return false
	}
	ex.signed, ex.connecting = false, true // so that a refusal puts no login in doubt: it is an answer as any other
	err = c.attempt(ctx, ex, func(rep *reply) error { return rep.dec.SkipValue() })
	refusal, answered := errors.AsType[*APIError](err)
	return err == nil || answered && refusal.Status < http.StatusInternalServerError
}
