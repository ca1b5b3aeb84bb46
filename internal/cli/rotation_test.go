package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/cli"
	"tap-jira/internal/jirasim"
)

// TestTwoRunsShareARotatingToken starts two syncs at once with one config: both succeed, on one new token.
func TestTwoRunsShareARotatingToken(t *testing.T) {
	t.Parallel()
	d := newDoor(t, jirasim.Options{}, nil)
	d.config(map[string]any{"oauth_client_id": clientID, "oauth_client_secret": clientSecret, "refresh_token": d.front.Grant()})
	before, err := os.ReadFile(filepath.Join(d.dir, "config.json"))
	require.NoError(t, err)
	var runs sync.WaitGroup
	codes, logs := make([]int, 2), make([]bytes.Buffer, 2)
	for i := range codes {
		runs.Go(func() {
			p := d.process(strings.NewReader(""), new(bytes.Buffer), &logs[i], "--config", "config.json", "--select", "projects")
			codes[i] = cli.Main(p)
		})
	}
	runs.Wait()
	require.Equal(t, []int{0, 0}, codes, "%s%s", &logs[0], &logs[1])
	spent := 0
	for _, r := range d.front.Requests() {
		if r.Where == "token" {
			spent++
		}
	}
	require.Equal(t, 1, spent)
	after, err := os.ReadFile(filepath.Join(d.dir, "config.json"))
	require.NoError(t, err)
	require.Equal(t, string(before), string(after), "the config is never rewritten")
	info, err := os.Stat(filepath.Join(d.dir, "config.credentials.json"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

// TestTokensThatOthersMayRead are told of, once, with what to do; the next renewal mends the file.
func TestTokensThatOthersMayRead(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("rights are kept elsewhere there")
	}
	d := newDoor(t, jirasim.Options{}, func(f *jirasim.FrontOptions) { f.AccessTTL = time.Second })
	d.config(map[string]any{"oauth_client_id": clientID, "oauth_client_secret": clientSecret, "refresh_token": d.front.Grant()})
	code, _, stderr := d.run("--select", "projects")
	require.Equal(t, 0, code, stderr)
	require.NotContains(t, stderr, "chmod")
	kept := filepath.Join(d.dir, "config.credentials.json")
	require.NoError(t, os.Chmod(kept, 0o644))
	code, stdout, stderr := d.run("--select", "projects")
	require.Equal(t, 0, code, stderr)
	require.Equal(t, 1, strings.Count(stderr, "chmod 600 "+kept), stderr)
	require.NotContains(t, stdout, "chmod")
	_, _, stderr = d.run("--select", "projects")
	require.NotContains(t, stderr, "chmod", "the renewed token was written for its owner alone")
}

// TestLostScopeInTheMiddle holds a scope that some streams lack to on_forbidden: the others are read.
func TestLostScopeInTheMiddle(t *testing.T) {
	t.Parallel()
	d := newDoor(t, jirasim.Options{}, nil)
	for _, path := range []string{"/rest/api/2/priority/search", "/rest/api/2/priority"} {
		d.site.Script(jirasim.Refuse(jirasim.RefusalScope, path, time.Now()))
	}
	members := map[string]any{"oauth_client_id": clientID, "oauth_client_secret": clientSecret, "refresh_token": d.front.Grant()}
	d.config(members)
	code, stdout, stderr := d.run("--select", "priorities", "--select", "projects")
	require.Equal(t, 5, code, stderr)
	require.Contains(t, stdout, `"stream":"projects"`)
	require.Contains(t, stderr, "scope")
	members["on_forbidden"] = "skip"
	d.config(members)
	code, _, stderr = d.run("--select", "priorities", "--select", "projects")
	require.Equal(t, 0, code, stderr)
}

// TestOneRequestWithABadPassword holds a refused login to exactly one request, and to no output.
func TestOneRequestWithABadPassword(t *testing.T) {
	t.Parallel()
	d := newDoor(t, jirasim.Options{Deployment: jirasim.DataCenter}, nil)
	d.config(map[string]any{"username": "demo", "password": "no"})
	code, stdout, _ := d.run()
	require.Equal(t, 4, code)
	require.Empty(t, stdout)
	_, signed := d.asked()
	require.Equal(t, 1, signed)
}
