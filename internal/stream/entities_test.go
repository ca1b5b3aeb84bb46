package stream

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// readEntities reads the lists of names that must have a stream or a reason.
func readEntities(t *testing.T) map[string][]string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "entities.txt"))
	require.NoError(t, err)
	lists, of := map[string][]string{}, ""
	for line := range strings.Lines(string(raw)) {
		switch line = strings.TrimRight(line, "\n"); {
		case line == "" || line[0] == '#':
		case line[0] != ' ':
			of = strings.TrimSuffix(line, ":")
		default:
			lists[of] = append(lists[of], strings.Fields(line)...)
		}
	}
	return lists
}

// leftOut are the names in the rows of what is left out, each with its reason. What
// one deployment alone lacks is no name.
func leftOut(left [][]string) map[string]string {
	reasons := map[string]string{}
	for _, row := range left {
		if strings.HasSuffix(row[0], "Data Center") {
			continue
		}
		for _, name := range strings.FieldsFunc(row[0], func(r rune) bool { return strings.ContainsRune(" ,():", r) }) {
			reasons[name] = row[1]
		}
	}
	return reasons
}

// Everything that can be read from Jira has a stream, or a reason why not.
func TestEveryEntityHasAStreamOrAReason(t *testing.T) {
	t.Parallel()
	left, _ := readReference(t)
	reasons, entities := leftOut(left), readEntities(t)["entities"]
	require.Len(t, entities, 178)
	require.Len(t, slices.Compact(slices.Sorted(slices.Values(entities))), len(entities), "a name stands twice")
	for _, name := range entities {
		s, ours := Find(name)
		require.True(t, ours && !s.Hidden || reasons[name] != "", "%s is neither a stream nor left out with a reason", name)
		require.False(t, ours && reasons[name] != "", "%s is there and left out", name)
	}
}

// Every stream of the other taps has one of ours beside it, or a reason; and
// what is said to be theirs is.
func TestEveryStreamOfOtherTapsHasOursOrAReason(t *testing.T) {
	t.Parallel()
	left, others := readReference(t)
	reasons, lists := leftOut(left), readEntities(t)
	for i, tap := range []string{"singer-io", "MeltanoLabs", "Airbyte", "Fivetran"} {
		theirs := lists[tap]
		require.NotEmpty(t, theirs, tap)
		beside := map[string]bool{}
		for _, row := range others {
			if name := row[i+1]; name != "-" {
				beside[name] = true
				require.Contains(t, theirs, name, "%s has no such stream", tap)
			}
		}
		for _, name := range theirs {
			require.True(t, beside[name] || reasons[name] != "", "%s's %s has neither a stream of ours nor a reason", tap, name)
		}
	}
}
