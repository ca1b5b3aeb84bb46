package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
)

func TestReplaceFileLeavesNothingHalf(t *testing.T) {
	t.Parallel()
	a, _ := quietApp(t, nil)
	require.NoError(t, a.replaceFile("state.json", []byte("one"), 0o600))
	require.NoError(t, a.replaceFile("state.json", []byte("two"), 0o644))
	content, err := os.ReadFile(filepath.Join(a.Dir, "state.json"))
	require.NoError(t, err)
	require.Equal(t, "two", string(content))
	info, err := os.Stat(filepath.Join(a.Dir, "state.json"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o644), info.Mode())
	entries, err := os.ReadDir(a.Dir)
	require.NoError(t, err)
	require.Len(t, entries, 1, "no temporary file stays behind")

	require.Error(t, a.replaceFile("missing/state.json", nil, 0o600))
	require.NoError(t, os.Mkdir(filepath.Join(a.Dir, "folder"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(a.Dir, "folder", "x"), nil, 0o600))
	require.Error(t, a.replaceFile("folder", nil, 0o600))
	entries, err = os.ReadDir(a.Dir)
	require.NoError(t, err)
	require.Len(t, entries, 2, "a failure removes its temporary file")
}

func TestReplaceFileKeepsWhatIsNoFile(t *testing.T) {
	t.Parallel()
	a, _ := quietApp(t, nil)
	name := func(name string) string { return filepath.Join(a.Dir, name) }
	require.NoError(t, os.WriteFile(name("real.json"), []byte("one"), 0o600))
	require.NoError(t, os.Symlink("real.json", name("link.json")))
	require.NoError(t, a.replaceFile("link.json", []byte("two"), 0o600))
	content, err := os.ReadFile(name("real.json"))
	require.NoError(t, err)
	require.Equal(t, "two", string(content), "the file that the link leads to")
	info, err := os.Lstat(name("link.json"))
	require.NoError(t, err)
	require.Equal(t, os.ModeSymlink, info.Mode().Type(), "the link is still one")

	require.NoError(t, os.Symlink(os.DevNull, name("null.json")))
	require.NoError(t, a.replaceable("null.json", 1))
	require.NoError(t, a.replaceFile("null.json", []byte("three"), 0o600))
	info, err = os.Stat(name("null.json"))
	require.NoError(t, err)
	require.Equal(t, os.ModeDevice, info.Mode().Type()&os.ModeDevice, "a device is written to and not replaced")
}

func TestReplaceableTouchesNothing(t *testing.T) {
	t.Parallel()
	a, _ := quietApp(t, nil)
	require.NoError(t, a.replaceable("state.json", 100))
	require.NoError(t, os.WriteFile(filepath.Join(a.Dir, "old.json"), []byte("old"), 0o600))
	require.NoError(t, a.replaceable("old.json", 100))
	require.Error(t, a.replaceable("missing/state.json", 100))
	require.ErrorContains(t, a.replaceable(".", 100), "it is a folder")
	entries, err := os.ReadDir(a.Dir)
	require.NoError(t, err)
	require.Len(t, entries, 1, "nothing stays behind")
	content, err := os.ReadFile(filepath.Join(a.Dir, "old.json"))
	require.NoError(t, err)
	require.Equal(t, "old", string(content))
}

func TestFilesOfFlags(t *testing.T) {
	t.Parallel()
	a, _ := quietApp(t, nil)
	write := func(name, content string) {
		require.NoError(t, os.WriteFile(filepath.Join(a.Dir, name), []byte(content), 0o600))
	}
	write("broken.json", `{"streams": [`)
	write("state.json", `{"bookmarks": {"issues": {"updated": "2026-01-02T03:04:05Z"}}}`)
	write("catalog.json", `{"streams": []}`)

	catalog, err := a.readCatalog()
	require.NoError(t, err)
	require.Nil(t, catalog)
	state, err := a.readState("")
	require.NoError(t, err)
	require.Nil(t, state)

	a.properties, a.state = "catalog.json", "state.json"
	catalog, err = a.readCatalog()
	require.NoError(t, err)
	require.Empty(t, catalog.Streams)
	state, err = a.readState("")
	require.NoError(t, err)
	require.NotEmpty(t, state.Bookmark("issues"))

	a.catalog, a.state = "broken.json", "broken.json"
	_, err = a.readCatalog()
	require.ErrorContains(t, err, "broken.json")
	require.Equal(t, fault.Usage, fault.KindOf(err))
	_, err = a.readState("")
	require.ErrorContains(t, err, "broken.json")
	require.Equal(t, fault.Usage, fault.KindOf(err))

	a.catalog, a.state = "nowhere.json", "nowhere.json"
	_, err = a.readCatalog()
	require.ErrorContains(t, err, "--catalog")
	require.Equal(t, fault.Usage, fault.KindOf(err))
	_, err = a.readState("")
	require.Contains(t, fault.HintOf(err), "first run")
}
