package shape

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// ColumnSource says what a column of issues is made of.
type ColumnSource struct {
	// Field is the id of the field: "customfield_10042".
	Field string
	// Part is what of the field's value the column holds where there are several: "name", "id"; "" is the first one.
	Part string
}

// ColumnNames are the names of the columns that the fields of issues have of their own. No two differ only in case.
type ColumnNames map[ColumnSource]string

// Sources returns what each column is made of.
func (n ColumnNames) Sources() map[string]ColumnSource {
	sources := make(map[string]ColumnSource, len(n))
	for source, name := range n {
		sources[name] = source
	}
	return sources
}

// NameColumns names the columns that the fields have on this schema's deployment. A name that was kept stays, whatever
// the field is called today; of two lists the first counts, and a kept name that no target would take, or that something
// else has, is given up. Of fields with the same name the oldest has it, so that a field that is made later moves no
// column; the others have their number at the end. taken are names that no field may have.
func (s *Schema) NameColumns(fields []Field, taken []string, kept ...ColumnNames) ColumnNames {
	n := naming{names: ColumnNames{}, taken: map[string]bool{}}
	for _, name := range append(s.Columns(), taken...) {
		n.taken[strings.ToLower(name)] = true
	}
	for _, names := range kept {
		n.keep(names)
	}
	nested := s.nestedTypes()
	var fresh []Field
	for _, f := range byAge(fields) {
		if n.names[ColumnSource{Field: f.ID}] == "" {
			fresh = append(fresh, f)
			continue
		}
		n.name(f, f.parts(s.options, nested(f)))
	}
	for _, f := range fresh { // after the others, whose names must not depend on them
		n.name(f, f.parts(s.options, nested(f)))
	}
	return n.names
}

// byAge puts system fields first, and then the custom ones in the order in which they were made.
func byAge(fields []Field) []Field {
	sorted := slices.DeleteFunc(slices.Clone(fields), func(f Field) bool { return !f.hasColumns() })
	slices.SortFunc(sorted, func(a, b Field) int {
		if a.Custom != b.Custom {
			if b.Custom {
				return -1
			}
			return 1
		}
		left, right := a.number(), b.number()
		return cmp.Or(cmp.Compare(len(left), len(right)), strings.Compare(left, right), strings.Compare(a.ID, b.ID))
	})
	return sorted
}

// hasColumns is false for what no issue holds, what is a stream, and the dates that every issue has at the top.
func (f Field) hasColumns() bool { return f.heldByIssues() && f.ID != "created" && f.ID != "updated" }

// naming gives out names.
type naming struct {
	names ColumnNames
	taken map[string]bool // in lower case
}

// keep takes over names, also those of fields that are gone: a field that comes later must not fill their columns.
func (n *naming) keep(names ColumnNames) {
	order := func(a, b ColumnSource) int {
		return cmp.Or(strings.Compare(a.Field, b.Field), strings.Compare(a.Part, b.Part))
	}
	for _, source := range slices.SortedFunc(maps.Keys(names), order) {
		if _, known := n.names[source]; !known && isColumnName(names[source]) && n.free(names[source]) {
			n.give(source, names[source])
		}
	}
}

func (n *naming) free(name string) bool { return !n.taken[strings.ToLower(name)] }

func (n *naming) give(source ColumnSource, name string) {
	n.names[source] = name
	n.taken[strings.ToLower(name)] = true
}

// name gives the columns of a field the first of its candidates that all of them can have.
func (n *naming) name(f Field, parts []fieldPart) {
	missing := slices.DeleteFunc(slices.Clone(parts), func(p fieldPart) bool {
		return n.names[ColumnSource{Field: f.ID, Part: p.name}] != ""
	})
	room := maxName
	for _, p := range parts {
		room = min(room, maxName-len(p.column("")))
	}
	for base := range candidates(f, n.names[ColumnSource{Field: f.ID}], room) {
		if slices.ContainsFunc(missing, func(p fieldPart) bool { return !n.free(p.column(base)) }) {
			continue
		}
		for _, p := range missing {
			n.give(ColumnSource{Field: f.ID, Part: p.name}, p.column(base))
		}
		return
	}
}

// candidates yields the names of up to room bytes that a field may have, without end: the one that was kept and its own,
// each also with its number, and its id, which is the only one for a name in which nothing can be read.
func candidates(f Field, kept string, room int) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		number := "_" + f.number()
		for _, base := range []string{kept, f.column()} {
			if base != "" && (!yield(cut(base, room)) || !yield(cut(base, room-len(number))+number)) {
				return
			}
		}
		id := columnName(f.ID)
		for again, next := 2, id; yield(cut(next, room)); again++ {
			ending := "_" + strconv.Itoa(again)
			next = cut(id, room-len(ending)) + ending
		}
	}
}

// column is the name of the part's column when the field's is base.
func (p fieldPart) column(base string) string {
	if p.name == "" {
		return base
	}
	return base + "_" + p.name
}
