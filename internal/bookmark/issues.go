package bookmark

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"tap-jira/internal/overlap"
	"tap-jira/internal/singer"
)

// MaxUnread bounds how many issues that Jira cannot deliver are kept in the
// state, to be asked for again; with more the bookmark stays where it is.
const MaxUnread = 100

// Issues is where an issue stream goes on. Every member is always
// written, because Meltano merges states and would bring back what is missing.
type Issues struct {
	// Key is the column of the value.
	Key string `json:"replication_key"`
	// Value is the moment from which updates are read again.
	Value string `json:"replication_key_value"`
	// Loading is the first load that is not finished yet.
	Loading *Loading `json:"loading"`
	// Overlap remembers what was printed from Value on.
	Overlap *overlap.Saved `json:"overlap"`
	// Unread are the issues that Jira could not deliver.
	Unread []uint64 `json:"unread"`
	// Swept is when the stream was last read whole, RFC 3339; kept for streams
	// whose changes Jira does not date.
	Swept string `json:"swept"`
	// Scope is a hash of the limits by project and JQL that the value holds for.
	Scope string `json:"scope"`
	// Census names what was known of the stream's ids; see census.Mark.
	Census json.RawMessage `json:"census,omitempty"`
	// Compared is the value that the last run left which compared all that Jira lists with the census: an issue that changed
	// since then, and before Value, may have been out of sight when it was to be read. Empty where no census is kept.
	Compared string `json:"compared,omitempty"`
	// Claim counts what is in the output; only issues have one.
	Claim *Claim `json:"claim"`
	// sweeping tells that the stream is read whole again.
	sweeping bool
}

// Due returns the bookmark of a stream that is read whole again when its last
// sweep is too long ago: it begins a first load, or goes on with one.
func (b Issues) Due(sweep time.Duration, now time.Time) (Issues, error) {
	if b.Value == "" || b.Loading != nil || sweep == 0 {
		return b, nil
	}
	swept, err := ParseTime(b.Swept)
	if err != nil || now.Sub(swept) < sweep {
		return b, err
	}
	return Issues{sweeping: true, Compared: b.Compared}, nil
}

// Loading is how far a first load has come.
type Loading struct {
	// Started is the server's clock when it began, RFC 3339.
	Started string `json:"started"`
	// Created is when the last issue in the output was created: all older ones
	// are there. Empty before the first.
	Created string `json:"created"`
}

// Same tells that two streams go on from the same place, so that one walk
// serves both.
func (b Issues) Same(other Issues) bool {
	return b.Value == other.Value && b.Scope == other.Scope && b.sweeping == other.sweeping &&
		equalOrNil(b.Loading, other.Loading) && equalOrNil(b.Overlap, other.Overlap) && slices.Equal(b.Unread, other.Unread)
}

func equalOrNil[T comparable](a, b *T) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// ParseTime reads a moment of a bookmark; empty is the zero time.
func ParseTime(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if at, ok := singer.ParseTime(text); ok {
		return at, nil
	}
	return time.Time{}, fmt.Errorf("the moment %q is not in RFC 3339 form", text)
}

// HashScope names a scope in the state without repeating it.
func HashScope(scope string) string {
	sum := sha256.Sum256([]byte(scope))
	return hex.EncodeToString(sum[:6])
}

// Unite returns the bookmark of two pieces of a first load: the earlier of both
// moments, and everything that is still to be read.
func (b Issues) Unite(other Issues) Issues {
	b.Claim = b.Claim.unite(other.Claim)
	b.Value = min(b.Value, other.Value) // both are written by singer.FormatTime, which sorts as time does
	b.Swept = min(b.Swept, other.Swept)
	b.Unread = slices.Concat(b.Unread, other.Unread)
	slices.Sort(b.Unread)
	b.Unread = slices.Compact(b.Unread)
	return b
}
