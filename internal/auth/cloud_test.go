package auth_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/auth"
	"tap-jira/internal/jirasim"
)

// answering is a server that says the same to everybody, as JSON.
func answering(status int, body string) http.RoundTripper {
	return transportFunc(func(r *http.Request) (*http.Response, error) {
		header := http.Header{"Content-Type": {"application/json"}}
		return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	})
}

// TestCloudIDIsOne: it becomes a part of the address that the credentials go to, and whoever answers for the site wrote it.
func TestCloudIDIsOne(t *testing.T) {
	t.Parallel()
	site := &url.URL{Scheme: "https", Host: "acme.atlassian.net"}
	for body, want := range map[string]string{
		`{"cloudId":"11223344-a1b2-3b33-c444-def123456789"}`: "11223344-a1b2-3b33-c444-def123456789",
		`{"cloudId":"` + strings.Repeat("a", 64) + `"}`:      strings.Repeat("a", 64),
		`{"cloudId":"` + strings.Repeat("a", 65) + `"}`:      "",
		`{"cloudId":"../../another"}`:                        "",
		`{"cloudId":"1/rest"}`:                               "",
		`{"cloudId":"1%2frest"}`:                             "",
		`{"cloudId":"1?x=2"}`:                                "",
		`{"cloudId":""}`:                                     "",
		`{"cloudId":7}`:                                      "",
		`<html>login</html>`:                                 "",
	} {
		id, err := auth.CloudID(t.Context(), answering(http.StatusOK, body), site)
		require.NoError(t, err, body)
		require.Equal(t, want, id, body)
	}
	id, err := auth.CloudID(t.Context(), answering(http.StatusNotFound, `{"cloudId":"1-2"}`), site)
	require.NoError(t, err)
	require.Empty(t, id, "an error page tells nothing")
}

// TestSitesAreListedOnce with the scopes of all their products, and those whose id is none are left out.
func TestSitesAreListedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, jirasim.Cloud, nil)
	a := w.open(func(o *auth.OAuth2Options) {
		o.Send = answering(http.StatusOK, `[
			{"id":"1-a","url":"https://one.atlassian.net","scopes":["read:jira-work"]},
			{"id":"../x","url":"https://two.atlassian.net","scopes":["read:jira-work"]},
			{"id":"1-a","url":"https://one.atlassian.net","scopes":["read:jira-user"]}]`)
	})
	sites, err := a.Sites(t.Context(), auth.Grant{Access: "x"})
	require.NoError(t, err)
	require.Equal(t, []auth.Resource{{ID: "1-a", URL: "https://one.atlassian.net", Scopes: []string{"read:jira-work", "read:jira-user"}}}, sites)
}

// TestATokenWithoutALife is used as long as it is taken: none of these answers is a reason to ask for another at once.
func TestATokenWithoutALife(t *testing.T) {
	t.Parallel()
	for _, life := range []string{``, `,"expires_in":0`, `,"expires_in":-5`} {
		w := newWorld(t, jirasim.Cloud, nil)
		asked := 0
		token := answering(http.StatusOK, `{"access_token":"AT","token_type":"bearer"`+life+`}`)
		a, base := w.located(func(o *auth.OAuth2Options) {
			o.CloudID, o.Send = "1-2", transportFunc(func(r *http.Request) (*http.Response, error) {
				asked++
				return token.RoundTrip(r)
			})
		})
		for range 3 {
			status, err := ask(t.Context(), a, answering(http.StatusOK, "{}"), base)
			require.NoError(t, err)
			require.Equal(t, http.StatusOK, status)
		}
		require.Equal(t, 1, asked, life)
		require.Zero(t, a.Grant().Expires, life)
	}
}

// TestARenewalKeepsTheSite also where the tokens were saved before their site was known: the next process would have to
// find it out anew, and sites behind a proxy do not tell.
func TestARenewalKeepsTheSite(t *testing.T) {
	t.Parallel()
	w := newWorld(t, jirasim.Cloud, nil)
	refresh := w.front.Grant()
	saved := map[string]string{"access_token": "old", "refresh_token": refresh, "expires": w.clock().Add(-time.Hour).Format(time.RFC3339)}
	key := w.site.Scheme + "://" + w.site.Host
	require.NoError(t, auth.OpenStore(w.store).Save(t.Context(), auth.KindOAuth2, key, auth.SecretHash("id", refresh), saved))
	a, base := w.located(refreshToken(refresh))
	status, err := ask(t.Context(), a, w, base)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, w.front.CloudID(), a.Grant().CloudID)
	require.Equal(t, w.front.CloudID(), w.open(refreshToken(refresh)).Grant().CloudID, "for the next process")
}

// TestLoginAtACustomDomain goes by the configured id: the address is not the one that Atlassian lists, and tells nothing.
func TestLoginAtACustomDomain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, jirasim.Cloud, nil)
	a, consent := w.begun(jirasim.Cloud, func(o *auth.OAuth2Options) {
		o.CloudID, o.Site = w.front.CloudID(), &url.URL{Scheme: "https", Host: "jira.acme.example"}
	})
	grant, err := a.Finish(t.Context(), consent, w.allow(consent))
	require.NoError(t, err)
	require.Equal(t, w.front.CloudID(), grant.CloudID)
}

// TestAnAccessTokenOfUnknownAge is passed over where there is a refresh token to buy a new one with.
func TestAnAccessTokenOfUnknownAge(t *testing.T) {
	t.Parallel()
	w := newWorld(t, jirasim.Cloud, nil)
	given := func(refresh string) auth.Grant {
		return w.open(func(o *auth.OAuth2Options) { o.AccessToken, o.RefreshToken = "AT", refresh }).Grant()
	}
	require.Equal(t, auth.Grant{Access: "AT"}, given(""))
	require.Equal(t, auth.Grant{Refresh: "RT"}, given("RT"))
}
