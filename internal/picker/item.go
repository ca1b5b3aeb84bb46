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
	// Optional items are not brought along when all that holds them is chosen, only by themselves.
	Optional bool
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

// count returns how many of the items are chosen.
func count(items []*Item) (chosen int) {
	for _, item := range items {
		if item.Chosen || item.Locked {
			chosen++
		}
	}
	return chosen
}

// meant are those of several items that choosing all of them is about: the ones that may be changed, without the optional ones
// unless there are no others.
func meant(items []*Item) []*Item {
	open := slices.DeleteFunc(slices.Clone(items), func(i *Item) bool { return i.Locked })
	ordinary := slices.DeleteFunc(slices.Clone(open), func(i *Item) bool { return i.Optional })
	if len(ordinary) > 0 {
		return ordinary
	}
	return open
}

// setAll chooses the items that are meant, or leaves all that may be left.
func setAll(items []*Item, chosen bool) {
	if chosen {
		items = meant(items)
	}
	for _, item := range items {
		item.Chosen = chosen || item.Locked && item.Chosen
	}
}

// allChosen says whether every item that is meant is chosen.
func allChosen(items []*Item) bool {
	return !slices.ContainsFunc(meant(items), func(i *Item) bool { return !i.Chosen })
}

// choosePart chooses or leaves a part with all that is nested in it, in the item at the start of the way to it. What holds a
// chosen part is chosen too; what holds none any more is not.
func choosePart(way []*Item, part *Item, nested []*Item, chosen bool) {
	setAll(nested, chosen)
	if !part.Locked {
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
