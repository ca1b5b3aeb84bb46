package singer

import (
	"encoding/json"
	"maps"
	"slices"
)

// EntryOptions say what discovery knows of a stream.
type EntryOptions struct {
	// Stream is the name of the stream, for its identity and for its messages.
	Stream string
	// Schema is the JSON Schema of its records, with every column under `properties`.
	Schema json.RawMessage
	// Keys are the columns of the primary key; never empty.
	Keys []string
	// ReplicationKey is the column of the bookmark of an incremental stream; "" for one that is always read whole.
	ReplicationKey string
	// Standard says whether the stream is read when nobody chooses.
	Standard bool
	// Parent is the stream that this one's records belong to, or "".
	Parent string
	// Extra is metadata of the stream beside what NewEntry writes; it wins over that.
	Extra map[string]any
	// Column returns metadata of a column or nested property beside its inclusion, over which it wins; nil for none. A nil
	// Column has none for any.
	Column func(path ...string) map[string]any
}

// NewEntry makes the entry of a stream for discovery, with metadata for the stream, every column and every nested property in
// the order of the schema. It writes no `selected`: that is the user's. Keys and the replication key are automatic.
func NewEntry(o EntryOptions) Entry {
	e := Entry{
		TapStreamID: o.Stream, Stream: o.Stream, Schema: o.Schema,
		KeyProperties: slices.Clone(o.Keys), ReplicationKey: o.ReplicationKey, ReplicationMethod: FullTable,
	}
	if o.ReplicationKey != "" {
		e.ReplicationMethod = Incremental
	}
	e.Metadata = append(e.Metadata, Metadata{Breadcrumb: []string{}, Metadata: o.streamMetadata(e.ReplicationMethod)})
	for _, path := range propertyPaths(o.Schema, nil) {
		e.Metadata = append(e.Metadata, Metadata{Breadcrumb: breadcrumb(path), Metadata: o.columnMetadata(path)})
	}
	e.schema = new(schemaNode)
	if len(o.Schema) > 0 {
		// A schema that cannot be read selects nothing and is refused when it is encoded.
		_ = json.Unmarshal(o.Schema, e.schema)
	}
	e.index = newMetadataIndex(e.Metadata)
	e.untouched = true
	return e
}

// streamMetadata is the item with the empty breadcrumb.
func (o EntryOptions) streamMetadata(method string) map[string]any {
	values := map[string]any{
		metaInclusion: available,
		metaDefault:   o.Standard,
		metaKeys:      slices.Clone(o.Keys),
		metaForced:    method,
	}
	if o.ReplicationKey != "" {
		values[metaValidKeys] = []string{o.ReplicationKey}
	}
	if o.Parent != "" {
		values[metaParent] = o.Parent
	}
	maps.Copy(values, o.Extra)
	return values
}

// columnMetadata is the item of a column or nested property.
func (o EntryOptions) columnMetadata(path []string) map[string]any {
	values := map[string]any{metaInclusion: available}
	if len(path) == 1 && (slices.Contains(o.Keys, path[0]) || path[0] == o.ReplicationKey) {
		values[metaInclusion] = automatic
	}
	if o.Column != nil {
		maps.Copy(values, o.Column(path...))
	}
	return values
}
