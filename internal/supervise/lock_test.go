//go:build unix

package supervise_test

import (
	"os"
	"os/exec"
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
	lock, err := supervise.Acquire(state, supervise.Claim{}, now)
	require.NoError(t, err)

	_, err = supervise.Acquire(state, supervise.Claim{}, now)
	require.Equal(t, fault.Usage, fault.KindOf(err))
	require.ErrorContains(t, err, "process "+strconv.Itoa(os.Getpid()))
	require.ErrorContains(t, err, "2026-11-22T12:00:00Z")
	require.ErrorContains(t, err, state)

	other, err := supervise.Acquire(state+"2", supervise.Claim{}, now)
	require.NoError(t, err, "another state is free")
	require.NoError(t, other.Release())

	require.NoError(t, lock.Release())
	lock, err = supervise.Acquire(state, supervise.Claim{}, now)
	require.NoError(t, err, "free again")
	require.NoError(t, lock.Release())
	info, err := os.Stat(state + ".lock")
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

func TestAStateIsNotChangedUnderARun(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	state := filepath.Join(t.TempDir(), "state.json")
	change, err := supervise.AcquireToChange(state, now)
	require.NoError(t, err)
	require.NoFileExists(t, state+".lock", "no run has worked with it")
	require.NoError(t, change.Release())

	run, err := supervise.Acquire(state, supervise.Claim{Configs: []string{"one.json"}}, now)
	require.NoError(t, err)
	_, err = supervise.AcquireToChange(state, now)
	require.Equal(t, fault.Usage, fault.KindOf(err))
	require.ErrorContains(t, err, "process "+strconv.Itoa(os.Getpid()))
	require.Contains(t, fault.HintOf(err), "would replace this one")
	require.NoError(t, run.Release())

	require.NoError(t, os.WriteFile(state, []byte("{}"), 0o600))
	change, err = supervise.AcquireToChange(state, now.Add(time.Hour))
	require.NoError(t, err)
	_, err = supervise.Acquire(state, supervise.Claim{}, now)
	require.ErrorContains(t, err, "since 2026-11-22T13:00:00Z", "nor does a run begin while it is changed")
	require.NoError(t, change.Release())
	_, err = supervise.Acquire(state, supervise.Claim{Configs: []string{"two.json"}, Assumed: true}, now)
	require.ErrorContains(t, err, "is that of runs with one.json", "a change leaves the state with its config")
}

func TestAHolderThatCannotBeReadIsStillAHolder(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "state.json")
	lock, err := supervise.Acquire(state, supervise.Claim{}, time.Now())
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(state+".lock", []byte("garbage"), 0o600))
	_, err = supervise.Acquire(state, supervise.Claim{}, time.Now())
	require.ErrorContains(t, err, "another process works with the state")
	require.NoError(t, lock.Release())
}

func TestALockThatCannotBeMade(t *testing.T) {
	t.Parallel()
	_, err := supervise.Acquire(filepath.Join(t.TempDir(), "nowhere", "state.json"), supervise.Claim{}, time.Now())
	require.Equal(t, fault.Usage, fault.KindOf(err))
	require.Contains(t, fault.HintOf(err), "--state")
}

// TestALockOutlivesAKilledRun starts what a run starts, and lets go of the lock as a killed process does: without a word.
func TestALockOutlivesAKilledRun(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "state.json")
	lock, err := supervise.Acquire(state, supervise.Claim{}, time.Now())
	require.NoError(t, err)
	if lock.Inherited() == nil {
		t.Skip("locks are not inherited here")
	}
	child := exec.Command("sleep", "60")
	child.ExtraFiles = []*os.File{lock.Inherited()}
	require.NoError(t, child.Start())
	require.NoError(t, lock.Inherited().Close())
	gone := exec.Command("true")
	require.NoError(t, gone.Run())
	content := `{"pid":` + strconv.Itoa(gone.Process.Pid) + `,"since":"2026-11-22T12:00:00Z"}`
	require.NoError(t, os.WriteFile(state+".lock", []byte(content), 0o600))

	_, err = supervise.Acquire(state, supervise.Claim{}, time.Now())
	require.ErrorContains(t, err, "what a run that was killed (process "+strconv.Itoa(gone.Process.Pid))
	require.NoError(t, child.Process.Kill())
	require.Error(t, child.Wait())
	lock, err = supervise.Acquire(state, supervise.Claim{}, time.Now())
	require.NoError(t, err, "free once nobody is left")
	require.NoError(t, lock.Release())
}

// TestALockThatWasGivenBackIsFree: what a target leaves in the background on purpose does not hold up the next run.
func TestALockThatWasGivenBackIsFree(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "state.json")
	lock, err := supervise.Acquire(state, supervise.Claim{}, time.Now())
	require.NoError(t, err)
	child := exec.Command("sleep", "60")
	child.ExtraFiles = []*os.File{lock.Inherited()}
	require.NoError(t, child.Start())
	defer func() {
		require.NoError(t, child.Process.Kill())
		require.Error(t, child.Wait())
	}()
	require.NoError(t, lock.Release())
	lock, err = supervise.Acquire(state, supervise.Claim{}, time.Now())
	require.NoError(t, err)
	require.NoError(t, lock.Release())
}

func TestAnAssumedStateIsOfOneConfig(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "state.json")
	take := func(assumed bool, configs ...string) error {
		lock, err := supervise.Acquire(state, supervise.Claim{Configs: configs, Assumed: assumed}, time.Now())
		if err != nil {
			return err
		}
		return lock.Release()
	}
	require.NoError(t, take(true, "one.json"))
	require.NoError(t, take(true, "two.json"), "there is no state that could be the wrong one")
	require.NoError(t, os.WriteFile(state, []byte("{}"), 0o600))
	require.NoError(t, take(true, "two.json", "more.json"), "the same config with another")
	require.NoError(t, take(true, "two.json"), "and without it again")
	require.NoError(t, take(true), "nobody knows whose the variables are")
	require.NoError(t, take(true, "two.json"))

	for range 2 {
		err := take(true, "one.json")
		require.ErrorContains(t, err, "is that of runs with two.json", "a refusal changes nothing")
		require.Equal(t, fault.Usage, fault.KindOf(err))
		require.Contains(t, fault.HintOf(err), "--state state.json takes this one over")
	}
	require.NoError(t, take(false, "one.json"), "whoever names the state means it")
	require.Error(t, take(true, "two.json"))
}
