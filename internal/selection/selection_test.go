package selection

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/singer"
	"tap-jira/internal/stream"
)

func parseCatalog(t *testing.T, text string) *singer.Catalog {
	t.Helper()
	catalog, err := singer.ParseCatalog([]byte(text))
	require.NoError(t, err)
	return catalog
}

func chosenNames(s *Selection) []string {
	var names []string
	for _, st := range s.Streams() {
		names = append(names, st.Name)
	}
	return names
}

func TestSelection(t *testing.T) {
	t.Parallel()
	const twoSelected = `{"streams":[
		{"tap_stream_id":"issues","metadata":[{"breadcrumb":[],"metadata":{"selected":true}}]},
		{"tap_stream_id":"worklogs","metadata":[{"breadcrumb":[],"metadata":{"selected":true}}]},
		{"tap_stream_id":"roles","metadata":[{"breadcrumb":[],"metadata":{"selected":false}}]}]}`
	var standard, all []string
	for _, s := range stream.All() {
		if s.Standard {
			standard = append(standard, s.Name)
		}
		if !s.Hidden {
			all = append(all, s.Name)
		}
	}
	for name, c := range map[string]struct {
		options Options
		want    []string
	}{
		"nothing chosen is the standard set":     {options: Options{}, want: standard},
		"everything":                             {options: Options{Everything: true}, want: all},
		"patterns choose exactly what they name": {options: Options{Streams: []string{"issues", "*logs"}}, want: []string{"issues", "changelogs", "worklogs"}},
		"--select replaces the config":           {options: Options{Streams: []string{"issues"}, Select: []string{"roles"}}, want: []string{"roles"}},
		"another tap's name":                     {options: Options{Select: []string{"issue_changelog"}}, want: []string{"changelogs"}},
		"a prefixed name":                        {options: Options{Select: []string{"stitch_jira-issues"}, Prefix: "stitch_jira-"}, want: []string{"issues"}},
		"catalog":                                {options: Options{Catalog: parseCatalog(t, twoSelected)}, want: []string{"issues", "worklogs"}},
		"a stream runs only if both choose it":   {options: Options{Catalog: parseCatalog(t, twoSelected), Select: []string{"worklogs", "roles"}}, want: []string{"worklogs"}},
		"an exclusion is taken off":              {options: Options{Catalog: parseCatalog(t, twoSelected), Select: []string{"!worklogs"}}, want: []string{"issues"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := New(c.options)
			require.NoError(t, err)
			require.Equal(t, c.want, chosenNames(s))
			require.Empty(t, s.Absent())
		})
	}
}

func TestSelectionNamesWhatDoesNotExist(t *testing.T) {
	t.Parallel()
	s, err := New(Options{Select: []string{"isues", "worklogs", "!nothing"}})
	require.NoError(t, err)
	require.Equal(t, []string{`the stream "isues" does not exist, did you mean "issues"?`}, s.Absent())
	require.Equal(t, []string{"worklogs"}, chosenNames(s))

	s, err = New(Options{Catalog: parseCatalog(t, `{"streams":[{"tap_stream_id":"sprintz","selected":true},{"tap_stream_id":"gone","selected":false}]}`)})
	require.NoError(t, err)
	require.Len(t, s.Absent(), 1)
	require.Equal(t, fault.Usage, fault.KindOf(s.NothingLeft()))
	require.ErrorContains(t, s.NothingLeft(), "sprintz")
}

// What a site of this kind cannot have is missing where the user named it, or where the site has it in another form; a catalog of
// another tap, or of a site of the other kind, selects more than this one has.
func TestSelectionNamesWhatTheDeploymentLacks(t *testing.T) {
	t.Parallel()
	catalog := func() *singer.Catalog {
		return parseCatalog(t, `{"streams":[{"tap_stream_id":"licenses","selected":true},{"tap_stream_id":"audit_records","selected":true}]}`)
	}
	const licenses, audit = `the stream "licenses" is not on this site: Jira Data Center has no`, `the stream "audit_records" is not on this site`
	for name, c := range map[string]struct {
		options Options
		stream  string
		missing string // what the run lacks
		warned  bool
	}{
		"a catalog's":                         {options: Options{Catalog: catalog()}, stream: "licenses", warned: true},
		"a catalog's, there in another form":  {options: Options{Catalog: catalog()}, stream: "audit_records", missing: audit},
		"named":                               {options: Options{Select: []string{"licenses"}}, stream: "licenses", missing: licenses},
		"named, of a catalog":                 {options: Options{Catalog: catalog(), Select: []string{"licenses"}}, stream: "licenses", missing: licenses},
		"by a key of the config":              {options: Options{Also: []string{"audit_records"}}, stream: "audit_records", missing: audit},
		"along with many others":              {options: Options{Select: []string{"*"}}, stream: "licenses"},
		"along with others, in another form":  {options: Options{Everything: true}, stream: "audit_records"},
		"of a catalog, by a pattern for many": {options: Options{Catalog: catalog(), Select: []string{"lic*"}}, stream: "licenses", warned: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := New(c.options)
			require.NoError(t, err)
			st, found := stream.Find(c.stream)
			require.True(t, found)
			var log bytes.Buffer
			s.Elsewhere(st, slog.New(slog.NewTextHandler(&log, nil)))
			require.Equal(t, c.warned, strings.Contains(log.String(), "stream="+c.stream), log.String())
			if c.missing == "" {
				require.Empty(t, s.Absent())
				return
			}
			require.Len(t, s.Absent(), 1)
			require.Contains(t, s.Absent()[0], c.missing)
		})
	}
	s, err := New(Options{Catalog: catalog()})
	require.NoError(t, err)
	for _, name := range []string{"licenses", "audit_records"} {
		st, _ := stream.Find(name)
		s.Elsewhere(st, slog.New(slog.DiscardHandler))
	}
	require.ErrorContains(t, s.NothingLeft(), licenses, "nothing else is selected")
	require.Equal(t, 1, strings.Count(s.NothingLeft().Error(), audit))
}

func TestNothingLeftOfAChoice(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		options Options
		want    string // what the error says
	}{
		"nothing chosen":                {options: Options{Select: []string{"!*"}}, want: "no stream is selected"},
		"everything but for a slip":     {options: Options{Select: []string{"project"}}, want: `"project" does not exist, did you mean "projects"?`},
		"issues again, and no issues":   {options: Options{Select: []string{"projects"}, Again: true}, want: "--issues and --since read nothing"},
		"issues again, of a wrong name": {options: Options{Select: []string{"projects", "isues"}, Again: true}, want: `"isues" does not exist`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := New(c.options)
			require.NoError(t, err)
			err = s.NothingLeft()
			require.Equal(t, fault.Usage, fault.KindOf(err))
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestSelectedColumns(t *testing.T) {
	t.Parallel()
	issues, _ := stream.Find("issues")
	catalog := parseCatalog(t, `{"streams":[{"tap_stream_id":"issues","selected":true,"metadata":[
		{"breadcrumb":["properties","fields"],"metadata":{"inclusion":"available"}},
		{"breadcrumb":["properties","fields","properties","summary"],"metadata":{"selected":true}},
		{"breadcrumb":["properties","fields","properties","labels"],"metadata":{"selected":false}}]}]}`)
	s, err := New(Options{Catalog: catalog})
	require.NoError(t, err)
	o := s.Choice(issues)
	require.True(t, o.ByName)
	require.True(t, o.Keep("fields", "summary"))
	require.False(t, o.Keep("fields", "labels"))
	require.False(t, o.Keep("fields", "customfield_1"), "a field that the catalog lacks is left out")

	s, err = New(Options{Catalog: catalog, Select: []string{"issues.key"}})
	require.NoError(t, err)
	require.False(t, s.Choice(issues).Keep("fields", "summary"), "a column runs only if both choose it")

	s, err = New(Options{IssueFields: []string{"summary"}})
	require.NoError(t, err)
	require.True(t, s.Choice(issues).Keep("fields", "summary"))
	require.False(t, s.Choice(issues).Keep("fields", "labels"))
	require.False(t, s.Choice(issues).ByName)
}

func TestLimitOnFields(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fields []string
		want   bool
	}{
		"no limit":           {want: true},
		"named":              {fields: []string{"summary"}, want: true},
		"another is named":   {fields: []string{"labels"}},
		"all":                {fields: []string{"*all"}, want: true},
		"left out of all":    {fields: []string{"*all", "-summary"}},
		"another left out":   {fields: []string{"-labels"}, want: true},
		"left out by itself": {fields: []string{"-summary"}},
	} {
		s := Selection{options: Options{IssueFields: c.fields}}
		require.Equal(t, c.want, s.wantsField("summary"), name)
	}
}

func TestFullTableByTheUser(t *testing.T) {
	t.Parallel()
	catalog := parseCatalog(t, `{"streams":[
		{"tap_stream_id":"issues","metadata":[{"breadcrumb":[],"metadata":{"selected":true,"replication-method":"FULL_TABLE"}}]},
		{"tap_stream_id":"issue_transitions","replication_method":"FULL_TABLE","metadata":[{"breadcrumb":[],"metadata":{"selected":true}}]}]}`)
	s, err := New(Options{Catalog: catalog})
	require.NoError(t, err)
	issues, _ := stream.Find("issues")
	require.True(t, s.Choice(issues).Whole)
	transitions, _ := stream.Find("issue_transitions")
	require.False(t, s.Choice(transitions).Whole, "a stream without a bookmark of its own always follows its parent")
}

// What is named and not read is told, and only that.
func TestTheCatalogLeavesOutWhatIsNamed(t *testing.T) {
	t.Parallel()
	catalog := parseCatalog(t, `{"streams":[{"tap_stream_id":"issues","selected":true},{"tap_stream_id":"worklogs","selected":false}]}`)
	for name, c := range map[string]struct {
		patterns []string
		want     []string
	}{
		"named, and not selected":     {[]string{"issues", "worklogs"}, []string{"worklogs"}},
		"named, and not there":        {[]string{"boards"}, []string{"boards"}},
		"along with others":           {[]string{"*"}, nil},
		"named, and taken off again":  {[]string{"worklogs", "!worklogs"}, nil},
		"taken off":                   {[]string{"!worklogs"}, nil},
		"a column of it is not it":    {[]string{"worklogs.id"}, []string{"worklogs"}},
		"all that is named is chosen": {[]string{"issues"}, nil},
	} {
		s, err := New(Options{Catalog: catalog, Select: c.patterns})
		require.NoError(t, err)
		var log bytes.Buffer
		s.TellLeftOut(slog.New(slog.NewTextHandler(&log, nil)))
		require.Equal(t, len(c.want), strings.Count(log.String(), "level=WARN"), "%s: %s", name, log.String())
		for _, left := range c.want {
			require.Contains(t, log.String(), "stream="+left, name)
		}
	}
}

func TestAPatternThatCannotBeReadIsRefused(t *testing.T) {
	t.Parallel()
	_, err := New(Options{Streams: []string{"issues", "issues..key"}})
	require.Equal(t, fault.Usage, fault.KindOf(err))
	require.ErrorContains(t, err, "issues..key")
}

// A catalog says which fields there are; the limit of the config is for runs without one.
func TestACatalogStandsForTheLimitOnFields(t *testing.T) {
	t.Parallel()
	issues, _ := stream.Find("issues")
	catalog := parseCatalog(t, `{"streams":[{"tap_stream_id":"issues","selected":true,"metadata":[
		{"breadcrumb":["properties","fields","properties","labels"],"metadata":{"selected":true}}]}]}`)
	s, err := New(Options{Catalog: catalog, IssueFields: []string{"summary"}})
	require.NoError(t, err)
	require.True(t, s.Choice(issues).Keep("fields", "labels"))
	require.True(t, s.Choice(issues).WantsField("labels"))
}

// With columns for fields, those as Jira sends them are for who names them; nothing else is held back, and nothing without columns.
func TestRawFieldsBesideColumnsAreNamed(t *testing.T) {
	t.Parallel()
	issues, _ := stream.Find("issues")
	comments, _ := stream.Find("issue_comments")
	listing := parseCatalog(t, `{"streams":[{"tap_stream_id":"issues","selected":true,"metadata":[
		{"breadcrumb":["properties","fields"],"metadata":{"selected":true}}]}]}`)
	silent := parseCatalog(t, `{"streams":[{"tap_stream_id":"issues","selected":true}]}`)
	for name, c := range map[string]struct {
		options Options
		stream  stream.Stream
		path    string
		want    bool
	}{
		"nobody asks":           {Options{FieldColumns: true}, issues, "fields", false},
		"the key":               {Options{FieldColumns: true}, issues, "key", true},
		"nested, nobody asks":   {Options{}, issues, "fields", true},
		"a pattern":             {Options{FieldColumns: true, Select: []string{"issues.fields"}}, issues, "fields", true},
		"a pattern for all":     {Options{FieldColumns: true, Select: []string{"issues"}}, issues, "fields", false},
		"of another stream":     {Options{FieldColumns: true}, comments, "fields", true},
		"a catalog":             {Options{FieldColumns: true, Catalog: listing}, issues, "fields", true},
		"a catalog without":     {Options{FieldColumns: true, Catalog: silent}, issues, "fields", false},
		"a catalog has the key": {Options{FieldColumns: true, Catalog: silent}, issues, "key", true},
	} {
		s, err := New(c.options)
		require.NoError(t, err)
		require.Equal(t, c.want, s.Choice(c.stream).Keep(c.path), name)
	}
}
