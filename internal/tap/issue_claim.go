package tap

import (
	"maps"
	"slices"
	"time"

	"github.com/RoaringBitmap/roaring/v2/roaring64"

	"tap-jira/internal/bookmark"
	"tap-jira/internal/overlap"
	"tap-jira/internal/singer"
)

// tally keeps the claim right while a walk writes. Only the writing side uses
// it, but for recent, which is complete before the walk ends. A nil one does
// nothing.
type tally struct {
	claim bookmark.Claim
	// frozen is a claim that this walk does not go on from; it holds as it is.
	frozen bool
	// loading tells that the walk is a first load.
	loading bool
	// from and until are the creations that the walk adds, epoch milliseconds.
	from, until int64
	start       int64
	counted     *roaring64.Bitmap // by this walk
	unread      map[uint64]bool
	ahead       map[uint64]int64 // those of the claim, by creation in epoch milliseconds
	beyond      map[uint64]int64 // those that this walk does not reach
	top         uint64
	// edge is the newest creation so far, of which there may be more to come; the two
	// counts are those created at that very moment.
	edge              int64
	atEdge, olderEdge int64
	// recent are the issues of the span as Jira lists them; nil until they are wanted.
	recent *roaring64.Bitmap
}

// newTally goes on with the claim of the state, or begins one with a first load.
func (tree *issueTree) newTally() (*tally, error) {
	if tree.issues.hidden || tree.aside {
		return nil, nil
	}
	c := &tally{counted: roaring64.New(), unread: map[uint64]bool{}, ahead: map[uint64]int64{}, beyond: map[uint64]int64{}, until: tree.next().UnixMilli()}
	saved := tree.bookmark.Claim
	load := tree.bookmark.Loading
	switch {
	case load != nil && load.Created == "":
		c.claim = bookmark.Claim{
			Start: singer.FormatTime(tree.run.start), Loaded: singer.FormatTime(tree.next()), Started: load.Started,
			Limited: tree.run.scope != "" || !tree.run.options.EndDate.IsZero(),
		}
	case saved == nil:
		return nil, nil
	default:
		c.claim = *saved
	}
	return c, c.goOn(load, tree.bookmark.Value)
}

// goOn decides what this walk adds to the claim.
func (c *tally) goOn(load *bookmark.Loading, value string) error {
	start, err := bookmark.ParseTime(c.claim.Start)
	if err != nil {
		return err
	}
	loaded, err := bookmark.ParseTime(c.claim.Loaded)
	if err != nil {
		return err
	}
	for _, id := range c.claim.Unread {
		c.unread[id] = true
	}
	for _, each := range c.claim.Ahead {
		c.ahead[uint64(each[0])] = each[1]
	}
	c.start, c.top, c.loading = start.UnixMilli(), c.claim.Top, load != nil
	if c.loading {
		reached, err := bookmark.ParseTime(c.claim.Reached)
		c.frozen = c.claim.Started != load.Started || c.claim.Reached < load.Created
		if c.claim.Reached != "" {
			c.from, c.edge = reached.UnixMilli(), reached.UnixMilli()
		} else {
			c.from = -1 << 62
		}
		c.until = loaded.UnixMilli()
		return err
	}
	before, err := bookmark.ParseTime(c.claim.Before)
	c.from = before.UnixMilli()
	// Another version may have moved the bookmark and not the claim.
	c.frozen = c.claim.Limited || c.claim.Before != value
	return err
}

// note counts the issues of a page that is in the output.
func (c *tally) note(sink *issuePage, missing []uint64) {
	if c == nil {
		return
	}
	for i, v := range sink.versions {
		c.add(v.ID, sink.created[i])
	}
	for _, id := range missing {
		delete(c.unread, id)
	}
}

// add counts an issue once.
func (c *tally) add(id uint64, created int64) {
	if created > c.edge && c.loading {
		c.edge, c.atEdge, c.olderEdge = created, 0, 0
	}
	wanted := c.wants(id, created)
	c.top = max(c.top, id)
	if created >= c.until && !c.frozen {
		c.beyond[id] = created
	}
	if !wanted || !c.counted.CheckedAdd(id) {
		return
	}
	again := c.unread[id] && created < c.from
	delete(c.unread, id)
	atEdge := c.loading && !again && created == c.edge
	if created < c.start {
		c.claim.Older++
		c.olderEdge += bit(atEdge)
		return
	}
	c.claim.Issues++
	c.atEdge += bit(atEdge)
}

// wants tells whether an issue belongs to those that are counted.
func (c *tally) wants(id uint64, created int64) bool {
	if created == 0 {
		return false
	}
	inSpan := created >= c.from && created < c.until && !c.frozen
	// An issue that was not there before and is said to be old was imported.
	imported := !c.loading && !c.frozen && created < c.from && id > c.claim.Top
	return inSpan || imported || c.unread[id] && created < c.end()
}

func bit(is bool) int64 {
	if is {
		return 1
	}
	return 0
}

// end is until when issues are counted that were missing so far.
func (c *tally) end() int64 {
	if before, err := bookmark.ParseTime(c.claim.Before); c.frozen && err == nil {
		return before.UnixMilli()
	}
	return c.until
}

// found counts issues that were out of sight and are printed for the census.
func (c *tally) found(sink *issuePage) {
	if c == nil || c.loading && !c.finished() {
		return
	}
	for i, v := range sink.versions {
		if created := sink.created[i]; created >= c.start && created < c.end() && c.counted.CheckedAdd(v.ID) {
			c.claim.Issues++
		}
	}
}

func (c *tally) finished() bool { return c.claim.Before != "" }

// lost notes issues that could not be read. One that was printed in an earlier
// run is counted already.
func (c *tally) lost(ids []uint64) {
	if c == nil {
		return
	}
	for _, id := range ids {
		if c.loading || id > c.claim.Top {
			c.unread[id] = true
		}
	}
}

// carry counts those of the last run's issues that were not printed again and
// that lie in the span.
func (c *tally) carry(known []overlap.Version, printed *overlap.Saved) {
	if c == nil || c.frozen || c.loading {
		return
	}
	for _, v := range known {
		created, ahead := c.ahead[v.ID]
		inSpan := ahead && created < c.until
		if c.recent != nil {
			inSpan = c.recent.Contains(v.ID)
		}
		switch {
		case inSpan && c.counted.CheckedAdd(v.ID):
			c.claim.Issues++
		case ahead && !inSpan:
			c.beyond[v.ID] = created
		}
	}
	c.claim.Many = c.claim.Many && len(known) > 0 && (c.until <= c.from || c.until <= printed.Until)
}

// saved returns the claim that goes with the bookmark.
func (c *tally) saved(b bookmark.Issues) *bookmark.Claim {
	if c == nil || b.Loading != nil && b.Loading.Started != c.claim.Started {
		return nil
	}
	now := c.claim
	now.Top, now.Unread = c.top, slices.AppendSeq([]uint64{}, maps.Keys(c.unread))
	slices.Sort(now.Unread)
	if !c.frozen {
		now.Ahead, now.Many = [][2]int64{}, now.Many || len(c.beyond) > bookmark.MaxAhead
		for _, id := range slices.Sorted(maps.Keys(c.beyond)) {
			if !now.Many {
				now.Ahead = append(now.Ahead, [2]int64{int64(id), c.beyond[id]})
			}
		}
	}
	switch {
	case b.Loading != nil && c.frozen:
		return nil
	case b.Loading != nil:
		now.Issues, now.Older = now.Issues-c.atEdge, now.Older-c.olderEdge
		now.Reached = singer.FormatTime(time.UnixMilli(c.edge))
	case c.loading && c.frozen:
		return nil
	case c.loading:
		now.Before, now.Reached = now.Loaded, ""
		c.claim.Before = now.Before
	case !c.frozen:
		now.Before = b.Value
	}
	return &now
}

// wantsRecent tells that the issues of the span must be listed, because those
// that the last run printed are too many to remember when they were created.
func (c *tally) wantsRecent(known []overlap.Version) bool {
	return c != nil && c.claim.Many && !c.frozen && !c.loading && len(known) > 0 && c.until > c.from
}
