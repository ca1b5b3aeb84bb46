package tap

import "time"

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
