package jirasim

import (
	"bytes"
	"encoding/json"
	"net/http"
)

// listVisible makes a GET of a whole list; anonymous callers see nothing of it.
func listVisible(records func(s *Site, api int) [][]byte) handler {
	return func(j *Jira, q *request) response {
		if q.caller.anonymous() {
			return ok([]byte("[]"))
		}
		return ok(arrayOf(records(j.site, q.api)))
	}
}

// pageOf makes a GET of a list in pages.
func pageOf(records func(s *Site, api int) [][]byte) handler {
	return func(j *Jira, q *request) response { return j.pageRecords(q, records(j.site, q.api)) }
}

// listProjectTypes is GET project/type, which needs no login.
func listProjectTypes(j *Jira, _ *request) response { return ok(arrayOf(j.site.projectTypeRecords())) }

// listLinkTypes is GET issueLinkType.
func listLinkTypes(j *Jira, q *request) response {
	var records [][]byte
	if !q.caller.anonymous() {
		records = j.site.issueLinkTypeRecords(q.api)
	}
	return ok(append(append([]byte(`{"issueLinkTypes":`), arrayOf(records)...), '}'))
}

// listFields is GET field: anonymous callers see the system fields only.
func listFields(j *Jira, q *request) response {
	records := j.site.fieldRecords()
	if !q.caller.anonymous() {
		return ok(arrayOf(records))
	}
	var system [][]byte
	for _, record := range records {
		if !bytes.Contains(record, []byte(`"custom":true`)) {
			system = append(system, record)
		}
	}
	return ok(arrayOf(system))
}

// serverInfo is GET serverInfo.
func serverInfo(j *Jira, _ *request) response { return ok(j.site.appendServerInfo(nil, j.opt.Title)) }

// myself is GET myself.
func myself(j *Jira, q *request) response { return ok(j.site.appendUser(nil, q.caller.user(), q.api)) }

// tenantInfo is Cloud's GET /_edge/tenant_info.
func tenantInfo(j *Jira, _ *request) response {
	return valueResponse(http.StatusOK, map[string]string{"cloudId": uuid(&rng{state: mix(j.opt.Seed)})})
}

// permission is an entry of mypermissions.
type permission struct {
	ID          string `json:"id"`
	Key         string `json:"key"`
	Name        string `json:"name"`
	Type        string `json:"type"`
	Description string `json:"description"`
	Have        bool   `json:"havePermission"`
}

// permissionsOf are the permissions that the site knows, and whether the caller has them.
func (j *Jira) permissionsOf(c caller) []permission {
	known := permissionTable(true)
	for i := range known {
		known[i].Have = j.may(c, known[i].Key)
	}
	return known
}

// permissionTable lists the permissions.
func permissionTable(have bool) []permission {
	return []permission{
		{ID: "10", Key: "BROWSE_PROJECTS", Name: "Browse Projects", Type: "PROJECT", Description: "Ability to browse projects and the issues within them.", Have: have},
		{ID: "11", Key: "CREATE_ISSUES", Name: "Create Issues", Type: "PROJECT", Description: "Ability to create issues.", Have: have},
		{ID: "12", Key: "EDIT_ISSUES", Name: "Edit Issues", Type: "PROJECT", Description: "Ability to edit issues.", Have: have},
		{ID: "46", Key: "TRANSITION_ISSUES", Name: "Transition Issues", Type: "PROJECT", Description: "Ability to transition issues.", Have: have},
		{ID: "23", Key: "ADMINISTER_PROJECTS", Name: "Administer Projects", Type: "PROJECT", Description: "Ability to administer a project in Jira.", Have: have},
		{ID: "31", Key: "VIEW_VOTERS_AND_WATCHERS", Name: "View Voters and Watchers", Type: "PROJECT", Description: "Ability to view the voters and watchers of an issue.", Have: have},
		{ID: "26", Key: "SET_ISSUE_SECURITY", Name: "Set Issue Security", Type: "PROJECT", Description: "Ability to set the level of security on an issue.", Have: have},
		{ID: "45", Key: "VIEW_READONLY_WORKFLOW", Name: "View Read-Only Workflow", Type: "PROJECT", Description: "Users with this permission may view a read-only version of a workflow.", Have: have},
		{ID: "29", Key: "VIEW_DEV_TOOLS", Name: "View Development Tools", Type: "PROJECT", Description: "Allows users to view development-related information.", Have: have},
		{ID: "20", Key: "WORK_ON_ISSUES", Name: "Work On Issues", Type: "PROJECT", Description: "Ability to log work done against an issue.", Have: have},
		{ID: "0", Key: "ADMINISTER", Name: "Administer Jira", Type: "GLOBAL", Description: "Create and administer projects, issue types, fields, workflows, and schemes.", Have: have},
		{ID: "44", Key: "SYSTEM_ADMIN", Name: "Jira System Administrators", Type: "GLOBAL", Description: "Ability to perform all administration functions.", Have: have},
		{ID: "27", Key: "USER_PICKER", Name: "Browse Users", Type: "GLOBAL", Description: "Select users or groups from a popup window as well as the use of the 'share' issues feature.", Have: have},
		{ID: "22", Key: "CREATE_SHARED_OBJECTS", Name: "Create Shared Objects", Type: "GLOBAL", Description: "Share dashboards and filters with other users.", Have: have},
		{ID: "33", Key: "BULK_CHANGE", Name: "Bulk Change", Type: "GLOBAL", Description: "Ability to modify a collection of issues at once.", Have: have},
	}
}

// myPermissions is GET mypermissions. Cloud wants the permissions named and refuses unknown ones; Data Center tells all.
func myPermissions(j *Jira, q *request) response {
	known := map[string]permission{}
	for _, p := range j.permissionsOf(q.caller) {
		known[p.Key] = p
	}
	wanted := q.list("permissions")
	if j.opt.Deployment == DataCenter {
		return valueResponse(http.StatusOK, map[string]any{"permissions": known})
	}
	if len(wanted) == 0 {
		return errorCollection(http.StatusBadRequest, "The 'permissions' query parameter is required.")
	}
	answer := map[string]json.Marshaler{}
	for _, key := range wanted {
		p, there := known[key]
		if !there {
			return errorCollection(http.StatusBadRequest, "Unrecognized permission: "+key)
		}
		text, err := json.Marshal(p)
		if err != nil {
			return errorCollection(http.StatusInternalServerError, err.Error())
		}
		answer[key] = json.RawMessage(text)
	}
	return valueResponse(http.StatusOK, map[string]any{"permissions": answer})
}
