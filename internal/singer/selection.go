package singer

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
)

// Selected says whether the catalog chooses the stream. In this order: `selected` in the stream's metadata, in the entry, in
// its schema; then `selected-by-default`. A catalog in which nobody chose anything means the tap's default set: an entry without
// any metadata, being written by hand, is chosen, and one with metadata if standard, which says whether the stream belongs to
// the default set.
func (e *Entry) Selected(standard bool) bool {
	if chosen, marked := e.marked(); marked {
		return chosen
	}
	if chosen, found := asBool(e.values()[metaDefault]); found {
		return chosen
	}
	if !e.untouched {
		return false
	}
	return standard || len(e.Metadata) == 0
}

// Chosen says whether somebody chose the stream, rather than taking the default.
func (e *Entry) Chosen() bool {
	chosen, marked := e.marked()
	return chosen && marked
}

// marked returns what somebody chose for the stream, in any of the three places.
func (e *Entry) marked() (chosen, marked bool) {
	if chosen, marked = asBool(e.values()[metaSelected]); marked {
		return chosen, true
	}
	if e.selected != nil {
		return *e.selected, true
	}
	if e.schema != nil && e.schema.selected.value != nil {
		return *e.schema.selected.value, true
	}
	return false, false
}

// Selects says whether the column at path, a nested property being reached by the names above it, belongs to the output of
// a stream that is chosen. A column that is not chosen takes with it all that lies below. Keys and columns whose inclusion is
// automatic always belong to it, unsupported ones never. Without a choice of its own a column follows the one above it. A column
// that the catalog does not have does not belong to the output; but nested properties count as not had only where the catalog's
// metadata names some of their neighbours, because many tools cut nested properties out of schemas, and where the object is not
// declared open (additionalProperties).
func (e *Entry) Selects(path ...string) bool {
	chosen := true
	for depth := range path {
		chosen = e.selectsAt(path[:depth+1], chosen)
		if !chosen {
			return false
		}
	}
	return chosen
}

// selectsAt decides for one column when all above it are chosen.
func (e *Entry) selectsAt(path []string, inherited bool) bool {
	values, listed := e.values(path...), e.lookup().has(path)
	node, inSchema := e.schema.at(path)
	if len(path) == 1 && e.isKey(path[0]) {
		return true
	}
	if !listed && !inSchema && e.closed(path) {
		return false
	}
	switch e.inclusion(path) {
	case unsupported:
		return false
	case automatic:
		return true
	}
	if chosen, found := asBool(values[metaSelected]); found {
		return chosen
	}
	if node.selected.value != nil {
		return *node.selected.value
	}
	if chosen, found := asBool(values[metaDefault]); found {
		return chosen
	}
	return inherited
}

// inclusion is what the metadata, or else the schema, says of a column's inclusion, in lower case; "" for nothing.
func (e *Entry) inclusion(path []string) string {
	inclusion, _ := e.values(path...)[metaInclusion].(string)
	if inclusion == "" {
		node, _ := e.schema.at(path)
		inclusion = node.inclusion
	}
	return strings.ToLower(inclusion)
}

// closed says whether the catalog lists the columns beside path, so that one it lacks is one that it does not have. Taps of the
// Meltano SDK also send the members that an object does not list where its schema has additionalProperties: MeltanoLabs' tap-jira
// sends the custom fields of issues that way.
func (e *Entry) closed(path []string) bool {
	if len(path) == 1 {
		return e.schema != nil && len(e.schema.properties) > 0 || e.lookup().lists(nil)
	}
	above := path[:len(path)-1]
	node, _ := e.schema.at(above)
	return !node.open && e.lookup().lists(above)
}

// isKey says whether a column must be sent because the stream's identity or bookmark needs it.
func (e *Entry) isKey(column string) bool {
	if slices.Contains(e.KeyProperties, column) || column == e.ReplicationKey {
		return true
	}
	values := e.values()
	if values[metaReplication] == column {
		return true
	}
	for _, name := range []string{metaKeys, metaValidKeys} {
		if list, ok := values[name].([]any); ok && slices.Contains(list, any(column)) {
			return true
		}
		if list, ok := values[name].([]string); ok && slices.Contains(list, column) {
			return true
		}
	}
	return false
}

// Method returns the replication method that the catalog's user asks for, in upper case, or "": `replication-method` of the
// metadata, else the entry's replication_method. The latter is no wish where it only repeats what the tap that made the
// catalog says it can do, its `forced-replication-method`.
func (e *Entry) Method() string {
	if method, ok := e.values()[metaMethod].(string); ok && method != "" {
		return strings.ToUpper(method)
	}
	if forced, ok := e.values()[metaForced].(string); ok && strings.EqualFold(forced, e.ReplicationMethod) {
		return ""
	}
	return strings.ToUpper(e.ReplicationMethod)
}

// Knows says whether the catalog has the column at path, or says nothing of the columns beside it.
func (e *Entry) Knows(path ...string) bool {
	return e.Lists(path...) || !e.closed(path)
}

// Lists says whether the catalog has the column at path.
func (e *Entry) Lists(path ...string) bool {
	_, inSchema := e.schema.at(path)
	return inSchema || e.lookup().has(path)
}

// Columns returns the names of the entry's columns in the order of its schema; without a schema, of its metadata.
func (e *Entry) Columns() []string {
	var names []string
	for _, column := range e.Paths() {
		if len(column) == 1 {
			names = append(names, column[0])
		}
	}
	return names
}

// Values returns the metadata of the column at path, of the stream when there is none; nil for a column without.
func (e *Entry) Values(path ...string) map[string]any { return e.values(path...) }

// Paths returns the ways to all columns and nested properties that the catalog has: those of the schema, parents first, then
// those that only the metadata has.
func (e *Entry) Paths() [][]string {
	paths := propertyPaths(e.Schema, nil)
	seen := map[string]bool{}
	for _, path := range paths {
		seen[pathKey(path)] = true
	}
	for _, item := range e.Metadata {
		path, ok := breadcrumbPath(item.Breadcrumb)
		if ok && len(path) > 0 && !seen[pathKey(path)] {
			seen[pathKey(path)] = true
			paths = append(paths, path)
		}
	}
	return paths
}

// looseBool is a boolean that may be written as a string, as in the Singer specification's own example.
type looseBool struct{ value *bool }

// UnmarshalJSON reads true, false, "true", "False" and null.
func (b *looseBool) UnmarshalJSON(raw []byte) error {
	var value any
	if err := json.Unmarshal(raw, &value); err != nil {
		return err
	}
	if value == nil {
		return nil
	}
	chosen, ok := asBool(value)
	if !ok {
		return errors.New("selected is neither true nor false")
	}
	b.value = &chosen
	return nil
}

// asBool reads a boolean of metadata, which some tools write as a string.
func asBool(value any) (truth, ok bool) {
	switch v := value.(type) {
	case bool:
		return v, true
	case string:
		switch strings.ToLower(v) {
		case "true":
			return true, true
		case "false":
			return false, true
		}
	}
	return false, false
}
