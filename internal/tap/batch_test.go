package tap

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/stream"
)

func TestQuestions(t *testing.T) {
	t.Parallel()
	site := &origin{params: map[string]string{"site": "x"}, columns: []string{"id", "kind"}}
	nowhere := &origin{columns: []string{"id", "kind"}}
	var rows []parentRow
	for i := range 120 {
		row := site.row([][]byte{[]byte(strconv.Itoa(i)), []byte(`"software"`)})
		rows = append(rows, row, row) // the same once more
	}
	rows = append(rows,
		nowhere.row([][]byte{[]byte(`""`), []byte(`"software"`)}),
		nowhere.row([][]byte{[]byte(`777`), []byte(`"business"`)}),
	)
	above := stream.Parent{Field: "id", As: "projectId", Column: true, Where: map[string][]string{"kind": {"software"}}}
	one := (&table{stream: stream.Stream{Parent: &above}}).questions(rows)
	require.Equal(t, 120, one.count(), "each once, none without an id, and none that is not wanted")
	for i, params := range one.all() {
		require.Equal(t, map[string]string{"projectId": strconv.Itoa(i), "site": "x"}, params)
	}
	require.Equal(t, 7, one.first(7).count())

	above.Batch = 50
	batches := (&table{stream: stream.Stream{Parent: &above}}).questions(rows)
	require.Equal(t, 3, batches.count())
	var all []string
	for i, batch := range batches.all() {
		values := strings.Split(batch["projectId"], ",")
		require.Len(t, values, []int{50, 50, 20}[i])
		require.Equal(t, "x", batch["site"])
		all = append(all, values...)
	}
	for i, value := range all {
		require.Equal(t, strconv.Itoa(i), value)
	}
	require.Equal(t, 2, batches.first(2).count())
}

// TestValuesOfAParentRow are texts of any kind, side by side.
func TestValuesOfAParentRow(t *testing.T) {
	t.Parallel()
	from := &origin{columns: []string{"id", "name", "empty", "missing", "last"}}
	row := from.row([][]byte{[]byte(` 12 `), []byte(`"a:1:b ü\u0000"`), []byte(`""`), nil, []byte(`"9:"`)})
	for column, want := range map[string]string{"id": "12", "name": "a:1:b ü\x00", "empty": "", "missing": "", "last": "9:", "other": ""} {
		require.Equal(t, want, row.value(column), column)
	}
	require.Empty(t, parentRow{origin: from}.value("id"), "a row without values")
}

func TestEachRow(t *testing.T) {
	t.Parallel()
	for value, want := range map[string][]string{
		``:                       nil,
		`"text"`:                 nil,
		`null`:                   nil,
		`[]`:                     nil,
		`{}`:                     nil,
		`[{"a":1},{"b":[2,{}]}]`: {`{"a":1}`, `{"b":[2,{}]}`},
		`{"x":"1","y":{"z":[]}}`: {`{"key":"x","value":"1"}`, `{"key":"y","value":{"z":[]}}`},
	} {
		var got []string
		require.NoError(t, eachRow([]byte(value), func(row []byte) error {
			got = append(got, string(row))
			return nil
		}), value)
		require.Equal(t, want, got, value)
	}
	for _, broken := range []string{`[1,`, `{"a":`, `{"a"`, `[nul]`} {
		require.Error(t, eachRow([]byte(broken), func([]byte) error { return nil }), broken)
	}
}
