package jirasim

import "math"

// sortTerm is a field of ORDER BY made ready: a number that sorts as the field does.
type sortTerm struct {
	field      string // canonical
	descending bool
	value      func(m *issueMeta) int64
}

// sortTerms makes ORDER BY ready. Without one, Jira sorts by key, newest first. A field without ASC or DESC sorts in
// its own default direction, which for dates is newest first.
func (c *jqlContext) sortTerms(order []jqlSort) ([]sortTerm, error) {
	if len(order) == 0 {
		order = []jqlSort{{field: "issuekey", descending: true, ordered: true}}
	}
	terms := make([]sortTerm, 0, len(order))
	for _, sort := range order {
		term := sortTerm{field: canonicalField(sort.field), descending: sort.descending}
		if !sort.ordered {
			term.descending = term.field == "created" || term.field == "updated" || term.field == "resolutiondate"
		}
		if term.value = c.sortValue(term.field); term.value == nil {
			return nil, c.unsortable(sort.field, term.field)
		}
		terms = append(terms, term)
	}
	return terms, nil
}

// unsortable is Jira's answer to a field that cannot sort, or is not known.
func (c *jqlContext) unsortable(name, canonical string) error {
	if _, known := jqlFields(canonical); known {
		return jqlErrorf("Not able to sort using field '%s'.", name)
	}
	return unknownField(name)
}

// sortValue is the number that sorts as the field does; nil when it does not sort. Empty values come last.
func (c *jqlContext) sortValue(field string) func(m *issueMeta) int64 {
	switch field {
	case "issuekey":
		return c.names.keyOrder // id sorts by key too
	case "created":
		return func(m *issueMeta) int64 { return m.Created }
	case "updated":
		return func(m *issueMeta) int64 { return m.Updated }
	case "resolutiondate":
		return func(m *issueMeta) int64 {
			if m.Resolved == 0 {
				return math.MaxInt64
			}
			return m.Resolved
		}
	case "project":
		return func(m *issueMeta) int64 { return c.names.rank[m.Project] }
	case "status":
		return func(m *issueMeta) int64 { return idOrder(m.Status) }
	case "issuetype":
		return func(m *issueMeta) int64 { return idOrder(m.Type) }
	case "priority":
		return func(m *issueMeta) int64 { return idOrder(m.Priority) }
	case "assignee":
		return func(m *issueMeta) int64 { return personOrder(m.Assignee) }
	case "reporter":
		return func(m *issueMeta) int64 { return personOrder(m.Reporter) }
	default:
		return nil
	}
}

// personOrder sorts nobody last.
func personOrder(u int) int64 {
	if u < 0 {
		return math.MaxInt64
	}
	return int64(u)
}
