package tap

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/RoaringBitmap/roaring/v2/roaring64"

	"tap-jira/internal/jira"
	"tap-jira/internal/overlap"
)

// firstLoad lists every issue that was updated since the start, oldest first.
// Creation dates never change, so the walk cannot slip, and what was reached is
// a place to go on from.
func (tree *issueTree) firstLoad(ctx context.Context) iter.Seq2[[]jira.IssueRef, error] {
	walk := jira.Walk{Scope: tree.scope, Field: "created", From: tree.created, Also: tree.run.updatedWithin(tree.from)}
	return func(yield func([]jira.IssueRef, error) bool) {
		listed := roaring64.New()
		for refs, err := range tree.run.client.WalkIssues(ctx, walk) {
			for _, ref := range refs {
				listed.Add(ref.ID)
			}
			if !yield(refs, err) || err != nil {
				return
			}
		}
		for refs, err := range tree.audit(ctx, listed) {
			if !yield(refs, err) || err != nil {
				return
			}
		}
	}
}

// increment lists what was updated since the bookmark and is not printed yet.
// The overlap comes first: an issue that is edited meanwhile moves behind it
// and is listed there.
func (tree *issueTree) increment(ctx context.Context) iter.Seq2[[]jira.IssueRef, error] {
	return func(yield func([]jira.IssueRef, error) bool) {
		fresh := tree.from
		if tree.printed != nil {
			fresh = nextMinute(tree.printed.Until)
			refs, err := tree.changedInOverlap(ctx, fresh)
			if !yield(refs, err) || err != nil {
				return
			}
		}
		walk := jira.Walk{Scope: tree.scope, Field: "updated", From: fresh, Also: tree.run.updatedWithin(time.Time{})}
		walk.Times = !tree.run.client.ExactDates()
		for refs, err := range tree.walkUpdated(ctx, walk) {
			if !yield(since(fresh, refs), err) || err != nil {
				return
			}
		}
		if err := tree.countRecent(ctx); err != nil {
			yield(nil, err)
		}
	}
}

// countRecent lists what was created since the bookmark, for the claim.
func (tree *issueTree) countRecent(ctx context.Context) error {
	from, before, wanted := tree.tally.ListRecent(tree.known)
	if !wanted {
		return nil
	}
	walk := jira.Walk{Field: "created", From: from, Before: before, Times: !tree.run.client.ExactDates()}
	for refs, err := range tree.run.client.WalkIssues(ctx, walk) {
		if err != nil {
			return err
		}
		for _, ref := range refs {
			tree.tally.Recent(ref.ID, ref.Time)
		}
	}
	return nil
}

// since leaves out the issues of before, as far as their times are known. Where
// dates are text, a walk begins up to hours early in a night when clocks change,
// and lists the overlap again.
func since(moment time.Time, refs []jira.IssueRef) []jira.IssueRef {
	return slices.DeleteFunc(refs, func(ref jira.IssueRef) bool { return ref.Time != 0 && ref.Time < moment.UnixMilli() })
}

// changedInOverlap lists the issues of the overlap and leaves out the versions
// that the last run printed. Those stay remembered for the next run.
func (tree *issueTree) changedInOverlap(ctx context.Context, before time.Time) ([]jira.IssueRef, error) {
	walk := jira.Walk{Scope: tree.scope, Field: "updated", From: tree.from, Before: before, Times: true}
	var listed []overlap.Version
	for refs, err := range tree.walkUpdated(ctx, walk) {
		if err != nil {
			return nil, err
		}
		for _, ref := range refs {
			// A site that takes no milliseconds lists the whole minute around the bookmark.
			if ref.Time >= tree.from.UnixMilli() {
				listed = append(listed, overlap.Version{ID: ref.ID, Updated: ref.Time})
			}
		}
	}
	printed, err := tree.printed.Printed(listed)
	if err != nil {
		return nil, err
	}
	var changed []jira.IssueRef
	for _, v := range listed {
		if printed[v] {
			tree.known = append(tree.known, v)
			continue
		}
		changed = append(changed, jira.IssueRef{ID: v.ID, Time: v.Updated})
	}
	return changed, nil
}

// updatedWithin is the limit by updates of a walk; zero times are open.
func (r *run) updatedWithin(from time.Time) string {
	var limit string
	if !from.IsZero() {
		limit = r.client.JQLTime("updated", ">=", from)
	}
	if end := r.options.EndDate; !end.IsZero() {
		if limit != "" {
			limit += " AND "
		}
		limit += r.client.JQLTime("updated", "<=", end)
	}
	return limit
}

// nextMinute is the first whole minute after a moment given in epoch milliseconds.
func nextMinute(ms int64) time.Time {
	minute := time.Minute.Milliseconds()
	return time.UnixMilli((ms/minute + 1) * minute).UTC()
}
