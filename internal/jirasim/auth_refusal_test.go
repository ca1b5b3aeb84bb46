package jirasim

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestRefusals: what each scripted refusal looks like to the caller (jira-api.md B.1 to B.5, F.1, F.3, F.4).
func TestRefusals(t *testing.T) {
	t.Parallel()
	const jsonKind, pageKind = "application/json", "text/html"
	for refusal, want := range map[Refusal]struct {
		status             int
		kind, header, text string // the header's value or the body must hold text
	}{
		RefusalCaptcha:       {403, pageKind, "X-Authentication-Denied-Reason", "CAPTCHA_CHALLENGE; login-url="},
		RefusalBasicOff:      {403, jsonKind, "", "Basic Authentication has been disabled on this instance."},
		RefusalPasswordsGone: {401, "text/plain", "", "Basic authentication with passwords is deprecated."},
		RefusalExpiredToken:  {401, jsonKind, "X-Seraph-LoginReason", "AUTHENTICATED_FAILED"},
		RefusalScope:         {401, jsonKind, "", `{"code":401,"message":"Unauthorized; scope does not match"}`},
		RefusalPermission:    {403, jsonKind, "", "errorMessages"},
		RefusalAddress:       {403, jsonKind, "", "allowlist"},
		RefusalAnonymous:     {401, jsonKind, "X-Seraph-LoginReason", "AUTHENTICATED_FAILED"},
		RefusalLoginPage:     {200, pageKind, "", "<title>Log in"},
		RefusalDeletedUser:   {401, jsonKind, "", "deleted or deactivated"},
		RefusalClockSkew:     {401, jsonKind, "Www-Authenticate", `oauth_problem="timestamp_refused"`},
		RefusalMaintenance:   {503, pageKind, "", "being maintained"},
	} {
		t.Run(string(refusal), func(t *testing.T) {
			t.Parallel()
			c := newClient(t, Options{Deployment: DataCenter})
			c.jira.Script(Refuse(refusal, "/rest/api/2/myself", testNow))
			c.get("/rest/api/2/status").status(200) // other paths are open
			for range 2 {
				answer := c.get("/rest/api/2/myself").status(want.status)
				require.Contains(t, answer.head.Get("Content-Type"), want.kind)
				if want.header != "" {
					require.Contains(t, answer.head.Get(want.header), want.text)
				} else {
					require.Contains(t, answer.body, want.text)
				}
			}
			require.Equal(t, string(refusal), c.jira.Requests()[1].Fault)
		})
	}
	skewed := newClient(t, Options{})
	skewed.jira.Script(Refuse(RefusalClockSkew, "", testNow.AddDate(0, 0, 1)))
	require.Equal(t, testNow.AddDate(0, 0, 1).Format(http.TimeFormat), skewed.get("/rest/api/3/field").status(401).head.Get("Date"))
}
