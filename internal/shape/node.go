package shape

import "slices"

// The JSON types of a node; each is nullable.
const (
	typeString  = "string"
	typeInteger = "integer"
	typeNumber  = "number"
	typeBoolean = "boolean"
	typeObject  = "object"
	typeArray   = "array"
)

// formatDateTime is the only format that every target understands.
const formatDateTime = "date-time"

// The values of `x-jira`, our annotation of values that need a hand on the way.
const (
	markUser     = "user"     // a user object: copied whole, shown to Row.User
	markRichText = "richtext" // text in REST v2, a document (an object) in REST v3
	markJSON     = "json"     // any JSON, written as JSON text into a string column
	markDate     = "date"     // a calendar day, a plain string; Jira's time stamps become days
	markKey      = "key"      // text of a key that Jira may leave out: 0 then, as targets that load CSV take "" for null
	markFields   = "fields"   // the fields of an issue: absent ones are null, unknown ones left out and told
)

// node is one place in a schema. Nodes are shared between schemas and never changed after they were made.
type node struct {
	typ, format, title, mark string
	members                  []member // declared members of an object; none: an open object, copied whole
	hidden                   []member // members that were deselected: known, so that they can be kept out of the record
	items                    *node    // of an array; nil: anything
	source                   *source  // of a column that is made of a field; nil for all others
}

// member is a named node under an object.
type member struct {
	name string
	node *node
}

// child returns the declared member called name, or nil.
func (n *node) child(name string) *node { return find(n.members, name) }

// find returns the node called name, or nil.
func find(members []member, name string) *node {
	for _, m := range members {
		if m.name == name {
			return m.node
		}
	}
	return nil
}

// selected returns the tree without the members that keep refuses.
func (n *node) selected(path []string, keep func(path ...string) bool) *node {
	if len(n.members) == 0 {
		return n
	}
	kept := *n
	kept.members, kept.hidden = nil, slices.Clone(n.hidden)
	for _, m := range n.members {
		at := append(slices.Clone(path), m.name)
		if keep(at...) {
			kept.members = append(kept.members, member{name: m.name, node: m.node.selected(at, keep)})
		} else {
			kept.hidden = append(kept.hidden, m)
		}
	}
	return &kept
}

// replacing returns the object with m in the place of the member of that name, or at the end.
func (n *node) replacing(m member) *node {
	changed := *n
	changed.members = slices.Clone(n.members)
	changed.hidden = slices.DeleteFunc(slices.Clone(n.hidden), func(h member) bool { return h.name == m.name })
	if i := slices.IndexFunc(changed.members, func(c member) bool { return c.name == m.name }); i >= 0 {
		changed.members[i] = m
	} else {
		changed.members = append(changed.members, m)
	}
	return &changed
}

// forRichText returns the tree with rich text as documents, or as text.
func (n *node) forRichText(adf bool) *node {
	changed := *n
	if n.mark == markRichText {
		changed.typ = typeString
		if adf {
			changed.typ = typeObject
		}
	}
	changed.members = slices.Clone(n.members)
	for i, m := range n.members {
		changed.members[i].node = m.node.forRichText(adf)
	}
	if n.items != nil {
		changed.items = n.items.forRichText(adf)
	}
	return &changed
}
