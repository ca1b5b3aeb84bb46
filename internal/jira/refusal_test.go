package jira

import (
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
)

// TestRefusalsOnAnyAnswer holds each refusal to its own name and advice in the middle of a run, not only at the login.
func TestRefusalsOnAnyAnswer(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		deployment Deployment
		answer     http.HandlerFunc
		code       string
		lost       bool
		kind       fault.Kind
		hint       string
	}{
		"captcha":                {DataCenter, status(403, ``, "X-Authentication-Denied-Reason", "CAPTCHA_CHALLENGE; login-url=x"), codeCaptcha, true, fault.Credentials, "browser"},
		"wrong password, 200":    {Cloud, status(200, `[]`, "X-Seraph-LoginReason", "AUTHENTICATED_FAILED"), codeFailed, true, fault.Credentials, "API token"},
		"anonymous 200":          {DataCenter, status(200, `[]`, "X-AUSERNAME", "anonymous"), codeAnonymous, true, fault.Credentials, "Authorization header"},
		"basic switched off":     {DataCenter, status(403, `{"message":"Basic Authentication has been disabled on this instance."}`), codeBasicOff, true, fault.Credentials, "Authentication methods"},
		"scope at the gateway":   {Cloud, status(401, `{"code":401,"message":"Unauthorized; scope does not match"}`), codeScope, false, fault.Incomplete, "read:jira-work"},
		"scope, 403":             {Cloud, status(403, `{"errorMessages":["The token lacks the scopes needed."]}`), codeScope, false, fault.Incomplete, "scope"},
		"permission":             {Cloud, status(403, `{"errorMessages":["Only Jira administrators may see this."]}`), "", false, fault.Incomplete, "permission"},
		"address not on a list":  {Cloud, status(403, `{"message":"Your IP address is not allowed to access this site."}`), codeAddress, true, fault.Credentials, "outgoing address"},
		"address, as a page":     {Cloud, status(403, `<html><title>IP allowlist</title></html>`, "Content-Type", "text/html"), codeAddress, true, fault.Credentials, "outgoing address"},
		"deleted user":           {DataCenter, status(401, `{"message":"The user jo has been deleted"}`), codeInactive, true, fault.Credentials, "activate"},
		"inactive account":       {Cloud, status(403, `{"errorMessages":["This account is deactivated."]}`), codeInactive, true, fault.Credentials, "activate"},
		"expired token":          {DataCenter, status(401, `{"message":"The token has expired"}`), codeExpired, true, fault.Credentials, ""},
		"revoked token":          {Cloud, status(401, `{"message":"token was revoked"}`), codeExpired, true, fault.Credentials, ""},
		"bearer on Cloud":        {Cloud, status(403, `{"error":"Failed to parse Connect Session Auth Token"}`), codeSort, true, fault.Credentials, "e-mail"},
		"clocks apart":           {DataCenter, status(401, ``, "WWW-Authenticate", `OAuth realm="x", oauth_problem="timestamp_refused"`), codeTimestamp, true, fault.Credentials, ""},
		"login page of an SSO":   {DataCenter, status(200, `<html><title>Sign in</title></html>`, "Content-Type", "text/html"), codeNotJira, false, fault.Credentials, "single sign-on"},
		"not ours: 404 with a w": {Cloud, status(404, `{"errorMessages":["The user jo has been deleted"]}`), "", false, fault.Incomplete, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, tt.deployment)
			s.handle("GET "+fieldPath, tt.answer)
			c := s.connected(nil)
			_, err := c.Fields(t.Context())
			var refused *APIError
			require.ErrorAs(t, err, &refused)
			require.Equal(t, tt.code, refused.Code)
			require.Equal(t, tt.lost, refused.LoginLost)
			require.Equal(t, tt.kind, fault.KindOf(err))
			require.Contains(t, fault.HintOf(err), tt.hint)
			_, err = c.Fields(t.Context())
			require.Error(t, err)
			want := 2
			if tt.lost {
				want = 1
			}
			require.Len(t, s.asked(fieldPath), want, "nothing is sent any more after the login is lost")
		})
	}
}

func TestAdviceDependsOnTheLogin(t *testing.T) {
	t.Parallel()
	s := newSite(t, DataCenter)
	s.handle("GET /rest/api/2/myself", status(401, `{"message":"The token has expired"}`, "Date", "Sun, 22 Nov 2026 11:50:00 GMT"))
	_, err := s.client(func(o *Options) {
		o.Advice = func(e *APIError, d Deployment) string { return e.Code + " " + d.String() + " " + e.Skew.String() }
	}).Connect(t.Context())
	require.Equal(t, "TOKEN_EXPIRED datacenter 10m0s", fault.HintOf(err))
}

func TestUnrouted(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]bool{
		`{"errorMessages":["No project could be found with id '10000'."],"errors":{}}`:                                 false,
		`{"errorMessages":["Issue does not exist or you do not have permission to see it."]}`:                          false,
		`{"errorMessage":"Service Desk not found","i18nErrorMessage":{}}`:                                              false,
		`{"errors":{"key":"The property was not found."}}`:                                                             false,
		`{"errorMessages":["null for uri: https://h/rest/api/2/nope"]}`:                                                true,
		`{"message":"null for uri: https://h/rest/api/2/nope","status-code":404}`:                                      true,
		`<status><status-code>404</status-code><message>null for uri: https://h/x</message></status>`:                  true,
		`{"timestamp":"2026-11-22T12:00:00Z","status":404,"error":"Not Found","path":"/rest/api/3/project/1/version"}`: true,
		`{"message":"no Route matched with those values"}`:                                                             true,
		`404 page not found`: true,
		`<html><title>Oops, you've found a dead link. - Jira</title></html>`:          true,
		`<html><head><title>404 Not Found</title></head><body>nginx</body></html>`:    true,
		`<!doctype html><title>HTTP Status 404</title>The requested resource is gone`: true,
		`{"errorMessages":["The requested resource was not found."]}`:                 false,
		``:   true,
		`{}`: true,
	} {
		p := readProblem(nil, []byte(said))
		e := &APIError{Status: 404, Messages: p.messages, page: p.page, title: p.title}
		require.Equal(t, want, errors.Is(e, ErrUnrouted), said)
		require.Equal(t, !want, Absent(e), said)
		require.ErrorIs(t, e, ErrNotFound)
		e.Status = 410
		require.NotErrorIs(t, e, ErrUnrouted, said)
	}
}

// TestForeign tells Jira's refusals, which bear its marks as all its answers do, from those of what stands before it.
func TestForeign(t *testing.T) {
	t.Parallel()
	mark := []string{"X-AREQUESTID", "721x1x1"}
	for name, tt := range map[string]struct {
		marked bool // what the site answers otherwise
		answer http.HandlerFunc
		want   bool
	}{
		"a proxy's 404":                {true, status(404, `<html>nginx`, "Content-Type", "text/html"), true},
		"a gateway's 404 in JSON":      {true, status(404, `{"message":"no Route matched with those values"}`), true},
		"a firewall's 403":             {true, status(403, `blocked`), true},
		"Jira's 404":                   {true, status(404, `{"errorMessages":["gone"]}`, mark...), false},
		"Jira's 403":                   {true, status(403, `{"errorMessages":["no"]}`, mark...), false},
		"a scope that is missing":      {true, status(401, `{"message":"Unauthorized; scope does not match"}`), false},
		"a proxy that takes marks off": {false, status(404, `{"errorMessages":["gone"]}`), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, DataCenter)
			var marks []string
			if tt.marked {
				marks = mark
			}
			s.handle("GET /rest/api/2/myself", status(200, dataMe, marks...))
			s.handle("GET "+fieldPath, tt.answer)
			_, err := s.connected(nil).Fields(t.Context())
			var refused *APIError
			require.ErrorAs(t, err, &refused)
			require.Equal(t, tt.want, refused.Foreign())
			require.False(t, tt.want && Unseeable(err))
		})
	}
}

// TestARefusalThatComesCutIsAskedForAgain is a 401 of one operation whose words get lost on the way: they may say that it
// is no failure, and the account has been asked about, so that asking again is no failed login.
func TestARefusalThatComesCutIsAskedForAgain(t *testing.T) {
	t.Parallel()
	cut := hijack("HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"errorMes")
	whole := status(401, `{"errorMessages":["The request is not made as an app."]}`)
	for name, tt := range map[string]struct {
		answers []http.HandlerFunc
		words   []string
		asked   int
	}{
		"once":     {[]http.HandlerFunc{cut, whole}, []string{"The request is not made as an app."}, 2},
		"never":    {[]http.HandlerFunc{whole}, []string{"The request is not made as an app."}, 1},
		"for ever": {[]http.HandlerFunc{cut}, nil, 1 + maxUnread},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, Cloud)
			s.sequence("GET "+fieldPath, tt.answers...)
			_, err := s.connected(nil).Fields(t.Context())
			var refused *APIError
			require.ErrorAs(t, err, &refused)
			require.ErrorIs(t, err, ErrForbidden)
			require.NotErrorIs(t, err, ErrLoginLost)
			require.Equal(t, tt.words, refused.Messages)
			require.Len(t, s.asked(fieldPath), tt.asked)
			require.Len(t, s.asked("/rest/api/2/myself"), 1+tt.asked, "at the login, and once before each further question")
		})
	}
	s := newSite(t, Cloud)
	c := s.connected(nil)
	s.handle("GET /rest/api/2/myself", status(401, ``))
	s.handle("GET "+fieldPath, cut)
	_, err := c.Fields(t.Context())
	require.ErrorIs(t, err, ErrLoginLost)
	require.Len(t, s.asked(fieldPath), 1, "a refused login is never tried again")
}
