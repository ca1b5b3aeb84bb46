package jira

import (
	"errors"
	"net/http"
	"regexp"
	"strings"
)

// What refusals say that no header names. The sentences are Jira's, its
// gateway's and its edge's; they change, so each is matched by its least.
var (
	basicOff   = regexp.MustCompile(`basic auth`)
	noScope    = regexp.MustCompile(`\bscopes?\b`)
	notAllowed = regexp.MustCompile(`\b(allow|white) ?-?list|\bip address`)
	inactive   = regexp.MustCompile(`\b(user|account)( \S+)? (is|has been|was) (inactive|deactivated|disabled|deleted|removed)|no user associated|user_refused`)
	expired    = regexp.MustCompile(`\btoken\b.*\b(expired|revoked)|(expired|revoked) .*\btoken\b`)
	// What Jira (JAX-RS: "null for uri", Cloud: "dead link") and gateways say of an address that leads nowhere.
	noAddress   = regexp.MustCompile(`null for uri|dead link|no route|^not found\.?$|page not found|requested url`)
	foreignSort = regexp.MustCompile(`connect session auth token`)
)

// nameRefusal finds the code of a refusal whose headers have none, "" when it
// is one without a name of its own.
func nameRefusal(e *APIError) string {
	if e.Status != http.StatusUnauthorized && e.Status != http.StatusForbidden {
		return ""
	}
	said := strings.ToLower(strings.Join(e.Messages, " ") + " " + e.title)
	for _, known := range []struct {
		text *regexp.Regexp
		code string
	}{
		{basicOff, codeBasicOff},
		{noScope, codeScope},
		{notAllowed, codeAddress},
		{inactive, codeInactive},
		{foreignSort, codeSort},
		{expired, codeExpired},
	} {
		if known.text.MatchString(said) {
			return known.code
		}
	}
	return ""
}

// losesLogin says whether a code means that nothing can be read any more.
func losesLogin(code string) bool {
	switch code {
	case codeFailed, codeDenied, codeCaptcha, codeAnonymous, codeBasicOff, codeAddress, codeInactive, codeSort, codeExpired:
		return true
	}
	return false
}

// codeHint is what to do about a refusal with a code; "" for those whose advice
// depends on the login.
func codeHint(d Deployment, code string) string {
	switch code {
	case codeCaptcha, codeDenied:
		return "Jira wants a human after failed logins: log in once in the browser as this user, answer the CAPTCHA, then run again with the right password"
	case codeBasicOff:
		return basicHint(d)
	case codeScope:
		return "the token lacks a scope: give it the classic scopes read:jira-work and read:jira-user, or the granular ones of this stream"
	case codeAddress:
		return "the site lets in only addresses on its list: ask an administrator to add the outgoing address of this machine (tap-jira check names it)"
	case codeInactive:
		return "the user is deactivated or deleted: have an administrator activate it, or log in as another user"
	case codeSort:
		return "Jira Cloud takes no personal access tokens: give the account's e-mail as username and an API token as password"
	}
	return ""
}

// unrouted says that a refusal is a 404 about the address and not about what was
// asked for: Jira names what does not exist, in JSON.
func unrouted(e *APIError) bool {
	if e.Status != http.StatusNotFound {
		return false
	}
	if e.foreign || e.page || len(e.Messages) == 0 {
		return true
	}
	for _, message := range e.Messages {
		if !noAddress.MatchString(strings.ToLower(message)) {
			return false
		}
	}
	return true
}

// Absent says that Jira itself answered that something does not exist, or not
// for this account.
func Absent(err error) bool {
	return errors.Is(err, ErrNotFound) && !errors.Is(err, ErrUnrouted) && !errors.Is(err, ErrLoginLost)
}
