package tap_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"tap-jira/internal/fault"
	"tap-jira/internal/jira"
	"tap-jira/internal/jirasim"
	"tap-jira/internal/singer"
	"tap-jira/internal/stream"
	"tap-jira/internal/tap"
)

// trouble is what a run meets.
type trouble struct {
	idle     bool // nothing has changed since the last run
	changing bool // the site is edited while it is read
	cut      int  // the output breaks off after so many bytes; 0 never
	cancel   int  // the run is cancelled after so many lines; 0 never
	faults   []jirasim.Fault
	lasting  bool // a fault may end the run or a stream
}

// calm tells that nothing excuses a failure.
func (t trouble) calm() bool { return t.cut == 0 && t.cancel == 0 && !t.lasting }

// trouble draws what the next run meets; half of the runs meet nothing.
func (h *history) trouble() trouble {
	var t trouble
	switch n := h.rng.IntN(20); {
	case n < 2 && h.printed > 0:
		t.cut = 1 + h.rng.IntN(h.printed)
	case n < 3 && h.printed > 0:
		t.cut = h.printed - h.rng.IntN(h.printed/20) // what ends a run is short and delicate
	case n < 5:
		t.cancel = 1 + h.rng.IntN(1+h.printed/500)
	case n < 8:
		t.faults = []jirasim.Fault{h.fault(passingFaults(h.site.clock.Now())), h.fault(passingFaults(h.site.clock.Now()))}
	case n < 11:
		t.faults, t.lasting = []jirasim.Fault{h.fault(lastingFaults)}, true
	}
	t.changing = h.rng.IntN(3) == 0
	return t
}

// faultyPaths are the resources that go wrong.
var faultyPaths = []string{
	"/rest/api/{v}/search/jql", "/rest/api/{v}/search", "/rest/api/{v}/issue/bulkfetch", "/rest/api/{v}/changelog/bulkfetch",
	"/rest/api/{v}/worklog/updated", "/rest/api/{v}/worklog/list", "/rest/api/{v}/users/search", "/rest/api/{v}/project/search",
	"/rest/api/{v}/project", "/rest/api/{v}/issue/{issueIdOrKey}/comment", "/rest/api/{v}/search/approximate-count",
}

// fault puts one of the faults on one of the resources.
func (h *history) fault(of []jirasim.Fault) jirasim.Fault {
	f := of[h.rng.IntN(len(of))]
	if f.Template == "" {
		f.Template = faultyPaths[h.rng.IntN(len(faultyPaths))]
	}
	f.From = 1 + h.rng.IntN(4)
	if f.Contains != "" {
		f.From = 1
	}
	return f
}

// passingFaults are those that a run must get over.
func passingFaults(now time.Time) []jirasim.Fault {
	return []jirasim.Fault{
		jirasim.RateLimited(jirasim.WaitSeconds, now, 20*time.Second),
		jirasim.RateLimited(jirasim.WaitDataCenter, now, 20*time.Second),
		jirasim.RateLimited(jirasim.WaitUnsaid, now, 0),
		{Name: "500", Status: http.StatusInternalServerError, Times: 2},
		{Name: "503", Status: http.StatusServiceUnavailable, Times: 3},
		{Name: "reset", Reset: jirasim.ResetBefore, Times: 2},
		{Name: "reset in the body", Reset: jirasim.ResetMidBody, Times: 2},
		{Name: "cut body", CutBody: true, Times: 2},
		{Name: "empty page", EmptyPage: true},
		{Name: "no isLast", NoIsLast: true, Times: 4},
	}
}

// lastingFaults are those that may cost a run a stream or its life.
var lastingFaults = []jirasim.Fault{
	{Name: "500 for ever", Status: http.StatusInternalServerError, Times: -1},
	{Name: "403", Status: http.StatusForbidden, Times: -1},
	{Name: "login page", LoginPage: true},
	{Name: "lost login", Anonymous: true, Times: -1},
	{Name: "no connection", Reset: jirasim.ResetBefore, Times: -1},
	{Name: "repeated token", RepeatToken: true, Times: -1},
	endingEarly(1),
}

// run runs the tap, gives the target what came out, and looks at everything.
func (h *history) run(t trouble) error {
	h.site.ClearScript()
	h.site.Script(t.faults...)
	h.site.watch = func(*http.Request) { h.pass(requestTime) }
	if t.changing {
		h.site.watch = h.changing
	}
	h.remember()
	began := h.site.clock.Now()
	if load := loadingSince(h.state); !load.IsZero() {
		began = load // what changed behind its place since then is the next run's
	}
	if t.lasting {
		began = began.Add(-h.options.Lookback) // what a walk that ended early lacks behind its bookmark is the next run's, too
	}
	got := h.sync(t)
	h.site.watch = nil
	h.site.ClearScript()
	h.printed = max(h.printed, len(got.out))
	h.tell("run with %s: %v; %d bytes, %d requests", t, got.err, len(got.out), len(got.requests))
	if err := h.readRun(&got); err != nil {
		return err
	}
	if h.broken != nil && h.broken.between != nil {
		h.broken.between(h)
	}
	return h.judge(t, got, began)
}

// String names what the run meets.
func (t trouble) String() string {
	var words []string
	for _, f := range t.faults {
		words = append(words, f.Name+" on "+f.Template)
	}
	for word, is := range map[string]bool{"cut": t.cut > 0, "cancel": t.cancel > 0, "changes": t.changing, "nothing to do": t.idle} {
		if is {
			words = append(words, word)
		}
	}
	return "[" + strings.Join(words, ", ") + "]"
}

// sync is one run of the tap on a machine whose clock may be wrong.
func (h *history) sync(t trouble) outcome {
	wrong := []time.Duration{0, 0, 2 * time.Second, -3 * time.Hour, 5 * time.Hour, -400 * 24 * time.Hour, 400 * 24 * time.Hour}[h.rng.IntN(7)]
	now := func() time.Time { return h.site.clock.Now().Add(wrong) }
	var transport http.RoundTripper = login{h.site}
	if h.broken != nil && h.broken.middle != nil {
		transport = h.broken.middle(h, transport)
	}
	o := h.options
	o.Now, o.Logger = now, slog.New(slog.DiscardHandler)
	o.Client = jira.New(jira.Options{
		BaseURL: h.site.address, Transport: transport, Unsigned: h.site, Concurrency: o.Concurrency, PageSize: h.pageSize, ListSize: h.pageSize,
		Now: now, Wait: h.site.clock.Wait, Jitter: func() float64 { return 1 },
	})
	if h.state != nil {
		state, err := singer.ParseState(h.state, stream.Canonical(""))
		if err != nil {
			h.t.Fatal(err)
		}
		o.State = state
	}
	ctx, cancel := context.WithCancelCause(h.t.Context())
	defer cancel(nil)
	out := &countingWriter{lines: t.cancel, then: func() { cancel(fault.New(fault.Terminated, "", "stopped by SIGTERM")) }}
	var w io.Writer = out
	pipe := &cutWriter{left: t.cut, err: io.ErrClosedPipe}
	if t.cut > 0 {
		w = pipe
	}
	var got outcome
	h.site.ForgetRequests()
	got.summary, got.err = tap.Sync(ctx, o, w)
	got.requests = h.site.Requests()
	got.out = out.Bytes()
	if t.cut > 0 {
		got.out = pipe.Bytes()
	}
	return got
}

// readRun loads into the target the lines that reached it whole, and keeps the
// last STATE as a target would give it back.
func (h *history) readRun(got *outcome) error {
	whole := got.out[:bytes.LastIndexByte(got.out, '\n')+1]
	for line := range bytes.Lines(whole) {
		var m message
		if err := json.Unmarshal(line, &m); err != nil {
			return violated(invented, "a line that is no JSON: %.200q", line)
		}
		got.messages = append(got.messages, m)
		if m.Type != "STATE" {
			continue
		}
		if err := h.checkState(m.Value); err != nil && h.broken == nil {
			return err
		}
		h.state = bytes.Clone(m.Value)
	}
	h.target.load(got.messages)
	return nil
}

// maxState is how long a STATE may be.
const maxState = 8 << 10

// checkState makes sure that a state is short and takes no bookmark back.
func (h *history) checkState(next []byte) error {
	if len(next) > maxState {
		return violated(unstable, "%d bytes", len(next))
	}
	before, after := bookmarksOf(h.state), bookmarksOf(next)
	for stream, value := range before {
		if after[stream] < value {
			return violated(unstable, "the bookmark of %s went from %s to %s", stream, value, after[stream])
		}
	}
	return nil
}

// loading tells that a first load of issues is to be gone on with.
func loading(state []byte) bool { return !loadingSince(state).IsZero() }

// loadingSince is when that load began; zero when there is none.
func loadingSince(state []byte) time.Time {
	var read struct {
		Bookmarks map[string]struct{ Loading struct{ Started time.Time } }
	}
	_ = json.Unmarshal(state, &read) // nil before the first
	return read.Bookmarks["issues"].Loading.Started
}

// bookmarksOf are the bookmarks' values, which are in a form that sorts.
func bookmarksOf(state []byte) map[string]string {
	var read struct {
		Bookmarks map[string]struct {
			Value string `json:"replication_key_value"`
		} `json:"bookmarks"`
	}
	_ = json.Unmarshal(state, &read) // nil before the first
	values := map[string]string{}
	for stream, b := range read.Bookmarks {
		values[stream] = b.Value
	}
	return values
}
