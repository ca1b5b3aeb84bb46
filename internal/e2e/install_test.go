//go:build e2e

package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/gofrs/flock"
	"github.com/stretchr/testify/require"
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

// program installs an environment of requirements.txt, unless it is there as the file wants it, and returns the path of
// one of its programs.
func program(t *testing.T, environment, executable string) string {
	t.Helper()
	venv := filepath.Join(root(t), ".cache", "venvs", environment)
	defer alone(t, venv)()
	installed := filepath.Join(venv, "requirements.txt") // written last
	wanted := requirements(t, environment)
	if present, err := os.ReadFile(installed); err != nil || !bytes.Equal(present, wanted) {
		install(t, environment, venv, wanted)
		require.NoError(t, os.WriteFile(installed, wanted, 0o600))
	}
	return filepath.Join(venv, "bin", executable)
}

// requirements is the environment's section of requirements.txt.
func requirements(t *testing.T, environment string) []byte {
	t.Helper()
	content, err := os.ReadFile("requirements.txt")
	require.NoError(t, err)
	section := regexp.MustCompile(`(?s)\n# \[` + regexp.QuoteMeta(environment) + `\][^\n]*\n(.*?)(?:\n\n|$)`)
	found := section.FindSubmatch(content)
	require.NotNil(t, found, "requirements.txt has no section [%s]", environment)
	return append(bytes.TrimSpace(found[1]), '\n')
}

// install makes the environment anew. It has no pip of its own: one that serves them all takes a third of the time.
func install(t *testing.T, environment, venv string, wanted []byte) {
	t.Helper()
	list := filepath.Join(t.TempDir(), "requirements.txt")
	require.NoError(t, os.WriteFile(list, wanted, 0o600))
	pip := pip(t)
	run(t, "python3", "-m", "venv", "--clear", "--without-pip", venv)
	run(t, pip, "--python", filepath.Join(venv, "bin", "python"), "install", "--quiet", "--disable-pip-version-check",
		"--no-deps", "--requirement", list)
	// What old code needs to run on a newer Python stands in testdata, named after the environment.
	if compat, err := os.ReadFile(filepath.Join("testdata", environment+".pth")); err == nil {
		require.NoError(t, os.WriteFile(filepath.Join(packages(t, venv), "compat.pth"), compat, 0o600))
	}
}

// pip is the pip that fills the environments. It comes with Python, so nothing is downloaded for it.
func pip(t *testing.T) string {
	t.Helper()
	venv := filepath.Join(root(t), ".cache", "venvs", "pip")
	defer alone(t, venv)()
	binary := filepath.Join(venv, "bin", "pip")
	if exec.CommandContext(t.Context(), binary, "--version").Run() != nil {
		run(t, "python3", "-m", "venv", "--clear", venv)
	}
	return binary
}

// alone waits until nobody else installs the environment; the function it returns lets the next one go on.
func alone(t *testing.T, venv string) (done func()) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(venv), 0o750))
	lock := flock.New(venv + ".lock")
	require.NoError(t, lock.Lock())
	return func() { require.NoError(t, lock.Unlock()) }
}

// packages is the folder of an environment's modules.
func packages(t *testing.T, venv string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(venv, "lib", "python3*", "site-packages"))
	require.NoError(t, err)
	require.Len(t, found, 1)
	return found[0]
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
	root := []string{"env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y"}
	if os.Geteuid() != 0 {
		root = append([]string{"sudo"}, root...)
	}
	run(t, root[0], append(root[1:], "update")...)
	run(t, root[0], append(root[1:], "install", "--no-install-recommends", "postgresql")...)
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
