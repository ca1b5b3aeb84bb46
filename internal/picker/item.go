// Package picker lets a person at a terminal choose from a long list: groups of items, each with parts of its own, found by
// typing. It knows a plain list and nothing of what is chosen: no Jira, no Singer, no file.
package picker

import "slices"

// Item is a line of the list: a group, an item of a group, or a part of an item, which may have parts again.
type Item struct {
	// Name is what the item is called, Title what people know it by where that is something else.
	Name, Title string
	// Note stands beside the name, Warning before the note.
	Note, Warning string
	// Chosen is the choice. That of a group means nothing: it follows its items.
	Chosen bool
	// Locked items are chosen whenever what they belong to is; nobody can change that.
	Locked bool
	// Parts are the items of a group, the parts of an item, or what is nested in a part.
	Parts []*Item
}

// clone copies an item with all that it holds.
func (i *Item) clone() *Item {
	c := *i
	c.Parts = cloneAll(i.Parts)
	return &c
}

// cloneAll copies a list of items.
func cloneAll(items []*Item) []*Item {
	clones := make([]*Item, len(items))
	for n, item := range items {
		clones[n] = item.clone()
	}
	return clones
}

// leaves returns the innermost parts of an item; an item without parts is its own.
func (i *Item) leaves() []*Item {
	if len(i.Parts) == 0 {
		return []*Item{i}
	}
	var all []*Item
	for _, part := range i.Parts {
		all = append(all, part.leaves()...)
	}
	return all
}

// open says whether the choice of an item is the person's.
func (i *Item) open() bool { return !i.Locked }

// count returns how many of the items are chosen.
func count(items []*Item) (chosen int) {
	for _, item := range items {
		if item.Chosen || item.Locked {
			chosen++
		}
	}
	return chosen
}

// setAll chooses or leaves the items that may be changed.
func setAll(items []*Item, chosen bool) {
	for _, item := range items {
		if item.open() {
			item.Chosen = chosen
		}
	}
}

// allChosen says whether every item that may be changed is chosen.
func allChosen(items []*Item) bool {
	return !slices.ContainsFunc(items, func(i *Item) bool { return i.open() && !i.Chosen })
}

// choosePart chooses or leaves a part with all that is nested in it, in the item at the start of the way to it. What holds a
// chosen part is chosen too; what holds none any more is not.
func choosePart(way []*Item, part *Item, nested []*Item, chosen bool) {
	setAll(nested, chosen)
	if part.open() {
		part.Chosen = chosen
	}
	if chosen && len(way) > 0 {
		way[0].Chosen = true
	}
	for _, holder := range slices.Backward(append(slices.Clip(way[min(1, len(way)):]), part)) {
		settle(holder)
	}
}

// settle makes a part that holds others follow them.
func settle(part *Item) {
	if len(part.Parts) == 0 || part.Locked {
		return
	}
	for _, inner := range part.Parts {
		settle(inner)
	}
	part.Chosen = slices.ContainsFunc(part.Parts, func(i *Item) bool { return i.Chosen || i.Locked })
}

// chooseItem turns an item on or off. An item that comes in with no part chosen brings all of them.
func chooseItem(item *Item, chosen bool) {
	if item.Locked {
		return
	}
	item.Chosen = chosen
	leaves := item.leaves()
	none := !slices.ContainsFunc(leaves, func(i *Item) bool { return i.Chosen && !i.Locked })
	if chosen && len(item.Parts) > 0 && none {
		setAll(leaves, true)
		for _, part := range item.Parts {
			settle(part)
		}
	}
}
