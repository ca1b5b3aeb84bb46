package stream

import (
	_ "embed" // the scopes are a text file
	"regexp"
	"slices"
	"strings"
)

// scopesText says which scopes each operation of Jira Cloud needs.
//
//go:embed scopes.txt
var scopesText string

// Scopes are what a token must be allowed for one operation of Jira Cloud: all
// of the classic scopes, or all of the granular ones. An empty list is no way
// in, and two empty ones need nothing.
type Scopes struct {
	Classic, Granular []string
}

var placeholders = regexp.MustCompile(`\{[^}]*\}`)

// ScopesOf returns the scopes of an operation: its method and the template of
// its path. known is false for one that Atlassian does not document.
func ScopesOf(method, path string) (s Scopes, known bool) {
	general := placeholders.ReplaceAllStringFunc(path, func(name string) string {
		if name == "{v}" {
			return name
		}
		return "{}"
	})
	_, after, known := strings.Cut(scopesText, "\n"+method+" "+general+" ")
	if !known {
		return Scopes{}, false
	}
	line, _, _ := strings.Cut(after, "\n")
	classic, granular, _ := strings.Cut(line, " ")
	return Scopes{Classic: scopeList(classic), Granular: scopeList(granular)}, true
}

func scopeList(text string) []string {
	if text == "-" {
		return nil
	}
	return strings.Split(text, ",")
}

// Missing returns the scopes that a token with these lacks for the operation,
// the classic ones where there are any; none when it is allowed.
func (s Scopes) Missing(granted []string) []string {
	classic, granular := without(s.Classic, granted), without(s.Granular, granted)
	switch {
	case len(s.Classic) > 0 && len(classic) == 0, len(s.Granular) > 0 && len(granular) == 0:
		return nil
	case len(s.Classic) > 0:
		return classic
	}
	return granular
}

// without returns the names that are not among others.
func without(names, others []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return slices.Contains(others, name) })
}

// operation is one request of a stream.
type operation struct{ method, path string }

// operations are the ways in which a stream is read on Cloud, the preferred one
// first: each needs all of its operations.
func (s Stream) operations() [][]operation {
	search := operation{"POST", "/rest/api/{v}/search/jql"}
	hydrate := operation{"POST", "/rest/api/{v}/issue/bulkfetch"}
	switch {
	case s.Source == WorklogFeed:
		return [][]operation{{{"GET", "/rest/api/{v}/worklog/updated"}, {"POST", "/rest/api/{v}/worklog/list"}}}
	case s.Source == UserDirectory:
		return [][]operation{{{"GET", "/rest/api/{v}/users/search"}}}
	case s.Part == PerIssue:
		return s.Cloud.operations()
	case s.Part == Histories, s.Part.FromHistories():
		return [][]operation{{search, hydrate, {"POST", "/rest/api/{v}/changelog/bulkfetch"}}}
	case s.Part == Comments:
		return [][]operation{{search, hydrate, {"GET", "/rest/api/{v}/issue/{issueId}/comment"}}}
	case s.Source == IssueTree:
		return [][]operation{{search, hydrate}}
	}
	return s.Cloud.operations()
}

// operations are the endpoint and its successors.
func (e Endpoint) operations() (ways [][]operation) {
	for at := &e; at != nil && at.Path != ""; at = at.Successor {
		ways = append(ways, []operation{{at.Method(), at.Path}})
	}
	return ways
}

// Scopes are what a token needs for the stream on Cloud, by its preferred way:
// the classic scopes where there are any, else the granular ones.
func (s Stream) Scopes() []string {
	if above, _ := s.above(); s.Cloud.Within != "" {
		return above.Scopes()
	}
	return append([]string{}, s.missingScopes(nil)...) // never null in JSON
}

// missingScopes are what a token with these scopes lacks for the stream itself,
// by its preferred way; none when one of the ways is open.
func (s Stream) missingScopes(granted []string) (missing []string) {
	for i, way := range s.operations() {
		var lacks []string
		for _, o := range way {
			needs, _ := ScopesOf(o.method, o.path)
			lacks = append(lacks, needs.Missing(granted)...)
		}
		if len(lacks) == 0 {
			return nil
		}
		if i == 0 {
			missing = lacks
		}
	}
	slices.Sort(missing)
	return slices.Compact(missing)
}
