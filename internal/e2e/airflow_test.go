//go:build e2e && airflow

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jirasim"
)

// TestAirflowRunsTheDAG runs the DAG of examples/airflow twice with a real Airflow: the issues arrive, and the second run
// goes on from the first one's state. Then the login is refused: the task fails at once, and is not tried again.
func TestAirflowRunsTheDAG(t *testing.T) {
	server := startPostgres(t)
	target := postgresTarget(t, server, "airflow")
	s := simulate(t, jirasim.Options{Issues: 40}, nil)
	a := newAirflow(t, s, target)
	a.run(t, "db", "migrate")

	log := a.run(t, "dags", "test", "tap_jira", "2026-11-01")
	require.Contains(t, log, "run ended")
	columns := s.jira.Ledger().Columns("issues")
	first := target.read(t)["issues"]
	requireKeys(t, s.keys("issues"), first.keys(columns), "issues")

	edited := s.keys("issues")[2]
	s.edit(t, jirasim.EditSummary, edited)
	a.run(t, "dags", "test", "tap_jira", "2026-11-02")
	again := target.read(t)["issues"].since(first)
	require.Equal(t, []string{edited}, again.keys(columns))

	s.jira.Script(jirasim.Fault{Status: 401, Times: -1})
	log, err := a.try(t, "dags", "test", "tap_jira", "2026-11-03")
	require.Error(t, err)
	require.Contains(t, log, "tap-jira ended with exit code 4")
	require.NotContains(t, log, "UP_FOR_RETRY")
}

// TestAirflowLoadsInShards runs the DAG of a shared first load: a mapped task a shard and the merge after them. All issues
// arrive, each shard's in turn, and the ordinary DAG goes on from the united state.
func TestAirflowLoadsInShards(t *testing.T) {
	server := startPostgres(t)
	target := postgresTarget(t, server, "shards")
	s := simulate(t, jirasim.Options{Issues: 60}, nil)
	a := newAirflow(t, s, target)
	a.run(t, "db", "migrate")

	a.run(t, "dags", "test", "tap_jira_shards", "2026-11-01")
	columns := s.jira.Ledger().Columns("issues")
	first := target.read(t)["issues"]
	requireKeys(t, s.keys("issues"), first.keys(columns), "issues")
	for number := 1; number <= 4; number++ {
		require.FileExists(t, filepath.Join(s.dir, fmt.Sprintf("shard-%d.state.json", number)))
	}

	edited := s.keys("issues")[2]
	s.edit(t, jirasim.EditSummary, edited)
	a.run(t, "dags", "test", "tap_jira", "2026-11-02")
	again := target.read(t)["issues"].since(first)
	require.Equal(t, []string{edited}, again.keys(columns))
}

// airflow is an Airflow with a folder and a SQLite of its own.
type airflow struct {
	program string
	env     []string
}

// newAirflow makes the folder that the DAG works in, and puts the tap and the target on the path.
func newAirflow(t *testing.T, s simulated, target tried) airflow {
	t.Helper()
	loader := program(t, target.environment, target.executable)
	config, err := os.ReadFile(writeJSON(t, target.config))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(s.dir, "target.json"), config, 0o600))
	a := airflow{program: program(t, "airflow", "airflow")}
	a.env = append(os.Environ(), "AIRFLOW_HOME="+t.TempDir(), "AIRFLOW__CORE__LOAD_EXAMPLES=False",
		"AIRFLOW__CORE__DAGS_FOLDER="+filepath.Join(root(t), "examples", "airflow"), "PYTHONDONTWRITEBYTECODE=1",
		"PATH="+filepath.Dir(a.program)+":"+filepath.Dir(s.tap)+":"+filepath.Dir(loader)+":"+os.Getenv("PATH"), "TAP_JIRA_HOME="+s.dir)
	return a
}

// run runs Airflow, which must succeed, and returns what it printed.
func (a airflow) run(t *testing.T, args ...string) string {
	t.Helper()
	log, err := a.try(t, args...)
	require.NoError(t, err, log)
	return log
}

// try runs Airflow and returns what it printed.
func (a airflow) try(t *testing.T, args ...string) (string, error) {
	t.Helper()
	command := exec.CommandContext(t.Context(), a.program, args...)
	command.Env = a.env
	output, err := command.CombinedOutput()
	return string(output), err
}
