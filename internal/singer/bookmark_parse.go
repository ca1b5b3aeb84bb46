package singer

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"tap-jira/internal/fault"
)

// Members of a bookmark as the Meltano SDK writes it.
const (
	sdkPartitions = "partitions"
	sdkStarting   = "starting_replication_value" // where an interrupted run began, which is as far as all its partitions are read
	sdkMarkers    = "progress_markers"           // what an interrupted run saw in no order; says nothing that could be relied on
	sdkSignpost   = "replication_key_signpost"
)

// readBookmark reads the bookmark of a stream that the tap knows. With ours it is in our form and stays whole; otherwise it is
// read as the Meltano SDK's or singer-python's, of which only the replication key and its value are kept.
func readBookmark(stream string, raw json.RawMessage, ours bool) (Bookmark, error) {
	if isNull(raw) {
		return nil, nil
	}
	var b Bookmark
	if raw[0] != '{' || decode(raw, &b) != nil {
		return nil, badBookmark(stream, "it is %s, not an object", kindOfJSON(raw))
	}
	if ours {
		return b, nil
	}
	if value := b[ReplicationKeyValue]; value != nil {
		return valued(stream, b, value)
	}
	if parts, found := b[sdkPartitions]; found && parts != nil {
		return readPartitions(stream, b, parts)
	}
	for _, name := range []string{sdkStarting, sdkMarkers, sdkSignpost, ReplicationKey} {
		if _, sdk := b[name]; sdk {
			return starting(stream, b)
		}
	}
	return readClassic(stream, b)
}

// badBookmark is the error for a bookmark that cannot be understood.
func badBookmark(stream, format string, args ...any) error {
	return fault.New(fault.Usage, "correct it, or remove it from the state to read the stream from the start",
		"read the state's bookmark of %s: %w", stream, fault.New(fault.Usage, "", format, args...))
}

// valued makes a bookmark of a value that must be a date-time, since that is what Singer sources like ours go by.
// MeltanoLabs' tap-jira keeps the last id of streams that it reads whole, under a replication key such as id, accountId or
// self: that says nothing, and is no bookmark.
func valued(stream string, b Bookmark, value any) (Bookmark, error) {
	key, _ := b[ReplicationKey].(string)
	text, isText := value.(string)
	if _, ok := ParseTime(text); !isText || !ok {
		if key != "" && !slices.Contains([]string{"updated", "created"}, key) {
			return nil, nil
		}
		return nil, badBookmark(stream, "%s is not a date-time", mustEncode(value))
	}
	return compact(key, text), nil
}

// compact is a bookmark of nothing but a key, which may be unknown, and its value.
func compact(key, value string) Bookmark {
	b := Bookmark{ReplicationKeyValue: value}
	if key != "" {
		b[ReplicationKey] = key
	}
	return b
}

// starting reads a bookmark that has no value yet: its first run was interrupted. What that run began with is still right.
func starting(stream string, b Bookmark) (Bookmark, error) {
	value := b[sdkStarting]
	if value == nil {
		return nil, nil
	}
	return valued(stream, b, value)
}

// readPartitions takes the earliest value of the SDK's partitions, one a project or board. When one of them has none, nothing
// can be said of the whole stream.
func readPartitions(stream string, b Bookmark, parts any) (Bookmark, error) {
	list, ok := parts.([]any)
	if !ok {
		return nil, badBookmark(stream, "its partitions are no list")
	}
	if len(list) == 0 {
		return starting(stream, b)
	}
	var first Bookmark
	for _, item := range list {
		part, ok := item.(map[string]any)
		if !ok {
			return nil, badBookmark(stream, "one of its partitions is no object")
		}
		value := part[ReplicationKeyValue]
		if value == nil {
			value = part[sdkStarting]
		}
		if value == nil {
			return nil, nil
		}
		read, err := valued(stream, part, value)
		if err != nil || read == nil {
			return nil, err
		}
		first = earliest(first, read)
	}
	return first, nil
}

// readClassic reads a bookmark of singer-python, an object of column and value such as {"updated": "…"}. Offsets and page
// numbers beside it are another tap's own and are dropped: the value holds without them. Of several the earliest counts.
func readClassic(stream string, b Bookmark) (Bookmark, error) {
	var first Bookmark
	var strange []string
	for _, column := range slices.Sorted(maps.Keys(b)) {
		text, isText := b[column].(string)
		if !isText {
			continue
		}
		if _, ok := ParseTime(text); !ok {
			strange = append(strange, column)
			continue
		}
		first = earliest(first, compact(column, text))
	}
	if first == nil && len(strange) > 0 {
		return nil, badBookmark(stream, "%s is %q, not a date-time", strange[0], b[strange[0]])
	}
	return first, nil
}

// earliest returns the bookmark with the earlier value; one without a value, but for nil, is the earliest of all.
func earliest(a, b Bookmark) Bookmark {
	if a == nil {
		return b
	}
	if instant(b).Before(instant(a)) {
		return b
	}
	return a
}

// instant is the value of a bookmark that was checked before.
func instant(b Bookmark) time.Time {
	text, _ := b[ReplicationKeyValue].(string)
	at, _ := ParseTime(text)
	return at
}
