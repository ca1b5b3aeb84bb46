package singer

import "strings"

// metadataIndex finds metadata by column. It holds places in the list, not values, so that changed values are seen.
type metadataIndex struct {
	places map[string]int  // by pathKey
	parent map[string]bool // pathKey of what has metadata below it
	size   int             // length of the list that was indexed
}

// newMetadataIndex indexes a list. Of several items for one column the last counts, as in a dictionary.
func newMetadataIndex(list []Metadata) *metadataIndex {
	index := &metadataIndex{places: make(map[string]int, len(list)), parent: map[string]bool{}, size: len(list)}
	for i, item := range list {
		path, ok := breadcrumbPath(item.Breadcrumb)
		if !ok {
			continue
		}
		index.places[pathKey(path)] = i
		if len(path) > 0 {
			index.parent[pathKey(path[:len(path)-1])] = true
		}
	}
	return index
}

// has says whether a column has metadata.
func (x *metadataIndex) has(path []string) bool {
	_, found := x.places[pathKey(path)]
	return found
}

// lists says whether a property directly below path has metadata.
func (x *metadataIndex) lists(path []string) bool { return x.parent[pathKey(path)] }

// lookup returns the index of the metadata, made anew when items came or went.
func (e *Entry) lookup() *metadataIndex {
	if e.index == nil || e.index.size != len(e.Metadata) {
		e.index = newMetadataIndex(e.Metadata)
	}
	return e.index
}

// values returns the metadata of a column, of the stream when path is empty; nil when there is none.
func (e *Entry) values(path ...string) map[string]any {
	place, found := e.lookup().places[pathKey(path)]
	if !found {
		return nil
	}
	return e.Metadata[place].Metadata
}

// pathKey makes a map key of a path: names may hold dots, but hardly a NUL.
func pathKey(path []string) string { return strings.Join(path, "\x00") }

// breadcrumb is the way to a column in Singer's form: ["properties", "a", "properties", "b"].
func breadcrumb(path []string) []string {
	crumbs := make([]string, 0, 2*len(path))
	for _, name := range path {
		crumbs = append(crumbs, breadcrumbObject, name)
	}
	return crumbs
}

// breadcrumbPath reads a breadcrumb back into names. Steps into the items of an array, which singer-python writes, add no
// name. It is false for a breadcrumb of another form, which nothing can be said of.
func breadcrumbPath(crumbs []string) (path []string, ok bool) {
	for i := 0; i < len(crumbs); i++ {
		switch {
		case crumbs[i] == breadcrumbArray:
		case crumbs[i] == breadcrumbObject && i+1 < len(crumbs):
			i++
			path = append(path, crumbs[i])
		default:
			return nil, false
		}
	}
	return path, true
}

// Value returns a member of the metadata of the column at path, of the stream when path is empty; nil when there is none.
func (e *Entry) Value(name string, path ...string) any { return e.values(path...)[name] }
