package jira

import (
	"context"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
)

// atGateway routes to a second site, which stands for the gateway, and counts how often it was asked.
func atGateway(t *testing.T, gateway *fakeSite, afterRefusal bool, asked *int) func(*Options) {
	t.Helper()
	address, err := url.Parse(gateway.server.URL + "/ex/jira/1-2")
	require.NoError(t, err)
	return func(o *Options) {
		transport := signer{gateway.server.Client().Transport}
		own := o.Transport
		o.Transport = roundTrip(func(req *http.Request) (*http.Response, error) {
			if req.URL.Host == address.Host {
				return transport.RoundTrip(req)
			}
			return own.RoundTrip(req)
		})
		o.Route = func(_ context.Context, site *Site, refusal error) (*url.URL, error) {
			*asked++
			if (refusal != nil) != afterRefusal {
				return nil, nil
			}
			return address, nil
		}
	}
}

func newGateway(t *testing.T) *fakeSite {
	t.Helper()
	g := newSite(t, Cloud)
	g.base = "/ex/jira/1-2"
	return g
}

func wrongToken() http.HandlerFunc {
	return status(401, `{"message":"Client must be authenticated."}`, "X-Seraph-LoginReason", "AUTHENTICATED_FAILED")
}

func TestLoginThatOnlyTheGatewayTakes(t *testing.T) {
	t.Parallel()
	s, g := newSite(t, Cloud), newGateway(t)
	s.handle("GET /rest/api/2/myself", wrongToken())
	g.answer("GET "+fieldPath, `[]`)
	asked := 0
	c := s.client(atGateway(t, g, true, &asked))
	site, err := c.Connect(t.Context())
	require.NoError(t, err)
	require.Equal(t, "https://acme.atlassian.net", site.BaseURL)
	_, err = c.Fields(t.Context())
	require.NoError(t, err)
	require.Len(t, s.requests, 2, "serverInfo and one refused login")
	require.Len(t, g.requests, 2)
	require.Equal(t, 2, asked)
}

func TestRefusalOfTheSiteIsTheVerdict(t *testing.T) {
	t.Parallel()
	s, g := newSite(t, Cloud), newGateway(t)
	s.handle("GET /rest/api/2/myself", wrongToken())
	g.handle("GET /rest/api/2/myself", status(401, `{"code":401,"message":"Unauthorized"}`))
	asked := 0
	c := s.client(atGateway(t, g, true, &asked))
	_, err := c.Connect(t.Context())
	require.Equal(t, fault.Credentials, fault.KindOf(err))
	require.Contains(t, err.Error(), "AUTHENTICATED_FAILED", "what the site said")
	require.Len(t, g.requests, 1)
	_, err = c.Connect(t.Context())
	require.Error(t, err)
	require.Len(t, s.asked("/rest/api/2/myself"), 1, "a wrong password is shown once")
	require.Len(t, g.requests, 1)
}

func TestNoSecondTry(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		deployment Deployment
		answer     http.HandlerFunc
	}{
		"data center":         {DataCenter, wrongToken()},
		"captcha":             {Cloud, status(403, ``, "X-Authentication-Denied-Reason", "CAPTCHA_CHALLENGE")},
		"address not allowed": {Cloud, status(403, `{"message":"Your IP address is not allowed."}`)},
		"site in trouble":     {Cloud, status(501, ``)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, g := newSite(t, tt.deployment), newGateway(t)
			s.handle("GET /rest/api/2/myself", tt.answer)
			asked := 0
			_, err := s.client(atGateway(t, g, true, &asked)).Connect(t.Context())
			require.Error(t, err)
			require.Empty(t, g.requests)
		})
	}
}

func TestLoginThatGoesToTheGatewayAtOnce(t *testing.T) {
	t.Parallel()
	s, g := newSite(t, Cloud), newGateway(t)
	asked := 0
	_, err := s.client(atGateway(t, g, false, &asked)).Connect(t.Context())
	require.NoError(t, err)
	require.Len(t, s.requests, 1)
	require.False(t, s.requests[0].Signed, "the site is asked for serverInfo, without credentials")
	require.Len(t, g.requests, 1)
}

func TestGatewayTellsNothingToStrangers(t *testing.T) {
	t.Parallel()
	g := newGateway(t)
	_, err := g.client(func(o *Options) { o.Gateway = true }).Connect(t.Context())
	require.NoError(t, err)
	require.Len(t, g.requests, 2)
	require.True(t, g.requests[0].Signed && g.requests[1].Signed)
	require.Equal(t, "/rest/api/2/myself", g.requests[0].Path)
}
