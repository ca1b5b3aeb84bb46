package supervise

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzIsState reads lines of any target: a state is what encoding/json reads as one object, and nothing else.
func FuzzIsState(f *testing.F) {
	for _, s := range []string{`{"bookmarks":{}}`, `  {} `, `{}{}`, `[]`, `null`, `{"a":1`, `INFO {"a":1}`, "\xff{}", `{"a":"` + "\xff" + `"}`, "{\n}", `{"a":01}`, ``} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		var object map[string]json.RawMessage
		err := json.Unmarshal(bytes.TrimSpace([]byte(line)), &object) // so it is kept
		require.Equal(t, err == nil && object != nil, isState([]byte(line)))
	})
}
