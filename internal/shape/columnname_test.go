package shape

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestColumnName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Story Points":            "story_points",
		"STATUS":                  "status",
		"iOS build":               "ios_build",
		"  [CHART] Time-in/Out  ": "chart_time_in_out",
		"Customer's \"name\"":     "customers_name",
		"Zuständig (intern)":      "zustandig_intern",
		"Größe":                   "grosse",
		"Ответственный":           "otvetstvennyi",
		"Order № <ext>":           "order_no_ext",
		"Tags ☂":                  "tags",
		"Σ Time":                  "s_time",
		"3rd party":               "field_3rd_party",
		"_sdc_deleted_at":         "sdc_deleted_at",
		"a\x00b\xffc":             "a_bc",
		"🚀":                       "",
		"…":                       "",
		"":                        "",
		"   ":                     "",
	} {
		require.Equal(t, want, columnName(name), name)
	}
	require.Equal(t, "fix_versions", Field{ID: "fixVersions", Name: "Fix Version/s"}.column(), "not by the name, which differs by version and language")
	require.Equal(t, "due_date", Field{ID: "duedate", Name: "Fällig"}.column())
	require.Equal(t, "story_points", Field{ID: "customfield_1", Custom: true, Name: "Story-Punkte", UntranslatedName: "Story Points"}.column())
}

func TestIsColumnName(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"a", "A_b", "_x9", strings.Repeat("a", 62)} {
		require.True(t, isColumnName(good), good)
	}
	for _, bad := range []string{"", "9a", "a b", "a.b", "ä", "a-b", "_sdc_x", "_SDC_x", strings.Repeat("a", 63), "\u212a"} { // the last is the sign for kelvin
		require.False(t, isColumnName(bad), bad)
	}
}

// nastySite are fields whose names make trouble.
func nastySite() []Field {
	long := "Approximate number of customers who were affected by the incident in March "
	names := []struct{ name, typ, items string }{
		{"Team", "string", ""},
		{"Story Points", "number", ""},
		{"Team", "option", ""},
		{"story points", "string", ""},
		{"STATUS", "option", ""},
		{"Key", "string", ""},
		{"id", "string", ""},
		{"Created", "datetime", ""},
		{"Assignee name", "string", ""},
		{"Reviewer name", "string", ""},
		{"Reviewer", "user", ""},
		{"🚀", "number", ""},
		{"🔥 🔥", "number", ""},
		{"", "string", ""},
		{long + "(2024)", "number", ""},
		{long + "(2025)", "number", ""},
		{long + "by people", "user", ""},
		{"Fields", "array", "string"},
		{"renderedfields", "string", ""},
		{"_sdc_deleted_at", "datetime", ""},
		{"Team 10003", "string", ""},
		{"customfield 10012", "string", ""},
		{"担当者", "user", ""},
		{"3rd party", "string", ""},
		{"Site", "string", ""},
		{"SELECT", "string", ""},
	}
	fields := []Field{
		{ID: "summary", Name: "Summary", Type: "string", System: "summary"},
		{ID: "status", Name: "Status", Type: "status", System: "status"},
		{ID: "assignee", Name: "Assignee", Type: "user", System: "assignee"},
		{ID: "created", Name: "Created", Type: "datetime", System: "created"},
		{ID: "comment", Name: "Comment", Type: "comments-page", System: "comment"},
		{ID: "issuekey", Name: "Key"},
		{ID: "fixVersions", Name: "Fix Version/s", Type: "array", Items: "version", System: "fixVersions"},
	}
	for i, n := range names {
		fields = append(fields, Field{ID: fmt.Sprintf("customfield_%d", 10001+i), Name: n.name, Custom: true, Type: n.typ, Items: n.items})
	}
	return fields
}

// TestNamesOfANastySite pins the names: they are the columns of people's tables.
func TestNamesOfANastySite(t *testing.T) {
	t.Parallel()
	fields := nastySite()
	names := load(t, "issues", Options{}).NameColumns(fields, []string{"site"})
	var text bytes.Buffer
	for _, f := range fields {
		for _, part := range f.parts(Options{}, f.node(Options{})) {
			if name := names[ColumnSource{Field: f.ID, Part: part.name}]; name != "" {
				fmt.Fprintf(&text, "%-20s %-85q %s\n", f.ID, f.Name, name)
			}
		}
	}
	path := filepath.Join("testdata", "columns.golden")
	if *update {
		require.NoError(t, os.WriteFile(path, text.Bytes(), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run with -update to write it")
	require.Equal(t, string(want), text.String())
}

func TestNamesDoNotDependOnTheOrder(t *testing.T) {
	t.Parallel()
	s, fields := load(t, "issues", Options{}), nastySite()
	want := s.NameColumns(fields, nil)
	random := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		random.Shuffle(len(fields), func(i, j int) { fields[i], fields[j] = fields[j], fields[i] })
		require.Equal(t, want, s.NameColumns(fields, nil))
	}
}

func TestALaterFieldMovesNoColumn(t *testing.T) {
	t.Parallel()
	s, fields := load(t, "issues", Options{}), nastySite()
	before := s.NameColumns(fields, nil)
	after := s.NameColumns(append(fields, Field{ID: "customfield_20000", Name: "Team", Custom: true, Type: "string"}), nil)
	require.Equal(t, "team_20000", after[ColumnSource{Field: "customfield_20000"}])
	delete(after, ColumnSource{Field: "customfield_20000"})
	require.Equal(t, before, after)
}

func TestKeptNames(t *testing.T) {
	t.Parallel()
	s := load(t, "issues", Options{})
	team := Field{ID: "customfield_1", Name: "Squad", Custom: true, Type: "user"}
	later := Field{ID: "customfield_2", Name: "Team", Custom: true, Type: "string"}
	of := func(id string) ColumnSource { return ColumnSource{Field: id} }
	name := ColumnSource{Field: team.ID, Part: "name"}
	for title, c := range map[string]struct {
		fields []Field
		kept   []ColumnNames
		want   ColumnNames
	}{
		"a renamed field keeps its column, and another of that name gets none of it": {
			fields: []Field{team, later}, kept: []ColumnNames{{of(team.ID): "team"}},
			want: ColumnNames{of(team.ID): "team", name: "team_name", of(later.ID): "team_2"},
		},
		"a field that is gone keeps its column to itself": {
			fields: []Field{later}, kept: []ColumnNames{{of(team.ID): "team"}},
			want: ColumnNames{of(team.ID): "team", of(later.ID): "team_2"},
		},
		"the first list counts": {
			fields: []Field{team}, kept: []ColumnNames{{of(team.ID): "Crew", name: "who"}, {of(team.ID): "team"}},
			want: ColumnNames{of(team.ID): "Crew", name: "who"},
		},
		"a name of the tap is given up": {
			fields: []Field{later}, kept: []ColumnNames{{of(later.ID): "Key"}},
			want: ColumnNames{of(later.ID): "team"},
		},
		"a name that no target takes is given up": {
			fields: []Field{later}, kept: []ColumnNames{{of(later.ID): "the team"}},
			want: ColumnNames{of(later.ID): "team"},
		},
		"of two that differ in case the first counts": {
			fields: []Field{team, later}, kept: []ColumnNames{{of(team.ID): "x", of(later.ID): "X"}},
			want: ColumnNames{of(team.ID): "x", name: "x_name", of(later.ID): "team"},
		},
		"a kept name whose part is taken": {
			fields: []Field{team, later}, kept: []ColumnNames{{of(team.ID): "team", of(later.ID): "team_name"}},
			want: ColumnNames{of(team.ID): "team", name: "team_1_name", of(later.ID): "team_name"},
		},
		"a field chosen later takes no part of a kept one": {
			fields: []Field{{ID: "customfield_0", Name: "team name", Custom: true, Type: "string"}, team}, kept: []ColumnNames{{of(team.ID): "team"}},
			want: ColumnNames{of("customfield_0"): "team_name_0", of(team.ID): "team", name: "team_name"},
		},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, s.NameColumns(c.fields, nil, c.kept...))
		})
	}
}

var goodName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)

// TestNamesAreAlwaysGood names the fields of sites that chance made.
func TestNamesAreAlwaysGood(t *testing.T) {
	t.Parallel()
	s := load(t, "issues", Options{})
	types := []string{"string", "user", "option", "option-with-child", "version", "project", "any"}
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"Team", "team", "TEAM name", "team_1", "Key", strings.Repeat("long ", 20)})), 0, 30).Draw(t, "names")
		var fields []Field
		for i, word := range words {
			fields = append(fields, Field{ID: fmt.Sprintf("customfield_%d", i), Name: word, Custom: true, Type: rapid.SampledFrom(types).Draw(t, "type")})
		}
		names := s.NameColumns(fields, []string{"site"})
		seen := map[string]bool{"site": true}
		for _, column := range s.Columns() {
			seen[strings.ToLower(column)] = true
		}
		for _, f := range fields {
			for _, part := range f.parts(Options{}, f.node(Options{})) {
				name := names[ColumnSource{Field: f.ID, Part: part.name}]
				if !goodName.MatchString(name) || seen[name] {
					t.Fatalf("%q of %q is bad or there twice", name, f.Name)
				}
				seen[name] = true
			}
		}
		again := s.NameColumns(slices.Clone(fields), []string{"site"}, names)
		if fmt.Sprint(again) != fmt.Sprint(names) {
			t.Fatalf("kept names changed: %v, %v", names, again)
		}
	})
}

// TestColumnsAreNamedInTheSchema compares the columns of the schema with the names, and their types with what records hold.
func TestColumnsAreNamedInTheSchema(t *testing.T) {
	t.Parallel()
	s, fields := load(t, "issues", Options{}), nastySite()
	names := s.NameColumns(fields, nil)
	wide := s.WithFields(fields).WithColumns(fields, names)
	require.Subset(t, wide.Columns(), slices.Collect(func(yield func(string) bool) {
		for _, name := range names {
			if !yield(name) {
				return
			}
		}
	}))
	require.Len(t, wide.Columns(), len(s.Columns())+len(names))
	var schema struct {
		Properties map[string]struct {
			Type  []string
			Title string
		}
	}
	require.NoError(t, json.Unmarshal(wide.JSON(), &schema))
	require.Equal(t, []string{"null", "number"}, schema.Properties["story_points"].Type)
	require.Equal(t, "Assignee (name)", schema.Properties["assignee_name"].Title)
	chosen := wide.Select(func(path ...string) bool {
		return slices.Contains([]string{"id", "fields", "fields.summary", "assignee_name", "status", "status_id"}, strings.Join(path, "."))
	})
	require.Equal(t, []string{"summary", "status", "assignee"}, chosen.Fields())
}
