//go:build e2e

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jirasim"
)

// meltanoProject is a folder with the project of examples/meltano.
type meltanoProject struct {
	dir, program string
	env          []string
}

// TestMeltano runs the example's project with a real Meltano: the plugin definition as it stands, the settings of the
// simulated site as variables, and only the loader made one that is installed already.
func TestMeltano(t *testing.T) {
	t.Parallel()
	server := startPostgres(t)
	target := postgresTarget(t, server, "meltano")
	s := simulate(t, jirasim.Options{Issues: 40}, nil)
	p := newMeltanoProject(t, s, server)

	require.Contains(t, p.run(t, "config", "test", "tap-jira"), "Plugin configuration is valid")
	selected := p.run(t, "select", "tap-jira", "--list")
	require.Contains(t, selected, "issues.fields")
	require.NotContains(t, selected, "roles.id", "only the standard set is selected")

	s.jira.ForgetRequests()
	log := p.run(t, "run", "tap-jira", "target-postgres")
	requireLevels(t, log)
	first := target.read(t)
	for _, stream := range []string{"projects", "issues", "changelogs", "worklogs", "sprints"} {
		requireKeys(t, s.keys(stream), first[stream].keys(s.jira.Ledger().Columns(stream)), stream)
	}
	require.NotContains(t, first, "roles")

	edited := s.issueOfChild(t, "issue_comments")
	s.edit(t, jirasim.EditSummary, edited)
	whole := s.jira.Counts().Requests
	s.jira.ForgetRequests()
	p.run(t, "run", "tap-jira", "target-postgres")
	require.Less(t, s.jira.Counts().Requests, whole, "the state was kept: less is asked for")
	again := target.read(t)["issues"].since(first["issues"])
	require.Equal(t, []string{edited}, again.keys([]string{"id"}), "the edited issue came again, and no other")
}

// newMeltanoProject copies the example and puts the built binary on its path.
func newMeltanoProject(t *testing.T, s simulated, server postgres) meltanoProject {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root(t), "examples", "meltano", "meltano.yml"))
	require.NoError(t, err)
	definition, _, found := strings.Cut(string(content), "  loaders:\n")
	require.True(t, found)
	definition += "  loaders:\n  - name: target-postgres\n    namespace: target_postgres\n    executable: " +
		program(t, "sdk", "target-postgres") + "\n    settings:\n"
	for name, value := range server.targetConfig("", "") {
		definition += "    - {name: " + name + ", kind: " + meltanoKind(value) + "}\n"
	}
	p := meltanoProject{dir: t.TempDir(), program: program(t, "meltano", "meltano")}
	require.NoError(t, os.WriteFile(filepath.Join(p.dir, "meltano.yml"), []byte(definition), 0o600))
	username, password := jirasim.DemoLogin(jirasim.Cloud)
	p.env = append(os.Environ(), "PATH="+filepath.Dir(s.tap)+":"+os.Getenv("PATH"), "NO_COLOR=1",
		"TAP_JIRA_BASE_URL="+s.jira.BaseURL(), "TAP_JIRA_USERNAME="+username, "TAP_JIRA_PASSWORD="+password,
		"TAP_JIRA_CA_FILE="+s.authority(), "TAP_JIRA_START_DATE=2000-01-01T00:00:00Z",
		"TARGET_POSTGRES_HOST=127.0.0.1", "TARGET_POSTGRES_PORT="+server.address(), "TARGET_POSTGRES_USER=tap",
		"TARGET_POSTGRES_PASSWORD=unused", "TARGET_POSTGRES_DATABASE=meltano", "TARGET_POSTGRES_DEFAULT_TARGET_SCHEMA=jira")
	return p
}

// meltanoKind is the kind of a setting with such a value.
func meltanoKind(value any) string {
	if _, number := value.(int); number {
		return "integer"
	}
	return "string"
}

// run runs Meltano, which must succeed, and returns what it printed.
func (p meltanoProject) run(t *testing.T, args ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), p.program, args...)
	command.Dir, command.Env = p.dir, p.env
	output, err := command.CombinedOutput()
	require.NoError(t, err, "meltano %v: %s", args, output)
	return string(output)
}

// requireLevels finds the tap's lines shown at their own level: Meltano asked for structured logs, and got them.
// A line of plain text would be shown whole, as information.
func requireLevels(t *testing.T, log string) {
	t.Helper()
	require.Contains(t, log, "[info     ] tap-jira     summary streams=")
	require.NotContains(t, log, "[warning  ] tap-jira     ", "nobody can mend how Meltano writes the config")
}
