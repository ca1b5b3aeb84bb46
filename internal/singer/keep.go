package singer

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// Keep carries over from an earlier catalog what people wrote into it, onto a fresh discovery of the same site: which streams and
// columns are chosen, the replication method that was asked for, and members that are unknown to us. Streams and columns that
// the earlier one lacks follow their defaults; what the discovery no longer has is dropped. Compare tells both.
func (c *Catalog) Keep(earlier *Catalog) {
	for i := range c.Streams {
		if old := earlier.Entry(c.Streams[i].TapStreamID); old != nil {
			c.Streams[i].keep(old)
		}
	}
	c.extra = withMissing(c.extra, earlier.extra)
	c.markUntouched()
}

// keep is Keep for one stream.
func (e *Entry) keep(old *Entry) {
	standard, _ := asBool(e.values()[metaDefault])
	e.keepValues(old, nil)
	e.extra = withMissing(e.extra, old.extra)
	if old.selected != nil {
		mark := *old.selected
		e.selected = &mark
	}
	// An entry without metadata says what it wants by its replication_method. Reading everything is always possible.
	if wish := old.Method(); wish == FullTable && e.ReplicationMethod == Incremental && old.values()[metaMethod] == nil {
		e.ReplicationMethod = FullTable
	}
	if want := old.Selected(standard); e.Selected(standard) != want {
		e.Select(want)
	}
	for _, path := range e.Paths() {
		if _, inSchema := old.schema.at(path); !inSchema && !old.lookup().has(path) || old.inclusion(path) == unsupported {
			continue // nobody could choose
		}
		e.keepValues(old, path)
		if want := old.Selects(path...); e.Selects(path...) != want {
			e.Select(want, path...)
		}
	}
}

// keepValues copies the metadata of the stream or of a column that discovery did not write.
func (e *Entry) keepValues(old *Entry, path []string) {
	place, found := old.lookup().places[pathKey(path)]
	if !found || !e.lookup().has(path) {
		return
	}
	values := e.values(path...)
	for name, value := range old.Metadata[place].Metadata {
		if _, ours := values[name]; !ours && !discovered(name) {
			values[name] = value
		}
	}
	own := &e.Metadata[e.lookup().places[pathKey(path)]]
	own.extra = withMissing(own.extra, old.Metadata[place].extra)
}

// discovered says whether a member of the metadata is what taps write and users do not: the fresh discovery knows better.
func discovered(name string) bool {
	known := []string{
		metaInclusion, metaDefault, metaKeys, metaForced, metaValidKeys, metaParent,
		"schema-name", "database-name", "is-view", "row-count", "sql-datatype",
	}
	return slices.Contains(known, name) || strings.HasPrefix(name, "tap-")
}

// withMissing adds to members those of another set that are not among them.
func withMissing(own, other map[string]json.RawMessage) map[string]json.RawMessage {
	if len(other) == 0 {
		return own
	}
	all := maps.Clone(other)
	maps.Copy(all, own)
	return all
}
