package jirasim

import (
	"errors"
	"maps"
	"slices"
	"strings"
)

var errNoSuchField = errors.New("no such custom field")

// field is one field of GET /field.
type field struct {
	id, name string
	kind     valueKind
	schema   string // the inside of the schema object; "" for the few fields that have none
	plugin   string // schema.custom
	customID int    // 0 for system fields
	clauses  []string
	// navigable fields are what *navigable asks for.
	navigable, orderable, searchable bool
	// hidden fields are listed but never stand in an issue.
	hidden bool
	// projects is the context: a bit for each project; issues of others do not carry the field at all.
	projects uint64
	scope    int // project of a team-managed project's own field, -1 otherwise
	fill     int // share of the issues in the context that have a value, in percent; the others have null
}

// firstCustom is the id of the first custom field.
const firstCustom = 10001

// everywhere is the context of a field that all projects have.
const everywhere = ^uint64(0)

// newFields makes the fields of a deployment, in the order in which issues carry them.
func newFields(d Deployment, c *catalog) []field {
	var made []field
	for _, f := range systemFields {
		if f.only != anyDeployment && f.only != onlyOn(d) {
			continue
		}
		f.field.projects, f.field.scope, f.field.fill = everywhere, -1, 100
		if f.field.kind == valueNone {
			f.field.hidden = true
		}
		made = append(made, f.field)
	}
	for k, t := range customFields {
		if t.only != anyDeployment && t.only != onlyOn(d) {
			continue
		}
		made = append(made, t.make(firstCustom+k))
	}
	if d == Cloud {
		made = append(made, teamFields(c)...)
	}
	return made
}

// teamFields are the fields that each team-managed project has made for itself: the same name once a project.
func teamFields(c *catalog) []field {
	var made []field
	for p := range c.projects {
		if !c.projects[p].team {
			continue
		}
		own := customField{name: "Story point estimate", kind: valueNumber, fill: 30, plugin: "com.pyxis.greenhopper.jira:jsw-story-points"}
		f := own.make(firstCustom + 200 + p)
		f.scope, f.projects = p, 1<<p
		made = append(made, f)
	}
	return made
}

// make completes a custom field.
func (t customField) make(id int) field {
	f := field{
		id: "customfield_" + itoa(id), name: t.name, kind: t.kind, plugin: t.plugin, customID: id, schema: t.schema,
		clauses: []string{"cf[" + itoa(id) + "]", t.name}, navigable: true, orderable: true, searchable: true,
		projects: t.projects, scope: -1, fill: t.fill,
	}
	if f.schema == "" {
		f.schema = kindSchemas[t.kind]
	}
	if !strings.Contains(f.plugin, ":") {
		f.plugin = "com.atlassian.jira.plugin.system.customfieldtypes:" + f.plugin
	}
	if f.projects == 0 {
		f.projects = everywhere
	}
	if f.fill == 0 {
		f.fill = 4
	}
	return f
}

// fieldSet is a set of the site's issue fields.
type fieldSet struct{ bits [4]uint64 }

func (f *fieldSet) add(k int)      { f.bits[k/64] |= 1 << (k % 64) }
func (f *fieldSet) drop(k int)     { f.bits[k/64] &^= 1 << (k % 64) }
func (f *fieldSet) has(k int) bool { return f.bits[k/64]&(1<<(k%64)) != 0 }
func (f *fieldSet) empty() bool    { return *f == fieldSet{} }

// parseFields reads a request's field names ("*all", "*navigable", "-comment", ids). otherwise ("*all", "*navigable"
// or "id") is what counts when names is empty or holds exclusions only. Unknown names are ignored, as in Jira. idOnly
// is true when nothing but "id" was asked for.
func (s *Site) parseFields(names []string, otherwise string) (set fieldSet, idOnly bool) {
	names = slices.DeleteFunc(slices.Clone(names), func(n string) bool { return strings.TrimSpace(n) == "" })
	if !slices.ContainsFunc(names, func(n string) bool { return !strings.HasPrefix(n, "-") }) {
		names = append([]string{otherwise}, names...)
	}
	idOnly = true
	for _, name := range names {
		name = strings.TrimSpace(name)
		drop := strings.HasPrefix(name, "-")
		idOnly = idOnly && (name == "id" || drop)
		name = strings.TrimPrefix(name, "-")
		for k := range s.fields {
			if !s.fields[k].is(name) {
				continue
			}
			if drop {
				set.drop(k)
			} else {
				set.add(k)
			}
		}
	}
	return set, idOnly
}

// is reports whether a request's name means the field.
func (f *field) is(name string) bool {
	switch name {
	case "*all":
		return !f.hidden
	case "*navigable":
		return f.navigable && !f.hidden
	default:
		return f.id == name && !f.hidden
	}
}

// fieldRecords are all fields, as GET /field lists them.
func (s *Site) fieldRecords() [][]byte {
	return s.records(len(s.fields), 2, func(w *writer, k int) {
		f := &s.fields[k]
		w.open("")
		w.str("id", f.id)
		if s.cloud() {
			w.str("key", f.key())
		}
		name := s.fieldName(f)
		w.str("name", name)
		if s.cloud() && f.customID != 0 {
			w.str("untranslatedName", name)
		}
		w.boolean("custom", f.customID != 0)
		w.boolean("orderable", f.orderable)
		w.boolean("navigable", f.navigable)
		w.boolean("searchable", f.searchable)
		w.list("clauseNames")
		for _, clause := range f.clauses {
			if clause == f.name && f.customID != 0 {
				clause = name
			}
			w.str("", clause)
		}
		w.end()
		if f.scope >= 0 {
			w.scope(f.scope)
		}
		if f.schema != "" {
			w.fieldSchema("schema", f)
		}
		w.close()
	})
}

// fieldName is what a field is called today. Histories keep the name of their day.
func (s *Site) fieldName(f *field) string {
	if renamed := s.renamed.Load(); renamed != nil && (*renamed)[f.id] != "" {
		return (*renamed)[f.id]
	}
	return f.name
}

// renameField gives a custom field another name; issues stay as they are.
func (s *Site) renameField(id, name string) error {
	s.editing.Lock()
	defer s.editing.Unlock()
	if !slices.ContainsFunc(s.fields, func(f field) bool { return f.id == id && f.customID != 0 }) {
		return errNoSuchField
	}
	renamed := map[string]string{}
	if before := s.renamed.Load(); before != nil {
		maps.Copy(renamed, *before)
	}
	renamed[id] = name
	s.renamed.Store(&renamed)
	return nil
}

// fieldSchema writes the schema of a field: the type, and what the field is of the system or of an app.
func (w *writer) fieldSchema(key string, f *field) {
	w.open(key)
	w.raw("", f.schema)
	if f.customID == 0 {
		w.str("system", f.id)
	} else {
		w.str("custom", f.plugin)
		w.num("customId", int64(f.customID))
	}
	w.close()
}

// appendFieldNames appends {"summary":"Summary",…}, search's expand=names.
func (s *Site) appendFieldNames(dst []byte, set fieldSet) []byte {
	w := s.writer(dst, renderOptions{})
	w.b = append(w.b, '{')
	for k := range s.fields {
		if set.has(k) {
			w.str(s.fields[k].id, s.fieldName(&s.fields[k]))
		}
	}
	w.close()
	return w.b
}

// appendFieldSchemas appends {"summary":{"type":"string",…},…}, search's expand=schema.
func (s *Site) appendFieldSchemas(dst []byte, set fieldSet) []byte {
	w := s.writer(dst, renderOptions{})
	w.b = append(w.b, '{')
	for k := range s.fields {
		if f := &s.fields[k]; set.has(k) && f.schema != "" {
			w.fieldSchema(f.id, f)
		}
	}
	w.close()
	return w.b
}
