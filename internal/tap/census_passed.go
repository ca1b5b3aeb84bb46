package tap

import (
	"context"
	"fmt"
	"time"

	"github.com/RoaringBitmap/roaring/v2/roaring64"

	"tap-jira/internal/jira"
)

// passed are issues that are known and in sight, and that changed since issues were
// last compared with the census. Runs since then moved their bookmarks and compared
// nothing, because a listing failed, they were killed before it, or deletes were not
// looked for: an issue that was out of sight in one of them left no trace of that,
// and what was done to it meanwhile is older than the bookmark.
type passed struct {
	// unread were changed before the bookmark of this run, and are read whole.
	unread *roaring64.Bitmap
	// read are those that this run has read by themselves, without what was logged on
	// them while they were out of sight.
	read []heldIssue
}

// passedOver lists what changed since the last comparison. It asks for nothing where
// the last run compared, and otherwise for a page or two.
func (w *censusWalk) passedOver(ctx context.Context, known *roaring64.Bitmap) (passed, error) {
	p := passed{unread: roaring64.New()}
	read := roaring64.New()
	for _, tree := range w.trees {
		if known.IsEmpty() || !tree.compared.Before(tree.from) {
			continue
		}
		walk := jira.Walk{Scope: tree.scope, Field: "updated", From: tree.compared, Before: tree.from, Also: w.run.updatedWithin(time.Time{})}
		if err := w.listUpdated(ctx, tree, walk, p.unread); err != nil {
			return p, err
		}
		if w.logs == nil {
			continue // they came with the issues
		}
		walk.From, walk.Before = tree.from, time.Time{}
		if err := w.listUpdated(ctx, tree, walk, read); err != nil {
			return p, err
		}
	}
	p.unread.And(known)
	read.And(known)
	read.AndNot(p.unread)
	for id := range roaring64.Values(read) {
		project, _ := w.known.census.Project(id)
		p.read = append(p.read, heldIssue{issue: id, project: project})
	}
	if n := int(p.unread.GetCardinality()) + len(p.read); n > 0 {
		w.run.log.Info("issues that changed since issues were last compared with the census are read once more", "issues", n)
	}
	return p, nil
}

// listUpdated adds the issues that a walk by updates lists. One that falls short of
// Jira's count is an error.
func (w *censusWalk) listUpdated(ctx context.Context, tree *issueTree, walk jira.Walk, into *roaring64.Bitmap) error {
	before := tree.short
	for refs, err := range tree.walkUpdated(ctx, walk) {
		if err != nil {
			return fmt.Errorf("list what changed since the last comparison: %w", err)
		}
		for _, ref := range refs {
			into.Add(ref.ID)
		}
	}
	if tree.short > before {
		return fmt.Errorf("list what changed since the last comparison: Jira counts %d more issues than it lists", tree.short-before)
	}
	return nil
}

// suspect makes unsure what changed meanwhile, so that it is read by a later run
// where this one does not come to it.
func (w *censusWalk) suspect(p passed) {
	for id := range roaring64.Values(p.unread) {
		project, _ := w.known.census.Project(id)
		w.known.census.AboutTo(id, project, tombstone)
	}
	for _, each := range p.read {
		w.known.census.AboutTo(each.issue, each.project, tombstone)
	}
}
