package singer

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tap-jira/internal/fault"
)

// Names of metadata members that carry a meaning for selection and replication.
const (
	metaInclusion    = "inclusion"
	metaSelected     = "selected"
	metaDefault      = "selected-by-default"
	metaKeys         = "table-key-properties"
	metaMethod       = "replication-method"
	metaForced       = "forced-replication-method"
	metaReplication  = "replication-key"
	metaValidKeys    = "valid-replication-keys"
	metaParent       = "parent-tap-stream-id"
	available        = "available"
	automatic        = "automatic"
	unsupported      = "unsupported"
	breadcrumbObject = "properties"
	breadcrumbArray  = "items"
)

// Replication methods of Singer.
const (
	FullTable   = "FULL_TABLE"
	Incremental = "INCREMENTAL"
	LogBased    = "LOG_BASED"
)

// Catalog is the list of streams that discovery prints and a sync is given, in its order.
type Catalog struct {
	Streams []Entry

	extra map[string]json.RawMessage // unknown members of the top level
}

// Entry is one stream of a catalog. Its metadata may be changed in place, and its answers follow; but only while nothing else
// reads it. An entry of ParseCatalog or NewEntry that nobody changes may be read by any number of goroutines.
type Entry struct {
	// TapStreamID is the identity of the stream, Stream the name in its messages; in our catalogs they are the same.
	TapStreamID, Stream string
	// Schema is the JSON Schema of its records as the catalog has it; empty when the catalog has none.
	Schema json.RawMessage
	// KeyProperties are the columns of the primary key.
	KeyProperties []string
	// ReplicationKey is the bookmark's column, or "".
	ReplicationKey string
	// ReplicationMethod is FULL_TABLE, INCREMENTAL, or "" when the catalog has none.
	ReplicationMethod string
	// Metadata says what is offered and chosen, for the stream and for each column.
	Metadata []Metadata

	extra     map[string]json.RawMessage // unknown and legacy members
	selected  *bool                      // the legacy member `selected` of the entry
	schema    *schemaNode                // what the schema says of columns; nil for a stream without schema
	untouched bool                       // nobody chose anything in the whole catalog
	index     *metadataIndex
}

// Metadata is what is known of a stream (empty breadcrumb) or of the column that the breadcrumb leads to. Numbers are
// json.Number.
type Metadata struct {
	Breadcrumb []string
	Metadata   map[string]any

	extra map[string]json.RawMessage
}

// catalogHint is the way out of a broken catalog.
const catalogHint = "make a new one with --discover"

// ParseCatalog reads a catalog, also one in the legacy form of `--properties`, where `selected` stands in the entry or in its
// schema. What it does not know is kept for Encode. Errors are of kind Usage and say where the fault is.
func ParseCatalog(data []byte) (*Catalog, error) {
	data, err := document("catalog", data)
	if err != nil {
		return nil, err
	}
	top, err := object(data)
	if err != nil {
		return nil, fault.New(fault.Usage, catalogHint, `the catalog is %s, expected {"streams": [...]}`, kindOfJSON(data))
	}
	var entries []json.RawMessage
	if raw := top["streams"]; isNull(raw) || json.Unmarshal(raw, &entries) != nil {
		return nil, fault.New(fault.Usage, catalogHint, `the catalog's "streams" is %s, expected a list`, kindOfJSON(raw))
	}
	delete(top, "streams")
	c := &Catalog{Streams: make([]Entry, 0, len(entries)), extra: top}
	for i, raw := range entries {
		entry, err := parseEntry(raw)
		if err != nil {
			return nil, fault.Wrap(fault.Usage, fmt.Errorf("read entry %d of the catalog: %w", i+1, err), catalogHint)
		}
		if c.Entry(entry.TapStreamID) != nil {
			return nil, fault.New(fault.Usage, "remove one of them", "the catalog has the stream %s twice", entry.TapStreamID)
		}
		c.Streams = append(c.Streams, entry)
	}
	c.markUntouched()
	return c, nil
}

// Entry returns the entry of a stream by its tap_stream_id, or nil.
func (c *Catalog) Entry(tapStreamID string) *Entry {
	for i := range c.Streams {
		if c.Streams[i].TapStreamID == tapStreamID {
			return &c.Streams[i]
		}
	}
	return nil
}

// Rename gives streams that another tap names differently our names. canonical returns our name, or "" for a stream that it
// does not know, which keeps its own. Where two entries become one, the first selected one stays, else the first.
func (c *Catalog) Rename(canonical func(string) string) {
	kept := make([]Entry, 0, len(c.Streams))
	places := map[string]int{}
	for _, entry := range c.Streams {
		if own := canonical(entry.TapStreamID); own != "" {
			entry.TapStreamID, entry.Stream = own, own
		}
		place, twice := places[entry.TapStreamID]
		switch {
		case !twice:
			places[entry.TapStreamID] = len(kept)
			kept = append(kept, entry)
		case !kept[place].Selected(false) && entry.Selected(false):
			kept[place] = entry
		}
	}
	c.Streams = kept
}

// markUntouched tells the entries whether anybody chose anything: a catalog fresh from discovery means the default set.
func (c *Catalog) markUntouched() {
	chosen := slices.ContainsFunc(c.Streams, func(e Entry) bool {
		_, marked := e.marked()
		return marked
	})
	for i := range c.Streams {
		c.Streams[i].untouched = !chosen
	}
}

// parseEntry reads one stream.
func parseEntry(raw json.RawMessage) (Entry, error) {
	rest, err := object(raw)
	if err != nil {
		return Entry{}, fmt.Errorf("it is %s, expected an object", kindOfJSON(raw))
	}
	e := Entry{extra: rest}
	if err := e.parseNames(); err != nil {
		return Entry{}, err
	}
	if err := e.parseLegacySelected(); err != nil {
		return Entry{}, fmt.Errorf("stream %s: %w", e.TapStreamID, err)
	}
	if err := e.parseSchema(); err != nil {
		return Entry{}, fmt.Errorf("stream %s: read its schema: %w", e.TapStreamID, err)
	}
	if err := e.parseMetadata(); err != nil {
		return Entry{}, fmt.Errorf("stream %s: %w", e.TapStreamID, err)
	}
	return e, nil
}

// take moves a member out of extra into a field; null counts as absent.
func (e *Entry) take(name, expected string, into any) error {
	raw := e.extra[name]
	delete(e.extra, name)
	if isNull(raw) {
		return nil
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("%s is %s, expected %s", name, kindOfJSON(raw), expected)
	}
	return nil
}

// parseNames reads the members that say which stream this is. Files made by hand have one of the two names at times.
func (e *Entry) parseNames() error {
	const text, list = "a string", "a list of strings"
	for _, field := range []struct {
		name, expected string
		into           any
	}{
		{name: "tap_stream_id", expected: text, into: &e.TapStreamID},
		{name: "stream", expected: text, into: &e.Stream},
		{name: "key_properties", expected: list, into: &e.KeyProperties},
		{name: "replication_key", expected: text, into: &e.ReplicationKey},
		{name: "replication_method", expected: text, into: &e.ReplicationMethod},
	} {
		if err := e.take(field.name, field.expected, field.into); err != nil {
			return err
		}
	}
	if e.TapStreamID == "" {
		e.TapStreamID = e.Stream
	}
	if e.TapStreamID == "" {
		return fmt.Errorf("it has no tap_stream_id")
	}
	if e.Stream == "" {
		e.Stream = e.TapStreamID
	}
	return nil
}

// parseLegacySelected reads the `selected` that old tools, and Meltano beside its metadata, write into the entry.
func (e *Entry) parseLegacySelected() error {
	var mark looseBool
	if err := e.take(metaSelected, "true or false", &mark); err != nil {
		return err
	}
	e.selected = mark.value
	return nil
}

// parseSchema keeps the text, since the order of columns and exact numbers must survive, and reads the choices inside.
func (e *Entry) parseSchema() error {
	raw := e.extra["schema"]
	delete(e.extra, "schema")
	if isNull(raw) {
		return nil
	}
	if raw[0] != '{' {
		return fmt.Errorf("it is %s, expected an object", kindOfJSON(raw))
	}
	e.Schema = raw
	e.schema = new(schemaNode)
	return json.Unmarshal(raw, e.schema)
}

// parseMetadata reads the list item by item, so that an error can say which one is broken.
func (e *Entry) parseMetadata() error {
	var items []json.RawMessage
	if err := e.take("metadata", "a list", &items); err != nil {
		return err
	}
	for i, raw := range items {
		item, err := parseMetadataItem(raw)
		if err != nil {
			return fmt.Errorf("read item %d of its metadata: %w", i+1, err)
		}
		e.Metadata = append(e.Metadata, item)
	}
	e.index = newMetadataIndex(e.Metadata)
	return nil
}

// parseMetadataItem reads {"breadcrumb": […], "metadata": {…}} and checks the members that selection goes by.
func parseMetadataItem(raw json.RawMessage) (Metadata, error) {
	rest, err := object(raw)
	if err != nil {
		return Metadata{}, fmt.Errorf("it is %s, expected an object", kindOfJSON(raw))
	}
	m := Metadata{extra: rest}
	if crumbs := rest["breadcrumb"]; !isNull(crumbs) && json.Unmarshal(crumbs, &m.Breadcrumb) != nil {
		return Metadata{}, fmt.Errorf("breadcrumb is %s, expected a list of strings", crumbs)
	}
	if values := rest["metadata"]; !isNull(values) && (values[0] != '{' || decode(values, &m.Metadata) != nil) {
		return Metadata{}, fmt.Errorf("metadata is %s, expected an object", kindOfJSON(values))
	}
	delete(rest, "breadcrumb")
	delete(rest, "metadata")
	if m.Metadata == nil {
		m.Metadata = map[string]any{}
	}
	return m, m.check()
}

// check refuses values that would otherwise be ignored, though somebody wrote them to choose.
func (m Metadata) check() error {
	for _, name := range []string{metaSelected, metaDefault} {
		if value := m.Metadata[name]; value != nil {
			if _, ok := asBool(value); !ok {
				return fmt.Errorf("%s of %s is %s, expected true or false", name, m.column(), mustEncode(value))
			}
		}
	}
	value := m.Metadata[metaMethod]
	method, isText := value.(string)
	known := []string{FullTable, Incremental, LogBased, ""}
	if value != nil && (!isText || !slices.Contains(known, strings.ToUpper(method))) {
		return fmt.Errorf("%s is %s, expected %s or %s", metaMethod, mustEncode(value), FullTable, Incremental)
	}
	return nil
}

// column names what the metadata is about, for messages.
func (m Metadata) column() string {
	path, ok := breadcrumbPath(m.Breadcrumb)
	if !ok || len(path) == 0 {
		return "the stream"
	}
	return strings.Join(path, ".")
}

// extraNames are the names of carried members in the order in which they are written.
func extraNames(extra map[string]json.RawMessage) []string { return slices.Sorted(maps.Keys(extra)) }
