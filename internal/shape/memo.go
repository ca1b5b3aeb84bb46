package shape

import (
	"bytes"
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
	texts [memoWays]atomic.Pointer[[]byte]
	other atomic.Uint64 // tells which object, none of these, came last
	next  atomic.Uint32 // counts the replacements
}

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
	for i := range place.texts {
		if kept := place.texts[i].Load(); kept != nil && bytes.HasPrefix(text, *kept) {
			return *kept, place
		}
	}
	return nil, place
}

// note remembers an object, if it came to this place before.
func (m *Memo) note(place *memoPlace, object []byte) {
	if place == nil || len(object) > memoText {
		return
	}
	hash := maphash.Bytes(m.seed, object)
	if place.other.Swap(hash) == hash {
		kept := bytes.Clone(object)
		place.texts[(place.next.Add(1)-1)%memoWays].Store(&kept)
	}
}
