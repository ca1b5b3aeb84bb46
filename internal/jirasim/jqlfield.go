package jirasim

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// jqlField is a field that a clause may name: the operators it takes, and how a clause of it is compiled.
type jqlField struct {
	operators []string
	compile   func(c *jqlCompiler, in clauseInput) predicate
}

// canonicalField is the one name of a field's several, in lower case.
func canonicalField(name string) string {
	name = strings.ToLower(name)
	switch name {
	case "key", "id", "issue":
		return "issuekey"
	case "createddate":
		return "created"
	case "updateddate":
		return "updated"
	case "resolved":
		return "resolutiondate"
	case "type":
		return "issuetype"
	}
	return name
}

// jqlFields finds what is known of a field by its canonical name.
func jqlFields(name string) (jqlField, bool) {
	equality := []string{"=", "!=", "in", "not in", "is", "is not"}
	ordered := append([]string{"<", "<=", ">", ">="}, equality...)
	text := []string{"~", "!~", "is", "is not"}
	switch name {
	case "project":
		return jqlField{operators: equality, compile: projectClause}, true
	case "issuekey":
		return jqlField{operators: ordered, compile: issueClause}, true
	case "created", "updated", "resolutiondate":
		return jqlField{operators: ordered, compile: dateClause(name)}, true
	case "status", "statuscategory", "issuetype", "priority":
		return jqlField{operators: equality, compile: namedClause(name)}, true
	case "assignee", "reporter":
		return jqlField{operators: equality, compile: userClause(name)}, true
	case "resolution":
		return jqlField{operators: equality, compile: resolutionClause}, true
	case "labels":
		return jqlField{operators: equality, compile: labelClause}, true
	case "summary":
		return jqlField{operators: text, compile: summaryClause}, true
	default:
		return jqlField{}, false
	}
}

// membership makes the predicate of =, !=, in, not in, is and is not from what an issue's value is: whether it has one,
// and whether it is among those asked for. An issue without a value fails != and not in, as in Jira.
func membership(in clauseInput, present, among predicate) predicate {
	wantsEmpty := slices.ContainsFunc(in.values, func(v jqlValue) bool { return v.empty })
	hit := func(m *issueMeta) bool {
		if !present(m) {
			return wantsEmpty
		}
		return among(m)
	}
	switch in.operator {
	case "is not", "!=", "not in":
		return func(m *issueMeta) bool { return present(m) && !hit(m) }
	default:
		return hit
	}
}

// projectClause compiles a clause of project, whose values are keys, ids and names.
func projectClause(c *jqlCompiler, in clauseInput) predicate {
	wanted := map[int]bool{}
	for _, value := range c.literals(in) {
		p, ok := c.names.project(value.text)
		if !ok || c.anonymous || !c.site.browsable(p) {
			c.missing(in.name, value.text)
			continue
		}
		wanted[p] = true
	}
	return membership(in, everything, func(m *issueMeta) bool { return wanted[m.Project] })
}

// literals are the values without EMPTY; a function is refused.
func (c *jqlCompiler) literals(in clauseInput) []jqlValue {
	var values []jqlValue
	for _, value := range in.values {
		switch {
		case value.function:
			c.note(unknownFunction(value))
		case !value.empty:
			values = append(values, value)
		}
	}
	return values
}

// issueKeyForm is what a key looks like.
var issueKeyForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*-\d+$`)

// issueClause compiles a clause of id or key. Both mean an issue that must exist; the relations compare the numbers of
// issues of its project, whatever their ids.
func issueClause(c *jqlCompiler, in clauseInput) predicate {
	wanted := map[int]bool{}
	var bound *issueMeta
	for _, value := range c.literals(in) {
		m, ok := c.issue(in.name, value)
		if ok {
			wanted[m.Index], bound = true, &m
		}
	}
	if !strings.ContainsAny(in.operator, "<>") {
		return membership(in, everything, func(m *issueMeta) bool { return wanted[m.Index] })
	}
	if bound == nil {
		return nothing
	}
	return func(m *issueMeta) bool {
		return m.Project == bound.Project && compareNumbers(in.operator, m.Number, bound.Number)
	}
}

// issue finds the issue that a value of id or key names; one that is gone or hidden is missing.
func (c *jqlCompiler) issue(field string, value jqlValue) (m issueMeta, ok bool) {
	var index int
	isKey := issueKeyForm.MatchString(value.text)
	id, err := strconv.ParseUint(value.text, 10, 64)
	switch {
	case isKey:
		index, ok = c.site.issueByKey(strings.ToUpper(value.text))
	case err == nil:
		index, ok = c.site.issueByID(id)
	default:
		c.note(jqlErrorf("The issue key '%s' for field '%s' is invalid.", value.text, field))
		return m, false
	}
	if ok {
		m = c.site.issueMeta(index)
	}
	if ok && !m.Deleted && !c.anonymous && c.site.browsable(m.Project) {
		return m, true
	}
	if isKey {
		c.absent(fmt.Sprintf("An issue with key '%s' does not exist for field '%s'.", value.text, field))
	} else {
		c.missing(field, value.text)
	}
	return m, false
}

// compareNumbers applies a relation.
func compareNumbers(operator string, a, b uint32) bool {
	switch operator {
	case "<":
		return a < b
	case "<=":
		return a <= b
	case ">":
		return a > b
	default:
		return a >= b
	}
}

// dateClause compiles a clause of a date.
func dateClause(name string) func(*jqlCompiler, clauseInput) predicate {
	at := func(m *issueMeta) int64 {
		switch name {
		case "created":
			return m.Created
		case "updated":
			return m.Updated
		default:
			return m.Resolved
		}
	}
	return func(c *jqlCompiler, in clauseInput) predicate {
		var spans []dateRange
		operator := in.operator
		for _, value := range in.values {
			if value.empty {
				continue
			}
			date, err := c.dateValue(in.name, value)
			c.note(err)
			c.volatile = c.volatile || date.volatile
			spans = append(spans, spanOf(operator, date))
		}
		return membership(in, func(m *issueMeta) bool { return at(m) != 0 }, func(m *issueMeta) bool {
			return slices.ContainsFunc(spans, func(span dateRange) bool { return span.contains(at(m)) })
		})
	}
}

// namedClause compiles a clause of a field whose values have ids and names.
func namedClause(name string) func(*jqlCompiler, clauseInput) predicate {
	return func(c *jqlCompiler, in clauseInput) predicate {
		wanted := map[string]bool{}
		for _, value := range c.literals(in) {
			ids := c.names.ids(name, value.text)
			if len(ids) == 0 {
				c.missing(in.name, value.text)
			}
			for _, id := range ids {
				wanted[id] = true
			}
		}
		return membership(in, everything, func(m *issueMeta) bool {
			switch name {
			case "status":
				return wanted[m.Status]
			case "statuscategory":
				return wanted[c.names.categoryOf[m.Status]]
			case "priority":
				return wanted[m.Priority]
			default:
				return wanted[m.Type]
			}
		})
	}
}

// userClause compiles a clause of a person: an accountId on Cloud, a name or key on Data Center, or currentUser().
func userClause(name string) func(*jqlCompiler, clauseInput) predicate {
	return func(c *jqlCompiler, in clauseInput) predicate {
		wanted := map[int]bool{}
		for _, value := range in.values {
			if u, ok := c.user(in.name, value); ok {
				wanted[u] = true
			}
		}
		who := func(m *issueMeta) int {
			if name == "assignee" {
				return m.Assignee
			}
			return m.Reporter
		}
		present := func(m *issueMeta) bool { return who(m) >= 0 }
		return membership(in, present, func(m *issueMeta) bool { return wanted[who(m)] })
	}
}

// user finds the user that a value names.
func (c *jqlCompiler) user(field string, value jqlValue) (u int, ok bool) {
	if value.empty {
		return 0, false
	}
	if value.function {
		if strings.EqualFold(value.text, "currentUser") && len(value.args) == 0 {
			c.volatile = true
			return c.me, true
		}
		c.note(unknownFunction(value))
		return 0, false
	}
	u, ok = c.site.userBy(value.text)
	if ok && c.deployment == Cloud {
		accountID, _, _, _ := c.site.userIDs(u)
		ok = accountID == value.text
	}
	if !ok {
		c.missing(field, value.text)
	}
	return u, ok
}
