//go:build e2e

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestKubernetesManifests holds the manifests to the schemas of Kubernetes' API, where a key that it does not know is a
// fault.
func TestKubernetesManifests(t *testing.T) {
	t.Parallel()
	validate := program(t, "kubernetes", "kubernetes-validate")
	manifests, err := filepath.Glob(filepath.Join(root(t), "examples", "kubernetes", "*.yaml"))
	require.NoError(t, err)
	require.Len(t, manifests, 2)
	told := run(t, validate, append([]string{"--strict", "--no-warn"}, manifests...)...)
	for _, resource := range []string{"job/tap-jira-shards", "job/tap-jira-merge", "cronjob/tap-jira", "configmap/tap-jira"} {
		require.Contains(t, told, resource+" against version")
	}

	content, err := os.ReadFile(manifests[0])
	require.NoError(t, err)
	wrong := filepath.Join(t.TempDir(), "wrong.yaml")
	require.NoError(t, os.WriteFile(wrong, []byte(strings.Replace(string(content), "completions:", "completion:", 1)), 0o600))
	output, err := exec.CommandContext(t.Context(), validate, "--strict", wrong).CombinedOutput()
	require.Error(t, err, "a slip is found")
	require.Contains(t, string(output), "completion")
}
