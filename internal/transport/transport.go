package transport

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"tap-jira/internal/ratelimit"
)

const (
	defaultConcurrency = 8
	defaultTimeout     = 5 * time.Minute
	defaultUserAgent   = "tap-jira"
)

// Options say how requests travel. The zero value of a field is its default.
type Options struct {
	Site        *url.URL                                   // named in messages about addresses that cannot be used
	CAFile      []byte                                     // PEM certificates that are trusted besides the system's
	ClientCert  []byte                                     // PEM certificate to show to servers that ask for one, its chain behind it; nil: none
	ClientKey   []byte                                     // PEM private key of ClientCert; may be the same text
	Sign        func(http.RoundTripper) http.RoundTripper  // puts credentials on; nil: none
	Logger      *slog.Logger                               // a debug line a request, an info line a rate limit; nil: silent
	Describe    func(context.Context) []slog.Attr          // says more of a request in its debug line; may be nil
	Cap         *Cap                                       // over all endpoints; nil: none
	Concurrency int                                        // requests in flight at most, for idle connections; 0: 8
	UserAgent   string                                     // sent where the request names none; "": tap-jira
	Timeout     time.Duration                              // until the answer's header, and without a byte of its body; 0: 5 minutes
	Proxy       func(*http.Request) (*url.URL, error)      // nil: no proxy
	Admit       func(context.Context) error                // asked when a request need not wait any more; an error is handed back in place of sending; may be nil
	Waited      func(time.Duration)                        // told of each wait for pacing, concurrently; may be nil
	Refused     func(until time.Time, reason string)       // told until when Jira wants no requests, concurrently; may be nil
	Now         func() time.Time                           // nil: time.Now
	Wait        func(context.Context, time.Duration) error // nil: a timer
	Dial        Dial                                       // opens connections; nil: net.Dialer
}

// Dial opens a connection as net.Dialer.DialContext does.
type Dial = func(ctx context.Context, network, address string) (net.Conn, error)

// New chains pace, log, sign and send. The result is safe for concurrent use
// and keeps idle connections: CloseIdleConnections drops them.
func New(o Options) (http.RoundTripper, error) {
	o = o.withDefaults()
	send, err := newSender(o)
	if err != nil {
		return nil, err
	}
	signed := http.RoundTripper(send)
	if o.Sign != nil {
		signed = o.Sign(send)
	}
	return &chain{
		RoundTripper: newPacer(o, &logger{next: signed, log: o.Logger, now: o.Now, describe: o.Describe}),
		idle:         send.transport,
	}, nil
}

// Unsigned is New without credentials, for serverInfo and the token servlets.
// Given the same Cap both keep to it together.
func Unsigned(o Options) (http.RoundTripper, error) {
	o.Sign = nil
	return New(o)
}

// chain lets http.Client reach the connections at the end of the chain.
type chain struct {
	http.RoundTripper
	idle *http.Transport
}

// CloseIdleConnections drops the connections that carry no request now.
func (c *chain) CloseIdleConnections() { c.idle.CloseIdleConnections() }

// withDefaults fills what was left out.
func (o Options) withDefaults() Options {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Concurrency <= 0 {
		o.Concurrency = defaultConcurrency
	}
	if o.UserAgent == "" {
		o.UserAgent = defaultUserAgent
	}
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Wait == nil {
		o.Wait = ratelimit.Sleep
	}
	return o
}

// closeBody does what net/http asks of a RoundTripper that sends nothing.
func closeBody(req *http.Request) {
	if req.Body != nil {
		_ = req.Body.Close()
	}
}
