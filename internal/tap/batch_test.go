package tap

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/stream"
)

func TestBatched(t *testing.T) {
	t.Parallel()
	var questions []map[string]string
	for i := range 120 {
		questions = append(questions, map[string]string{"projectId": strconv.Itoa(i), "site": "x"})
	}
	one := &table{stream: stream.Stream{Parent: &stream.Parent{As: "projectId"}}}
	require.Equal(t, questions, one.batched(questions))
	batches := (&table{stream: stream.Stream{Parent: &stream.Parent{As: "projectId", Batch: 50}}}).batched(questions)
	require.Len(t, batches, 3)
	var all []string
	for i, batch := range batches {
		values := strings.Split(batch["projectId"], ",")
		require.Len(t, values, []int{50, 50, 20}[i])
		require.Equal(t, "x", batch["site"])
		all = append(all, values...)
	}
	for i, value := range all {
		require.Equal(t, strconv.Itoa(i), value)
	}
	require.Equal(t, "0", questions[0]["projectId"], "the questions stay as they are")
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
