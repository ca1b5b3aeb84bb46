package auth

import (
	"net/http"
	"net/url"
	"strings"
	"sync"

	"tap-jira/internal/fault"
)

// Reach is where one login's credentials may go. It begins with the site, or
// empty, and is widened only by what was found out about the site: Atlassian's
// gateway, below the site's own id. Safe for concurrent use.
type Reach struct {
	mu     sync.Mutex
	places []place
}

// place is an origin, and below it a path that requests must begin with.
type place struct{ origin, path string }

// NewReach makes a Reach of whole origins: every path of the hosts named.
func NewReach(sites ...*url.URL) *Reach {
	r := &Reach{}
	for _, site := range sites {
		r.places = append(r.places, place{origin: origin(site.Scheme, site.Host)})
	}
	return r
}

// Widen adds what lies below an address, and nothing else of its host.
func (r *Reach) Widen(below *url.URL) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.places = append(r.places, place{origin: origin(below.Scheme, below.Host), path: strings.TrimRight(below.EscapedPath(), "/") + "/"})
}

// covers tells whether requests to a host may carry the credentials, by the
// address or by the Host header.
func (r *Reach) covers(scheme, host, path string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range r.places {
		if p.origin == origin(scheme, host) && strings.HasPrefix(path, p.path) && !climbs(path) {
			return true
		}
	}
	return false
}

// climbs tells whether a path leads out of where it begins.
func climbs(path string) bool {
	return strings.Contains(strings.ReplaceAll(strings.ToLower(path), "%2e", ".")+"/", "/../")
}

// own names the first place in messages.
func (r *Reach) own() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.places) == 0 {
		return "the site"
	}
	return r.places[0].origin + r.places[0].path
}

// guard returns an error unless req goes where it may, over https. The Host
// header counts as much as the address: it decides whose request it is behind
// a shared proxy.
func (r *Reach) guard(req *http.Request) error {
	if !strings.EqualFold(req.URL.Scheme, "https") {
		return fault.New(fault.Network, "use the site's https address as base_url",
			"refuse to send credentials to %s over %q: %w", req.URL.Host, req.URL.Scheme, ErrForeign)
	}
	for _, host := range []string{req.URL.Host, wireHost(req)} {
		if !r.covers(req.URL.Scheme, host, req.URL.EscapedPath()) {
			return fault.New(fault.Network, "if Jira moved there, set base_url to its new address",
				"refuse to send the credentials of %s to %s: %w", r.own(), host, ErrForeign)
		}
	}
	return nil
}
