package tap

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/RoaringBitmap/roaring/v2/roaring64"

	"tap-jira/internal/jira"
)

// walkUpdated lists issues by their updates. A walk that took several pages may
// have ended early without an error, so it is compared with what Jira counts,
// and walked once more where it fell short; what stays missing is a gap.
func (tree *issueTree) walkUpdated(ctx context.Context, walk jira.Walk) iter.Seq2[[]jira.IssueRef, error] {
	return func(yield func([]jira.IssueRef, error) bool) {
		listed, pages := roaring64.New(), 0
		walk.Pages = &pages
		for refs, err := range tree.run.client.WalkIssues(ctx, walk) {
			if !yield(unseen(refs, listed), err) || err != nil {
				return
			}
		}
		if pages < 2 {
			return
		}
		counted, err := tree.countUpdated(ctx, walk)
		if err != nil {
			yield(nil, err)
			return
		}
		if counted <= int(listed.GetCardinality()) {
			return
		}
		tree.run.log.Warn("Jira listed fewer updated issues than it counts: listing them again", "listed", listed.GetCardinality(), "counted", counted)
		for refs, err := range tree.run.client.WalkIssues(ctx, walk) {
			if !yield(unseen(refs, listed), err) || err != nil {
				return
			}
		}
		tree.short += tree.shortBy(counted, int(listed.GetCardinality()))
	}
}

// countUpdated asks how many issues the walk must have listed at least: those
// updated before the next bookmark. They are listed first and are not listed
// again by the next run, and the index knows all of them.
func (tree *issueTree) countUpdated(ctx context.Context, walk jira.Walk) (int, error) {
	client, end := tree.run.client, tree.next()
	if !walk.Before.IsZero() && walk.Before.Before(end) {
		end = walk.Before
	}
	if !walk.From.Before(end) {
		return 0, nil
	}
	conditions := []string{client.JQLTime("updated", ">=", walk.From), client.JQLBefore("updated", end)}
	for _, limit := range []string{walk.Scope, walk.Also} {
		if limit != "" {
			conditions = append(conditions, "("+limit+")")
		}
	}
	counted, err := client.Count(ctx, strings.Join(conditions, " AND "))
	if err != nil {
		return 0, fmt.Errorf("count updated issues: %w", err)
	}
	return counted, nil
}
