//go:build e2e

package e2e

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// site is a simulated Jira that the built binary keeps up, as a user would start it.
type site struct {
	tap string // the binary
	dir string // where it writes its config and ledger
	// born is what was there before the first edit.
	born ledger
}

// startSite starts `tap-jira demo --serve` and stops it when the test ends.
func startSite(t *testing.T, flags ...string) site {
	t.Helper()
	s := site{tap: tapBinary(t), dir: filepath.Join(t.TempDir(), "site")}
	command := exec.Command(s.tap, append([]string{"demo", "--serve", s.dir}, flags...)...)
	var log strings.Builder
	command.Stderr = &log
	require.NoError(t, command.Start())
	t.Cleanup(func() {
		require.NoError(t, command.Process.Signal(syscall.SIGTERM))
		err := command.Wait()
		stopped, ok := errors.AsType[*exec.ExitError](err)
		require.True(t, ok, "the site must end by the signal: %v", err)
		require.Equal(t, 143, stopped.ExitCode(), log.String())
	})
	require.Eventually(t, func() bool {
		_, err := os.Stat(s.config())
		return err == nil
	}, 30*time.Second, 20*time.Millisecond, "the site did not come up")
	s.born = s.ledger(t)
	return s
}

// startEdited starts a site that is edited all the time. What was there before the first edit is told by one like it that
// is not: on a slow machine the first edit comes before anybody can look.
func startEdited(t *testing.T, flags ...string) site {
	t.Helper()
	s := startSite(t, append([]string{"--edits-every", "8s"}, flags...)...)
	s.born = startSite(t, flags...).born
	return s
}

// config is the config that the site wrote.
func (s site) config() string { return filepath.Join(s.dir, "config.json") }

// ledger is what a sync must find.
type ledger struct {
	keys    map[string][]string
	updated map[string]int64 // issue id to epoch milliseconds
}

// ledger reads what the site says is true now.
func (s site) ledger(t *testing.T) ledger {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(s.dir, "ledger.json"))
	require.NoError(t, err)
	var members map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(content, &members))
	l := ledger{keys: map[string][]string{}}
	for name, member := range members {
		if name == "issues_updated" {
			require.NoError(t, json.Unmarshal(member, &l.updated))
			continue
		}
		var keys []string
		require.NoError(t, json.Unmarshal(member, &keys))
		l.keys[name] = keys
	}
	require.NotEmpty(t, l.updated)
	return l
}

// edited returns the issues that changed, or came, between two ledgers, and are still there.
func (l ledger) edited(later ledger) []string {
	var ids []string
	for id, at := range later.updated {
		if before, ok := l.updated[id]; !ok || before != at {
			ids = append(ids, id)
		}
	}
	return ids
}

// same tells whether no issue changed between two ledgers.
func (l ledger) same(other ledger) bool {
	return len(l.updated) == len(other.updated) && len(l.edited(other)) == 0
}

// sync runs the tap into a file while the site stands still: when an edit falls into the run, it is run again from the
// same state. It returns the file, and what was true.
func (s site) sync(t *testing.T, args ...string) (output string, truth ledger) {
	t.Helper()
	const attempts, settle = 30, 2 * time.Second // the ledger follows an edit after a tenth of --edits-every, and the time to write it
	for range attempts {
		before := s.ledger(t)
		output = filepath.Join(t.TempDir(), "messages.jsonl")
		s.run(t, output, args...)
		time.Sleep(settle) // a process of its own writes the ledger
		truth = s.ledger(t)
		if before.same(truth) {
			return output, truth
		}
	}
	require.Fail(t, "no run fell between two edits")
	return "", ledger{}
}

// run runs the tap once; it must be complete.
func (s site) run(t *testing.T, output string, args ...string) {
	t.Helper()
	file, err := os.Create(output)
	require.NoError(t, err)
	defer file.Close()
	command := exec.CommandContext(t.Context(), s.tap, append([]string{"--config", s.config()}, args...)...)
	var log strings.Builder
	command.Stdout, command.Stderr = file, &log
	require.NoError(t, command.Run(), log.String())
}
