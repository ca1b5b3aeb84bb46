package singer_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares got with testdata/name byte by byte.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, got, 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got), "run with -update and read the difference")
}

// fixture reads testdata/name.
func fixture(tb testing.TB, name string) []byte {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(tb, err)
	return data
}

// exactly compares JSON byte by byte, since order and form are what is promised.
func exactly(t *testing.T, want, got string) {
	t.Helper()
	require.Equal(t, want, got)
}

// ourNames is the callback that a tap with three streams would give: an alias of another tap, and names with a prefix.
func ourNames(name string) string {
	switch name {
	case "issues", "acme_jira-issues", "issue":
		return "issues"
	case "worklogs", "acme_jira-worklogs":
		return "worklogs"
	case "changelogs", "issue_changelogs", "issue_history":
		return "changelogs"
	}
	return ""
}
