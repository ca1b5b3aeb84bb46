package jirasim

import (
	"encoding/json"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// reader asks a site what there is over HTTP alone, as an extractor must: it knows addresses and the members of answers,
// and nothing of the code that makes them.
type reader struct{ *client }

// tree is an answer as it stands, numbers kept.
func (r reader) tree(address string) any {
	r.t.Helper()
	var body any
	decoder := json.NewDecoder(strings.NewReader(r.get(address).status(200).body))
	decoder.UseNumber()
	require.NoError(r.t, decoder.Decode(&body), address)
	return body
}

// list is the array at a dotted path of an answer; "" is the answer itself.
func (r reader) list(address, at string) []any {
	r.t.Helper()
	found, isList := inside(r.t, r.tree(address), at).([]any)
	require.True(r.t, isList, "%s: %s", address, at)
	return found
}

// paged reads a list of startAt, isLast and values to its end, by what came.
func (r reader) paged(address string) (records []any) {
	r.t.Helper()
	for {
		page := r.tree(with(address, "startAt=%d", len(records)))
		records = append(records, inside(r.t, page, "values").([]any)...)
		if inside(r.t, page, "isLast") == true {
			return records
		}
	}
}

// texts are the values at a dotted path of each record.
func (r reader) texts(records []any, at string) []string {
	r.t.Helper()
	var found []string
	for _, record := range records {
		value := inside(r.t, record, at)
		require.NotNil(r.t, value, "%s of %v", at, record)
		found = append(found, fmt.Sprint(value))
	}
	return found
}

// ids are the members called id.
func (r reader) ids(records []any) []string { r.t.Helper(); return r.texts(records, "id") }

func (r reader) cloud() bool { return r.jira.opt.Deployment == Cloud }

// userID is the member that tells users apart.
func (r reader) userID() string { return map[bool]string{true: "accountId", false: "key"}[r.cloud()] }

// issues are the ids of all issues, by search.
func (r reader) issues() []string {
	r.t.Helper()
	if r.cloud() {
		ids, _ := r.walk(map[string]any{"jql": "created > 0", "maxResults": 5000})
		return ids
	}
	return r.ids(r.list("/rest/api/2/search?maxResults=1000&fields=id", "issues"))
}

// projects are the ids of all projects, in whichever state.
func (r reader) projects() []string {
	r.t.Helper()
	if r.cloud() {
		return r.ids(r.paged("/rest/api/2/project/search?status=live&status=archived&status=deleted"))
	}
	return r.ids(r.list("/rest/api/2/project?includeArchived=true", ""))
}

// live are the ids of the projects that are in use.
func (r reader) live() []string {
	r.t.Helper()
	if r.cloud() {
		return r.ids(r.paged("/rest/api/2/project/search"))
	}
	return r.ids(r.list("/rest/api/2/project", ""))
}

// keysUnder makes keys of what stands in each record of a list, and of each of those: outer/inner.
func keysUnder(outer string, inner []string) []string {
	keys := make([]string, len(inner))
	for k, id := range inner {
		keys[k] = outer + "/" + id
	}
	return keys
}

// ofEach joins what is found for each of some ids.
func ofEach(ids []string, find func(id string) []string) (found []string) {
	for _, id := range ids {
		found = append(found, find(id)...)
	}
	return found
}

// ofOpenProjects reads a list below every project that can be opened, in the trash or not.
func (r reader) ofOpenProjects(tail string) []string {
	r.t.Helper()
	return ofEach(r.projects(), func(id string) []string {
		address := "/rest/api/2/project/" + id + tail
		if r.get(address).code == 404 {
			return nil
		}
		return r.ids(r.list(address, ""))
	})
}

// inIssues reads a list that stands in the fields of every issue.
func (r reader) inIssues(field string, read func(issue string, list []any) []string) []string {
	r.t.Helper()
	return ofEach(r.issues(), func(id string) []string {
		fields := inside(r.t, r.tree("/rest/api/2/issue/"+id+"?fields="+field), "fields")
		list, _ := fields.(map[string]any)[field].([]any)
		return read(id, list)
	})
}

// ownIDs reads the ids of a list, whatever the issue.
func (r reader) ownIDs(_ string, list []any) []string { return r.ids(list) }

func (r reader) roleActors() []string {
	return ofEach(r.live(), func(project string) []string {
		roles := r.tree("/rest/api/2/project/" + project + "/role").(map[string]any)
		var found []string
		for _, address := range roles {
			role := path.Base(address.(string))
			found = append(found, keysUnder(project+"/"+role, r.ids(r.list("/rest/api/2/project/"+project+"/role/"+role, "actors")))...)
		}
		return found
	})
}

func (r reader) projectStatuses() []string {
	return ofEach(r.live(), func(project string) (found []string) {
		for _, kind := range r.list("/rest/api/2/project/"+project+"/statuses", "") {
			statuses := inside(r.t, kind, "statuses").([]any)
			found = append(found, keysUnder(project+"/"+fmt.Sprint(inside(r.t, kind, "id")), r.ids(statuses))...)
		}
		return found
	})
}

func (r reader) groups() []string {
	if r.cloud() {
		return r.texts(r.paged("/rest/api/3/group/bulk"), "groupId")
	}
	return r.texts(r.list("/rest/api/2/groups/picker?maxResults=1000", "groups"), "name")
}

func (r reader) members() []string {
	parameter := map[bool]string{true: "groupId", false: "groupname"}[r.cloud()]
	return ofEach(r.groups(), func(group string) []string {
		address := "/rest/api/2/group/member?includeInactiveUsers=true&" + parameter + "=" + url.QueryEscape(group)
		return keysUnder(group, r.texts(r.paged(address), r.userID()))
	})
}

// users are those that Cloud's listing shows; a short page is not its last one.
func (r reader) users() []string {
	var found []any
	for start := 0; ; start += 50 {
		page := r.list(fmt.Sprintf("/rest/api/3/users/search?startAt=%d&maxResults=50", start), "")
		if len(page) == 0 {
			return r.texts(found, "accountId")
		}
		found = append(found, page...)
	}
}

func (r reader) permissions() []string {
	var found []string
	for key := range inside(r.t, r.tree("/rest/api/2/permissions"), "permissions").(map[string]any) {
		found = append(found, key)
	}
	return found
}

func (r reader) limitReport() []string {
	body := r.tree("/rest/api/3/issue/limit/report")
	var found []string
	for member, word := range map[string]string{"issuesApproachingLimit": "approaching", "issuesBreachingLimit": "breaching"} {
		for field, issues := range inside(r.t, body, member).(map[string]any) {
			for issue := range issues.(map[string]any) {
				found = append(found, field+"/"+issue+"/"+word)
			}
		}
	}
	return found
}

// transitionProperties are the properties that stand in the transitions of the workflows.
func (r reader) transitionProperties() (found []string) {
	for _, workflow := range r.paged("/rest/api/3/workflows/search") {
		for _, transition := range inside(r.t, workflow, "transitions").([]any) {
			for key := range inside(r.t, transition, "properties").(map[string]any) {
				found = append(found, fmt.Sprint(inside(r.t, workflow, "id"), "/", inside(r.t, transition, "id"), "/", key))
			}
		}
	}
	return found
}

// slaCycles are the cycles of the service levels that stand in issues, numbered from 1: those that are over, then the one that
// goes on.
func (r reader) slaCycles() []string {
	return ofEach(r.issues(), func(id string) (found []string) {
		fields := inside(r.t, r.tree("/rest/api/2/issue/"+id+"?fields=*all"), "fields").(map[string]any)
		for field, value := range fields {
			level, _ := value.(map[string]any)
			completed, isLevel := level["completedCycles"].([]any)
			if !isLevel {
				continue
			}
			cycles := len(completed)
			if level["ongoingCycle"] != nil {
				cycles++
			}
			for k := range cycles {
				found = append(found, fmt.Sprint(id, "/", field, "/", k+1))
			}
		}
		return found
	})
}

// schemeProjects are the projects that a list of schemes names, when it is asked for all there are.
func (r reader) schemeProjects(scheme string) func() []string {
	return func() []string {
		query := url.Values{"projectId": r.projects()}
		return ofEach([]string{scheme + "?" + query.Encode()}, func(address string) (found []string) {
			for _, used := range r.list("/rest/api/3/"+address, "values") {
				for _, id := range inside(r.t, used, "projectIds").([]any) {
					found = append(found, id.(string))
				}
			}
			return found
		})
	}
}

// lookup reads a whole list.
func (r reader) lookup(address, at, key string) func() []string {
	return func() []string { r.t.Helper(); return r.texts(r.list("/rest/api/2/"+address, at), key) }
}

// readers tell of each stream that has a handler of its own how to read its keys.
func (r reader) readers() map[string]func() []string {
	const fields = "fields"
	known := map[string]func() []string{
		"projects":           r.projects,
		"versions":           func() []string { return r.ofOpenProjects("/versions") },
		"components":         func() []string { return r.ofOpenProjects("/components") },
		"project_types":      r.lookup("project/type", "", "key"),
		"project_categories": r.lookup("projectCategory", "", "id"),
		"resolutions":        r.lookup("resolution", "", "id"),
		"roles":              r.lookup("role", "", "id"),
		"priorities":         r.lookup("priority", "", "id"),
		"workflow_statuses":  r.lookup("status", "", "id"),
		"status_categories":  r.lookup("statuscategory", "", "id"),
		"issue_types":        r.lookup("issuetype", "", "id"),
		"issue_link_types":   r.lookup("issueLinkType", "issueLinkTypes", "id"),
		fields:               r.lookup("field", "", "id"),
		"server_info":        func() []string { return []string{inside(r.t, r.tree("/rest/api/2/serverInfo"), "baseUrl").(string)} },
		"issues":             r.issues,
		"issue_links": func() []string {
			return slices.Compact(slices.Sorted(slices.Values(r.inIssues("issuelinks", r.ownIDs))))
		},
		"issue_attachments": func() []string { return r.inIssues("attachment", r.ownIDs) },
		"issue_subtasks": func() []string {
			return r.inIssues("subtasks", func(issue string, list []any) []string { return keysUnder(issue, r.ids(list)) })
		},
		"issue_watchers": func() []string {
			return ofEach(r.issues(), func(id string) []string {
				return keysUnder(id, r.texts(r.list("/rest/api/2/issue/"+id+"/watchers", "watchers"), r.userID()))
			})
		},
		"issue_votes": func() []string {
			return ofEach(r.issues(), func(id string) []string {
				votes := r.tree("/rest/api/2/issue/" + id + "/votes")
				require.Len(r.t, inside(r.t, votes, "voters"), asInt(r.t, inside(r.t, votes, "votes")))
				return []string{id}
			})
		},
		"issue_transitions": func() []string {
			return ofEach(r.issues(), func(id string) []string {
				return keysUnder(id, r.ids(r.list("/rest/api/2/issue/"+id+"/transitions", "transitions")))
			})
		},
		"issue_sla_cycles":    r.slaCycles,
		"groups":              r.groups,
		"user_groups":         r.members,
		"permissions":         r.permissions,
		"my_permissions":      r.permissions,
		"project_role_actors": r.roleActors,
		"project_statuses":    r.projectStatuses,
		"jql_reference_data":  r.lookup("jql/autocompletedata", "visibleFieldNames", "value"),
		"jql_functions":       r.lookup("jql/autocompletedata", "visibleFunctionNames", "value"),
	}
	if !r.cloud() {
		known["statuses"] = r.lookup("status", "", "id")
		return known
	}
	for _, l := range schemesOfProjects() {
		known[l.stream] = r.schemeProjects(strings.TrimPrefix(l.template, "/rest/api/{v}/"))
	}
	known["issue_limit_reports"] = r.limitReport
	known["workflow_transition_properties"] = r.transitionProperties
	known["user_details"] = func() []string {
		r.t.Helper()
		known := slices.Collect(r.jira.Ledger().Keys("users"))
		require.Subset(r.t, known, r.users(), "users that are listed")
		return ofEach(known, func(id string) []string {
			return r.texts([]any{r.tree("/rest/api/3/user?accountId=" + url.QueryEscape(id))}, "accountId")
		})
	}
	return known
}

// asInt is a number of an answer.
func asInt(t *testing.T, value any) int {
	t.Helper()
	number, err := value.(json.Number).Int64()
	require.NoError(t, err)
	return int(number)
}
