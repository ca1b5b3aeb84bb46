package derive

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/shape"
)

func TestServiceLevelsThatAreNone(t *testing.T) {
	t.Parallel()
	for value, rows := range map[string]int{
		`null`: 0, `"not started"`: 0, `[]`: 0, `{}`: 0, `{"completedCycles":{}}`: 0, `{"completedCycles":[null,"x",{}],"ongoingCycle":"soon"}`: 1,
		`{"ongoingCycle":{"startTime":"2024-01-01T00:00:00Z","goalDuration":5,"elapsedTime":null,"breachTime":[1]}}`: 1,
	} {
		got := 0
		require.NoError(t, ServiceLevelRows("customfield_1", []byte(value), func(row []byte) error {
			got++
			if value[2] == 'o' {
				require.Contains(t, string(row), `"startTime":"2024-01-01T00:00:00Z"`)
				require.Contains(t, string(row), `"goalMillis":5`)
				require.Contains(t, string(row), `"breachTime":null`)
				require.Contains(t, string(row), `"ongoing":true`)
			}
			return nil
		}), value)
		require.Equal(t, rows, got, value)
	}
}

func TestIsServiceLevel(t *testing.T) {
	t.Parallel()
	require.True(t, IsServiceLevel(shape.Field{Type: "sd-servicelevelagreement"}))
	require.True(t, IsServiceLevel(shape.Field{CustomType: "com.atlassian.servicedesk:sd-sla-field"}))
	require.False(t, IsServiceLevel(shape.Field{Type: "string", CustomType: "com.atlassian.servicedesk:vp-origin"}))
}

// FuzzServiceLevels gives all sorts of values: none fails, and each row is a
// record that counts its cycle.
func FuzzServiceLevels(f *testing.F) {
	f.Add(`{"id":"1","completedCycles":[{"startTime":{"epochMillis":5},"breached":true}],"ongoingCycle":{"paused":false}}`)
	f.Add(`{"id":{},"completedCycles":[[]],"ongoingCycle":{"startTime":{"jira":{}},"goalDuration":[]}}`)
	f.Add(`{"completedCycles":[{"startTime":"x"},{"startTime":1e400}],"completedCycles":0}`)
	f.Fuzz(func(t *testing.T, value string) {
		if !json.Valid([]byte(value)) {
			return
		}
		n := 0
		err := ServiceLevelRows("customfield_1", []byte(value), func(row []byte) error {
			var made struct {
				FieldID string
				Cycle   int
			}
			require.NoError(t, json.Unmarshal(row, &made))
			n++
			require.Equal(t, n, made.Cycle)
			require.Equal(t, "customfield_1", made.FieldID)
			return nil
		})
		require.NoError(t, err)
	})
}
