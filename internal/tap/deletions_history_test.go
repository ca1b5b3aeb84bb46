package tap_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/jirasim"
)

// TestHistoriesOfDeletes follows sites on which issues and projects come and go
// while runs break off: no tombstone is ever untrue, and in the end the target
// has what the ledger has.
func TestHistoriesOfDeletes(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		for seed := range shortened(min(*seedsFlag, 8)) {
			t.Run(fmt.Sprint(*firstFlag+seed), func(t *testing.T) {
				t.Parallel()
				newDeletesHistory(t, o, *firstFlag+seed).live(t)
			})
		}
	})
}

// deletesHistory is the life of a site and of a target that follows it.
type deletesHistory struct {
	*follower
	dice *rand.Rand
	// shut are projects and what undoes the last change of each; hidden and shelved
	// are issues that can be brought back.
	shut            map[string]jirasim.ProjectChange
	hidden, shelved []string
	// moved are issues that may have gone from one project to another, and out of sight
	// there, while nothing was compared: what is known of them is where they were.
	moved map[string]bool
}

func newDeletesHistory(t *testing.T, o jirasim.Options, seed uint64) *deletesHistory {
	t.Helper()
	dice := rand.New(rand.NewPCG(seed, 100+uint64(o.Deployment)))
	o.Seed, o.Issues, o.UserCount = seed, 60+dice.IntN(100), 20
	options := withProject(trackedStreams...)
	options.Concurrency = 1 + dice.IntN(4)
	if dice.IntN(3) == 0 {
		options.JQL = `created >= "2001-01-01"` // all issues, and the worklogs come with them
	}
	h := &deletesHistory{follower: newSite(t, o).plain().follow(t, options), dice: dice, shut: map[string]jirasim.ProjectChange{}, moved: map[string]bool{}}
	h.options.MaxVanishedShare = []float64{0.2, 1}[dice.IntN(2)]
	lag := time.Duration(dice.IntN(10)) * time.Minute
	h.LagIndex(func(uint64) time.Duration { return time.Duration(dice.Int64N(int64(lag) + 1)) })
	return h
}

func (h *deletesHistory) live(t *testing.T) {
	t.Helper()
	size := 300_000
	for range 8 {
		for range h.dice.IntN(12) {
			h.happen(t)
			h.clock.pass(time.Duration(h.dice.IntN(120)) * time.Second)
		}
		if h.dice.IntN(3) == 0 {
			h.clock.pass(time.Duration(h.dice.IntN(300)) * time.Minute)
		}
		switch n := h.dice.IntN(12); {
		case n < 4:
			h.cut(t, h.dice.IntN(size))
		case n < 6 && h.loaded():
			h.blind(t)
		default:
			size = 1 + len(h.doubtful(t).out)
		}
		h.requireTrueTombstones(t)
	}
	h.options.MaxVanishedShare = 1
	h.clock.pass(3 * time.Hour)
	// Not held to print nothing twice: a worklog may come with an issue that is back,
	// and once more by the feed.
	got := h.attempt(t)
	require.NoError(t, got.err)
	h.requireTrueTombstones(t)
	h.requireTruth(t)
	require.Empty(t, h.run(t).incremental())
}

// doubtful is a run that may doubt what vanished, and nothing else.
func (h *deletesHistory) doubtful(t *testing.T) outcome {
	t.Helper()
	got := h.attempt(t)
	if got.err != nil {
		require.Equal(t, fault.Incomplete, fault.KindOf(got.err), "%v", got.err)
		require.ErrorContains(t, got.err, "vanished at once")
	}
	return got
}

// loaded tells that the first load is over.
func (h *deletesHistory) loaded() bool {
	return h.options.State != nil && h.options.State.Bookmark("issues")["replication_key_value"] != nil && !loading(h.options.State.Encode())
}

// blind is a run that moves its bookmarks and compares nothing, often while something
// is changed out of sight that comes back behind it.
func (h *deletesHistory) blind(t *testing.T) {
	t.Helper()
	if h.dice.IntN(2) == 0 {
		h.hidden = append(h.hidden, h.edit(t, jirasim.Edit{Kind: jirasim.HideIssue, Issue: h.anyIssue()}))
		h.outOfSight(t)
		h.clock.pass(2 * time.Hour)
		defer h.bringBack(t)
	}
	h.Script(jirasim.Fault{Contains: censusListing(), Status: http.StatusBadRequest, Times: -1, Body: `{"errorMessages":["no"]}`})
	defer h.ClearScript()
	h.requireDoubt(t, h.attempt(t), "list ids")
}

// requireTrueTombstones holds every tombstone to the ledger. An issue may have
// more than one reason to be gone, of which the ledger names the first.
func (h *deletesHistory) requireTrueTombstones(t *testing.T) {
	t.Helper()
	for id, reason := range h.tombs["issues"] {
		number, err := strconv.ParseUint(id, 10, 64)
		require.NoError(t, err)
		truth := h.Ledger().Vanished(number)
		require.NotEmpty(t, truth, "issue %s is there, and its tombstone says %s", id, reason)
		if h.moved[id] {
			continue
		}
		if reason == "archived" {
			require.Contains(t, []string{"archived", "deleted"}, truth, "a deleted issue of an archived project")
			continue
		}
		if reason != "deleted" {
			require.Equal(t, truth, reason, "issue %s", id)
		}
	}
	for _, stream := range []string{"issue_comments", "worklogs"} {
		there := slices.Collect(h.Ledger().Keys(stream))
		for id := range h.tombs[stream] {
			require.NotContains(t, there, id, "a tombstone of %s", stream)
		}
	}
}

// anyIssue draws an issue that search shows.
func (h *deletesHistory) anyIssue() string {
	keys := h.keys()
	return keys[h.dice.IntN(len(keys))]
}

// happen lets one thing happen.
func (h *deletesHistory) happen(t *testing.T) {
	t.Helper()
	switch n := h.dice.IntN(20); {
	case n == 0:
		h.changeProject(t)
	case n < 3:
		h.hidden = append(h.hidden, h.edit(t, jirasim.Edit{Kind: jirasim.HideIssue, Issue: h.anyIssue()}))
	case n < 5:
		h.shelved = append(h.shelved, h.edit(t, jirasim.Edit{Kind: jirasim.ArchiveIssue, Issue: h.anyIssue()}))
	case n < 7:
		h.bringBack(t)
	case n < 8 && len(h.hidden)+len(h.shelved) > 0:
		h.outOfSight(t)
	case n < 8:
		h.edit(t, jirasim.Edit{Kind: jirasim.CreateIssue})
	default:
		kinds := []jirasim.EditKind{
			jirasim.DeleteIssue, jirasim.DeleteIssue, jirasim.MoveIssue, jirasim.AddComment, jirasim.AddWorklog, jirasim.DeleteWorklog,
			jirasim.DeleteComment, jirasim.EditSummary,
		}
		id := h.anyIssue()
		kind := kinds[h.dice.IntN(len(kinds))]
		h.moved[id] = h.moved[id] || kind == jirasim.MoveIssue
		_, err := h.Edit(jirasim.Edit{Kind: kind, Issue: id})
		if err != nil {
			require.ErrorContains(t, err, "nothing of that kind")
		}
		if kind == jirasim.DeleteComment { // Jira does not say so by itself
			h.edit(t, jirasim.Edit{Kind: jirasim.EditSummary, Issue: id})
		}
	}
}

// outOfSight lets others change an issue that the account does not see.
func (h *deletesHistory) outOfSight(t *testing.T) {
	t.Helper()
	unseen := slices.Concat(h.hidden, h.shelved)
	kinds := []jirasim.EditKind{jirasim.EditSummary, jirasim.AddComment, jirasim.AddWorklog, jirasim.AddWorklog}
	h.edit(t, jirasim.Edit{Kind: kinds[h.dice.IntN(len(kinds))], Issue: unseen[h.dice.IntN(len(unseen))]})
}

// bringBack shows or restores an issue.
func (h *deletesHistory) bringBack(t *testing.T) {
	t.Helper()
	if n := len(h.hidden); n > 0 {
		h.edit(t, jirasim.Edit{Kind: jirasim.ShowIssue, Issue: h.hidden[n-1]})
		h.hidden = h.hidden[:n-1]
		return
	}
	if n := len(h.shelved); n > 0 {
		h.edit(t, jirasim.Edit{Kind: jirasim.RestoreIssue, Issue: h.shelved[n-1]})
		h.shelved = h.shelved[:n-1]
	}
}

// changeProject shuts a project, or opens one again.
func (h *deletesHistory) changeProject(t *testing.T) {
	t.Helper()
	project := []string{"OPS", "BETA", "MKT", "R2_D"}[h.dice.IntN(4)]
	if undo, shut := h.shut[project]; shut {
		h.change(t, project, undo)
		delete(h.shut, project)
		return
	}
	changes := []jirasim.ProjectChange{jirasim.WithdrawProject, jirasim.ArchiveProject, jirasim.TrashProject}
	undone := []jirasim.ProjectChange{jirasim.GrantProject, jirasim.RestoreProject, jirasim.UntrashProject}
	n := h.dice.IntN(len(changes))
	h.change(t, project, changes[n])
	h.shut[project] = undone[n]
}
