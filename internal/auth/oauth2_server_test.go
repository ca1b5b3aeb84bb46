package auth_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/auth"
	"tap-jira/internal/fault"
	"tap-jira/internal/jirasim"
)

func TestClientCredentials(t *testing.T) {
	t.Parallel()
	for name, d := range deployments() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, d, func(o *jirasim.FrontOptions) { o.ServiceAccount = true })
			a, base := w.located(nil)
			for range 2 {
				status, err := ask(t.Context(), a, w, base)
				require.NoError(t, err)
				require.Equal(t, http.StatusOK, status)
			}
			require.Equal(t, 1, w.tokenRequests())
			require.Empty(t, a.Grant().Refresh)
		})
	}
}

func TestTokensGoNowhereElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t, jirasim.Cloud, func(o *jirasim.FrontOptions) { o.ServiceAccount = true })
	_, err := ask(t.Context(), w.open(nil), w, w.site)
	require.ErrorIs(t, err, auth.ErrForeign, "nothing is signed before it is known where")
	a, base := w.located(nil)
	for _, address := range []string{
		w.site.String(), "https://evil.example", atlassianHost, atlassianHost + "/ex/jira/another",
		base.String() + "/../another", base.String() + "/%2e%2e/another", base.String() + "x",
	} {
		u, err := url.Parse(address)
		require.NoError(t, err)
		req := &http.Request{Method: http.MethodGet, URL: u, Header: http.Header{}}
		u.Path, u.RawPath = u.Path+"/rest/api/2/myself", ""
		if strings.Contains(address, "%2e") {
			u.RawPath = strings.Replace(address, atlassianHost, "", 1) + "/rest/api/2/myself"
		}
		_, err = a.Middleware()(unreachable(t)).RoundTrip(req.WithContext(t.Context()))
		require.ErrorIs(t, err, auth.ErrForeign, address)
	}
	require.Zero(t, w.tokenRequests())
}

func TestTokenServersThatFail(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		status int
		header string
		body   string
		kind   fault.Kind
		hint   string
	}{
		"down":             {503, "text/html", "<html>c4nary</html>", fault.Network, "some minutes"},
		"too many":         {429, "application/json", `{}`, fault.Network, "some minutes"},
		"a page":           {200, "text/html", "<html>c4nary</html>", fault.Network, "proxy"},
		"no token":         {200, "application/json", `{}`, fault.Network, "proxy"},
		"a redirect":       {302, "text/html", "", fault.Credentials, "single sign-on"},
		"not there":        {404, "text/html", "", fault.Credentials, "8.22"},
		"unknown client":   {401, "application/json", `{"error":"invalid_client"}`, fault.Credentials, "oauth_client_secret"},
		"scope":            {400, "application/json", `{"error":"invalid_scope"}`, fault.Credentials, "read:jira-work"},
		"old words for it": {403, "application/json", `{"error":"unauthorized_client","error_description":"refresh_token is invalid"}`, fault.Credentials, "90 days"},
		"control chars":    {403, "application/json", `{"error":"x\u001b[31m","error_description":"` + strings.Repeat("long ", 200) + `"}`, fault.Credentials, "redirect"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, jirasim.Cloud, nil)
			send := transportFunc(func(r *http.Request) (*http.Response, error) {
				return &http.Response{
					StatusCode: tt.status, Header: http.Header{"Content-Type": {tt.header}, "Location": {"https://evil.example/"}},
					Body: io.NopCloser(strings.NewReader(tt.body)), Request: r,
				}, nil
			})
			a, base := w.located(func(o *auth.OAuth2Options) { o.RefreshToken, o.CloudID, o.Send = "c4nary-refresh", "1-2", send })
			_, err := ask(t.Context(), a, w, base)
			require.Equal(t, tt.kind, fault.KindOf(err), "%v", err)
			require.Contains(t, fault.HintOf(err), tt.hint)
			require.NotContains(t, err.Error(), "c4nary")
			require.NotContains(t, err.Error(), "\x1b")
			require.Less(t, len(err.Error()), 600)
		})
	}
}

func TestSiteThatTellsNoID(t *testing.T) {
	t.Parallel()
	for name, other := range map[string]bool{"of the token": false, "another than the token's": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, jirasim.Cloud, func(o *jirasim.FrontOptions) { o.OtherSite = other })
			a := w.open(func(o *auth.OAuth2Options) {
				o.RefreshToken = w.front.Grant()
				o.Send = transportFunc(func(r *http.Request) (*http.Response, error) {
					if r.URL.Path == "/_edge/tenant_info" {
						return refusing{}.RoundTrip(r)
					}
					return w.RoundTrip(r)
				})
			})
			address, err := a.Locate(t.Context(), true)
			if other {
				require.Equal(t, fault.Credentials, fault.KindOf(err))
				require.Contains(t, err.Error(), "only https://other.atlassian.net")
				return
			}
			require.NoError(t, err)
			require.Equal(t, atlassianHost+"/ex/jira/"+w.front.CloudID(), address.String())
		})
	}
}
