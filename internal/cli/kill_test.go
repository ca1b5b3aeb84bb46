//go:build unix

package cli_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jirasim"
)

var (
	kills  = flag.Int("kills", 20, "how many times TestKills kills a process")
	binary = flag.String("tap", "tap-jira-process", "the binary that is killed; default is this test as tap-jira")
)

// patience is far longer than a process of the tests ever takes; only a hang is longer.
const patience = 5 * time.Minute

// child is a tap-jira as a process of its own.
type child struct {
	*exec.Cmd
	out io.ReadCloser
	log *bytes.Buffer
}

// start starts tap-jira in the ordeal's folder. It ends with the test at the latest.
func (o *ordeal) start() *child {
	o.t.Helper()
	o.config(o.members)
	args := []string{"--config", "config.json"}
	if o.hasState {
		args = append(args, "--state", "state.json")
	}
	c := &child{Cmd: exec.CommandContext(o.t.Context(), *binary, args...), log: &bytes.Buffer{}}
	c.Dir, c.Stderr = o.dir, c.log
	c.Env = append(os.Environ(), o.variables()...)
	var err error
	c.out, err = c.StdoutPipe()
	require.NoError(o.t, err)
	require.NoError(o.t, c.Start())
	return c
}

// killAt lets so many bytes of output pass and then kills the process. It returns all that got out, and whether the
// process was killed before its end.
func (o *ordeal) killAt(bytesOut int) (out []byte, killed bool) {
	o.t.Helper()
	c := o.start()
	var got bytes.Buffer
	_, err := io.CopyN(&got, c.out, int64(bytesOut))
	if err == nil {
		require.NoError(o.t, c.Process.Kill())
	}
	_, err = io.Copy(&got, c.out) // what was in the pipe has reached the target
	require.NoError(o.t, err)
	_ = c.Wait() // says "killed"
	status := c.ProcessState.Sys().(syscall.WaitStatus)
	if !status.Signaled() {
		require.Zero(o.t, c.ProcessState.ExitCode(), c.log)
	}
	return got.Bytes(), status.Signaled()
}

// takes reads whole lines as a target does and keeps the last STATE among them.
func (o *ordeal) takes(out []byte) {
	o.t.Helper()
	for line := range bytes.Lines(out[:bytes.LastIndexByte(out, '\n')+1]) {
		var m singerMessage
		require.NoError(o.t, json.Unmarshal(line, &m), "%.200s", line)
		o.printed = append(o.printed, m)
		if m.Type == "STATE" {
			require.NoError(o.t, os.WriteFile(filepath.Join(o.dir, "state.json"), m.Value, 0o600))
			o.hasState = true
		}
	}
}

// newOrdealInTime is a site that goes by the real clock, for processes of their own.
func newOrdealInTime(t *testing.T, deployment jirasim.Deployment, issues int) *ordeal {
	t.Helper()
	o := newOrdealAt(t, jirasim.Options{Deployment: deployment, Issues: issues, Now: time.Now}, nil)
	delete(o.members, "validate_records")
	return o
}

// TestKills kills the tap at random bytes of its output and starts it again with the last STATE that came out, until it
// comes to its end: what a target has merged by then is the truth.
func TestKills(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("many processes")
	}
	for i, deployment := range []jirasim.Deployment{jirasim.Cloud, jirasim.DataCenter} {
		t.Run(deployment.String(), func(t *testing.T) {
			t.Parallel()
			o := newOrdealInTime(t, deployment, 700)
			size, _ := o.killAt(1 << 40)
			for left, seed := (*kills+i)/2, uint64(0); left > 0; seed++ {
				rng := rand.New(rand.NewPCG(seed, 7))
				o.forgets()
				at := []int{}
				for killed := true; killed; {
					n := 1 << 40
					if left > 0 && len(at) < 4 {
						n = 1 + rng.IntN(len(size))
						at = append(at, n)
					}
					var out []byte
					out, killed = o.killAt(n)
					o.takes(out)
					if killed {
						left--
					}
				}
				t.Logf("seed %d, killed at %v of %d bytes", seed, at, len(size))
				o.requireLedger(tried()...)
			}
		})
	}
}

// TestSignalsWhileRequestsHang sends SIGINT and SIGTERM to a process whose requests get no answer.
func TestSignalsWhileRequestsHang(t *testing.T) {
	t.Parallel()
	for signal, code := range map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143} {
		for name, hung := range map[string]jirasim.Fault{
			"no answer": {HoldHeader: make(chan struct{})}, "half a body": {Hold: make(chan struct{})},
		} {
			t.Run(fmt.Sprintf("%s, %s", signal, name), func(t *testing.T) {
				t.Parallel()
				o := newOrdealInTime(t, jirasim.Cloud, 300)
				hung.Template, hung.Times = "/rest/api/{v}/issue/bulkfetch", -1
				o.site.Script(hung)
				c := o.start()
				require.Eventually(t, func() bool {
					return slices.ContainsFunc(o.site.Requests(), func(r jirasim.RequestRecord) bool { return r.Template == hung.Template && r.Status == 0 })
				}, patience, time.Millisecond, "nothing hangs")
				sent := time.Now()
				require.NoError(t, c.Process.Signal(signal))
				out, err := io.ReadAll(c.out)
				require.NoError(t, err)
				_ = c.Wait() // says the exit code
				t.Logf("ended %s after the signal", time.Since(sent).Round(time.Millisecond))
				require.Less(t, time.Since(sent), time.Minute, "it waited for what hangs")
				require.Equal(t, code, c.ProcessState.ExitCode(), c.log)
				require.NotEmpty(t, o.read(out), "from STATE to STATE")

				o.site.ClearScript()
				o.printed = nil
				o.takes(out)
				rest, _ := o.killAt(1 << 40)
				o.takes(rest)
				o.requireLedger(tried()...)
			})
		}
	}
}
