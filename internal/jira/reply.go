package jira

import (
	"time"

	"tap-jira/internal/jsonread"
)

// reply is the body of an answer that passed every check.
type reply struct {
	dec *jsonread.Decoder
	// hash is by which is seen whether a page holds the same records as another; nil where nobody asks.
	hash func(record []byte) uint64
	// clock is the server's, by the answer's Date; zero when it has none.
	clock time.Time
}
