package runlog

import "time"

// Run is the summary of one run: that of the tap, with how tap and target ended. Times are those of the whole job.
type Run struct {
	// Exit is the exit code that the run earned; -1 in a list for a run without a summary, which is under way or was
	// killed.
	Exit int `json:"exit"`
	// Started is when the run began, in UTC.
	Started time.Time `json:"started"`
	// Seconds is how long tap and target took together.
	Seconds float64 `json:"seconds"`
	// Requests is how many requests the tap sent to Jira, retries included.
	Requests int64 `json:"requests"`
	// WaitsSeconds is how long the tap's workers waited for Jira's limits, added up.
	WaitsSeconds float64 `json:"waits_seconds"`
	// Streams has one entry a selected stream; it is empty when the run came to no stream.
	Streams []Stream `json:"streams"`
	// Tap and Target are how the two ended; nil when they were not started.
	Tap    *End `json:"tap,omitempty"`
	Target *End `json:"target,omitempty"`
	// States is how many states the target printed, and Bytes how much it read.
	States int   `json:"states"`
	Bytes  int64 `json:"bytes"`
	// Error is the last line of a run that failed: what, where, and what to do.
	Error string `json:"error,omitempty"`
	// Name is the base name of the run's files, without their endings; it is not part of the summary.
	Name string `json:"-"`
}

// Stream is what became of one stream, in the shape in which the tap tells it.
type Stream struct {
	Stream    string   `json:"stream"`
	Records   int64    `json:"records"`
	Requests  int64    `json:"requests"`
	Tolerated int64    `json:"tolerated"`
	Failed    bool     `json:"failed"`
	Gaps      int64    `json:"gaps"`
	Reasons   []string `json:"reasons"`
}

// End is how a process ended.
type End struct {
	// Exit is its exit code, -1 when a signal ended it.
	Exit int `json:"exit"`
	// Signal names that signal.
	Signal string `json:"signal,omitempty"`
}

// Records adds up what was printed of all streams.
func (r Run) Records() int64 {
	var records int64
	for _, s := range r.Streams {
		records += s.Records
	}
	return records
}

// Unfinished tells that there is no summary: the run is under way, or was killed.
func (r Run) Unfinished() bool { return r.Exit == unfinished }

// Failed tells that the run came to its end and not to a good one.
func (r Run) Failed() bool { return r.Exit != 0 && !r.Unfinished() }

// unfinished is the exit code of a run without a summary.
const unfinished = -1
