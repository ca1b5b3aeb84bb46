package tap_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jirasim"
	"tap-jira/internal/tap"
)

// missing is what the catalog says the account lacks, by stream.
func missing(catalog map[string]any) map[string]string {
	lacks := map[string]string{}
	for _, entry := range catalog["streams"].([]any) {
		entry := entry.(map[string]any)
		of := entry["metadata"].([]any)[0].(map[string]any)["metadata"].(map[string]any)
		if text, told := of["tap-jira.missing"].(string); told {
			lacks[entry["tap_stream_id"].(string)] = text
		}
	}
	return lacks
}

// TestDiscoverySaysWhatTheAccountLacks looks at both accounts of a site: the one that administers it and the one that does not.
func TestDiscoverySaysWhatTheAccountLacks(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		s := newSite(t, o)
		require.Empty(t, missing(s.discover(t, tap.Options{})), "the administrator lacks nothing")
		require.LessOrEqual(t, len(s.Requests()), 2+5, "serverInfo, myself, and five at most")

		s.reader = true
		lacks := missing(s.discover(t, tap.Options{}))
		require.Equal(t, "the permission Administer Jira; a Jira administrator can grant it: Settings > System > Global permissions", lacks["workflows"])
		require.Contains(t, lacks, "issue_type_schemes")
		require.Contains(t, lacks["project_permission_schemes"], "Administer Projects")
		for _, standard := range []string{"projects", "issues", "users", "boards", "changelogs"} {
			require.NotContains(t, lacks, standard)
		}
		require.Equal(t, s.cloud, lacks["permissions"] == "", "Data Center lists permissions to administrators only")
		require.Equal(t, s.cloud, lacks["statuses"] != "", "and statuses to everybody")
	})
}

// TestDiscoveryKnowsScopes is an OAuth 2.0 token of the two classic scopes.
func TestDiscoveryKnowsScopes(t *testing.T) {
	t.Parallel()
	s := newSite(t, dialects["cloud"])
	scopes := []string{"read:jira-work", "read:jira-user"}
	with := tap.Options{Scopes: func(context.Context) ([]string, error) { return scopes, nil }}
	lacks := missing(s.discover(t, with))
	require.Equal(t, "the scope manage:jira-configuration; whoever made the token or the OAuth 2.0 app can add it; then log in again", lacks["roles"])
	require.Contains(t, lacks["sprints"], "read:sprint:jira-software", "there is no classic scope for boards and sprints")
	require.NotContains(t, lacks, "issues")

	scopes = nil
	require.Empty(t, missing(s.discover(t, with)), "nobody knows the scopes of an API token")
	broken := errors.New("Atlassian is down")
	with.Scopes = func(context.Context) ([]string, error) { return nil, broken }
	_, err := tap.Discover(t.Context(), s.with(with))
	require.ErrorIs(t, err, broken)
}

// TestDiscoveryWithoutPermissions goes on when Jira does not tell, and ends when the login does.
func TestDiscoveryWithoutPermissions(t *testing.T) {
	t.Parallel()
	s := newSite(t, dialects["cloud"])
	s.reader = true
	s.Script(jirasim.Fault{Template: "/rest/api/{v}/mypermissions", Status: http.StatusBadRequest})
	require.Empty(t, missing(s.discover(t, tap.Options{})))
	s.ClearScript()
	s.Script(jirasim.Fault{Template: "/rest/api/{v}/mypermissions", Anonymous: true, Status: http.StatusUnauthorized, Times: -1}, jirasim.Fault{Template: "/rest/api/{v}/myself", From: 2, Status: http.StatusUnauthorized, Times: -1})
	_, err := tap.Discover(t.Context(), s.with(tap.Options{}))
	require.Error(t, err)
	require.True(t, slices.ContainsFunc(s.Requests(), func(r jirasim.RequestRecord) bool { return r.Template == "/rest/api/{v}/mypermissions" }))
}
