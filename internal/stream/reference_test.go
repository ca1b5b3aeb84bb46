package stream

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jira"
)

var update = flag.Bool("update", false, "write the reference of streams anew")

// TestReference holds schemas/README.md to the declarations, the schemas and
// testdata/reference.txt.
func TestReference(t *testing.T) {
	t.Parallel()
	path := filepath.Join("..", "..", "schemas", "README.md")
	want := reference(t)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(want), 0o600))
	}
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, want, string(got), "make golden writes it anew")
}

// reference is the whole page.
func reference(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	offered := slices.DeleteFunc(All(), func(s Stream) bool { return s.Hidden })
	fmt.Fprintf(&b, `# Streams

This page is written by %[2]s from the declarations in internal/stream and the schemas beside it.

There are %[1]d streams. A stream marked *standard* is read unless you choose otherwise. `+"`{v}`"+` is 2, or 3 with `+"`rich_text: adf`"+`. Keys are
those of Cloud, and of Data Center where nothing else is said. Columns are texts where no type is told; custom fields are columns of
`+"`issues`"+` besides. A child can be read without its parent being selected. %[3]s
`, len(offered), "`make golden`", "Scopes are those of a token of OAuth 2.0, or of a scoped API token, on Cloud.")
	writeFamilies(t, &b)
	left, others := readReference(t)
	b.WriteString("\n## Left out\n\n| what | why |\n|---|---|\n")
	for _, row := range left {
		fmt.Fprintf(&b, "| %s | %s |\n", row[0], row[1])
	}
	b.WriteString("\n## Names in other taps\n\nA name of another tap in a catalog, a state or a pattern is read as ours, where both mean the same rows.\n\n" +
		"| ours | singer-io | MeltanoLabs | Airbyte | Fivetran | different there |\n|---|---|---|---|---|---|\n")
	for _, row := range others {
		fmt.Fprintf(&b, "| %s |\n", strings.Join(row, " | "))
	}
	b.WriteString("\nWhat each lacks:\n\n")
	for i, tap := range []string{"singer-io", "MeltanoLabs", "Airbyte", "Fivetran"} {
		fmt.Fprintf(&b, "- **%s** has %d of the %d streams.\n", tap, has(others, i+1), len(offered))
	}
	fmt.Fprintf(&b, "- None of the four has %s.\n", strings.Join(codes(unknownToAll(offered, others)), ", "))
	return b.String()
}

func writeFamilies(t *testing.T, b *strings.Builder) {
	t.Helper()
	byName := map[string][]Stream{}
	var names []string
	for _, f := range Families() {
		if !slices.Contains(names, f.Name) {
			names = append(names, f.Name)
		}
		byName[f.Name] = append(byName[f.Name], f.Streams...)
	}
	for _, name := range names {
		fmt.Fprintf(b, "\n## %s\n", name)
		for _, s := range byName[name] {
			if !s.Hidden {
				writeStream(t, b, s)
			}
		}
	}
}

// writeStream writes the section of one stream.
func writeStream(t *testing.T, b *strings.Builder, s Stream) {
	t.Helper()
	fmt.Fprintf(b, "\n### %s\n\n", s.Name)
	facts := []string{string(s.Method()), "key " + strings.Join(codes(s.Keys), ", ")}
	if s.DataCenterKeys != nil {
		facts = append(facts, "on Data Center "+strings.Join(codes(s.DataCenterKeys), ", "))
	}
	if s.Bookmark != "" {
		facts = append(facts, "goes on from `"+s.Bookmark+"`")
	}
	if s.Undated() {
		facts = append(facts, "its changes bear no date: read whole from time to time (`sweep`)")
	}
	if s.Standard {
		facts = append(facts, "*standard*")
	}
	fmt.Fprintf(b, "%s. [Documented](%s).\n\n", strings.Join(facts, "; "), s.Documented)
	for _, d := range deployments() {
		fmt.Fprintf(b, "- %s: %s\n", map[jira.Deployment]string{jira.Cloud: "Cloud", jira.DataCenter: "Data Center"}[d], where(s, d))
	}
	fmt.Fprintf(b, "- Costs %s", s.Cost())
	for _, d := range deployments() {
		if named := s.PermissionOn(d); named != "" && s.Offered(d) && (d == jira.Cloud || named != s.PermissionOn(jira.Cloud)) {
			fmt.Fprintf(b, "; needs %s (%s)", named, d)
		}
	}
	if scopes := s.Scopes(); len(scopes) > 0 && s.Offered(jira.Cloud) {
		fmt.Fprintf(b, "; scopes %s", strings.Join(codes(scopes), ", "))
	}
	b.WriteString("\n")
	for _, a := range s.Absent {
		text := ""
		if a.Text != "" {
			text = fmt.Sprintf(" with %q", a.Text)
		}
		asked := ""
		if a.OnlyGone {
			asked = ", once what it is about was asked for itself"
		}
		fmt.Fprintf(b, "- A %d%s means no rows%s: %s\n", a.Status, text, asked, a.Reason)
	}
	fmt.Fprintf(b, "- Columns: %s\n", strings.Join(columnsOf(t, s.Name), ", "))
}

// where is how a stream is read on a deployment.
func where(s Stream, d jira.Deployment) string {
	if !s.Offered(d) {
		return "not there: " + s.NotOn
	}
	there, e := s.On(d), s.Endpoint(d)
	text := ""
	switch {
	case e.Within != "":
		text = fmt.Sprintf("`%s` in the rows of %s", e.Within, s.Parent.Stream)
	case e.Path != "":
		var paths []string
		for at := &e; at != nil; at = at.Successor {
			paths = append(paths, "`"+at.Method()+" "+at.Path+"`")
		}
		text = strings.Join(paths, ", else ")
	case s.Source == IssueTree:
		text = "read with the issues"
	case s.Source == WorklogFeed:
		text = "the feed of changed worklogs, or the issues where `projects` or `jql` limit them"
	default:
		text = "the list of users, and whom the issues name"
	}
	if there.Parent != nil {
		text += ", for each of `" + there.Parent.Stream + "`"
	}
	return text
}

// columnsOf are the columns of a schema with their types.
func columnsOf(t *testing.T, name string) []string {
	t.Helper()
	_, properties, _ := readSchema(t, name)
	var columns []string
	for _, column := range slices.Sorted(maps.Keys(properties)) {
		raw, err := json.Marshal(properties[column])
		require.NoError(t, err)
		var property struct {
			Type   []string
			Format string
		}
		require.NoError(t, json.Unmarshal(raw, &property))
		kind := property.Type[len(property.Type)-1]
		if property.Format != "" {
			kind = property.Format
		}
		text := "`" + column + "`"
		if kind != "string" {
			text += " " + kind
		}
		columns = append(columns, text)
	}
	return columns
}

func codes(names []string) []string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = "`" + name + "`"
	}
	return quoted
}

// readReference reads what is not in the declarations, and holds it to them.
func readReference(t *testing.T) (left, others [][]string) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "reference.txt"))
	require.NoError(t, err)
	for line := range strings.Lines(string(raw)) {
		kind, rest, _ := strings.Cut(strings.TrimSpace(line), ": ")
		row := strings.Split(rest, "|")
		for i := range row {
			row[i] = strings.TrimSpace(row[i])
		}
		switch kind {
		case "left out":
			require.Len(t, row, 2, line)
			_, ours := Find(row[0])
			require.False(t, ours, "%s is there", row[0])
			left = append(left, row)
		case "other":
			require.Len(t, row, 6, line)
			s, known := Find(row[0])
			require.True(t, known && !s.Hidden, "%s is no stream of ours", row[0])
			others = append(others, row)
		}
	}
	return left, others
}

// has counts the streams that a tap has.
func has(others [][]string, column int) int {
	n := 0
	for _, row := range others {
		if row[column] != "-" {
			n++
		}
	}
	return n
}

// unknownToAll are the streams that none of the other taps has.
func unknownToAll(offered []Stream, others [][]string) []string {
	var names []string
	for _, s := range offered {
		if !slices.ContainsFunc(others, func(row []string) bool { return row[0] == s.Name }) {
			names = append(names, s.Name)
		}
	}
	return names
}

// Names in the table of other taps are understood, unless ours means another thing.
func TestNamesOfOtherTapsAreUnderstood(t *testing.T) {
	t.Parallel()
	_, others := readReference(t)
	for _, row := range others {
		for _, theirs := range row[1:4] {
			if _, ours := Find(theirs); theirs != "-" && !ours {
				require.Equal(t, row[0], Canonical("")(theirs), "%s is not understood", theirs)
			}
		}
	}
}
