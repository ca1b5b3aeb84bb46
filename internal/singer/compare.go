package singer

import (
	"encoding/json"
	"slices"
	"strings"
)

// ChangeKind says in which way two catalogs differ.
type ChangeKind string

// The ways in which a stream or a column may differ.
const (
	New        ChangeKind = "new"
	Gone       ChangeKind = "gone"
	Retyped    ChangeKind = "retyped"
	Selected   ChangeKind = "selected"
	Deselected ChangeKind = "deselected"
)

// Change is one difference between an earlier catalog and a later one.
type Change struct {
	Kind   ChangeKind
	Stream string
	// Path leads to the column; it is empty where the whole stream is meant.
	Path []string
	// Was and Is are the types of a retyped column, such as "string date-time, null".
	Was, Is string
	// Chosen says whether what is new belongs to the output, or what is gone did.
	Chosen bool
}

// Compare tells what became of the streams and columns of an earlier catalog: first the streams of the later one in its order,
// each with its columns, then what is gone. Where a column is new or gone, nothing is said of those nested in it. Columns of an
// entry that lists none, and everything of a stream that is new, are no differences.
func Compare(earlier, later *Catalog) []Change {
	var changes []Change
	for i := range later.Streams {
		e := &later.Streams[i]
		old := earlier.Entry(e.TapStreamID)
		if old == nil {
			changes = append(changes, Change{Kind: New, Stream: e.TapStreamID, Chosen: e.Selected(false)})
			continue
		}
		changes = append(changes, compareStream(old, e)...)
	}
	for i := range earlier.Streams {
		old := &earlier.Streams[i]
		if later.Entry(old.TapStreamID) == nil {
			changes = append(changes, Change{Kind: Gone, Stream: old.TapStreamID, Chosen: old.Selected(false)})
		}
	}
	return changes
}

// compareStream compares a stream that both catalogs have.
func compareStream(old, e *Entry) []Change {
	standard, _ := asBool(e.values()[metaDefault])
	c := comparison{
		stream: e.TapStreamID, old: old, now: e, told: map[string]bool{},
		before: old.Selected(standard), after: e.Selected(standard),
		was: schemaTypes(old.Schema), is: schemaTypes(e.Schema),
	}
	if c.before != c.after {
		c.changes = append(c.changes, Change{Kind: turned(c.after), Stream: c.stream, Chosen: c.after})
	}
	for _, path := range e.Paths() {
		if !c.toldAbove(path) {
			c.compareColumn(path)
		}
	}
	for _, path := range old.Paths() {
		if !c.toldAbove(path) && !e.Knows(path...) {
			c.tell(path, Change{Kind: Gone, Chosen: c.before && old.Selects(path...)})
		}
	}
	return c.changes
}

// comparison is the work on one stream.
type comparison struct {
	stream        string
	old, now      *Entry
	before, after bool              // whether the stream was chosen, and is
	was, is       map[string]string // types in words, by pathKey
	told          map[string]bool   // by pathKey, what differs with all that is nested in it
	changes       []Change
}

// toldAbove says whether a column lies in one of which everything is said.
func (c *comparison) toldAbove(path []string) bool {
	if !c.told[pathKey(path[:len(path)-1])] {
		return false
	}
	c.told[pathKey(path)] = true
	return true
}

// compareColumn compares a column of the later catalog.
func (c *comparison) compareColumn(path []string) {
	was, is := c.was[pathKey(path)], c.is[pathKey(path)]
	selected := c.after && c.now.Selects(path...)
	switch {
	case !c.old.Knows(path...):
		c.tell(path, Change{Kind: New, Chosen: selected})
	case was != "" && is != "" && was != is:
		c.changes = append(c.changes, Change{Kind: Retyped, Stream: c.stream, Path: path, Was: was, Is: is, Chosen: selected})
	case c.before && c.after && c.old.Selects(path...) != selected:
		c.tell(path, Change{Kind: turned(selected), Chosen: selected})
	}
}

// tell adds a difference that holds for all that is nested in the column, too.
func (c *comparison) tell(path []string, change Change) {
	c.told[pathKey(path)] = true
	change.Stream, change.Path = c.stream, path
	c.changes = append(c.changes, change)
}

// Objects lists the chosen columns, nested ones by the names above them, that are objects in the entry's schema and texts in
// another.
func (e *Entry) Objects(texts json.RawMessage) []string {
	was, is := schemaTypes(e.Schema), schemaTypes(texts)
	var names []string
	for _, path := range propertyPaths(e.Schema, nil) {
		key := pathKey(path)
		if strings.HasPrefix(was[key], "object") && strings.HasPrefix(is[key], "string") && e.Selects(path...) {
			names = append(names, strings.Join(path, "."))
		}
	}
	return names
}

// turned names a choice that changed.
func turned(on bool) ChangeKind {
	if on {
		return Selected
	}
	return Deselected
}

// schemaTypes says of each property of a schema in words which values it takes.
func schemaTypes(schema json.RawMessage) map[string]string {
	types := map[string]string{}
	eachProperty(schema, nil, func(path []string, property json.RawMessage) { types[pathKey(path)] = typeInWords(property) })
	return types
}

// typeInWords says which values a schema takes, such as "array of string, null"; "" when it does not say. Null comes last, as
// people say it.
func typeInWords(schema json.RawMessage) string {
	words := typeWords(schema)
	slices.Sort(words)
	words = slices.Compact(words)
	if at := slices.Index(words, "null"); at >= 0 {
		words = append(slices.Delete(words, at, at+1), "null")
	}
	return strings.Join(words, ", ")
}

// typeWords lists the types of a schema, those of its alternatives among them, each with its format or its items.
func typeWords(raw json.RawMessage) []string {
	var schema struct {
		Type   json.RawMessage   `json:"type"`
		Format string            `json:"format"`
		Items  json.RawMessage   `json:"items"`
		AnyOf  []json.RawMessage `json:"anyOf"`
		OneOf  []json.RawMessage `json:"oneOf"`
	}
	if json.Unmarshal(raw, &schema) != nil {
		return nil
	}
	var words []string
	for _, alternative := range slices.Concat(schema.AnyOf, schema.OneOf) {
		words = append(words, typeWords(alternative)...)
	}
	var types []string
	if name, single := asText(schema.Type); single {
		types = []string{name}
	} else if json.Unmarshal(schema.Type, &types) != nil {
		return words
	}
	for _, name := range types {
		switch items := typeInWords(schema.Items); {
		case name == "string" && schema.Format != "":
			name += " " + schema.Format
		case name == "array" && items != "":
			name += " of " + items
		}
		words = append(words, name)
	}
	return words
}
