package jirasim

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAProjectMayBeWithdrawnAndArchived(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Deployment: DataCenter})
	all := c.visible()
	key, id := c.jira.site.projectKey(1), fmt.Sprint(c.jira.site.projectID(1))
	inside := slices.IndexFunc(all, func(m issueMeta) bool { return m.Project == 1 })
	issue := fmt.Sprint(all[inside].ID)
	left := len(slices.DeleteFunc(slices.Clone(all), func(m issueMeta) bool { return m.Project == 1 }))
	found := func() int { return len(c.searchIDs("created > 0")) }
	listed := func() []string { return slices.Collect(c.jira.Ledger().Keys("projects")) }

	require.NoError(t, c.jira.ChangeProject(key, WithdrawProject))
	require.Equal(t, left, found())
	require.Len(t, slices.Collect(c.jira.Ledger().Keys("issues")), left)
	c.get("/rest/api/2/issue/" + issue).status(404)
	c.get("/rest/api/2/project/" + key).status(404)
	require.NotContains(t, listed(), id)
	require.NotContains(t, c.get("/rest/api/2/project").status(200).body, `"`+key+`"`)

	require.NoError(t, c.jira.ChangeProject(id, GrantProject))
	require.Equal(t, len(all), found())
	require.Contains(t, listed(), id)

	require.NoError(t, c.jira.ChangeProject(key, ArchiveProject))
	require.Equal(t, left, found())
	require.Len(t, slices.Collect(c.jira.Ledger().Keys("issues")), left)
	c.get("/rest/api/2/issue/" + issue).status(200)
	require.Contains(t, listed(), id)
	require.Contains(t, c.get("/rest/api/2/project/"+key).status(200).body, `"archived":true`)

	require.NoError(t, c.jira.ChangeProject(key, RestoreProject))
	require.Equal(t, len(all), found())
	require.ErrorIs(t, c.jira.ChangeProject("NOPE", GrantProject), errNoSuchProject)
}
