//go:build e2e

package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// load feeds messages to a target and returns the state that it prints last.
func load(t *testing.T, target string, config map[string]any, messages string) string {
	t.Helper()
	input, err := os.Open(messages)
	require.NoError(t, err)
	defer input.Close()
	command := exec.CommandContext(t.Context(), target, "--config", writeJSON(t, config))
	var states, log bytes.Buffer
	command.Stdin, command.Stdout, command.Stderr = input, &states, &log
	require.NoError(t, command.Run(), log.String())
	return keepState(t, states.String())
}

// pipe runs tap and target at once, joined by a pipe, and returns the state that the target prints last.
func (s site) pipe(t *testing.T, target string, config map[string]any, args ...string) string {
	t.Helper()
	state, code, log := s.join(t, target, config, args...)
	require.Equal(t, 0, code, log)
	return state
}

// join runs tap and target at once, joined by a pipe. The target must succeed; how the tap ended is returned with its log.
func (s site) join(t *testing.T, target string, config map[string]any, args ...string) (state string, code int, log string) {
	t.Helper()
	tap := exec.CommandContext(t.Context(), s.tap, append([]string{"--config", s.config()}, args...)...)
	to := exec.CommandContext(t.Context(), target, "--config", writeJSON(t, config))
	stream, err := tap.StdoutPipe()
	require.NoError(t, err)
	var states, tapLog, targetLog bytes.Buffer
	tap.Stderr, to.Stdin, to.Stdout, to.Stderr = &tapLog, stream, &states, &targetLog
	require.NoError(t, to.Start())
	require.NoError(t, tap.Start())
	require.NoError(t, to.Wait(), targetLog.String())
	if err := tap.Wait(); err != nil {
		ended, ok := errors.AsType[*exec.ExitError](err)
		require.True(t, ok, err)
		code = ended.ExitCode()
	}
	return keepState(t, states.String()), code, tapLog.String()
}

// keepState writes the last line of what a target printed, its newest state, into a file.
func keepState(t *testing.T, printed string) string {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(printed), "\n")
	name := filepath.Join(t.TempDir(), "state.json")
	require.NoError(t, os.WriteFile(name, []byte(lines[len(lines)-1]), 0o600))
	return name
}

// writeJSON writes a config for a target.
func writeJSON(t *testing.T, value any) string {
	t.Helper()
	content, err := json.Marshal(value)
	require.NoError(t, err)
	name := filepath.Join(t.TempDir(), "config.json")
	require.NoError(t, os.WriteFile(name, content, 0o600))
	return name
}

// changeConfig adds a key to the config that the site wrote.
func (s site) changeConfig(t *testing.T, key string, value any) {
	t.Helper()
	content, err := os.ReadFile(s.config())
	require.NoError(t, err)
	var config map[string]any
	require.NoError(t, json.Unmarshal(content, &config))
	config[key] = value
	content, err = json.Marshal(config)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(s.config(), content, 0o600))
}

// message is a line of a Singer stream.
type message struct {
	Type          string         `json:"type"`
	Stream        string         `json:"stream"`
	Record        map[string]any `json:"record"`
	KeyProperties []string       `json:"key_properties"`
}

// records counts the keys of all records of a file, by stream. A compound key is joined by slashes.
func records(t *testing.T, messages string) map[string]map[string]int {
	t.Helper()
	file, err := os.Open(messages)
	require.NoError(t, err)
	defer file.Close()
	keys := map[string][]string{}
	found := map[string]map[string]int{}
	reader := bufio.NewReader(file)
	for line, err := reader.ReadBytes('\n'); err == nil; line, err = reader.ReadBytes('\n') {
		var m message
		require.NoError(t, json.Unmarshal(line, &m))
		switch m.Type {
		case "SCHEMA":
			keys[m.Stream] = m.KeyProperties
			found[m.Stream] = map[string]int{}
		case "RECORD":
			found[m.Stream][keyOf(m.Record, keys[m.Stream])]++
		}
	}
	return found
}

// keyOf joins the values of the key columns in the order of the ledger: a parent's id comes first.
func keyOf(record map[string]any, columns []string) string {
	parts := make([]string, 0, len(columns))
	for _, column := range orderedKeys(columns) {
		parts = append(parts, fmt.Sprint(record[column]))
	}
	return strings.Join(parts, "/")
}

// orderedKeys puts the parents' ids before the row's own.
func orderedKeys(columns []string) []string {
	ordered := slices.Clone(columns)
	slices.SortStableFunc(ordered, func(a, b string) int {
		return rank(a) - rank(b)
	})
	return ordered
}

func rank(column string) int {
	if column == "id" {
		return 1
	}
	return 0
}
