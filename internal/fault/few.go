package fault

import (
	"fmt"
	"strings"
)

// Few makes one readable text of parts that went wrong, joined by middle dots. Of many parts only the first three are in it, of a
// long one the first 300 characters; rest says where all of them are told in full.
func Few(parts []string, rest string) string {
	const most = 3
	named := make([]string, 0, most+1)
	cut := false
	for _, part := range parts[:min(len(parts), most)] {
		short := shorten(part)
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
func shorten(part string) string {
	const longest = 300 // characters; four lines of a terminal
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
