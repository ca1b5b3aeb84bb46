package jirasim

import "slices"

// entry is a comment or a worklog: what people add to an issue, rewrite and delete.
type entry struct {
	id               uint64
	author, editor   int    // author -1: written by nobody that is known
	created, updated int64  // ms since 1970
	text             string // "" is text made from the seed by ordinal
	ordinal          int
	visibility       int   // 0 everybody, 1 a role, 2 a group
	internal         bool  // of a comment
	started          int64 // of a worklog, as are the seconds
	seconds          int
}

// entries are what edits made of the comments, or of the worklogs, of one issue. Those of the base data are not held: a
// seeded makes them anew.
type entries struct {
	added []entry
	edits map[uint64]textEdit // of those of the base data
	gone  map[uint64]bool
}

// seeded are the comments, or the worklogs, that an issue has in the base data, oldest first.
type seeded struct {
	count int
	at    func(j int) entry
}

// clone copies what the next edit may write to.
func (e *entries) clone() entries {
	return entries{added: slices.Clone(e.added), edits: cloneMap(e.edits), gone: cloneMap(e.gone)}
}

// change is how many more there are than in the base data.
func (e *entries) change() int { return len(e.added) - len(e.gone) }

// at is entry j, oldest first, as it is now.
func (e *entries) at(base seeded, j int) entry {
	if len(e.gone) == 0 {
		return e.ever(base, j)
	}
	for k := 0; ; k++ {
		made := e.ever(base, k)
		if e.gone[made.id] {
			continue
		}
		if j--; j < 0 {
			return made
		}
	}
}

// ever is entry k when the deleted ones are counted too.
func (e *entries) ever(base seeded, k int) entry {
	if k >= base.count {
		return e.added[k-base.count]
	}
	made := base.at(k)
	if change, ok := e.edits[made.id]; ok {
		made.text, made.updated, made.editor = change.text, change.at, account
	}
	return made
}

// rewrite gives an entry another text.
func (e *entries) rewrite(id uint64, text string, now int64) {
	for k := range e.added {
		if e.added[k].id == id {
			e.added[k].text, e.added[k].updated = text, now
			return
		}
	}
	e.edits[id] = textEdit{text: text, at: now}
}
