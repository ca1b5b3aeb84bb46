package tap

import (
	"context"
	"slices"
	"sync"

	"tap-jira/internal/derive"
)

// hydratedGroup carries the issues of a group from the tasks that read them to
// those that read what hangs on them. These come later in the order and wait
// without a permit, so that they keep nobody from reading.
type hydratedGroup struct{ batches []*hydratedBatch }

// hydratedBatch is what one task has read.
type hydratedBatch struct {
	// sink is valid once ready is closed; nil when the issues could not be read. The
	// task that reads them again reads all that hangs on them, too.
	sink  *issuePage
	ready chan struct{}
	once  sync.Once
}

// batch is the place for what one more task reads.
func (g *hydratedGroup) batch() *hydratedBatch {
	b := &hydratedBatch{ready: make(chan struct{})}
	g.batches = append(g.batches, b)
	return b
}

// end says that the batch is read, or never will be.
func (b *hydratedBatch) end() { b.once.Do(func() { close(b.ready) }) }

// wait returns the batch once it is read.
func (b *hydratedBatch) wait(ctx context.Context) (*issuePage, error) {
	select {
	case <-b.ready:
		return b.sink, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// wait returns how the issues are that were read, in the order of the tasks, for
// their histories.
func (g hydratedGroup) wait(ctx context.Context) ([]*derive.Present, error) {
	var all []*derive.Present
	for _, b := range g.batches {
		sink, err := b.wait(ctx)
		if err != nil {
			return nil, err
		}
		if sink != nil {
			all = append(all, sink.presents...)
		}
	}
	return all, nil
}

// hasRest tells that some of what is selected may take requests for single issues.
func (tree *issueTree) hasRest() bool {
	return len(tree.extras) > 0 || slices.ContainsFunc(tree.embedded, func(child embeddedChild) bool { return !child.list.whole })
}

// readRest reads what takes requests for single issues: the lists that Jira embeds
// only in part, and what it never embeds.
func (tree *issueTree) readRest(batch *hydratedBatch) task {
	return task{Kind: "rest of issues", Done: tree.done, Fetch: func(ctx context.Context, out func(*page) error) error {
		issues, err := batch.wait(ctx)
		if err != nil || issues == nil {
			return err
		}
		long, broken, err := tree.readLongLists(ctx, issues)
		if err != nil {
			return err
		}
		extras, refused, err := tree.readExtras(ctx, issues, slices.Concat(issues.kin, long.kin))
		if err != nil {
			return err
		}
		p := &page{parts: append(long.parts, extras...), before: func() error { return tree.run.deletions.aboutToList(long.kin) }}
		p.after = func() error {
			tree.lacks(broken)
			for _, t := range long.none {
				t.account.tolerate("Jira offers no such list, as where time tracking is switched off")
			}
			for _, b := range refused {
				if err := tree.settleExtra(b); err != nil {
					return err
				}
			}
			return tree.run.deletions.noteLists(long.kin)
		}
		return out(p)
	}}
}
