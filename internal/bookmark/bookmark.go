// Package bookmark holds what a state says of the place where a stream goes on:
// the forms of bookmarks, as JSON, and how two pieces of a load are united.
//
// [Issues] is that of streams that are read with the issues, and of others that are
// listed by date; [Feed] that of worklogs. [Tally] keeps right how many issues a state
// claims to be in the output. A state stays small at any size of the
// site, and is self-contained: what a member means is said here and nowhere else.
// Members are only ever added, because people keep states across releases.
package bookmark

import (
	"bytes"
	"encoding/json"
	"fmt"

	"tap-jira/internal/fault"
	"tap-jira/internal/singer"
)

// Write returns the form that the state holds of a struct; its numbers
// stay exact.
func Write(from any) (singer.Bookmark, error) {
	raw, err := json.Marshal(from)
	if err != nil {
		return nil, fmt.Errorf("write a bookmark: %w", err)
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var bookmark singer.Bookmark
	if err := dec.Decode(&bookmark); err != nil {
		return nil, fmt.Errorf("write a bookmark: %w", err)
	}
	return bookmark, nil
}

// Read reads a bookmark of the state into a struct. Members that the
// struct lacks, another tap's for example, are passed over. The error is Unreadable.
func Read(stream string, b singer.Bookmark, into any) error {
	raw, err := json.Marshal(b)
	if err == nil {
		err = json.Unmarshal(raw, into)
	}
	if err != nil {
		return Unreadable(stream, err)
	}
	return nil
}

// Unreadable is the error, of kind fault.Usage, for a bookmark that cannot be gone on from.
func Unreadable(stream string, err error) error {
	return fault.Wrap(fault.Usage, fmt.Errorf("read the bookmark of %s in the state: %w", stream, err),
		"correct it, or remove it from the state to read the stream from the start")
}
