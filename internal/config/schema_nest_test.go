package config

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDottedNamesAreObjects(t *testing.T) {
	t.Parallel()
	require.Equal(t, map[string]any{
		"jql":            "a",
		"page_size":      map[string]any{"issues": 50},
		"stream_options": map[string]any{"issues": map[string]any{"jql": "b", "fields": []string{"c"}}},
	}, nest(map[string]any{
		"jql": "a", "page_size.issues": 50, "stream_options.issues.jql": "b", "stream_options.issues.fields": []string{"c"},
	}))
	require.Empty(t, nest(nil))
}
