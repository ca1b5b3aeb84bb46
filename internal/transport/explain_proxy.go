package transport

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
)

// proxyError is a proxy's refusal to connect us.
type proxyError struct {
	proxy  string // host and port, without user and password
	status int
}

// Error names proxy and status.
func (e *proxyError) Error() string {
	return fmt.Sprintf("proxy %s: %d %s", e.proxy, e.status, http.StatusText(e.status))
}

// proxyAnswer keeps what net/http would make a bare text of.
func proxyAnswer(_ context.Context, proxy *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	return &proxyError{proxy: proxy.Host, status: answer.StatusCode}
}

// explainProxy is for what a proxy answered, and for a proxy that cannot be reached.
func explainProxy(err error, host string) (failure, bool) {
	if refused, ok := errors.AsType[*proxyError](err); ok {
		f := failure{
			code: "proxy_refused",
			text: fmt.Sprintf("the proxy %s does not connect to %s: %d %s", refused.proxy, host, refused.status, http.StatusText(refused.status)),
			hint: "ask who runs the proxy to allow it, or put the host into NO_PROXY", temporary: refused.status >= http.StatusInternalServerError,
		}
		if refused.status == http.StatusProxyAuthRequired {
			f.code, f.hint = "proxy_login", "put user and password into proxy_url or HTTPS_PROXY: http://user:password@host:port, special characters percent-encoded"
		}
		return f, true
	}
	for e, ok := errors.AsType[*net.OpError](err); ok; e, ok = errors.AsType[*net.OpError](e.Err) {
		if e.Op == "proxyconnect" {
			return failure{
				code: "proxy_unreachable",
				text: fmt.Sprintf("cannot connect to the proxy on the way to %s: %s", host, root(e)), temporary: true,
				hint: "check proxy_url or HTTPS_PROXY, or put the host into NO_PROXY",
			}, true
		}
	}
	return failure{}, false
}
