package cli_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/cli"
	"tap-jira/internal/jirasim"
)

var update = flag.Bool("update", false, "write golden files anew")

// goldenClock is the clock of the site and of the tap in golden files.
func goldenClock() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

// TestGolden compares the exact bytes of standard output with files that are reviewed as code. Only the port of the
// simulated site differs from run to run.
func TestGolden(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		deployment jirasim.Deployment
		args       []string
	}{
		"cloud.jsonl": {
			args: []string{"--select", "priorities", "--select", "issues.fields.summary", "--select", "issue_comments", "--select", "worklogs"},
		},
		"datacenter.jsonl": {
			deployment: jirasim.DataCenter,
			args:       []string{"--select", "resolutions", "--select", "issues.fields.status", "--select", "changelogs"},
		},
		"catalog.json": {args: []string{"--discover", "--select", "priorities"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := goldenRun(t, c.deployment, c.args)
			file := filepath.Join("../../testdata/golden", name)
			if *update {
				require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
				require.NoError(t, os.WriteFile(file, got, 0o644))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err, "run with -update to write it")
			require.Equal(t, string(want), string(got), "run with -update and read the difference")
		})
	}
}

// goldenRun runs the tap against a small site and hides the port.
func goldenRun(t *testing.T, deployment jirasim.Deployment, args []string) []byte {
	t.Helper()
	site, err := jirasim.New(jirasim.Options{Deployment: deployment, Issues: 3, Now: goldenClock})
	require.NoError(t, err)
	server, err := site.Serve()
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })

	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "ca.pem"), server.CAPEM, 0o600))
	username, password := jirasim.DemoLogin(deployment)
	config, err := json.Marshal(map[string]any{
		"base_url": server.URL, "username": username, "password": password, "ca_file": "ca.pem", "start_date": "2000-01-01",
	})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "config.json"), config, 0o600))

	var stdout, stderr bytes.Buffer
	run := quietProcess(dir, &stdout, &stderr, append([]string{"--config", "config.json"}, args...)...)
	run.Now = goldenClock
	require.Zero(t, cli.Main(run), stderr.String())
	return regexp.MustCompile(`127\.0\.0\.1:\d+`).ReplaceAll(stdout.Bytes(), []byte("127.0.0.1:8443"))
}

// quietProcess is a run in a folder, at the machine's time, without input, variables, terminal or signals.
func quietProcess(dir string, stdout, stderr io.Writer, args ...string) *cli.Process {
	return &cli.Process{
		Args: args, Dir: dir, Stdin: strings.NewReader(""), Stdout: stdout, Stderr: stderr,
		Now: time.Now, Rand: rand.Reader,
		LookupEnv: func(string) (string, bool) { return "", false },
		Environ:   func() []string { return nil },
		Notify:    func(chan<- os.Signal) func() { return func() {} },
	}
}
