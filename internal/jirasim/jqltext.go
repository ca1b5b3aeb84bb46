package jirasim

import (
	"encoding/json"
	"slices"
	"strings"
)

// resolutionClause compiles a clause of resolution; Unresolved is the name of having none.
func resolutionClause(c *jqlCompiler, in clauseInput) predicate {
	wanted := map[string]bool{}
	for i, value := range in.values {
		if value.empty || strings.EqualFold(value.text, "unresolved") {
			in.values = slices.Clone(in.values)
			in.values[i].empty = true
			continue
		}
		ids := c.names.ids("resolution", value.text)
		if len(ids) == 0 || value.function {
			c.missing(in.name, value.text)
		}
		for _, id := range ids {
			wanted[id] = true
		}
	}
	fields, _ := c.site.parseFields([]string{"resolution"}, "")
	present := func(m *issueMeta) bool { return m.Resolved != 0 }
	hit := membership(in, present, func(m *issueMeta) bool {
		return len(wanted) > 0 && wanted[c.rendered(m, fields).Resolution.ID]
	})
	if in.operator == "!=" || in.operator == "not in" {
		// resolution != Unresolved asks for a value, and so does every other inequality.
		return func(m *issueMeta) bool { return present(m) && hit(m) }
	}
	return hit
}

// labelClause compiles a clause of labels, any of which may match.
func labelClause(c *jqlCompiler, in clauseInput) predicate {
	fields, _ := c.site.parseFields([]string{"labels"}, "")
	wanted := map[string]bool{}
	for _, value := range c.literals(in) {
		wanted[value.text] = true
	}
	present := func(m *issueMeta) bool { return len(c.rendered(m, fields).Labels) > 0 }
	return membership(in, present, func(m *issueMeta) bool {
		return slices.ContainsFunc(c.rendered(m, fields).Labels, func(label string) bool { return wanted[label] })
	})
}

// summaryClause compiles a clause of the summary: every word of the value must stand in it, a star at a word's end
// stands for any ending.
func summaryClause(c *jqlCompiler, in clauseInput) predicate {
	fields, _ := c.site.parseFields([]string{"summary"}, "")
	var words []string
	for _, value := range in.values {
		words = append(words, wordsOf(value.text, "*")...)
	}
	hit := func(m *issueMeta) bool {
		have := wordsOf(c.rendered(m, fields).Summary, "")
		return !slices.ContainsFunc(words, func(word string) bool { return !hasWord(have, word) })
	}
	switch in.operator {
	case "is not":
		return everything
	case "is":
		return nothing
	case "!~":
		return func(m *issueMeta) bool { return !hit(m) }
	default:
		return hit
	}
}

// wordsOf cuts text into lower-case words; extra characters count as parts of words.
func wordsOf(text, extra string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		letter := r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r > 127
		return !letter && !strings.ContainsRune(extra, r)
	})
}

// hasWord reports whether the word, or one with its beginning when it ends in a star, is among the words.
func hasWord(words []string, word string) bool {
	prefix, starred := strings.CutSuffix(word, "*")
	return slices.ContainsFunc(words, func(have string) bool {
		return have == word || starred && strings.HasPrefix(have, prefix)
	})
}

// renderedFields are the few fields of an issue that only its rendered form tells.
type renderedFields struct {
	Summary    string              `json:"summary"`
	Labels     []string            `json:"labels"`
	Resolution struct{ ID string } `json:"resolution"`
}

// rendered reads fields from the issue's rendered form, which is slow: clauses that need it are rare.
func (c *jqlCompiler) rendered(m *issueMeta, fields fieldSet) renderedFields {
	var issue struct {
		Fields renderedFields `json:"fields"`
	}
	if err := json.Unmarshal(c.site.appendIssue(nil, m.Index, renderOptions{Fields: fields, API: 2}), &issue); err != nil {
		return renderedFields{}
	}
	return issue.Fields
}
