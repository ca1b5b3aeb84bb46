package cli

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestStreamsFitTheTerminal(t *testing.T) {
	t.Parallel()
	piped := streamsAt(t, 0)
	require.Greater(t, widest(piped), 200, "a pipe gets one line a stream")
	require.Equal(t, piped, streamsAt(t, widest(piped)), "so does a terminal that is as wide")
	rows := strings.Split(strings.TrimSpace(piped), "\n")[1:]
	for _, columns := range []int{80, 100, 200, widest(piped) - 1} {
		narrow := streamsAt(t, columns)
		require.LessOrEqual(t, widest(narrow), columns)
		require.Contains(t, narrow, "issue_types                               FULL_TABLE   both        yes\n    id; a request per page; -\n")
		words := strings.Join(strings.Fields(narrow), " ")
		for _, row := range rows {
			name, rest, _ := strings.Cut(row, " ")
			require.Contains(t, "\n"+narrow, "\n"+name+" ")
			permission := rest[strings.LastIndex(rest, "  ")+2:]
			require.Contains(t, words, "; "+permission, "nothing is cut off")
		}
	}
	require.NotEmpty(t, streamsAt(t, 1), "a window of one column gets what fits")
}

// streamsAt is the table on a terminal of so many columns.
func streamsAt(t *testing.T, columns int) string {
	t.Helper()
	a, _ := quietApp(t, nil)
	var out bytes.Buffer
	a.Stdout, a.StdoutColumns, a.format = &out, columns, formatText
	require.NoError(t, a.runStreams())
	return out.String()
}
