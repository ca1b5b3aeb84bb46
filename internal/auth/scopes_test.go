package auth_test

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/auth"
	"tap-jira/internal/fault"
	"tap-jira/internal/jirasim"
)

// TestScopesOfTheTokenInUse are those that Atlassian lists for the site, and not known where it lists none.
func TestScopesOfTheTokenInUse(t *testing.T) {
	t.Parallel()
	w := newWorld(t, jirasim.Cloud, func(o *jirasim.FrontOptions) { o.Scopes = []string{"read:jira-work", "read:board-scope:jira-software"} })
	a, _ := w.located(refreshToken(w.front.Grant()))
	scopes, err := a.Scopes(t.Context())
	require.NoError(t, err)
	slices.Sort(scopes) // the site is listed once for each of its products
	require.Equal(t, []string{"read:board-scope:jira-software", "read:jira-work"}, slices.Compact(scopes))

	none := newWorld(t, jirasim.Cloud, func(o *jirasim.FrontOptions) { o.Scopes = []string{} })
	a, _ = none.located(refreshToken(none.front.Grant()))
	scopes, err = a.Scopes(t.Context())
	require.NoError(t, err)
	require.NotNil(t, scopes, "to have none is something else than not to know")
	require.Empty(t, scopes)

	center := newWorld(t, jirasim.DataCenter, nil)
	a, _ = center.located(refreshToken(center.front.Grant()))
	scopes, err = a.Scopes(t.Context())
	require.NoError(t, err)
	require.Nil(t, scopes)
}

// TestSitesThatCannotBeListed is what Atlassian answers in place of a list.
func TestSitesThatCannotBeListed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		body   string
		kind   fault.Kind
		hint   string
	}{
		"refused": {status: http.StatusUnauthorized, body: "{}", kind: fault.Credentials, hint: "auth login oauth2"},
		"a page":  {status: http.StatusOK, body: "<html>c4nary</html>", kind: fault.Network, hint: "try again"},
	} {
		w := newWorld(t, jirasim.Cloud, nil)
		send := transportFunc(func(r *http.Request) (*http.Response, error) {
			if r.URL.Path != "/oauth/token/accessible-resources" {
				return w.RoundTrip(r)
			}
			return &http.Response{StatusCode: c.status, Body: io.NopCloser(strings.NewReader(c.body)), Request: r}, nil
		})
		a := w.open(func(o *auth.OAuth2Options) { o.Send = send })
		_, err := a.Sites(t.Context(), auth.Grant{Access: "c4nary"})
		require.Equal(t, c.kind, fault.KindOf(err), name)
		require.Contains(t, fault.HintOf(err), c.hint, name)
		require.NotContains(t, fault.Line(err), "c4nary", name)
	}
}
