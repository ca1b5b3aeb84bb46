package tap

import (
	"context"
	"iter"
	"time"

	"github.com/RoaringBitmap/roaring/v2/roaring64"

	"tap-jira/internal/bookmark"
	"tap-jira/internal/jira"
	"tap-jira/internal/singer"
)

// Sizes of the count that checks a first load.
const (
	// windowIssues is up to how many issues a span of creation dates is listed
	// again in one walk, where a long walk came out short.
	windowIssues = 5_000
	// approximate is the share, one in so many, by which Cloud's approximate count
	// may be above what its search returns.
	approximate = 200
	// approximateFew is the same for small sites, in issues.
	approximateFew = 10
)

// audit compares what a first load listed with what Jira counts, because long
// walks are known to end early without an error. What is missing is listed
// again in small spans and returned; what stays missing is a gap.
func (tree *issueTree) audit(ctx context.Context, listed *roaring64.Bitmap) iter.Seq2[[]jira.IssueRef, error] {
	return func(yield func([]jira.IssueRef, error) bool) {
		counted, err := tree.count(ctx, tree.created, tree.started)
		if err != nil {
			yield(nil, err)
			return
		}
		if counted <= int(listed.GetCardinality()) {
			return
		}
		tree.run.log.Warn("Jira listed fewer issues than it counts: listing them again in small spans", "listed", listed.GetCardinality(), "counted", counted)
		for refs, err := range tree.relist(ctx, span{from: tree.oldest(), before: tree.started, issues: counted}, listed) {
			if !yield(refs, err) || err != nil {
				return
			}
		}
		tree.short = tree.shortBy(counted, int(listed.GetCardinality()))
	}
}

// span is a time of creation with the number of issues that Jira counts in it.
type span struct {
	from, before time.Time
	issues       int
}

// relist lists the issues of a span that were not listed before, in halves
// while the span is long.
func (tree *issueTree) relist(ctx context.Context, s span, listed *roaring64.Bitmap) iter.Seq2[[]jira.IssueRef, error] {
	if s.issues == 0 {
		return func(func([]jira.IssueRef, error) bool) {}
	}
	if s.issues > windowIssues && s.before.Sub(s.from) > time.Minute {
		return tree.relistHalves(ctx, s, listed)
	}
	walk := jira.Walk{Scope: tree.scope, Field: "created", From: s.from, Before: s.before, Also: tree.run.updatedWithin(tree.from)}
	return func(yield func([]jira.IssueRef, error) bool) {
		for refs, err := range tree.run.client.WalkIssues(ctx, walk) {
			if !yield(unseen(refs, listed), err) || err != nil {
				return
			}
		}
	}
}

func (tree *issueTree) relistHalves(ctx context.Context, s span, listed *roaring64.Bitmap) iter.Seq2[[]jira.IssueRef, error] {
	return func(yield func([]jira.IssueRef, error) bool) {
		middle := s.from.Add(s.before.Sub(s.from) / 2)
		first, err := tree.count(ctx, s.from, middle)
		if err != nil {
			yield(nil, err)
			return
		}
		for _, half := range []span{
			{from: s.from, before: middle, issues: first},
			{from: middle, before: s.before, issues: s.issues - first},
		} {
			for refs, err := range tree.relist(ctx, half, listed) {
				if !yield(refs, err) || err != nil {
					return
				}
			}
		}
	}
}

// unseen returns the issues that are new in the set, and adds them.
func unseen(refs []jira.IssueRef, listed *roaring64.Bitmap) []jira.IssueRef {
	var fresh []jira.IssueRef
	for _, ref := range refs {
		if listed.CheckedAdd(ref.ID) {
			fresh = append(fresh, ref)
		}
	}
	return fresh
}

// oldest is where the walk of a first load began. Jira is older than 2002 at no
// site, and a span needs a beginning to be halved.
func (tree *issueTree) oldest() time.Time {
	if !tree.created.IsZero() {
		return tree.created
	}
	return time.Date(2002, 1, 1, 0, 0, 0, 0, time.UTC)
}

// count asks how many issues the walk must have listed: those created in the
// span and not updated since the walk began, which therefore cannot have moved.
func (tree *issueTree) count(ctx context.Context, from, before time.Time) (int, error) {
	r, since := tree.run, ""
	if !from.IsZero() {
		since = r.client.JQLTime("created", ">=", from)
	}
	return r.countIn(ctx, tree.scope, r.client.JQLTime("created", "<", before), r.client.JQLTime("updated", "<", tree.started), since, r.updatedWithin(tree.from))
}

// shortBy is how many issues are missing, as far as the count can be trusted.
func (tree *issueTree) shortBy(counted, listed int) int {
	missing := counted - listed
	if tree.run.site.Deployment == jira.Cloud && missing <= max(approximateFew, counted/approximate) {
		return 0
	}
	return max(missing, 0)
}

// startOver tells of issues that Jira counts and does not list, and lets the
// next run begin the first load again: to go on would be to never look for them.
func (tree *issueTree) startOver() error {
	tree.members[0].account.gap(int64(tree.short), "Jira counts more issues than it lists, also when asked again")
	if tree.aside || !tree.run.options.movesBookmarks() {
		return nil
	}
	// What could not be read is listed again with the rest; asked for first, it would count as reached.
	tree.bookmark.Loading, tree.bookmark.Unread = &bookmark.Loading{Started: singer.FormatTime(tree.run.site.ServerTime)}, nil
	return tree.save()
}
