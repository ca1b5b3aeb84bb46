package shape

import (
	"bytes"
	"encoding/json"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jsonread"
	"tap-jira/schemas"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// children are the streams whose issueId the tap adds.
var children = map[string]bool{"issue_comments": true, "changelogs": true, "issue_transitions": true}

func goldenPlan(t *testing.T, s *Schema) (plan *Plan, added string) {
	t.Helper()
	options := PlanOptions{}
	if children[s.Name()] {
		options.Added, added = []string{"issueId"}, `"issueId":"10068",`
	}
	switch s.Name() {
	case "issues":
		options.Lift = map[string]string{"created": "fields.created", "updated": "fields.updated"}
	case "versions":
		options.Lift = map[string]string{"userStartDate": "startDate", "userReleaseDate": "releaseDate"}
	}
	return compile(t, s, options), added
}

// TestExamples sends the example of each stream through its plan. Nothing in it may need a repair, and what comes out is
// valid against the SCHEMA message and holds all its columns.
func TestExamples(t *testing.T) {
	t.Parallel()
	names, err := fs.Glob(schemas.FS(), "*.json")
	require.NoError(t, err)
	for _, file := range names {
		name := strings.TrimSuffix(file, ".json")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := Load(name, Options{})
			require.NoError(t, err)
			plan, added := goldenPlan(t, s)
			var row Row
			members, err := plan.AppendMembers([]byte("{"+added), jsonread.NewDecoder(bytes.NewReader(s.Examples()[0])), &row)
			require.NoError(t, err)
			record := append(members, '}')
			require.Empty(t, row.Repairs)
			requireValid(t, s, record)
			requireColumns(t, s, record)
			requireGolden(t, filepath.Join("testdata", "golden", file), record)
		})
	}
}

func requireValid(tb testing.TB, s *Schema, record []byte) {
	tb.Helper()
	v, err := NewValidator(s)
	require.NoError(tb, err)
	require.NoError(tb, v.Validate(record))
}

// requireColumns holds a record to the columns of its schema: each once, and no others.
func requireColumns(tb testing.TB, s *Schema, record []byte) {
	tb.Helper()
	require.ElementsMatch(tb, s.Columns(), topNames(tb, record))
}

// topNames lists the members of a record in their order, doubles included.
func topNames(tb testing.TB, record []byte) []string {
	tb.Helper()
	dec := json.NewDecoder(bytes.NewReader(record))
	_, err := dec.Token()
	require.NoError(tb, err)
	var names []string
	for dec.More() {
		name, err := dec.Token()
		require.NoError(tb, err)
		names = append(names, name.(string))
		var value json.RawMessage
		require.NoError(tb, dec.Decode(&value))
	}
	return names
}

func requireGolden(t *testing.T, path string, record []byte) {
	t.Helper()
	var pretty bytes.Buffer
	require.NoError(t, json.Indent(&pretty, record, "", "  "))
	pretty.WriteByte('\n')
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
		require.NoError(t, os.WriteFile(path, pretty.Bytes(), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run with -update to write it")
	require.Equal(t, string(want), pretty.String())
}
