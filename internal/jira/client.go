package jira

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"time"
)

// Options says how a Client reaches its site. The zero value of each field but
// BaseURL and Transport is a working default.
type Options struct {
	// BaseURL is the site's address, https, with its context path if it has one.
	BaseURL *url.URL
	// Transport sends requests with the user's credentials.
	Transport http.RoundTripper
	// Unsigned sends requests without credentials; nil means Transport.
	Unsigned http.RoundTripper
	// APIVersion stands for {v} in paths on Cloud, "2" (default) or "3". Data
	// Center has only 2.
	APIVersion string
	// Concurrency is the number of requests in flight at most; default 8.
	Concurrency int
	// PageSize caps the size of every page asked for; 0 means no cap.
	PageSize int
	// Timeout ends an attempt during which nothing arrived for so long; default 300 s.
	Timeout time.Duration
	// Logger gets retries and Jira's warnings; nil discards.
	Logger *slog.Logger
	// Recover is asked once a request after a 401, for logins that can be renewed
	// or signed anew. Nil, or false, lets the refusal stand.
	Recover func(ctx context.Context, problem *APIError) (retry bool, err error)
	// Now, Wait and Jitter replace the clock, the waits and the spread of the
	// backoff (0.7 to 1.3) in tests.
	Now    func() time.Time
	Wait   func(ctx context.Context, d time.Duration) error
	Jitter func() float64
	// Attempts is how often a page is tried before its failure stands; default 8.
	Attempts int
}

// Client reads one site. It is safe for concurrent use.
type Client struct {
	opts Options
	site *Site
}

// New makes a Client. It sends nothing; Connect does.
func New(opts Options) *Client { return &Client{opts: opts} }

// Site is what Connect learned, nil before.
func (c *Client) Site() *Site { return c.site }

// Connect asks for serverInfo without credentials, then, alone, for /myself
// with them. Nothing else may be asked before it succeeded.
func (c *Client) Connect(ctx context.Context) (*Site, error) { return nil, ctx.Err() }

// WithTurn gives the requests of ctx a place in the queue for permits: the
// lowest turn is served first. Without it the turn is 0.
func WithTurn(ctx context.Context, turn int) context.Context { return ctx }
