package tap_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/jirasim"
)

// requireDoubt holds a run to have told no deletes, and to have said why.
func (f *follower) requireDoubt(t *testing.T, got outcome, why string) {
	t.Helper()
	require.Equal(t, fault.Incomplete, fault.KindOf(got.err), "%v", got.err)
	require.ErrorContains(t, got.err, why)
	require.Equal(t, 5, got.summary.Exit)
	require.Empty(t, f.tombs["issues"])
}

func TestTooManyOfAProjectVanishAtOnce(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 300
		f := newSite(t, o).plain().follow(t, withProject("issues"))
		f.run(t)
		alpha, ops := f.in(t, "ALPHA"), f.in(t, "OPS")
		for _, id := range alpha[:len(alpha)*6/10] {
			f.edit(t, jirasim.Edit{Kind: jirasim.HideIssue, Issue: id})
		}
		f.edit(t, jirasim.Edit{Kind: jirasim.DeleteIssue, Issue: ops[0]})
		got := f.attempt(t)
		require.Equal(t, 5, got.summary.Exit)
		require.ErrorContains(t, got.err, "max_vanished_share")
		require.Equal(t, map[string]string{ops[0]: "deleted"}, f.tombs["issues"], "the other projects are told of")

		for _, id := range alpha[:len(alpha)*6/10] {
			f.edit(t, jirasim.Edit{Kind: jirasim.ShowIssue, Issue: id})
		}
		f.clock.pass(time.Hour)
		requireSame(t, slices.Sorted(slices.Values(alpha[:len(alpha)*6/10])), f.run(t).ids("issues"), "who knows what happened to them")
		require.Empty(t, f.run(t).incremental(), "they come once")

		for _, id := range alpha[:len(alpha)*6/10] {
			f.edit(t, jirasim.Edit{Kind: jirasim.DeleteIssue, Issue: id})
		}
		require.Equal(t, 5, f.attempt(t).summary.Exit)
		f.options.MaxVanishedShare = 1
		f.run(t)
		f.requireTruth(t)
		require.Len(t, f.tombs["issues"], len(alpha)*6/10)
	})
}

// What is edited while so many are out of sight that nobody believes it is in the
// output once they are back, though the edits are older than the bookmark by then:
// rows, comments, and worklogs, which the feed has passed over.
func TestWhatChangedWhileTooManyWereGone(t *testing.T) {
	t.Parallel()
	for name, doubted := range map[string]func(f *follower){
		"too many": func(*follower) {},
		"an error": func(f *follower) {
			f.Script(noProjects("/rest/api/{v}/project"), noProjects("/rest/api/{v}/project/search"))
		},
		"no account": func(f *follower) {
			f.Script(jirasim.Fault{Template: "/rest/api/{v}/myself", From: 2, Times: -1, Status: http.StatusOK, Body: someoneElse})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onEach(t, func(t *testing.T, o jirasim.Options) {
				o.Issues = 200
				f := newSite(t, o).plain().follow(t, withProject(trackedStreams...))
				f.run(t)
				gone := f.in(t, "ALPHA")
				for _, id := range gone {
					f.edit(t, jirasim.Edit{Kind: jirasim.HideIssue, Issue: id})
				}
				for _, kind := range []jirasim.EditKind{jirasim.EditSummary, jirasim.AddComment, jirasim.AddWorklog} {
					f.edit(t, jirasim.Edit{Kind: kind, Issue: gone[0]})
				}
				doubted(f)
				f.clock.pass(2 * time.Hour)
				require.Equal(t, 5, f.attempt(t).summary.Exit)
				require.Empty(t, f.tombs["issues"])
				f.ClearScript()
				for _, id := range gone {
					f.edit(t, jirasim.Edit{Kind: jirasim.ShowIssue, Issue: id})
				}
				f.clock.pass(2 * time.Hour)
				f.run(t)
				f.requireTruth(t)
				require.Empty(t, f.run(t).incremental())
			})
		})
	}
}

// someoneElse is who the account is not.
const someoneElse = `{"accountId":"someone","key":"someone","name":"someone","displayName":"Someone else"}`

// noProjects is a list of projects that cannot be read.
func noProjects(template string) jirasim.Fault {
	return jirasim.Fault{Template: template, Status: http.StatusBadRequest, Times: -1, Body: `{"errorMessages":["no"]}`}
}

func TestFewMayVanishWhateverTheShare(t *testing.T) {
	t.Parallel()
	o := dialects["cloud"]
	o.Issues = 60
	f := newSite(t, o).plain().follow(t, withProject("issues"))
	f.options.MaxVanishedShare = 0
	f.run(t)
	alpha := f.in(t, "ALPHA")
	for _, id := range alpha[:min(19, len(alpha))] {
		f.edit(t, jirasim.Edit{Kind: jirasim.DeleteIssue, Issue: id})
	}
	f.run(t)
	f.requireTruth(t)
}

// A login that is lost while deletes are looked for sees nothing of what is there.
func TestAnonymousAnswersGiveNoTombstones(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		for _, quiet := range []bool{false, true} {
			f := newSite(t, o).plain().follow(t, light("issues"))
			f.run(t)
			for name, script := range map[string]jirasim.Fault{
				"the listing":   {Contains: censusListing(), Anonymous: true, Quiet: quiet, Times: -1},
				"all but login": {Template: "/rest/api/{v}/issue/{issueIdOrKey}", Anonymous: true, Quiet: quiet, Times: -1},
				"the projects":  {Template: "/rest/api/{v}/project/search", Anonymous: true, Quiet: quiet, Times: -1},
				"projects":      {Template: "/rest/api/{v}/project", Anonymous: true, Quiet: quiet, Times: -1},
			} {
				f.Script(script, jirasim.Fault{Template: "/rest/api/{v}/search/approximate-count", Anonymous: true, Quiet: quiet, Times: -1})
				f.edit(t, jirasim.Edit{Kind: jirasim.EditSummary, Issue: f.keys()[3]})
				f.attempt(t)
				for _, reason := range f.tombs["issues"] {
					t.Errorf("%s, quiet %t: a tombstone says %s", name, quiet, reason)
				}
				f.ClearScript()
			}
			f.run(t)
			require.Empty(t, f.tombs["issues"])
			f.requireTruth(t)
		}
	})
}

// censusListing is what only the walk of the census asks for: all issues since the start date, by creation.
func censusListing() string { return fmt.Sprintf("%d) ORDER BY created ASC, key", longAgo.UnixMilli()) }

func TestAListingThatBreaksOffGivesNone(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		f := newSite(t, o).plain().follow(t, light("issues"))
		f.run(t)
		id := f.edit(t, jirasim.Edit{Kind: jirasim.DeleteIssue, Issue: f.keys()[0]})
		f.Script(jirasim.Fault{Contains: censusListing(), Status: http.StatusBadRequest, Times: -1, Body: `{"errorMessages":["no"]}`})
		f.requireDoubt(t, f.attempt(t), "list ids")
		f.ClearScript()
		f.run(t)
		require.Equal(t, map[string]string{id: "deleted"}, f.tombs["issues"], "the next run tells")
	})
}

// Cloud's search is known to end early without an error.
func TestAListingThatFallsShortOfTheCountGivesNone(t *testing.T) {
	t.Parallel()
	o := dialects["cloud"]
	f := newSite(t, o).plain().follow(t, light("issues"))
	f.run(t)
	f.edit(t, jirasim.Edit{Kind: jirasim.DeleteIssue, Issue: f.keys()[0]})
	f.Script(jirasim.Fault{Contains: "ORDER BY created ASC, key", Status: http.StatusOK, Times: -1, Body: `{"issues":[],"isLast":true}`})
	f.clock.pass(2 * time.Hour)
	f.requireDoubt(t, f.attempt(t), "more issues than it lists")
	f.ClearScript()
	f.run(t)
	require.Len(t, f.tombs["issues"], 1)
}

func TestAnIssueThatCannotBeAskedFor(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		f := newSite(t, o).plain().follow(t, light("issues"))
		f.run(t)
		ids := f.keys()
		for _, id := range ids[:2] {
			f.edit(t, jirasim.Edit{Kind: jirasim.DeleteIssue, Issue: id})
		}
		f.Script(
			jirasim.Fault{Path: f.issuePath(ids[0]), Status: http.StatusForbidden, Times: -1, Body: `{}`},
			jirasim.Fault{Path: f.issuePath(ids[1]), Status: http.StatusInternalServerError, Times: -1, Body: `{}`},
		)
		got := f.attempt(t)
		require.Equal(t, map[string]string{ids[0]: "unobserved"}, f.tombs["issues"])
		require.ErrorContains(t, got.err, "issue "+ids[1]+" is not listed and cannot be asked for")
		f.ClearScript()
		f.run(t)
		require.Equal(t, map[string]string{ids[1]: "deleted"}, f.tombs["issues"])
		f.requireTruth(t)
	})
}

func (f *follower) issuePath(id string) string { return "/rest/api/2/issue/" + id }

func TestMovesOutOfTheLimitsGiveNone(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 300
		options := withProject(trackedStreams...)
		options.Projects = []string{"ALPHA", "MKT"}
		f := newSite(t, o).plain().follow(t, options)
		f.run(t)
		alpha := f.in(t, "ALPHA")
		for _, id := range alpha[:25] {
			f.edit(t, jirasim.Edit{Kind: jirasim.MoveIssue, Issue: id}) // to OPS
		}
		f.edit(t, jirasim.Edit{Kind: jirasim.DeleteIssue, Issue: alpha[30]})
		f.clock.pass(2 * time.Hour)
		f.run(t)
		require.Equal(t, map[string]string{alpha[30]: "deleted"}, f.tombs["issues"])
		f.run(t)
		require.Empty(t, f.tombs["issues"])
	})
}

func TestIssuesUpdatedBehindTheEndDateGiveNone(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		options := light("issues")
		options.EndDate = morning.Add(time.Hour)
		f := newSite(t, o).plain().follow(t, options)
		f.run(t)
		ids := f.keys()
		f.clock.pass(5 * time.Hour)
		f.edit(t, jirasim.Edit{Kind: jirasim.EditSummary, Issue: ids[0]})
		f.edit(t, jirasim.Edit{Kind: jirasim.CreateIssue})
		f.edit(t, jirasim.Edit{Kind: jirasim.DeleteIssue, Issue: ids[1]})
		f.clock.pass(5 * time.Hour)
		got := f.run(t)
		require.Equal(t, map[string]string{ids[1]: "deleted"}, f.tombs["issues"])
		require.Equal(t, []string{ids[1]}, got.ids("issues"), "nothing behind the end date is read")
	})
}

func TestACensusThatIsLost(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		f := newSite(t, o).plain().follow(t, light(trackedStreams...))
		f.run(t)
		id := f.edit(t, jirasim.Edit{Kind: jirasim.DeleteIssue, Issue: f.keys()[0]})
		files, err := filepath.Glob(filepath.Join(f.options.CensusDir, "census-*-1"))
		require.NoError(t, err)
		require.Len(t, files, 1)
		require.NoError(t, os.Rename(files[0], files[0]+".aside"))
		other := f.edit(t, jirasim.Edit{Kind: jirasim.EditSummary, Issue: f.keys()[5]})
		got := f.attempt(t)
		f.requireDoubt(t, got, "the census is lost")
		require.ErrorContains(t, got.err, "census_dir")
		require.Equal(t, []string{other}, got.ids("issues"), "all else goes on")

		require.NoError(t, os.Rename(files[0]+".aside", files[0]))
		f.run(t)
		require.Equal(t, map[string]string{id: "deleted"}, f.tombs["issues"], "what was brought back is gone on from")
		f.requireTruth(t)
	})
}

func TestAnotherScopeBeginsANewCensus(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 300
		f := newSite(t, o).plain().follow(t, withProject(trackedStreams...))
		f.run(t)
		f.edit(t, jirasim.Edit{Kind: jirasim.DeleteIssue, Issue: f.keys()[0]})
		f.options.Projects = []string{"ALPHA"}
		f.run(t)
		require.Empty(t, f.tombs["issues"], "neither what is outside now, nor what was deleted before")
		alpha := f.in(t, "ALPHA")
		id := f.edit(t, jirasim.Edit{Kind: jirasim.DeleteIssue, Issue: alpha[len(alpha)-1]})
		f.run(t)
		require.Equal(t, map[string]string{id: "deleted"}, f.tombs["issues"])
	})
}

// An earlier start date brings in issues that no bookmark would ever show.
func TestAnEarlierStartDateIsReadByTheCensus(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		options := light(trackedStreams...)
		options.StartDate = morning.AddDate(0, -1, 0)
		f := newSite(t, o).plain().follow(t, options)
		f.run(t)
		require.Less(t, len(f.rows.ids("issues")), len(f.keys()))
		f.options.StartDate = longAgo
		f.run(t)
		f.requireTruth(t)
	})
}

func TestACensusThatCannotBeWrittenEndsTheRun(t *testing.T) {
	t.Parallel()
	s := newSite(t, dialects["cloud"]).plain()
	f := s.follow(t, light("issues"))
	f.run(t)
	before := f.options.State.Encode()
	f.edit(t, jirasim.Edit{Kind: jirasim.CreateIssue})
	s.watch = func(r *http.Request) {
		if r.URL.Path == "/rest/api/2/issue/bulkfetch" {
			f.loseFolder(t)
		}
	}
	got := f.attempt(t)
	require.ErrorContains(t, got.err, "write the census")
	require.JSONEq(t, string(before), string(f.options.State.Encode()), "no state names what is not kept")
}

// An issue that changed a moment ago may be missing because the index lags, so nothing
// is said of it. What happened to it while it was out of sight comes when it is back,
// though its last change is older than the bookmark by then.
func TestWhatChangedOutOfSightIsReadWhenItIsBack(t *testing.T) {
	t.Parallel()
	bothModes(t, func(t *testing.T, f *follower) {
		f.run(t)
		id := f.talkative(t)
		f.edit(t, jirasim.Edit{Kind: jirasim.EditSummary, Issue: id})
		f.edit(t, jirasim.Edit{Kind: jirasim.AddComment, Issue: id})
		f.edit(t, jirasim.Edit{Kind: jirasim.ArchiveIssue, Issue: id})
		f.clock.pass(20 * time.Minute) // beyond the lookback, and the index may lag longer
		f.run(t)
		if f.cloud {
			require.Empty(t, f.tombs["issues"])
		}
		f.clock.pass(5 * time.Minute)
		f.edit(t, jirasim.Edit{Kind: jirasim.RestoreIssue, Issue: id})
		f.clock.pass(2 * time.Hour)
		f.run(t)
		f.requireTruth(t)
		require.Empty(t, f.run(t).incremental())
	})
}
