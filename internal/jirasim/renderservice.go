package jirasim

import "time"

// serviceValue writes the fields of Jira Service Management.
func (w *writer) serviceValue(f *field, i int, r *rng) {
	switch f.kind {
	case valueRequestType:
		w.requestType(f.id, i, r)
	case valueSLA:
		w.sla(f.id, f, i)
	case valueOrganizations:
		w.organizations(f.id, r)
	case valueApprovals:
		w.approvals(f.id, i, r)
	case valueFeedback:
		w.open(f.id)
		w.num("rating", int64(1+r.intn(5)))
		w.close()
	default:
		w.raw(f.id, `{"languageCode":"de","displayName":"German (Deutsch)"}`)
	}
}

// requestType writes the request type with the request's links and present status.
func (w *writer) requestType(key string, i int, r *rng) {
	id := itoa(1 + r.intn(9))
	issue := w.s.keyText(w.s.keyOf(w.snap, i))
	w.open(key)
	w.open("_links")
	w.text("jiraRest", w.base, "/rest/api/2/issue/", utoa(w.s.issueID(i)))
	w.text("web", w.base, "/servicedesk/customer/portal/2/", issue)
	w.text("self", w.base, "/rest/servicedeskapi/request/", utoa(w.s.issueID(i)))
	w.close()
	w.open("requestType")
	w.raw("_expands", `["field"]`)
	w.str("id", id)
	w.open("_links")
	w.text("self", w.base, "/rest/servicedeskapi/servicedesk/2/requesttype/", id)
	w.close()
	w.str("name", "Get IT help "+id)
	w.str("description", "Anything <else>?")
	w.str("helpText", "")
	w.str("issueTypeId", w.s.catalog.types[w.s.typeOf(w.snap, i)].id)
	w.str("serviceDeskId", "2")
	w.raw("groupIds", `["1","4"]`)
	w.close()
	w.open("currentStatus")
	status := &w.s.catalog.statuses[w.s.statusOf(w.snap, i)]
	w.str("status", status.name)
	w.serviceDate("statusDate", w.statusSince(i))
	w.close()
	w.close()
}

// serviceDate writes an instant in the four forms of Service Management.
func (w *writer) serviceDate(key string, ms int64) {
	at := time.UnixMilli(ms).In(w.zone)
	w.open(key)
	w.str("iso8601", at.Format("2006-01-02T15:04:05-0700"))
	w.str("jira", at.Format(dateLayout))
	w.str("friendly", at.Format("02/Jan/06 3:04 PM"))
	w.num("epochMillis", ms)
	w.close()
}

// organizations writes the customer organisations that a request is shared with.
func (w *writer) organizations(key string, r *rng) {
	w.list(key)
	for range 1 + r.intn(2) {
		id := itoa(1 + r.intn(30))
		w.open("")
		w.str("id", id)
		w.str("name", "Kunde \""+id+"\" GmbH & Co")
		w.open("_links")
		w.text("self", w.base, "/rest/servicedeskapi/organization/", id)
		w.close()
		w.close()
	}
	w.end()
}

// approvals writes one approval with one approver.
func (w *writer) approvals(key string, i int, r *rng) {
	decision := []string{"approved", "declined", "pending"}[r.intn(3)]
	w.list(key)
	w.open("")
	w.str("id", itoa(1+i))
	w.str("name", "Waiting for approval")
	w.str("finalDecision", decision)
	w.boolean("canAnswerApproval", false)
	w.list("approvers")
	w.open("")
	w.user("approver", w.s.pick(r.next()))
	w.str("approverDecision", decision)
	w.close()
	w.end()
	w.serviceDate("createdDate", w.s.createdAt(w.snap, i))
	w.close()
	w.end()
}

// opaqueValue writes the values whose shape is known only to their app.
func (w *writer) opaqueValue(f *field, r *rng) {
	n := itoa(1 + r.intn(500))
	switch f.kind {
	case valueAssets:
		w.raw(f.id, `[{"workspaceId":"f0a1b2c3-0000-4000-8000-000000000001","id":"f0a1b2c3-0000-4000-8000-000000000001:`+n+
			`","objectId":"`+n+`"}]`)
	case valueDevSummary:
		w.str(f.id, []string{"{}", `{pullrequest={dataType=pullrequest, state=OPEN, stateCount=1}, json={"cachedValue":{"errors":[]}}}`}[r.intn(2)])
	case valueDesigns:
		w.raw(f.id, `["design.field.name"]`)
	case valueObject:
		w.raw(f.id, `{"version":`+n+`,"nested":{"list":[1,2.5,null,true,"x\u2028"],"empty":{}}}`)
	case valueOption2:
		w.raw(f.id, `{"value":"two","id":`+n+`,"flags":[]}`)
	case valueJSON:
		w.raw(f.id, `{"rows":[{"a":1},{"a":"one"},[],{}],"n":1e3}`)
	case valueAnyArray:
		w.raw(f.id, `[1,"two",{"three":3},[4],null]`)
	case valueImportID: // a number, or the text of one
		w.raw(f.id, []string{n + ".0", `"` + n + `"`}[r.intn(2)])
	case valueTimeInStatus:
		w.text(f.id, "10000_*:*_1_*:*_", n, "_*|*_3_*:*_2_*:*_", n)
	default:
		w.raw(f.id, []string{`[{"name":"done?","checked":false}]`, `"plain text"`, n, "true", `{"a":null}`}[r.intn(5)])
	}
}
