package jirasim

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
)

// resource is a list, or an object, whose records are made of the example of a stream's schema.
type resource struct {
	stream string
	// cloud and server say where it lies; a path that is empty means that the deployment lacks it.
	cloud, server listing
	// columns make the keys of the ledger: members of the record (name=path when they lie deeper), else placeholders.
	// serverColumns are Data Center's where they differ.
	columns, serverColumns []string
	// amount says how many records there are for each place; nil is one.
	amount *amount
	// rules give the records their own values.
	rules []rule
	// denied is what a caller without the right to administer is told.
	denied string
	// apps are the kinds of apps that alone may read the resource; nil is everybody.
	apps []app
	// needs is the permission without which a list shows nothing, by its key in mypermissions; empty shows all.
	needs string
	// hidden resources are no streams: they are read for the sake of others.
	hidden bool
	// also is a second, usually older, address of the same records on Cloud.
	also listing
	// fixed are columns of the key that the records lack and that are always the same.
	fixed map[string]string
}

// listing is where a resource lies on one deployment.
type listing struct {
	path   string // with placeholders, also in the query: user/columns?accountId={accountId}
	style  style
	at     string                 // the member that holds the records
	limit  int                    // the most records of a page, 0 means 50
	size   int                    // of a page when nothing is asked for, 0 means the limit
	record string                 // an example of its own, where the schema's is of the other deployment
	rules  []rule                 // beyond the resource's
	like   string                 // the stream whose example is sent, where it is not the resource's own
	names  map[string]string      // kinds of placeholders that are not called after them
	check  func(c cell) *response // refuses places that cannot have records
	gone   string                 // the 404 of a place without records; empty is an empty list
	// apart listings have a handler of their own: they are here for the ledger.
	apart bool
	// denied is the resource's where the deployments differ.
	denied string
	// unauthorized listings answer 401 and not 403 to those without rights, as some do.
	unauthorized bool
}

// style is how a list is cut into pages, jira-api.md D.1.
type style int

const (
	whole        style = iota // everything at once: an array, or an object that holds one
	object                    // the record itself
	paged                     // startAt and maxResults, with isLast
	named                     // startAt and maxResults, with a total and a name of its own
	startLimit                // service management
	offsetLimit               // the audit log
	cursored                  // plans
	tokened                   // nextPageToken and nothing else
	byPageNumber              // Data Center's page and maxResults
	texts                     // paged, of bare strings
	splitLists                // two lists, system and custom, by isSystemAvatar
	sliced                    // startAt and maxResults, a bare array
)

// amount is how many records a place has, most at most.
type amount struct {
	most int
	of   func(c cell) int
}

// rule sets a member of a record by its dotted path; an empty path merges the members of an object.
type rule struct {
	path string
	to   func(c cell) any
}

// cell is the place of one record: what its path names, and the how-manieth it is.
type cell struct {
	j        *Jira
	resource *resource
	listing  *listing
	api      int
	vars     map[string]string
	query    url.Values // of the request; nil in the ledger
	place    int        // ordinal of what the placeholders name
	k        int        // of the record in its place
	n        int        // ordinal of the record over all places
	known    placeEntities
	blind    bool // the caller lacks what the resource needs: it has no records
}

// placeEntities are the entities that the records of one place stand for, by their kind: they are looked up once, and
// not anew for each record.
type placeEntities map[string][]entity

// entities are those of a kind; find makes them when the place does not know them yet.
func (c cell) entities(kindName string, find func() []entity) []entity {
	if found, there := c.known[kindName]; there {
		return found
	}
	found := find()
	if c.known != nil {
		c.known[kindName] = found
	}
	return found
}

// ofKind are the entities of one of the site's kinds.
func (c cell) ofKind(kindName string) []entity {
	return c.entities(kindName, func() []entity {
		known := c.j.kinds()[kindName]
		if known.all == nil {
			return nil
		}
		return known.all(c.j, c.vars)
	})
}

// at is the cell of record k of the place.
func (c cell) at(k int) cell {
	c.k = k
	c.n = c.place*c.most() + k
	return c
}

// most is how far the ordinals of two places are apart.
func (c cell) most() int {
	if c.resource.amount == nil {
		return 1
	}
	return c.resource.amount.most
}

// count is how many records the place has.
func (c cell) count() int {
	switch {
	case c.blind:
		return 0
	case c.resource.amount == nil:
		return 1
	}
	return c.resource.amount.of(c)
}

// record makes the record of a cell.
func (c cell) record() map[string]any {
	text := []byte(c.listing.record)
	if len(text) == 0 {
		stream := c.resource.stream
		if c.listing.like != "" {
			stream = c.listing.like
		}
		text = c.j.examples[stream]
	}
	record, err := decodeExample(text)
	if err != nil {
		return map[string]any{} // New has decoded every example
	}
	was, _ := lookup(record, "id")
	c.settle(record)
	for _, r := range slices.Concat(c.resource.rules, c.listing.rules) {
		if r.path != "" {
			put(record, r.path, r.to(c))
		} else if members, isObject := r.to(c).(map[string]any); isObject {
			merge(record, members)
		}
	}
	c.readdress(record, was)
	return record
}

// readdress makes the record's own address end in its id, as the example's did.
func (c cell) readdress(record map[string]any, was any) {
	self, there := record["self"].(string)
	if now := record["id"]; there && was != nil && now != nil {
		if head, ok := strings.CutSuffix(self, keyText(was)); ok {
			record["self"] = head + keyText(now)
		}
	}
}

// key is the record's key in the ledger.
func (c cell) key(columns []string) string {
	record := c.record()
	parts := make([]string, len(columns))
	for i, column := range columns {
		name, path, renamed := strings.Cut(column, "=")
		if !renamed {
			path = name
		}
		if value, there := lookup(record, path); there {
			parts[i] = keyText(value)
		} else {
			parts[i] = cmp.Or(c.vars[name], "0") // an extractor's word for a key that is left out
		}
	}
	return strings.Join(parts, "/")
}
