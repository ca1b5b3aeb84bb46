package singer_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/singer"
)

// said are changes as text, one a line: kind, place, types, and a mark for what belongs to the output.
func said(changes []singer.Change) []string {
	lines := []string{}
	for _, c := range changes {
		line := fmt.Sprintf("%s %s", c.Kind, strings.Join(append([]string{c.Stream}, c.Path...), "."))
		if c.Was != "" || c.Is != "" {
			line += " " + c.Was + " -> " + c.Is
		}
		if c.Chosen {
			line += " *"
		}
		lines = append(lines, line)
	}
	return lines
}

func TestObjectsThatAreTexts(t *testing.T) {
	t.Parallel()
	e := catalog(t, []byte(`{"streams":[{"stream":"a","selected":true,"schema":{"properties":{
		"text":{"type":"string"},"document":{"type":["null","object"]},"same":{"type":"object"},"left out":{"type":"object","selected":false},
		"fields":{"type":["object","null"],"properties":{"description":{"type":["object","null"],"properties":{"text":{"type":"string"}}}}}}}}]}`)).Entry("a")
	require.Equal(t, []string{"document", "fields.description"}, e.Objects([]byte(`{"properties":{
		"text":{"type":"object"},"document":{"type":["null","string"]},"same":{"type":["null","object"]},"left out":{"type":"string"},
		"fields":{"type":["null","object"],"properties":{"description":{"type":["null","string"]}}}}}`)))
	require.Empty(t, e.Objects(nil))
}

func TestCompare(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		earlier string
		want    []string
	}{
		"hand-written, without columns": {
			`{"streams":[{"stream":"issues","selected":true},{"stream":"boards"},{"stream":"projects","selected":true}]}`, []string{},
		},
		"streams": {
			`{"streams":[{"stream":"issues"},{"stream":"filters","selected":true},{"stream":"screens"}]}`,
			[]string{"new boards", "new projects *", "gone filters *", "gone screens"},
		},
		"columns": {
			`{"streams":[{"stream":"boards","schema":{"properties":{"id":{"type":"integer"},"name":{"type":"string"}}}},{"stream":"projects"},
			{"stream":"issues","selected":true,"schema":{"properties":{"id":{"type":"string"},"key":{"type":["string","null"]},
				"old":{"type":"object","properties":{"deep":{"properties":{"deeper":{}}}}},"updated":{"type":["null","string"]}}}}]}`,
			[]string{"retyped issues.updated string, null -> string date-time, null *", "new issues.fields *", "gone issues.old *"},
		},
		"nested": {
			`{"streams":[{"stream":"boards"},{"stream":"projects"},
			{"stream":"issues","schema":{"properties":{"id":{"type":"string"},"key":{"type":["string","null"]},
				"updated":{"anyOf":[{"type":"string","format":"date-time"},{"type":["string","null"]}]},
				"fields":{"type":["null","object"],"properties":{"summary":{"type":["null","string"]},"votes":{"type":["null","array"],"items":{"type":"string"}},"customfield_9":{}}}}},
			"metadata":[{"metadata":{"selected":true}},{"breadcrumb":["properties","fields","properties","customfield_9"],"metadata":{"selected":false}}]}]}`,
			[]string{
				"retyped issues.updated string, string date-time, null -> string date-time, null *",
				"retyped issues.fields.votes array of string, null -> integer, null *",
				"new issues.fields.customfield_1 *", "gone issues.fields.customfield_9",
			},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			earlier := catalog(t, []byte(tt.earlier))
			later := fresh()
			later.Keep(earlier)
			require.Equal(t, tt.want, said(singer.Compare(earlier, later)))
		})
	}
}

func TestCompareTellsChoices(t *testing.T) {
	t.Parallel()
	earlier, later := fresh(), fresh()
	earlier.Choose(patterns(t, "issues boards"))
	later.Choose(patterns(t, "issues !issues.fields projects"))
	require.Equal(t, []string{"deselected issues.fields", "deselected boards", "selected projects *"}, said(singer.Compare(earlier, later)))
	require.Equal(t, []string{"selected issues.fields *", "selected boards *", "deselected projects"}, said(singer.Compare(later, earlier)))
}

func TestCompareWithItselfIsEmpty(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"catalog_meltano.json", "catalog_annotated.json", "catalog_singer_io.json"} {
		require.Empty(t, singer.Compare(catalog(t, fixture(t, name)), catalog(t, fixture(t, name))), name)
	}
}

func TestUnmatched(t *testing.T) {
	t.Parallel()
	tests := map[string]string{ // pattern to what is nearest; "-" where it matches
		"issues":                     "-",
		"*":                          "-",
		"!boards":                    "-",
		"issues.fields.votes":        "-",
		"issues.fields.*":            "-",
		"*.name":                     "-",
		"issue":                      "issues",
		"!borads.name":               "!boards.name",
		"issues.feilds":              "issues.fields",
		"issues.fields.sumary":       "issues.fields.summary",
		"issues.fields.Story Points": "issues.fields.customfield_1",
		"!issues.story_points":       "", // not a title: no underscore stands for a blank
		"!issues.story points":       "!issues.fields.customfield_1",
		"issues.nowhere_near_this":   "",
		"tempo":                      "",
		"x*":                         "",
	}
	for pattern, want := range tests {
		parsed, err := singer.ParsePatterns([]string{pattern})
		require.NoError(t, err)
		unmatched := fresh().Unmatched(parsed)
		if want == "-" {
			require.Empty(t, unmatched, pattern)
			continue
		}
		require.Len(t, unmatched, 1, pattern)
		require.Equal(t, want, unmatched[0].Nearest, pattern)
		require.Equal(t, pattern, unmatched[0].Pattern.String())
	}
}
