package cli

import (
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCommitText(t *testing.T) {
	t.Parallel()
	const revision = "0bc1720b18936039587d01a0eaba421a43147ad5"
	tests := map[string]struct {
		noted map[string]string
		want  string
	}{
		"nothing":  {nil, ""},
		"clean":    {map[string]string{"vcs.revision": revision, "vcs.time": "2026-11-22T06:42:21Z", "vcs.modified": "false"}, " (commit 0bc1720b1893, 2026-11-22)"},
		"modified": {map[string]string{"vcs.revision": revision, "vcs.modified": "true"}, " (commit 0bc1720b1893, changed since)"},
		"short":    {map[string]string{"vcs.revision": "42"}, " (commit 42)"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var settings []debug.BuildSetting
			for key, value := range tt.noted {
				settings = append(settings, debug.BuildSetting{Key: key, Value: value})
			}
			require.Equal(t, tt.want, commitText(settings))
		})
	}
}
