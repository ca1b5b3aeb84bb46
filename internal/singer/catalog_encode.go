package singer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
)

// Encode writes the catalog as JSON that people can edit: each column of a schema and each metadata item on a line of its own,
// members in a fixed order, schemas in theirs. The same catalog always gives the same bytes.
func (c *Catalog) Encode(out io.Writer) error {
	var buf bytes.Buffer
	buf.WriteString("{\n  \"streams\": [")
	for i := range c.Streams {
		if i > 0 {
			buf.WriteByte(',')
		}
		buf.WriteString("\n    ")
		if err := c.Streams[i].encode(&buf); err != nil {
			return fmt.Errorf("encode the catalog's stream %s: %w", c.Streams[i].TapStreamID, err)
		}
	}
	if len(c.Streams) > 0 {
		buf.WriteString("\n  ")
	}
	buf.WriteByte(']')
	for _, name := range extraNames(c.extra) {
		buf.WriteString(",\n  " + string(quote(name)) + ": ")
		if err := json.Compact(&buf, c.extra[name]); err != nil {
			return fmt.Errorf("encode the catalog's %s: %w", name, err)
		}
	}
	buf.WriteString("\n}\n")
	if _, err := out.Write(buf.Bytes()); err != nil {
		return fmt.Errorf("write the catalog: %w", err)
	}
	return nil
}

// entryIndent is what stands before the members of an entry.
const entryIndent = "      "

// encode writes one entry, whose first brace is already indented.
func (e *Entry) encode(buf *bytes.Buffer) error {
	list, err := e.encodedMembers()
	if err != nil {
		return err
	}
	buf.WriteByte('{')
	for _, m := range list {
		buf.WriteString("\n" + entryIndent)
		buf.Write(quote(m.name))
		buf.WriteString(": ")
		if err := json.Compact(buf, m.value); err != nil {
			return fmt.Errorf("encode %s: %w", m.name, err)
		}
		buf.WriteByte(',')
	}
	if len(e.Schema) > 0 {
		buf.WriteString("\n" + entryIndent + `"schema": `)
		if err := writeSchema(buf, e.Schema, entryIndent); err != nil {
			return fmt.Errorf("encode schema: %w", err)
		}
		buf.WriteByte(',')
	}
	buf.WriteString("\n" + entryIndent + `"metadata": [`)
	for i, item := range e.Metadata {
		line, err := item.encode()
		if err != nil {
			return fmt.Errorf("encode the metadata of %s: %w", item.column(), err)
		}
		if i > 0 {
			buf.WriteByte(',')
		}
		buf.WriteString("\n" + entryIndent + "  ")
		buf.Write(line)
	}
	if len(e.Metadata) > 0 {
		buf.WriteString("\n" + entryIndent)
	}
	buf.WriteString("]\n    }")
	return nil
}

// encodedMembers are the members of an entry but schema and metadata, in the order in which they are written. Those that the entry
// lacks are left out.
func (e *Entry) encodedMembers() ([]member, error) {
	list := []member{{name: "tap_stream_id", value: quote(e.TapStreamID)}, {name: "stream", value: quote(e.Stream)}}
	if e.KeyProperties != nil {
		keys, err := encode(e.KeyProperties)
		if err != nil {
			return nil, err
		}
		list = append(list, member{name: "key_properties", value: keys})
	}
	if e.ReplicationMethod != "" {
		list = append(list, member{name: "replication_method", value: quote(e.ReplicationMethod)})
	}
	if e.ReplicationKey != "" {
		list = append(list, member{name: "replication_key", value: quote(e.ReplicationKey)})
	}
	if e.selected != nil {
		list = append(list, member{name: metaSelected, value: mustEncode(*e.selected)})
	}
	for _, name := range extraNames(e.extra) {
		list = append(list, member{name: name, value: e.extra[name]})
	}
	return list, nil
}

// writeSchema writes a JSON Schema with each property on a line of its own, and everything below a property without properties
// on that line.
func writeSchema(buf *bytes.Buffer, schema json.RawMessage, indent string) error {
	list, err := members(schema)
	if err != nil || !slices.ContainsFunc(list, func(m member) bool { return m.name == breadcrumbObject && isObject(m.value) }) {
		return json.Compact(buf, schema)
	}
	return writeLines(buf, list, indent, func(m member, indent string) error {
		properties, err := members(m.value)
		if m.name != breadcrumbObject || err != nil {
			return json.Compact(buf, m.value)
		}
		return writeLines(buf, properties, indent, func(property member, indent string) error {
			return writeSchema(buf, property.value, indent)
		})
	})
}

// writeLines writes an object with each member on a line of its own; write is given the indent of that line.
func writeLines(buf *bytes.Buffer, list []member, indent string, write func(m member, indent string) error) error {
	buf.WriteByte('{')
	inner := indent + "  "
	for i, m := range list {
		if i > 0 {
			buf.WriteByte(',')
		}
		buf.WriteString("\n" + inner)
		buf.Write(quote(m.name))
		buf.WriteString(": ")
		if err := write(m, inner); err != nil {
			return err
		}
	}
	if len(list) > 0 {
		buf.WriteString("\n" + indent)
	}
	buf.WriteByte('}')
	return nil
}

// encode writes a metadata item as one line.
func (m Metadata) encode() ([]byte, error) {
	crumbs := m.Breadcrumb
	if crumbs == nil {
		crumbs = []string{}
	}
	line := append([]byte(`{"breadcrumb":`), mustEncode(crumbs)...)
	values, err := encode(m.Metadata)
	if err != nil {
		return nil, err
	}
	line = append(append(line, `,"metadata":`...), values...)
	for _, name := range extraNames(m.extra) {
		line = append(append(append(line, ','), quote(name)...), ':')
		value, err := encode(m.extra[name])
		if err != nil {
			return nil, err
		}
		line = append(line, value...)
	}
	return append(line, '}'), nil
}
