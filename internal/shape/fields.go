package shape

import "slices"

// Field is an entry of GET /field: a system or custom field of the site. Its members are those of jira.Field, in the same
// order, so that one converts to the other.
type Field struct {
	// ID is the member of `fields` in an issue: "duedate", "customfield_10020".
	ID string
	// Name is what people read; neither unique nor stable.
	Name string
	// UntranslatedName is the name in the site's own language, Cloud only.
	UntranslatedName string
	// Custom is true for custom fields.
	Custom bool
	// Type is schema.type, Items schema.items; empty where Jira gives no schema.
	Type, Items string
	// System is schema.system, the system field's own name.
	System string
	// CustomType is schema.custom: "com.pyxis.greenhopper.jira:gh-sprint".
	CustomType string
}

// WithFields returns the schema of issues with a typed member under `fields` for every field of the site; `title` holds
// the field's name. What the schema declares already keeps its type. Fields that are streams of their own (comments,
// worklogs) and columns of the issue list that no issue holds (its key, a thumbnail) are left out.
func (s *Schema) WithFields(fields []Field) *Schema {
	parent := s.root.child(RawFields)
	if parent == nil {
		return s
	}
	members := slices.Clone(parent.members)
	index := make(map[string]int, len(members)+len(fields))
	for i, m := range members {
		index[m.name] = i
	}
	for _, f := range fields {
		if !f.heldByIssues() {
			continue
		}
		i, known := index[f.ID]
		if !known {
			i = len(members)
			index[f.ID] = i
			members = append(members, member{name: f.ID, node: f.node(s.options)})
		}
		titled := *members[i].node
		titled.title = f.title()
		members[i].node = &titled
	}
	typed := *parent
	typed.members = members
	return s.with(s.root.replacing(member{name: RawFields, node: &typed}))
}

// fieldsWithStreams are the members of `fields` that are streams of their own.
func fieldsWithStreams() []string { return []string{"comment", "worklog"} }

func (f Field) heldByIssues() bool {
	switch f.ID {
	case "", "comment", "worklog", "issuekey", "thumbnail":
		return false
	}
	return true
}

func (f Field) title() string {
	if f.Name != "" {
		return f.Name
	}
	return f.UntranslatedName
}
