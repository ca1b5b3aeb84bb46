//go:build e2e

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jirasim"
)

// TestSingerCheckTap gives the output to singer-check-tap, which validates each record against its schema.
func TestSingerCheckTap(t *testing.T) {
	t.Parallel()
	cases := map[jirasim.Deployment][]string{
		// What is left out are objects that are null: it looks for a date inside of them, and dies of it.
		jirasim.Cloud:      append(selectAll(), "--select", "!trashed_fields", "--select", "!service_desk_organizations"),
		jirasim.DataCenter: append(selectCore(), "--select", "!projects.insight"),
	}
	for deployment, args := range cases {
		t.Run(deployment.String(), func(t *testing.T) {
			t.Parallel()
			s := simulate(t, jirasim.Options{Issues: 40, Deployment: deployment}, nil)
			output := filepath.Join(t.TempDir(), "messages.jsonl")
			s.run(t, output, args...)
			messages, err := os.Open(output)
			require.NoError(t, err)
			defer messages.Close()
			command := exec.CommandContext(t.Context(), program(t, "singer-tools", "singer-check-tap"))
			command.Stdin, command.Dir = messages, t.TempDir() // it leaves a folder behind
			told, err := command.CombinedOutput()
			require.NoError(t, err, string(told))
			require.Contains(t, string(told), "issue_comments")
		})
	}
}
