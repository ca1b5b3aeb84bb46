//go:build e2e

package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jirasim"
)

// wholeStreams are streams that are read whole on each run: what is gone from them is known by ACTIVATE_VERSION alone.
func wholeStreams() []string { return []string{"projects", "boards", "filters"} }

// TestActivateVersionRemovesAfterACompletePass lets rows vanish from streams that are read whole. The target keeps every
// row as long as a pass was not complete, because a stream failed in its middle or was limited, and removes them after
// one that was.
func TestActivateVersionRemovesAfterACompletePass(t *testing.T) {
	t.Parallel()
	server := startPostgres(t)
	target := postgresTarget(t, server, "activated")
	target.config["hard_delete"] = true
	s := simulate(t, jirasim.Options{Issues: 40}, map[string]any{
		"activate_version": true, "detect_deletes": true, "census_dir": t.TempDir(),
	})
	selected := []string{"--select", "issues"}
	for _, stream := range wholeStreams() {
		selected = append(selected, "--select", stream)
	}
	state := s.into(t, target, selected...)
	before := s.wholeKeys()
	requireTables(t, s, target, before)

	project := s.keys("projects")[0]
	require.NoError(t, s.jira.ChangeProject(project, jirasim.WithdrawProject))
	after := s.wholeKeys()
	require.NotEqual(t, before["projects"], after["projects"])

	s.into(t, target, append(selected, "--test")...) // one record a stream
	requireTables(t, s, target, before)
	s.jira.Script(jirasim.Fault{Template: "/rest/api/{v}/project/search", Status: 403, Times: -1})
	state = s.incomplete(t, target, append(selected, "--state", state)...)
	requireTables(t, s, target, before)
	s.jira.ClearScript()
	s.into(t, target, append(selected, "--state", state)...)
	requireTables(t, s, target, after)
}

// wholeKeys are the keys of the streams that are read whole.
func (s simulated) wholeKeys() map[string][]string {
	keys := map[string][]string{}
	for _, stream := range wholeStreams() {
		keys[stream] = s.keys(stream)
	}
	return keys
}

// requireTables compares the tables of the streams that are read whole.
func requireTables(t *testing.T, s simulated, target tried, want map[string][]string) {
	t.Helper()
	all := target.read(t)
	for stream, keys := range want {
		_, live := all[stream].marked()
		requireKeys(t, keys, live.keys(s.jira.Ledger().Columns(stream)), stream)
	}
}
