package auth

import (
	"errors"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"tap-jira/internal/fault"
)

// TestHintsOfTokenServers: the same answer means something else when a code is spent than when a token is renewed.
func TestHintsOfTokenServers(t *testing.T) {
	t.Parallel()
	const renewing, spending = true, false
	const (
		used      = "the refresh token is used up"
		compare   = "compare oauth_client_id and oauth_client_secret"
		none      = "this app has no client credentials"
		tooOld    = "the code was used or is too old"
		beforeIt  = "single sign-on or a proxy stands before"
		noServer  = "this Jira has no OAuth 2.0 server"
		scopes    = "let the app have the scopes"
		otherwise = "check the app's id, secret and redirect address"
	)
	for name, c := range map[string]struct {
		refusal    GrantError
		refreshing bool
		hint       string
	}{
		"spent refresh token":          {GrantError{Status: 400, Code: "invalid_grant"}, renewing, used},
		"spent code":                   {GrantError{Status: 400, Code: "invalid_grant"}, spending, tooOld},
		"Atlassian's spent token":      {GrantError{Status: 403, Code: "unauthorized_client", Description: "Refresh_token is invalid"}, renewing, used},
		"the same words for a code":    {GrantError{Status: 403, Code: "unauthorized_client", Description: "refresh_token is invalid"}, spending, none},
		"an app without its own login": {GrantError{Status: 403, Code: "unauthorized_client", Description: "no"}, renewing, none},
		"a kind that is not had":       {GrantError{Status: 400, Code: "unsupported_grant_type"}, spending, none},
		"a wrong secret":               {GrantError{Status: 400, Code: "invalid_client"}, spending, compare},
		"a wrong secret at Atlassian":  {GrantError{Status: 401, Code: "access_denied"}, renewing, compare},
		"a bare 401":                   {GrantError{Status: 401}, renewing, compare},
		"a scope":                      {GrantError{Status: 400, Code: "invalid_scope"}, renewing, scopes},
		"old Data Center":              {GrantError{Status: 404}, renewing, noServer},
		"the least redirect":           {GrantError{Status: 300}, renewing, beforeIt},
		"the last redirect":            {GrantError{Status: 399}, spending, beforeIt},
		"before redirects":             {GrantError{Status: 299}, spending, otherwise},
		"behind redirects":             {GrantError{Status: 400}, spending, otherwise},
	} {
		require.Contains(t, new(OAuth2).grantHint(&c.refusal, c.refreshing), c.hint, name)
	}
}

// TestWhatTheTokenLibraryReturns becomes a fault whose kind is the exit code.
func TestWhatTheTokenLibraryReturns(t *testing.T) {
	t.Parallel()
	refused := func(status int, code, description string) error {
		return &oauth2.RetrieveError{Response: &http.Response{StatusCode: status}, Body: []byte("c4nary"), ErrorCode: code, ErrorDescription: description}
	}
	for name, c := range map[string]struct {
		err  error
		kind fault.Kind
		text string
	}{
		"a refusal":        {refused(400, "invalid_grant", "used up"), fault.Credentials, "the OAuth 2.0 server gave no token: 400 invalid_grant: used up"},
		"without words":    {refused(401, "", ""), fault.Credentials, "the OAuth 2.0 server gave no token: 401"},
		"too many":         {refused(429, "", ""), fault.Network, "the OAuth 2.0 server cannot answer now: 429"},
		"a broken server":  {refused(500, "", ""), fault.Network, "the OAuth 2.0 server cannot answer now: 500"},
		"no answer at all": {&oauth2.RetrieveError{}, fault.Credentials, "the OAuth 2.0 server gave no token: 0"},
		"another's answer": {errors.New("server response missing access_token c4nary"), fault.Network, "obtain an OAuth 2.0 token: the answer is not a token server's"},
	} {
		got := new(OAuth2).explain(c.err, true)
		require.Equal(t, c.kind, fault.KindOf(got), name)
		require.EqualError(t, got, c.text, name)
		require.NotEmpty(t, fault.HintOf(got), name)
		require.NotContains(t, fault.Line(got), "c4nary", name)
	}
	lost := fault.New(fault.Network, "look at the cable", "cannot reach it")
	sent := new(OAuth2).explain(&url.Error{Op: "Post", URL: "https://host/?code=c4nary", Err: lost}, true)
	require.ErrorIs(t, sent, lost)
	require.EqualError(t, sent, "obtain an OAuth 2.0 token: cannot reach it", "the address may hold a code")
	require.Equal(t, "look at the cable", fault.HintOf(sent))
}
