package check

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tap-jira/internal/jira"
	"tap-jira/internal/stream"
)

// projectPage is how many projects are compared by name; Jira Cloud gives no more at once.
const projectPage = 100

// namedProjects is how many projects are named.
const namedProjects = 10

// unbrowsable finds the projects that exist and whose issues the account may
// not see. Only Cloud can be asked, by an account that administers: it sees
// projects that it may not browse (GET /rest/api/{v}/project/search, action).
func (w *walk) unbrowsable(ctx context.Context, rights stream.Rights) (stream.Lack, error) {
	administers := rights.Permissions["ADMINISTER"] || rights.Permissions["ADMINISTER_PROJECTS"]
	if w.deployment() != jira.Cloud || !administers {
		return stream.Lack{}, nil
	}
	seen, all, err := w.projects(ctx, "view")
	if err != nil {
		return stream.Lack{}, err
	}
	open, browsable, err := w.projects(ctx, "browse")
	if err != nil || all <= browsable {
		return stream.Lack{}, err
	}
	return stream.Lack{
		Missing: fmt.Sprintf("the permission Browse projects, in projects that exist: %d%s", all-browsable, names(seen, open)),
		Who:     "an administrator of these projects, or a Jira administrator, can grant it: the project's permission scheme",
	}, nil
}

// projects are the keys of the first projects for which the account can do
// something, by key, and how many there are.
func (w *walk) projects(ctx context.Context, action string) (keys []string, total int, err error) {
	sink := &sample{}
	request := jira.Request{Path: "/rest/api/{v}/project/search", Query: map[string][]string{"action": {action}, "orderBy": {"key"}}}
	for page, err := range w.Client.Pages(ctx, request, jira.Offset("values").Size(projectPage), sink) {
		for _, r := range sink.rows {
			keys = append(keys, r.text("key"))
		}
		return keys, page.Total, err
	}
	return nil, 0, nil
}

// names are the projects that are among those seen and not among those open,
// as far as both lists go.
func names(seen, open []string) string {
	var hidden []string
	for _, key := range seen {
		beyond := len(open) == projectPage && key > open[len(open)-1]
		if !slices.Contains(open, key) && !beyond && len(hidden) < namedProjects {
			hidden = append(hidden, key)
		}
	}
	if len(hidden) == 0 {
		return ""
	}
	return " (" + strings.Join(hidden, ", ") + ")"
}
