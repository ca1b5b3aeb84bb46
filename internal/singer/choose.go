package singer

// Choose writes into the catalog what the patterns choose, as `selected` of each stream and of each column that may be
// deselected, whatever was chosen before. Patterns that only exclude are taken off what is chosen already: see Adjust.
func (c *Catalog) Choose(patterns Patterns) {
	if patterns.ExcludesOnly() {
		c.Adjust(patterns)
		return
	}
	c.mark(func(e *Entry) choice {
		return choice{
			stream: patterns.Stream(e.TapStreamID),
			column: func(path []string) bool { return patterns.Column(e.TapStreamID, path...) && e.named(patterns, path) },
		}
	})
}

// Adjust starts from what the catalog chooses already: patterns add to it and, with `!`, take from it. A stream that comes in by
// one of its columns brings only what the patterns name; one that was chosen before keeps its other columns.
func (c *Catalog) Adjust(patterns Patterns) {
	c.mark(func(e *Entry) choice {
		before := e.Selected(false)
		if !before && !patterns.includes(e.TapStreamID, nil) {
			return choice{column: func(path []string) bool { return e.Selects(path...) }}
		}
		return choice{stream: !patterns.excludes(e.TapStreamID, nil), column: func(path []string) bool {
			if !before {
				return patterns.Column(e.TapStreamID, path...) && e.named(patterns, path)
			}
			return !patterns.excludes(e.TapStreamID, path) &&
				(e.Selects(path...) || patterns.includes(e.TapStreamID, path) && e.named(patterns, path))
		}}
	})
}

// choice is what is to be written for one stream.
type choice struct {
	stream bool
	column func(path []string) bool
}

// mark asks for the choice of each stream and writes it. All answers for a stream are asked for before one is written, since
// they may depend on what is chosen already.
func (c *Catalog) mark(decide func(e *Entry) choice) {
	for i := range c.Streams {
		e := &c.Streams[i]
		chosen := decide(e)
		paths := e.Choosable()
		answers := make([]bool, len(paths))
		for j, path := range paths {
			answers[j] = chosen.column(path)
		}
		e.Select(chosen.stream)
		for j, path := range paths {
			e.Select(answers[j], path...)
		}
	}
	c.markUntouched()
}

// named says whether the patterns name a column that is not chosen by default, which a pattern for all columns does not
// bring. Every other column counts as named.
func (e *Entry) named(patterns Patterns, path []string) bool {
	return !e.Optional(path...) || patterns.Names(e.TapStreamID, path[0])
}

// Optional says whether the column at path lies in one that is not chosen by default, so that choosing all does not bring it.
func (e *Entry) Optional(path ...string) bool {
	byDefault, found := asBool(e.values(path[0])[metaDefault])
	return found && !byDefault
}

// Choosable returns the columns and nested properties that are the user's to choose, parents first: keys and columns whose
// inclusion is automatic or unsupported are not.
func (e *Entry) Choosable() [][]string {
	var paths [][]string
	for _, path := range e.Paths() {
		inclusion := e.inclusion(path)
		if inclusion != automatic && inclusion != unsupported && (len(path) > 1 || !e.isKey(path[0])) {
			paths = append(paths, path)
		}
	}
	return paths
}

// Select writes whether the stream, or the column at path, is chosen. A catalog in which one stream was marked so no longer
// means the default set; Choose, Adjust and Keep see to that for the whole catalog.
func (e *Entry) Select(chosen bool, path ...string) {
	if len(path) == 0 && e.selected != nil {
		e.selected = &chosen // older readers go by it, so it must not say something else
	}
	if !e.lookup().has(path) {
		e.Metadata = append(e.Metadata, Metadata{Breadcrumb: breadcrumb(path), Metadata: map[string]any{metaInclusion: available}})
	}
	e.values(path...)[metaSelected] = chosen
}

// includes says whether an inclusion speaks of the stream or, with a path, names the column, one above it or one below it.
func (ps Patterns) includes(stream string, path []string) bool {
	for _, p := range ps {
		if !p.exclude && p.MatchesStream(stream) && (len(path) == 0 || p.MatchesColumn(path...) || p.leadsTo(path)) {
			return true
		}
	}
	return false
}

// excludes says whether an exclusion leaves out the whole stream or, with a path, the column or one above it.
func (ps Patterns) excludes(stream string, path []string) bool {
	for _, p := range ps {
		if !p.exclude || !p.MatchesStream(stream) {
			continue
		}
		if p.column == nil || p.every || len(path) > 0 && p.MatchesColumn(path...) {
			return true
		}
	}
	return false
}
