package tap

import (
	"bytes"
	"encoding/json"
	"fmt"

	"tap-jira/internal/fault"
	"tap-jira/internal/singer"
)

// toBookmark returns the form that the state holds of a struct; its numbers
// stay exact.
func toBookmark(from any) (singer.Bookmark, error) {
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

// fromBookmark reads a bookmark of the state into a struct. Members that the
// struct lacks, another tap's for example, are passed over.
func fromBookmark(stream string, b singer.Bookmark, into any) error {
	raw, err := json.Marshal(b)
	if err == nil {
		err = json.Unmarshal(raw, into)
	}
	if err != nil {
		return badBookmark(stream, err)
	}
	return nil
}

// badBookmark is the error for a state that cannot be gone on from.
func badBookmark(stream string, err error) error {
	return fault.Wrap(fault.Usage, fmt.Errorf("read the bookmark of %s in the state: %w", stream, err),
		"correct it, or remove it from the state to read the stream from the start")
}
