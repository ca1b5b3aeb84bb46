package shape

import "slices"

// RawFields is the column of issues, and the member of Jira's issue, that holds the fields as Jira sends them.
const RawFields = "fields"

// source says what a column of issues is made of.
type source struct {
	field string
	part  fieldPart
}

// WithColumns returns the schema of issues with a column for each part of each field that has a name, in the order of
// the fields. The fields themselves must be there already, see WithFields; names come from NameColumns.
func (s *Schema) WithColumns(fields []Field, names ColumnNames) *Schema {
	root, nested := *s.root, s.nestedTypes()
	root.members = slices.Clone(root.members)
	for _, f := range fields {
		if !f.hasColumns() {
			continue
		}
		for _, part := range f.parts(s.options, nested(f)) {
			name, named := names[ColumnSource{Field: f.ID, Part: part.name}]
			if !named {
				continue
			}
			column := *part.node
			column.title, column.source = f.partTitle(part), &source{field: f.ID, part: part}
			root.members = append(root.members, member{name: name, node: &column})
		}
	}
	return s.with(&root)
}

// nestedTypes returns the type that a field's value has under `fields`.
func (s *Schema) nestedTypes() func(Field) *node {
	declared := map[string]*node{}
	if fields := s.root.child(RawFields); fields != nil {
		for _, m := range fields.members {
			declared[m.name] = m.node
		}
	}
	return func(f Field) *node {
		if n := declared[f.ID]; n != nil {
			return n
		}
		return f.node(s.options)
	}
}

// partTitle is what people call the column.
func (f Field) partTitle(part fieldPart) string {
	if part.name == "" || f.title() == "" {
		return f.title()
	}
	return f.title() + " (" + part.name + ")"
}

// Fields returns the ids of the fields of issues that the schema's columns are made of, each once.
func (s *Schema) Fields() []string {
	fields := s.Members(RawFields)
	seen := make(map[string]bool, len(fields))
	for _, field := range fields {
		seen[field] = true
	}
	for _, m := range s.root.members {
		if from := m.node.source; from != nil && !seen[from.field] {
			seen[from.field] = true
			fields = append(fields, from.field)
		}
	}
	return fields
}

// compileColumns fills the columns that are made of fields.
func (p *Plan) compileColumns(s *Schema) {
	at, known := p.root.index[RawFields]
	if !known || p.root.members[at].object == nil {
		return
	}
	fields := p.root.members[at].object
	for _, m := range s.root.members {
		if m.node.source == nil {
			continue
		}
		i, known := fields.index[m.node.source.field]
		if !known {
			i = fields.add(false, newMember(fields.path, m.node.source.field, &node{}))
		}
		slot := p.captured + len(p.lifts)
		p.lifts = append(p.lifts, lift{head: head(m.name), slot: slot})
		fields.members[i].feed(m, slot)
	}
}

// feed makes a field's value fill a column.
func (s *step) feed(column member, slot int) {
	switch part := column.node.source.part; part.take {
	case takeWhole:
		s.slots = append(s.slots, slot)
	case takeText:
		s.fieldColumns().texts = append(s.columns.texts, slot)
	default:
		s.fieldColumns().picks = append(s.columns.picks, newPick(column, slot))
	}
}

// fieldColumns are the columns that are made of a field's value by more than copying it.
type fieldColumns struct {
	texts []int  // slots for the value as JSON text
	picks []pick // made of what Jira sent
}

func (s *step) fieldColumns() *fieldColumns {
	if s.columns == nil {
		s.columns = &fieldColumns{}
	}
	return s.columns
}

func (c *fieldColumns) anyText() bool { return c != nil && len(c.texts) > 0 }

func (c *fieldColumns) anyPick() bool { return c != nil && len(c.picks) > 0 }

// keepTexts keeps a finished value as JSON text for the given slots.
func (w walk) keepTexts(slots []int, v []byte) {
	if len(slots) > 0 && string(v) != "null" {
		w.row.text = appendQuotedJSON(w.row.text[:0], v)
		w.row.keep(slots, w.row.text)
	}
}
