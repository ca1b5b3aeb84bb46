package cli_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jirasim"
)

// TestAnIssueOf60MB is one issue with a text of 60 MB, and one with 60 MB of comments: both are whole in the output. How
// much memory they add is measured on a process of its own.
func TestAnIssueOf60MB(t *testing.T) {
	if testing.Short() {
		t.Skip("large")
	}
	for _, deployment := range []jirasim.Deployment{jirasim.Cloud, jirasim.DataCenter} {
		t.Run(deployment.String(), func(t *testing.T) {
			o := newOrdealInTime(t, deployment, 40)
			plain, _ := o.peak()
			for name, field := range map[string]struct{ name, value string }{
				"one text":      {"description", `"` + strings.Repeat("sixty million letters of text ", 2_000_000) + `"`},
				"many comments": {"comment", manyComments(2_000, 30_000)},
			} {
				o.forgets()
				o.site.ClearScript()
				o.spoil(map[string]string{field.name: field.value})
				peak, out := o.peak()
				o.t.Logf("%s: %d MB at most, %d MB without; %d MB of output", name, peak>>20, plain>>20, out>>20)
				require.Greater(t, out, int64(60_000_000), name)
				require.Less(t, peak-plain, 2*out, "%s: at most twice its size", name)
			}
		})
	}
}

// manyComments is a list of comments as an issue embeds it.
func manyComments(n, letters int) string {
	var b bytes.Buffer
	fmt.Fprintf(&b, `{"total":%d,"maxResults":%d,"startAt":0,"comments":[`, n, n)
	text := strings.Repeat("x", letters)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":"%d","body":"%s","created":"2026-01-01T00:00:00.000+0000","updated":"2026-01-01T00:00:00.000+0000"}`, 900_000+i, text)
	}
	b.WriteString("]}")
	return b.String()
}

// peak runs the tap to its end and returns how much memory it took at most, and how much it printed, in bytes. What the
// process counts itself is asked for after each piece of the output, since what wait4 tells may be its parent's.
func (o *ordeal) peak() (memory, printed int64) {
	o.t.Helper()
	c := o.start()
	for {
		n, err := io.CopyN(io.Discard, c.out, 1<<16)
		printed += n
		memory = max(memory, highWater(c.Process.Pid))
		if err != nil {
			require.ErrorIs(o.t, err, io.EOF)
			break
		}
	}
	require.NoError(o.t, c.Wait(), c.log)
	return memory, printed
}

// highWater is the most memory that a process had so far, 0 when it is gone.
func highWater(pid int) int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		var kilobytes int64
		if n, _ := fmt.Sscanf(line, "VmHWM: %d kB", &kilobytes); n == 1 {
			return kilobytes << 10
		}
	}
	return 0
}
