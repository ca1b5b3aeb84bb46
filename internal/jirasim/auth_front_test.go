package jirasim

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// frontClient calls a Front's handlers without a network.
type frontClient struct {
	t     *testing.T
	front *Front
	now   time.Time
}

func newFrontClient(t *testing.T, d Deployment, o FrontOptions) *frontClient {
	t.Helper()
	c := &frontClient{t: t, now: testNow}
	j, err := New(Options{Deployment: d, BasePath: "/jira", Now: func() time.Time { return c.now }})
	require.NoError(t, err)
	o.ClientID, o.ClientSecret, o.RedirectURI = "id", "secret", "http://127.0.0.1:1/x"
	c.front = NewFront(j, o)
	return c
}

// call sends a request to one of the two handlers.
func (c *frontClient) call(handler http.Handler, method, path, authorization, body string) answer {
	c.t.Helper()
	r := httptest.NewRequest(method, "https://host.example.com"+path, strings.NewReader(body))
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if strings.HasPrefix(body, "{") {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return answer{t: c.t, code: w.Code, head: w.Header(), body: w.Body.String()}
}

type grantAnswer struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
	Error   string `json:"error"`
}

func (c *frontClient) grant(form url.Values, status int) (g grantAnswer) {
	c.t.Helper()
	handler, path := c.front.Atlassian(), "/oauth/token"
	if c.front.jira.opt.Deployment == DataCenter {
		handler, path = c.front.Site(), "/jira/rest/oauth2/latest/token"
	}
	form.Set("client_id", "id")
	if !form.Has("client_secret") {
		form.Set("client_secret", "secret")
	}
	require.NoError(c.t, json.Unmarshal([]byte(c.call(handler, http.MethodPost, path, "", form.Encode()).status(status).body), &g))
	return g
}

func refreshing(token string) url.Values {
	return url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}}
}

func TestRefreshTokensRotate(t *testing.T) {
	t.Parallel()
	c := newFrontClient(t, Cloud, FrontOptions{})
	first := c.front.Grant()
	second := c.grant(refreshing(first), 200).Refresh
	require.NotEqual(t, first, second)
	c.now = c.now.Add(9 * time.Minute)
	c.grant(refreshing(first), 200) // an answer that was lost may be asked for again
	c.now = c.now.Add(2 * time.Minute)
	require.Equal(t, "invalid_grant", c.grant(refreshing(first), 403).Error)
	c.grant(refreshing(second), 200)
	require.Equal(t, "access_denied", c.grant(url.Values{"client_secret": {"no"}}, 401).Error)
	require.Equal(t, "unauthorized_client", c.grant(url.Values{"grant_type": {"client_credentials"}}, 403).Error)
	require.Equal(t, "unsupported_grant_type", c.grant(url.Values{"grant_type": {"password"}}, 400).Error)
	c.front.Revoke()
	c.grant(refreshing(second), 403)
	json := c.call(c.front.Atlassian(), http.MethodPost, "/oauth/token", "", `{"grant_type":"refresh_token","client_id":"id","client_secret":"secret","refresh_token":"`+c.front.Grant()+`"}`)
	json.status(200)
}

func TestGatewayChecksTokenAndScope(t *testing.T) {
	t.Parallel()
	c := newFrontClient(t, Cloud, FrontOptions{ScopedTokens: map[string]string{"bot@example.com": "scoped"}})
	base := "/ex/jira/" + c.front.CloudID()
	bearer := "Bearer " + c.grant(refreshing(c.front.Grant()), 200).Access
	scoped := "Basic " + base64.StdEncoding.EncodeToString([]byte("bot@example.com:scoped"))
	site, gateway := c.front.Site(), c.front.Atlassian()
	for _, credentials := range []string{bearer, scoped} {
		c.call(gateway, http.MethodGet, base+"/rest/api/3/myself", credentials, "").status(200)
		c.call(gateway, http.MethodGet, base+"/rest/api/3/field", credentials, "").status(200)
		require.Contains(t, c.call(gateway, http.MethodGet, base+"/rest/agile/1.0/board", credentials, "").status(401).body, "scope does not match")
		c.call(gateway, http.MethodGet, "/ex/jira/1-2/rest/api/3/myself", credentials, "").status(404)
	}
	require.Equal(t, "AUTHENTICATED_FAILED", c.call(site, http.MethodGet, "/jira/rest/api/3/myself", scoped, "").status(401).head.Get("X-Seraph-LoginReason"))
	c.call(site, http.MethodGet, "/jira/rest/api/3/myself", bearer, "").status(403)
	c.call(gateway, http.MethodGet, base+"/rest/api/3/myself", "", "").status(401)
	require.Contains(t, c.call(gateway, http.MethodGet, "/oauth/token/accessible-resources", bearer, "").status(200).body, c.front.CloudID())
	c.now = c.now.Add(time.Hour)
	require.Contains(t, c.call(gateway, http.MethodGet, base+"/rest/api/3/myself", bearer, "").status(401).body, `"Unauthorized"`)
	require.NotEmpty(t, c.front.Requests())
	c.front.ForgetRequests()
	require.Empty(t, c.front.Requests())
}

func TestCodesAreSpentOnce(t *testing.T) {
	t.Parallel()
	for name, d := range map[string]Deployment{"cloud": Cloud, "datacenter": DataCenter} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newFrontClient(t, d, FrontOptions{})
			handler, path := c.front.Atlassian(), "/authorize"
			if d == DataCenter {
				handler, path = c.front.Site(), "/jira/rest/oauth2/latest/authorize"
			}
			sum := sha256.Sum256([]byte("verifier"))
			query := url.Values{
				"client_id": {"id"}, "redirect_uri": {"http://127.0.0.1:1/x"}, "response_type": {"code"}, "state": {"s"},
				"audience": {"api.atlassian.com"}, "code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])},
			}
			consent := func() url.Values {
				back, err := url.Parse(c.call(handler, http.MethodGet, path+"?"+query.Encode(), "", "").status(302).head.Get("Location"))
				require.NoError(t, err)
				require.Equal(t, "s", back.Query().Get("state"))
				return url.Values{
					"grant_type": {"authorization_code"}, "code": {back.Query().Get("code")}, "redirect_uri": {"http://127.0.0.1:1/x"},
				}
			}
			form := consent()
			form.Set("code_verifier", "another")
			c.grant(form, c.front.refusedStatus())
			form = consent()
			form.Set("code_verifier", "verifier")
			require.NotEmpty(t, c.grant(form, 200).Refresh)
			c.grant(form, c.front.refusedStatus())
			query.Set("redirect_uri", "https://evil.example/")
			c.call(handler, http.MethodGet, path+"?"+query.Encode(), "", "").status(400)
		})
	}
}

func TestDataCenterTokens(t *testing.T) {
	t.Parallel()
	end := testNow.Add(time.Hour)
	c := newFrontClient(t, DataCenter, FrontOptions{AccessTokens: map[string]time.Time{"pat": end}, ServiceAccount: true})
	site := c.front.Site()
	c.call(site, http.MethodGet, "/jira/rest/api/2/myself", "Bearer pat", "").status(200)
	require.Contains(t, c.call(site, http.MethodGet, "/jira/rest/pat/latest/tokens", "Bearer pat", "").status(200).body, "expiringAt")
	c.call(site, http.MethodGet, "/jira/rest/api/2/myself", "Bearer no", "").status(401)
	require.Equal(t, "invalid_grant", c.grant(refreshing(c.front.Grant()), 400).Error, "without redirect_uri")
	require.Equal(t, "invalid_scope", c.grant(url.Values{"grant_type": {"client_credentials"}}, 400).Error)
	own := c.grant(url.Values{"grant_type": {"client_credentials"}, "scope": {"READ"}}, 200)
	require.Empty(t, own.Refresh)
	c.call(site, http.MethodGet, "/jira/rest/api/2/myself", "Bearer "+own.Access, "").status(200)
	c.now = end
	c.call(site, http.MethodGet, "/jira/rest/api/2/myself", "Bearer pat", "").status(401)
}
