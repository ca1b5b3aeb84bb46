package jira

import (
	"net/http"
	"net/url"
	"strings"
)

// identify looks at what an answer says about who asked. Jira answers a refused
// login on most paths with 200 and what an anonymous visitor may see, so this
// is asked of every answer to a request with credentials. It returns a code, ""
// when nothing speaks against the login.
func identify(h http.Header, status int) string {
	denied := strings.ToUpper(strings.Join(h.Values("X-Authentication-Denied-Reason"), " "))
	if strings.Contains(denied, "CAPTCHA") {
		return codeCaptcha
	}
	reason := strings.ToUpper(strings.Join(h.Values("X-Seraph-LoginReason"), " "))
	switch {
	case strings.Contains(reason, codeDenied):
		return codeDenied
	case strings.Contains(reason, codeFailed):
		return codeFailed
	}
	// An overloaded or starting node may not have looked at the login yet.
	if status < http.StatusInternalServerError && status != http.StatusTooManyRequests && visitor(h) == visitorAnonymous {
		return codeAnonymous
	}
	return ""
}

// Whom Data Center took a request for, by X-AUSERNAME.
const (
	visitorUnknown = iota
	visitorAnonymous
	visitorNamed
)

func visitor(h http.Header) int {
	name, err := url.QueryUnescape(h.Get("X-AUSERNAME"))
	switch {
	case err != nil || name == "":
		return visitorUnknown
	case strings.EqualFold(name, "anonymous"):
		return visitorAnonymous
	}
	return visitorNamed
}

// loginLost says whether a refusal concerns the login as a whole. A 401 for a
// permission or a scope that is missing concerns its own request only.
func loginLost(e *APIError) bool {
	if losesLogin(e.Code) {
		return true
	}
	return e.Status == http.StatusUnauthorized && !e.onlyThis()
}

// requestID is the name of a request in the site's logs: Cloud's trace ids,
// then Data Center's.
func requestID(h http.Header) string {
	for _, name := range []string{"Atl-Traceid", "Atl-Request-Id", "X-AREQUESTID"} {
		if id := h.Get(name); id != "" {
			return clip(clean(id), 64)
		}
	}
	return ""
}

// Marked tells that answers of this site carried marks that only a Jira sets. Where
// they do, a refusal without them is not Jira's; see [APIError.Foreign].
func (c *Client) Marked() bool { return c.marked.Load() }

// looksLikeJira says that headers carry marks that only a Jira sets.
func looksLikeJira(h http.Header) bool {
	for _, name := range []string{"X-AUSERNAME", "X-AREQUESTID", "X-ANODEID", "X-Seraph-LoginReason", "Atl-Traceid"} {
		if h.Get(name) != "" {
			return true
		}
	}
	return false
}
