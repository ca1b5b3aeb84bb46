package auth

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAReplacementThatFailsIsSaid: whoever asks for new tokens believes that they are on disk, and Jira has dropped the old
// ones.
func TestAReplacementThatFailsIsSaid(t *testing.T) {
	t.Parallel()
	for name, hinder := range map[string]func(t *testing.T, r *replacement){
		"nothing can be written": func(t *testing.T, r *replacement) { t.Helper(); require.NoError(t, r.temp.Close()) },
		"its place is taken": func(t *testing.T, r *replacement) {
			t.Helper()
			require.NoError(t, os.Remove(r.target))
			require.NoError(t, os.Mkdir(r.target, 0o700))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target := filepath.Join(t.TempDir(), "c.json")
			require.NoError(t, os.WriteFile(target, []byte("old"), 0o600))
			r, err := newReplacement(target)
			require.NoError(t, err)
			hinder(t, r)
			require.Error(t, r.commit(storeFile{Version: storeVersion}))
			r.discard()
			there, err := os.ReadDir(filepath.Dir(target))
			require.NoError(t, err)
			require.Len(t, there, 1, "no temporary file with secrets stays behind")
			if text, err := os.ReadFile(target); err == nil {
				require.Equal(t, "old", string(text))
			}
		})
	}
}
