package census

import (
	"cmp"
	"encoding/binary"
	"iter"
	"maps"
	"slices"
)

// Sizes of the lists in memory: the sorted block has a signpost each so many
// lists, and takes in the changed ones when there are so many of them.
const (
	signpostEvery = 64
	mergeAfter    = 1 << 16
)

// children are lists of ids by issue, packed: a map of slices would take twenty
// times the memory. Most lists stand in one block, sorted by issue; those that
// changed stand beside it until they are merged.
type children struct {
	block     []byte // for each issue: its distance from the one before, and its list
	signposts []signpost
	changed   map[uint64][]byte // lists; empty ones are dropped issues
}

// signpost is a place in the block from which it can be read.
type signpost struct {
	issue uint64 // of the list that stands there
	at    int    // of the list, behind its distance
}

// get returns an issue's ids, ascending; none when nothing is known.
func (c *children) get(issue uint64) []uint64 {
	list, changed := c.changed[issue]
	if !changed {
		list = c.find(issue)
	}
	ids, _, _ := readList(list)
	return ids
}

// put replaces an issue's list; an empty one is forgotten.
func (c *children) put(issue uint64, list []byte) {
	if len(list) == 1 {
		list = nil // the number of no ids
	}
	if c.changed == nil {
		c.changed = map[uint64][]byte{}
	}
	c.changed[issue] = list
	if len(c.changed) >= mergeAfter {
		c.merge()
	}
}

// drop forgets an issue's list.
func (c *children) drop(issue uint64) {
	if _, changed := c.changed[issue]; changed || c.find(issue) != nil {
		c.put(issue, nil)
	}
}

// find looks a list up in the block.
func (c *children) find(issue uint64) []byte {
	i, exact := slices.BinarySearchFunc(c.signposts, issue, func(s signpost, issue uint64) int {
		return cmp.Compare(s.issue, issue)
	})
	if !exact {
		i--
	}
	if i < 0 {
		return nil
	}
	at, rest := c.signposts[i].issue, c.block[c.signposts[i].at:]
	for {
		size := listSize(rest)
		if at == issue {
			return rest[:size]
		}
		rest = rest[size:]
		distance, n := binary.Uvarint(rest)
		if n <= 0 || at+distance > issue {
			return nil
		}
		at, rest = at+distance, rest[n:]
	}
}

// all iterates over the lists of the block in the order of their issues.
func (c *children) all() iter.Seq2[uint64, []byte] {
	return func(yield func(uint64, []byte) bool) {
		issue, rest := uint64(0), c.block
		for len(rest) > 0 {
			distance, n := binary.Uvarint(rest)
			issue, rest = issue+distance, rest[n:]
			size := listSize(rest)
			if !yield(issue, rest[:size]) {
				return
			}
			rest = rest[size:]
		}
	}
}

// merge takes the changed lists into the block.
func (c *children) merge() {
	if len(c.changed) == 0 {
		return
	}
	var next children
	last, lists := uint64(0), 0
	add := func(issue uint64, list []byte) {
		if len(list) == 0 {
			return
		}
		next.block = binary.AppendUvarint(next.block, issue-last)
		if lists%signpostEvery == 0 {
			next.signposts = append(next.signposts, signpost{issue: issue, at: len(next.block)})
		}
		next.block = append(next.block, list...)
		last, lists = issue, lists+1
	}
	fresh := slices.Sorted(maps.Keys(c.changed))
	for issue, list := range c.all() {
		for ; len(fresh) > 0 && fresh[0] < issue; fresh = fresh[1:] {
			add(fresh[0], c.changed[fresh[0]])
		}
		if len(fresh) > 0 && fresh[0] == issue {
			list, fresh = c.changed[issue], fresh[1:]
		}
		add(issue, list)
	}
	for _, issue := range fresh {
		add(issue, c.changed[issue])
	}
	*c = next
}

// packList packs ascending ids: how many, the first, and the distances.
func packList(ids []uint64) []byte {
	packed := binary.AppendUvarint(nil, uint64(len(ids)))
	last := uint64(0)
	for _, id := range ids {
		packed = binary.AppendUvarint(packed, id-last)
		last = id
	}
	return packed
}

// readList reads a packed list, and what stands behind it. ok is false when it
// is none.
func readList(src []byte) (ids []uint64, rest []byte, ok bool) {
	count, n := binary.Uvarint(src)
	if n <= 0 || count > uint64(len(src)) {
		return nil, src, false
	}
	rest, ids = src[n:], make([]uint64, 0, count)
	last := uint64(0)
	for i := range count {
		distance, n := binary.Uvarint(rest)
		if n <= 0 || distance > ^uint64(0)-last || distance == 0 && i > 0 {
			return nil, src, false
		}
		last, rest = last+distance, rest[n:]
		ids = append(ids, last)
	}
	return ids, rest, true
}

// listSize is the length of the packed list at the beginning of src, which was
// checked when it was read.
func listSize(src []byte) int {
	count, at := binary.Uvarint(src)
	for range count {
		_, n := binary.Uvarint(src[at:])
		at += n
	}
	return at
}
