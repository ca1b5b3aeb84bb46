package jirasim

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhyAnIssueVanished(t *testing.T) {
	t.Parallel()
	for deployment, trashed := range map[Deployment]string{Cloud: VanishedDeleted, DataCenter: VanishedAccessLost} {
		c := newClient(t, Options{Deployment: deployment})
		m := c.visible()[5]
		id, key, project := fmt.Sprint(m.ID), c.jira.site.issueKey(m.Index), c.jira.site.projectKey(m.Project)
		edit := func(kind EditKind) func() error {
			return func() error { _, err := c.jira.Edit(Edit{Kind: kind, Issue: key}); return err }
		}
		change := func(change ProjectChange) func() error {
			return func() error { return c.jira.ChangeProject(project, change) }
		}
		for _, step := range []struct {
			do, undo func() error
			reason   string
			status   int
		}{
			{do: edit(HideIssue), undo: edit(ShowIssue), reason: VanishedDeleted, status: 404},
			{do: edit(ArchiveIssue), undo: edit(RestoreIssue), reason: VanishedArchived, status: 200},
			{do: change(WithdrawProject), undo: change(GrantProject), reason: VanishedAccessLost, status: 404},
			{do: change(ArchiveProject), undo: change(RestoreProject), reason: VanishedArchived, status: 200},
			{do: change(TrashProject), undo: change(UntrashProject), reason: trashed, status: 404},
			{do: edit(DeleteIssue), reason: VanishedDeleted, status: 404},
		} {
			require.Empty(t, c.jira.Ledger().Vanished(m.ID))
			require.True(t, finds(c, m.ID))
			require.NoError(t, step.do())
			require.Equal(t, step.reason, c.jira.Ledger().Vanished(m.ID))
			require.NotContains(t, slices.Collect(c.jira.Ledger().Keys("issues")), id)
			require.False(t, finds(c, m.ID))
			answer := c.get("/rest/api/2/issue/" + id).status(step.status)
			if step.status == 200 && deployment == DataCenter {
				require.NotContains(t, answer.body, `"archiveddate":null`)
			}
			if step.undo != nil {
				require.NoError(t, step.undo())
			}
		}
		require.ErrorIs(t, edit(RestoreIssue)(), errNoSuchIssue)
		require.Equal(t, VanishedDeleted, c.jira.Ledger().Vanished(1))
	}
}

// finds reports whether search shows an issue, on either deployment.
func finds(c *client, id uint64) bool {
	path := "/rest/api/2/search/jql"
	if c.jira.opt.Deployment == DataCenter {
		path = "/rest/api/2/search"
	}
	answer := c.post(path, map[string]any{"jql": "created > 0", "maxResults": 1000, "fields": []string{"id"}}).status(200)
	return strings.Contains(answer.body, fmt.Sprintf(`"id":"%d"`, id))
}

func TestAnIssueIsShownOnlyAfterItWasHidden(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{})
	m := c.visible()[5]
	_, err := c.jira.Edit(Edit{Kind: ShowIssue, Issue: fmt.Sprint(m.ID)})
	require.ErrorIs(t, err, errNothingToEdit)
	require.Equal(t, m.Updated, c.jira.site.issueMeta(m.Index).Updated)
}

func TestTheTrashIsListedOnCloudOnly(t *testing.T) {
	t.Parallel()
	for deployment, there := range map[Deployment]bool{Cloud: true, DataCenter: false} {
		c := newClient(t, Options{Deployment: deployment})
		id := fmt.Sprint(c.jira.site.projectID(0))
		require.NoError(t, c.jira.ChangeProject(id, TrashProject))
		require.Equal(t, there, slices.Contains(slices.Collect(c.jira.Ledger().Keys("projects")), id))
		if deployment == Cloud {
			require.Contains(t, c.get("/rest/api/2/project/search?status=deleted").status(200).body, `"id":"`+id+`"`)
		}
	}
}
