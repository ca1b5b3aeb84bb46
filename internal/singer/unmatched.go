package singer

import (
	"encoding/json"
	"strings"
)

// Unmatched is a pattern that speaks of nothing in a catalog.
type Unmatched struct {
	Pattern Pattern
	// Nearest is what was probably meant, as a pattern, or "".
	Nearest string
}

// Unmatched returns the patterns that match no stream, or no column of those that they match. A column may also have been
// meant by the title that its schema gives it.
func (c *Catalog) Unmatched(patterns Patterns) []Unmatched {
	var unmatched []Unmatched
	for _, p := range patterns {
		if nearest, found := c.find(p); !found {
			if p.exclude && nearest != "" {
				nearest = "!" + nearest
			}
			unmatched = append(unmatched, Unmatched{Pattern: p, Nearest: nearest})
		}
	}
	return unmatched
}

// find says whether a pattern matches anything, and what comes nearest when it does not.
func (c *Catalog) find(p Pattern) (nearest string, found bool) {
	var names []string
	var matched []*Entry
	for i := range c.Streams {
		e := &c.Streams[i]
		names = append(names, e.TapStreamID)
		if p.MatchesStream(e.TapStreamID) {
			matched = append(matched, e)
		}
	}
	_, column, _ := strings.Cut(strings.TrimPrefix(p.raw, "!"), ".")
	if len(matched) == 0 {
		nearest = Nearest(p.stream, names)
		if nearest != "" && column != "" {
			nearest += "." + column
		}
		return nearest, false
	}
	for _, e := range matched {
		close, found := e.find(p, column)
		if found {
			return "", true
		}
		if nearest == "" {
			nearest = close
		}
	}
	return nearest, false
}

// find looks for the column of a pattern that matches the stream. column is the pattern's column part as it was written.
func (e *Entry) find(p Pattern, column string) (nearest string, found bool) {
	if p.column == nil {
		return "", true
	}
	var names []string
	for _, path := range e.Paths() {
		if p.MatchesColumn(path...) {
			return "", true
		}
		names = append(names, strings.Join(path, "."))
	}
	nearest = e.titled(column)
	if nearest == "" {
		nearest = Nearest(column, names)
	}
	if nearest == "" {
		return "", false
	}
	return e.TapStreamID + "." + nearest, false
}

// titled returns the dotted path of the column whose title a person wrote instead of its name, with or without what it lies
// in; "" when there is none.
func (e *Entry) titled(column string) string {
	var found string
	eachProperty(e.Schema, nil, func(path []string, property json.RawMessage) {
		var schema struct{ Title string }
		if found != "" || json.Unmarshal(property, &schema) != nil || schema.Title == "" {
			return
		}
		wanted, title := string(fold(column)), string(fold(schema.Title))
		above := string(fold(strings.Join(path[:len(path)-1], ".")))
		if wanted == title || wanted == above+"."+title {
			found = strings.Join(path, ".")
		}
	})
	return found
}
