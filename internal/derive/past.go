package derive

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
)

// place is where an item stands in the history of its issue.
type place struct {
	created int64 // epoch milliseconds
	history uint64
	item    int
}

func (p place) compare(other place) int {
	return cmp.Or(cmp.Compare(p.created, other.created), cmp.Compare(p.history, other.history), cmp.Compare(p.item, other.item))
}

// mention is the first that the histories say of a field, or of one value of a
// field that holds several.
type mention struct {
	place
	field    changedField
	shown    string // the name of the field in the item
	from     *string
	fromText *string
	value    held // of a field that changes value by value
	was      bool // such a value was there before
}

// move is a change of the key.
type move struct {
	from, to *string
	history  string
	created  []byte
}

// Past is what the histories say of the beginnings of one issue. Each history
// may be noted any number of times and in any order, so that a page that is read
// anew changes nothing.
type Past struct {
	fields map[string]mention
	values map[string]map[string]mention
	moves  map[place]move
}

// NewPast is the past of an issue of which no history is known yet.
func NewPast() *Past {
	return &Past{fields: map[string]mention{}, values: map[string]map[string]mention{}, moves: map[place]move{}}
}

// note takes one item.
func (p *Past) note(at place, f changedField, item rawItem, h *rawHistory) {
	if f.key() == issueKeyField {
		p.moves[at] = move{
			from: textOf(item.FromString), to: textOf(item.ToString), history: orEmpty(textOf(h.ID)), created: h.Created.Clone(),
		}
	}
	m := mention{place: at, field: f, shown: item.Field}
	if f.change != changedEach {
		m.from, m.fromText = textOf(item.From), textOf(item.FromString)
		earliest(p.fields, f.key(), m)
		return
	}
	if p.values[f.key()] == nil {
		p.values[f.key()] = map[string]mention{}
	}
	for _, side := range []struct {
		value held
		was   bool
	}{
		{value: held{id: orEmpty(textOf(item.From)), text: orEmpty(textOf(item.FromString))}, was: true},
		{value: held{id: orEmpty(textOf(item.To)), text: orEmpty(textOf(item.ToString))}},
	} {
		if m.value, m.was = side.value, side.was; side.value.key() != "" {
			earliest(p.values[f.key()], side.value.key(), m)
		}
	}
}

// earliest keeps a mention when none before it is known.
func earliest(known map[string]mention, key string, m mention) {
	if old, ok := known[key]; !ok || m.compare(old.place) < 0 {
		known[key] = m
	}
}

// beginning is what a field held when its issue was created.
type beginning struct {
	field changedField
	shown string
	from  *string
	text  *string
	list  []held // of fields that hold several values
}

// beginnings rebuilds what the fields of an issue held when it was created, from
// what they hold now and what changed since: in the order of the fields' keys,
// and only those that held something.
func (p *Past) beginnings(now map[string]beginning) []beginning {
	all := map[string]beginning{}
	maps.Copy(all, now)
	for key, m := range p.fields {
		b := beginning{field: m.field, shown: m.shown, from: m.from, text: m.fromText}
		if m.field.change == changedList {
			b.list = m.field.apart(m.from, m.fromText)
		}
		all[key] = b
	}
	for key, mentions := range p.values {
		all[key] = undone(now[key], mentions)
	}
	var held []beginning
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if b := all[key]; orEmpty(b.from) != "" || orEmpty(b.text) != "" {
			held = append(held, b)
		}
	}
	return held
}

// undone takes back the changes of a field that changes value by value: what
// first left was there, and what first came was not.
func undone(now beginning, mentions map[string]mention) beginning {
	b := beginning{}
	for _, v := range now.list {
		if _, mentioned := mentions[v.key()]; !mentioned {
			b.list = append(b.list, v)
		}
	}
	first := place{created: 1<<63 - 1}
	for _, key := range slices.Sorted(maps.Keys(mentions)) {
		m := mentions[key]
		if m.compare(first) < 0 {
			first, b.field, b.shown = m.place, m.field, m.shown
		}
		if m.was {
			b.list = append(b.list, m.value)
		}
	}
	slices.SortStableFunc(b.list, func(x, y held) int { return compareKeys(x.key(), y.key()) })
	b.from, b.text = b.field.together(b.list)
	return b
}

// compareKeys compares ids as numbers where they are.
func compareKeys(a, b string) int {
	x, errX := strconv.ParseUint(a, 10, 64)
	y, errY := strconv.ParseUint(b, 10, 64)
	if errX != nil || errY != nil {
		return cmp.Compare(a, b)
	}
	return cmp.Compare(x, y)
}
