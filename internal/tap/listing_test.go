package tap_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/jirasim"
	"tap-jira/internal/tap"
)

// Jira wants the projects named, and tells all that use a scheme in one record.
func TestProjectsAreAskedForInBatches(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Issues: 20})
	for stream, path := range map[string]string{
		"issue_type_scheme_projects": "/rest/api/{v}/issuetypescheme/project", "workflow_scheme_project_associations": "/rest/api/{v}/workflowscheme/project",
	} {
		got := s.whole(t, tap.Options{Select: []string{stream}})
		requireProtocol(t, got)
		requireLedger(t, s, merged(got.messages), stream)
		require.Len(t, got.asked(path), 1)
		require.Greater(t, len(got.asked(path)[0].Query["projectId"]), 5, "the parameter is repeated for each project")
	}
	mine := s.whole(t, tap.Options{Select: []string{"my_permissions"}})
	requireLedger(t, s, merged(mine.messages), "my_permissions")
	require.Len(t, mine.asked("/rest/api/{v}/mypermissions"), 1)
	require.Contains(t, mine.asked("/rest/api/{v}/mypermissions")[0].Query.Get("permissions"), ",")
}

// A scheme is told for projects that were not asked for, and one of them twice.
func TestABatchGivesRowsForWhatItAskedFor(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Issues: 20})
	projects := s.whole(t, tap.Options{Select: []string{"projects"}}).ids("projects")
	scheme := `{"issueTypeScheme":{"id":"1","name":"\ud800"},"projectIds":["` + projects[0] + `",99999,` + projects[1] + `]}`
	s.Script(jirasim.Fault{Template: "/rest/api/{v}/issuetypescheme/project", Status: http.StatusOK, Body: `{"isLast":true,"values":[` + scheme + `]}`, Times: -1})
	got := s.whole(t, tap.Options{Select: []string{"issue_type_scheme_projects"}})
	require.Equal(t, projects[:2], got.ids("issue_type_scheme_projects"))

	for _, broken := range []string{`{"issueTypeScheme":{"id":"1"}}`, `{"projectIds":7}`, `[]`} {
		s.ClearScript()
		s.Script(jirasim.Fault{Template: "/rest/api/{v}/issuetypescheme/project", Status: http.StatusOK, Body: `{"isLast":true,"values":[` + broken + `]}`, Times: -1})
		got := s.sync(t, tap.Options{Select: []string{"issue_type_scheme_projects"}})
		require.Equal(t, fault.Incomplete, fault.KindOf(got.err), broken)
		require.ErrorContains(t, got.err, "issue_type_scheme_projects", broken)
	}
}

// What stands in the rows of another list costs no request of its own, whether
// or not that list is selected.
func TestRowsWithinThoseOfTheirParent(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		s := newSite(t, o)
		got := s.whole(t, tap.Options{Select: []string{"project_statuses"}})
		requireProtocol(t, got)
		requireLedger(t, s, merged(got.messages), "project_statuses")
		const path = "/rest/api/{v}/project/{projectIdOrKey}/statuses"
		projects := map[string]bool{}
		for _, r := range got.asked(path) {
			require.False(t, projects[r.Path], "a project is asked for once")
			projects[r.Path] = true
		}
		s.Script(jirasim.Fault{Template: path, From: 2, Times: 1, CutBody: true})
		again := s.whole(t, tap.Options{Select: []string{"project_statuses"}})
		require.Equal(t, got.ids("project_statuses"), again.ids("project_statuses"), "a page that was cut is read again, and nothing of it stays")
		s.ClearScript()
		s.Script(jirasim.Fault{Template: path, From: 2, Times: -1, Status: http.StatusInternalServerError})
		failed := s.sync(t, tap.Options{Select: []string{"project_statuses"}})
		require.Equal(t, fault.Incomplete, fault.KindOf(failed.err))
		require.ErrorContains(t, failed.err, "list the project_issue_types whose project_statuses are wanted")
	})
	s := newSite(t, jirasim.Options{})
	for _, names := range [][]string{{"workflow_transition_properties"}, {"workflow_transition_properties", "workflows"}} {
		got := s.whole(t, tap.Options{Select: names})
		requireLedger(t, s, merged(got.messages), names...)
		require.Len(t, got.asked("/rest/api/{v}/workflows/search"), 1)
	}
	odd := `{"id":"1","transitions":[{"id":"7","properties":{"a":null,"b":{"c":1}}},{"id":"8","properties":[]},{"id":"9"}]}`
	s.Script(jirasim.Fault{Template: "/rest/api/{v}/workflows/search", Status: http.StatusOK, Body: `{"isLast":true,"values":[` + odd + `]}`, Times: -1})
	require.Equal(t, []string{"1/7/a", "1/7/b"}, s.whole(t, tap.Options{Select: []string{"workflow_transition_properties"}}).ids("workflow_transition_properties"))
}

// The streams below users wait for all of them, those met in issues included.
func TestWhatHangsOnUsers(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		s := newSite(t, o)
		streams := []string{"user_properties", "user_default_columns"}
		alone := s.whole(t, tap.Options{Select: streams})
		requireProtocol(t, alone)
		requireLedger(t, s, merged(alone.messages), streams...)
		require.NotContains(t, alone.streamsOf("RECORD"), "users")
		if s.cloud {
			both := merged(s.whole(t, tap.Options{Select: []string{"users", "user_details", "issues", "issue_comments", "changelogs", "worklogs"}}).messages)
			listed := merged(s.whole(t, tap.Options{Select: []string{"user_details"}}).messages)
			require.Greater(t, len(both.ids("users")), len(listed.ids("user_details")), "issues name users that are not listed")
			require.Equal(t, both.ids("users"), both.ids("user_details"))
		}
		s.Script(jirasim.Fault{Template: "/rest/api/{v}/user/columns", From: 3, Times: 1, Status: http.StatusNotFound})
		gone := s.whole(t, tap.Options{Select: streams[1:2]})
		require.Equal(t, int64(1), gone.stream(t, "user_default_columns").Tolerated)
		s.ClearScript()
		for _, path := range []string{"/rest/api/{v}/users/search", "/rest/api/{v}/user/list", "/rest/api/{v}/user/search"} {
			s.Script(jirasim.Fault{Template: path, Times: -1, Status: http.StatusForbidden})
		}
		refused := s.sync(t, tap.Options{Select: streams})
		require.Equal(t, fault.Incomplete, fault.KindOf(refused.err))
		require.ErrorContains(t, refused.err, "list the users whose user_default_columns are wanted")
	})
}

// On Data Center the ids of a project's roles stand in addresses.
func TestRoleIdsFromAddresses(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Deployment: jirasim.DataCenter, BasePath: "/jira"})
	got := s.whole(t, tap.Options{Select: []string{"project_role_actors"}})
	requireLedger(t, s, merged(got.messages), "project_role_actors")
	for _, r := range got.asked("/rest/api/{v}/project/{projectIdOrKey}/role/{roleId}") {
		require.Regexp(t, `/role/\d+$`, r.Path)
	}
	require.NotContains(t, got.log, "changed to fit")
}
