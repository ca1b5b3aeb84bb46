package transport

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net"
	"syscall"

	"tap-jira/internal/fault"
)

// failure is an explained error. Temporary tells whether the same request may
// work soon; it is false for what somebody has to mend first.
type failure struct {
	code, text, hint string
	temporary        bool
	cause            error
}

// Error is the explanation alone; the cause is in the chain.
func (f *failure) Error() string { return f.text }

// Unwrap returns what net/http said.
func (f *failure) Unwrap() error { return f.cause }

// Code is a word for programs, the same in every release: unknown_host,
// lookup_failed, refused, no_route, reset, timeout, cut, stalled, plain_http,
// not_tls, expired, wrong_name, bad_certificate, unknown_authority,
// client_certificate, handshake, proxy_login, proxy_refused,
// proxy_unreachable; unreachable for what is none of these.
func (f *failure) Code() string { return cmp.Or(f.code, "unreachable") }

// Temporary tells whether trying again may help.
func (f *failure) Temporary() bool { return f.temporary }

// Timeout tells whether it took too long, as net.Error has it.
func (f *failure) Timeout() bool { return timedOut(f.cause) }

// explain turns what goes wrong on the way to a host into one clear fault.Network with the next step: names that cannot be
// found, refused connections, time-outs, certificates, proxies. Errors that have a kind already, and a cancelled context, come
// back as they are. The result has the methods of a failure in its chain, and still what net/http said.
func explain(err error, host string) error {
	if _, done := errors.AsType[*fault.Error](err); done || err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	f := failure{text: "cannot reach " + host + ": " + root(err).Error(), hint: "check base_url, the network and the proxy", temporary: true}
	for _, known := range []func(error, string) (failure, bool){
		explainStall, explainProxy, explainPlain, explainCertificate, explainHandshake, explainName, explainRefused, explainTimeout, explainCut,
	} {
		if found, ok := known(err, host); ok {
			f = found
			break
		}
	}
	f.cause = err
	return fault.Wrap(fault.Network, &f, f.hint)
}

// root is the innermost error: what is left when the addresses around it, which may hold a query, are peeled off.
func root(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}

// explainStall is for an answer that began and brings nothing more.
func explainStall(err error, host string) (failure, bool) {
	return failure{
		code: "stalled", text: host + " stopped in the middle of an answer", temporary: true,
		hint: "try again; if it goes on, ask for smaller pages (page_size) or more patience (request_timeout)",
	}, errors.Is(err, errStalled)
}

// explainName is for names: a name that is not there needs another spelling, a name server that is silent needs time.
func explainName(err error, host string) (failure, bool) {
	dns, ok := errors.AsType[*net.DNSError](err)
	if !ok {
		return failure{}, false
	}
	if dns.IsNotFound {
		hint := "check the spelling of base_url; a host inside a company may need its VPN"
		if dns.Name == "auth.atlassian.com" || dns.Name == "api.atlassian.com" { // Atlassian's own; whoever wrote base_url did not misspell them
			hint = "this machine cannot look up Atlassian's hosts: check its network, DNS and proxy (proxy_url)"
		}
		return failure{code: "unknown_host", text: "there is no host " + dns.Name, hint: hint}, true
	}
	return failure{
		code: "lookup_failed", text: "the address of " + dns.Name + " cannot be looked up: the name server did not answer", temporary: true,
		hint: "check the network, the VPN and the machine's DNS settings",
	}, true
}

// The numbers are Windows' own for refused, reset, aborted, no route to network and host; no other system uses them.
const (
	wsaNetUnreachable  = 10051
	wsaAborted         = 10053
	wsaReset           = 10054
	wsaRefused         = 10061
	wsaHostUnreachable = 10065
)

// explainRefused is for connections that are not made.
func explainRefused(err error, host string) (failure, bool) {
	switch {
	case isErrno(err, syscall.ECONNREFUSED, wsaRefused):
		return failure{
			code: "refused", text: host + " refuses the connection: nothing listens there", temporary: true,
			hint: "check host and port of base_url, and whether Jira is running",
		}, true
	case isErrno(err, syscall.ENETUNREACH, syscall.EHOSTUNREACH, wsaNetUnreachable, wsaHostUnreachable):
		return failure{
			code: "no_route", text: "there is no way from here to " + host, temporary: true,
			hint: "check the network, the VPN, and whether a proxy (HTTPS_PROXY) is needed",
		}, true
	case isErrno(err, syscall.ECONNRESET, syscall.EPIPE, wsaReset, wsaAborted):
		return failure{
			code: "reset", text: host + " broke the connection off", temporary: true,
			hint: "try again; if it goes on, a firewall or proxy on the way may be doing it",
		}, true
	}
	return failure{}, false
}

// isErrno looks for one of the system's numbers anywhere in the chain.
func isErrno(err error, numbers ...syscall.Errno) bool {
	for _, n := range numbers {
		if errors.Is(err, n) {
			return true
		}
	}
	return false
}

// explainTimeout is for what took too long.
func explainTimeout(err error, host string) (failure, bool) {
	return failure{
		code: "timeout", text: host + " did not answer in time", temporary: true,
		hint: "check that base_url can be reached from here (VPN, firewall, proxy); for a slow Jira raise request_timeout",
	}, timedOut(err)
}

// timedOut tells a wait that ended without an answer.
func timedOut(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}

// explainCut is for a connection that was made and broke.
func explainCut(err error, host string) (failure, bool) {
	return failure{
		code: "cut", text: host + " closed the connection before the answer was complete", temporary: true,
		hint: "try again; if it goes on, ask for smaller pages (page_size) or look for a proxy that cuts answers",
	}, errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}
