package tap

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/RoaringBitmap/roaring/v2/roaring64"

	"tap-jira/internal/derive"
	"tap-jira/internal/jira"
	"tap-jira/internal/jsonread"
	"tap-jira/internal/stream"
)

// arrivals finds the issues of an increment that may have come in sight since the
// last one, and reads their worklogs, which Jira's feed has passed over while the
// account did not see them. Who moves an issue out of a hidden project, or lifts
// its security level, moves its updated and leaves a history. A nil one does
// nothing.
type arrivals struct {
	tree  *issueTree
	since time.Time
	// logs reads the worklogs of those that came.
	logs *issueTree
	// read are all issues of the walk, and came those that it knows to have come.
	read, came *roaring64.Bitmap
}

// changesAtOnce is for how many issues Cloud tells their changes at once.
const changesAtOnce = 1000

// seekArrivals lets the walk look for issues that come in sight where their
// worklogs come by the feed. A census of issues knows them by itself. A first load
// cannot tell, and leaves what changes meanwhile to the increment behind it.
func (tree *issueTree) seekArrivals(feed *worklogFeed) error {
	compared := tree.run.deletions != nil && tree.run.table("issues") != nil
	if feed == nil || compared || tree.run.options.RecordLimit > 0 {
		return nil
	}
	if tree.bookmark.Loading != nil {
		tree.again = tree.started
		return nil
	}
	logs, err := tree.run.newAsideTree([]*table{feed.table}, nil)
	if err != nil {
		return err
	}
	tree.arrivals = &arrivals{tree: tree, since: tree.from, logs: logs, read: roaring64.New(), came: roaring64.New()}
	if tree.run.site.Deployment == jira.DataCenter {
		return tree.embedHistories(feed.table)
	}
	return nil
}

// tellAlone says what the feed misses where no walk over issues stands beside it. To
// look for those that come in sight would take a list of all that changed, and on Data
// Center, which tells histories only with the issues, ten requests for each page of it.
func (f *worklogFeed) tellAlone() {
	if f == nil || f.run.options.again() || f.run.options.RecordLimit > 0 || f.run.options.Shard != nil {
		return
	}
	f.table.account.note("without those of an issue that comes in sight later, as no issues are selected")
	if !f.goesOn {
		f.run.log.Warn("worklogs of an issue that comes in sight later, by a move or another security level, are missed: select issues beside them")
	}
}

// embedHistories lets Data Center send the histories with the issues, also where
// nobody selected them. What is wrong with them concerns the table that they are
// read for.
func (tree *issueTree) embedHistories(sake *table) error {
	if slices.ContainsFunc(tree.embedded, embeddedChild.ofHistories) {
		return nil
	}
	changelogs, _ := stream.Find("changelogs")
	hidden, err := tree.run.newHiddenTable(changelogs)
	if err != nil {
		return err
	}
	hidden.account, hidden.meter = sake.account, sake.meter
	if err := tree.place(hidden); err != nil {
		return err
	}
	return tree.prepareIssues() // whose plan leads them aside now
}

// ofHistories tells that the child are the issue's histories.
func (c embeddedChild) ofHistories() bool { return c.table.stream.Part == stream.Histories }

// revealed starts to look at the histories of one page; nil where nobody asks.
func (a *arrivals) revealed() *revealed {
	if a == nil {
		return nil
	}
	return &revealed{since: a.since}
}

// note takes what a page says of the issues that it brings. What an earlier run
// could not read is taken for newly come, as its history may be older than this walk.
func (a *arrivals) note(sink *issuePage) {
	if a == nil {
		return
	}
	for _, v := range sink.versions {
		a.read.Add(v.ID)
		if slices.Contains(a.tree.bookmark.Unread, v.ID) {
			a.came.Add(v.ID)
		}
	}
	a.add(sink.revealed.take())
}

// add takes issues that may have come in sight.
func (a *arrivals) add(ids []uint64) {
	if a != nil {
		a.came.AddMany(ids)
	}
}

// tasks waits until all of the walk is in the output, because only then it is
// known what has come, and yields the tasks that read the worklogs. False says
// that the walk does not go on.
func (a *arrivals) tasks(ctx context.Context, yield func(task) bool) bool {
	if a == nil {
		return true
	}
	ready := make(chan struct{})
	if !yield(task{Fetch: nothing, Done: func(error) error { close(ready); return nil }}) {
		return false
	}
	select {
	case <-ready:
	case <-ctx.Done():
		return false
	}
	if err := a.ask(jira.WithMeter(ctx, a.logs.members[0].meter)); err != nil {
		yield(a.tree.failure(fmt.Errorf("look for issues that came in sight: %w", err)))
		return false
	}
	for group := range slices.Chunk(a.came.ToArray(), historyIssues) {
		if !a.logs.yieldGroup(group, yield) {
			return false
		}
	}
	return yield(task{Fetch: nothing, Done: a.end})
}

// ask asks Cloud for the changes of issues whose histories the walk has not read.
// Where they are withheld, all are taken for newly come: a request for a hundred
// issues is less than a worklog lost.
func (a *arrivals) ask(ctx context.Context) error {
	if a.tree.run.site.Deployment == jira.DataCenter || a.tree.bulkHistories() && !a.tree.historiesFailed() {
		return nil
	}
	unknown := roaring64.AndNot(a.read, a.came)
	for ids := range slices.Chunk(unknown.ToArray(), changesAtOnce) {
		sink := &changes{revealed: a.revealed()}
		err := a.tree.run.client.ChangesOf(ctx, ids, derive.SightFields(), sink)
		switch {
		case err == nil:
			a.add(sink.came)
		case ends(err):
			return err
		default:
			a.tree.run.log.Warn("Jira does not tell who moved: the worklogs of all changed issues are read", "issues", len(ids), "error", err)
			a.add(ids)
		}
	}
	return nil
}

// end keeps the walk from going on past worklogs that could not be read.
func (a *arrivals) end(error) error {
	a.tree.failed = a.tree.failed || a.logs.failed
	for _, id := range a.logs.unread {
		if !slices.Contains(a.tree.unread, id) {
			a.tree.unread = append(a.tree.unread, id)
		}
	}
	return nil
}

// revealed notes, of the histories of one page, which issues may have come in
// sight. It is used by one goroutine. A nil one does nothing.
type revealed struct {
	since time.Time
	ids   []uint64
}

// begin forgets what an earlier try of the page gave.
func (r *revealed) begin() {
	if r != nil {
		r.ids = r.ids[:0]
	}
}

// look looks at the next value, a history of the issue, and returns what reads it again.
func (r *revealed) look(issue string, dec *jsonread.Decoder) (*jsonread.Decoder, error) {
	if r == nil {
		return dec, nil
	}
	raw, err := dec.ReadValue()
	if err != nil {
		return nil, err
	}
	if derive.MayReveal(raw, r.since) {
		r.ids = append(r.ids, idOf(issue))
	}
	return jsonread.NewBytesDecoder(raw), nil
}

// doubt notes an issue of which not all histories came.
func (r *revealed) doubt(issue string) {
	if r != nil {
		r.ids = append(r.ids, idOf(issue))
	}
}

// take returns what was noted, and starts anew.
func (r *revealed) take() []uint64 {
	if r == nil {
		return nil
	}
	ids := r.ids
	r.ids = nil
	return ids
}

// changes takes what Cloud tells of the changes of some fields. It is a
// jira.ChangelogSink.
type changes struct {
	*revealed
	came []uint64
}

// Begin forgets what an earlier try of the page gave.
func (c *changes) Begin() { c.begin() }

// History reads one history of the issue.
func (c *changes) History(issueID []byte, dec *jsonread.Decoder) error {
	_, err := c.look(string(issueID), dec)
	return err
}

// EndPage keeps what the page says.
func (c *changes) EndPage() error {
	c.came = append(c.came, c.take()...)
	return nil
}
