package tap

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"tap-jira/internal/bookmark"
	"tap-jira/internal/jira"
	"tap-jira/internal/overlap"
	"tap-jira/internal/singer"
)

// wrote notes what is in the output now.
func (tree *issueTree) wrote(sink *issuePage, missing []uint64, poison *jira.PoisonError) error {
	if !tree.aside {
		tree.run.options.Progress.Read(tree.name(), int64(len(sink.versions)+len(missing)))
	}
	tree.reached = max(tree.reached, sink.reached)
	for _, v := range sink.versions {
		if !v.Settled(sink.asked) || tree.leaves(v) {
			continue
		}
		tree.overlap.Add(v)
		for _, other := range tree.echo {
			other.overlap.Add(v)
		}
	}
	tree.arrivals.note(sink)
	tree.tally.Note(sink.versions, sink.created, missing)
	for _, other := range tree.echo {
		other.tally.Found(sink.versions, sink.created)
	}
	for _, id := range missing {
		tree.run.log.Debug("an issue vanished between listing and reading", "issue", id)
	}
	tree.run.vanished += len(missing)
	if poison != nil {
		for _, id := range poison.IDs {
			tree.unread = append(tree.unread, id)
			tree.members[0].account.gap(1, fmt.Sprintf("issue %d cannot be read: %v", id, poison.Err))
		}
		tree.tally.Lost(poison.IDs)
	}
	return tree.run.deletions.note(tree, sink)
}

// leaves tells that a version is printed now and again by the next walk, which sees
// whether the issue came in sight.
func (tree *issueTree) leaves(v overlap.Version) bool {
	return !tree.again.IsZero() && v.Updated >= tree.again.UnixMilli()
}

// lacks notes the issues whose long lists could not be read, to ask for them again.
func (tree *issueTree) lacks(broken []brokenList) {
	for _, b := range broken {
		b.table.account.gap(1, b.err.Error())
		if !slices.Contains(tree.unread, b.issue) {
			tree.unread = append(tree.unread, b.issue)
		}
	}
}

// done ends one task of the walk.
func (tree *issueTree) done(err error) error {
	if err == nil {
		return nil
	}
	tree.failed = true
	return tree.run.settleShared(err, tree.members...)
}

// doneHistories ends a task of the histories. When they fail the issues go on,
// and only the histories' own bookmark stays where it is.
func (tree *issueTree) doneHistories(err error) error {
	if tree.judged != nil && jira.Withheld(err) {
		tree.barred.Store(true)
	}
	if tree.judged != nil {
		tree.judging.Do(func() { close(tree.judged) })
	}
	return tree.run.settleShared(err, tree.historyTables()...)
}

// reachedGroup notes how far a first load has come, once a group is written.
func (tree *issueTree) reachedGroup(error) error {
	if tree.bookmark.Loading == nil || tree.reached == 0 || !tree.mayAdvance() {
		return nil
	}
	load := *tree.bookmark.Loading
	load.Created = singer.FormatTime(time.UnixMilli(tree.reached))
	tree.bookmark.Loading, tree.bookmark.Unread = &load, tree.unread
	if err := tree.save(); err != nil {
		return err
	}
	return tree.run.printState()
}

// end is the task that moves the bookmark when everything before is written.
func (tree *issueTree) end() task {
	return task{Fetch: nothing, Done: func(error) error {
		tree.tellEnded()
		if tree.short > 0 {
			return tree.startOver()
		}
		if !tree.mayAdvance() {
			return nil
		}
		for _, v := range tree.known {
			tree.overlap.Add(v)
		}
		tree.tally.Carry(tree.known, tree.printed)
		saved := tree.overlap.Save()
		if tree.bookmark.Loading != nil {
			tree.swept(tree.bookmark.Loading.Started)
		}
		tree.bookmark.Value, tree.bookmark.Loading = saved.From, nil
		tree.bookmark.Overlap, tree.bookmark.Unread = &saved, tree.unread
		if err := tree.save(); err != nil {
			return err
		}
		return tree.run.printState()
	}}
}

// swept notes when the streams were read whole whose changes Jira does not date.
func (tree *issueTree) swept(started string) {
	for _, t := range tree.members {
		if t.stream.Undated() {
			t.account.swept = started
		}
	}
}

// mayAdvance tells that nothing before this place is missing, or that what is
// missing is few enough to be remembered one by one.
func (tree *issueTree) mayAdvance() bool {
	return !tree.aside && !tree.failed && tree.run.options.movesBookmarks() && len(tree.unread) <= bookmark.MaxUnread
}

// save puts the bookmark into the state of every member.
func (tree *issueTree) save() error {
	if err := tree.run.printMet(); err != nil {
		return err
	}
	tree.run.keepDates()
	holder := ""
	for _, t := range tree.members {
		if t.whole || t.account.failed || t.account.skipped {
			continue
		}
		b := tree.bookmark
		b.Key, b.Swept, b.Claim = t.stream.Bookmark, t.account.swept, nil
		if t == tree.issues {
			b.Claim = tree.tally.Saved(b)
		}
		if b.Overlap != nil && holder != "" {
			b.Overlap = &overlap.Saved{From: b.Overlap.From, In: holder}
		}
		holder = cmp.Or(holder, t.stream.Name)
		if err := tree.run.setBookmark(t, b); err != nil {
			return err
		}
	}
	return nil
}
