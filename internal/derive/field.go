package derive

import (
	"slices"
	"strings"

	"tap-jira/internal/shape"
)

// change is how histories tell of a field.
type change int

const (
	// changedWhole fields are replaced by each change.
	changedWhole change = iota
	// changedList fields hold several values, and a change tells the whole list
	// before and after.
	changedList
	// changedEach fields hold several values, and a change tells of one that came
	// or left.
	changedEach
)

// issueKeyField is what histories call the key of an issue.
const issueKeyField = "issuekey"

// changedField is a field as histories tell of it.
type changedField struct {
	id, name string // id is "" for what is no field, or for one of several of a name
	custom   bool
	change   change
	sprint   bool
	spaced   bool // its texts are single words: labels
	doubled  bool // its id is its text: dates and durations
	logged   bool // changes of it are histories
}

// key tells fields apart within an issue.
func (f changedField) key() string {
	if f.id != "" {
		return f.id
	}
	return f.name
}

// fieldtype is the word of histories for where a field comes from.
func (f changedField) fieldtype() string {
	if f.custom {
		return "custom"
	}
	return "jira"
}

// Fields are the fields of the site, as GET /rest/api/{v}/field lists them, by all that histories call them. They are not
// changed once made.
type Fields struct {
	byID     map[string]changedField
	byName   map[string][]string // ids of custom fields
	bySystem map[string]string   // ids of system fields by their names, lower case
}

// NewFields learns how histories tell of each field.
func NewFields(fields []shape.Field) Fields {
	c := Fields{byID: map[string]changedField{}, byName: map[string][]string{}, bySystem: itemNames()}
	c.byID[issueKeyField] = changedField{id: issueKeyField, name: "Key"}
	for _, f := range fields {
		if f.ID == issueKeyField {
			continue
		}
		c.byID[f.ID] = newChangedField(f)
		for _, name := range slices.Compact([]string{f.Name, f.UntranslatedName}) {
			switch {
			case name == "":
			case f.Custom:
				c.byName[name] = append(c.byName[name], f.ID)
			case c.bySystem[strings.ToLower(name)] == "":
				c.bySystem[strings.ToLower(name)] = f.ID
			}
		}
	}
	return c
}

func newChangedField(f shape.Field) changedField {
	kind := f.CustomType[strings.LastIndexByte(f.CustomType, ':')+1:]
	made := changedField{id: f.ID, name: f.Name, custom: f.Custom, sprint: kind == "gh-sprint"}
	switch {
	case !f.Custom && slices.Contains([]string{"fixVersions", "versions", "components", "issuelinks", "attachment"}, f.ID):
		made.change = changedEach
	case made.sprint || f.Type == "array":
		made.change = changedList
	}
	made.spaced = f.ID == "labels" || kind == "labels"
	made.doubled = f.Type == "date" || slices.Contains([]string{"timespent", "timeestimate", "timeoriginalestimate"}, f.ID)
	made.logged = !slices.Contains(unloggedFields(), f.ID) && !slices.Contains(unloggedTypes(), kind)
	return made
}

// unloggedFields are those that Jira works out, that never change, or that are
// streams of their own.
func unloggedFields() []string {
	return []string{
		"aggregateprogress", "aggregatetimeestimate", "aggregatetimeoriginalestimate", "aggregatetimespent", "archivedby",
		"archiveddate", "comment", "created", "creator", "issuerestriction", "lastViewed", "progress", "resolutiondate",
		"statusCategory", "statuscategorychangedate", "subtasks", "thumbnail", "timetracking", "updated", "votes",
		"watches", "worklog", "workratio",
	}
}

// unloggedTypes are the types of custom fields that are worked out, and the
// ranks, of which histories do not tell the value.
func unloggedTypes() []string {
	return []string{
		"gh-lexo-rank", "gh-global-rank", "sd-sla-field", "sd-approvals", "devsummary", "devsummarycf", "designcf",
		"timeinstatus", "firstresponsedate",
	}
}

// itemNames are the names that histories have for fields with another id; seen
// on Data Center, where items have no field id.
func itemNames() map[string]string {
	return map[string]string{
		"fix version": "fixVersions", "version": "versions", "component": "components", "link": "issuelinks",
		"attachment": "attachment", "key": issueKeyField, "parent issue": "parent", "issueparentassociation": "parent",
		"security": "security", "issue type": "issuetype", "time spent": "timespent",
	}
}

// of finds the field of an item.
func (c Fields) of(item rawItem) changedField {
	id := item.FieldID
	if id == "" {
		id = c.named(item)
	}
	if id == "key" {
		id = issueKeyField
	}
	if known, ok := c.byID[id]; ok {
		return known
	}
	return changedField{id: id, name: item.Field, custom: item.Fieldtype == "custom"}
}

// named finds the id of a field by the name in an item. Of several custom fields
// of that name nobody knows which one it was.
func (c Fields) named(item rawItem) string {
	if item.Fieldtype == "custom" {
		if ids := c.byName[item.Field]; len(ids) == 1 {
			return ids[0]
		}
		return ""
	}
	if _, known := c.byID[item.Field]; known {
		return item.Field
	}
	return c.bySystem[strings.ToLower(item.Field)]
}

// Needed adds to the ids of fields those that the beginning of the histories is worked out from.
func (c Fields) Needed(fields []string) []string {
	have := map[string]bool{}
	for _, f := range fields {
		have[f] = true
	}
	for _, id := range append(c.logged(), "created", "creator") {
		if !have[id] {
			fields = append(fields, id)
			have[id] = true
		}
	}
	return fields
}

// logged are the ids of the fields whose changes are histories, sorted.
func (c Fields) logged() []string {
	var ids []string
	for id, f := range c.byID {
		if f.logged {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}
