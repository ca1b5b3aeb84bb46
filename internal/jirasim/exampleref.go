package jirasim

import (
	"encoding/json"
	"strings"
)

// References are put right wherever they stand in an example: people, projects, issue types, statuses, groups and roles
// become some of the site's, addresses become its own.

// exampleSites are the sites that examples are from.
var exampleSites = []string{"https://example.atlassian.net", "https://your-domain.atlassian.net", "https://jira.example.com"}

// settle puts right what a record refers to.
func (c cell) settle(record map[string]any) {
	for name, value := range record {
		record[name] = c.settled(name, value)
	}
}

// settled puts one value right, given the name of its member.
func (c cell) settled(name string, value any) any {
	switch have := value.(type) {
	case map[string]any:
		if isUser(have) {
			return c.person(have)
		}
		c.settle(have)
		if kind, known := memberKinds[name]; known {
			c.refer(kind, have)
		}
		return have
	case []any:
		for k, element := range have {
			have[k] = c.settled(name, element)
		}
		return have
	case string:
		if kind, known := scalarKinds[name]; known && have != "default" {
			return c.referID(kind, have)
		}
		return c.address(have)
	case json.Number:
		kind, known := scalarKinds[name]
		if name == "projects" { // numbers of projects; elsewhere it holds other things
			kind, known = "project", true
		}
		if known {
			return c.referID(kind, have)
		}
	}
	return value
}

// isUser tells a user by Cloud's id, or by the members that Data Center sends.
func isUser(have map[string]any) bool {
	_, cloud := have["accountId"]
	_, key := have["key"]
	_, shown := have["displayName"]
	return cloud || key && shown
}

// memberKinds are the kinds of the objects that members hold, by their names.
var memberKinds = map[string]string{
	"project": "project", "issuetype": "issueType", "issueType": "issueType", "status": "status", "role": "role",
	"projectRole": "role", "group": "group", "priority": "priority",
}

// scalarKinds are the kinds of the ids that members hold, by their names.
var scalarKinds = map[string]string{
	"projectId": "project", "projectIds": "project", "issueTypeId": "issueType", "issueTypeIds": "issueType",
	"defaultIssueTypeId": "issueType", "workTypeId": "issueType", "restrictedToWorkTypes": "issueType",
	"toStatusReference": "status", "fromStatusReference": "status", "statusReference": "status",
	"leadAccountId": "user", "authorAccountId": "user", "defaultPriorityId": "priority",
	"liveTemplateProjectIdReference": "project",
}

// refer makes an object stand for one of the site's entities.
func (c cell) refer(kind string, have map[string]any) {
	if chosen, there := c.choose(kind); there {
		merge(have, chosen.members)
		merge(have, map[string]any{"id": chosen.id})
	}
}

// referID is the id of one of the site's entities, in the example's type.
func (c cell) referID(kind string, example any) any {
	if chosen, there := c.choose(kind); there {
		return likeExample(example, chosen.id)
	}
	return example
}

// choose picks an entity for the record: the same in each reading, another one in each record.
func (c cell) choose(kind string) (entity, bool) {
	all := c.ofKind(kind)
	if len(all) == 0 {
		return entity{}, false
	}
	return all[c.n%len(all)], true
}

// person replaces a user. Service management has a form of its own, and some members hold the bare id.
func (c cell) person(have map[string]any) any {
	if len(have) == 1 {
		return map[string]any{"accountId": c.j.site.users[c.userIndex()].id}
	}
	if _, portal := have["_links"]; portal {
		made := map[string]any{}
		for name, value := range c.portalUser(c.userIndex()) {
			put(made, name, value)
		}
		return made
	}
	return json.RawMessage(c.j.site.appendUser(nil, c.userIndex(), c.api))
}

// userIndex picks a listed user.
func (c cell) userIndex() int {
	return c.j.site.pick(c.j.site.hash(domExample, c.n, len(c.resource.stream)))
}

// portalUser is a user as service management sends it.
func (c cell) portalUser(u int) map[string]any {
	who := &c.j.site.users[u]
	self := c.j.BaseURL() + "/rest/api/2/user?accountId=" + who.query
	made := map[string]any{
		"accountId": who.id, "emailAddress": who.email, "displayName": who.shown, "active": who.active(),
		"timeZone": c.j.site.timeZoneOf(u),
	}
	if c.j.opt.Deployment == DataCenter {
		self = c.j.BaseURL() + "/rest/api/2/user?username=" + who.query
		made["accountId"] = leftOut{}
	}
	made["_links"] = map[string]any{"jiraRest": self, "self": self, "avatarUrls": map[string]any{}}
	if who.email == "" {
		made["emailAddress"] = leftOut{}
	}
	return made
}

// portalUserRules make a record of a user, who has other ids on Data Center.
func portalUserRules(which func(c cell) int) []rule {
	onServer := func(value func(u *user) string) func(c cell) any {
		return func(c cell) any {
			if c.j.opt.Deployment == Cloud {
				return leftOut{}
			}
			return value(&c.j.site.users[which(c)])
		}
	}
	return []rule{
		{to: func(c cell) any { return c.portalUser(which(c)) }},
		{path: "key", to: onServer(func(u *user) string { return u.id })},
		{path: "name", to: onServer(func(u *user) string { return u.name })},
	}
}

// address moves an address to the site.
func (c cell) address(text string) string {
	for _, site := range exampleSites {
		if rest, there := strings.CutPrefix(text, site); there {
			if c.api == 3 {
				rest = strings.Replace(rest, "/rest/api/2/", "/rest/api/3/", 1)
			}
			return c.j.BaseURL() + rest
		}
	}
	return text
}
