package stream

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCost(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"projects":                       "a request per page",
		"versions":                       "a request per project",
		"issue_type_properties":          "a request per issue type and per property",
		"permission_grants":              "a request per permission scheme",
		"field_screens":                  "a request per field",
		"issues":                         "a request per 100 issues",
		"issue_comments":                 "none beside those of issues",
		"issue_attachments":              "none beside those of issues",
		"changelogs":                     "a request per 300 issues (Cloud)",
		"issue_field_history":            "a request per 300 issues (Cloud)",
		"issue_watchers":                 "a request per issue",
		"request_slas":                   "a request per issue",
		"issue_properties":               "a request per issue and per property",
		"user_properties":                "a request per user and per property",
		"user_default_columns":           "a request per user",
		"issue_type_scheme_projects":     "a request per 50 projects",
		"project_role_actors":            "a request per project and per role",
		"project_statuses":               "a request per project",
		"workflow_transition_properties": "none beside those of workflows",
		"sprints":                        "a request per board",
		"avatars":                        "4 requests",
		"configurations":                 "a request per page",
		"worklogs":                       "a request per 1,000 worklogs",
		"users":                          "a request per 1,000 users",
	} {
		s, known := Find(name)
		require.True(t, known, name)
		require.Equal(t, want, s.Cost(), name)
	}
}
