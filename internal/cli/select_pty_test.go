//go:build unix

package cli_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
	"github.com/stretchr/testify/require"

	"tap-jira/internal/jira"
	"tap-jira/internal/jirasim"
	"tap-jira/internal/singer"
	"tap-jira/internal/stream"
	"tap-jira/schemas"
)

// chosen is what the screen says when so many of a Cloud site's streams are chosen.
func chosen(streams int) string {
	offered := 0
	for _, s := range stream.All() {
		if s.Offered(jira.Cloud) {
			offered++
		}
	}
	return fmt.Sprintf("%d of %d streams", streams, offered)
}

// sitter is a person at a real terminal in which tap-jira runs as a process.
type sitter struct {
	t        *testing.T
	terminal *os.File
	command  *exec.Cmd
	stdout   bytes.Buffer
	done     chan struct{} // closed when the terminal has nothing more to show

	mu     sync.Mutex
	shown  bytes.Buffer
	screen vt10x.Terminal
}

// sitDown starts tap-jira at a terminal of 100 by 24, in a folder with the config of a simulated site. Standard output is not
// the terminal, as in `tap-jira select > table`.
func sitDown(t *testing.T, dir string, environ []string, args ...string) *sitter {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	s := &sitter{t: t, done: make(chan struct{}), screen: vt10x.New(vt10x.WithSize(100, 24))}
	s.command = exec.CommandContext(t.Context(), self, args...)
	s.command.Args[0] = "tap-jira-process" // what TestMain goes by
	s.command.Dir = dir
	s.command.Env = append([]string{"TERM=xterm-256color", "PATH=" + os.Getenv("PATH")}, environ...)
	s.command.Stdout = &s.stdout
	s.terminal, err = pty.StartWithSize(s.command, &pty.Winsize{Cols: 100, Rows: 24})
	require.NoError(t, err)
	go s.watch()
	t.Cleanup(func() {
		_ = s.command.Process.Kill()
		_ = s.terminal.Close()
		<-s.done
	})
	return s
}

// watch keeps what the terminal shows.
func (s *sitter) watch() {
	defer close(s.done)
	buffer := make([]byte, 4096)
	for {
		n, err := s.terminal.Read(buffer)
		s.mu.Lock()
		s.shown.Write(buffer[:n])
		_, _ = s.screen.Write(buffer[:n]) // an emulator in memory
		s.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// raw is everything that was shown so far.
func (s *sitter) raw() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shown.String()
}

// now is what stands on the screen.
func (s *sitter) now() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.screen.String()
}

// sees waits until a text stands on the screen.
func (s *sitter) sees(text string) {
	s.t.Helper()
	const patience, pause = 30 * time.Second, 10 * time.Millisecond
	for deadline := time.Now().Add(patience); !strings.Contains(s.now(), text); {
		require.True(s.t, time.Now().Before(deadline), "not on the screen: %s\n%s", text, s.now())
		<-time.After(pause)
	}
}

// types presses keys, one after the other.
func (s *sitter) types(keys ...string) {
	s.t.Helper()
	for _, key := range keys {
		_, err := s.terminal.WriteString(key)
		require.NoError(s.t, err)
	}
}

// leaves waits for the end and returns the exit code.
func (s *sitter) leaves() int {
	s.t.Helper()
	_ = s.command.Wait() // the code is what counts
	return s.command.ProcessState.ExitCode()
}

// siteFolder makes a folder with the config of a small site.
func siteFolder(t *testing.T) string {
	t.Helper()
	site, err := jirasim.New(jirasim.Options{Issues: 3, Now: time.Now, Examples: schemas.FS()})
	require.NoError(t, err)
	server, err := site.Serve()
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	dir := t.TempDir()
	username, password := jirasim.DemoLogin(jirasim.Cloud)
	config, err := json.Marshal(map[string]any{"base_url": server.URL, "username": username, "password": password, "ca_file": "ca.pem"})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "ca.pem"), server.CAPEM, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "config.json"), config, 0o600))
	return dir
}

// chosenIn reads the catalog that was written.
func chosenIn(t *testing.T, dir string) *singer.Catalog {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "catalog.json"))
	require.NoError(t, err)
	catalog, err := singer.ParseCatalog(text)
	require.NoError(t, err)
	return catalog
}

// Keys as terminals send them.
const (
	keyRight  = "\x1b[C"
	keyLeft   = "\x1b[D"
	keyEnter  = "\r"
	keyEscape = "\x1b"
	keyCtrlC  = "\x03"
	keyCtrlS  = "\x13"
	keyCtrlU  = "\x15"
)

// TestPickAtATerminal picks two streams and leaves out a custom field, and sees the files and the terminal afterwards.
func TestPickAtATerminal(t *testing.T) {
	t.Parallel()
	dir := siteFolder(t)
	s := sitDown(t, dir, nil, "select", "--config", "config.json")
	s.sees(chosen(19)) // the standard set, of all streams
	s.types("dashboards", " ")
	s.sees(chosen(20))
	s.types(keyCtrlU, "users", " ")
	s.types(keyCtrlU, "issues", keyRight)
	s.sees("[=]   id")
	s.types("storypoints") // the field is found by the name that people know
	s.sees("> [x]     Story Points (customfield_")
	s.types(" ")
	s.sees("> [ ]     Story Points (customfield_")
	s.types(keyEscape)
	s.sees("type to search")
	s.types(keyLeft, keyEnter)
	s.sees("save 19 streams to catalog.json?")
	s.types(keyEnter)
	require.Zero(t, s.leaves(), s.raw())

	catalog := chosenIn(t, dir)
	require.True(t, catalog.Entry("dashboards").Selected(false))
	require.False(t, catalog.Entry("users").Selected(true))
	issues := catalog.Entry("issues")
	var left []string
	for _, path := range issues.Paths() {
		if !issues.Selects(path...) {
			name, _ := issues.Value("tap-jira.name", path...).(string)
			left = append(left, name)
		}
	}
	require.Equal(t, []string{"Story Points"}, left)
	require.Regexp(t, `(?m)^STREAM +COLUMNS +REPLICATION\n(.*\n)*dashboards +\d+ of`, s.stdout.String())
	require.NotContains(t, s.stdout.String(), "\x1b", "standard output holds the table and nothing else")
	require.Contains(t, s.raw(), "\x1b[?1049l", "the screen from before came back")

	// What was chosen is there the next time; saving it again changes nothing.
	before, err := os.ReadFile(filepath.Join(dir, "catalog.json"))
	require.NoError(t, err)
	again := sitDown(t, dir, nil, "select", "--config", "config.json")
	again.sees(chosen(19))
	again.types(keyCtrlS)
	require.Zero(t, again.leaves(), again.raw())
	after, err := os.ReadFile(filepath.Join(dir, "catalog.json"))
	require.NoError(t, err)
	require.Equal(t, string(before), string(after))
}

// TestPickDiscarded leaves the list in each way that must not write anything.
func TestPickDiscarded(t *testing.T) {
	t.Parallel()
	dir := siteFolder(t)
	tests := map[string]struct {
		leave func(s *sitter)
		code  int
		says  string
	}{
		"ctrl-c":  {func(s *sitter) { s.types(keyCtrlC) }, 130, "interrupted"},
		"discard": {func(s *sitter) { s.types(keyEnter, "d") }, 0, "choice discarded"},
		"signal":  {func(s *sitter) { require.NoError(s.t, s.command.Process.Signal(syscall.SIGTERM)) }, 143, "stopped by signal"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s := sitDown(t, dir, nil, "select", "--config", "config.json")
			s.sees(chosen(19))
			s.types("users", " ")
			tt.leave(s)
			require.Equal(t, tt.code, s.leaves(), s.raw())
			s.sees(tt.says)
			require.Contains(t, s.raw(), "\x1b[?1049l", "the screen from before came back")
			require.Empty(t, s.stdout.String())
			require.NoFileExists(t, filepath.Join(dir, "catalog.json"))
		})
	}
}

// TestPickWithoutColour looks for colours where NO_COLOR asks for none; bold and faint are none.
func TestPickWithoutColour(t *testing.T) {
	t.Parallel()
	dir := siteFolder(t)
	colours := map[string]bool{}
	for _, environ := range []string{"NO_COLOR=1", "COLOURS=yes"} {
		s := sitDown(t, dir, []string{environ}, "select", "--config", "config.json")
		s.sees(chosen(19))
		s.types(keyCtrlC)
		s.leaves()
		s.sees("CRITICAL")
		list, _, _ := strings.Cut(s.raw(), "\x1b[?1049l")
		_, list, _ = strings.Cut(list, "\x1b[?1049h")
		colours[environ] = strings.Contains(list, "\x1b[32m") || strings.Contains(list, ";36m") || strings.Contains(list, "36;")
	}
	require.Equal(t, map[string]bool{"NO_COLOR=1": false, "COLOURS=yes": true}, colours)
}

// TestPickResizes makes the window smaller while the list is shown.
func TestPickResizes(t *testing.T) {
	t.Parallel()
	s := sitDown(t, siteFolder(t), nil, "select", "--config", "config.json")
	s.sees(chosen(19))
	require.NoError(t, pty.Setsize(s.terminal, &pty.Winsize{Cols: 18, Rows: 10}))
	s.sees("make the window")
	s.types(keyCtrlC)
	require.Equal(t, 130, s.leaves())
}
