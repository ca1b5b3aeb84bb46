package auth

import (
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// ErrForeign is in the chain of the error for a request that may not carry
// the site's credentials: another host or port, or not https.
var ErrForeign = errors.New("the credentials belong to another address")

// signing makes the Middleware that checks where a request goes, copies it, and
// lets sign put the Authorization header on the copy.
func signing(reach *Reach, sign func(*http.Request) error) Middleware {
	return func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(req *http.Request) (*http.Response, error) {
			if err := reach.guard(req); err != nil {
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
