package config_test

import (
	"encoding/json"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/config"
)

// bounded is what the JSON Schema says of a setting that has bounds.
type bounded struct {
	Type             []string
	Minimum, Maximum *float64
	Enum             []any
}

// described reads the schema: what people and Meltano's hub are told.
func described(t *testing.T) map[string]bounded {
	t.Helper()
	var schema struct{ Properties map[string]bounded }
	require.NoError(t, json.Unmarshal(config.Schema(), &schema))
	require.NotEmpty(t, schema.Properties)
	return schema.Properties
}

// TestBoundsAreWhatTheSchemaSays: each bound itself is good, as a number and as a text, and what lies beyond is refused by name.
func TestBoundsAreWhatTheSchemaSays(t *testing.T) {
	t.Parallel()
	found := 0
	for name, s := range described(t) {
		if s.Minimum == nil || s.Maximum == nil {
			continue
		}
		found++
		step := 1e-4
		if s.Type[0] == "integer" {
			step = 1
		}
		for _, value := range []float64{*s.Minimum, *s.Maximum, *s.Minimum + step, *s.Maximum - step} {
			for _, form := range []any{value, strconv.FormatFloat(value, 'f', -1, 64)} {
				_, _, err := load(t, good(map[string]any{name: form}))
				require.NoError(t, err, "%s %v", name, form)
			}
		}
		for _, value := range []float64{*s.Minimum - step, *s.Maximum + step, -1e300, 1e300} {
			for _, form := range []any{value, strconv.FormatFloat(value, 'f', -1, 64)} {
				_, _, err := load(t, good(map[string]any{name: form}))
				got := problems(t, err)
				require.Len(t, got, 1, "%s %v", name, form)
				require.Equal(t, name, got[0].Key)
				require.Contains(t, got[0].String(), " from ", "%s %v", name, form)
			}
		}
	}
	require.GreaterOrEqual(t, found, 6)
}

// TestChoicesAreWhatTheSchemaSays: each is taken however it is written, and nothing else.
func TestChoicesAreWhatTheSchemaSays(t *testing.T) {
	t.Parallel()
	found := 0
	for name, s := range described(t) {
		for _, choice := range s.Enum {
			text, isText := choice.(string)
			if !isText || name == "auth" { // a way to sign in needs keys of its own
				continue
			}
			found++
			_, _, err := load(t, good(map[string]any{name: text}))
			require.NoError(t, err, "%s %s", name, text)
			_, _, err = load(t, good(map[string]any{name: text + "x"}))
			require.Equal(t, name, problems(t, err)[0].Key)
		}
	}
	require.GreaterOrEqual(t, found, 9)
}
