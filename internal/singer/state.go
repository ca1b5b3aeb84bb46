package singer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"tap-jira/internal/fault"
)

// stateVersion is the version of our own form of a state. A later form that this code would misread gets a higher one.
const stateVersion = 1

// Names of the members of a state, and of the members of a bookmark that other tools read too.
const (
	keyVersion   = "version"
	keyBookmarks = "bookmarks"
	keySyncing   = "currently_syncing"
	keyStart     = "start_date"

	// ReplicationKey is the member of a Bookmark that names the column whose value it holds.
	ReplicationKey = "replication_key"
	// ReplicationKeyValue is the member of a Bookmark that holds how far the stream was read.
	ReplicationKeyValue = "replication_key_value"
)

// State is how far each stream was read: bookmarks by stream, the stream that was being read when the run ended, and the date
// from which the first run read. Its JSON form is
//
//	{"version":1,"bookmarks":{"issues":{"replication_key":"updated","replication_key_value":"…"}},"currently_syncing":null}
//
// Members and streams that the tap does not know stay as they came in. It is not safe for concurrent use.
type State struct {
	bookmarks map[string]any // a Bookmark for streams we know, whatever came in for others
	syncing   string
	start     time.Time
	extra     map[string]any // unknown members of the top level
}

// NewState returns a state of which nothing was read yet.
func NewState() *State { return &State{bookmarks: map[string]any{}, extra: map[string]any{}} }

// Bookmark returns a copy of a stream's bookmark, never nil. Members that are null are left out: null is how a value is
// removed from a state, see SetBookmark.
func (s *State) Bookmark(stream string) Bookmark {
	b, _ := s.bookmarks[stream].(Bookmark)
	clean := b.clone()
	maps.DeleteFunc(clean, func(_ string, v any) bool { return v == nil })
	return clean
}

// SetBookmark replaces a stream's bookmark by a copy of b. Values are those of encoding/json; anything that cannot be written
// as JSON is a mistake of the caller and panics. A member of the old bookmark that b lacks becomes null and stays, because
// Meltano merges an old state with a new one and would bring it back otherwise.
func (s *State) SetBookmark(stream string, b Bookmark) {
	old, _ := s.bookmarks[stream].(Bookmark)
	next := b.clone()
	for name := range old {
		if _, kept := next[name]; !kept {
			next[name] = nil
		}
	}
	s.bookmarks[stream] = next
}

// Streams returns the names of all streams that have a bookmark, sorted; those of other taps are among them.
func (s *State) Streams() []string { return slices.Sorted(maps.Keys(s.bookmarks)) }

// Start returns the date from which the first run read, if the state keeps one.
func (s *State) Start() (time.Time, bool) { return s.start, !s.start.IsZero() }

// SetStart keeps the date from which the first run reads; the zero time removes it.
func (s *State) SetStart(start time.Time) { s.start = start.UTC() }

// CurrentlySyncing returns the stream at which the last run stopped, or "" when it finished.
func (s *State) CurrentlySyncing() string { return s.syncing }

// SetCurrentlySyncing keeps the stream that is being read; "" says that all are done.
func (s *State) SetCurrentlySyncing(stream string) { s.syncing = stream }

// Member decodes a member of the top level that singer itself has no name for into into, a pointer. A member that is not
// there leaves it as it is.
func (s *State) Member(name string, into any) error {
	value, there := s.extra[name]
	if !there {
		return nil
	}
	if err := json.Unmarshal(mustEncode(value), into); err != nil {
		return fmt.Errorf("decode %q: %w", name, err)
	}
	return nil
}

// SetMember puts a value that JSON can hold under a name of the top level that singer itself has no use for.
func (s *State) SetMember(name string, value any) {
	var kept any
	if err := decode(mustEncode(value), &kept); err != nil {
		panic("singer: copy a member of the state: " + err.Error())
	}
	s.extra[name] = kept
}

// Clone returns a copy that shares nothing with s that either could change.
func (s *State) Clone() *State {
	copied := &State{bookmarks: make(map[string]any, len(s.bookmarks)), syncing: s.syncing, start: s.start, extra: maps.Clone(s.extra)}
	for stream, value := range s.bookmarks {
		if b, ours := value.(Bookmark); ours {
			value = b.clone()
		}
		copied.bookmarks[stream] = value // what is not ours is never changed in place
	}
	return copied
}

// Encode returns the state as one line of JSON without a line's end. The same state always gives the same bytes.
// `currently_syncing` is always there, as null when nothing is being read, so that a merge of states clears it.
func (s *State) Encode() []byte {
	var buf bytes.Buffer
	buf.WriteString(`{"version":1,"bookmarks":`)
	buf.Write(mustEncode(s.bookmarks))
	buf.WriteString(`,"currently_syncing":`)
	if s.syncing == "" {
		buf.WriteString("null")
	} else {
		buf.Write(quote(s.syncing))
	}
	if !s.start.IsZero() {
		buf.WriteString(`,"start_date":"` + s.start.Format(timeLayout) + `"`)
	}
	for _, name := range slices.Sorted(maps.Keys(s.extra)) {
		buf.WriteByte(',')
		buf.Write(quote(name))
		buf.WriteByte(':')
		buf.Write(mustEncode(s.extra[name]))
	}
	buf.WriteByte('}')
	return buf.Bytes()
}

// mustEncode writes what came from JSON and can therefore be written as JSON.
func mustEncode(v any) []byte {
	text, err := encode(v)
	if err != nil {
		panic("singer: a bookmark holds what JSON cannot: " + err.Error())
	}
	return text
}

// Bookmark is how far one stream was read: ReplicationKey, ReplicationKeyValue, and whatever the tap keeps to resume. Numbers
// that came from a state are json.Number, exactly as they were written.
type Bookmark map[string]any

// clone copies by way of JSON, so that a bookmark holds only what a state can hold, and holds it alone.
func (b Bookmark) clone() Bookmark {
	if len(b) == 0 {
		return Bookmark{}
	}
	var copied Bookmark
	if err := decode(mustEncode(b), &copied); err != nil {
		panic("singer: copy a bookmark: " + err.Error())
	}
	return copied
}

// Time returns the value of the replication key as an instant, and the zero time when there is none. A value that is no
// date-time is an error of kind Usage, because to start over would be to read everything again without being asked.
func (b Bookmark) Time() (time.Time, error) {
	value := b[ReplicationKeyValue]
	if value == nil {
		return time.Time{}, nil
	}
	if text, ok := value.(string); ok {
		if at, ok := ParseTime(text); ok {
			return at, nil
		}
	}
	shown, _ := json.Marshal(value)
	return time.Time{}, fault.New(fault.Usage, `write it like "2024-05-01T12:00:00Z", or remove the bookmark to read the stream from the start`,
		"the state's %s is %s, not a date-time", ReplicationKeyValue, shown)
}
