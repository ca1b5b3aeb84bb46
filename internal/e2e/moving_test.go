//go:build e2e

package e2e

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jirasim"
)

// TestGoesOnFromSingerIO loads a site with singer-io's tap 2.6.0 and goes on with ours, from the config, the catalog and
// the state as they are, into the same tables by the same target.
func TestGoesOnFromSingerIO(t *testing.T) {
	t.Parallel()
	server := startPostgres(t)
	targets := map[string]tried{
		"pipelinewise": pipelinewiseTarget(t, server, "moved"),
		"meltanolabs":  postgresTarget(t, server, "moved_too"),
	}
	for name, target := range targets {
		t.Run(name, func(t *testing.T) { goOnFromSingerIO(t, target) })
	}
}

// goOnFromSingerIO makes a run of each tap, with edits in between.
func goOnFromSingerIO(t *testing.T, target tried) {
	t.Helper()
	s := simulate(t, jirasim.Options{Issues: 40}, nil)
	for _, issue := range s.keys("issues") {
		s.edit(t, jirasim.AddComment, issue) // singer-io's tap ends on an issue of which Jira sends no comments
	}
	s.pass(48 * time.Hour)
	last := s.keys("issues")[7]
	s.edit(t, jirasim.EditSummary, last) // where the bookmark comes to stand, two days behind all others
	theirs := newSingerIO(t, s)
	s.tap = theirs.program
	s.dir = theirs.dir
	state := s.into(t, target, "--properties", theirs.catalog)
	before := target.read(t)
	require.Subset(t, s.keys("issues"), before["issues"].keys([]string{"id"}))
	require.Empty(t, before["issues"].readByUs())

	edited := s.keys("issues")[3]
	s.edit(t, jirasim.EditSummary, edited)
	s.edit(t, jirasim.AddWorklog, edited)
	created, err := s.jira.Edit(jirasim.Edit{Kind: jirasim.CreateIssue})
	require.NoError(t, err)
	require.NotZero(t, created)
	s.pass(10 * time.Minute) // Jira's feed of worklogs leaves out the last one

	s.tap = tapBinary(t)
	files := []string{"--config", theirs.authority, "--catalog", theirs.catalog}
	state = s.into(t, target, append(files, "--state", state)...)
	all := target.read(t)
	require.ElementsMatch(t, []string{last, edited, strconv.FormatUint(created, 10)}, all["issues"].readByUs(), "no issue is read that theirs has read")
	requireKeys(t, s.keys("issues"), all["issues"].keys([]string{"id"}), "issues")

	// Theirs takes what Jira embeds in an issue for all of it. A stream that is reset is read whole, and then nothing is missing.
	run(t, s.tap, "state", "reset", "issue_comments", "changelogs", "--state", state)
	s.into(t, target, append(files, "--state", state)...)
	all = target.read(t)
	for _, stream := range theirs.streams {
		_, live := all[stream].marked()
		columns := s.jira.Ledger().Columns(stream)
		if stream == "users" { // whom Jira does not list joins with an issue that is read
			require.Subset(t, live.keys(columns), before[stream].keys(columns))
			require.Subset(t, s.keys(stream), live.keys(columns))
			continue
		}
		requireKeys(t, s.keys(stream), live.keys(columns), stream)
	}
	requireNoColumnTwice(t, all)
}

// readByUs are the ids of the issues that have the column which only our tap fills.
func (r table) readByUs() []string {
	var ours table
	for _, row := range r {
		if updated := row["updated"]; updated != nil && updated != "" {
			ours = append(ours, row)
		}
	}
	return ours.keys([]string{"id"})
}

// singerIO is singer-io's tap with its files.
type singerIO struct {
	program, dir string
	catalog      string
	authority    string // a config of ours with the certificate authority, which theirs cannot name
	streams      []string
}

// newSingerIO writes a config as its users have it, discovers, and selects every stream in the catalog. It takes no
// certificate authority but those that come with Python's requests: the site's is put among them.
func newSingerIO(t *testing.T, s simulated) singerIO {
	t.Helper()
	tap := singerIO{program: program(t, "tap-jira", "tap-jira"), dir: t.TempDir()}
	trust(t, filepath.Dir(filepath.Dir(tap.program)), s.authority())
	username, password := jirasim.DemoLogin(jirasim.Cloud)
	config := writeJSON(t, map[string]any{
		"start_date": "2000-01-01T00:00:00Z", "username": username, "password": password, "base_url": s.jira.BaseURL(),
		"user_agent": "tap-jira (data@acme.com)",
	})
	require.NoError(t, os.Rename(config, filepath.Join(tap.dir, "config.json")))
	tap.authority = writeJSON(t, map[string]any{"ca_file": s.authority()})

	var catalog, log bytes.Buffer
	command := exec.CommandContext(t.Context(), tap.program, "--config", filepath.Join(tap.dir, "config.json"), "--discover")
	command.Stdout, command.Stderr = &catalog, &log
	require.NoError(t, command.Run(), log.String())
	tap.catalog = filepath.Join(tap.dir, "catalog.json")
	require.NoError(t, os.WriteFile(tap.catalog, catalog.Bytes(), 0o600))
	var discovered struct {
		Streams []struct {
			Name string `json:"tap_stream_id"`
		} `json:"streams"`
	}
	require.NoError(t, json.Unmarshal(catalog.Bytes(), &discovered))
	for _, stream := range discovered.Streams {
		tap.streams = append(tap.streams, stream.Name)
	}
	require.Len(t, tap.streams, 13)
	pick(t, tap.catalog, tap.streams...)
	return tap
}

// trust adds an authority to those of an environment, in place of the one that an earlier run put there.
func trust(t *testing.T, venv, authority string) {
	t.Helper()
	bundle := filepath.Join(packages(t, venv), "certifi", "cacert.pem")
	pristine, err := os.ReadFile(bundle + ".pristine")
	if os.IsNotExist(err) {
		pristine, err = os.ReadFile(bundle)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(bundle+".pristine", pristine, 0o600))
	}
	added, err := os.ReadFile(authority)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(bundle, slices.Concat(pristine, []byte("\n"), added), 0o600))
}

// requireNoColumnTwice finds no column that pipelinewise's target set aside, with the minute in its name, because its type
// changed.
func requireNoColumnTwice(t *testing.T, all held) {
	t.Helper()
	aside := regexp.MustCompile(`\d{12}$`)
	for stream, rows := range all {
		for _, row := range rows {
			for column := range row {
				require.False(t, aside.MatchString(column), "%s.%s", stream, column)
			}
		}
	}
}
