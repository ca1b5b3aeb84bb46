package cli_test

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/cli"
	"tap-jira/internal/jirasim"
)

// TestPanicIsOneLine breaks the tap in the middle of its work, in the connection and by its clock, with a secret in hand:
// the run ends with 1 and one line, which names a place and no value.
func TestPanicIsOneLine(t *testing.T) {
	t.Parallel()
	name, token := jirasim.DemoLogin(jirasim.Cloud)
	d := newDoor(t, jirasim.Options{}, nil)
	d.config(map[string]any{"username": name, "password": token})
	tried := 0
	for _, words := range [][]string{{}, {"check"}, {"discover"}, {"auth", "status"}, {"verify", "--state", "state.json"}} {
		for _, nth := range []int64{1, 3, 9} {
			for _, level := range []string{"info", "debug"} {
				var out, log bytes.Buffer
				p := d.process(strings.NewReader(""), &out, &log, append(words, "--config", "config.json", "--log-level", level)...)
				var asked atomic.Int64
				p.Proxy = func(*http.Request) (*url.URL, error) {
					if asked.Add(1) == nth {
						panic("signing with " + token)
					}
					return nil, nil
				}
				code := cli.Main(p)
				if asked.Load() < nth || code == 2 {
					continue // it needs fewer requests, or a state
				}
				tried++
				requireOneLine(t, code, log.String(), level)
				require.Empty(t, leaks(out.String()+log.String(), canaries(jirasim.Cloud)))
			}
		}
	}
	require.GreaterOrEqual(t, tried, 8)
}

// requireOneLine looks at how a broken run ends.
func requireOneLine(t *testing.T, code int, stderr, level string) {
	t.Helper()
	require.Equal(t, 1, code, stderr)
	require.Contains(t, lastLine(stderr), "tap-jira itself is broken: a panic (string) at internal/")
	require.Contains(t, lastLine(stderr), "--log-level debug")
	require.Equal(t, 1, strings.Count(stderr, "CRITICAL"), stderr)
	require.Equal(t, level == "debug", strings.Contains(stderr, "goroutine "), "the stack is for those who ask")
}

// TestPanicOfTheClock breaks the tap wherever it looks at the clock, beyond its requests.
func TestPanicOfTheClock(t *testing.T) {
	t.Parallel()
	name, token := jirasim.DemoLogin(jirasim.Cloud)
	d := newDoor(t, jirasim.Options{}, nil)
	d.config(map[string]any{"username": name, "password": token})
	for _, nth := range []int64{1, 2, 5, 20, 60, 100} {
		var out, log bytes.Buffer
		p := d.process(strings.NewReader(""), &out, &log, "--config", "config.json")
		var asked atomic.Int64
		p.Now = func() time.Time {
			if asked.Add(1) == nth {
				panic("at " + token)
			}
			return time.Now()
		}
		code := cli.Main(p)
		require.GreaterOrEqual(t, asked.Load(), nth)
		requireOneLine(t, code, log.String(), "info")
		require.Empty(t, leaks(out.String()+log.String(), canaries(jirasim.Cloud)))
		if lines := strings.Split(strings.TrimSpace(out.String()), "\n"); lines[0] != "" {
			require.Contains(t, lines[len(lines)-1], `"type":"STATE"`, "what was printed is closed by a state")
		}
	}
}
