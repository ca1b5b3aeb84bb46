package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/cli"
	"tap-jira/internal/jirasim"
)

// hands are the clock of a site and of the tap that reads it. Only waiting, and what a test says, moves them.
type hands struct{ passed atomic.Int64 }

func (h *hands) now() time.Time { return morning.Add(time.Duration(h.passed.Load())) }

func (h *hands) pass(d time.Duration) { h.passed.Add(int64(d)) }

// wait takes no time but moves the clock.
func (h *hands) wait(ctx context.Context, d time.Duration) error {
	h.pass(d)
	return context.Cause(ctx)
}

// ordeal is a site with a fault, and the runs of the tap against it.
type ordeal struct {
	*door
	deployment jirasim.Deployment
	clock      *hands
	members    map[string]any // of the config
	dial       func(ctx context.Context, network, address string) (net.Conn, error)
	// skew is by how much the tap's clock is ahead of the site's.
	skew time.Duration
	// printed is what came out of all runs, in order.
	printed  []singerMessage
	hasState bool
}

// trip is one run.
type trip struct {
	code     int
	messages []singerMessage
	stderr   string
	requests []jirasim.RequestRecord
}

// tried are the streams of an ordeal: read whole and by bookmark, lists and children, in one request and in many.
func tried() []string {
	return []string{"projects", "components", "versions", "priorities", "users", "issues", "issue_comments", "changelogs", "worklogs"}
}

// newOrdeal starts a site that ends with the test, with a config that logs in by password.
func newOrdeal(t *testing.T, deployment jirasim.Deployment) *ordeal {
	t.Helper()
	return newOrdealAt(t, jirasim.Options{Deployment: deployment, Issues: 40}, nil)
}

func newOrdealAt(t *testing.T, site jirasim.Options, front func(*jirasim.FrontOptions)) *ordeal {
	t.Helper()
	o := &ordeal{deployment: site.Deployment, clock: &hands{}}
	if site.Now == nil {
		site.Now = o.clock.now
	}
	if site.Deployment == jirasim.DataCenter {
		site.BasePath = "/jira"
	}
	o.door = newDoor(t, site, front)
	username, password := jirasim.DemoLogin(site.Deployment)
	o.members = map[string]any{"username": username, "password": password, "streams": tried(), "validate_records": "all"}
	return o
}

// cloud tells which dialect the site speaks.
func (o *ordeal) cloud() bool { return o.deployment == jirasim.Cloud }

// sync runs the tap from the last STATE on.
func (o *ordeal) sync() trip {
	o.t.Helper()
	o.config(o.members)
	o.site.ForgetRequests()
	args := []string{"--config", "config.json"}
	if o.hasState {
		args = append(args, "--state", "state.json")
	}
	var out, log bytes.Buffer
	process := o.process(strings.NewReader(""), &out, &log, args...)
	process.Now = func() time.Time { return o.clock.now().Add(o.skew) }
	process.Wait, process.Dial = o.clock.wait, o.dial
	got := trip{code: cli.Main(process), stderr: log.String(), requests: o.site.Requests()}
	got.messages = o.read(out.Bytes())
	o.printed = append(o.printed, got.messages...)
	return got
}

// read takes a Singer stream apart, strictly, and keeps its last STATE.
func (o *ordeal) read(out []byte) (messages []singerMessage) {
	o.t.Helper()
	for line := range bytes.Lines(out) {
		requireStrict(o.t, line)
		var m singerMessage
		require.NoError(o.t, json.Unmarshal(line, &m), "%.200s", line)
		messages = append(messages, m)
	}
	if len(messages) == 0 {
		return nil
	}
	last := messages[len(messages)-1]
	require.Equal(o.t, "STATE", messages[0].Type, "the first line")
	require.Equal(o.t, "STATE", last.Type, "the last line")
	require.NoError(o.t, os.WriteFile(filepath.Join(o.dir, "state.json"), last.Value, 0o600))
	o.hasState = true
	return messages
}

// whole is a run that must succeed, after which the union of all runs is the truth.
func (o *ordeal) whole() trip {
	o.t.Helper()
	got := o.sync()
	require.Zero(o.t, got.code, got.stderr)
	o.requireLedger(tried()...)
	return got
}

// lacks is a run that must end with 5 and name each text, after which an undisturbed one gets what is missing.
func (o *ordeal) lacks(named ...string) trip {
	o.t.Helper()
	got := o.sync()
	require.Equal(o.t, 5, got.code, got.stderr)
	for _, text := range named {
		require.Contains(o.t, lastLine(got.stderr), text)
	}
	o.heals()
	return got
}

// fails is a run that must end with the code.
func (o *ordeal) fails(code int, named ...string) trip {
	o.t.Helper()
	got := o.sync()
	require.Equal(o.t, code, got.code, got.stderr)
	for _, text := range named {
		require.Contains(o.t, lastLine(got.stderr), text)
	}
	return got
}

// heals removes the fault and runs again.
func (o *ordeal) heals() {
	o.t.Helper()
	o.gains()
	for _, m := range o.sync().messages {
		incremental := slices.Contains([]string{"issues", "issue_comments", "changelogs", "worklogs"}, m.Stream)
		require.False(o.t, m.Type == "RECORD" && incremental, "an idle run prints a record of %s", m.Stream)
	}
}

// gains removes the fault and gets what is missing.
func (o *ordeal) gains() {
	o.t.Helper()
	o.site.ClearScript()
	o.whole()
}

// forgets begins again with no state and an empty table.
func (o *ordeal) forgets() { o.hasState, o.printed = false, nil }

// rows are the records of a stream, by key, as a target merges them.
func (o *ordeal) rows(stream string) map[string]map[string]any {
	rows := map[string]map[string]any{}
	for _, m := range o.printed {
		if m.Type == "RECORD" && m.Stream == stream {
			rows[recordKey(m.Record, o.site.Ledger().Columns(stream))] = m.Record
		}
	}
	return rows
}

// requireLedger compares the tables with the truth.
func (o *ordeal) requireLedger(streams ...string) {
	o.t.Helper()
	for _, stream := range streams {
		var missing, extra []string
		rows, truth := o.rows(stream), map[string]bool{}
		for key := range o.site.Ledger().Keys(stream) {
			truth[key] = true
			if rows[key] == nil {
				missing = append(missing, key)
			}
		}
		for key := range rows {
			if !truth[key] {
				extra = append(extra, key)
			}
		}
		require.Zero(o.t, len(missing)+len(extra), "%s: %d missing %.200s, %d too many %.200s",
			stream, len(missing), fmt.Sprint(missing), len(extra), fmt.Sprint(extra))
	}
}

// requests is how many requests an undisturbed run takes.
func (o *ordeal) requests() int {
	o.t.Helper()
	n := len(o.whole().requests)
	o.forgets()
	return n
}

// passing is a fault that plays on two requests in a row, again and again through the run, and loses nothing.
func passing(fault jirasim.Fault) func(*ordeal) {
	return func(o *ordeal) {
		undisturbed := o.requests()
		for from := 1; from <= undisturbed; from += 5 {
			fault.From, fault.Times = from, 2
			o.site.Script(fault)
		}
		got := o.whole()
		require.Greater(o.t, len(got.requests), undisturbed, "nothing went wrong")
		o.heals()
	}
}
