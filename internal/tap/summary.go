package tap

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tap-jira/internal/fault"
)

// Summary is what a run did, in the shape that is printed as JSON.
type Summary struct {
	// Exit is the exit code that the run earned.
	Exit int `json:"exit"`
	// Started is when the run began.
	Started time.Time `json:"started"`
	// Seconds is how long it took.
	Seconds float64 `json:"seconds"`
	// Requests is how many requests were sent, retries included.
	Requests int64 `json:"requests"`
	// WaitsSeconds is how long workers waited for Jira's limits, added up.
	WaitsSeconds float64 `json:"waits_seconds"`
	// Streams has one entry a selected stream, in the order of the output.
	Streams []StreamSummary `json:"streams"`
}

// StreamSummary is what became of one stream.
type StreamSummary struct {
	// Stream is the bare name.
	Stream string `json:"stream"`
	// Records is how many were printed.
	Records int64 `json:"records"`
	// Requests is how many requests were sent for it, retries included.
	Requests int64 `json:"requests"`
	// Tolerated counts answers that were taken as "nothing here".
	Tolerated int64 `json:"tolerated"`
	// Failed tells that the stream did not come to its end.
	Failed bool `json:"failed"`
	// Gaps counts rows that are known to exist and were not printed.
	Gaps int64 `json:"gaps"`
	// Reasons says in words what failed, is missing or was tolerated.
	Reasons []string `json:"reasons"`
}

// Incomplete tells whether something selected is missing from the output.
func (s StreamSummary) Incomplete() bool {
	return s.Failed || s.Gaps > 0
}

// incomplete says what is missing from a run that came to its end. The summary, and for streams that do not exist a warning, tells
// of each.
func (r *run) incomplete() error {
	var missing []string
	for _, t := range slices.Concat(r.lost, r.tables) {
		a := t.account
		switch {
		case a.failed:
			missing = append(missing, t.stream.Name+" failed: "+strings.Join(a.reasons, "; "))
		case a.gaps > 0:
			missing = append(missing, fmt.Sprintf("%s lacks %d rows: %s", t.stream.Name, a.gaps, strings.Join(a.reasons, "; ")))
		case a.doubted:
			missing = append(missing, fmt.Sprintf("deletes in %s are not told: %s", t.stream.Name, strings.Join(a.reasons, "; ")))
		}
	}
	const again, correct = "what is missing is asked for again by the next run", "correct what is selected; tap-jira streams lists what there is"
	hint := []string{"everything else was read"}
	if len(r.absent) > 0 {
		hint = append(hint, correct)
	}
	if len(missing) > 0 {
		hint = append(hint, again)
	}
	missing = slices.Concat(r.absent, missing)
	if len(missing) == 0 {
		return nil
	}
	return fault.New(fault.Incomplete, strings.Join(hint, "; "), "%s", fault.Few(missing, "each in a line above"))
}

// summary says what became of the run.
func (r *run) summary(err error) Summary {
	s := Summary{Started: r.began, Seconds: r.options.Now().Sub(r.began).Seconds(), Streams: []StreamSummary{}}
	if err != nil {
		s.Exit = int(fault.KindOf(err))
	}
	waited := r.overhead.Waited()
	for _, t := range slices.Concat(r.lost, r.tables) {
		line := t.account.summary(t.stream.Name)
		line.Requests = t.meter.Requests.Load()
		s.Requests += line.Requests
		waited += t.meter.Waited()
		s.Streams = append(s.Streams, line)
	}
	s.Requests += r.overhead.Requests.Load()
	s.WaitsSeconds = waited.Seconds()
	return s
}
