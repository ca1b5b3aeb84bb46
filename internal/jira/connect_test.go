package jira

import (
	"errors"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
)

func TestConnectLearnsSiteAndAccount(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		deployment Deployment
		version    []int
		account    Account
	}{
		"cloud":       {Cloud, []int{1001, 0, 0}, Account{ID: "5b10", DisplayName: "Ada", TimeZone: "Europe/Berlin"}},
		"data center": {DataCenter, []int{9, 12, 12}, Account{ID: "JIRAUSER10100", Name: "ada", DisplayName: "Ada", TimeZone: "Europe/Berlin"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, tt.deployment)
			c := s.client(nil)
			require.Nil(t, c.Site())
			site, err := c.Connect(t.Context())
			require.NoError(t, err)
			require.Equal(t, tt.deployment, site.Deployment)
			require.Equal(t, tt.version, site.Version)
			require.Equal(t, tt.account, site.Account)
			require.True(t, site.ServerTime.Equal(epoch))
			require.Same(t, site, c.Site())
			require.Contains(t, string(site.Info), "deploymentType")

			require.Len(t, s.requests, 2)
			require.False(t, s.requests[0].Signed, "serverInfo must not carry credentials")
			require.True(t, s.requests[1].Signed)
		})
	}
}

func TestHeadersOfTheDialects(t *testing.T) {
	t.Parallel()
	for _, d := range []Deployment{Cloud, DataCenter} {
		t.Run(d.String(), func(t *testing.T) {
			t.Parallel()
			s := newSite(t, d)
			s.answer("GET /rest/servicedeskapi/organization", `{}`)
			c := s.connected(nil)
			var v any
			require.NoError(t, c.ask(t.Context(), Request{Path: "/rest/servicedeskapi/organization"}, &v))
			me, desk := s.asked("/rest/api/2/myself")[0], s.asked("/rest/servicedeskapi/organization")[0]
			require.Equal(t, "application/json", me.Header.Get("Accept"))
			require.Empty(t, me.Header.Get("X-ExperimentalApi"))
			require.Equal(t, "opt-in", desk.Header.Get("X-ExperimentalApi"))
			require.Equal(t, d == Cloud, me.Header.Get("X-Force-Accept-Language") == "true")
			require.Equal(t, d == Cloud, me.Header.Get("Accept-Language") == "en")
		})
	}
}

func TestVersionThreeIsCloudOnly(t *testing.T) {
	t.Parallel()
	three := func(o *Options) { o.APIVersion = "3" }
	cloud := newSite(t, Cloud)
	cloud.answer("GET /rest/api/3/myself", cloudMe)
	_, err := cloud.client(three).Connect(t.Context())
	require.NoError(t, err)

	data := newSite(t, DataCenter)
	_, err = data.client(three).Connect(t.Context())
	require.NoError(t, err)
	require.Len(t, data.asked("/rest/api/2/myself"), 1)
}

func TestLockedDownDataCenterIsAskedAgainAfterLogin(t *testing.T) {
	t.Parallel()
	s := newSite(t, DataCenter)
	s.handle("GET /rest/api/2/serverInfo", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "" {
			status(401, `{"errorMessages":["You are not authenticated."]}`, "X-AUSERNAME", "anonymous")(w, r)
			return
		}
		status(200, dataInfo)(w, r)
	})
	site, err := s.client(nil).Connect(t.Context())
	require.NoError(t, err)
	require.Equal(t, []int{9, 12, 12}, site.Version)
	require.Equal(t, "JIRAUSER10100", site.Account.ID)
	require.Equal(t, "/rest/api/2/myself", s.requests[1].Path, "the login comes before anything else that is signed")
}

func TestConnectRefused(t *testing.T) {
	t.Parallel()
	const page = `<!doctype html><title>Log in -
		Acme SSO</title><body>secret form</body>`
	for name, tt := range map[string]struct {
		deployment Deployment
		route      string
		answer     http.HandlerFunc
		kind       fault.Kind
		is         error
		text, hint string
	}{
		"cloud, wrong token": {
			Cloud, "GET /rest/api/2/myself", status(401, `{"errorMessages":["Client must be authenticated to access this resource."]}`, "X-Seraph-LoginReason", "AUTHENTICATED_FAILED"),
			fault.Credentials, ErrUnauthorized, "Jira refused the credentials (GET /rest/api/2/myself: 401 AUTHENTICATED_FAILED)", "API token",
		},
		"data center, wrong password": {
			DataCenter, "GET /rest/api/2/myself", status(401, `<html><title>Unauthorized (401)</title></html>`, "X-Seraph-LoginReason", "AUTHENTICATED_FAILED", "Content-Type", "text/html"),
			fault.Credentials, ErrLoginLost, "refused the credentials", "lock the account",
		},
		"captcha": {
			DataCenter, "GET /rest/api/2/myself", status(403, ``, "X-Seraph-LoginReason", "AUTHENTICATION_DENIED", "X-Authentication-Denied-Reason", "CAPTCHA_CHALLENGE; login-url=https://h/login.jsp"),
			fault.Credentials, ErrLoginLost, "CAPTCHA_CHALLENGE", "log in once in the browser",
		},
		"basic disabled": {
			DataCenter, "GET /rest/api/2/myself", status(403, `{"message":"Basic Authentication has been disabled on this instance."}`),
			fault.Credentials, ErrForbidden, "Basic Authentication has been disabled", "Authentication methods",
		},
		"passwords on cloud": {
			Cloud, "GET /rest/api/2/myself", status(401, `Basic authentication with passwords is deprecated.  For more information, see: https://…`, "Content-Type", "text/plain"),
			fault.Credentials, ErrUnauthorized, "passwords is deprecated", "API token",
		},
		"oauth problem in the header": {
			DataCenter, "GET /rest/api/2/myself", status(401, ``, "WWW-Authenticate", `OAuth realm="https%3A%2F%2Fh", oauth_problem="token_rejected"`),
			fault.Credentials, ErrLoginLost, "token_rejected", "auth login oauth1",
		},
		"anonymous 200 by header": {
			DataCenter, "GET /rest/api/2/myself", status(200, dataMe, "X-AUSERNAME", "anonymous"),
			fault.Credentials, ErrAnonymous, "anonymous visitor", "Authorization header",
		},
		"anonymous 200 by body": {
			Cloud, "GET /rest/api/2/myself", status(200, `{"displayName":"Anonymous"}`),
			fault.Credentials, ErrAnonymous, "anonymous visitor", "Authorization header",
		},
		"refused behind a 200": {
			Cloud, "GET /rest/api/2/myself", status(200, cloudMe, "X-Seraph-LoginReason", "AUTHENTICATED_FAILED"),
			fault.Credentials, ErrAnonymous, "AUTHENTICATED_FAILED", "API token",
		},
		"login page for the account": {
			DataCenter, "GET /rest/api/2/myself", status(200, page, "Content-Type", "text/html"),
			fault.Credentials, ErrNotJira, `titled "Log in - Acme SSO"`, "single sign-on",
		},
		"web page at the address": {
			DataCenter, "GET /rest/api/2/serverInfo", status(200, page, "Content-Type", "text/html"),
			fault.Network, ErrNotJira, "not Jira's", "base_url",
		},
		"web page called JSON": {
			DataCenter, "GET /rest/api/2/serverInfo", status(200, "  "+page),
			fault.Network, ErrNotJira, "Log in", "base_url",
		},
		"nothing at the address": {
			DataCenter, "GET /rest/api/2/serverInfo", status(404, `nothing here`, "Content-Type", "text/plain"),
			fault.Network, ErrNotFound, "404 Not Found", "context path",
		},
		"something that wants a login and is no Jira": {
			DataCenter, "GET /rest/api/2/serverInfo", status(401, ``, "WWW-Authenticate", `Basic realm="proxy"`),
			fault.Network, ErrUnauthorized, "401 Unauthorized", "base_url",
		},
		"JSON of something else": {
			DataCenter, "GET /rest/api/2/serverInfo", status(200, `{"name":"confluence"}`),
			fault.Network, ErrNotJira, "not Jira's", "base_url",
		},
		"a licence is missing": {
			Cloud, "GET /rest/api/2/myself", status(403, `{"message":"no"}`),
			fault.Credentials, ErrForbidden, "403 Forbidden: no", "licence",
		},
		"moved to another host": {
			DataCenter, "GET /rest/api/2/serverInfo", status(302, ``, "Location", "https://elsewhere.invalid/jira/rest/api/2/serverInfo?os_token=secret"),
			fault.Network, ErrNotJira, "it is another host", "base_url",
		},
		"moved to http": {
			DataCenter, "GET /rest/api/2/serverInfo", status(301, ``, "Location", "http://elsewhere.invalid/"),
			fault.Network, ErrNotJira, "it is not https", "base_url",
		},
		"sent to a login page": {
			DataCenter, "GET /rest/api/2/myself", status(302, ``, "Location", "/jira/login.jsp?os_destination=secret"),
			fault.Credentials, ErrNotJira, "login page", "single sign-on",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, tt.deployment)
			s.handle(tt.route, tt.answer)
			c := s.client(nil)
			_, err := c.Connect(t.Context())
			require.ErrorIs(t, err, tt.is)
			require.Equal(t, tt.kind, fault.KindOf(err), "%v", err)
			require.ErrorContains(t, err, tt.text)
			require.Contains(t, fault.HintOf(err), tt.hint)
			require.NotContains(t, fault.Line(err), "secret")
			require.Nil(t, c.Site())
			signed := 0
			for _, r := range s.requests {
				if r.Signed {
					signed++
				}
			}
			require.LessOrEqual(t, signed, 1, "one request carries credentials that are refused")
			require.Empty(t, s.clock.waits, "a refusal is not tried again")
		})
	}
}

func TestConnectUnreachable(t *testing.T) {
	t.Parallel()
	for name, address := range map[string]string{
		"nobody listens": "https://127.0.0.1:1",
		"unknown name":   "https://no-such-host.invalid",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base, err := url.Parse(address)
			require.NoError(t, err)
			tr := &http.Transport{}
			t.Cleanup(tr.CloseIdleConnections)
			k := &clock{now: epoch}
			_, err = New(Options{BaseURL: base, Transport: tr, Now: k.Now, Wait: k.Wait}).Connect(t.Context())
			require.ErrorIs(t, err, ErrNetwork)
			require.Equal(t, fault.Network, fault.KindOf(err))
			require.LessOrEqual(t, len(k.waits), 7)
		})
	}
}

func TestCertificateNotTrustedIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	s := newSite(t, Cloud)
	tr := &http.Transport{}
	t.Cleanup(tr.CloseIdleConnections)
	_, err := s.client(func(o *Options) { o.Unsigned = tr }).Connect(t.Context())
	require.ErrorIs(t, err, ErrNetwork)
	require.Empty(t, s.clock.waits)
	require.Empty(t, s.requests)
}

func TestAddressMustBeHTTPS(t *testing.T) {
	t.Parallel()
	base, err := url.Parse("http://jira.acme.com")
	require.NoError(t, err)
	_, err = New(Options{BaseURL: base, Transport: http.DefaultTransport}).Connect(t.Context())
	require.Equal(t, fault.Usage, fault.KindOf(err))
}

func TestNothingIsAskedBeforeConnect(t *testing.T) {
	t.Parallel()
	s := newSite(t, Cloud)
	_, err := s.client(nil).Fields(t.Context())
	require.ErrorContains(t, err, "not connected")
	require.Empty(t, s.requests)
}

func TestRedirectOnTheSameHostIsFollowed(t *testing.T) {
	t.Parallel()
	s := newSite(t, DataCenter)
	s.handle("GET /rest/api/2/serverInfo", status(302, ``, "Location", "/jira/rest/api/latest/serverInfo"))
	s.answer("GET /rest/api/latest/serverInfo", dataInfo)
	_, err := s.client(nil).Connect(t.Context())
	require.NoError(t, err)
}

func TestRedirectThatTurnsAPostIntoAGet(t *testing.T) {
	t.Parallel()
	s := newSite(t, DataCenter)
	s.handle("POST /rest/api/2/search", status(302, ``, "Location", "/jira/rest/api/2/other"))
	_, err := s.connected(nil).Count(t.Context(), "")
	_, ok := errors.AsType[*RedirectError](err)
	require.True(t, ok)
	require.ErrorContains(t, err, "a POST would become a GET")
}
