package tap

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tap-jira/internal/fault"
	"tap-jira/internal/jira"
	"tap-jira/internal/selection"
	"tap-jira/internal/shape"
	"tap-jira/internal/stream"
)

// table is a selected stream made ready for the run. It is not changed once
// the run has started, so that any number of workers may share it, but for its
// account, which only the writing side touches.
type table struct {
	stream stream.Stream
	// message is the stream's name in messages, with the prefix.
	message string
	keys    []string
	nulls   [][]byte // see keyNulls
	schema  *shape.Schema
	plan    *shape.Plan
	// wanted are values of the rows that the streams below ask for, by dotted path.
	wanted []string
	// inside are the children whose rows stand in these, and above is the parent of
	// a table that is one.
	inside []*table
	above  *table
	// within is where the rows stand in those of the parent; empty for others.
	within string
	// parents are the added columns with the ids of the parents.
	parents []parentColumn
	// constant holds the members that are the same in every record, each with a
	// comma behind it.
	constant []byte
	// version is what records and ACTIVATE_VERSION carry; 0 when they carry none.
	version int64
	// whole tells that the user wants an incremental stream read whole.
	whole bool
	// byName tells that the user asked for this stream, rather than for the
	// standard set that it belongs to.
	byName bool
	// hidden tells that the rows are read for their children alone.
	hidden    bool
	validator *validator
	// tombstones tells that the records say whether the row is gone.
	tombstones bool
	// noted tells that the ids of the rows are wanted, for the streams below.
	noted   bool
	account *account
	// meter counts the requests made for the stream.
	meter *jira.Meter
}

// newTable shapes a stream as it was selected.
func (r *run) newTable(s stream.Stream, c selection.Choice) (*table, error) {
	return r.shapeTable(s, c, false)
}

// newHiddenTable shapes a stream of which nothing is printed: its rows are read for the streams below it.
func (r *run) newHiddenTable(s stream.Stream) (*table, error) {
	return r.shapeTable(s, selection.Choice{Keep: keysOnly}, true)
}

func (r *run) shapeTable(s stream.Stream, c selection.Choice, hidden bool) (*table, error) {
	schema, err := r.baseSchema(s)
	if err != nil {
		return nil, err
	}
	d := r.site.Deployment
	t := &table{
		stream: s.On(d), message: r.options.StreamPrefix + s.Name, keys: s.KeysOn(d), within: s.Endpoint(d).Within, wanted: r.wanted()[s.Name],
		whole: c.Whole, byName: c.ByName, hidden: hidden, version: r.version(s, c.Whole), account: &account{}, meter: &jira.Meter{},
	}
	t.nulls = t.keyNulls()
	sources := r.columns.Sources()
	t.schema = schema.Select(func(path ...string) bool {
		if from, made := sources[path[0]]; made && s.Part == stream.Issue && c.WantsField != nil && !c.WantsField(from.Field) {
			return false
		}
		return len(path) == 1 && t.automatic(path[0]) || c.Keep(path...)
	})
	if r.options.DetectDeletes && !hidden && partOf(s.Name) != "" {
		t.addTombstones()
	}
	if err := cmp.Or(t.addSite(r.options, schema), r.checkWidth(t)); err != nil {
		return nil, err
	}
	if err := t.compile(r.options, nil); err != nil {
		return nil, fmt.Errorf("prepare the stream %s: %w", s.Name, err)
	}
	return t, nil
}

// addSite gives a table the column that says which site a record is from, as a part of the key. A column that the stream has
// already, selected or not, cannot be that: its values would be lost, the key's among them.
func (t *table) addSite(o Options, all *shape.Schema) error {
	column := o.SiteColumn
	if column == "" {
		return nil
	}
	if strings.HasPrefix(strings.ToLower(column), "_sdc_") {
		return fault.New(fault.Usage, "choose a name such as site", "site_column %s begins with _sdc_, as the columns of targets do", column)
	}
	for _, taken := range append(all.Columns(), reasonColumn) {
		if strings.EqualFold(taken, column) {
			return fault.New(fault.Usage, "choose a name that no column has, such as site", "site_column %s is a column of %s already", column, t.stream.Name)
		}
	}
	t.schema = t.schema.AddColumn(column, []byte(`{"type":"string"}`))
	t.keys = append(slices.Clone(t.keys), column)
	t.constant = fmt.Appendf(t.constant, "%s:%s,", strconv.Quote(column), strconv.Quote(o.SiteAddress))
	return nil
}

// version returns what the records carry when versions are wanted: of a stream
// that is read whole the run's start, so that a target can drop older rows; of
// an incremental one a constant, so that no row ever counts as older. Users are
// among the latter, because those met in issues come with their issues only.
func (r *run) version(s stream.Stream, whole bool) int64 {
	if !r.options.ActivateVersion {
		return 0
	}
	if whole && r.options.Shard == nil || s.Method() == stream.FullTable && s.Source != stream.UserDirectory {
		return r.began.UnixMilli()
	}
	constant, _ := r.state.Start()
	return constant.UnixMilli()
}

// baseSchema returns all columns of a stream on this site.
func (r *run) baseSchema(s stream.Stream) (*shape.Schema, error) {
	schema, err := r.loadSchema(s)
	if err != nil || s.Part != stream.Issue {
		return schema, err
	}
	schema = schema.WithFields(r.fields)
	if r.options.FieldColumns {
		schema = schema.WithColumns(r.fields, r.columns)
	}
	return schema, nil
}

// loadSchema returns the columns of a stream that all sites have.
func (r *run) loadSchema(s stream.Stream) (*shape.Schema, error) {
	schema, err := shape.Load(s.Name, shape.Options{
		ADF:        r.options.RichDocuments && r.site.Deployment == jira.Cloud,
		DataCenter: r.site.Deployment == jira.DataCenter,
	})
	if err != nil {
		return nil, fmt.Errorf("load the schema of %s: %w", s.Name, err)
	}
	return schema, nil
}

// automatic tells whether a column is always sent.
func (t *table) automatic(column string) bool {
	return slices.Contains(t.keys, column) || column == t.stream.Bookmark
}

// compile makes the plan of the table; what stands at the diverted paths goes
// to the row's Divert.
func (t *table) compile(o Options, divert []string) error {
	plan, err := shape.Compile(t.schema, shape.PlanOptions{
		Added:   t.addedColumns(o),
		Lift:    t.lifts(),
		Capture: t.captures(),
		Divert:  divert,
	})
	if err != nil {
		return err
	}
	t.plan = plan
	if t.parents, err = parentColumns(t.schema, t.stream.Columns()); err != nil {
		return err
	}
	t.validator, err = newValidator(o.Validate, t.schema)
	return err
}

// addedColumns are those that the tap writes before Jira's own.
func (t *table) addedColumns(o Options) []string {
	added := t.stream.Columns()
	if t.tombstones {
		added = append(added, deletedColumn, reasonColumn)
	}
	if o.SiteColumn != "" {
		added = append(added, o.SiteColumn)
	}
	return added
}

// lifts are the lifted columns that are selected.
func (t *table) lifts() map[string]string {
	lifts := map[string]string{}
	for column, path := range t.stream.Lift {
		if slices.Contains(t.schema.Columns(), column) {
			lifts[column] = path
		}
	}
	return lifts
}

// captures are the values that the engine needs of each record: the key first.
func (t *table) captures() []string {
	captures := []string{t.keys[0]}
	if t.stream.Part == stream.Issue {
		captures = append(captures, "fields.created", "fields.updated", "fields.project.id", "key", projectType)
	}
	if t.stream.Window {
		captures = append(captures, t.stream.Bookmark)
	}
	captures = append(captures, t.wanted...)
	for _, child := range t.inside {
		captures = append(captures, child.within)
	}
	return captures
}

// notesIDs tells that the ids of the rows of a list in issues are wanted.
func (t *table) notesIDs() bool { return t.tombstones || t.noted }

// childOf returns the members before those of a child of that issue.
func (t *table) childOf(issue string) []byte {
	if t.stream.Parent == nil {
		return t.constant // the record names its issue itself
	}
	return t.added(map[string]string{t.stream.Parent.As: issue})
}

// added returns the members before those of a record: what is the same in all,
// and the ids of its parents by their placeholders.
func (t *table) added(params map[string]string) []byte {
	added := slices.Clone(t.constant)
	for _, column := range t.parents {
		added = append(added, column.head...)
		if value := params[column.name]; column.isNumber {
			added = append(added, value...)
		} else {
			added = strconv.AppendQuote(added, value)
		}
		added = append(added, ',')
	}
	return added
}

// parentColumn is a column that the tap adds with the id of a parent.
type parentColumn struct {
	name     string
	head     []byte // `"name":`
	isNumber bool
}

// parentColumns returns those of these names.
func parentColumns(schema *shape.Schema, names []string) ([]parentColumn, error) {
	var parsed struct {
		Properties map[string]struct {
			Type any `json:"type"`
		} `json:"properties"`
	}
	if err := json.Unmarshal(schema.JSON(), &parsed); err != nil {
		return nil, fmt.Errorf("read the types of the columns: %w", err)
	}
	columns := make([]parentColumn, len(names))
	for i, name := range names {
		isNumber := strings.Contains(fmt.Sprint(parsed.Properties[name].Type), "integer")
		columns[i] = parentColumn{name: name, head: append(strconv.AppendQuote(nil, name), ':'), isNumber: isNumber}
	}
	return columns, nil
}

// bookmarks are the columns named in the SCHEMA message.
func (t *table) bookmarks() []string {
	if t.stream.Bookmark == "" || t.stream.Method() == stream.FullTable {
		return nil
	}
	return []string{t.stream.Bookmark}
}

// check validates the members of a finished record when that was asked for.
func (t *table) check(members []byte) error {
	return t.validator.check(members)
}

// issueFields returns the fields to ask Jira for, in the order of the schema:
// only what is selected, and the dates that the engine needs.
func issueFields(schema *shape.Schema) []string {
	fields := schema.Fields()
	for _, needed := range []string{"created", "updated"} {
		if !slices.Contains(fields, needed) {
			fields = append(fields, needed)
		}
	}
	return slices.DeleteFunc(fields, func(name string) bool { return strings.Contains(name, ",") })
}
