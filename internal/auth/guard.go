package auth

import (
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"

	"tap-jira/internal/fault"
)

// ErrForeign is in the chain of the error for a request that may not carry
// the site's credentials: another host or port, or not https.
var ErrForeign = errors.New("the credentials belong to another address")

// signing makes the Middleware that checks a request against the site, copies
// it, and lets sign put the Authorization header on the copy.
func signing(site *url.URL, sign func(*http.Request) error) Middleware {
	own := origin(site.Scheme, site.Host)
	return func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(req *http.Request) (*http.Response, error) {
			if err := guard(own, req); err != nil {
				closeBody(req)
				return nil, err
			}
			signed := req.Clone(req.Context())
			if err := sign(signed); err != nil {
				closeBody(req)
				return nil, err
			}
			return next.RoundTrip(signed)
		})
	}
}

// guard returns an error unless req goes to own over https. The Host header
// counts as much as the address: it decides whose request it is behind a
// shared proxy.
func guard(own string, req *http.Request) error {
	if !strings.EqualFold(req.URL.Scheme, "https") {
		return fault.New(fault.Network, "use the site's https address as base_url",
			"refuse to send credentials to %s over %q: %w", req.URL.Host, req.URL.Scheme, ErrForeign)
	}
	for _, host := range []string{req.URL.Host, wireHost(req)} {
		if origin(req.URL.Scheme, host) != own {
			return fault.New(fault.Network, "if Jira moved there, set base_url to its new address",
				"refuse to send the credentials of %s to %s: %w", own, host, ErrForeign)
		}
	}
	return nil
}

// wireHost is the Host header that net/http will send.
func wireHost(req *http.Request) string {
	if req.Host != "" {
		return req.Host
	}
	return req.URL.Host
}

// origin is scheme and authority in the form that RFC 5849 (3.4.1.2) signs:
// lower case, without the port when it is the scheme's own.
func origin(scheme, host string) string {
	scheme, host = strings.ToLower(scheme), strings.ToLower(host)
	standard := map[string]string{"http": ":80", "https": ":443"}[scheme]
	if _, port, err := net.SplitHostPort(host); err == nil && (port == "" || ":"+port == standard) {
		host = strings.TrimSuffix(host, ":"+port)
	}
	return scheme + "://" + host
}

// siteKey names a site in the credentials file: its origin and context path.
func siteKey(site *url.URL) string {
	return origin(site.Scheme, site.Host) + strings.TrimRight(site.EscapedPath(), "/")
}

// closeBody does what net/http asks of a RoundTripper that sends nothing.
func closeBody(req *http.Request) {
	if req.Body != nil {
		_ = req.Body.Close()
	}
}
