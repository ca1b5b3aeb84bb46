package tap

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jira"
	"tap-jira/internal/jsonread"
	"tap-jira/internal/selection"
	"tap-jira/internal/stream"
)

// A record that its SCHEMA does not allow is a fault of ours and is named; it is
// printed all the same, as targets mend more than a row that never came.
func TestARecordThatBreaksItsSchemaIsPrinted(t *testing.T) {
	t.Parallel()
	r := newRun(Options{Validate: ValidateAll})
	r.site = &jira.Site{Deployment: jira.Cloud}
	priorities, _ := stream.Find("priorities")
	table, err := r.newTable(priorities, selection.Choice{Keep: func(...string) bool { return true }})
	require.NoError(t, err)
	table.validator, err = newValidator(ValidateAll, table.schema.AddColumn("name", []byte(`{"type":"integer"}`)))
	require.NoError(t, err)

	rec := r.newRecorder(table)
	require.NoError(t, rec.Record(jsonread.NewBytesDecoder([]byte(`{"id":"3","name":"Medium"}`))))
	got := rec.part()
	require.Equal(t, 1, got.lines.records)
	var lines strings.Builder
	for _, chunk := range got.lines.chunks {
		lines.Write(chunk)
	}
	require.Contains(t, lines.String(), `"name":"Medium"`)
	require.Len(t, got.repairs, 1)
	require.Equal(t, "3", got.repairs[0].key)
	require.Contains(t, got.repairs[0].Kind, "validate record")
}
