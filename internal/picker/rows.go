package picker

import (
	"slices"
	"strings"
	"unicode"
)

// row is a line on the screen.
type row struct {
	item  *Item
	depth int
	// way are the items that hold this one, outermost first: within an item's parts it begins with the item.
	way []*Item
	// heading says that the row stands for all that is below it.
	heading bool
	// shown are, below a heading or a part that holds others, what choosing the row chooses.
	shown []*Item
}

// fold makes of a text what is compared when a person searches: case, blanks, dashes and underscores do not count.
func fold(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '_' || r == '-' {
			return -1
		}
		return unicode.ToLower(r)
	}, text)
}

// matches says whether an item is what a person searches for.
func (i *Item) matches(wanted string) bool {
	return wanted == "" || strings.Contains(fold(i.Name), wanted) || strings.Contains(fold(i.Title), wanted)
}

// listRows are the rows of the groups and their items. Where the name of no item matches, groups are shown whose name does, and
// else items that have a part whose name does.
func listRows(groups []*Item, wanted string) []row {
	for _, keep := range []func(group, item *Item) bool{
		func(_, item *Item) bool { return item.matches(wanted) },
		func(group, _ *Item) bool { return group.matches(wanted) },
		func(_, item *Item) bool { return hasPart(item, wanted) },
	} {
		if rows := filterGroups(groups, keep); len(rows) > 0 {
			return rows
		}
	}
	return nil
}

// best is the row that a search most likely meant: the one that is called exactly so, else one that begins so, else one that
// holds the text, and of equals the first.
func best(rows []row, wanted string) int {
	at, rank := min(1, max(0, len(rows)-1)), 0
	for i, r := range rows {
		if own := r.rank(wanted); own > rank {
			at, rank = i, own
		}
	}
	return at
}

// rank says how well a row answers a search.
func (r row) rank(wanted string) int {
	name, title := fold(r.item.Name), fold(r.item.Title)
	switch {
	case r.heading || wanted == "":
		return 0
	case name == wanted || title == wanted:
		return 3
	case strings.HasPrefix(name, wanted) || strings.HasPrefix(title, wanted):
		return 2
	case r.item.matches(wanted):
		return 1
	}
	return 0
}

// filterGroups are the rows of the items that are kept, each group under a heading.
func filterGroups(groups []*Item, keep func(group, item *Item) bool) []row {
	var rows []row
	for _, group := range groups {
		var shown []*Item
		for _, item := range group.Parts {
			if keep(group, item) {
				shown = append(shown, item)
			}
		}
		if len(shown) == 0 {
			continue
		}
		rows = append(rows, row{item: group, heading: true, shown: shown})
		for _, item := range shown {
			rows = append(rows, row{item: item, depth: 1, way: []*Item{group}})
		}
	}
	return rows
}

// hasPart says whether a part of the item, at any depth, is what a person searches for.
func hasPart(item *Item, wanted string) bool {
	for _, part := range item.Parts {
		if part.matches(wanted) || hasPart(part, wanted) {
			return true
		}
	}
	return false
}

// partRows are the rows of an item's parts under a heading for all of them.
func partRows(item *Item, wanted string) []row {
	below, shown := nestedRows(item.Parts, wanted, 1, []*Item{item})
	if len(below) == 0 {
		return nil
	}
	return append([]row{{item: item, heading: true, shown: shown}}, below...)
}

// nestedRows are the rows of parts that match or hold one that does, and the innermost of them.
func nestedRows(parts []*Item, wanted string, depth int, way []*Item) (rows []row, shown []*Item) {
	for _, part := range parts {
		inner := wanted
		if part.matches(wanted) {
			inner = "" // what is nested in a match is shown whole
		}
		below, leaves := nestedRows(part.Parts, inner, depth+1, append(slices.Clip(way), part))
		if len(below) == 0 && !part.matches(wanted) {
			continue
		}
		if len(part.Parts) == 0 {
			leaves = []*Item{part}
		}
		rows = append(rows, row{item: part, depth: depth, way: way, shown: leaves})
		rows = append(rows, below...)
		shown = append(shown, leaves...)
	}
	return rows, shown
}
