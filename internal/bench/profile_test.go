package main

import (
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestProfilesOfBothDialects(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "profiles")
	require.NoError(t, run(t.Context(), []string{"profiles", "-issues", "100", "-rounds", "1", "-out", dir}))
	files, err := filepath.Glob(filepath.Join(dir, "*.pprof"))
	require.NoError(t, err)
	require.Len(t, files, 4)
	for _, name := range files {
		file, err := os.Open(name)
		require.NoError(t, err)
		_, err = gzip.NewReader(file)
		require.NoError(t, err, "%s is a finished profile", name)
		require.NoError(t, file.Close())
	}
}

func TestAProfileNeedsATapThatEndsWell(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "x.pprof")
	for want, args := range map[string][]string{
		"takes a file": {file}, "how many": {file, "few"}, "no such file": {filepath.Join(t.TempDir(), "none", "x"), "1"}, "ended with 2": {file, "1", "--nothing"},
	} {
		require.ErrorContains(t, run(t.Context(), append([]string{"profile"}, args...)), want)
	}
	require.Error(t, run(t.Context(), []string{"profiles", "-nothing"}))
}
