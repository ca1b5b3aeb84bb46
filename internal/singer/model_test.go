package singer_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tap-jira/internal/singer"
)

// matchGlob is Python's fnmatch for *, ? and sets of plain characters, written the slow and plain way.
func matchGlob(glob, text string) bool {
	if glob == "" {
		return text == ""
	}
	switch glob[0] {
	case '*':
		return matchGlob(glob[1:], text) || text != "" && matchGlob(glob, text[1:])
	case '?':
		return text != "" && matchGlob(glob[1:], text[1:])
	case '[':
		end := strings.IndexByte(glob[1:], ']') + 1
		set, negated := strings.CutPrefix(glob[1:end], "!")
		return text != "" && strings.Contains(set, text[:1]) != negated && matchGlob(glob[end+1:], text[1:])
	}
	return text != "" && text[0] == glob[0] && matchGlob(glob[1:], text[1:])
}

// globs draws a pattern part without a dot; names draws what it is held against.
func globs() *rapid.Generator[string] {
	return rapid.StringMatching(`([ab*?]|\[ab\]|\[!a\]){1,4}`)
}

func names() *rapid.Generator[string] { return rapid.StringMatching(`[abc]{1,3}`) }

func TestPatternsMatchAsFnmatchDoes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		stream, column := globs().Draw(t, "stream glob"), globs().Draw(t, "column glob")
		name, path := names().Draw(t, "stream"), rapid.SliceOfN(names(), 1, 3).Draw(t, "path")
		ps, err := singer.ParsePatterns([]string{stream + "." + column})
		require.NoError(t, err)

		require.Equal(t, matchGlob(stream, name), ps.Stream(name))
		// One name in the pattern: a column is chosen when a way to it, from the top on, is matched.
		want := ps.Stream(name)
		for depth := range path {
			above := false
			for i := range depth + 1 {
				above = above || matchGlob(column, strings.Join(path[:i+1], "."))
			}
			want = want && above
		}
		require.Equal(t, want, ps.Column(name, path...))
	})
}

func TestPatternsExclusionTakesTheSubtree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		glob := globs().Draw(t, "glob")
		path := rapid.SliceOfN(names(), 1, 3).Draw(t, "path")
		ps, err := singer.ParsePatterns([]string{"s", "!s." + glob})
		require.NoError(t, err)
		if glob == "*" {
			require.False(t, ps.Stream("s"))
			return
		}
		excluded := false
		for depth := range path {
			excluded = excluded || matchGlob(glob, strings.Join(path[:depth+1], "."))
		}
		require.Equal(t, !excluded, ps.Column("s", path...))
	})
}

// modelColumn is what the metadata of one column says, in the model of the Meltano SDK's selection.
type modelColumn struct {
	inclusion           string
	selected, byDefault *bool
}

func (c modelColumn) metadata() map[string]any {
	values := map[string]any{}
	if c.inclusion != "" {
		values["inclusion"] = c.inclusion
	}
	if c.selected != nil {
		values["selected"] = *c.selected
	}
	if c.byDefault != nil {
		values["selected-by-default"] = *c.byDefault
	}
	return values
}

// selectsAsSDK is the SDK's rule: the parent, then the inclusion, then the choice, then the default, then the parent again.
func selectsAsSDK(columns map[string]modelColumn, path []string) bool {
	if len(path) == 0 {
		return true
	}
	if !selectsAsSDK(columns, path[:len(path)-1]) {
		return false
	}
	column := columns[strings.Join(path, ".")]
	switch {
	case column.inclusion == "unsupported":
		return false
	case column.inclusion == "automatic":
		return true
	case column.selected != nil:
		return *column.selected
	case column.byDefault != nil:
		return *column.byDefault
	}
	return true
}

func TestSelectsAsTheSDKDoes(t *testing.T) {
	t.Parallel()
	paths := [][]string{{"a"}, {"a", "b"}, {"a", "b", "c"}, {"a", "d"}, {"e"}, {"e", "f"}}
	truth := rapid.Ptr(rapid.Bool(), true)
	rapid.Check(t, func(t *rapid.T) {
		columns := map[string]modelColumn{}
		e := singer.Entry{TapStreamID: "s", Metadata: []singer.Metadata{{Metadata: map[string]any{"selected": true}}}}
		for _, path := range paths {
			column := modelColumn{
				inclusion: rapid.SampledFrom([]string{"", "available", "automatic", "unsupported"}).Draw(t, "inclusion"),
				selected:  truth.Draw(t, "selected"), byDefault: truth.Draw(t, "default"),
			}
			columns[strings.Join(path, ".")] = column
			var crumbs []string
			for _, name := range path {
				crumbs = append(crumbs, "properties", name)
			}
			e.Metadata = append(e.Metadata, singer.Metadata{Breadcrumb: crumbs, Metadata: column.metadata()})
		}
		rapidOrder := rapid.Permutation(e.Metadata).Draw(t, "order")
		shuffled := singer.Entry{TapStreamID: "s", Metadata: rapidOrder}
		for _, path := range paths {
			want := selectsAsSDK(columns, path)
			require.Equal(t, want, e.Selects(path...), "%v", path)
			require.Equal(t, want, shuffled.Selects(path...), "%v: the order of metadata means nothing", path)
		}
	})
}

// mergeAsMeltano is a deep merge of objects, as Meltano merges the state of a filtered run into the one before.
func mergeAsMeltano(into, from map[string]any) {
	for name, value := range from {
		below, isObject := value.(map[string]any)
		already, wasObject := into[name].(map[string]any)
		if isObject && wasObject {
			mergeAsMeltano(already, below)
			continue
		}
		into[name] = value
	}
}

// bookmarks draws a bookmark of few names, so that runs add, replace and remove members.
func bookmarks() *rapid.Generator[singer.Bookmark] {
	return rapid.Custom(func(t *rapid.T) singer.Bookmark {
		b := singer.Bookmark{}
		for _, name := range rapid.SliceOfDistinct(rapid.SampledFrom([]string{"a", "b", "c", singer.ReplicationKeyValue}), rapid.ID).Draw(t, "names") {
			b[name] = rapid.SampledFrom([]any{"2024-05-01T00:00:00Z", json.Number("7"), []any{"x"}, true}).Draw(t, "value")
		}
		return b
	})
}

func TestStateSurvivesMeltanosMerge(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		stored, s := map[string]any{}, singer.NewState()
		for range rapid.IntRange(1, 4).Draw(t, "runs") {
			stream := rapid.SampledFrom([]string{"issues", "worklogs"}).Draw(t, "stream")
			s.SetBookmark(stream, bookmarks().Draw(t, "bookmark"))
			s.SetCurrentlySyncing(rapid.SampledFrom([]string{"", "issues"}).Draw(t, "syncing"))
			var written map[string]any
			require.NoError(t, json.Unmarshal(s.Encode(), &written))
			mergeAsMeltano(stored, written)

			text, err := json.Marshal(stored)
			require.NoError(t, err)
			next, err := singer.ParseState(text, ourNames)
			require.NoError(t, err)
			require.Equal(t, s.CurrentlySyncing(), next.CurrentlySyncing())
			for _, name := range []string{"issues", "worklogs"} {
				require.Equal(t, s.Bookmark(name), next.Bookmark(name), "what was removed stays removed")
			}
			s = next
		}
	})
}

func TestWriterAnyChunking(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var out, want bytes.Buffer
		w := singer.NewWriter(&out)
		for range rapid.IntRange(0, 5).Draw(t, "pages") {
			size := rapid.SampledFrom([]int{0, 1, 100, 256 << 10, 300 << 10}).Draw(t, "size")
			line := append(bytes.Repeat([]byte("x"), size), '\n')
			cut := rapid.IntRange(0, len(line)).Draw(t, "cut")
			require.NoError(t, w.Lines(line[:cut], line[cut:]))
			want.Write(line)
		}
		require.NoError(t, w.Flush())
		require.True(t, bytes.Equal(want.Bytes(), out.Bytes()))
	})
}

func TestNearestIsNearest(t *testing.T) {
	t.Parallel()
	known := []string{"issues", "issue_comments", "worklogs", "project_categories", "workflow_statuses"}
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(known).Draw(t, "name")
		place := rapid.IntRange(0, len(name)-1).Draw(t, "place")
		slip := map[string]string{
			"drop":   name[:place] + name[place+1:],
			"double": name[:place+1] + name[place:],
			"other":  name[:place] + "q" + name[place+1:],
			"upper":  strings.ToUpper(name),
		}
		for kind, text := range slip {
			require.Equal(t, name, singer.Nearest(text, known), "%s: %s", kind, text)
		}
		require.True(t, slices.Contains(known, name))
	})
}

func TestEntryForAnySchema(t *testing.T) {
	t.Parallel()
	column := rapid.StringMatching(`[a-z"<.é\x{2028}]{1,4}`)
	rapid.Check(t, func(t *rapid.T) {
		properties := map[string]any{"id": map[string]any{"type": "string"}}
		for _, name := range rapid.SliceOf(column).Draw(t, "columns") {
			nested := map[string]any{}
			for _, below := range rapid.SliceOfN(column, 0, 3).Draw(t, "nested") {
				nested[below] = map[string]any{"type": []string{"null", "string"}}
			}
			properties[name] = map[string]any{"type": []string{"null", "object"}, "properties": nested}
		}
		schema, err := json.Marshal(map[string]any{"properties": properties})
		require.NoError(t, err)
		made := &singer.Catalog{Streams: []singer.Entry{singer.NewEntry(singer.EntryOptions{Stream: "s", Keys: []string{"id"}, Schema: schema})}}

		var text bytes.Buffer
		require.NoError(t, made.Encode(&text))
		read, err := singer.ParseCatalog(text.Bytes())
		require.NoError(t, err)
		require.JSONEq(t, string(schema), string(read.Entry("s").Schema))
		require.Len(t, read.Entry("s").Metadata, 1+len(made.Entry("s").Paths()), "metadata for the stream, every column and nested property")
		for _, path := range made.Entry("s").Paths() {
			require.True(t, read.Entry("s").Selects(path...), "%q", path)
		}
	})
}
