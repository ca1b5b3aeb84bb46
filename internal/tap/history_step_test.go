package tap_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"tap-jira/internal/jirasim"
)

// step is one thing that happens on the site.
func (h *history) step() {
	switch n := h.rng.IntN(20); {
	case n < 6:
		h.pass(h.moment())
	case n < 15:
		h.editAny()
	case n < 16:
		h.bulk()
	case n < 17:
		h.burst()
	case n < 18 || !h.shutting:
		h.outOfSight()
	default:
		h.changeProject()
	}
}

// moment is how long nothing happens.
func (h *history) moment() time.Duration {
	longest := []time.Duration{2 * time.Millisecond, time.Second, time.Minute, 10 * time.Minute, time.Hour, 6 * time.Hour, 60 * time.Hour}
	return time.Duration(h.rng.Int64N(int64(longest[h.rng.IntN(len(longest))])))
}

// visible are the issues that the account sees, in order.
func (h *history) visible() []string { return slices.Sorted(h.site.Ledger().Keys("issues")) }

// permit changes what the account may see and notes which issues came back into
// sight by that: only their own edits bring those to the target, as without
// detect_deletes nothing tells of permissions.
func (h *history) permit(change func()) {
	for _, id := range h.comeBy(change) {
		h.returned[id] = h.site.clock.Now()
	}
}

// change makes edits. An issue that comes in sight by an edit of its own, a move
// or another security level, is to be in the target with all that hangs on it.
func (h *history) change(edit func()) {
	for _, id := range h.comeBy(edit) {
		delete(h.returned, id)
		h.arrived[id] = h.site.clock.Now()
	}
}

// comeBy are the issues that come in sight by what happens.
func (h *history) comeBy(happen func()) (ids []string) {
	before := map[string]bool{}
	for _, id := range h.visible() {
		before[id] = true
	}
	happen()
	return slices.DeleteFunc(h.visible(), func(id string) bool { return before[id] })
}

// hiddenKinds are what others do to issues that the account does not see. The last
// two may bring them in sight.
var hiddenKinds = []jirasim.EditKind{
	jirasim.AddWorklog, jirasim.AddWorklog, jirasim.ChangeWorklog, jirasim.AddComment, jirasim.EditSummary, jirasim.MoveIssue, jirasim.LiftIssue,
	jirasim.LiftIssue,
}

// outOfSight lets something happen to an issue that the account does not see, or
// puts one out of sight by a security level.
func (h *history) outOfSight() {
	visible := h.visible()
	unseen := slices.DeleteFunc(slices.Sorted(maps.Keys(h.ever["issues"])), func(id string) bool {
		_, seen := slices.BinarySearch(visible, id)
		return seen
	})
	if len(unseen) == 0 || h.rng.IntN(3) == 0 {
		h.edit(jirasim.RestrictIssue, h.anyIssue())
		return
	}
	h.change(func() { h.edit(hiddenKinds[h.rng.IntN(len(hiddenKinds))], unseen[h.rng.IntN(len(unseen))]) })
}

var editKinds = []jirasim.EditKind{
	jirasim.EditSummary, jirasim.EditSummary, jirasim.EditStatus, jirasim.EditStatus, jirasim.AddComment, jirasim.AddComment,
	jirasim.ChangeComment, jirasim.DeleteComment, jirasim.AddWorklog, jirasim.AddWorklog, jirasim.ChangeWorklog, jirasim.DeleteWorklog,
	jirasim.MoveIssue, jirasim.CreateIssue, jirasim.CreateIssue, jirasim.DeleteIssue, jirasim.ArchiveIssue,
}

// editAny makes one edit.
func (h *history) editAny() {
	h.change(func() { h.edit(editKinds[h.rng.IntN(len(editKinds))], h.anyIssue()) })
}

func (h *history) anyIssue() string {
	ids := h.visible()
	if h.rng.IntN(3) == 0 {
		return ids[h.rng.IntN(min(3, len(ids)))] // some are edited again and again
	}
	return ids[h.rng.IntN(len(ids))]
}

func (h *history) edit(kind jirasim.EditKind, issue string) {
	if kind == jirasim.CreateIssue {
		issue = ""
	}
	h.remember() // before a row goes
	if id, done := h.quietly(kind, issue); done {
		h.tell("%s of issue %d", editNames[kind], id)
	}
	h.remember()
}

// quietly makes an edit, if the issue has what would be edited.
func (h *history) quietly(kind jirasim.EditKind, issue string) (id uint64, done bool) {
	id, err := h.site.Edit(jirasim.Edit{Kind: kind, Issue: issue})
	return id, err == nil
}

var editNames = map[jirasim.EditKind]string{
	jirasim.EditSummary: "new summary", jirasim.EditStatus: "new status", jirasim.AddComment: "new comment",
	jirasim.ChangeComment: "changed comment", jirasim.DeleteComment: "deleted comment", jirasim.AddWorklog: "new worklog",
	jirasim.ChangeWorklog: "changed worklog", jirasim.DeleteWorklog: "deleted worklog", jirasim.MoveIssue: "move",
	jirasim.CreateIssue: "creation", jirasim.DeleteIssue: "deletion", jirasim.ArchiveIssue: "archiving",
	jirasim.RestrictIssue: "security level", jirasim.LiftIssue: "lifting of the security level",
}

// bulk changes many issues in one millisecond.
func (h *history) bulk() {
	ids := h.visible()
	h.rng.Shuffle(len(ids), func(i, k int) { ids[i], ids[k] = ids[k], ids[i] })
	ids = ids[:min(len(ids), 5+h.rng.IntN(60))]
	h.tell("a bulk change of the issues %s", strings.Join(ids, " "))
	h.change(func() {
		for _, id := range ids {
			h.quietly(jirasim.EditStatus, id)
		}
	})
}

// burst adds more comments or worklogs to an issue than Jira embeds.
func (h *history) burst() {
	kind := []jirasim.EditKind{jirasim.AddComment, jirasim.AddWorklog}[h.rng.IntN(2)]
	id := h.anyIssue()
	h.tell("25 times %s of issue %s", editNames[kind], id)
	h.change(func() {
		for range 25 {
			h.quietly(kind, id)
		}
	})
}

// changeProject withdraws or archives a project, or gives it back.
func (h *history) changeProject() {
	key := []string{"OPS", "BETA", "MKT"}[h.rng.IntN(3)]
	change, shut := h.shut[key]
	delete(h.shut, key)
	h.opened = h.site.clock.Now()
	if !shut {
		change = []jirasim.ProjectChange{jirasim.WithdrawProject, jirasim.ArchiveProject}[h.rng.IntN(2)]
		h.shut[key] = map[jirasim.ProjectChange]jirasim.ProjectChange{
			jirasim.WithdrawProject: jirasim.GrantProject, jirasim.ArchiveProject: jirasim.RestoreProject,
		}[change]
	}
	h.tell("project %s is %s", key, []string{"withdrawn", "given back", "archived", "restored"}[change])
	h.remember()
	h.permit(func() {
		if err := h.site.ChangeProject(key, change); err != nil {
			h.t.Fatal(err)
		}
	})
}

// remember notes all rows that are true now.
func (h *history) remember() {
	for _, stream := range historyStreams {
		if h.ever[stream] == nil {
			h.ever[stream] = map[string]bool{}
		}
		for key := range h.site.Ledger().Keys(stream) {
			h.ever[stream][key] = true
		}
	}
}

// requestTime is what a request takes at least. Without it an issue might be
// read and edited again in the same millisecond, which nobody could tell.
const requestTime = 7 * time.Millisecond

// changing lets the site be changed while it is read, between any two requests
// that list something: one issue mostly, and now and then what is in sight, many at
// once, or a list of comments that keeps its length.
func (h *history) changing(req *http.Request) {
	if path := req.URL.Path; strings.Contains(path, "/search") || strings.Contains(path, "/worklog/updated") || strings.HasSuffix(path, "/comment") {
		h.pass(time.Duration(h.rng.Int64N(int64(3 * time.Second))))
		switch n := h.rng.IntN(30); {
		case n < 10:
			h.editAny()
		case n == 10 && h.shutting:
			h.changeProject()
		case n == 11 && h.shutting:
			h.changeProject()
			h.changeProject() // often the same one, which is back at the next request
		case n == 12:
			h.outOfSight()
		case n == 13:
			h.bulk()
		case n < 16:
			h.replaceComment()
		}
	}
	h.pass(requestTime)
}

// replaceComment deletes a comment and adds another, so that their number tells nothing.
func (h *history) replaceComment() {
	id := h.anyIssue()
	h.change(func() {
		h.edit(jirasim.DeleteComment, id)
		h.edit(jirasim.AddComment, id)
	})
}
