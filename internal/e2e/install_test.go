//go:build e2e

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// The targets and their versions.
const (
	targetJSONL    = "target-jsonl==0.1.4"
	targetPostgres = "meltanolabs-target-postgres==0.8.1"
)

// root is the top folder of the repository.
func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	require.NoError(t, err)
	return dir
}

// tapBinary is the binary that `make build` made.
func tapBinary(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(root(t), "bin", "tap-jira")
	require.FileExists(t, binary, "run make e2e, which builds it")
	return binary
}

// target installs a target into a virtual environment of its own, once, and returns its executable.
func target(t *testing.T, requirement, executable string) string {
	t.Helper()
	venv := filepath.Join(root(t), ".cache", "venvs", requirement)
	binary := filepath.Join(venv, "bin", executable)
	if _, err := os.Stat(binary); err == nil {
		return binary
	}
	run(t, "python3", "-m", "venv", "--clear", venv)
	run(t, filepath.Join(venv, "bin", "pip"), "install", "--quiet", "--disable-pip-version-check", requirement)
	return binary
}

// run runs a command that must succeed, and returns what it printed.
func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	output, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput()
	require.NoError(t, err, "%s %v: %s", name, args, output)
	return string(output)
}

// postgresFolder returns the folder of PostgreSQL's programs, and installs Debian's package where there is none.
func postgresFolder(t *testing.T) string {
	t.Helper()
	if folder := findPostgres(t); folder != "" {
		return folder
	}
	t.Log("installing PostgreSQL")
	run(t, "apt-get", "update", "-q")
	run(t, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "-q", "--no-install-recommends", "postgresql")
	folder := findPostgres(t)
	require.NotEmpty(t, folder, "PostgreSQL's initdb is still missing")
	return folder
}

// findPostgres looks where Debian puts versions side by side, the newest first, and then on the PATH.
func findPostgres(t *testing.T) string {
	t.Helper()
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	require.NoError(t, err)
	if name, err := exec.LookPath("initdb"); err == nil {
		found = append([]string{name}, found...)
	}
	for _, name := range slices.Backward(found) {
		if _, err := os.Stat(filepath.Join(filepath.Dir(name), "psql")); err == nil {
			return filepath.Dir(name)
		}
	}
	return ""
}
