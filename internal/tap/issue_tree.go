package tap

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"tap-jira/internal/derive"
	"tap-jira/internal/jira"
	"tap-jira/internal/stream"
)

// Sizes of the pieces in which issues are read.
const (
	// hydrateIssues is what Cloud takes in one POST issue/bulkfetch with
	// comments embedded, and a size that Data Center serves well.
	hydrateIssues = 100
	// historyIssues is for how many issues histories are asked for at once: hardly
	// more requests than a thousand would cost, at a third of the memory.
	historyIssues = 300
)

// issueTree reads issues and what hangs on them in one walk, for all selected
// streams that go on from the same bookmark.
type issueTree struct {
	run       *run
	members   []*table // the selected streams, for bookmarks and failures
	issues    *table
	embedded  []embeddedChild
	histories *table // asked for in bulk, Cloud only; nil when embedded or not selected
	derived   []derived
	extras    []*extra
	rows      *historyRows // made of the histories; nil when none are selected
	hydration jira.Hydration
	// scope are the limits of the walk in JQL: the run's, and those of its shard.
	scope string

	bookmark issueBookmark
	from     time.Time     // updates since then are read
	created  time.Time     // a first load goes on from here
	printed  *savedOverlap // what the last run printed since from
	started  time.Time     // the server's clock when this walk began

	// tally counts the issues in the output; nil when they are not printed.
	tally *tally
	// aside tells that the walk completes another and keeps no bookmark.
	aside bool
	// echo are walks whose next run need not print what this one did.
	echo []*issueTree
	// known are the versions of the overlap that need not be printed again.
	known []version
	// short is how many issues Jira counts and does not list, even when asked again.
	short int
	// barred tells that the histories, which alone this walk is for, may not be read:
	// what is left need not be asked for.
	barred atomic.Bool
	// judged is closed once the first histories are read or refused; nil where the walk
	// is for more than histories.
	judged  chan struct{}
	judging sync.Once
	// Only the writing side uses these.
	reached int64
	overlap *overlap
	unread  []uint64
	failed  bool
}

// embeddedChild is a child whose rows Jira embeds in the issue.
type embeddedChild struct {
	table *table
	list  embeddedList
	// rest is the path of the whole list, for issues where the embedded one is cut.
	rest  string
	pager jira.Pager
}

// newIssueTree prepares the walk for streams with the same bookmark.
func (r *run) newIssueTree(members []*table, bookmark issueBookmark) (*issueTree, error) {
	tree := &issueTree{run: r, members: members, bookmark: bookmark, scope: r.scope}
	for _, t := range members {
		if err := tree.place(t); err != nil {
			return nil, err
		}
	}
	if err := tree.prepareIssues(); err != nil {
		return nil, err
	}
	if err := tree.locate(); err != nil {
		return nil, err
	}
	var err error
	if tree.bulkHistories() && tree.issues.hidden && len(tree.historyTables()) == len(tree.members) {
		tree.judged = make(chan struct{})
	}
	tree.tally, err = tree.newTally()
	return tree, err
}

// newAsideTree prepares to read issues whose ids are known already, with what
// the tables hold of them.
func (r *run) newAsideTree(tables []*table, echo []*issueTree) (*issueTree, error) {
	tree := &issueTree{run: r, aside: true, echo: echo, overlap: newOverlap(r.site.ServerTime)}
	for _, t := range tables {
		if t.stream.Source != stream.IssueTree && t.stream.Source != stream.WorklogFeed {
			continue
		}
		if t.stream.Part == stream.Issue {
			t = new(*t) // its plan leads other lists aside
		}
		tree.members = append(tree.members, t)
		if err := tree.place(t); err != nil {
			return nil, err
		}
	}
	return tree, tree.prepareIssues()
}

// place decides where the rows of a member come from.
func (tree *issueTree) place(t *table) error {
	dataCenter := tree.run.site.Deployment == jira.DataCenter
	path, inIssue := t.stream.Part.Path()
	switch {
	case inIssue:
		tree.derived = append(tree.derived, derived{table: t, path: path})
	case t.stream.Part == stream.Links:
		tree.derived = append(tree.derived, derived{table: t, path: "fields.issuelinks", row: derive.LinkRow})
	case t.stream.Part == stream.SLACycles:
		tree.addServiceLevels(t)
	case t.stream.Part == stream.PerIssue:
		return tree.addExtra(t)
	case t.stream.Part.FromHistories():
		tree.addHistoryRows(t)
		tree.hydration.Changelog = dataCenter
	case t.stream.Part == stream.Issue:
		tree.issues = t
	case t.stream.Part == stream.Comments:
		tree.embed(embeddedChild{
			table: t, list: embeddedList{path: "fields.comment", records: "comments"},
			rest: "/rest/api/{v}/issue/{issueId}/comment", pager: jira.Offset("comments"),
		})
	case t.stream.Source == stream.WorklogFeed:
		tree.embed(embeddedChild{
			table: t, list: embeddedList{path: "fields.worklog", records: "worklogs"},
			rest: "/rest/api/{v}/issue/{issueId}/worklog", pager: jira.Offset("worklogs"),
		})
	case t.stream.Part == stream.Transitions:
		tree.hydration.Transitions = true
		tree.embed(embeddedChild{table: t, list: embeddedList{path: "transitions", whole: true}})
	case t.stream.Part == stream.Histories && dataCenter:
		tree.hydration.Changelog = true
		tree.embed(embeddedChild{table: t, list: embeddedList{path: "changelog", records: "histories"}})
	case t.stream.Part == stream.Histories:
		tree.histories = t
	}
	return nil
}

// keysOnly keeps no column but those that are always sent.
func keysOnly(...string) bool { return false }

func (tree *issueTree) embed(child embeddedChild) {
	tree.embedded = append(tree.embedded, child)
}

// prepareIssues compiles the issues themselves, printed or not, with the
// children's lists led aside.
func (tree *issueTree) prepareIssues() error {
	if tree.issues == nil {
		issues, _ := stream.Find("issues")
		t, err := tree.run.newTable(issues, tableOptions{keep: keysOnly, hidden: true})
		if err != nil {
			return err
		}
		tree.issues = t
	}
	var divert []string
	fields := issueFields(tree.issues.schema)
	if tree.issues.tombstones && !slices.Contains(fields, "project") {
		fields = append(fields, "project")
	}
	for _, child := range tree.embedded {
		divert = append(divert, child.list.path)
		if field, ok := fieldOf(child.list.path); ok {
			fields = append(fields, field)
		}
	}
	tree.issues.wanted = nil
	for _, d := range tree.derived {
		tree.issues.wanted = append(tree.issues.wanted, d.path)
		if field, ok := fieldOf(d.path); ok && !slices.Contains(fields, field) {
			fields = append(fields, field)
		}
	}
	if tree.rows != nil {
		fields = tree.rows.fields.Needed(fields)
	}
	tree.hydration.Fields = fields
	if err := tree.issues.compile(tree.run.options, divert); err != nil {
		return fmt.Errorf("prepare the stream issues: %w", err)
	}
	return nil
}

// locate decides where the walk begins: at the bookmark, or with a first load
// when there is none for these limits.
func (tree *issueTree) locate() error {
	r := tree.run
	tree.started = r.options.Shard.startedAt(r.site.ServerTime)
	value, err := parseMoment(tree.bookmark.Value)
	if err != nil {
		return err
	}
	scope, before := scopeHash(r.scope), tree.bookmark.Scope
	if before != "" && before != scope {
		r.log.Info("the limits by projects or jql changed: issues are read from the start date on", "stream", tree.issues.stream.Name)
		value = time.Time{}
	}
	tree.bookmark.Scope = scope
	switch {
	case value.IsZero():
		tree.from = r.start
		tree.bookmark = issueBookmark{
			Value: formatTime(r.start), Scope: scope, Loading: &loading{Started: formatTime(tree.started)},
		}
	case tree.bookmark.Loading != nil:
		tree.from = value
	case tree.bookmark.Overlap == nil:
		// Another tap's bookmark is the newest row it saw, which the index may have shown early.
		tree.from = value.Add(-r.options.Lookback)
	default:
		tree.from, tree.printed = value, tree.bookmark.Overlap
	}
	if tree.printed != nil && tree.printed.From != formatTime(tree.from) {
		tree.printed = nil
	}
	if err := tree.resume(); err != nil {
		return err
	}
	tree.overlap = newOverlap(tree.next())
	return nil
}

// resume goes on with a first load that was interrupted.
func (tree *issueTree) resume() error {
	load := tree.bookmark.Loading
	if load == nil {
		return nil
	}
	var err error
	if tree.started, err = parseMoment(load.Started); err != nil {
		return err
	}
	tree.created, err = parseMoment(load.Created)
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

// idsAhead is how many pages of ids are listed ahead of their reading.
const idsAhead = 4

// tasks lists the issues, from the moment of the call on, and yields what there is
// to fetch, in order.
func (tree *issueTree) tasks(ctx context.Context) iter.Seq[task] {
	ctx = jira.WithMeter(ctx, tree.members[0].meter)
	listing := tree.list(ctx)
	if tree.run.options.RecordLimit == 0 {
		listing = readAhead(ctx, tree.run, listing, idsAhead)
	}
	return func(yield func(task) bool) {
		group := tree.retryUnread()
		for refs, err := range listing {
			if err != nil {
				yield(tree.failure(fmt.Errorf("list issues: %w", err)))
				return
			}
			for _, ref := range refs {
				group = append(group, ref.ID)
				if len(group) < tree.groupSize() {
					continue
				}
				if !tree.yieldGroup(group, yield) || tree.run.options.RecordLimit > 0 || !tree.awaitJudgement(ctx) {
					return
				}
				group = nil
			}
		}
		if tree.yieldGroup(group, yield) {
			yield(tree.end())
		}
	}
}

// awaitJudgement waits in a walk for histories alone until Jira has said whether
// they may be read, so that no more issues than needed are read in vain.
func (tree *issueTree) awaitJudgement(ctx context.Context) bool {
	if tree.judged == nil {
		return true
	}
	select {
	case <-tree.judged:
		return true
	case <-ctx.Done():
		return false
	}
}

// list lists the issues to read.
func (tree *issueTree) list(ctx context.Context) iter.Seq2[[]jira.IssueRef, error] {
	return func(yield func([]jira.IssueRef, error) bool) {
		if err := tree.run.client.ProbeDates(ctx); err != nil {
			yield(nil, err)
			return
		}
		tree.countAhead(ctx)
		listing := tree.increment(ctx)
		if tree.bookmark.Loading != nil {
			listing = tree.firstLoad(ctx)
		}
		listing(yield)
	}
}

// retryUnread are the issues that the last run could not read.
func (tree *issueTree) retryUnread() []uint64 {
	return slices.Clone(tree.bookmark.Unread)
}

// groupSize is how many issues end with a place to go on from.
func (tree *issueTree) groupSize() int {
	if limit := tree.run.options.RecordLimit; limit > 0 {
		return limit
	}
	return historyIssues
}

// yieldGroup yields the tasks of one group of issues: the issues themselves, then
// what takes requests of its own for single issues, then their histories. So the
// pages of issues, the largest of all, need not wait for what hangs on them.
func (tree *issueTree) yieldGroup(group []uint64, yield func(task) bool) bool {
	if tree.barred.Load() {
		return false
	}
	var read hydratedGroup
	for ids := range slices.Chunk(group, tree.run.client.Capped(hydrateIssues)) {
		if !yield(tree.hydrate(ids, read.batch())) {
			return false
		}
	}
	if tree.hasRest() {
		for _, batch := range read.batches {
			if !yield(tree.readRest(batch)) {
				return false
			}
		}
	}
	if tree.bulkHistories() && len(group) > 0 && !yield(tree.readHistories(group, read)) {
		return false
	}
	return len(group) == 0 || yield(task{fetch: nothing, done: tree.reachedGroup})
}

// nothing is the fetch of a task that only marks a place.
func nothing(context.Context, func(*page) error) error { return nil }

// failure is a task that ends the walk with an error.
func (tree *issueTree) failure(err error) task {
	return task{
		fetch: func(context.Context, func(*page) error) error { return err },
		done:  tree.done,
	}
}

// hydrate reads up to a hundred issues with what is embedded in them, and hands
// them to the tasks that read the rest.
func (tree *issueTree) hydrate(ids []uint64, read *hydratedBatch) task {
	return task{kind: "issues", done: tree.done, fetch: func(ctx context.Context, out func(*page) error) error {
		defer read.end() // also when the issues cannot be read
		ctx = jira.WithMeter(ctx, tree.members[0].meter)
		sink := tree.newIssuePage()
		missing, err := tree.run.client.Hydrate(ctx, ids, tree.hydration, sink)
		var poison *jira.PoisonError
		if err != nil && !errors.As(err, &poison) {
			return fmt.Errorf("read issues: %w", err)
		}
		p := &page{parts: sink.parts(), before: func() error { return tree.run.deletions.aboutTo(tree, sink) }}
		p.after = func() error {
			tree.lacks(sink.cutHistories())
			return tree.wrote(sink, missing, poison)
		}
		read.sink = sink
		read.end()
		return out(p)
	}}
}

// wrote notes what is in the output now.
func (tree *issueTree) wrote(sink *issuePage, missing []uint64, poison *jira.PoisonError) error {
	if !tree.aside {
		tree.run.options.Progress.Read(tree.name(), int64(len(sink.versions)+len(missing)))
	}
	tree.reached = max(tree.reached, sink.reached)
	for _, v := range sink.versions {
		tree.overlap.add(v)
		for _, other := range tree.echo {
			other.overlap.add(v)
		}
	}
	tree.tally.note(sink, missing)
	for _, other := range tree.echo {
		other.tally.found(sink)
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
		tree.tally.lost(poison.IDs)
	}
	return tree.run.deletions.note(tree, sink)
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
	load.Created = formatTime(time.UnixMilli(tree.reached))
	tree.bookmark.Loading, tree.bookmark.Unread = &load, tree.unread
	if err := tree.save(); err != nil {
		return err
	}
	return tree.run.printState()
}

// end is the task that moves the bookmark when everything before is written.
func (tree *issueTree) end() task {
	return task{fetch: nothing, done: func(error) error {
		tree.tellEnded()
		if tree.short > 0 {
			return tree.startOver()
		}
		if !tree.mayAdvance() {
			return nil
		}
		for _, v := range tree.known {
			tree.overlap.add(v)
		}
		tree.tally.carry(tree.known, tree.printed)
		saved := tree.overlap.save()
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
	return !tree.aside && !tree.failed && tree.run.options.movesBookmarks() && len(tree.unread) <= maxUnread
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
			b.Claim = tree.tally.saved(b)
		}
		if b.Overlap != nil && holder != "" {
			b.Overlap = &savedOverlap{From: b.Overlap.From, In: holder}
		}
		holder = cmp.Or(holder, t.stream.Name)
		if err := tree.run.setBookmark(t, b); err != nil {
			return err
		}
	}
	return nil
}
