package jirasim

import "slices"

// editor makes one edit on a snapshot that nobody else sees yet.
type editor struct {
	s     *Site
	snap  *snapshot
	issue int
	d     *delta
	now   int64
	text  string
}

// change makes an edit of an issue that exists.
func (t *editor) change(e Edit) error {
	i, ok := t.s.find(e.Issue)
	if d := t.snap.deltas[i]; !ok || d != nil && d.deleted { // those whom the account does not see may be edited by others
		return errNoSuchIssue
	}
	t.issue, t.d = i, t.snap.deltas[i].clone()
	steps := map[EditKind]func() bool{
		EditSummary: t.editSummary, EditStatus: t.editStatus, MoveIssue: t.move,
		AddComment: t.addComment, ChangeComment: t.changeComment, DeleteComment: t.deleteComment,
		AddWorklog: t.addWorklog, ChangeWorklog: t.changeWorklog, DeleteWorklog: t.deleteWorklog,
		DeleteIssue: t.deleteIssue, RestrictIssue: t.restrict, LiftIssue: t.lift,
		ArchiveIssue: func() bool { t.d.archived = true; return true },
		RestoreIssue: func() bool { return swap(&t.d.archived, false) },
		HideIssue:    func() bool { return swap(&t.d.hidden, true) },
		ShowIssue:    func() bool { return swap(&t.d.hidden, false) },
	}
	step, ok := steps[e.Kind]
	if !ok {
		return errUnknownEdit
	}
	if !step() {
		return errNothingToEdit
	}
	t.snap.deltas[i] = t.d
	if e.Kind != DeleteComment && e.Kind < ArchiveIssue {
		t.touch()
	}
	return nil
}

// swap sets a mark and reports whether that changed it.
func swap(mark *bool, to bool) bool {
	changed := *mark != to
	*mark = to
	return changed
}

// touch moves the issue's updated to now, and the issue to the end of the order by updated.
func (t *editor) touch() {
	if t.d != nil {
		t.d.updated = t.now
	}
	same := func(e tailEntry) bool { return e.issue == t.issue }
	if slices.ContainsFunc(t.snap.tail, same) {
		t.snap.tail = slices.DeleteFunc(slices.Clone(t.snap.tail), same)
	}
	if t.d == nil || !t.d.deleted {
		t.snap.tail = append(t.snap.tail, tailEntry{ms: t.now, issue: t.issue})
	}
}

// deleteIssue takes the issue away, and its worklogs from the feed; Jira lists neither as deleted.
func (t *editor) deleteIssue() bool {
	t.d.deleted = true
	t.snap.feed = slices.DeleteFunc(slices.Clone(t.snap.feed), func(e feedEntry) bool {
		i, ok := t.s.worked(t.snap, e.ID)
		return ok && i == t.issue
	})
	return true
}

// words makes the text of an edit that came without one.
func (t *editor) words(n int) string {
	if t.text != "" {
		return t.text
	}
	r := t.s.rng(domText, -2-t.snap.serial, t.issue)
	return sentence(&r, n)
}

// next gives the ids that come after all of the base data and of earlier edits; first is the kind's first id.
func (t *editor) next(first uint64, sums []uint32) uint64 {
	t.snap.serial++
	return first + 2*uint64(sums[len(sums)-1]) + 2*uint64(t.snap.serial)
}

// create adds an issue to a project.
func (t *editor) create(projectKey string) {
	p, _ := t.s.projectByIDOrKey(projectKey) // the first project when there is none of that key
	t.issue = t.s.opt.Issues + len(t.snap.added)
	made := addedIssue{key: t.giveKey(p), created: t.now, summary: t.words(6)}
	t.snap.added = append(t.snap.added, made)
	t.touch()
}

// giveKey takes the next number of a project for the issue.
func (t *editor) giveKey(p int) keyRef {
	t.snap.numbers[p]++
	key := keyRef{project: p, number: t.snap.numbers[p]}
	t.snap.keys[key] = t.issue
	return key
}

// log adds a history.
func (t *editor) log(kind change, from, fromTxt, to, toTxt string) {
	t.d.histories = append(slices.Clip(t.d.histories), history{
		id: t.next(firstHistoryID, t.s.base.histories), created: t.now, kind: kind,
		from: from, to: to, fromTxt: fromTxt, toTxt: toTxt,
	})
}

// editSummary renames the issue.
func (t *editor) editSummary() bool {
	old := t.s.summaryOf(t.snap, t.issue)
	t.d.summary = shorten(t.words(7), 255)
	t.log(changeSummary, "", old, "", t.d.summary)
	return true
}

// editStatus takes the issue to the next status of its workflow.
func (t *editor) editStatus() bool {
	old := t.s.statusOf(t.snap, t.issue)
	flow := t.s.catalog.projects[t.s.bornIn(t.snap, t.issue)].workflow
	t.d.status = flow[(slices.Index(flow, old)+1)%len(flow)]
	t.d.statusAt = t.now
	from, to := &t.s.catalog.statuses[old], &t.s.catalog.statuses[t.d.status]
	t.log(changeStatus, from.id, from.name, to.id, to.name)
	return true
}

// move takes the issue to the next live project.
func (t *editor) move() bool {
	old := t.s.keyOf(t.snap, t.issue)
	t.d.oldKeys = append(slices.Clip(t.d.oldKeys), old)
	t.d.key = t.giveKey((old.project + 1) % 4)
	t.log(changeMove, "", t.s.keyText(old), "", t.s.keyText(t.d.key))
	return true
}

// restrict puts the issue on a security level that the account is not in.
func (t *editor) restrict() bool {
	level, secret := t.s.levelOf(t.issue), secretLevel()
	t.log(changeSecurity, level.id, level.name, secret.id, secret.name)
	return swap(&t.d.secret, true)
}

// lift gives the issue the level back that it had, or none.
func (t *editor) lift() bool {
	level, secret := t.s.levelOf(t.issue), secretLevel()
	t.log(changeSecurity, secret.id, secret.name, level.id, level.name)
	return swap(&t.d.secret, false)
}

// addComment adds a comment of the account. Comments leave no history.
func (t *editor) addComment() bool {
	id := t.next(firstCommentID, t.s.base.comments)
	t.d.comments.added = append(t.d.comments.added, entry{
		id: id, author: account, editor: account, created: t.now, updated: t.now, text: t.words(12),
	})
	t.snap.comments[id] = t.issue
	return true
}

// changeComment rewrites the newest comment, and moves its updated.
func (t *editor) changeComment() bool {
	n := t.s.commentTotal(t.snap, t.issue)
	if n == 0 {
		return false
	}
	t.d.comments.rewrite(t.s.commentAt(t.snap, t.issue, n-1).id, t.words(9), t.now)
	return true
}

// deleteComment takes the oldest comment away. Nothing in Jira tells of it.
func (t *editor) deleteComment() bool {
	if t.s.commentTotal(t.snap, t.issue) == 0 {
		return false
	}
	t.d.comments.gone[t.s.commentAt(t.snap, t.issue, 0).id] = true
	return true
}

// addWorklog logs an hour and a half, with the history that time tracking writes.
func (t *editor) addWorklog() bool {
	id := t.next(firstWorklogID, t.s.base.worklogs)
	const seconds = 5400
	before := t.s.timeSpent(t.snap, t.issue)
	t.d.worklogs.added = append(t.d.worklogs.added, entry{
		id: id, author: account, editor: account, created: t.now, updated: t.now, started: t.now - seconds*1000,
		seconds: seconds, text: t.words(8),
	})
	t.snap.worklogs[id] = t.issue
	t.feedAgain(id)
	t.log(changeWork, itoa(before), itoa(before), itoa(before+seconds), itoa(before+seconds))
	return true
}

// changeWorklog rewrites the newest worklog, which brings it to the end of the feed.
func (t *editor) changeWorklog() bool {
	n := t.s.worklogTotal(t.snap, t.issue)
	if n == 0 {
		return false
	}
	l := t.s.worklogAt(t.snap, t.issue, n-1)
	t.feedAgain(l.id)
	t.d.worklogs.rewrite(l.id, t.words(5), t.now)
	return true
}

// deleteWorklog takes the oldest worklog away; only the feed of deleted worklogs tells of it.
func (t *editor) deleteWorklog() bool {
	if t.s.worklogTotal(t.snap, t.issue) == 0 {
		return false
	}
	l := t.s.worklogAt(t.snap, t.issue, 0)
	before := t.s.timeSpent(t.snap, t.issue)
	t.d.worklogs.gone[l.id] = true
	t.leaveFeed(l.id)
	t.snap.gone = append(t.snap.gone, feedEntry{ID: l.id, Updated: t.now})
	t.log(changeWork, itoa(before), itoa(before), itoa(before-l.seconds), itoa(before-l.seconds))
	return true
}

// feedAgain puts a worklog at the end of the feed.
func (t *editor) feedAgain(id uint64) {
	t.leaveFeed(id)
	t.snap.feed = append(t.snap.feed, feedEntry{ID: id, Updated: t.now})
}

// leaveFeed takes a worklog from the place in the feed that it had.
func (t *editor) leaveFeed(id uint64) {
	t.snap.moved[id] = true
	t.snap.feed = slices.DeleteFunc(slices.Clone(t.snap.feed), func(e feedEntry) bool { return e.ID == id })
}
