//go:build unix

package supervise_test

import (
	"context"
	"errors"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"tap-jira/internal/supervise"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// soon is how long a job may take that must end at once: far less than the sleeps in the commands below.
const soon = 20 * time.Second

// heard is what a job passed on.
type heard struct {
	mu                              sync.Mutex
	states, garbage, tapLog, errors []string
}

func (h *heard) note(list *[]string) func([]byte) {
	return func(line []byte) {
		h.mu.Lock()
		defer h.mu.Unlock()
		*list = append(*list, string(line))
	}
}

// shell makes a job of two command lines.
func shell(tap, target string) (supervise.Job, *heard) {
	h := &heard{}
	command := func(line string) supervise.Command {
		return supervise.Command{Path: "sh", Args: []string{"-c", line}, Env: []string{"PATH=" + os.Getenv("PATH")}}
	}
	return supervise.Job{
		Tap: command(tap), Target: command(target),
		TapLog: h.note(&h.tapLog), TargetLog: h.note(&h.errors), State: h.note(&h.states), Garbage: h.note(&h.garbage),
	}, h
}

// ends runs a job that must come to its end soon.
func ends(ctx context.Context, t *testing.T, job supervise.Job) supervise.Outcome {
	t.Helper()
	started := time.Now()
	outcome, err := job.Run(ctx)
	require.NoError(t, err)
	require.Less(t, time.Since(started), soon)
	return outcome
}

func TestHowAJobEnds(t *testing.T) {
	t.Parallel()
	const impatient = 3 * time.Second // far more than a busy machine holds a process up
	cases := map[string]struct {
		tap, target string
		patience    time.Duration
		want        supervise.Outcome
	}{
		"both well": {
			tap: `echo one; echo two`, target: `cat >/dev/null`,
			want: supervise.Outcome{Bytes: 8},
		},
		"the target fails at the end": {
			tap: `echo one`, target: `cat >/dev/null; exit 3`,
			want: supervise.Outcome{Target: supervise.End{Code: 3}, Cause: supervise.ByTarget, Bytes: 4},
		},
		"the tap fails, and the target because of that": {
			tap: `exit 4`, target: `read line || exit 9`,
			want: supervise.Outcome{Tap: supervise.End{Code: 4}, Target: supervise.End{Code: 9}, Cause: supervise.ByTap},
		},
		"the tap is killed": {
			tap: `echo one; kill -KILL $$`, target: `cat >/dev/null`,
			want: supervise.Outcome{Tap: supervise.End{Code: -1, Signal: "killed"}, Cause: supervise.ByTap, Bytes: 4},
		},
		"the tap is incomplete, which is no reason for the target to fail": {
			tap: `exit 5`, target: `cat >/dev/null; exit 3`,
			want: supervise.Outcome{Tap: supervise.End{Code: 5}, Target: supervise.End{Code: 3}, Cause: supervise.ByTarget},
		},
		"the tap is incomplete": {
			tap: `exit 5`, target: `cat >/dev/null`,
			want: supervise.Outcome{Tap: supervise.End{Code: 5}},
		},
		"the target takes nothing while there is more": {
			tap: `yes`, target: `exec sleep 60`, patience: impatient,
			want: supervise.Outcome{Target: supervise.End{Code: -1, Signal: "terminated"}, Cause: supervise.ByTarget, Hung: true},
		},
		"the target does not finish": {
			tap: `echo one`, target: `cat >/dev/null; sleep 60`, patience: impatient,
			want: supervise.Outcome{Target: supervise.End{Code: -1, Signal: "terminated"}, Cause: supervise.ByTarget, Hung: true, Bytes: 4},
		},
		"a target that waits for the tap does not hang": {
			tap: `sleep 4; echo one`, target: `cat >/dev/null`, patience: impatient,
			want: supervise.Outcome{Bytes: 4},
		},
		"a target that says something does not hang": {
			tap: `echo one`, target: `cat >/dev/null; for i in 1 2 3 4 5 6 7 8; do sleep 0.5; echo $i >&2; done`, patience: impatient,
			want: supervise.Outcome{Bytes: 4},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			job, _ := shell(c.tap, c.target)
			job.Patience = c.patience
			got := ends(t.Context(), t, job)
			if c.want.Hung {
				got.Tap = supervise.End{} // it was told to end
			}
			if c.want.Bytes == 0 {
				got.Bytes = 0 // as much as the pipe took
			}
			require.Equal(t, c.want, got)
		})
	}
}

func TestADeadTargetEndsTheJobAtOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		tap, target string
		code        int
	}{
		"while the tap writes":           {tap: `yes`, target: `head -n 5 >/dev/null`},
		"while the tap waits":            {tap: `exec sleep 60`, target: `exit 3`, code: 3},
		"while something holds its pipe": {tap: `yes`, target: `sleep 60 & exit 3`, code: 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			job, _ := shell(c.tap, c.target)
			got := ends(t.Context(), t, job)
			require.Equal(t, supervise.ByTarget, got.Cause)
			require.True(t, got.Early)
			require.Equal(t, c.code, got.Target.Code)
			require.NotZero(t, got.Tap.Code, "the tap was stopped")
		})
	}
}

func TestLinesOfTheTargetAreSorted(t *testing.T) {
	t.Parallel()
	job, h := shell(`printf 'one\n' ; echo 'INFO from the tap' >&2`,
		`cat >/dev/null; echo '{"a":1}'; echo; echo 'no state'; echo '{"b":'; echo '[1]'; echo ' {"c":3} '; printf 'last >&2' ; printf 'said' >&2`)
	got := ends(t.Context(), t, job)
	require.Equal(t, supervise.Nobody, got.Cause)
	require.Equal(t, []string{`{"a":1}`, ` {"c":3} `}, h.states)
	require.Equal(t, []string{"no state", `{"b":`, "[1]", "last >&2"}, h.garbage)
	require.Equal(t, []string{"said"}, h.errors)
	require.Equal(t, []string{"INFO from the tap"}, h.tapLog)
}

func TestAStoppedJobFlushes(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	job, h := shell(`trap 'echo "{\"last\":true}"; exit 143' TERM; echo begun >&2; while :; do sleep 0.05; done`, `cat`)
	job.TapLog = func([]byte) { cancel(errors.New("enough")) }
	got := ends(ctx, t, job)
	require.True(t, got.Stopped)
	require.Equal(t, supervise.Nobody, got.Cause)
	require.Equal(t, supervise.End{Code: 143}, got.Tap)
	require.Equal(t, supervise.End{}, got.Target)
	require.Equal(t, []string{`{"last":true}`}, h.states)
}

func TestAStoppedJobEndsThoughNeitherWantsTo(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	job, _ := shell(`trap '' TERM; echo begun >&2; while :; do sleep 0.05; done`, `trap '' TERM; while :; do sleep 0.05; done`)
	job.TapLog = func([]byte) { cancel(errors.New("enough")) }
	job.Grace = 100 * time.Millisecond
	got := ends(ctx, t, job)
	require.True(t, got.Stopped)
	require.Equal(t, "killed", got.Tap.Signal)
	require.Equal(t, "killed", got.Target.Signal)
}

func TestWhatATargetLeavesBehindHoldsNothingUp(t *testing.T) {
	t.Parallel()
	job, h := shell(`echo one`, `cat >/dev/null; echo '{"a":1}'; sleep 30 & exit 0`)
	got := ends(t.Context(), t, job)
	require.Equal(t, supervise.Outcome{Bytes: 4}, got)
	require.Equal(t, []string{`{"a":1}`}, h.states)
}

func TestWhatCannotBeStarted(t *testing.T) {
	t.Parallel()
	job, _ := shell(`echo one`, `cat`)
	job.Target.Path = "/nowhere/sh"
	_, err := job.Run(t.Context())
	require.ErrorContains(t, err, "start the target")

	job, _ = shell(`echo one`, `cat`)
	job.Tap.Path = "/nowhere/tap"
	_, err = job.Run(t.Context())
	require.ErrorContains(t, err, "start the tap")
}

func TestATargetThatBrokeDownLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	job, h := shell(`exec sleep 60`, `trap '' TERM; (while :; do sleep 0.05; done) & echo $! >&2; kill -KILL $$`)
	got := ends(t.Context(), t, job)
	require.Equal(t, supervise.End{Code: -1, Signal: "killed"}, got.Target)
	left, err := strconv.Atoi(h.errors[0])
	require.NoError(t, err)
	require.Eventually(t, func() bool { return errors.Is(syscall.Kill(left, 0), syscall.ESRCH) || zombie(left) }, soon, 10*time.Millisecond)
}

// zombie tells whether a process has ended and waits for its parent to notice, which here may be nobody.
func zombie(pid int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err == nil && strings.Contains(string(stat), ") Z ")
}
