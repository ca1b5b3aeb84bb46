package shape

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
	"sync/atomic"
)

const (
	// memoPlaces is for how many objects there is room: the people of a large team and what a site has of statuses,
	// priorities, issue types and projects.
	memoPlaces = 512
	// memoWays is how many objects a place holds: one person looks different in an issue, a comment and a history.
	memoWays = 4
	// memoText is the longest object that is remembered, so that two megabytes are enough for all.
	memoText = 1 << 10
	// memoHead is within how many bytes the first member of an object must end: an address with an id in it, mostly.
	memoHead = 256
	// memoTail is how many bytes at the end of that member tell objects apart: the id, and what it is an id of.
	memoTail = 32
	// memoEnd is how many of an object's last bytes are looked at first: a word.
	memoEnd = 8
)

// Memo remembers objects that stand in many records just alike: the people, statuses, priorities and projects of a site,
// which are most of what Jira sends. To recognise one takes a comparison, a tenth of what reading it takes. It is safe for
// concurrent use, and shared by all rows of a run.
type Memo struct {
	seed   maphash.Seed
	places [memoPlaces]memoPlace
}

// memoPlace holds a few objects. The oldest is replaced by another that comes to the place twice in a row, so that objects
// that never come again are not copied.
type memoPlace struct {
	kept  atomic.Pointer[memoSet]
	other atomic.Uint64 // tells which object, none of these, came last
}

// memoSet are the objects of a place, side by side in memory. It is never changed, but replaced.
type memoSet struct {
	objects [memoWays]memoObject
	next    int // which is the oldest
}

// memoObject is one object that is remembered, and its last bytes once more: to look there first spares reading from
// elsewhere in memory what is not the object after all.
type memoObject struct {
	end  uint64
	text []byte
}

// begins tells whether text begins with the object.
func (o *memoObject) begins(text []byte) bool {
	n := len(o.text)
	return n >= memoEnd && n <= len(text) && endOf(text[:n]) == o.end && bytes.Equal(text[:n], o.text)
}

// endOf are the last bytes of an object.
func endOf(object []byte) uint64 { return binary.NativeEndian.Uint64(object[len(object)-memoEnd:]) }

// NewMemo returns one that remembers nothing yet.
func NewMemo() *Memo { return &Memo{seed: maphash.MakeSeed()} }

// find returns the remembered object that text begins with, or where the one that it does begin with belongs: an object
// is told by its first member. Both are nil for what cannot be remembered.
func (m *Memo) find(text []byte) (known []byte, place *memoPlace) {
	if m == nil {
		return nil, nil
	}
	n := bytes.IndexByte(text[:min(len(text), memoHead)], ',')
	if n < 0 {
		return nil, nil
	}
	place = &m.places[maphash.Bytes(m.seed, text[max(0, n-memoTail):n])%memoPlaces]
	set := place.kept.Load()
	if set == nil {
		return nil, place
	}
	for i := range set.objects {
		if o := &set.objects[i]; o.begins(text) {
			return o.text, place
		}
	}
	return nil, place
}

// note remembers an object, if it came to this place before.
func (m *Memo) note(place *memoPlace, object []byte) {
	if place == nil || len(object) < memoEnd || len(object) > memoText {
		return
	}
	if hash := maphash.Bytes(m.seed, object); place.other.Swap(hash) == hash {
		place.keep(bytes.Clone(object))
	}
}

// keep puts an object in the place of the oldest. Where another does so just now, that one alone is kept: this comes again.
func (p *memoPlace) keep(object []byte) {
	old, set := p.kept.Load(), memoSet{}
	if old != nil {
		set = *old
	}
	set.objects[set.next] = memoObject{end: endOf(object), text: object}
	set.next = (set.next + 1) % memoWays
	p.kept.CompareAndSwap(old, &set)
}
