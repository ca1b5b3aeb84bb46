// Package transport carries requests to Jira: paced, logged, signed and sent
// over HTTPS, each by a RoundTripper of its own.
//
// It knows HTTP and Jira's rate-limit headers. It knows nothing of
// credentials (signing is a function it is given), of Jira's data, or of
// retries: a status is never turned into an error here, and a request is sent
// once.
package transport

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"time"
)

// Options say how requests travel. The zero value of a field is its default.
type Options struct {
	Site              *url.URL                                  // named in messages
	CAFile            []byte                                    // PEM certificates trusted besides the system's
	Sign              func(http.RoundTripper) http.RoundTripper // puts credentials on; nil: none
	Logger            *slog.Logger                              // a debug line a request; nil: silent
	RequestsPerSecond float64                                   // cap over all endpoints; 0: none
	Concurrency       int                                       // requests in flight at most; 0: 8
	UserAgent         string                                    // sent where the request has none
	Timeout           time.Duration                             // until the header, and without a byte of the body; 0: 5 min
	Proxy             func(*http.Request) (*url.URL, error)     // nil: no proxy
	Waited            func(time.Duration)                       // told of each wait for a rate limit; may be nil
	Now               func() time.Time                          // nil: time.Now
	Wait              func(context.Context, time.Duration) error // nil: a timer
}

// New chains pace, log, sign and send.
func New(o Options) (http.RoundTripper, error) { return nil, nil }

// Unsigned is New without credentials, for serverInfo and the token servlets.
func Unsigned(o Options) (http.RoundTripper, error) { return nil, nil }

// Explain says in words what went wrong on the way to Jira.
func Explain(err error) error { return err }
