//go:build unix

package cli

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
)

func TestReadFile(t *testing.T) {
	t.Parallel()
	a, _ := quietApp(t, nil)
	name := filepath.Join(a.Dir, "config.json")
	require.NoError(t, os.WriteFile(name, []byte("{}"), 0o600))
	content, err := a.readFile("config.json")
	require.NoError(t, err)
	require.Equal(t, "{}", string(content))

	_, err = a.readFile("missing.json")
	require.ErrorIs(t, err, fs.ErrNotExist)
	_, err = a.readFile(".")
	require.ErrorIs(t, err, syscall.EISDIR)
	require.Equal(t, "read "+filepath.Join(a.Dir, ".")+": is a directory", err.Error())

	// A file that never ends must not take all memory.
	_, err = a.readFile("/dev/zero")
	require.EqualError(t, err, "read /dev/zero: it holds more than 64 MB")
	_, err = a.readNamed("--state", "/dev/zero")
	require.Equal(t, fault.Usage, fault.KindOf(err))
	_, err = a.shell(t.Context(), "cat /dev/zero")
	require.EqualError(t, err, "it holds more than 64 MB")
	content, err = a.shell(t.Context(), "echo secret; exit 3")
	require.EqualError(t, err, "exit status 3")
	require.Equal(t, "secret\n", string(content))
	a.shard, a.Stdin = "-", endless{}
	_, err = a.shardLine()
	require.ErrorContains(t, err, "it holds more than 64 MB")
	require.Equal(t, fault.Usage, fault.KindOf(err))
	a.Stdin = strings.NewReader("line\n")
	line, err := a.shardLine()
	require.NoError(t, err)
	require.Equal(t, "line", string(line))
}

func TestAFullDiskIsTheMachinesFault(t *testing.T) {
	t.Parallel()
	for err, want := range map[error]fault.Kind{
		syscall.ENOSPC: fault.Internal, syscall.EDQUOT: fault.Internal,
		syscall.EACCES: fault.Usage, syscall.EISDIR: fault.Usage, syscall.EROFS: fault.Usage, fs.ErrNotExist: fault.Usage,
	} {
		require.Equal(t, want, unwritten(&fs.PathError{Op: "write", Path: "x", Err: err}), err.Error())
	}
	a, _ := quietApp(t, nil)
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("there is no /dev/full")
	}
	require.Equal(t, fault.Internal, fault.KindOf(a.drawRuns("/dev/full", nil)))
	require.Equal(t, fault.Usage, fault.KindOf(a.drawRuns(".", nil)))
}

// endless is a reader without an end.
type endless struct{}

func (endless) Read(into []byte) (int, error) { return len(into), nil }
