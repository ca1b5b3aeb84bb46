package tap_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/jirasim"
	"tap-jira/internal/singer"
	"tap-jira/internal/tap"
)

// issueRow is what a test looks at in an issue with columns.
type issueRow map[string]any

// issueRows returns the last row of each issue by id.
func (o outcome) issueRows(t *testing.T) map[string]issueRow {
	t.Helper()
	rows := map[string]issueRow{}
	for _, m := range o.records("issues") {
		row := rowOf(t, m)
		rows[row["id"].(string)] = row
	}
	return rows
}

func rowOf(t *testing.T, m message) issueRow {
	t.Helper()
	row := issueRow{}
	for column, raw := range m.Record {
		var value any
		require.NoError(t, json.Unmarshal(raw, &value))
		row[column] = value
	}
	return row
}

// issueColumns returns the columns of the SCHEMA of issues and their titles.
func (o outcome) issueColumns(t *testing.T) map[string]string {
	t.Helper()
	for _, m := range o.messages {
		if m.Type == "SCHEMA" && m.Stream == "issues" {
			return titles(t, m.Schema)
		}
	}
	t.Fatal("issues have no SCHEMA")
	return nil
}

func titles(t *testing.T, schema json.RawMessage) map[string]string {
	t.Helper()
	var read struct {
		Properties map[string]struct{ Title string } `json:"properties"`
	}
	require.NoError(t, json.Unmarshal(schema, &read))
	titles := map[string]string{}
	for name, property := range read.Properties {
		titles[name] = property.Title
	}
	return titles
}

// columns reads issues into columns.
func columns(patterns ...string) tap.Options {
	if patterns == nil {
		patterns = []string{"issues"}
	}
	return tap.Options{Select: patterns, FieldColumns: true, Validate: tap.ValidateAll}
}

// nestedValue is the simple value of a field as it stands under `fields`; ok is
// false for fields that the test does not know.
func nestedValue(column string, field any) (value any, ok bool) {
	member := map[string]string{
		"assignee": "accountId", "assignee_name": "displayName", "reviewer": "accountId", "severity": "value", "status": "name",
		"status_id": "id", "project_key": "key", "priority": "name", "region_city": "value", "found_in_version": "name",
		"status_10071": "value", "issue_type": "name", "parent": "key",
	}[column]
	switch object, isObject := field.(map[string]any); {
	case field == nil:
		return nil, true
	case isObject && member != "":
		if member == "accountId" && object["accountId"] == nil {
			member = "key"
		}
		return object[member], true
	case slices.Contains([]string{"summary", "story_points", "due_date", "labels", "customer_name", "team_10069", "description", "root_cause"}, column):
		return field, true
	}
	return nil, false
}

// TestColumnsHoldWhatTheFieldsHold compares both forms of a whole site.
func TestColumnsHoldWhatTheFieldsHold(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 300
		s := newSite(t, o)
		nested := s.whole(t, tap.Options{Select: []string{"issues"}})
		wide := s.whole(t, columns())
		requireProtocolOf(t, wide, 1)
		rows, plain := wide.issueRows(t), nested.issueRows(t)
		require.Len(t, rows, len(plain))
		sources := columnSources(t, s)
		compared := map[string]int{}
		for key, row := range rows {
			require.NotContains(t, row, "fields")
			require.Equal(t, plain[key]["updated"], row["updated"])
			fields := plain[key]["fields"].(map[string]any)
			for column, field := range sources {
				if want, known := nestedValue(column, fields[field]); known {
					require.Equal(t, want, row[column], "%s of %s", column, key)
					if want != nil {
						compared[column]++
					}
				}
			}
		}
		for _, column := range []string{"assignee", "assignee_name", "status_id", "story_points", "severity", "team_10069", "status_10071"} {
			require.Positive(t, compared[column], column)
		}
		for name := range wide.issueColumns(t) {
			require.LessOrEqual(t, len(name), 62, name)
		}
		require.Len(t, wide.issueColumns(t), len(sources)+len(fixedColumns(t, s)))
	})
}

// columnSources gives the field of each column in discovery.
func columnSources(t *testing.T, s *site) map[string]string {
	t.Helper()
	sources := map[string]string{}
	entry := discovered(t, s, nil).Entry("issues")
	for _, column := range entry.Columns() {
		if id, ok := entry.Values(column)["tap-jira.field-id"].(string); ok {
			sources[column] = id
		}
	}
	return sources
}

// fixedColumns are the columns of issues that no field has.
func fixedColumns(t *testing.T, s *site) []string {
	t.Helper()
	catalog, err := tap.Discover(t.Context(), s.with(tap.Options{}))
	require.NoError(t, err)
	return slices.DeleteFunc(catalog.Entry("issues").Columns(), func(c string) bool { return c == "fields" })
}

// discovered is the catalog of a site with columns, as the next command reads it.
func discovered(t *testing.T, s *site, earlier *singer.Catalog) *singer.Catalog {
	t.Helper()
	catalog, err := tap.Discover(t.Context(), s.with(tap.Options{FieldColumns: true, Catalog: earlier}))
	require.NoError(t, err)
	var text bytes.Buffer
	require.NoError(t, catalog.Encode(&text))
	parsed, err := singer.ParseCatalog(text.Bytes())
	require.NoError(t, err)
	return parsed
}

// chosen selects issues and nothing else.
func chosen(t *testing.T, catalog *singer.Catalog) *singer.Catalog {
	t.Helper()
	for i := range catalog.Streams {
		catalog.Streams[i].Select(catalog.Streams[i].TapStreamID == "issues")
	}
	return catalog
}

// fieldNamed returns the id of the site's first custom field of a name.
func fieldNamed(t *testing.T, s *site, column string) string {
	t.Helper()
	id := columnSources(t, s)[column]
	require.NotEmpty(t, id, column)
	return id
}

func TestARenamedFieldKeepsItsColumn(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 60
		s := newSite(t, o)
		points, severity := fieldNamed(t, s, "story_points"), fieldNamed(t, s, "severity")
		catalog := chosen(t, discovered(t, s, nil))
		first := s.whole(t, columns())
		require.NoError(t, s.RenameField(points, "Effort"))
		require.NoError(t, s.RenameField(severity, "Story Points")) // the name that was freed
		s.clock.pass(0)

		byState := columns("issues")
		byState.State, byState.Since = first.state(t), longAgo
		got := s.whole(t, byState)
		require.Equal(t, slices.Sorted(maps.Keys(first.issueColumns(t))), slices.Sorted(maps.Keys(got.issueColumns(t))))
		require.Equal(t, "Effort", got.issueColumns(t)["story_points"])
		require.Equal(t, "Story Points", got.issueColumns(t)["severity"])
		require.Equal(t, stripped(first.issueRows(t)), stripped(got.issueRows(t)))
		require.NotContains(t, got.log, "another column")

		byCatalog := tap.Options{Catalog: catalog, FieldColumns: true}
		got = s.whole(t, byCatalog)
		require.Equal(t, stripped(first.issueRows(t)), stripped(got.issueRows(t)))
		require.NotContains(t, got.log, "level=WARN")

		again := discovered(t, s, catalog) // as `select` does
		require.Equal(t, points, again.Entry("issues").Values("story_points")["tap-jira.field-id"])
		require.Equal(t, "Effort", again.Entry("issues").Values("story_points")["tap-jira.name"])

		anew := s.whole(t, columns())
		require.Equal(t, "Effort", anew.issueColumns(t)["effort"], "who keeps nothing gets the names of today")
	})
}

// stripped leaves out what each reading of an issue changes.
func stripped(rows map[string]issueRow) map[string]issueRow {
	for _, row := range rows {
		for _, column := range []string{"last_viewed", "time_to_first_response", "time_to_resolution"} {
			delete(row, column)
		}
	}
	return rows
}

func TestColumnsByPatternAndCatalog(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Deployment: jirasim.Cloud, Issues: 40})
	points := fieldNamed(t, s, "story_points")
	automatic := []string{"id", "updated"}
	for name, c := range map[string]struct {
		patterns []string
		want     []string
		asked    []string
	}{
		"a column":               {patterns: []string{"issues.story_points"}, want: []string{"story_points"}, asked: []string{points}},
		"parts by a glob":        {patterns: []string{"issues.assignee*", "!issues.assignee_name_*"}, want: []string{"assignee", "assignee_name"}, asked: []string{"assignee"}},
		"the field as it is":     {patterns: []string{"issues.key", "issues.fields." + points}, want: []string{"key", "fields"}, asked: []string{points}},
		"the field in both ways": {patterns: []string{"issues.story_points", "issues.fields." + points}, want: []string{"story_points", "fields"}, asked: []string{points}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			own := newSite(t, jirasim.Options{Deployment: jirasim.Cloud, Issues: 40})
			got := own.whole(t, columns(c.patterns...))
			require.ElementsMatch(t, append(slices.Clone(automatic), c.want...), slices.Collect(maps.Keys(got.issueColumns(t))))
			if slices.Contains(c.want, "fields") {
				for _, row := range got.issueRows(t) {
					require.ElementsMatch(t, c.asked, slices.Collect(maps.Keys(row["fields"].(map[string]any))))
				}
			}
		})
	}

	all := s.whole(t, columns("issues.*"))
	require.NotContains(t, all.issueColumns(t), "fields", "only who names them gets the fields as well")

	catalog := chosen(t, discovered(t, s, nil))
	require.NotContains(t, s.whole(t, tap.Options{Catalog: catalog, FieldColumns: true}).issueColumns(t), "fields")
	entry := catalog.Entry("issues")
	for _, column := range entry.Columns() {
		entry.Select(column == "story_points" || column == "fields", column)
	}
	entry.Select(true, "fields", points)
	got := s.whole(t, tap.Options{Catalog: catalog, FieldColumns: true})
	require.ElementsMatch(t, append([]string{"story_points", "fields"}, automatic...), slices.Collect(maps.Keys(got.issueColumns(t))))
	for _, row := range got.issueRows(t) {
		require.Equal(t, map[string]any{points: row["story_points"]}, row["fields"])
	}
}

func TestColumnsLimitedByMeltanosOption(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Deployment: jirasim.Cloud, Issues: 20})
	o := columns()
	o.IssueFields = []string{"summary", "assignee"}
	got := s.whole(t, o).issueColumns(t)
	require.Contains(t, got, "assignee_name")
	require.NotContains(t, got, "status")
}

func TestACatalogOfTheOtherFormIsRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Deployment: jirasim.Cloud, Issues: 20})
	wide := chosen(t, discovered(t, s, nil))
	plain, err := tap.Discover(t.Context(), s.with(tap.Options{}))
	require.NoError(t, err)
	for name, c := range map[string]struct {
		options tap.Options
		want    string
	}{
		"made nested":       {options: tap.Options{Catalog: chosen(t, plain), FieldColumns: true}, want: "issue_fields: nested, and the config says columns"},
		"made with columns": {options: tap.Options{Catalog: wide}, want: "issue_fields: columns, and the config says nested"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := s.sync(t, c.options)
			require.ErrorContains(t, got.err, c.want)
			require.Equal(t, fault.Usage, fault.KindOf(got.err))
			require.Empty(t, got.out)
		})
	}
}

func TestACatalogWithNamesOfItsOwn(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Deployment: jirasim.Cloud, Issues: 40})
	rename := func(names map[string]string) *singer.Catalog {
		var text bytes.Buffer
		require.NoError(t, chosen(t, discovered(t, s, nil)).Encode(&text))
		written := text.String()
		for from, to := range names {
			written = strings.ReplaceAll(written, `"`+from+`": {`, `"`+to+`": {`)
			written = strings.ReplaceAll(written, `"breadcrumb":["properties","`+from+`"]`, `"breadcrumb":["properties","`+to+`"]`)
		}
		catalog, err := singer.ParseCatalog([]byte(written))
		require.NoError(t, err)
		return catalog
	}
	got := s.whole(t, tap.Options{Catalog: rename(map[string]string{"story_points": "Effort", "assignee_name": "who"}), FieldColumns: true, Validate: tap.ValidateAll})
	require.Equal(t, "Story Points", got.issueColumns(t)["Effort"])
	require.Equal(t, "Assignee (name)", got.issueColumns(t)["who"])
	require.Contains(t, got.issueColumns(t), "assignee")
	require.NotContains(t, got.log, "level=WARN")

	for name, to := range map[string]string{"case": "SEVERITY", "the tap's own": "Key", "the targets' own": "_sdc_x", "a space": "a b"} {
		refused := s.sync(t, tap.Options{Catalog: rename(map[string]string{"story_points": to}), FieldColumns: true})
		require.Equal(t, fault.Usage, fault.KindOf(refused.err), name)
		require.Empty(t, refused.out)
	}
}

func TestAFieldThatTheCatalogLacks(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Deployment: jirasim.Cloud, Issues: 20})
	var text bytes.Buffer
	require.NoError(t, chosen(t, discovered(t, s, nil)).Encode(&text))
	kept := slices.DeleteFunc(strings.SplitAfter(text.String(), "\n"), func(line string) bool {
		return strings.Contains(line, `"story_points": {`) || strings.Contains(line, `["properties","story_points"]`)
	})
	catalog, err := singer.ParseCatalog([]byte(strings.Join(kept, "")))
	require.NoError(t, err)
	got := s.whole(t, tap.Options{Catalog: catalog, FieldColumns: true})
	require.NotContains(t, got.issueColumns(t), "story_points")
	require.Equal(t, 1, strings.Count(got.log, "fields that the catalog lacks are left out"), got.log)
	require.Contains(t, got.log, "(Story Points)")
}

// TestColumnsWithDeletesVersionsAndASite turns on all that adds columns.
func TestColumnsWithDeletesVersionsAndASite(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 60
		s := newSite(t, o)
		options := columns()
		options.DetectDeletes, options.CensusDir, options.MaxVanishedShare = true, t.TempDir(), 1
		options.ActivateVersion, options.SiteColumn, options.SiteAddress = true, "severity", "https://a.example"
		first := s.whole(t, options)
		requireProtocol(t, first)
		got := first.issueColumns(t)
		require.Empty(t, got["severity"], "the config's own column has the name")
		require.Equal(t, "Severity", got["severity_"+strings.TrimPrefix(fieldNamed(t, s, "severity"), "customfield_")])
		var gone string
		for key := range first.issueRows(t) {
			gone = key
			break
		}
		s.edit(t, jirasim.Edit{Kind: jirasim.DeleteIssue, Issue: gone})
		options.State = first.state(t)
		second := s.whole(t, options)
		requireProtocol(t, second)
		records := second.records("issues")
		require.Len(t, records, 1)
		tombstone := rowOf(t, records[0])
		require.Equal(t, "deleted", tombstone["_tap_jira_reason"])
		require.Contains(t, tombstone, "story_points")
		require.Len(t, tombstone, len(got))
	})
}

func TestPeopleInColumnsAreMet(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 100
		s := newSite(t, o)
		nested := s.whole(t, tap.Options{Select: []string{"issues", "users"}})
		wide := s.whole(t, columns("issues", "users"))
		require.Len(t, wide.records("users"), len(nested.records("users")))
	})
}
