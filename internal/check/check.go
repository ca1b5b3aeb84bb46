// Package check walks the way from the configured address to a login, one step after the other, and says at the first
// one that fails what is wrong and what to do. It reads nothing but what Jira says of itself and of the account.
//
// It knows networks and jira.Client; it knows nothing of configs, flags, Singer or the terminal.
package check

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"time"

	"tap-jira/internal/fault"
	"tap-jira/internal/jira"
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
	// Step is its name: address, dns, tcp, tls, proxy, jira, login, identity, timezone, clock or limits.
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

// Access is whether a stream can be read. Probing the streams comes later; a report has none yet.
type Access struct {
	Stream   string `json:"stream"`
	Readable bool   `json:"readable"`
	Missing  string `json:"missing"`
	Who      string `json:"who"`
}

// Report is the whole walk.
type Report struct {
	// OK tells that no step failed.
	OK bool `json:"ok"`
	// Steps are those that were made; what comes after a failure is not tried.
	Steps []Step `json:"steps"`
	// Streams is never nil.
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
	// LookupHost and Dial reach the network; nil means the system's.
	LookupHost func(ctx context.Context, host string) ([]string, error)
	Dial       func(ctx context.Context, network, address string) (net.Conn, error)
	// Outgoing tells this machine's own address on the way to another, "" when it cannot be told; nil asks the system.
	Outgoing func(ctx context.Context, address string) string
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Each is told of every step as soon as it is made; may be nil.
	Each func(Step)
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
		w.address, w.dns, w.tcp, w.tls, w.viaProxy, w.connect, w.identity, w.timezone, w.clock, w.limits,
	} {
		if step(ctx); w.err != nil {
			w.report.OK = false
			break
		}
	}
	return w.report, w.err
}

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
	return o
}

// add notes a step.
func (w *walk) add(step Step) {
	w.report.Steps = append(w.report.Steps, step)
	w.Each(step)
}

func (w *walk) ok(step, detail string) {
	w.add(Step{Step: step, Status: OK, Detail: detail})
}

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
