package shape

import "strings"

// node returns the type of the field's values. Sources: what GET /field says in `schema`, and what Jira really sends for
// it, which differs between Cloud and Data Center for sprints and teams.
func (f Field) node(o Options) *node {
	if n := f.customNode(o); n != nil {
		return n
	}
	switch {
	case f.Type == "array":
		return arrayNode(f.Items)
	case f.Type == "string" && f.isRichText():
		return (&node{mark: markRichText}).forRichText(o.ADF)
	}
	return singleNode(f.Type)
}

// isRichText is true for texts that people format: wiki text in REST v2, documents in v3.
func (f Field) isRichText() bool {
	return f.System == "description" || f.System == "environment" || f.customKey() == "textarea"
}

// customKey returns the last part of CustomType: "gh-sprint".
func (f Field) customKey() string { return f.CustomType[strings.LastIndexByte(f.CustomType, ':')+1:] }

// customNode types the custom fields whose `schema` says too little; nil for all others.
func (f Field) customNode(o Options) *node {
	switch f.customKey() {
	case "gh-sprint":
		if o.DataCenter { // "com.atlassian.greenhopper.service.sprint.Sprint@428da144[id=3,…]"
			return arrayOf(&node{typ: typeString})
		}
		return arrayOf(sprintNode())
	case "gh-epic-link", "gh-epic-label", "gh-epic-color", "gh-lexo-rank", "devsummary", "devsummarycf":
		return &node{typ: typeString}
	case "gh-global-rank":
		return &node{typ: typeNumber}
	case "atlassian-team", "rm-teams-custom-field-team":
		if o.DataCenter { // the number of the team; on Cloud an object or an id
			return &node{typ: typeString}
		}
		return &node{typ: typeString, mark: markJSON}
	}
	return nil
}

// singleNode types a value by schema.type. A type that is open ("any"), or that we do not know, becomes JSON text.
func singleNode(typ string) *node {
	switch typ {
	case "string":
		return &node{typ: typeString}
	case "number":
		return &node{typ: typeNumber}
	case "boolean":
		return &node{typ: typeBoolean}
	case "date":
		return &node{typ: typeString, mark: markDate}
	case "datetime":
		return &node{typ: typeString, format: formatDateTime}
	case "user":
		return &node{typ: typeObject, mark: markUser}
	case "sd-approvals":
		return arrayOf(&node{typ: typeObject})
	}
	if isObjectType(typ) {
		return &node{typ: typeObject}
	}
	return &node{typ: typeString, mark: markJSON}
}

// arrayNode types an array by schema.items; an array of what is open or unknown becomes JSON text as a whole.
func arrayNode(items string) *node {
	item := singleNode(items)
	if item.mark == markJSON {
		return item
	}
	return arrayOf(item)
}

func arrayOf(item *node) *node { return &node{typ: typeArray, items: item} }

// isObjectType is true for the values of schema.type and schema.items that stand for objects.
func isObjectType(typ string) bool {
	switch typ {
	case "attachment", "component", "group", "issuelink", "issuelinks", "issuerestriction", "issuetype", "option",
		"option-with-child", "priority", "project", "resolution", "securitylevel", "status", "statusCategory", "version",
		"progress", "timetracking", "votes", "watches", "comments-page", "worklog",
		"cmdb-object-cftype", "cmdb-object-field",
		"sd-customerrequesttype", "sd-servicelevelagreement", "sd-feedback", "sd-request-feedback",
		"sd-customerorganization", "sd-customer-organization":
		return true
	}
	return false
}

// sprintNode is a sprint as Cloud sends it inside an issue.
func sprintNode() *node {
	text, number := &node{typ: typeString}, &node{typ: typeInteger}
	moment := &node{typ: typeString, format: formatDateTime}
	return &node{typ: typeObject, members: []member{
		{name: "id", node: number},
		{name: "name", node: text},
		{name: "state", node: text},
		{name: "boardId", node: number},
		{name: "goal", node: text},
		{name: "startDate", node: moment},
		{name: "endDate", node: moment},
		{name: "completeDate", node: moment},
	}}
}
