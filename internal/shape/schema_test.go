package shape

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func load(tb testing.TB, name string, o Options) *Schema {
	tb.Helper()
	s, err := Load(name, o)
	require.NoError(tb, err)
	return s
}

func TestLoadUnknownStream(t *testing.T) {
	t.Parallel()
	_, err := Load("nonsense", Options{})
	require.ErrorContains(t, err, `find schema of stream "nonsense"`)
}

func TestJSONIsWhatTargetsTake(t *testing.T) {
	t.Parallel()
	s := schemaOf(t, `{"a":{"type":["null","string"],"format":"date-time","title":"<\"A\">"},
		"b":{"x-jira":"user","type":["null","object"]},
		"c":{"type":["null","array"],"items":{"type":["null","object"],"properties":{"d":{"type":["null","integer"]}}}}}`)
	want := `{"type":"object","properties":{"a":{"type":["null","string"],"format":"date-time","title":"<\"A\">"},` +
		`"b":{"type":["null","object"]},"c":{"type":["null","array"],"items":{"type":["null","object"],"properties":` +
		`{"d":{"type":["null","integer"]}}}}}}`
	require.Equal(t, want, string(s.JSON()))
}

func TestRichTextFollowsTheOptions(t *testing.T) {
	t.Parallel()
	require.Contains(t, string(load(t, "issues", Options{}).JSON()), `"description":{"type":["null","string"]}`)
	require.Contains(t, string(load(t, "issues", Options{ADF: true}).JSON()), `"description":{"type":["null","object"]}`)
}

func TestSelect(t *testing.T) {
	t.Parallel()
	s := load(t, "issue_transitions", Options{})
	var asked []string
	picked := s.Select(func(path ...string) bool {
		asked = append(asked, strings.Join(path, "."))
		return slices.Contains([]string{"id", "to", "to.name", "fields"}, strings.Join(path, "."))
	})
	require.Equal(t, []string{"id", "to", "fields"}, picked.Columns())
	require.Equal(t, []string{"name"}, picked.Members("to"))
	require.Contains(t, asked, "to.statusCategory")
	require.NotContains(t, asked, "to.statusCategory.id", "members of a refused parent")
	require.Contains(t, s.Columns(), "hasScreen", "the schema itself is as it was")
	require.Nil(t, picked.Members("nonsense", "deeper"))
	require.Empty(t, picked.Members("fields"))

	plan := compile(t, picked, PlanOptions{})
	out := plan.shape(t, `{"id":"1","name":"x","to":{"name":"Done","id":"3","new":1,"statusCategory":{"id":3}}}`, &Row{})
	require.JSONEq(t, `{"id":"1","to":{"name":"Done","new":1},"fields":null}`, out)
}

func TestWithout(t *testing.T) {
	t.Parallel()
	s := load(t, "issue_comments", Options{}).Without("visibility", "identifier").Without("body")
	require.NotContains(t, s.Columns(), "body")
	require.Equal(t, []string{"type", "value"}, s.Members("visibility"))
	out := compile(t, s, PlanOptions{}).shape(t, `{"body":"x","visibility":{"type":"role","identifier":"1"}}`, &Row{})
	require.Contains(t, out, `"visibility":{"type":"role"}`)
	require.NotContains(t, out, "body")
}

func TestAddColumn(t *testing.T) {
	t.Parallel()
	s := load(t, "resolutions", Options{}).
		AddColumn("site", json.RawMessage(`{"type":"string"}`)).
		AddColumn("name", json.RawMessage(`{"type":["null","integer"]}`))
	require.Equal(t, "site", s.Columns()[len(s.Columns())-1])
	require.Contains(t, string(s.JSON()), `"site":{"type":["null","string"]}`)
	require.Contains(t, string(s.JSON()), `"name":{"type":["null","integer"]}`, "replaced")
	require.Less(t, slices.Index(s.Columns(), "name"), slices.Index(s.Columns(), "description"), "in its place")
}

func TestAddColumnTellsOfABrokenSchema(t *testing.T) {
	t.Parallel()
	for _, broken := range []string{`{`, `[]`, `{"type":7}`, `{"type":["null","text"]}`, `{"enum":[1]}`, `{"type":["string","null"]}`} {
		s := load(t, "resolutions", Options{}).AddColumn("x", json.RawMessage(broken))
		_, err := Compile(s, PlanOptions{})
		require.ErrorContains(t, err, `add column "x"`, broken)
		_, err = NewValidator(s)
		require.ErrorContains(t, err, `add column "x"`, broken)
	}
}

func TestValidator(t *testing.T) {
	t.Parallel()
	v, err := NewValidator(schemaOf(t, columns))
	require.NoError(t, err)
	require.NoError(t, v.Validate([]byte(`{"int":3,"moment":"2024-03-01T09:30:00.000000Z","unknown":[]}`)))
	for record, want := range map[string]string{
		`{"int":"3"}`: "int",
		`{"moment":"2024-03-01T09:30:00.000+0000"}`: "moment",
		`{"words":[1]}`:     "words",
		`[]`:                "object",
		`{"int":`:           "unexpected EOF",
		`{"int":1e5000000}`: "out of any range",
		`{"obj":{"a":[1e-99999999999999999999]}}`:    "obj: a: a number is out of any range",
		`{"num":1` + strings.Repeat("0", 3000) + `}`: "out of any range",
	} {
		require.ErrorContains(t, v.Validate([]byte(record)), want, record)
	}
}
