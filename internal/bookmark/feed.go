package bookmark

import "encoding/json"

// Feed is where the feed goes on that tells of worklogs: all of the site, in the order of their last change.
type Feed struct {
	Key   string `json:"replication_key"`
	Value string `json:"replication_key_value"`
	// Printed are the worklogs changed in the very millisecond of the value, or from which
	// on the last of the spans is read, as Jira lists that one again.
	Printed []uint64 `json:"printed"`
	// Spans are what is left of the feed while several parts of it are read at once, in order;
	// the value is then where the first begins. Empty otherwise; written always, because
	// Meltano merges states.
	Spans []Span `json:"spans"`
	// Part says how far a piece of a first load has read its part of the feed.
	Part string `json:"part,omitempty"`
	// Deleted is from when on deletions are looked for.
	Deleted string `json:"deleted,omitempty"`
	// Census names what was known of the stream's ids; see census.Mark.
	Census json.RawMessage `json:"census,omitempty"`
}

// Span is a time of last changes: From inclusive, Before exclusive, both RFC 3339, Before
// empty where it is open.
type Span struct {
	From   string `json:"from"`
	Before string `json:"before"`
}

// What a piece's state says of its part of the feed of worklogs.
const (
	PartLoading = "loading"
	PartRead    = "read"
)
