package check

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"time"

	"tap-jira/internal/fault"
	"tap-jira/internal/jira"
	"tap-jira/internal/stream"
)

// Status is how a step went.
type Status string

// The outcomes of a step. A warning does not stop the walk and does not fail it.
const (
	OK   Status = "ok"
	Warn Status = "warn"
	Fail Status = "fail"
)

// Step is one step of the walk, in the shape that is printed as JSON.
type Step struct {
	// Step is its name: address, dns, tcp, tls, proxy, jira, login, identity, timezone, clock, limits or,
	// where a query limits issues, query.
	Step string `json:"step"`
	// Status is how it went.
	Status Status `json:"status"`
	// Code is a word for programs; empty when all is well.
	Code string `json:"code"`
	// Detail is what was found, for people.
	Detail string `json:"detail"`
	// Next is what to do; empty when there is nothing to do.
	Next string `json:"next"`
}

// Report is the whole walk.
type Report struct {
	// OK tells that no step failed, and that no stream is unreadable that is wanted.
	OK bool `json:"ok"`
	// Steps are those that were made; what comes after a failure is not tried.
	Steps []Step `json:"steps"`
	// Streams are those that the site has, in the order of the output; empty after a step that failed, never nil.
	Streams []Access `json:"streams"`
}

// Options say what to walk. BaseURL, Client and Unsigned are required.
type Options struct {
	// BaseURL is the site.
	BaseURL *url.URL
	// Client is the site's client, not connected yet.
	Client *jira.Client
	// Unsigned sends requests without credentials, as the client would send them.
	Unsigned http.RoundTripper
	// Gateway says that BaseURL is Atlassian's gateway to the site, and not an address of the site's own.
	Gateway bool
	// Limits gives the rate limit headers of the last answer; nil means that nobody kept them.
	Limits func() http.Header
	// Proxy chooses the proxy of a request; nil is none.
	Proxy func(*http.Request) (*url.URL, error)
	// Streams are looked at after the steps; nil looks at none.
	Streams []stream.Stream
	// Wanted tells that a stream must be readable for the check to pass; nil wants none.
	Wanted func(stream.Stream) bool
	// Scope limits issues, in JQL; empty is all of them.
	Scope string
	// Query is the Scope that Jira must take, or the sync would be refused; empty asks for nothing.
	Query string
	// Scopes asks what the login's token may do; nil, or an answer of nil, is not known.
	Scopes func(ctx context.Context) ([]string, error)
	// LookupHost and Dial reach the network; nil means the system's.
	LookupHost func(ctx context.Context, host string) ([]string, error)
	Dial       func(ctx context.Context, network, address string) (net.Conn, error)
	// Outgoing tells this machine's own address on the way to another, "" when it cannot be told; nil asks the system.
	Outgoing func(ctx context.Context, address string) string
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Each is told of every step as soon as it is made; may be nil.
	Each func(Step)
	// EachStream is told of every stream; may be nil.
	EachStream func(Access)
}

// stepTimeout is how long the steps below HTTP may take: longer than any sound network needs, shorter than patience.
const stepTimeout = 15 * time.Second

// walk is one walk in progress.
type walk struct {
	Options
	report Report
	proxy  *url.URL // of the site; nil without one
	err    error    // of the step that failed
}

// Run walks. The error is that of the step that failed, with its kind and hint.
func Run(ctx context.Context, o Options) (Report, error) {
	w := &walk{Options: o.withDefaults(), report: Report{OK: true, Steps: []Step{}, Streams: []Access{}}}
	for _, step := range []func(context.Context){
		w.address, w.dns, w.tcp, w.tls, w.viaProxy, w.connect, w.identity, w.timezone, w.clock, w.limits, w.query, w.streams,
	} {
		if step(ctx); w.err != nil {
			w.report.OK = false
			break
		}
	}
	return w.report, w.err
}

// withDefaults fills what was left out, so that no step has to ask.
func (o Options) withDefaults() Options {
	if o.LookupHost == nil {
		o.LookupHost = net.DefaultResolver.LookupHost
	}
	if o.Dial == nil {
		o.Dial = (&net.Dialer{Timeout: stepTimeout}).DialContext
	}
	if o.Outgoing == nil {
		o.Outgoing = outgoing
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Limits == nil {
		o.Limits = func() http.Header { return nil }
	}
	if o.Each == nil {
		o.Each = func(Step) {}
	}
	if o.EachStream == nil {
		o.EachStream = func(Access) {}
	}
	if o.Wanted == nil {
		o.Wanted = func(stream.Stream) bool { return false }
	}
	return o
}

// add notes a step.
func (w *walk) add(step Step) {
	w.report.Steps = append(w.report.Steps, step)
	w.Each(step)
}

// ok notes a step that went well.
func (w *walk) ok(step, detail string) {
	w.add(Step{Step: step, Status: OK, Detail: detail})
}

// warn notes a step that went well enough to go on.
func (w *walk) warn(step, code, detail, next string) {
	w.add(Step{Step: step, Status: Warn, Code: code, Detail: detail, Next: next})
}

// fail ends the walk with an error of the kind; the error's own kind and hint win when it has them.
func (w *walk) fail(step, code string, err error, kind fault.Kind, next string) {
	if hint := fault.HintOf(err); hint != "" {
		next = hint
	} else {
		err = fault.Wrap(kind, err, next)
	}
	w.err = err
	w.add(Step{Step: step, Status: Fail, Code: code, Detail: err.Error(), Next: next})
}
