package shape

// take says how a column's value is made of a field's value.
type take uint8

const (
	takeWhole   take = iota // the value as it stands under `fields`
	takeText                // the same as JSON text
	takeMember              // of an object: the member at a path
	takeMembers             // of an array of objects: the members at a path, as an array
	takeSprints             // of an array of Data Center's sprint texts: their ids
)

// fieldPart is one of the columns that a field has.
type fieldPart struct {
	name string // "" for the first
	take take
	path []string // of takeMember and takeMembers
	node *node    // the type of the column
	bare bool     // also takes a value that is no object: what Jira sends at times in place of one
}

// textPart is a column with a text out of an object.
func textPart(name string, path ...string) fieldPart {
	return fieldPart{name: name, take: takeMember, path: path, node: &node{typ: typeString}, bare: name == ""}
}

// numberPart is a column with a number out of an object.
func numberPart(path ...string) fieldPart {
	return fieldPart{take: takeMember, path: path, node: &node{typ: typeNumber}, bare: true}
}

// listPart is a column with a text out of each object of an array.
func listPart(path ...string) fieldPart {
	return fieldPart{take: takeMembers, path: path, node: arrayOf(&node{typ: typeString}), bare: true}
}

// parts returns the columns of a field, at least one. What analysts group by comes first: the value of an option, the
// name of a status, the id of a person (names of people are not unique). Names may change, so an id goes with those that
// have one. What has no simple value is JSON text.
//
// nested is the type that the value has under `fields`.
func (f Field) parts(o Options, nested *node) []fieldPart {
	if f.customKey() == "gh-sprint" {
		ids := fieldPart{take: takeMembers, path: []string{"id"}, node: arrayOf(&node{typ: typeInteger}), bare: true}
		if o.DataCenter {
			ids.take = takeSprints
		}
		return []fieldPart{ids}
	}
	if parts := f.singleParts(o, nested); parts != nil {
		return parts
	}
	if part, ok := f.arrayPart(o); ok {
		return []fieldPart{part}
	}
	whole := nested.typ != typeObject || nested.mark == markRichText
	if nested.typ == typeArray && nested.items.typ == typeObject {
		whole = false
	}
	if whole {
		return []fieldPart{{take: takeWhole, node: nested}}
	}
	return []fieldPart{{take: takeText, node: &node{typ: typeString}}}
}

// singleParts are the columns of what is an object with names; nil for all else.
func (f Field) singleParts(o Options, nested *node) []fieldPart {
	if nested.mark == markJSON && (f.Type == "team" || f.customKey() == "atlassian-team") {
		parts := namedParts()
		parts[0].bare, parts[1].bare = false, true // at times Jira sends the bare id
		return parts
	}
	return objectParts(o)[f.singleType()]
}

// namedParts are a name and an id.
func namedParts() []fieldPart { return []fieldPart{textPart("", "name"), textPart("id", "id")} }

// objectParts are the columns of the types whose values are objects, by schema.type.
func objectParts(o Options) map[string][]fieldPart {
	satisfaction := []fieldPart{numberPart("rating")}
	return map[string][]fieldPart{
		"user":              {textPart("", userKey(o)), textPart("name", "displayName")},
		"option":            {textPart("", "value")},
		"option-with-child": {textPart("", "value"), textPart("child", "child", "value")},
		"priority":          namedParts(),
		"resolution":        namedParts(),
		"issuetype":         namedParts(),
		"securitylevel":     namedParts(),
		"version":           namedParts(),
		"component":         namedParts(),
		"status":            statusParts(o),
		"statusCategory":    {textPart("", "name"), textPart("key", "key")},
		"project":           append(namedParts(), textPart("key", "key")),
		"group":             {textPart("", "name")},
		"issuelink":         {textPart("", "key"), textPart("id", "id")},
		"votes":             {numberPart("votes")},
		"watches":           {numberPart("watchCount")},

		"sd-feedback":         satisfaction,
		"sd-request-feedback": satisfaction,
		"sd-customerrequesttype": {
			textPart("", "requestType", "name"), textPart("id", "requestType", "id"), textPart("status", "currentStatus", "status"),
		},
	}
}

// statusParts are a status's name and id and, on Data Center, which has no field for it, the category.
func statusParts(o Options) []fieldPart {
	parts := namedParts()
	if o.DataCenter {
		parts = append(parts, textPart("category", "statusCategory", "name"), textPart("category_key", "statusCategory", "key"))
	}
	return parts
}

// singleType is schema.type, which the parent of an issue lacks on some versions.
func (f Field) singleType() string {
	if f.ID == "parent" && f.Type == "" {
		return "issuelink"
	}
	return f.Type
}

// arrayPart is the column of an array of objects with names.
func (f Field) arrayPart(o Options) (part fieldPart, ok bool) {
	if f.Type != "array" {
		return part, false
	}
	switch f.Items {
	case "user":
		return listPart(userKey(o)), true
	case "option":
		return listPart("value"), true
	case "version", "component", "group", "sd-customerorganization", "sd-customer-organization":
		return listPart("name"), true
	case "issuelinks", "issuelink":
		return listPart("key"), f.ID == "subtasks"
	}
	return part, false
}

// userKey is the member of a user that tells people apart, and the key of the stream users.
func userKey(o Options) string {
	if o.DataCenter {
		return "key"
	}
	return "accountId"
}
