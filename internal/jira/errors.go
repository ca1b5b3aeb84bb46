package jira

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Kinds of refusal, for errors.Is.
var (
	// ErrBadRequest is a 400: Jira did not understand or did not allow the question.
	ErrBadRequest = errors.New("bad request")
	// ErrUnauthorized is a 401.
	ErrUnauthorized = errors.New("unauthorized")
	// ErrForbidden is a 403.
	ErrForbidden = errors.New("forbidden")
	// ErrNotFound is a 404: it does not exist, or the account may not see it.
	ErrNotFound = errors.New("not found")
	// ErrUnrouted is a 404 that says nothing about a thing that would not exist: a
	// proxy's page, or Jira's own word for an address that it does not know. It is
	// an ErrNotFound, too.
	ErrUnrouted = errors.New("no such address")
	// ErrGone is a 410: the endpoint or the thing was removed.
	ErrGone = errors.New("gone")
	// ErrAnonymous is an answer that was given to nobody in particular.
	ErrAnonymous = errors.New("answered anonymously")
	// ErrNotJira is an answer that no Jira gives: a web page, a login form.
	ErrNotJira = errors.New("not a Jira")
	// ErrNetwork is a site that could not be reached, or failed for good.
	ErrNetwork = errors.New("network")
	// ErrBroken is an answer that began well and, tried again and again, never came
	// whole. It concerns its request; it is an ErrNetwork, too.
	ErrBroken = errors.New("broken answer")
	// ErrLoginLost is a refusal that concerns the login and not one request: no
	// further request is sent after it.
	ErrLoginLost = errors.New("login lost")
	// ErrProgress is a listing that does not come to an end: an offset that is
	// ignored, a token that comes again. What was listed may be incomplete.
	ErrProgress = errors.New("no progress")
)

// Codes of APIError that are not Jira's literally.
const (
	codeFailed    = "AUTHENTICATED_FAILED"
	codeDenied    = "AUTHENTICATION_DENIED"
	codeCaptcha   = "CAPTCHA_CHALLENGE"
	codeAnonymous = "ANONYMOUS"
	codeNotJira   = "NOT_JIRA"
	codeBlocked   = "RATE_LIMIT_ZERO"
	codeBasicOff  = "BASIC_DISABLED"
	codeScope     = "SCOPE_MISSING"
	codeAddress   = "ADDRESS_NOT_ALLOWED"
	codeInactive  = "USER_INACTIVE"
	codeExpired   = "TOKEN_EXPIRED"
	codeSort      = "TOKEN_OF_ANOTHER_SORT"
	codeTimestamp = "timestamp_refused" // an oauth_problem
	// codePermission is a 401 for an operation, to an account that the site knows.
	codePermission = "PERMISSION_MISSING"
)

// APIError is an answer that is not what was asked for, in Jira's own words.
type APIError struct {
	// Method and Path (the template) say which request was refused; Target is the
	// path with its parameters filled in.
	Method, Path, Target string
	// Status is the HTTP status; 200 for an anonymous answer or a web page.
	Status int
	// Messages are Jira's own, cleaned and cut; never a web page.
	Messages []string
	// Code is the machine's word for it where there is one: AUTHENTICATED_FAILED,
	// CAPTCHA_CHALLENGE, BASIC_DISABLED, SCOPE_MISSING, ADDRESS_NOT_ALLOWED,
	// USER_INACTIVE, TOKEN_EXPIRED, PERMISSION_MISSING, an oauth_problem, NOT_JIRA,
	// ANONYMOUS.
	Code string
	// RequestID names the request in the site's logs.
	RequestID string
	// Wait is how long Jira asked to wait, 0 when it did not.
	Wait time.Duration
	// Skew is how much this machine's clock is ahead of the one that answered, by
	// the answer's Date; 0 when it has none.
	Skew time.Duration
	// LoginLost says that the login was refused, not this request alone.
	LoginLost bool

	// page and title tell of a web page instead of JSON.
	page  bool
	title string
	// unread says that the body did not come whole.
	unread bool
	// foreign says that the answer lacks the headers that this site's Jira adds.
	foreign bool
	// unsigned says that the request carried no credentials.
	unsigned bool
}

// Error says in one line what was asked, how Jira answered and, in its own words, why. It holds no secret.
func (e *APIError) Error() string {
	where := fmt.Sprintf("%s %s: %d", e.Method, e.Target, e.Status)
	switch {
	case e.Code == codeAnonymous:
		return fmt.Sprintf("Jira answered as to an anonymous visitor (%s)", where)
	case e.Code == codeNotJira:
		return fmt.Sprintf("the answer is not Jira's%s (%s)", e.pageName(), where)
	case e.refusesLogin():
		return e.loginText(where)
	}
	text := strings.TrimSpace(where + " " + http.StatusText(e.Status) + e.pageName())
	if len(e.Messages) > 0 {
		text += ": " + strings.Join(e.Messages, "; ")
	}
	if e.Status >= http.StatusInternalServerError && e.RequestID != "" {
		text += " (request " + e.RequestID + ")"
	}
	return text
}

func (e *APIError) loginText(where string) string {
	if e.Code != "" {
		where += " " + e.Code
	}
	text := "Jira refused the credentials (" + where + ")"
	if len(e.Messages) > 0 && e.Code != codeFailed {
		text += ": " + e.Messages[0]
	}
	return text
}

// Foreign tells that something before Jira answered, a proxy or a firewall:
// Jira itself marks all its answers, the refusals too.
func (e *APIError) Foreign() bool { return e.foreign }

// LacksScope tells that the token may not ask for this, whatever its account may.
func (e *APIError) LacksScope() bool { return e.Code == codeScope }

// pageName names a web page by its title.
func (e *APIError) pageName() string {
	switch {
	case !e.page:
		return ""
	case e.title == "":
		return ", a web page"
	}
	return ", a web page titled " + strconv.Quote(e.title)
}

// refusesLogin says that the refusal is about who asks.
func (e *APIError) refusesLogin() bool {
	return e.LoginLost || e.Status == http.StatusUnauthorized && !e.unsigned && !e.onlyThis()
}

// onlyThis says that a 401 is about what was asked for and not about who asks.
func (e *APIError) onlyThis() bool { return e.Code == codeScope || e.Code == codePermission }

// anonymous says that Jira went on without a user.
func (e *APIError) anonymous() bool {
	return e.Code == codeAnonymous || e.Status < 300 && e.LoginLost
}

// Is matches the sentinels of this package.
func (e *APIError) Is(target error) bool {
	switch target {
	case ErrBadRequest:
		return e.Status == http.StatusBadRequest
	case ErrUnauthorized:
		return e.Status == http.StatusUnauthorized && !e.onlyThis()
	case ErrForbidden:
		// The gateway says 401 for a scope that is missing, some operations for a permission.
		return e.Status == http.StatusForbidden || e.onlyThis()
	case ErrNotFound:
		return e.Status == http.StatusNotFound
	case ErrUnrouted:
		return unrouted(e)
	case ErrGone:
		return e.Status == http.StatusGone
	case ErrAnonymous:
		return e.anonymous()
	case ErrNotJira:
		return e.Code == codeNotJira
	case ErrLoginLost:
		return e.LoginLost
	case ErrNetwork:
		return e.Status == http.StatusTooManyRequests || e.Status >= http.StatusInternalServerError
	}
	return false
}

// networkError is a request that got no answer, or not all of one.
type networkError struct {
	method, target string
	err            error
	// passing says that it may go better the next time.
	passing bool
	// body says that the answer started well and then broke.
	body bool
}

// Error says in one line which request got no answer, and why.
func (e *networkError) Error() string {
	if e.body {
		return fmt.Sprintf("read the answer to %s %s: %v", e.method, e.target, e.err)
	}
	return fmt.Sprintf("%s %s: %v", e.method, e.target, e.err)
}

// Unwrap gives what went wrong on the way, for errors.Is and errors.As.
func (e *networkError) Unwrap() error { return e.err }

// Is matches the sentinels of this package.
func (e *networkError) Is(target error) bool {
	return target == ErrNetwork || target == ErrBroken && e.body
}

// PoisonError names issues that Jira could not serve although it served others
// asked for at the same time.
type PoisonError struct {
	// IDs are the issues' ids, ascending.
	IDs []uint64
	// Err is what Jira answered for the first of them.
	Err error
}

// Error names the issues, at most ten of them.
func (e *PoisonError) Error() string {
	return fmt.Sprintf("Jira cannot serve the issues with id %s: %v", joinIDs(e.IDs), e.Err)
}

// Unwrap is what Jira answered for the first issue.
func (e *PoisonError) Unwrap() error { return e.Err }

// joinIDs lists ids for JQL and for people.
func joinIDs(ids []uint64) string {
	var out []byte
	for i, id := range ids {
		if i > 0 {
			out = append(out, ',')
		}
		out = strconv.AppendUint(out, id, 10)
	}
	return string(out)
}
