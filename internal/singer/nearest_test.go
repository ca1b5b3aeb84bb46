package singer_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/singer"
)

func TestNearest(t *testing.T) {
	t.Parallel()
	streams := []string{"issues", "issue_comments", "issue_types", "worklogs", "users", "roles", "projects", "project_types"}
	tests := map[string]string{
		"issue":          "issues",         // one letter missing
		"isuses":         "issues",         // two letters swapped
		"Issues":         "issues",         // case
		"ISSUE-COMMENTS": "issue_comments", // dash for underscore
		"issue_coments":  "issue_comments",
		"project_type":   "project_types",
		"wrklgs":         "worklogs",
		"user":           "users",
		" users ":        "users",
		"rules":          "roles",
		"boards":         "",
		"x":              "",
		"":               "",
		"tempo":          "",
	}
	for name, want := range tests {
		require.Equal(t, want, singer.Nearest(name, streams), "nearest of %q", name)
	}
}

func TestNearestEdges(t *testing.T) {
	t.Parallel()
	require.Empty(t, singer.Nearest("issues", nil))
	require.Equal(t, "bat", singer.Nearest("cat", []string{"bat", "hat", "dog"}), "the first of equals")
	require.Equal(t, "über", singer.Nearest("ÜBER", []string{"oben", "über"}), "letters, not bytes")
	require.Equal(t, "ba", singer.Nearest("ab", []string{"ba"}), "a swap is one slip")
}
