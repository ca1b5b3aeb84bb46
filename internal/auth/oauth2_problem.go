package auth

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/oauth2"

	"tap-jira/internal/fault"
)

// GrantError is a token endpoint's refusal. The answer's body is not part of
// it: it may hold what must not be printed.
type GrantError struct {
	Status      int
	Code        string // RFC 6749's error, such as "invalid_grant"; "" when the answer was something else
	Description string // the server's own words, cleaned and cut
}

// Error names the refusal as the server does.
func (e *GrantError) Error() string {
	text := fmt.Sprint(e.Status)
	if e.Code != "" {
		text += " " + e.Code
	}
	if e.Description != "" {
		text += ": " + e.Description
	}
	return text
}

// explain makes a fault of what the library returns.
func (a *OAuth2) explain(err error, refreshing bool) error {
	refused, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok {
		if sent, isSent := errors.AsType[*url.Error](err); isSent {
			return fmt.Errorf("obtain an OAuth 2.0 token: %w", sent.Err)
		}
		return fault.New(fault.Network, "try again; if it goes on, is there a proxy that answers in the server's place?",
			"obtain an OAuth 2.0 token: the answer is not a token server's")
	}
	e := &GrantError{Code: clip(refused.ErrorCode), Description: clip(refused.ErrorDescription)}
	if refused.Response != nil {
		e.Status = refused.Response.StatusCode
	}
	if e.Status == http.StatusTooManyRequests || e.Status >= http.StatusInternalServerError {
		return fault.New(fault.Network, "try again in some minutes", "the OAuth 2.0 server cannot answer now: %w", e)
	}
	return fault.New(fault.Credentials, a.grantHint(e, refreshing), "the OAuth 2.0 server gave no token: %w", e)
}

// grantHint says what mends a refusal.
func (a *OAuth2) grantHint(e *GrantError, refreshing bool) string {
	const again = "authorise again: tap-jira auth login oauth2"
	description := strings.ToLower(e.Description)
	switch {
	case e.Status == http.StatusNotFound:
		return "this Jira has no OAuth 2.0 server: it came with Data Center 8.22; check base_url, or use a personal access token"
	case e.Status >= 300 && e.Status < 400:
		return "single sign-on or a proxy stands before the token server: have it let /rest/oauth2/ through"
	case e.Code == "invalid_scope":
		return "let the app have the scopes read:jira-work and read:jira-user (Cloud) or READ (Data Center), then " + again
	case refreshing && (e.Code == "invalid_grant" || e.Code == "unauthorized_client" && strings.Contains(description, "refresh")):
		return "the refresh token is used up, revoked, or was not used for 90 days; was it spent by another program that keeps its own copy? " + again
	case e.Code == "invalid_client", e.Code == "access_denied", e.Status == http.StatusUnauthorized:
		return "compare oauth_client_id and oauth_client_secret with the app's, letter by letter"
	case e.Code == "unauthorized_client" || e.Code == "unsupported_grant_type":
		return "this app has no client credentials (a service account's has): " + again
	case e.Code == "invalid_grant":
		return "the code was used or is too old, or oauth_redirect_uri is not the registered one: " + again
	}
	return "check the app's id, secret and redirect address, then " + again
}
