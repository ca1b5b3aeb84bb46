package fault

import (
	"fmt"
	"strings"
)

// Few makes one readable text of parts that went wrong, joined by middle dots. Of many parts only the first three are in it, and
// long ones are cut where all together would have more than 900 characters; rest says where each is told in full.
func Few(parts []string, rest string) string {
	const most, longest = 3, 900 // parts, and characters: a dozen lines of a terminal
	named := make([]string, 0, most+1)
	cut := false
	for _, part := range parts[:min(len(parts), most)] {
		short := shorten(part, longest/min(len(parts), most))
		cut = cut || short != part
		named = append(named, short)
	}
	switch {
	case len(parts) > most:
		named = append(named, fmt.Sprintf("and %d more, %s", len(parts)-most, rest))
	case cut:
		named = append(named, "in full "+rest)
	}
	return strings.Join(named, " · ")
}

// shorten cuts a part of a line behind a word.
func shorten(part string, longest int) string {
	runes := []rune(part)
	if len(runes) <= longest {
		return part
	}
	short := string(runes[:longest])
	if space := strings.LastIndexByte(short, ' '); space > 0 {
		short = short[:space]
	}
	return short + " …"
}
