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
)

// closing tells whether the body was closed, as a RoundTripper has to do also when it refuses.
type closing struct {
	io.Reader
	closed bool
}

func (c *closing) Close() error { c.closed = true; return nil }

func methods(t *testing.T, site *url.URL) map[string]auth.Middleware {
	t.Helper()
	oauth, err := auth.NewOAuth1(auth.OAuth1Options{Site: site, ConsumerKey: "k", PrivateKey: key(), Tokens: auth.Tokens{Token: "AT"}})
	require.NoError(t, err)
	return map[string]auth.Middleware{"basic": auth.Basic(auth.NewReach(site), "user", "pass"), "pat": auth.Bearer(auth.NewReach(site), "token"), "oauth1": oauth.Middleware()}
}

func TestCredentialsGoToOneSiteOnly(t *testing.T) {
	t.Parallel()
	site, err := url.Parse("https://jira.acme.com/jira")
	require.NoError(t, err)
	for method, middleware := range methods(t, site) {
		for name, c := range map[string]struct{ address, host string }{
			"another host":    {address: "https://evil.example/jira/x"},
			"a subdomain":     {address: "https://x.jira.acme.com/"},
			"a longer name":   {address: "https://jira.acme.com.evil.example/"},
			"plain http":      {address: "http://jira.acme.com/jira/x"},
			"another port":    {address: "https://jira.acme.com:8443/"},
			"port of http":    {address: "https://jira.acme.com:80/"},
			"Host header":     {address: "https://jira.acme.com/jira/x", host: "evil.example"},
			"as a user name":  {address: "https://jira.acme.com@evil.example/"},
			"ftp, same host":  {address: "ftp://jira.acme.com/"},
			"dot at the end":  {address: "https://jira.acme.com./"},
			"IPv6 look-alike": {address: "https://[::1]/"},
		} {
			t.Run(method+"/"+name, func(t *testing.T) {
				t.Parallel()
				body := &closing{Reader: strings.NewReader("{}")}
				req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.address, body)
				require.NoError(t, err)
				req.Host = c.host
				_, err = middleware(unreachable(t)).RoundTrip(req)
				require.ErrorIs(t, err, auth.ErrForeign)
				require.Equal(t, fault.Network, fault.KindOf(err))
				require.NotEmpty(t, fault.HintOf(err))
				require.True(t, body.closed)
				require.Empty(t, req.Header.Get("Authorization"))
			})
		}
	}
}

func TestSameSiteInOtherWordsIsSigned(t *testing.T) {
	t.Parallel()
	site, err := url.Parse("https://Jira.ACME.com:443/jira")
	require.NoError(t, err)
	for method, middleware := range methods(t, site) {
		for _, address := range []string{"https://jira.acme.com/x", "https://JIRA.acme.com:443/jira/x", "HTTPS://jira.acme.com"} {
			var sent *http.Request
			rt := middleware(transportFunc(func(r *http.Request) (*http.Response, error) {
				sent = r
				return &http.Response{StatusCode: http.StatusNoContent, Body: http.NoBody}, nil
			}))
			resp, err := rt.RoundTrip(request(t, address))
			require.NoError(t, err, method)
			require.NoError(t, resp.Body.Close())
			require.NotEmpty(t, sent.Header.Get("Authorization"), "%s %s", method, address)
		}
	}
}

func TestBasicIsSentAsUTF8(t *testing.T) {
	t.Parallel()
	site, err := url.Parse("https://h")
	require.NoError(t, err)
	rt := auth.Basic(auth.NewReach(site), "jürgen@acme.com", "pä:ss")(transportFunc(func(r *http.Request) (*http.Response, error) {
		user, password, ok := r.BasicAuth()
		require.True(t, ok)
		require.Equal(t, "jürgen@acme.com", user)
		require.Equal(t, "pä:ss", password)
		return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil
	}))
	req := request(t, "https://h/x")
	req.Header.Set("Authorization", "Bearer left over")
	resp, err := rt.RoundTrip(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, "Bearer left over", req.Header.Get("Authorization"))
}

// A client that follows a redirect to another host must fail, not leak.
func TestRedirectToAnotherHostIsNotSigned(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	other := newProvider(t)
	o := p.options(t)
	o.Tokens = p.grant("AT", "")
	base := p.Client().Transport
	redirect := transportFunc(func(r *http.Request) (*http.Response, error) {
		if r.URL.Path == "/jira/away" {
			return &http.Response{StatusCode: http.StatusFound, Header: http.Header{"Location": {other.URL + "/jira/x"}}, Body: http.NoBody, Request: r}, nil
		}
		return base.RoundTrip(r)
	})
	client := &http.Client{Transport: p.oauth1(t, o).Middleware()(redirect)}
	_, err := client.Do(request(t, p.URL+"/jira/away"))
	require.ErrorIs(t, err, auth.ErrForeign)
	require.Empty(t, other.seen)
}
