package tap

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"tap-jira/internal/jira"
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

// idsAhead is how many pages of ids are listed ahead of their reading.
const idsAhead = 1

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
		if tree.yieldGroup(group, yield) && tree.arrivals.tasks(ctx, yield) {
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

// groupSize is how many issues end with a place to go on from: as few as are read at
// once, because all of a group is read again after a kill.
func (tree *issueTree) groupSize() int {
	switch limit := tree.run.options.RecordLimit; {
	case limit > 0:
		return limit
	case tree.bulkHistories():
		return historyIssues
	}
	return hydrateIssues
}

// yieldGroup yields the tasks of one group of issues: the issues themselves, then
// what takes requests of its own for single issues, then their histories. So the
// pages of issues, the largest of all, need not wait for what hangs on them. Issues
// that are read by one request are one task with what hangs on them. The last task
// ends with a place to go on from.
func (tree *issueTree) yieldGroup(group []uint64, yield func(task) bool) bool {
	if tree.barred.Load() {
		return false
	}
	if len(group) == 0 {
		return true
	}
	tasks := tree.groupTasks(group)
	last := &tasks[len(tasks)-1]
	last.Place, last.Done = true, bothDone(last.Done, tree.reachedGroup)
	for _, t := range tasks {
		if !yield(t) {
			return false
		}
	}
	return true
}

// groupTasks are the tasks of one group of issues.
func (tree *issueTree) groupTasks(group []uint64) []task {
	var issues, rest []task
	var read hydratedGroup
	for ids := range slices.Chunk(group, tree.run.client.Capped(hydrateIssues)) {
		batch := read.batch()
		issues = append(issues, tree.hydrate(ids, batch))
		if tree.hasRest() {
			rest = append(rest, tree.readRest(batch))
		}
	}
	if len(rest) == 1 {
		issues[0].Fetch, rest = bothFetched(issues[0].Fetch, rest[0].Fetch), nil
	}
	tasks := slices.Concat(issues, rest)
	if tree.bulkHistories() {
		tasks = append(tasks, tree.readHistories(group, read))
	}
	return tasks
}

// failure is a task that ends the walk with an error.
func (tree *issueTree) failure(err error) task {
	return task{
		Fetch: func(context.Context, func(*page) error) error { return err },
		Done:  tree.done,
	}
}

// hydrate reads up to a hundred issues with what is embedded in them, and hands
// them to the tasks that read the rest.
func (tree *issueTree) hydrate(ids []uint64, read *hydratedBatch) task {
	return task{Kind: "issues", Done: tree.done, Fetch: func(ctx context.Context, out func(*page) error) error {
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
