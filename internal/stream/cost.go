package stream

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/dustin/go-humanize"

	"tap-jira/internal/jira"
)

// Cost says what a stream costs in requests, for people who choose.
func (s Stream) Cost() string {
	switch {
	case s.Source == UserDirectory:
		return "a request per 1,000 users"
	case s.Source == WorklogFeed:
		return "a request per 1,000 worklogs"
	case s.Cloud.Within != "" || s.DataCenter.Within != "":
		return s.Parent.costWithin()
	case s.Cloud.Body != "":
		return s.costOfBatches()
	case s.Part == PerIssue || s.Source == Listed && s.Parent != nil:
		return "a request per " + s.Parent.things()
	case s.Part == Issue:
		return "a request per 100 issues"
	case s.Part == Histories, s.Part.FromHistories():
		return "a request per 300 issues (Cloud)"
	case s.Source == IssueTree:
		return "none beside those of issues"
	case s.Values != nil && len(s.Values.List) > 1:
		return fmt.Sprintf("%d requests", len(s.Values.List))
	}
	return "a request per page"
}

// costOfBatches is the cost of rows that Cloud sends with lists, and Data Center,
// where it has them, one by one.
func (s Stream) costOfBatches() string {
	cost := "a request per " + s.On(jira.Cloud).Parent.things()
	if s.DataCenter.Path != "" {
		cost += " (Cloud), per " + s.On(jira.DataCenter).Parent.things() + " (Data Center)"
	}
	return cost
}

// costWithin is the cost of rows that stand in those of the parent: that of the
// parent where it is read for their sake.
func (p Parent) costWithin() string {
	above, _ := Find(p.Stream)
	switch {
	case above.Cloud.Within != "":
		return above.Parent.costWithin()
	case above.Hidden:
		return above.Cost()
	}
	return "none beside those of " + above.Name
}

// things names the rows of the parent, and those of its parent where nobody
// else asks for the parent.
func (p Parent) things() string {
	if p.Batch > 0 {
		return fmt.Sprintf("%s %s", humanize.Comma(int64(p.Batch)), strings.ReplaceAll(strings.TrimPrefix(p.Stream, "issue_"), "_", " "))
	}
	if p.Stream == "users" {
		return "user"
	}
	if above, known := Find(p.Stream); known && above.Hidden && above.Parent != nil {
		return above.Parent.things() + " and per " + thing(p.As)
	}
	return thing(p.As)
}

// thing names what a placeholder stands for: "issueTypeId" is an issue type. A
// bare key is that of a property.
func thing(placeholder string) string {
	name := strings.TrimSuffix(strings.TrimSuffix(placeholder, "Id"), "Key")
	if name == "key" {
		return "property"
	}
	var words strings.Builder
	for _, letter := range name {
		if unicode.IsUpper(letter) {
			words.WriteByte(' ')
		}
		words.WriteRune(unicode.ToLower(letter))
	}
	return words.String()
}
