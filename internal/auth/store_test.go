package auth_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/gofrs/flock"
	"github.com/stretchr/testify/require"

	"tap-jira/internal/auth"
	"tap-jira/internal/fault"
)

func TestStoreKeepsByKindSiteAndHash(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "c.json")
	s := auth.OpenStore(path)
	got, err := s.Load("oauth1", "https://a", "h1")
	require.NoError(t, err)
	require.Nil(t, got)
	require.NoError(t, s.Save(t.Context(), "oauth1", "https://b", "h1", map[string]string{"token": "B"}))
	require.NoError(t, s.Save(t.Context(), "oauth1", "https://a", "h1", map[string]string{"token": "A"}))
	require.NoError(t, s.Save(t.Context(), "oauth2", "https://a", "h1", map[string]string{"token": "2"}))
	for _, c := range [][4]string{
		{"oauth1", "https://a", "h1", "A"},
		{"oauth1", "https://b", "h1", "B"},
		{"oauth2", "https://a", "h1", "2"},
		{"oauth1", "https://a", "h2", ""},
		{"basic", "https://a", "h1", ""},
	} {
		got, err := auth.OpenStore(path).Load(c[0], c[1], c[2])
		require.NoError(t, err)
		require.Equal(t, c[3], got["token"], c)
	}
	// Another secret in the config: its tokens take the place.
	require.NoError(t, s.Save(t.Context(), "oauth1", "https://a", "h2", map[string]string{"token": "A2"}))
	got, err = s.Load("oauth1", "https://a", "h1")
	require.NoError(t, err)
	require.Nil(t, got)
}

func TestStoreFileIsPrivate(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("rights are kept elsewhere there")
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "c.json")
	require.NoError(t, os.WriteFile(path, []byte(`{"version":1,"credentials":[]}`), 0o644))
	require.Contains(t, auth.ReadableByOthers(path), "chmod 600 "+path)
	require.NoError(t, auth.OpenStore(path).Save(t.Context(), "k", "s", "h", map[string]string{"a": "b"}))
	require.Empty(t, auth.ReadableByOthers(path))
	require.Empty(t, auth.ReadableByOthers(filepath.Join(dir, "missing")))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 2, "the file and its lock, nothing temporary")
	for _, e := range entries {
		info, err := e.Info()
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), e.Name())
	}
}

func TestStoreFollowsASymlink(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	real, link := filepath.Join(dir, "real.json"), filepath.Join(dir, "link.json")
	require.NoError(t, os.WriteFile(real, []byte(`{"version":1}`), 0o600))
	if err := os.Symlink(real, link); err != nil {
		t.Skip(err)
	}
	require.NoError(t, auth.OpenStore(link).Save(t.Context(), "k", "s", "h", map[string]string{"a": "b"}))
	got, err := auth.OpenStore(real).Load("k", "s", "h")
	require.NoError(t, err)
	require.Equal(t, "b", got["a"])
}

func TestStoreRefusesWhatItCannotRead(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"empty": "", "cut": `{"version":1,"credentials":[{"kind":"oauth1","values":{"token":"hush`, "a list": "[]",
		"newer": `{"version":2}`, "wrong type": `{"version":1,"credentials":[{"values":{"token":{"hush":1}}}]}`, "null": "null {",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "c.json")
			require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
			s := auth.OpenStore(path)
			_, err := s.Load("k", "s", "h")
			require.Equal(t, fault.Usage, fault.KindOf(err))
			require.Contains(t, err.Error(), path)
			require.NotContains(t, fault.Line(err), "hush")
			require.Error(t, s.Save(t.Context(), "k", "s", "h", map[string]string{}), "what is there is not overwritten")
			kept, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, text, string(kept))
		})
	}
}

func TestStoreUpdateKeepsTheOldOnError(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := auth.OpenStore(filepath.Join(dir, "c.json"))
	require.NoError(t, s.Save(t.Context(), "k", "s", "h", map[string]string{"a": "1"}))
	broken := errors.New("broken")
	err := s.Update(t.Context(), "k", "s", "h", func(old map[string]string) (map[string]string, error) {
		require.Equal(t, "1", old["a"])
		return map[string]string{"a": "2"}, broken
	})
	require.ErrorIs(t, err, broken)
	require.NoError(t, s.Update(t.Context(), "k", "s", "h", func(map[string]string) (map[string]string, error) { return nil, nil }))
	got, err := s.Load("k", "s", "h")
	require.NoError(t, err)
	require.Equal(t, "1", got["a"])
	left, err := filepath.Glob(filepath.Join(dir, ".*"))
	require.NoError(t, err)
	require.Empty(t, left, "no temporary file is left")
}

func TestStoreWaitsForTheLockAsLongAsTheContext(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "c.json")
	held := flock.New(path + ".lock")
	require.NoError(t, held.Lock())
	defer func() { require.NoError(t, held.Close()) }()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, auth.OpenStore(path).Save(ctx, "k", "s", "h", nil), context.Canceled)
}

// count adds one to a number in the store.
func count(ctx context.Context, s *auth.Store) error {
	return s.Update(ctx, "k", "s", "h", func(old map[string]string) (map[string]string, error) {
		n, _ := strconv.Atoi(old["n"])
		return map[string]string{"n": strconv.Itoa(n + 1)}, nil
	})
}

// TestStoreProcess is what the other processes of the tests below run.
func TestStoreProcess(t *testing.T) {
	path, times := os.Getenv("STORE_TEST_FILE"), os.Getenv("STORE_TEST_TIMES")
	if path == "" {
		t.Skip("runs as a child only")
	}
	n, err := strconv.Atoi(times)
	require.NoError(t, err)
	for range n {
		require.NoError(t, count(t.Context(), auth.OpenStore(path)))
		_, _ = fmt.Println("counted")
	}
}

func child(t *testing.T, path string, times int) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestStoreProcess$", "-test.v")
	cmd.Env = append(os.Environ(), "STORE_TEST_FILE="+path, "STORE_TEST_TIMES="+strconv.Itoa(times))
	return cmd
}

func TestStoreLosesNothingBetweenProcessesAndGoroutines(t *testing.T) {
	t.Parallel()
	const each = 5
	path := filepath.Join(t.TempDir(), "c.json")
	s := auth.OpenStore(path)
	var wg sync.WaitGroup
	errs := make([]error, 4)
	for i := range 2 {
		wg.Go(func() { errs[i] = child(t, path, each).Run() })
		wg.Go(func() {
			for range each {
				errs[2+i] = errors.Join(errs[2+i], count(t.Context(), s))
			}
		})
	}
	wg.Wait()
	require.NoError(t, errors.Join(errs...))
	got, err := s.Load("k", "s", "h")
	require.NoError(t, err)
	require.Equal(t, strconv.Itoa(4*each), got["n"])
}

// A process that is killed while it writes leaves a whole file, old or new,
// and no lock that would stop the next.
func TestStoreSurvivesAKill(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "c.json")
	cmd := child(t, path, 1_000_000)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	seen := make([]byte, 1<<10)
	for text := ""; strings.Count(text, "counted") < 20; {
		n, err := out.Read(seen)
		require.NoError(t, err)
		text += string(seen[:n])
	}
	require.NoError(t, cmd.Process.Kill())
	require.Error(t, cmd.Wait())
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.True(t, json.Valid(text))
	require.NoError(t, count(t.Context(), auth.OpenStore(path)))
}

func TestSecretHashTellsListsApart(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, list := range [][]string{{}, {""}, {"", ""}, {"ab"}, {"a", "b"}, {"b", "a"}, {"ab", ""}} {
		h := auth.SecretHash(list...)
		require.False(t, seen[h], list)
		require.Equal(t, h, auth.SecretHash(list...))
		seen[h] = true
	}
}

func FuzzStoreFile(f *testing.F) {
	f.Add([]byte(`{"version":1,"credentials":[{"kind":"k","site":"s","config_hash":"h","values":{"n":"1"}}]}`))
	f.Add([]byte(`{"version":1,"credentials":null}`))
	f.Add([]byte(`{`))
	f.Fuzz(func(t *testing.T, text []byte) {
		path := filepath.Join(t.TempDir(), "c.json")
		require.NoError(t, os.WriteFile(path, text, 0o600))
		s := auth.OpenStore(path)
		if _, err := s.Load("k", "s", "h"); err != nil {
			require.Equal(t, fault.Usage, fault.KindOf(err))
			return
		}
		want := map[string]string{"n": "2"}
		require.NoError(t, s.Save(t.Context(), "k", "s", "h", want))
		got, err := s.Load("k", "s", "h")
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
}
