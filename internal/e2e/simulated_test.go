//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jirasim"
	"tap-jira/schemas"
)

// simulated is a site inside the test, which the test changes and breaks while the built binary reads it over TLS.
type simulated struct {
	site
	jira  *jirasim.Jira
	ahead *atomic.Int64 // how far the site's clock is ahead, in nanoseconds
}

// simulate starts a site and writes a config for it, with the given keys on top.
func simulate(t *testing.T, options jirasim.Options, config map[string]any) simulated {
	t.Helper()
	ahead := new(atomic.Int64)
	options.Examples = schemas.FS()
	options.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	jira, err := jirasim.New(options)
	require.NoError(t, err)
	server, err := jira.Serve()
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	s := simulated{site: site{tap: tapBinary(t), dir: t.TempDir()}, jira: jira, ahead: ahead}
	require.NoError(t, os.WriteFile(s.authority(), server.CAPEM, 0o600))
	username, password := jirasim.DemoLogin(options.Deployment)
	written := map[string]any{
		"base_url": server.URL, "ca_file": s.authority(), "start_date": "2000-01-01T00:00:00Z",
		"username": username, "password": password,
	}
	maps.Copy(written, config)
	content, err := json.Marshal(written)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(s.config(), content, 0o600))
	return s
}

// authority is the file with the certificate authority of the site.
func (s simulated) authority() string { return filepath.Join(s.dir, "ca.pem") }

// pass lets time pass on the site.
func (s simulated) pass(d time.Duration) { s.ahead.Add(int64(d)) }

// edit makes a live edit.
func (s simulated) edit(t *testing.T, kind jirasim.EditKind, issue string) {
	t.Helper()
	_, err := s.jira.Edit(jirasim.Edit{Kind: kind, Issue: issue})
	require.NoError(t, err)
}

// keys are those that a sync of the stream must find now.
func (s simulated) keys(stream string) []string { return slices.Sorted(s.jira.Ledger().Keys(stream)) }

// issueOfChild is an issue that has rows in the stream, and none of the others.
func (s simulated) issueOfChild(t *testing.T, stream string, others ...string) string {
	t.Helper()
	for child := range s.jira.Ledger().Children(stream) {
		if !slices.Contains(others, child.Issue) {
			return child.Issue
		}
	}
	require.Fail(t, "no issue has rows", stream)
	return ""
}

// childrenOf are the keys of the rows that belong to the issues.
func (s simulated) childrenOf(stream string, issues ...string) []string {
	var keys []string
	for child := range s.jira.Ledger().Children(stream) {
		if slices.Contains(issues, child.Issue) {
			keys = append(keys, child.ID)
		}
	}
	return keys
}

// table are rows as a target holds them; the columns' names are plain.
type table []map[string]any

// plain is a name without what targets change in it: letter case and underscores.
func plain(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }

// add adds a row.
func (r *table) add(row map[string]any) {
	renamed := make(map[string]any, len(row))
	for name, value := range row {
		renamed[plain(name)] = value
	}
	*r = append(*r, renamed)
}

// since gives the rows that are new or different.
func (r table) since(before table) table {
	known := map[string]bool{}
	for _, row := range before {
		known[fmt.Sprint(row)] = true
	}
	return slices.DeleteFunc(slices.Clone(r), func(row map[string]any) bool { return known[fmt.Sprint(row)] })
}
