package jirasim

import (
	"iter"
	"slices"
	"sort"
)

// baseData is what is held for each issue of the start: some 60 bytes, so that a million issues fit into memory.
type baseData struct {
	created []int64  // epoch ms, ascending
	updated []int64  // epoch ms
	order   []uint64 // indexes by updated, packed by packTime
	project []uint8
	number  []uint32       // of the key
	byNum   [][]uint32     // for each project: index of the issue with number n at n-1, or noIssue
	moved   map[int]keyRef // the key that a moved issue had before
	// Prefix sums, one longer than the issues: those of issue i are [x[i], x[i+1]).
	histories, comments, worklogs []uint32
}

// keyRef is an issue key: a project and a number.
type keyRef struct {
	project int
	number  uint32
}

// noIssue stands where a number was given to an issue that is no more.
const noIssue = ^uint32(0)

// Sizes of what happens in bulk: imports and bulk edits leave many issues with one time.
const (
	bulkBlock  = 50   // issues are looked at in blocks of so many
	bulkSize   = 30   // issues of a block that were imported or edited together
	tieSize    = 1200 // one import larger than the largest page of Data Center, on large sites
	tieFrom    = 5000 // issues from which a site is large
	ordinalBit = 28   // bits of an ordinal in a packed time
	ordinals   = 1<<28 - 1
)

// packTime puts a time of the base data and an ordinal into one sortable number.
func (s *Site) packTime(ms int64, ordinal int) uint64 {
	return uint64(ms-s.start)<<ordinalBit | uint64(ordinal)
}

// unpackTime is the inverse of packTime.
func (s *Site) unpackTime(packed uint64) (ms int64, ordinal int) {
	return s.start + int64(packed>>ordinalBit), int(packed & ordinals)
}

// makeBase fills the arrays.
func (s *Site) makeBase() {
	n := s.opt.Issues
	s.base = baseData{
		created: make([]int64, n), updated: make([]int64, n), order: make([]uint64, n),
		project: make([]uint8, n), number: make([]uint32, n),
		histories: make([]uint32, n+1), comments: make([]uint32, n+1), worklogs: make([]uint32, n+1),
	}
	s.makeCreated()
	s.makeKeys()
	for i := range n {
		shape := s.shapeOf(i)
		s.base.histories[i+1] = s.base.histories[i] + uint32(shape.histories)
		s.base.comments[i+1] = s.base.comments[i] + uint32(shape.comments)
		s.base.worklogs[i+1] = s.base.worklogs[i] + uint32(shape.worklogs)
	}
	s.makeUpdated()
}

// makeCreated spreads the issues evenly over the span, but for imports: some in one millisecond, some in one second.
func (s *Site) makeCreated() {
	n := s.opt.Issues
	last := s.start
	for i := range n {
		at := s.evenTime(i)
		block := i / bulkBlock * bulkBlock
		h := s.hash(domBulk, block, 0)
		switch offset := i - block; {
		case n >= tieFrom && i >= n/2 && i < n/2+tieSize:
			at = s.evenTime(n / 2)
		case offset >= bulkSize || h%7 > 1:
		case h%7 == 0:
			at = s.evenTime(block)
		default:
			at = s.evenTime(block)/1000*1000 + int64(offset)*31
		}
		last = max(last, at)
		s.base.created[i] = last
	}
}

// evenTime is when issue i would have been created if nothing ever came in bulk. The last day stays free for edits.
func (s *Site) evenTime(i int) int64 {
	n := int64(s.opt.Issues)
	span := s.end - s.start - 24*60*60*1000
	slot := span / n
	return s.start + span*int64(i)/n + int64(below(s.hash(domCreated, i, 0), int(slot)+1))
}

// makeUpdated gives each issue its last update: mostly soon after it was created, sometimes in a bulk edit.
func (s *Site) makeUpdated() {
	n := s.opt.Issues
	for i := range n {
		created := s.base.created[i]
		h := s.hash(domUpdated, i, 0)
		at := created
		if s.shapeOf(i).touched() {
			share := float64(h>>11) / (1 << 53)
			at += int64(share * share * share * float64(s.end-created))
		}
		if bulk, ok := s.bulkEdit(i); ok {
			at = bulk
		}
		s.base.updated[i] = at
		s.base.order[i] = s.packTime(at, i)
	}
	slices.Sort(s.base.order)
}

// bulkEdit gives the time of the bulk edit that was the last update of issue i, if there was one: 30 issues of some
// blocks, and on large sites one of 1,200 issues, more than a page of Data Center holds.
func (s *Site) bulkEdit(i int) (ms int64, ok bool) {
	n := s.opt.Issues
	if from := n / 4; n >= tieFrom && i >= from && i < from+tieSize {
		return s.afterBlock(from + tieSize), s.shapeOf(i).touched()
	}
	block := i / bulkBlock * bulkBlock
	if s.hash(domBulk, block, 1)%5 != 0 || i-block >= bulkSize {
		return 0, false
	}
	return s.afterBlock(block + bulkBlock), s.shapeOf(i).touched()
}

// afterBlock is a time that all issues before index i exist at.
func (s *Site) afterBlock(i int) int64 {
	i = min(i, s.opt.Issues) - 1
	from := s.base.created[i]
	return from + int64(below(s.hash(domBulk, i, 2), int(s.end-from)+1))
}

// issueShape is how much there is of everything in an issue.
type issueShape struct{ histories, comments, worklogs int }

// touched tells whether anything happened after the issue was created.
func (c issueShape) touched() bool { return c.histories+c.comments+c.worklogs > 0 }

// shapeOf decides how much happened in issue i of the base data.
func (s *Site) shapeOf(i int) issueShape {
	if i == s.giant() {
		return issueShape{histories: 6000, comments: 5000, worklogs: 5000}
	}
	r := s.rng(domShape, i, 0)
	c := issueShape{histories: historyNumber(&r), comments: commentNumber(&r, i), worklogs: worklogNumber(&r, i)}
	_, ghost := s.ghostAt(i)
	if _, moved := s.base.moved[i]; ghost || moved {
		c.histories = max(c.histories, 3)
	}
	if c.histories == 0 { // nothing was ever changed: an issue that nobody touched
		c.comments, c.worklogs = 0, 0
	}
	return c
}

// historyNumber: mostly 3 to 20, with many more than the 40 that Cloud's search embeds.
func historyNumber(r *rng) int {
	switch p := r.intn(100); {
	case p < 12:
		return 0
	case p < 89:
		return 3 + r.intn(18)
	case p < 98:
		return 41 + r.intn(25)
	default:
		return 101 + r.intn(40)
	}
}

// commentNumber: mostly 0 to 5, some more than the 20 that Cloud's search embeds and a few more than a page of 100.
func commentNumber(r *rng, i int) int {
	switch p := r.intn(100); {
	case i%70 == 11:
		return 25 + r.intn(96)
	case p < 45:
		return 0
	case p < 95:
		return 1 + r.intn(5)
	default:
		return 6 + r.intn(20)
	}
}

// worklogNumber: mostly none, some more than the 20 that both deployments embed.
func worklogNumber(r *rng, i int) int {
	switch p := r.intn(100); {
	case i%90 == 23:
		return 21 + r.intn(30)
	case p < 65:
		return 0
	case p < 92:
		return 1 + r.intn(4)
	default:
		return 5 + r.intn(16)
	}
}

// byCreated iterates over the issues with from <= created < to (epoch ms, to 0 = open), oldest first, ties by index.
// Archived issues are among them, deleted ones are not.
func (s *Site) byCreated(from, to int64) iter.Seq[int] {
	snap := s.live.Load()
	n := s.opt.Issues + len(snap.added)
	first := sort.Search(n, func(i int) bool { return s.createdAt(snap, i) >= from })
	return func(yield func(int) bool) {
		for i := first; i < n && (to == 0 || s.createdAt(snap, i) < to); i++ {
			if d := snap.deltas[i]; d != nil && d.deleted {
				continue
			}
			if !yield(i) {
				return
			}
		}
	}
}

// byUpdated is byCreated on the updated date.
func (s *Site) byUpdated(from, to int64) iter.Seq[int] {
	snap := s.live.Load()
	order := s.base.order
	first := sort.Search(len(order), func(k int) bool { ms, _ := s.unpackTime(order[k]); return ms >= from })
	return func(yield func(int) bool) {
		for _, packed := range order[first:] {
			ms, i := s.unpackTime(packed)
			if to != 0 && ms >= to {
				break
			}
			if d := snap.deltas[i]; d != nil && d.updated != 0 {
				continue // it stands in the tail
			}
			if !yield(i) {
				return
			}
		}
		// Edits are never older than the base data, so what they touched comes last.
		for _, t := range snap.tail {
			if t.ms >= from && (to == 0 || t.ms < to) && !yield(t.issue) {
				return
			}
		}
	}
}

// createdAt is when issue i was created, in epoch ms.
func (s *Site) createdAt(snap *snapshot, i int) int64 {
	if i < s.opt.Issues {
		return s.base.created[i]
	}
	return snap.added[i-s.opt.Issues].created
}

// updatedAt is when issue i was last updated, in epoch ms.
func (s *Site) updatedAt(snap *snapshot, i int) int64 {
	if d := snap.deltas[i]; d != nil && d.updated != 0 {
		return d.updated
	}
	if i < s.opt.Issues {
		return s.base.updated[i]
	}
	return snap.added[i-s.opt.Issues].created
}
