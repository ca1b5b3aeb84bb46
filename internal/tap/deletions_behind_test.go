package tap_test

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/jirasim"
)

// uncompared are ways in which a run moves the bookmarks of issues and does not learn what is out of sight.
var uncompared = map[string]func(t *testing.T, f *follower){
	"the listing fails": func(t *testing.T, f *follower) {
		t.Helper()
		f.Script(jirasim.Fault{Contains: censusListing(), Status: http.StatusBadRequest, Times: -1, Body: `{"errorMessages":["no"]}`})
		f.requireDoubt(t, f.attempt(t), "list ids")
	},
	"a kill before the listing": func(t *testing.T, f *follower) {
		t.Helper()
		ctx, cancel := context.WithCancelCause(t.Context())
		f.watch = func(req *http.Request) {
			if strings.Contains(sentBody(t, req), censusListing()) {
				cancel(fault.New(fault.Terminated, "", "stopped by SIGTERM"))
			}
		}
		out := &countingWriter{}
		got := f.syncTo(ctx, f.once(), out)
		require.Equal(t, fault.Terminated, fault.KindOf(got.err), "%v", got.err)
		f.watch, got.messages = nil, wholeLines(t, out.Bytes())
		f.take(t, &got)
	},
	"the listing falls short": func(t *testing.T, f *follower) {
		t.Helper()
		short := jirasim.Fault{Contains: censusListing(), Status: http.StatusOK, Times: -1, Body: `{"issues":[],"isLast":true}`}
		why := "more issues than it lists"
		if !f.cloud { // Data Center's walks make sure of their end, and take this for none
			short.Body, why = `{"issues":{}}`, "list ids"
		}
		f.Script(short)
		f.requireDoubt(t, f.attempt(t), why)
	},
	"without detect_deletes": func(t *testing.T, f *follower) {
		t.Helper()
		f.options.DetectDeletes = false
		f.run(t)
		f.options.DetectDeletes = true
	},
}

// What is edited while a run does not see it, which does not learn that either, is in
// the output once it is in sight again, though the edits are older than the bookmark.
func TestWhatChangedWhileNothingWasCompared(t *testing.T) {
	t.Parallel()
	for name, incomplete := range uncompared {
		for _, again := range []bool{false, true} {
			t.Run(name+map[bool]string{true: ", and changed again"}[again], func(t *testing.T) {
				t.Parallel()
				bothModes(t, func(t *testing.T, f *follower) {
					f.run(t)
					f.clock.pass(2 * time.Hour)
					f.run(t)
					id := f.talkative(t)
					f.edit(t, jirasim.Edit{Kind: jirasim.HideIssue, Issue: id})
					for _, kind := range []jirasim.EditKind{jirasim.EditSummary, jirasim.AddComment, jirasim.AddWorklog} {
						f.edit(t, jirasim.Edit{Kind: kind, Issue: id})
					}
					f.clock.pass(2 * time.Hour)
					incomplete(t, f)
					require.Empty(t, f.tombs["issues"])
					f.ClearScript()
					f.edit(t, jirasim.Edit{Kind: jirasim.ShowIssue, Issue: id})
					f.clock.pass(2 * time.Hour)
					if again {
						f.edit(t, jirasim.Edit{Kind: jirasim.EditStatus, Issue: id})
						f.clock.pass(2 * time.Hour)
					}
					got := f.attempt(t) // not held to print nothing twice: worklogs may come by the feed as well
					require.NoError(t, got.err)
					f.requireTruth(t)
					require.Empty(t, f.run(t).incremental())
					require.False(t, slices.ContainsFunc(f.run(t).requests, func(r jirasim.RequestRecord) bool {
						return strings.Contains(r.Template, "bulkfetch")
					}), "they are read once")
				})
			})
		}
	}
}

// What could not be read when it was looked for is looked for again.
func TestWhatChangedMeanwhileAndCannotBeReadIsReadLater(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusForbidden, http.StatusInternalServerError} { // of the page, and of the one issue
		bothModes(t, func(t *testing.T, f *follower) {
			f.run(t)
			id := f.talkative(t)
			f.edit(t, jirasim.Edit{Kind: jirasim.HideIssue, Issue: id})
			f.edit(t, jirasim.Edit{Kind: jirasim.EditSummary, Issue: id})
			f.clock.pass(2 * time.Hour)
			uncompared["the listing fails"](t, f)
			f.ClearScript()
			f.edit(t, jirasim.Edit{Kind: jirasim.ShowIssue, Issue: id})
			f.clock.pass(2 * time.Hour)
			f.Script(
				jirasim.Fault{Contains: id, Status: status, Times: -1, Body: `{"errorMessages":["no"]}`},
				jirasim.Fault{Path: f.issuePath(id), Status: status, Times: -1, Body: `{"errorMessages":["no"]}`},
			)
			require.Equal(t, 5, f.attempt(t).summary.Exit)
			f.ClearScript()
			f.clock.pass(2 * time.Hour)
			f.run(t)
			f.requireTruth(t)
		})
	}
}

// A first load that compared nothing knows what it printed, and is not read again.
func TestAFirstLoadThatComparedNothingIsNotReadAgain(t *testing.T) {
	t.Parallel()
	bothModes(t, func(t *testing.T, f *follower) {
		f.Script(jirasim.Fault{Contains: censusListing(), From: 2, Status: http.StatusBadRequest, Times: -1, Body: `{"errorMessages":["no"]}`})
		f.requireDoubt(t, f.attempt(t), "compare issues")
		f.ClearScript()
		f.clock.pass(2 * time.Hour)
		require.Empty(t, f.run(t).incremental())
		f.requireTruth(t)
	})
}

// A stream that is read whole again in a run that compares nothing does not make the
// next one read every issue.
func TestASweepThatComparedNothingIsNoNewBeginning(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 120
		f := newSite(t, o).plain().follow(t, light("issues", "issue_transitions"))
		f.options.Sweep = 7 * 24 * time.Hour
		f.run(t)
		f.clock.pass(8 * 24 * time.Hour)
		id := f.keys()[5]
		f.edit(t, jirasim.Edit{Kind: jirasim.HideIssue, Issue: id})
		f.edit(t, jirasim.Edit{Kind: jirasim.EditSummary, Issue: id})
		f.clock.pass(2 * time.Hour)
		f.Script(jirasim.Fault{Contains: censusListing(), From: 2, Status: http.StatusBadRequest, Times: -1, Body: `{"errorMessages":["no"]}`}) // behind the sweep
		f.requireDoubt(t, f.attempt(t), "compare issues")
		f.ClearScript()
		f.edit(t, jirasim.Edit{Kind: jirasim.ShowIssue, Issue: id})
		f.clock.pass(2 * time.Hour)
		got := f.run(t)
		require.Equal(t, []string{id}, got.ids("issues"))
		f.requireTruth(t)
	})
}

// sentBody is the body of a request, which stays to be sent.
func sentBody(t *testing.T, req *http.Request) string {
	t.Helper()
	if req.GetBody == nil {
		return ""
	}
	body, err := req.GetBody()
	require.NoError(t, err)
	raw, err := io.ReadAll(body)
	require.NoError(t, err)
	return string(raw)
}
