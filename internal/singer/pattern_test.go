package singer_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/singer"
)

// patterns parses a list written with spaces.
func patterns(t *testing.T, list string) singer.Patterns {
	t.Helper()
	ps, err := singer.ParsePatterns(strings.Fields(list))
	require.NoError(t, err)
	return ps
}

func TestPatternsStream(t *testing.T) {
	t.Parallel()
	tests := []struct {
		list, stream string
		want         bool
	}{
		{"issues", "issues", true},
		{"issues", "worklogs", false},
		{"issues", "issue", false},
		{"issues.*", "issues", true},
		{"issues.key", "issues", true},
		{"*", "anything", true},
		{"*.*", "anything", true},
		{"issue*", "issue_comments", true},
		{"issue?", "issues", true},
		{"issue?", "issue", false},
		{"[iw]*", "worklogs", true},
		{"[!iw]*", "worklogs", false},
		{"[!iw]*", "users", true},
		{"[w", "[w", true},
		{"[]]x", "]x", true},
		{"[^a]", "^", true},
		{"* !users", "users", false},
		{"!users *", "users", false},
		{"* !users.*", "users", false},
		{"* !users.email", "users", true},
		{"!users", "issues", true},
		{"!users", "users", false},
		{"!users.email", "users", true},
		{"", "issues", true},
		{"Issues", "issues", false},
		{"iss+ues", "issues", false},
		{`a\.b`, "a.b", true},
		{`a\.b`, "axb", false},
		{`a\b`, `a\b`, true},
	}
	for _, tt := range tests {
		require.Equal(t, tt.want, patterns(t, tt.list).Stream(tt.stream), "%q on stream %s", tt.list, tt.stream)
	}
}

func TestPatternsColumn(t *testing.T) {
	t.Parallel()
	tests := []struct {
		list, column string
		want         bool
	}{
		{"issues", "key", true},
		{"issues", "fields.summary", true},
		{"worklogs", "key", false},
		{"issues.*", "key", true},
		{"issues.*", "fields.status.name", true},
		{"issues.key", "key", true},
		{"issues.key", "id", false},
		{"issues.fields.summary", "fields", true},
		{"issues.fields.summary", "fields.summary", true},
		{"issues.fields.summary", "fields.status", false},
		{"issues.fields.summary", "fields.summary.deep", true},
		{"issues.fields", "fields.summary", true},
		{"issues.fields.custom*", "fields.customfield_1", true},
		{"issues.fields.custom*", "fields.summary", false},
		{"issues.*.name", "status", true},
		{"issues.*.name", "status.name", true},
		{"issues.*.name", "status.id", false},
		{"issues.f*", "fields.summary", true},
		{"*.id", "id", true},
		{"*.id", "key", false},
		{"issues.* !issues.fields.customfield_*", "fields.customfield_10001", false},
		{"!issues.fields.customfield_* issues.*", "fields.customfield_10001", false},
		{"issues.* !issues.fields.customfield_*", "fields.summary", true},
		{"issues !issues.fields", "fields.summary", false},
		{"issues.fields.summary !issues.fields", "fields.summary", false},
		{"issues !*.*self", "fields.reporter.self", false}, // a star spans dots, as in Meltano
		{"issues !*.*self", "fields.reporter.name", true},
		{"issues !issues", "key", false},
		{"issues !issues.*", "key", false},
		{"!issues.fields.description", "fields.summary", true},
		{"!issues.fields.description", "fields.description", false},
		{"", "fields.description", true},
		{"issues users.id", "key", true},
		{`issues.a\.b`, "a.b", false}, // one name with a dot, not a nested one
	}
	for _, tt := range tests {
		path := strings.Split(tt.column, ".")
		require.Equal(t, tt.want, patterns(t, tt.list).Column("issues", path...), "%q on column %s", tt.list, tt.column)
	}
}

func TestPatternsColumnWithADotInItsName(t *testing.T) {
	t.Parallel()
	ps := patterns(t, `issues.a\.b.c`)
	require.True(t, ps.Column("issues", "a.b"))
	require.True(t, ps.Column("issues", "a.b", "c"))
	require.False(t, ps.Column("issues", "a.b", "d"))
}

func TestPatternsOrderMeansNothing(t *testing.T) {
	t.Parallel()
	one := patterns(t, "issues.fields.* !issues.fields.d* worklogs !users *_types !issue_types")
	two := patterns(t, "!issue_types *_types !users worklogs !issues.fields.d* issues.fields.*")
	for _, stream := range []string{"issues", "worklogs", "users", "issue_types", "project_types", "roles"} {
		require.Equal(t, one.Stream(stream), two.Stream(stream), stream)
		for _, column := range []string{"id", "fields", "fields.description", "fields.summary"} {
			path := strings.Split(column, ".")
			require.Equal(t, one.Column(stream, path...), two.Column(stream, path...), "%s.%s", stream, column)
		}
	}
}

func TestPatternsCanonical(t *testing.T) {
	t.Parallel()
	ps := patterns(t, "acme_jira-issues.key !issue.id unknown work*").Canonical(ourNames)
	require.True(t, ps.Column("issues", "key"))
	require.False(t, ps.Column("issues", "id"))
	require.True(t, ps.Stream("unknown"))
	require.True(t, ps.Stream("worklogs"))
	require.Equal(t, "issues", ps[0].StreamName())
	require.Equal(t, "acme_jira-issues.key", ps[0].String(), "messages show what the user wrote")
}

func TestPatternsNames(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"issues.fields":          true,
		"issues.fields.summary":  true,
		"issues.fields.*":        true,
		"iss*.fields":            true,
		"projects issues.fields": true,
		"issues":                 false,
		"issues.*":               false,
		"issues.field?":          false,
		"issues.fieldset":        false,
		"issues.key.fields":      false,
		"projects.fields":        false,
		"!issues.fields":         false,
		"issues !issues.fields":  false,
		"":                       false,
	} {
		require.Equal(t, want, patterns(t, text).Names("issues", "fields"), text)
	}
	require.True(t, patterns(t, `issues.story\.points`).Names("issues", "story.points"), "a dot that is part of the name")
	require.False(t, patterns(t, "issues.story.points").Names("issues", "story.points"))
}

func TestPatternsExcludesOnly(t *testing.T) {
	t.Parallel()
	require.True(t, patterns(t, "").ExcludesOnly())
	require.True(t, patterns(t, "!users !roles").ExcludesOnly())
	require.False(t, patterns(t, "!users roles").ExcludesOnly())
}

func TestPatternParts(t *testing.T) {
	t.Parallel()
	ps := patterns(t, "!issues.fields.a* worklogs *.*")
	require.True(t, ps[0].Excludes())
	require.Equal(t, "issues", ps[0].StreamName())
	require.True(t, ps[0].MatchesStream("issues"))
	require.True(t, ps[0].MatchesColumn("fields", "aggregate"))
	require.False(t, ps[0].MatchesColumn("fields"))
	require.True(t, ps[1].MatchesColumn("anything"))
	require.Equal(t, "*", ps[2].StreamName())
}

func TestParsePatternsRefuses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":            `pattern "" has an empty name`,
		"!":           `pattern "!" has an empty name`,
		".key":        `pattern ".key" has an empty name`,
		"issues.":     `pattern "issues." has an empty name`,
		"issues..x":   `pattern "issues..x" has an empty name`,
		"issues[z-a]": `pattern "issues[z-a]" cannot be read`,
		"a.[z-a]":     `pattern "a.[z-a]" cannot be read`,
	} {
		_, err := singer.ParsePatterns([]string{"issues", text})
		require.ErrorContains(t, err, want)
		require.Equal(t, fault.Usage, fault.KindOf(err))
		require.NotEmpty(t, fault.HintOf(err))
	}
}

func TestParsePatternsTrims(t *testing.T) {
	t.Parallel()
	ps, err := singer.ParsePatterns([]string{"  issues\t", " !users\n"})
	require.NoError(t, err)
	require.True(t, ps.Stream("issues"))
	require.False(t, ps.Stream("users"))
}

func FuzzPatterns(f *testing.F) {
	f.Add("issues.fields.customfield_*", "issues", "fields", "customfield_1")
	f.Add("!*.*", "issues", "fields", "a")
	f.Add("[!a-c]*.[]x]", "x", "]", "")
	f.Add(`a\.b.c\\d`, "a.b", "c", "\xff")
	f.Fuzz(func(t *testing.T, text, stream, column, nested string) {
		ps, err := singer.ParsePatterns([]string{text})
		if err != nil {
			require.Equal(t, fault.Usage, fault.KindOf(err))
			return
		}
		chosen := ps.Stream(stream)
		if !ps[0].Excludes() {
			require.Equal(t, ps[0].MatchesStream(stream), chosen)
		}
		if ps.Column(stream, column, nested) {
			require.True(t, ps.Column(stream, column), "nothing is chosen without what lies above it")
			require.True(t, chosen)
		}
		both := append(ps, exclusion(t)...)
		require.False(t, both.Stream(stream), "an exclusion wins")
	})
}

// exclusion leaves out everything.
func exclusion(t *testing.T) singer.Patterns {
	t.Helper()
	return patterns(t, "!*")
}
