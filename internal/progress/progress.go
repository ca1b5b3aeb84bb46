package progress

import "time"

// Snapshot is how far a run is at one moment.
type Snapshot struct {
	// Streams is how many streams are selected, Ended how many of them came to their end.
	Streams int `json:"streams"`
	Ended   int `json:"ended"`
	// Records is how many records were printed, and Rate how many a second of late.
	Records int64   `json:"records"`
	Rate    float64 `json:"rate"`
	// Seconds is how long the run has lasted.
	Seconds float64 `json:"seconds"`
	// Running are the streams that have begun and not ended, in the order of the output.
	Running []Stream `json:"running"`
	// Until is when the site allows requests again that it has refused; zero when it refuses none. Reason is its word
	// for why.
	Until  time.Time `json:"until,omitzero"`
	Reason string    `json:"reason,omitempty"`
}

// Stream is how far one stream is.
type Stream struct {
	Stream string `json:"stream"`
	// Records is how many were printed, and Rate how many a second of late.
	Records int64   `json:"records"`
	Rate    float64 `json:"rate"`
	// Pieces of Expected are read, and Kind names them; Expected is zero where nobody knows.
	Pieces   int64  `json:"pieces"`
	Expected int64  `json:"expected"`
	Kind     string `json:"kind,omitempty"`
	// Left is how many seconds the rest takes at the pace so far; zero where nobody knows.
	Left float64 `json:"left"`
}

// waiting tells whether the site holds requests back at the moment.
func (s Snapshot) waiting(now time.Time) bool { return s.Until.After(now) }
