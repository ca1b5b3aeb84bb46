package jirasim

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// jqlNames finds the ids of what JQL calls by name. Names are not unique: one name may stand for several ids.
type jqlNames struct {
	site       *Site
	projects   map[string]int      // by name, lower case
	byName     map[string][]string // "field\x00name" in lower case
	categoryOf map[string]string   // status id -> id of its category
	rank       []int64             // project index -> its place by key
}

// namedRecord is what the listings have in common.
type namedRecord struct {
	ID       any    `json:"id"`
	Key      string `json:"key"`
	Name     string `json:"name"`
	Category *struct {
		ID   json.Number `json:"id"`
		Key  string      `json:"key"`
		Name string      `json:"name"`
	} `json:"statusCategory"`
}

// newJQLNames reads the site's listings once.
func newJQLNames(site *Site) *jqlNames {
	n := &jqlNames{site: site, projects: map[string]int{}, byName: map[string][]string{}, categoryOf: map[string]string{}}
	for field, records := range map[string][][]byte{
		"priority": site.priorityRecords(2), "resolution": site.resolutionRecords(2), "status": site.statusRecords(2),
	} {
		for _, record := range records {
			n.add(field, record)
		}
	}
	keys := make([]string, site.projectCount())
	for p := range keys {
		keys[p] = site.projectKey(p)
		var record namedRecord
		if json.Unmarshal(site.appendProject(nil, p, projectOptions{API: 2}), &record) == nil {
			n.projects[strings.ToLower(record.Name)] = p
		}
	}
	sorted := slices.Sorted(slices.Values(keys))
	for _, key := range keys {
		at, _ := slices.BinarySearch(sorted, key)
		n.rank = append(n.rank, int64(at))
	}
	return n
}

// add enters a record by its id and its name, and a status's category by all it is called.
func (n *jqlNames) add(field string, raw []byte) {
	var record namedRecord
	if json.Unmarshal(raw, &record) != nil {
		return
	}
	id, ok := record.ID.(string)
	if !ok {
		return
	}
	n.enter(field, id, id)
	n.enter(field, record.Name, id)
	if record.Category == nil {
		return
	}
	category := record.Category.ID.String()
	n.categoryOf[id] = category
	for _, name := range []string{category, record.Category.Key, record.Category.Name} {
		n.enter("statuscategory", name, category)
	}
}

// enter adds an id to a name once.
func (n *jqlNames) enter(field, name, id string) {
	key := field + "\x00" + strings.ToLower(name)
	if !slices.Contains(n.byName[key], id) {
		n.byName[key] = append(n.byName[key], id)
	}
}

// ids are all the ids that a field's value may mean.
func (n *jqlNames) ids(field, text string) []string {
	switch field {
	case "status":
		return n.site.statusIDs(text)
	case "issuetype":
		return n.site.issueTypeIDs(text)
	default:
		return n.byName[field+"\x00"+strings.ToLower(text)]
	}
}

// project finds a project by key in any case, by id or by name.
func (n *jqlNames) project(text string) (p int, ok bool) {
	if p, ok = n.site.projectByIDOrKey(text); ok {
		return p, true
	}
	if p, ok = n.site.projectByIDOrKey(strings.ToUpper(text)); ok {
		return p, true
	}
	p, ok = n.projects[strings.ToLower(text)]
	return p, ok
}

// keyOrder is a number that sorts as keys do: by the project's key, then by the number.
func (n *jqlNames) keyOrder(m *issueMeta) int64 { return n.rank[m.Project]<<32 | int64(m.Number) }

// idOrder reads an id for sorting.
func idOrder(id string) int64 {
	number, _ := strconv.ParseInt(id, 10, 64)
	return number
}
