package supervise_test

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/supervise"
)

func TestOneAtATimeForAState(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	state := filepath.Join(t.TempDir(), "state.json")
	lock, err := supervise.Acquire(state, now)
	require.NoError(t, err)

	_, err = supervise.Acquire(state, now)
	require.Equal(t, fault.Usage, fault.KindOf(err))
	require.ErrorContains(t, err, "process "+strconv.Itoa(os.Getpid()))
	require.ErrorContains(t, err, "2026-11-22T12:00:00Z")
	require.ErrorContains(t, err, state)

	other, err := supervise.Acquire(state+"2", now)
	require.NoError(t, err, "another state is free")
	require.NoError(t, other.Release())

	require.NoError(t, lock.Release())
	lock, err = supervise.Acquire(state, now)
	require.NoError(t, err, "free again")
	require.NoError(t, lock.Release())
	info, err := os.Stat(state + ".lock")
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

func TestAHolderThatCannotBeReadIsStillAHolder(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "state.json")
	lock, err := supervise.Acquire(state, time.Now())
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(state+".lock", []byte("garbage"), 0o600))
	_, err = supervise.Acquire(state, time.Now())
	require.ErrorContains(t, err, "another process works with the state")
	require.NoError(t, lock.Release())
}

func TestALockThatCannotBeMade(t *testing.T) {
	t.Parallel()
	_, err := supervise.Acquire(filepath.Join(t.TempDir(), "nowhere", "state.json"), time.Now())
	require.Equal(t, fault.Usage, fault.KindOf(err))
	require.Contains(t, fault.HintOf(err), "--state")
}
