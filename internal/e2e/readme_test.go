//go:build e2e

package e2e

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestReadmeTriedOut types the README's "Try it without a Jira" into a shell, line by line, with a PostgreSQL server in the
// place of the one that the README takes for granted: the tables must come to be what the site is, again and again, while
// both are edited.
func TestReadmeTriedOut(t *testing.T) {
	t.Parallel()
	server := startPostgres(t)
	server.database(t, "warehouse")
	first, second := tryOut(t)
	require.Len(t, first, 1)
	shell := newTerminal(t)

	shell.start(t, first[0])
	s := site{tap: tapBinary(t), dir: filepath.Join(shell.dir, "try")}
	require.Eventually(t, func() bool {
		_, err := os.Stat(s.config())
		return err == nil
	}, 30*time.Second, 20*time.Millisecond, "the site did not come up")

	for _, line := range second {
		line = strings.Replace(line, `"localhost", "user": "me"`, `"127.0.0.1", "port": `+server.address()+`, "user": "tap"`, 1)
		if !strings.Contains(line, "--every") {
			shell.run(t, line)
			continue
		}
		job := shell.start(t, line)
		follow(t, s, server)
		job.stop(t)
	}
	require.Regexp(t, `(?m)^20.* 0 +-$`, shell.run(t, second[len(second)-1]), "runs lists what came to be")
}

// follow waits until the tables are what the site is, then until it was edited, and until they are so again.
func follow(t *testing.T, s site, server postgres) {
	t.Helper()
	var reached ledger
	same := func() bool {
		truth := s.ledger(t)
		there := server.column(t, "warehouse", "SELECT 1 FROM information_schema.tables WHERE table_schema = 'jira' AND table_name = 'issues'")
		if reached.updated != nil && len(reached.edited(truth)) == 0 || len(there) == 0 {
			return false
		}
		rows := server.column(t, "warehouse", `SELECT id || ' ' || (extract(epoch FROM updated AT TIME ZONE 'UTC') * 1000)::bigint FROM jira.issues`)
		for id, at := range truth.updated {
			if !slices.Contains(rows, id+" "+strconv.FormatInt(at, 10)) {
				return false
			}
		}
		reached = truth
		return true
	}
	for range 3 {
		require.Eventually(t, same, 2*time.Minute, 100*time.Millisecond, "the tables do not follow the site")
	}
}

// tryOut returns the lines of the README's two blocks: what goes into the first terminal, and into the second.
func tryOut(t *testing.T) (first, second []string) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root(t), "README.md"))
	require.NoError(t, err)
	_, text, found := strings.Cut(string(content), "## Try it without a Jira\n")
	require.True(t, found)
	text, _, _ = strings.Cut(text, "\n## ")
	blocks := regexp.MustCompile("(?s)```console\n(.*?)\n```").FindAllStringSubmatch(text, -1)
	require.Len(t, blocks, 2)
	return strings.Split(blocks[0][1], "\n"), strings.Split(blocks[1][1], "\n")
}

// terminal is a shell in a folder of its own, with the built binary and target-postgres on its path.
type terminal struct {
	dir string
	env []string
}

func newTerminal(t *testing.T) terminal {
	t.Helper()
	home := t.TempDir()
	path := strings.Join([]string{filepath.Dir(tapBinary(t)), filepath.Dir(program(t, "sdk", "target-postgres")), os.Getenv("PATH")}, ":")
	return terminal{dir: home, env: []string{"HOME=" + home, "PATH=" + path}}
}

// command is a line as a shell runs it; the shell gives its place to the program.
func (s terminal) command(line string) *exec.Cmd {
	command := exec.Command("sh", "-euc", line)
	command.Dir, command.Env = s.dir, s.env
	return command
}

// run runs a line, which must succeed, and returns what it printed.
func (s terminal) run(t *testing.T, line string) string {
	t.Helper()
	output, err := s.command(line).CombinedOutput()
	require.NoError(t, err, "%s: %s", line, output)
	return string(output)
}

// background is a line that goes on until it is stopped.
type background struct {
	command *exec.Cmd
	log     *bytes.Buffer
	stopped bool
}

// start starts a line that ends by a signal, at the latest when the test ends.
func (s terminal) start(t *testing.T, line string) *background {
	t.Helper()
	b := &background{command: s.command("exec " + line), log: &bytes.Buffer{}}
	b.command.Stdout, b.command.Stderr = b.log, b.log
	require.NoError(t, b.command.Start())
	t.Cleanup(func() { b.stop(t) })
	return b
}

// stop ends the line as a person does, by Ctrl-C.
func (b *background) stop(t *testing.T) {
	t.Helper()
	if b.stopped {
		return
	}
	b.stopped = true
	require.NoError(t, b.command.Process.Signal(syscall.SIGINT))
	ended, ok := errors.AsType[*exec.ExitError](b.command.Wait())
	require.True(t, ok, b.log.String())
	require.Equal(t, 130, ended.ExitCode(), b.log.String())
}
