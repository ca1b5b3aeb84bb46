package tap

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/RoaringBitmap/roaring/v2/roaring64"

	"tap-jira/internal/jira"
)

// tombstonesPage is how many tombstones are written at once.
const tombstonesPage = 1000

// censusWalk lists the ids of all issues in the run's limits and compares them
// with those that were printed. It works both ways: what is not listed any more
// is asked for and told of, and what is listed and was never printed, because
// access came back or it was restored, is read.
type censusWalk struct {
	run   *run
	known *deletions
	table *table
	trees []*issueTree
	found *issueTree
	// logs reads the worklogs of issues that came back; nil where they come with the issues.
	logs *issueTree
	// witness is an issue that was printed and is listed now: a search that does not
	// find it says nothing. 0 when there is none.
	witness uint64
}

// newCensusWalk prepares the walk behind the other walks of the issues.
func (r *run) newCensusWalk(issues *table, trees []*issueTree) (*censusWalk, error) {
	w := &censusWalk{run: r, known: r.deletions, table: issues, trees: trees}
	var err error
	if w.found, err = r.newAsideTree(r.tables, trees); err != nil {
		return nil, err
	}
	if worklogs := r.table("worklogs"); worklogs != nil && r.deletions.fromFeed(worklogs) {
		w.logs, err = r.newAsideTree([]*table{worklogs}, nil)
	}
	return w, err
}

// verdict is what the comparison says.
type verdict struct {
	tombs []tomb
	found []uint64
	// returned are those that the walks before have found.
	returned []heldIssue
	// passed are those that changed while nobody knew what was out of sight.
	passed passed
	// complete tells that all that is out of sight is known by now.
	complete bool
	doubts   []string
	// missing are those that were printed and are not listed.
	missing []uint64
}

// tasks waits until all that stands before is in the output, because only then
// the census is complete, and nothing changes it while the ids are compared.
func (w *censusWalk) tasks(ctx context.Context) iter.Seq[task] {
	return func(yield func(task) bool) {
		ready := make(chan struct{})
		if !yield(task{Fetch: nothing, Done: func(error) error { close(ready); return nil }}) {
			return
		}
		select {
		case <-ready:
		case <-ctx.Done():
			return
		}
		if !w.trustworthy() {
			return
		}
		v, err := w.look(jira.WithMeter(ctx, w.table.meter))
		if err != nil {
			yield(task{Fetch: nothing, Done: func(error) error {
				w.lose(v)
				return w.run.settle(fmt.Errorf("compare issues with the census: %w", err), w.table)
			}})
			return
		}
		w.tell(v, yield)
	}
}

// trustworthy tells that the walks before came to their ends: after one that did
// not, every issue that it missed would seem to be new.
func (w *censusWalk) trustworthy() bool {
	return !w.table.account.failed && !w.table.account.skipped &&
		!slices.ContainsFunc(w.trees, func(tree *issueTree) bool { return tree.failed || tree.short > 0 })
}

// tell yields the tasks that print what the comparison says.
func (w *censusWalk) tell(v *verdict, yield func(task) bool) {
	if !yield(task{Fetch: nothing, Done: func(error) error { w.lose(v); w.suspect(v.passed); return w.doubt(v.doubts) }}) {
		return
	}
	for tombs := range slices.Chunk(v.tombs, tombstonesPage) {
		if !yield(w.bury(tombs)) {
			return
		}
	}
	for group := range slices.Chunk(v.found, historyIssues) {
		if !w.found.yieldGroup(group, yield) || !yield(task{Fetch: nothing, Done: w.keepFound}) {
			return
		}
	}
	for returned := range slices.Chunk(v.returned, historyIssues) {
		if !w.logs.yieldGroup(idsOf(returned), yield) || !yield(task{Fetch: nothing, Done: func(error) error { return w.keep(w.logs, returned) }}) {
			return
		}
	}
	yield(task{Fetch: nothing, Done: func(error) error { return w.end(v) }})
}

// idsOf are the ids of issues.
func idsOf(list []heldIssue) []uint64 {
	ids := make([]uint64, len(list))
	for i, h := range list {
		ids[i] = h.issue
	}
	return ids
}

// doubt says why there are no tombstones for something.
func (w *censusWalk) doubt(reasons []string) error {
	for _, reason := range reasons {
		w.table.account.doubt(reason)
		w.run.log.Warn("issues seem to be gone and are not said to be", "why", reason)
	}
	return nil
}

// lose makes unsure what is out of sight and gets no tombstone, whatever keeps it
// from one. What happens to it there is not listed once it is back, when its last
// change is older than the bookmark: it is read then, like anything that comes in
// sight.
func (w *censusWalk) lose(v *verdict) {
	gone := make(map[uint64]bool, len(v.tombs))
	for _, each := range v.tombs {
		gone[each.id] = true
	}
	for _, id := range v.missing {
		if project, _ := w.known.census.Project(id); !gone[id] {
			w.known.census.AboutTo(id, project, tombstone)
		}
	}
}

// bury is the task that prints tombstones; what has one is forgotten.
func (w *censusWalk) bury(tombs []tomb) task {
	return task{
		Fetch: func(_ context.Context, out func(*page) error) error {
			before := func() error {
				for _, gone := range tombs {
					project, _ := w.known.census.Project(gone.id)
					w.known.census.AboutTo(gone.id, project, tombstone)
				}
				return w.known.flush()
			}
			return out(&page{parts: []part{w.run.buried(w.table, tombs)}, before: before, after: func() error {
				for _, gone := range tombs {
					w.known.census.DropIssue(gone.id)
				}
				return nil
			}})
		},
		Done: func(err error) error { return w.run.settle(err, w.table) },
	}
}

// keepFound makes issues known that were found and read.
func (w *censusWalk) keepFound(error) error {
	held := w.known.held
	w.known.held = nil
	return w.keep(w.found, held)
}

// keep makes issues that were read for the census known, now that all that hangs
// on them is in the output. What could not be read is found again.
func (w *censusWalk) keep(tree *issueTree, held []heldIssue) error {
	if tree.failed || tree.historiesFailed() {
		return nil
	}
	for _, h := range held {
		if !slices.Contains(tree.unread, h.issue) {
			w.known.census.PutIssue(h.issue, h.project)
		}
	}
	return nil
}

// end lets the next run know which versions it need not print again.
func (w *censusWalk) end(v *verdict) error {
	counts := map[reason]int{}
	for _, gone := range v.tombs {
		counts[gone.reason]++
	}
	if len(v.tombs)+len(v.found) > 0 {
		w.run.log.Info("compared issues with the census", "found", len(v.found), "deleted", counts[deleted], "archived", counts[archived],
			"access_lost", counts[accessLost], "unobserved", counts[unobserved])
	}
	for _, tree := range w.trees {
		if tree.bookmark.Overlap == nil || tree.bookmark.Loading != nil || !tree.mayAdvance() {
			continue
		}
		if len(v.found) > 0 {
			saved := tree.overlap.Save()
			tree.bookmark.Overlap = &saved
		}
		if v.complete {
			tree.bookmark.Compared = tree.bookmark.Value
		}
		if err := tree.save(); err != nil {
			return err
		}
	}
	return nil
}

// look compares. It reads the census and changes nothing. With an error it says
// what is missing, as far as that is known.
func (w *censusWalk) look(ctx context.Context) (*verdict, error) {
	limit := w.run.updatedWithin(w.run.start)
	listed, err := w.list(ctx, w.run.scope, limit)
	if err != nil {
		return &verdict{}, err
	}
	known := w.known.census.Known()
	if both := roaring64.And(listed, known); !both.IsEmpty() {
		w.witness = both.Maximum()
	}
	found, missing := listed.Clone(), roaring64.Or(known, w.known.census.Unsure())
	found.AndNot(known)
	missing.AndNot(listed)
	v := &verdict{missing: missing.ToArray(), complete: true}
	if v.passed, err = w.passedOver(ctx, roaring64.And(listed, known)); err != nil {
		return v, err
	}
	found.Or(v.passed.unread)
	for _, tree := range w.trees {
		for _, id := range tree.unread {
			found.Remove(id) // was tried a moment ago
		}
	}
	for _, h := range w.known.returned {
		found.Remove(h.issue)
	}
	v.found, v.returned = found.ToArray(), slices.Concat(w.known.returned, v.passed.read)
	if missing.IsEmpty() {
		return v, nil
	}
	short, err := w.short(ctx, limit, int(listed.GetCardinality()))
	if err != nil {
		return v, err
	}
	if short > 0 {
		v.doubts = append(v.doubts, fmt.Sprintf("Jira counts %d more issues than it lists, so %d that were not listed may be there", short, missing.GetCardinality()))
		v.missing, v.complete = nil, false // the listing is at fault, and not what it lacks
		return v, nil
	}
	if err := w.judge(ctx, missing, v); err != nil {
		v.tombs = nil // not all is judged, and none is printed
		return v, err
	}
	return v, nil
}

// list walks over ids.
func (w *censusWalk) list(ctx context.Context, scope, limit string) (*roaring64.Bitmap, error) {
	listed := roaring64.New()
	for refs, err := range w.run.client.WalkIssues(ctx, jira.Walk{Scope: scope, Field: "created", Also: limit}) {
		if err != nil {
			return nil, fmt.Errorf("list ids: %w", err)
		}
		for _, ref := range refs {
			listed.Add(ref.ID)
		}
	}
	return listed, nil
}

// short is by how many issues a listing falls short of Jira's count. Issues that
// changed a moment ago may be in the one and not in the other.
func (w *censusWalk) short(ctx context.Context, limit string, listed int) (int, error) {
	counted, err := w.run.countWhere(ctx, limit)
	if err != nil {
		return 0, err
	}
	missing := counted - listed - max(approximateFew, counted/approximate)
	if missing <= 0 {
		return 0, nil
	}
	recent, err := w.run.countWhere(ctx, limit, w.run.client.JQLTime("updated", ">=", w.settled()))
	return max(0, missing-recent), err
}

// settleTime is how long Jira's search index may lag at least.
const settleTime = 30 * time.Minute

// settled is before when a change must be in the search index.
func (w *censusWalk) settled() time.Time {
	return w.run.site.ServerTime.Add(-max(settleTime, w.run.options.Lookback))
}
