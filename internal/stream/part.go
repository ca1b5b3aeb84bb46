package stream

import "strings"

// Part is where the rows of a child stand in an issue.
type Part string

const (
	// Issue is the issue itself.
	Issue Part = "issue"
	// Comments are under fields.comment.
	Comments Part = "comments"
	// Histories are the changelog.
	Histories Part = "histories"
	// Transitions are those that the account may make.
	Transitions Part = "transitions"
	// PerIssue rows are asked for by a request for each issue.
	PerIssue Part = "per issue"
	// Links are under fields.issuelinks, each in both of its issues.
	Links Part = "links"
	// FieldHistory are the changes of fields, with the values they began with,
	// worked out from the histories and the issue.
	FieldHistory Part = "field history"
	// MultiselectHistory are the values that came to and left fields that hold several.
	MultiselectHistory Part = "multiselect history"
	// SprintHistory are the sprints that the issue came to and left.
	SprintHistory Part = "sprint history"
	// KeyHistory are the keys that the issue has and had.
	KeyHistory Part = "key history"
	// SLACycles are the runs of the clocks of service levels, each a field.
	SLACycles Part = "sla cycles"
)

// embedded marks the parts that are arrays in an issue.
const embedded = "embedded in "

// Embedded are the rows of an array in the issue, by its dotted path.
func Embedded(path string) Part { return Part(embedded + path) }

// Path returns where in the issue the rows of an embedded part stand.
func (p Part) Path() (path string, ok bool) {
	return strings.CutPrefix(string(p), embedded)
}

// FromHistories tells that the rows are worked out from the histories of the
// issue and what it holds now.
func (p Part) FromHistories() bool {
	switch p {
	case FieldHistory, MultiselectHistory, SprintHistory, KeyHistory:
		return true
	}
	return false
}

// NeedsFields tells that the rows cannot be made without knowing the site's fields.
func (p Part) NeedsFields() bool {
	return p == Issue || p == SLACycles || p.FromHistories()
}
