package tap

import (
	"maps"
	"slices"
	"strings"

	"tap-jira/internal/fault"
	"tap-jira/internal/shape"
	"tap-jira/internal/singer"
	"tap-jira/internal/stream"
)

// maxColumns is how many columns of issues are sent at most: PostgreSQL takes
// 1,600, of which targets want some for themselves.
const maxColumns = 1500

// Metadata of the columns that are made of fields.
const (
	metaName    = "tap-jira.name"
	metaFieldID = "tap-jira.field-id"
	metaPart    = "tap-jira.part"
)

// columnsMember is the member of a state that holds the names of columns, packed.
const columnsMember = "issue_columns"

// nameChosenColumns is nameColumns for a run, which goes by its catalog: one
// that was made for the other form of issues, or with names that no target
// takes, is refused.
func (r *run) nameChosenColumns() error {
	entry := issuesIn(r.options.Catalog)
	if err := r.checkCatalogForm(entry); err != nil {
		return err
	}
	if err := r.nameColumns(entry); err != nil {
		return err
	}
	return r.checkCatalogNames(entry)
}

// issuesIn returns what a catalog says of issues; nil for nothing.
func issuesIn(catalog *singer.Catalog) *singer.Entry {
	if catalog == nil {
		return nil
	}
	return catalog.Entry("issues")
}

// nameColumns names the columns of fields, where they have columns: as the
// catalog has them, or else as the state, so that a field that is called
// something else today keeps its column.
func (r *run) nameColumns(entry *singer.Entry) error {
	if !r.options.FieldColumns {
		return nil
	}
	issues, _ := stream.Find("issues")
	schema, err := r.loadSchema(issues)
	if err != nil {
		return err
	}
	kept := r.keptColumns()
	r.columns = schema.NameColumns(r.fields, r.namesTaken(), catalogColumns(entry), kept)
	for _, f := range r.fields {
		first := shape.ColumnSource{Field: f.ID}
		if name := kept[first]; name != "" && name != r.columns[first] {
			r.log.Warn("a field has another column than before", "field", f.ID, "name", f.Name, "before", name, "column", r.columns[first])
		}
	}
	return nil
}

// namesTaken are the names that the tap has for columns of its own.
func (r *run) namesTaken() []string {
	return append([]string{deletedColumn, reasonColumn}, r.options.SiteColumn)
}

// catalogColumns are the columns of fields in a catalog that was made with
// columns.
func catalogColumns(entry *singer.Entry) shape.ColumnNames {
	names := shape.ColumnNames{}
	if entry == nil {
		return names
	}
	for _, column := range entry.Columns() {
		values := entry.Values(column)
		field, _ := values[metaFieldID].(string)
		part, _ := values[metaPart].(string)
		source := shape.ColumnSource{Field: field, Part: part}
		if _, twice := names[source]; field != "" && !twice {
			names[source] = column
		}
	}
	return names
}

// checkCatalogForm refuses a catalog that was made for the other form of
// issues: next to nothing would be selected.
func (r *run) checkCatalogForm(entry *singer.Entry) error {
	if entry == nil || len(entry.Paths()) == 0 || !entry.Selected(true) {
		return nil
	}
	made, wanted := "nested", "columns"
	if len(catalogColumns(entry)) > 0 {
		made, wanted = wanted, made
	}
	if r.options.FieldColumns == (made == "columns") {
		return nil
	}
	return fault.New(fault.Usage, "make a new one with --discover, or set issue_fields to "+made,
		"the catalog's issues were made with issue_fields: %s, and the config says %s", made, wanted)
}

// checkCatalogNames refuses names of a catalog that no target would take.
func (r *run) checkCatalogNames(entry *singer.Entry) error {
	var refused []string
	for source, name := range catalogColumns(entry) {
		if got, named := r.columns[source]; named && got != name {
			refused = append(refused, name)
		}
	}
	if len(refused) == 0 {
		return nil
	}
	slices.Sort(refused)
	return fault.New(fault.Usage, "rename them, or make a new one with --discover",
		"the catalog's issues have columns that are there twice, but for case, or that no target takes: %s", strings.Join(refused, ", "))
}

// checkWidth refuses more columns than targets take.
func (r *run) checkWidth(t *table) error {
	columns := len(t.schema.Columns())
	if !r.options.FieldColumns || columns <= maxColumns {
		return nil
	}
	return fault.New(fault.Usage, "choose fewer with --select, streams or a catalog, or set issue_fields to nested",
		"issues would have %d columns, and targets take %d at most", columns, maxColumns)
}

// keepColumns puts the names of the selected columns into the state, with those
// of earlier runs: a field that is renamed later is known by them.
func (r *run) keepColumns() {
	issues := r.table("issues")
	if issues == nil || !r.options.FieldColumns {
		return
	}
	kept := r.keptColumns()
	custom := map[string]bool{}
	for _, f := range r.fields {
		custom[f.ID] = f.Custom
	}
	for _, id := range issues.schema.Fields() {
		if name := r.columns[shape.ColumnSource{Field: id}]; name != "" && custom[id] {
			kept[shape.ColumnSource{Field: id}] = name
		}
	}
	r.state.SetMember(columnsMember, kept.Pack())
}

// keptColumns are the names in the state.
func (r *run) keptColumns() shape.ColumnNames {
	if r.state == nil {
		return shape.ColumnNames{}
	}
	var packed string
	err := r.state.Member(columnsMember, &packed)
	names := shape.ColumnNames{}
	if err == nil {
		names, err = shape.UnpackColumnNames(packed)
	}
	if err != nil {
		r.log.Warn("the state's column names cannot be read: columns are named anew", "error", err)
	}
	return names
}

// describe gives what the catalog says of a column of issues.
func (r *run) describe() func(path ...string) map[string]any {
	names, sources := map[string]string{}, r.columns.Sources()
	for _, f := range r.fields {
		names[f.ID] = f.Name
	}
	nested := fieldNames(r.fields)
	return func(path ...string) map[string]any {
		values := map[string]any{}
		maps.Copy(values, nested(path...))
		if r.options.FieldColumns && path[0] == shape.RawFields {
			values["selected-by-default"] = false
		}
		source, made := sources[path[0]]
		if len(path) > 1 || !made {
			return values
		}
		values[metaName], values[metaFieldID] = names[source.Field], source.Field
		if source.Part != "" {
			values[metaPart] = source.Part
		}
		return values
	}
}

// fieldUnknown tells that a catalog has nothing of a field.
func (r *run) fieldUnknown(entry *singer.Entry, field string) bool {
	if !r.options.FieldColumns {
		return !entry.Knows(shape.RawFields, field)
	}
	name, named := r.columns[shape.ColumnSource{Field: field}]
	return named && !entry.Knows(name)
}
