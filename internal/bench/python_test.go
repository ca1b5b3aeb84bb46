package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// virtual makes a folder that looks like a virtual environment with singer-io's tap in it: python tells where certifi's bundle
// lies, and the tap prints a catalog.
func virtual(t *testing.T, catalog string) (folder, bundle string) {
	t.Helper()
	folder = t.TempDir()
	bundle = filepath.Join(folder, "cacert.pem")
	bin := filepath.Join(folder, "bin")
	require.NoError(t, os.Mkdir(bin, 0o755))
	require.NoError(t, os.WriteFile(bundle, []byte("the world's authorities"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(bin, "python"), []byte("#!/bin/sh\necho '"+bundle+"'\n"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(bin, "tap-jira"), []byte("#!/bin/sh\necho '"+catalog+"'\n"), 0o755))
	return folder, bundle
}

// benchOf is a bench whose site has this authority and nothing else.
func benchOf(t *testing.T, authority string) *bench {
	t.Helper()
	dir := t.TempDir()
	ca := filepath.Join(dir, "ca.pem")
	require.NoError(t, os.WriteFile(ca, []byte(authority), 0o600))
	return &bench{dir: dir, streams: []string{"issues"}, site: &siteProcess{address: address{URL: "https://127.0.0.1:1", CAFile: ca, Username: "demo", Password: "x"}}}
}

func TestSingerIOIsMadeReady(t *testing.T) {
	t.Parallel()
	const catalog = `{"streams":[{"tap_stream_id":"issues","metadata":[{"breadcrumb":[],"metadata":{}}]},{"tap_stream_id":"users","metadata":[{"breadcrumb":[],"metadata":{"selected":true}}]}]}`
	folder, bundle := virtual(t, catalog)
	for _, authority := range []string{"first site", "second site"} {
		b := benchOf(t, authority)
		made, err := b.pythonProgram(t.Context(), folder)
		require.NoError(t, err)
		require.Equal(t, filepath.Join(folder, "bin", "tap-jira"), made.path)
		trusted, err := os.ReadFile(bundle)
		require.NoError(t, err)
		require.Equal(t, "the world's authorities\n"+authority, string(trusted), "that of the site before is gone")

		content, err := os.ReadFile(b.file("catalog.json"))
		require.NoError(t, err)
		var chosen struct {
			Streams []struct {
				Metadata []struct{ Metadata map[string]bool }
			}
		}
		require.NoError(t, json.Unmarshal(content, &chosen))
		require.True(t, chosen.Streams[0].Metadata[0].Metadata["selected"])
		require.False(t, chosen.Streams[1].Metadata[0].Metadata["selected"])
	}
}

func TestSingerIOThatCannotBeHad(t *testing.T) {
	t.Parallel()
	folder, _ := virtual(t, "no catalog")
	_, err := benchOf(t, "x").pythonProgram(t.Context(), folder)
	require.ErrorContains(t, err, "read singer-io's catalog")

	require.NoError(t, os.WriteFile(filepath.Join(folder, "bin", "tap-jira"), []byte("#!/bin/sh\nexit 1\n"), 0o755))
	_, err = benchOf(t, "x").pythonProgram(t.Context(), folder)
	require.ErrorContains(t, err, "discover with singer-io's tap")

	require.NoError(t, os.WriteFile(filepath.Join(folder, "bin", "python"), []byte("#!/bin/sh\nexit 1\n"), 0o755))
	_, err = benchOf(t, "x").pythonProgram(t.Context(), folder)
	require.ErrorContains(t, err, "find certifi")

	require.ErrorContains(t, command(t.Context(), "sh", "-c", "echo why; exit 2"), "run sh -c echo why; exit 2: exit status 2: why")
}
