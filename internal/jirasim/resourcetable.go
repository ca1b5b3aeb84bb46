package jirasim

import (
	"fmt"
	"slices"
	"strings"
)

// allResources are the lists that have no handler of their own. Where each lies, what it holds and how it is cut is from
// Atlassian's published descriptions of the API.
func allResources() []resource {
	return slices.Concat(
		projectResources(), projectSchemeResources(), versionResources(), issueResources(), customFieldResources(),
		fieldSchemeResources(), listResources(), issueTypeSchemeResources(), priorityResources(), securityResources(),
		workflowResources(), screenResources(), peopleResources(), filterResources(), siteResources(), adminResources(), planResources(),
		alike(slices.Concat(deskResources(), requestResources(), organizationResources())), assetsResources(), appResources(),
	)
}

// properties are the keys of an entity's properties, a list that is no stream, and the properties themselves.
func properties(stream, path string, columns []string, has *amount, at string) []resource {
	keys := strings.TrimSuffix(stream, "ies") + "y_keys"
	list, query, hasQuery := strings.Cut(path, "?")
	one := list + "/{propertyKey}"
	names := map[string]string{"propertyKey": keys}
	if hasQuery {
		one += "?" + query
	}
	key := rule{path: "key", to: func(c cell) any { return propertyNames[c.k%len(propertyNames)] }}
	self := rule{path: "self", to: func(c cell) any { return c.resolved() + "/" + propertyNames[c.k%len(propertyNames)] }}
	return []resource{
		{
			stream: keys, hidden: true, amount: has, rules: []rule{key, self}, columns: append(slices.Clone(columns), "key"),
			cloud: listing{path: path, at: at}, server: listing{path: path, at: at},
		},
		{
			stream: stream, columns: append(slices.Clone(columns), "key"),
			rules: []rule{{path: "key", to: variable("propertyKey")}},
			cloud: listing{path: one, style: object, names: names}, server: listing{path: one, style: object, names: names},
		},
	}
}

// propertyNames are the keys that properties have.
var propertyNames = []string{"acme.review", "com.example.app/state"}

// resolved is the address of the place, with what its placeholders stand for.
func (c cell) resolved() string {
	template, _ := c.listing.split()
	text := strings.Replace(template, "{v}", "2", 1)
	for name, value := range c.vars {
		text = strings.Replace(text, "{"+name+"}", escaped(value), 1)
	}
	return c.j.BaseURL() + text
}

// cloudOf takes away what a deployment lacks.
func cloudOf(resources []resource) []resource {
	for k := range resources {
		resources[k].server = listing{}
	}
	return resources
}

// alike puts resources at the same addresses on Data Center as on Cloud.
func alike(resources []resource) []resource {
	for k := range resources {
		resources[k].server = resources[k].cloud
	}
	return resources
}

// deniedTo gives resources the message that those without rights get.
func deniedTo(message string, resources []resource) []resource {
	for k := range resources {
		resources[k].denied = message
	}
	return resources
}

// Where lists lie on both deployments.
func wholeAt(path, at string) listing { return listing{path: path, at: at} }
func objectAt(path string) listing    { return listing{path: path, style: object} }
func pagedAt(path string) listing     { return listing{path: path, style: paged} }
func portalAt(path string) listing    { return listing{path: serviceAPI + path, style: startLimit} }

// exactly is so many records in each place.
func exactly(n int) *amount { return &amount{most: n, of: func(cell) int { return n }} }

// atMost is up to so many, none in some places.
func atMost(n int) *amount {
	return &amount{most: n, of: func(c cell) int { return below(c.j.site.hash(domExample, c.place, n), n+1) }}
}

// oneIn is one record in one of so many places.
func oneIn(n int) *amount {
	return &amount{most: 1, of: func(c cell) int { return map[bool]int{true: 1}[c.place%n == 0] }}
}

// each is one record for each entity of a kind.
func each(kindName string) *amount {
	return &amount{most: siblings, of: func(c cell) int { return len(c.ofKind(kindName)) }}
}

// entityRules give a record the id and the members of the entity that it stands for.
func entityRules(kindName string) []rule {
	return []rule{{to: func(c cell) any { return c.entity(kindName).members }}}
}

// entity is the how-manieth of a kind that the record stands for.
func (c cell) entity(kindName string) entity {
	all := c.ofKind(kindName)
	return all[c.k%len(all)]
}

// idOf sets a member to the id of the entity that the record stands for.
func idOf(path, kindName string) rule {
	return rule{path: path, to: func(c cell) any { return c.entity(kindName).id }}
}

// from counts ids over all places.
func from(path string, first int) rule {
	return rule{path: path, to: func(c cell) any { return first + c.n }}
}

// variable is what a placeholder stands for.
func variable(name string) func(c cell) any {
	return func(c cell) any { return c.vars[name] }
}

// titled numbers names, so that no two are the same.
func titled(path, name string) rule {
	return rule{path: path, to: func(c cell) any {
		if c.n == 0 {
			return name
		}
		return fmt.Sprintf("%s %d", name, c.n+1)
	}}
}

// oneOf goes through words.
func oneOf(path string, words ...string) rule {
	return rule{path: path, to: func(c cell) any { return words[c.k%len(words)] }}
}

// unique is a UUID for each record.
func unique(path string) rule {
	return rule{path: path, to: func(c cell) any { return c.uuid() }}
}

// uuid is the record's UUID.
func (c cell) uuid() string {
	r := rng{state: c.j.site.hash(domExample, c.n, len(c.resource.stream)*31)}
	return uuid(&r)
}

// selfOf is the address of what a placeholder names.
func selfOf(path, placeholder string) rule {
	return rule{path: "self", to: func(c cell) any { return c.j.BaseURL() + "/rest/api/2/" + path + c.vars[placeholder] }}
}

// lacking takes a member out of a record where a test says so.
func lacking(path string, test func(c cell) bool) rule {
	return rule{path: path, to: func(c cell) any {
		if test(c) {
			return leftOut{}
		}
		return keptAsIs{}
	}}
}

// leftOut and keptAsIs are values that say what to do with a member instead.
type (
	leftOut  struct{}
	keptAsIs struct{}
)
