package jira

import (
	"errors"
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
	// ErrGone is a 410: the endpoint or the thing was removed.
	ErrGone = errors.New("gone")
	// ErrAnonymous is an answer that was given to nobody in particular.
	ErrAnonymous = errors.New("answered anonymously")
	// ErrNotJira is an answer that no Jira gives: a web page, a login form.
	ErrNotJira = errors.New("not a Jira")
	// ErrNetwork is a site that could not be reached, or failed for good.
	ErrNetwork = errors.New("network")
	// ErrLoginLost is a refusal that concerns the login and not one request: no
	// further request is sent after it.
	ErrLoginLost = errors.New("login lost")
)

// APIError is a refusal in Jira's own words.
type APIError struct {
	// Method and Path (the template) say which request was refused; Target is the
	// path with its parameters filled in.
	Method, Path, Target string
	// Status is the HTTP status.
	Status int
	// Messages are Jira's own, cleaned and cut; never a web page.
	Messages []string
	// Code is the machine's word for it where there is one: AUTHENTICATED_FAILED,
	// CAPTCHA_CHALLENGE, an oauth_problem.
	Code string
	// RequestID names the request in the site's logs.
	RequestID string
	// Wait is how long Jira asked to wait.
	Wait time.Duration
}

// Error says what was refused and why.
func (e *APIError) Error() string { return e.Method + " " + e.Path }

// PoisonError names issues that Jira could not serve although it served others
// asked for at the same time.
type PoisonError struct {
	// IDs are the issues' ids, ascending.
	IDs []uint64
	// Err is what Jira answered for the first of them.
	Err error
}

// Error names the issues.
func (e *PoisonError) Error() string { return e.Err.Error() }

// Unwrap is what Jira answered for the first issue.
func (e *PoisonError) Unwrap() error { return e.Err }
