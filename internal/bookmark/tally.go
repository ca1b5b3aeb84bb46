package bookmark

import (
	"maps"
	"slices"
	"time"

	"github.com/RoaringBitmap/roaring/v2/roaring64"

	"tap-jira/internal/overlap"
	"tap-jira/internal/singer"
)

// Tally keeps a Claim right while a walk over the issues writes. Only the writing
// side uses it, but for ListRecent and Recent, which belong to the walk and come
// before its end. A nil one does nothing.
type Tally struct {
	claim Claim
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

// NewTally goes on with the claim of a bookmark, or begins one with a first load, made
// with the start date; limited tells that other limits let issues enter and leave. next
// is the bookmark's value after this walk. It is nil where the bookmark claims nothing.
// The error is a moment of the state that cannot be read.
func NewTally(saved Issues, start, next time.Time, limited bool) (*Tally, error) {
	c := &Tally{counted: roaring64.New(), unread: map[uint64]bool{}, ahead: map[uint64]int64{}, beyond: map[uint64]int64{}, until: next.UnixMilli()}
	load := saved.Loading
	switch {
	case load != nil && load.Created == "":
		c.claim = Claim{Start: singer.FormatTime(start), Loaded: singer.FormatTime(next), Started: load.Started, Limited: limited}
	case saved.Claim == nil:
		return nil, nil
	default:
		c.claim = *saved.Claim
	}
	return c, c.goOn(load, saved.Value)
}

// goOn decides what this walk adds to the claim.
func (c *Tally) goOn(load *Loading, value string) error {
	start, err := ParseTime(c.claim.Start)
	if err != nil {
		return err
	}
	loaded, err := ParseTime(c.claim.Loaded)
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
		reached, err := ParseTime(c.claim.Reached)
		c.frozen = c.claim.Started != load.Started || c.claim.Reached < load.Created
		if c.claim.Reached != "" {
			c.from, c.edge = reached.UnixMilli(), reached.UnixMilli()
		} else {
			c.from = -1 << 62
		}
		c.until = loaded.UnixMilli()
		return err
	}
	before, err := ParseTime(c.claim.Before)
	c.from = before.UnixMilli()
	// Another version may have moved the bookmark and not the claim.
	c.frozen = c.claim.Limited || c.claim.Before != value
	return err
}

// Note counts the issues of a page that is in the output, created at these times (epoch
// milliseconds, 0 unknown), and forgets those that are missing, because they are gone.
func (c *Tally) Note(versions []overlap.Version, created []int64, missing []uint64) {
	if c == nil {
		return
	}
	for i, v := range versions {
		c.add(v.ID, created[i])
	}
	for _, id := range missing {
		delete(c.unread, id)
	}
}

// add counts an issue once.
func (c *Tally) add(id uint64, created int64) {
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
func (c *Tally) wants(id uint64, created int64) bool {
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
func (c *Tally) end() int64 {
	if before, err := ParseTime(c.claim.Before); c.frozen && err == nil {
		return before.UnixMilli()
	}
	return c.until
}

// Found counts issues that were out of sight and are printed for the census, created at
// these times (epoch milliseconds).
func (c *Tally) Found(versions []overlap.Version, created []int64) {
	if c == nil || c.loading && !c.finished() {
		return
	}
	for i, v := range versions {
		if at := created[i]; at >= c.start && at < c.end() && c.counted.CheckedAdd(v.ID) {
			c.claim.Issues++
		}
	}
}

func (c *Tally) finished() bool { return c.claim.Before != "" }

// Lost notes issues that could not be read. One that was printed in an earlier
// run is counted already.
func (c *Tally) Lost(ids []uint64) {
	if c == nil {
		return
	}
	for _, id := range ids {
		if c.loading || id > c.claim.Top {
			c.unread[id] = true
		}
	}
}

// Carry counts those of the last run's issues that were not printed again and
// that lie in the span; printed is what that run has left of them.
func (c *Tally) Carry(known []overlap.Version, printed *overlap.Saved) {
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

// Saved returns the claim that goes with the bookmark; nil where it claims nothing. A
// bookmark without Loading ends a first load.
func (c *Tally) Saved(b Issues) *Claim {
	if c == nil || b.Loading != nil && b.Loading.Started != c.claim.Started {
		return nil
	}
	now := c.claim
	now.Top, now.Unread = c.top, slices.AppendSeq([]uint64{}, maps.Keys(c.unread))
	slices.Sort(now.Unread)
	if !c.frozen {
		now.Ahead, now.Many = [][2]int64{}, now.Many || len(c.beyond) > MaxAhead
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

// ListRecent tells that the issues created from one moment and before another must be
// listed, each to be given to Recent, because those that the last run printed are too
// many to remember when they were created.
func (c *Tally) ListRecent(known []overlap.Version) (from, before time.Time, wanted bool) {
	if c == nil || !c.claim.Many || c.frozen || c.loading || len(known) == 0 || c.until <= c.from {
		return time.Time{}, time.Time{}, false
	}
	c.recent = roaring64.New()
	return time.UnixMilli(c.from), time.UnixMilli(c.until), true
}

// Recent takes an issue of ListRecent, created at that time (epoch milliseconds, 0
// unknown). One outside of the span is left out.
func (c *Tally) Recent(id uint64, created int64) {
	if created < c.until && (created == 0 || created >= c.from) {
		c.recent.Add(id)
	}
}
