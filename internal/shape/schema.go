package shape

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"

	"tap-jira/schemas"
)

// Options say which Jira a schema is for.
type Options struct {
	// ADF is true when rich text comes as Atlassian documents (REST v3), false when it comes as text (REST v2).
	ADF bool
	// DataCenter is true for Jira Server and Data Center, false for Jira Cloud.
	DataCenter bool
}

// Schema is the JSON Schema of one stream's records. It is immutable: every method that changes something returns a copy.
type Schema struct {
	name     string
	options  Options
	root     *node
	examples []json.RawMessage
	err      error // what was wrong with an added column; Compile and NewValidator tell
}

// Load reads the schema of the stream called name from the embedded files.
func Load(name string, options Options) (*Schema, error) {
	text, err := fs.ReadFile(schemas.FS(), name+".json")
	if err != nil {
		return nil, fmt.Errorf("find schema of stream %q: %w", name, err)
	}
	root, examples, err := parseFile(text)
	if err != nil {
		return nil, fmt.Errorf("read schema of stream %q: %w", name, err)
	}
	return &Schema{name: name, options: options, root: root.forRichText(options.ADF), examples: examples}, nil
}

// Name returns the name of the stream.
func (s *Schema) Name() string { return s.name }

// Select returns the schema without the columns and nested members that keep refuses. It asks for a parent before its
// members, and not for members of a refused parent. Members of array items are not asked for.
func (s *Schema) Select(keep func(path ...string) bool) *Schema {
	return s.with(s.root.selected(nil, keep))
}

// AddColumn returns the schema with one more column at the end; schema is its JSON Schema, in the form of the stream
// files. A column of that name that is already there is replaced in its place. A schema that cannot be read is told by
// Compile and NewValidator.
func (s *Schema) AddColumn(name string, schema json.RawMessage) *Schema {
	column, err := parse(schema)
	if err != nil {
		broken := s.with(s.root)
		broken.err = fmt.Errorf("add column %q: %w", name, err)
		return broken
	}
	return s.with(s.root.replacing(member{name: name, node: column.forRichText(s.options.ADF)}))
}

// Without returns the schema without the member at path. Records lose it too, also inside an open object.
func (s *Schema) Without(path ...string) *Schema {
	return s.Select(func(at ...string) bool { return !slices.Equal(at, path) })
}

// JSON returns the schema as a SCHEMA message or a catalog holds it: without examples and without our own annotations.
func (s *Schema) JSON() json.RawMessage { return s.root.appendRoot(nil) }

// Columns returns the names of the columns, in the order of the schema.
func (s *Schema) Columns() []string { return s.Members() }

// Members returns the names declared under the object at path, in the order of the schema; none for an open object.
func (s *Schema) Members(path ...string) []string {
	at := s.root
	for _, name := range path {
		if at = at.child(name); at == nil {
			return nil
		}
	}
	names := make([]string, 0, len(at.members))
	for _, m := range at.members {
		names = append(names, m.name)
	}
	return names
}

// Examples returns the records of the schema file's `examples`, as Jira Cloud sends them.
func (s *Schema) Examples() []json.RawMessage { return slices.Clone(s.examples) }

// with returns a copy of the schema with another tree.
func (s *Schema) with(root *node) *Schema {
	changed := *s
	changed.root = root
	return &changed
}
