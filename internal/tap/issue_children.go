package tap

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"tap-jira/internal/fault"
	"tap-jira/internal/jira"
)

// fieldOf returns the issue field of a dotted path below `fields`.
func fieldOf(path string) (field string, ok bool) {
	return strings.CutPrefix(path, "fields.")
}

// brokenList is a list that Jira cannot deliver for one issue.
type brokenList struct {
	table *table
	issue uint64
	err   error
}

// longLists are those of the issues of one page.
type longLists struct {
	parts []part // in the order of the issues
	kin   []kin
	// none are the tables of lists, one each, that the site does without.
	none []*table
}

// readLongLists reads the lists that Jira embeds only in part, and tells what is
// broken.
func (tree *issueTree) readLongLists(ctx context.Context, sink *issuePage) (read longLists, broken []brokenList, err error) {
	lists, failures := make([]wholeList, len(sink.long)), make([]error, len(sink.long))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(tree.run.options.Concurrency) // more would only wait for permits
	for i, long := range sink.long {
		group.Go(fault.Safely(func() error {
			lists[i], failures[i] = tree.longListOf(ctx, long)
			if onlyThisList(failures[i]) {
				return nil
			}
			return failures[i]
		}))
	}
	if err := group.Wait(); err != nil {
		return read, nil, err
	}
	for i, long := range sink.long {
		read.parts = append(read.parts, lists[i].parts...)
		if lists[i].none {
			read.none = append(read.none, long.child.recorder.table)
		}
		if t := long.child.recorder.table; t.notesIDs() && failures[i] == nil && !lists[i].gone {
			read.kin = append(read.kin, kin{table: t, issue: idOf(long.issue), ids: lists[i].ids})
		}
		if err := failures[i]; err != nil {
			issue, _ := strconv.ParseUint(long.issue, 10, 64) // was read as a number before
			broken = append(broken, brokenList{table: long.child.recorder.table, issue: issue, err: err})
		}
	}
	return read, broken, nil
}

// onlyThisList tells that Jira refuses this one list, and others may be read.
func onlyThisList(err error) bool {
	_, refused := errors.AsType[*jira.APIError](err)
	return refused && !ends(err)
}

// wholeList is a list as it was read: its lines, and the ids of its rows.
type wholeList struct {
	parts []part
	ids   []uint64
	gone  bool // the issue has vanished since it was read
	none  bool // the site does without such lists; gone is set, too
}

// longListOf reads one list, and finds out why it is not there: with its issue, or
// because the site does without. That is asked once, and holds for all issues.
func (tree *issueTree) longListOf(ctx context.Context, long longList) (list wholeList, err error) {
	optional := long.absent && tree.childOf(long.child).optional
	if optional && tree.without.Load() {
		return wholeList{gone: true, none: true}, nil
	}
	list, err = tree.readLongList(ctx, long)
	if !errors.Is(err, jira.ErrNotFound) || ends(err) {
		return list, err
	}
	hole := tree.run.hole(jira.WithMeter(ctx, long.child.recorder.table.meter), map[string]string{"issueId": long.issue}, err)
	if _, there := errors.AsType[*thereError](hole); there && optional && !errors.Is(err, jira.ErrUnrouted) {
		tree.without.Store(true)
		return wholeList{gone: true, none: true}, nil
	}
	list.gone = hole == nil
	return list, hole
}

// readLongList reads one list of one issue from its beginning.
func (tree *issueTree) readLongList(ctx context.Context, long longList) (list wholeList, err error) {
	child := tree.childOf(long.child)
	t := child.table
	rec := &noted{recorder: tree.run.newRecorder(t)}
	rec.added = t.childOf(long.issue)
	request := jira.Request{Path: child.rest, Query: child.query, Params: map[string]string{"issueId": long.issue}}
	for _, err := range tree.run.client.Pages(jira.WithMeter(ctx, t.meter), request, child.pager, rec) {
		if err != nil {
			return list, fmt.Errorf("read %s of issue %s: %w", t.stream.Name, long.issue, err)
		}
		list.parts = append(list.parts, rec.part())
		list.ids = append(list.ids, rec.ids()...)
	}
	return list, nil
}

// childOf finds the declaration of a child by its rows.
func (tree *issueTree) childOf(rows *childRows) embeddedChild {
	for _, child := range tree.embedded {
		if child.table == rows.recorder.table {
			return child
		}
	}
	return embeddedChild{table: rows.recorder.table}
}
