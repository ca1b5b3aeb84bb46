package jira

import (
	"time"

	"tap-jira/internal/jsonread"
)

// reply is the body of an answer that passed every check.
type reply struct {
	dec *jsonread.Decoder
	// hashRecords says that it is to be seen whether a page holds the same records as another.
	hashRecords bool
	// clock is the server's, by the answer's Date; zero when it has none.
	clock time.Time
}
