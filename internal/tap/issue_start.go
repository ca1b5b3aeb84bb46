package tap

import (
	"time"

	"tap-jira/internal/bookmark"
	"tap-jira/internal/overlap"
	"tap-jira/internal/singer"
)

// locate decides where the walk begins: at the bookmark, or with a first load
// when there is none for these limits.
func (tree *issueTree) locate() error {
	r := tree.run
	tree.started = r.options.Shard.StartedAt(r.site.ServerTime)
	value, err := bookmark.ParseTime(tree.bookmark.Value)
	if err != nil {
		return err
	}
	scope, before := bookmark.HashScope(r.scope), tree.bookmark.Scope
	if before != "" && before != scope {
		r.log.Info("the limits by projects or jql changed: issues are read from the start date on", "stream", tree.issues.stream.Name)
		value, tree.bookmark.Compared = time.Time{}, ""
	}
	tree.bookmark.Scope = scope
	switch {
	case value.IsZero():
		tree.from = r.start
		tree.bookmark = bookmark.Issues{
			Value: singer.FormatTime(r.start), Scope: scope, Loading: &bookmark.Loading{Started: singer.FormatTime(tree.started)},
			Compared: tree.bookmark.Compared,
		}
	case tree.bookmark.Loading != nil:
		tree.from = value
	case tree.bookmark.Overlap == nil:
		// Another tap's bookmark is the newest row it saw, which the index may have shown early.
		tree.from = value.Add(-r.options.Lookback)
	default:
		tree.from, tree.printed = value, tree.bookmark.Overlap
	}
	if tree.printed != nil && tree.printed.From != singer.FormatTime(tree.from) {
		tree.printed = nil
	}
	tree.warnAhead()
	if err := tree.resume(); err != nil {
		return err
	}
	tree.overlap = overlap.New(tree.next())
	return tree.locateComparison()
}

// locateComparison decides from when on changes are to be read again that the walk
// passed while nobody knew what was out of sight. Where the state does not say it,
// nothing was passed before this walk; and a first load begins to know issues itself,
// unless others know them already.
func (tree *issueTree) locateComparison() (err error) {
	if tree.run.deletions == nil {
		return nil
	}
	if tree.bookmark.Compared == "" {
		compared := tree.from
		if load := tree.bookmark.Loading; load != nil && (load.Created != "" || tree.run.deletions.census.Known().IsEmpty()) {
			compared = tree.next()
		}
		tree.bookmark.Compared = singer.FormatTime(compared)
	}
	tree.compared, err = bookmark.ParseTime(tree.bookmark.Compared)
	return err
}

// warnAhead says when a date that is ahead of the site's clock hides everything.
func (tree *issueTree) warnAhead() {
	r := tree.run
	if !tree.from.After(r.site.ServerTime) {
		return
	}
	stream := tree.issues.stream.Name
	fix := "correct start_date in the config"
	if tree.bookmark.Loading == nil {
		fix = "tap-jira state reset " + stream
	}
	r.log.Warn("nothing comes before a date that lies ahead of the site's clock: "+fix, "stream", stream,
		"from", singer.FormatTime(tree.from), "site", singer.FormatTime(r.site.ServerTime))
}

// resume goes on with a first load that was interrupted.
func (tree *issueTree) resume() error {
	load := tree.bookmark.Loading
	if load == nil {
		return nil
	}
	var err error
	if tree.started, err = bookmark.ParseTime(load.Started); err != nil {
		return err
	}
	tree.created, err = bookmark.ParseTime(load.Created)
	return err
}

// next is the bookmark after this walk: the server's clock when it began, less
// what the search index may lag; never the newest row seen, because an older
// one may show up later.
func (tree *issueTree) next() time.Time {
	next := tree.started.Add(-tree.run.options.Lookback)
	if end := tree.run.options.EndDate; !end.IsZero() && next.After(end) {
		next = end
	}
	if next.Before(tree.from) {
		next = tree.from
	}
	return next.Truncate(time.Millisecond)
}
