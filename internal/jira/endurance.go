package jira

import (
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
func onOne(path string) bool { return strings.Contains(strings.Replace(path, "{v}", "", 1), "{") }

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

// note counts what stands of a request. It tells whether the tries become fewer by
// it for the first time. A rate limit and a broken connection say nothing.
func (e *endurance) note(path string, err error) (fewer bool) {
	failures := e.of(path)
	if failures == nil {
		return false
	}
	refusal, answered := errors.AsType[*APIError](err)
	switch {
	case err == nil, answered && refusal.Status != http.StatusTooManyRequests && !passingStatus(refusal.Status):
		failures.Store(0)
	case answered && refusal.Status >= http.StatusInternalServerError:
		return failures.Add(1) == enduredFailures
	}
	return false
}
