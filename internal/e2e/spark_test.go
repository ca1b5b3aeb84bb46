//go:build e2e && spark

package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// sparkPackages are what the recipe needs, in an environment of its own.
var sparkPackages = []string{"pyspark==4.1.1", "pandas==3.1.1", "pyarrow==26.0.1"}

// sparkStreams are loaded: the issues with what hangs on them, and lists that one shard reads alone.
var sparkStreams = []string{"issues", "issue_comments", "changelogs", "worklogs", "users", "projects", "versions", "fields"}

// sparkFolder installs Spark once, and returns the folder of its programs. Java is the machine's own.
func sparkFolder(t *testing.T) string {
	t.Helper()
	run(t, "java", "-version")
	venv := filepath.Join(root(t), ".cache", "venvs", "spark")
	folder := filepath.Join(venv, "bin")
	if _, err := os.Stat(filepath.Join(folder, "spark-submit")); err == nil {
		return folder
	}
	run(t, "python3", "-m", "venv", "--clear", venv)
	run(t, filepath.Join(folder, "pip"), append([]string{"install", "--quiet", "--disable-pip-version-check"}, sparkPackages...)...)
	return folder
}

// TestSparkLoadsTheShards runs the recipe on a Spark cluster of three worker processes: every row of the truth is in the
// tables once, with the types of the SCHEMA, although a worker is killed half way, and an ordinary run goes on from the state.
func TestSparkLoadsTheShards(t *testing.T) {
	for name, flags := range map[string][]string{
		"cloud":      {"--issues", "400"},
		"datacenter": {"--issues", "400", "--deployment", "datacenter", "--base-path", "/jira"},
	} {
		t.Run(name, func(t *testing.T) {
			s := startSite(t, flags...)
			load := sparkLoad{site: s, folder: sparkFolder(t), dir: t.TempDir()}
			load.plan(t, "4")
			load.submit(t)
			truth := s.ledger(t)
			for _, stream := range sparkStreams {
				want := slices.Sorted(slices.Values(truth.keys[stream]))
				require.Equal(t, want, load.keys(t, stream), stream)
			}
			require.Contains(t, load.python(t, `print(pq.read_schema(glob.glob(sys.argv[1] + "/issues/*.parquet")[0]).field("updated").type)`), "timestamp")
			require.FileExists(t, filepath.Join(load.dir, "killed"), "no worker was killed")

			output := filepath.Join(load.dir, "next.jsonl")
			s.run(t, output, append([]string{"--state", load.file("state.json")}, selectThese(sparkStreams)...)...)
			next, err := os.ReadFile(output)
			require.NoError(t, err)
			require.NotContains(t, string(next), `"type":"RECORD","stream":"issues"`, "an unchanged site has no new issues")
		})
	}
}

// selectThese names streams.
func selectThese(streams []string) []string {
	var args []string
	for _, stream := range streams {
		args = append(args, "--select", stream)
	}
	return args
}

// sparkLoad is one run of the recipe.
type sparkLoad struct {
	site   site
	folder string // of Spark's programs
	dir    string
}

func (l sparkLoad) file(name string) string { return filepath.Join(l.dir, name) }

// plan makes the plan.
func (l sparkLoad) plan(t *testing.T, shards string) {
	t.Helper()
	args := append([]string{"plan", "--config", l.site.config(), "--shards", shards}, selectThese(sparkStreams)...)
	plan, err := exec.CommandContext(t.Context(), l.site.tap, args...).Output()
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(l.file("plan.jsonl"), plan, 0o600))
}

// killedOnce is a tap whose second shard is killed half way the first time, as a worker is that runs out of memory.
const killedOnce = `#!/bin/sh
if [ "$1" = sync ]; then
	line=$(cat)
	case "$line" in
	*'"shard":2,'*)
		if mkdir "$DIR/killed.lock" 2>/dev/null; then
			echo "$line" | "$TAP" "$@" | head -n 150
			touch "$DIR/killed"
			kill -9 $$
		fi ;;
	esac
	echo "$line" | exec "$TAP" "$@"
	exit
fi
exec "$TAP" "$@"
`

// submit runs the recipe as the README of it says.
func (l sparkLoad) submit(t *testing.T) {
	t.Helper()
	wrapper := l.file("tap.sh")
	script := strings.NewReplacer("$DIR", l.dir, "$TAP", l.site.tap).Replace(killedOnce)
	require.NoError(t, os.WriteFile(wrapper, []byte(script), 0o700))
	args := append([]string{
		"--master", "local-cluster[3,1,512]", "--conf", "spark.executor.memory=512m", "--driver-memory", "512m",
		"--conf", "spark.driver.host=127.0.0.1", "--conf", "spark.driver.bindAddress=127.0.0.1", "--conf", "spark.ui.enabled=false",
		filepath.Join(root(t), "examples", "spark", "load.py"), "--tap", wrapper, "--config", l.site.config(),
		"--plan", l.file("plan.jsonl"), "--output", l.file("tables"), "--state", l.file("state.json"),
	}, selectThese(sparkStreams)...)
	command := exec.CommandContext(t.Context(), filepath.Join(l.folder, "spark-submit"), args...)
	command.Env = append(slices.DeleteFunc(os.Environ(), func(entry string) bool { return strings.HasPrefix(entry, "SPARK_HOME=") }),
		"SPARK_LOCAL_IP=127.0.0.1", "PATH="+l.folder+string(os.PathListSeparator)+os.Getenv("PATH"))
	log, err := command.CombinedOutput()
	require.NoError(t, err, "%s", log)
}

// keys are the keys of a table as the ledger writes them, sorted.
func (l sparkLoad) keys(t *testing.T, stream string) []string {
	t.Helper()
	var keys []string
	text := l.python(t, `
table = pq.read_table(sys.argv[1] + "/" + sys.argv[2]).select(sys.argv[3].split(",")).to_pylist()
print(json.dumps(["/".join(str(value) for value in row.values()) for row in table]))`, stream, strings.Join(l.keyOf(t, stream), ","))
	require.NoError(t, json.Unmarshal([]byte(text), &keys))
	slices.Sort(keys)
	return keys
}

// keyOf are the key columns of a stream on the site, as its SCHEMA has them.
func (l sparkLoad) keyOf(t *testing.T, stream string) []string {
	t.Helper()
	output := l.file("schema.jsonl")
	l.site.run(t, output, "--select", stream, "--test=schema")
	content, err := os.ReadFile(output)
	require.NoError(t, err)
	for line := range strings.Lines(string(content)) {
		var message struct {
			Type string   `json:"type"`
			Keys []string `json:"key_properties"`
		}
		require.NoError(t, json.Unmarshal([]byte(line), &message))
		if message.Type == "SCHEMA" {
			return message.Keys
		}
	}
	t.Fatal("there is no SCHEMA of " + stream)
	return nil
}

// python runs a few lines on the tables.
func (l sparkLoad) python(t *testing.T, lines string, args ...string) string {
	t.Helper()
	program := "import glob, json, sys\nimport pyarrow.parquet as pq\n" + lines
	output, err := exec.CommandContext(t.Context(), filepath.Join(l.folder, "python"), append([]string{"-c", program, l.file("tables")}, args...)...).Output()
	require.NoError(t, err)
	return string(output)
}
