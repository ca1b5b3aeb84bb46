package tap_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/jirasim"
	"tap-jira/internal/tap"
)

// trackedStreams are the streams whose rows get tombstones.
var trackedStreams = []string{"issues", "issue_comments", "worklogs"}

// follower is a target that follows a site with detect_deletes: it keeps the
// rows, removes those with a tombstone, and hands the last STATE back.
type follower struct {
	*site
	options tap.Options
	rows    *target
	// tombs are the reasons of all tombstones of the last run, by stream and id.
	tombs map[string]map[string]string
}

// follow starts to follow a site.
func (s *site) follow(t *testing.T, o tap.Options) *follower {
	t.Helper()
	o.DetectDeletes, o.CensusDir, o.MaxVanishedShare = true, t.TempDir(), 0.2
	return &follower{site: s, options: o, rows: merged()}
}

// take loads what reached the target, and the last STATE in it.
func (f *follower) take(t *testing.T, got *outcome) {
	t.Helper()
	f.rows.load(got.messages)
	f.tombs = map[string]map[string]string{}
	for stream, rows := range f.rows.rows {
		f.tombs[stream] = map[string]string{}
		for id, row := range rows {
			if row["_sdc_deleted_at"] != nil && string(row["_sdc_deleted_at"]) != "null" {
				f.tombs[stream][id] = text(row["_tap_jira_reason"])
				delete(rows, id)
			}
		}
	}
	f.orphans()
	if slices.ContainsFunc(got.messages, func(m message) bool { return m.Type == "STATE" }) {
		f.options.State = got.state(t)
		require.Less(t, len(f.options.State.Encode()), 8_000)
	}
}

// orphans removes the children of issues that are gone, which get no tombstones
// of their own.
func (f *follower) orphans() {
	for _, stream := range []string{"issue_comments", "worklogs"} {
		maps.DeleteFunc(f.rows.rows[stream], func(_ string, row map[string]json.RawMessage) bool {
			return f.tombs["issues"][text(row["issueId"])] != ""
		})
	}
}

// run is a run that ends as it should.
func (f *follower) run(t *testing.T) outcome {
	t.Helper()
	got := f.attempt(t)
	require.NoError(t, got.err, got.log)
	requireProtocol(t, got)
	return got
}

// once are the options of one run, which changes its state as it goes.
func (f *follower) once() tap.Options {
	o := f.options
	if o.State != nil {
		o.State = o.State.Clone()
	}
	return o
}

// attempt is a run that may end in any way.
func (f *follower) attempt(t *testing.T) outcome {
	t.Helper()
	got := f.sync(t, f.once())
	f.take(t, &got)
	return got
}

// cut is a run that breaks off after so many bytes of output.
func (f *follower) cut(t *testing.T, size int) {
	t.Helper()
	w := &cutWriter{left: size, err: io.ErrClosedPipe}
	got := f.syncTo(t.Context(), f.once(), w)
	if got.err != nil {
		require.Equal(t, fault.ClosedPipe, fault.KindOf(got.err), "%v", got.err)
	}
	if bytes.IndexByte(w.Bytes(), '\n') >= 0 {
		got.messages = wholeLines(t, w.Bytes())
	}
	f.take(t, &got)
}

// requireTruth compares the target's rows with the site.
func (f *follower) requireTruth(t *testing.T) {
	t.Helper()
	for _, stream := range trackedStreams {
		if slices.Contains(f.options.Select, stream) {
			requireLedger(t, f.site, f.rows, stream)
		}
	}
	requireFresh(t, f.site, f.rows)
}

// requireReasons holds the tombstones of the issues to the ledger: all that were
// there before and are not now, each with its reason, and no other.
func (f *follower) requireReasons(t *testing.T, before []string) {
	t.Helper()
	want := map[string]string{}
	for _, id := range before {
		number, err := strconv.ParseUint(id, 10, 64)
		require.NoError(t, err)
		if reason := f.Ledger().Vanished(number); reason != "" {
			want[id] = reason
		}
	}
	require.Equal(t, want, f.tombs["issues"])
}

// keys are the issues that the ledger knows, sorted.
func (f *follower) keys() []string { return slices.Sorted(f.Ledger().Keys("issues")) }

// in are the issues that the ledger knows in a project.
func (f *follower) in(t *testing.T, project string) []string {
	t.Helper()
	return slices.DeleteFunc(f.rows.ids("issues"), func(id string) bool {
		var fields struct{ Project struct{ Key string } }
		require.NoError(t, json.Unmarshal(f.rows.rows["issues"][id]["fields"], &fields))
		return fields.Project.Key != project
	})
}

// change changes a whole project.
func (f *follower) change(t *testing.T, project string, change jirasim.ProjectChange) {
	t.Helper()
	require.NoError(t, f.ChangeProject(project, change))
}

// withProject are light issues that say in which project they are.
func withProject(streams ...string) tap.Options {
	o := light(streams...)
	o.IssueFields = []string{"project"}
	return o
}

func TestEachReason(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 400
		f := newSite(t, o).plain().follow(t, withProject(trackedStreams...))
		f.run(t)
		require.Empty(t, f.tombs["issues"])
		f.requireTruth(t)
		before, alpha := f.keys(), f.in(t, "ALPHA")

		f.clock.pass(2 * time.Hour)
		for _, id := range alpha[:3] {
			f.edit(t, jirasim.Edit{Kind: jirasim.DeleteIssue, Issue: id})
		}
		f.edit(t, jirasim.Edit{Kind: jirasim.HideIssue, Issue: alpha[4]})
		f.edit(t, jirasim.Edit{Kind: jirasim.ArchiveIssue, Issue: alpha[5]})
		for _, id := range alpha[6:12] {
			f.edit(t, jirasim.Edit{Kind: jirasim.MoveIssue, Issue: id})
		}
		f.change(t, "BETA", jirasim.WithdrawProject)
		f.change(t, "MKT", jirasim.ArchiveProject)
		f.change(t, "R2_D", jirasim.TrashProject)
		f.run(t)
		f.requireReasons(t, before)
		reasons := slices.Compact(slices.Sorted(maps.Values(f.tombs["issues"])))
		require.Equal(t, []string{"access_lost", "archived", "deleted"}, reasons)
		require.Empty(t, f.tombs["issue_comments"], "the children of an issue that is gone get none")
		f.requireTruth(t)

		f.run(t)
		require.Empty(t, f.tombs["issues"], "each is told once")

		f.edit(t, jirasim.Edit{Kind: jirasim.ShowIssue, Issue: alpha[4]})
		f.edit(t, jirasim.Edit{Kind: jirasim.RestoreIssue, Issue: alpha[5]})
		f.change(t, "BETA", jirasim.GrantProject)
		f.change(t, "MKT", jirasim.RestoreProject)
		f.change(t, "R2_D", jirasim.UntrashProject)
		back := f.run(t)
		require.Empty(t, f.tombs["issues"])
		f.requireTruth(t)
		require.Greater(t, len(back.ids("issues")), 50)

		idle := f.run(t)
		require.Empty(t, idle.incremental(), "what came back is printed once")
		require.Less(t, idle.summary.Requests, int64(30))
	})
}

func TestTombstonesHaveEveryColumnAndAreNullButForTheKey(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		options := light(trackedStreams...)
		options.SiteColumn, options.SiteAddress = "site", "https://jira.example.com"
		options.StreamPrefix = "stitch_jira-"
		s := newSite(t, o).plain()
		f := s.follow(t, options)
		first := f.run(t)
		for _, m := range first.records("stitch_jira-issues") {
			require.Equal(t, "null", string(m.Record["_sdc_deleted_at"]))
			require.Equal(t, "null", string(m.Record["_tap_jira_reason"]))
		}
		id := f.edit(t, jirasim.Edit{Kind: jirasim.DeleteIssue, Issue: f.rows.ids("stitch_jira-issues")[0]})
		records := f.run(t).records("stitch_jira-issues")
		require.Len(t, records, 1)
		var at time.Time
		for column, value := range records[0].Record {
			switch column {
			case "id":
				require.Equal(t, id, text(value))
			case "site":
				require.Equal(t, "https://jira.example.com", text(value))
			case "_tap_jira_reason":
				require.Equal(t, "deleted", text(value))
			case "_sdc_deleted_at":
				require.NoError(t, json.Unmarshal(value, &at))
				require.True(t, at.Equal(s.clock.Now()))
			default:
				require.Equal(t, "null", string(value), column)
			}
		}
	})
}

func TestWithoutDetectDeletesNothingChanges(t *testing.T) {
	t.Parallel()
	s := newSite(t, dialects["cloud"]).plain()
	got := s.whole(t, light("issues"))
	require.NotContains(t, string(got.out), "_sdc_deleted_at")
	require.NotContains(t, string(got.out), "census")
}

// The census of a state that was followed without it for a while is gone on from.
func TestTheCensusSurvivesRunsWithoutIt(t *testing.T) {
	t.Parallel()
	s := newSite(t, dialects["cloud"]).plain()
	f := s.follow(t, light("issues"))
	f.run(t)
	f.options.DetectDeletes = false
	f.run(t)
	id := f.edit(t, jirasim.Edit{Kind: jirasim.DeleteIssue, Issue: f.keys()[0]})
	f.options.DetectDeletes = true
	f.run(t)
	require.Equal(t, map[string]string{id: "deleted"}, f.tombs["issues"])
}

func TestDeletesAreTheSameForAnyConcurrency(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 300
		s := newSite(t, o).plain()
		outputs := map[int][]byte{}
		f, g := s.follow(t, light(trackedStreams...)), s.follow(t, light(trackedStreams...))
		f.options.Concurrency, g.options.Concurrency = 1, 16
		first, other := f.run(t), g.run(t)
		require.Equal(t, string(first.out), string(other.out))
		for _, id := range f.keys()[:30] {
			f.edit(t, jirasim.Edit{Kind: jirasim.DeleteIssue, Issue: id})
		}
		f.change(t, "BETA", jirasim.WithdrawProject)
		outputs[1], outputs[16] = f.run(t).out, g.run(t).out
		require.Equal(t, string(outputs[1]), string(outputs[16]))
		require.Greater(t, len(f.tombs["issues"]), 60)
	})
}

// failingDir is a folder that a test makes unusable.
func (f *follower) loseFolder(t *testing.T) {
	t.Helper()
	require.NoError(t, os.RemoveAll(f.options.CensusDir))
	require.NoError(t, os.WriteFile(f.options.CensusDir, nil, 0o600))
}

func TestAFolderThatCannotBeUsedIsRefusedBeforeTheFirstMessage(t *testing.T) {
	t.Parallel()
	s := newSite(t, dialects["cloud"]).plain()
	f := s.follow(t, light("issues"))
	f.loseFolder(t)
	got := f.sync(t, f.options)
	require.Equal(t, fault.Usage, fault.KindOf(got.err))
	require.Empty(t, got.out)
	require.NotErrorIs(t, got.err, io.ErrClosedPipe)
}
