package jira

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// maxRedirects is more than any proxy before a Jira needs.
const maxRedirects = 5

// loginPath matches the paths to which servers send whom they do not know.
var loginPath = regexp.MustCompile(`(?i)(log-?in|sign-?in|logon|/sso|saml|/adfs/|/oauth2?/authorize|/idp/)`)

// RedirectError is a redirect that was not followed. Its texts hold no query,
// because a login redirect may carry what must not be printed.
type RedirectError struct {
	// From and To are addresses without their queries.
	From, To string
	// Login says that To is a login page.
	Login bool
	// Why is the reason not to follow, "" for a login page.
	Why string
	// endless says that there were too many.
	endless bool
}

// Error says where the redirect leads and why it was refused.
func (e *RedirectError) Error() string {
	if e.Login {
		return fmt.Sprintf("%s sends to a login page (%s)", e.From, e.To)
	}
	return fmt.Sprintf("%s redirects to %s, which is not followed: %s", e.From, e.To, e.Why)
}

// Is makes every refused redirect an ErrNotJira: the REST API sends none.
func (e *RedirectError) Is(target error) bool { return target == ErrNotJira }

// checkRedirect follows a redirect only to the same host over https, never to a
// login page, and never one that would turn a question into another.
func checkRedirect(base *url.URL) func(*http.Request, []*http.Request) error {
	return func(req *http.Request, via []*http.Request) error {
		refused := &RedirectError{From: bare(via[len(via)-1].URL), To: bare(req.URL)}
		switch {
		case loginPath.MatchString(strings.TrimPrefix(req.URL.Path, base.Path)):
			refused.Login = true
		case req.URL.Scheme != "https":
			refused.Why = "it is not https"
		case hostPort(req.URL) != hostPort(via[0].URL):
			refused.Why = "it is another host"
		case req.Method != via[0].Method:
			refused.Why = "a " + via[0].Method + " would become a " + req.Method
		case len(via) >= maxRedirects:
			refused.Why, refused.endless = "there were too many", true
		default:
			return nil
		}
		return refused
	}
}

// bare is an address without user, query and fragment.
func bare(u *url.URL) string {
	return clean((&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String())
}

// hostPort is a host in lower case with its port, 443 unless it says another.
func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = "443"
	}
	return strings.ToLower(u.Hostname()) + ":" + port
}
