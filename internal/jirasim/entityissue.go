package jirasim

import "strings"

// issueEntity is an issue as a path names it.
func (j *Jira) issueEntity(i int) entity {
	id := utoa(j.site.issueID(i))
	key := j.site.issueKey(i)
	return entity{id: id, alias: key, ordinal: i, members: map[string]any{"issueId": id, "issueKey": key, "id": id, "key": key}}
}

func visibleIssueEntities(j *Jira, _ map[string]string) []entity {
	var found []entity
	for i := range j.site.visibleIssues(j.site.live.Load()) {
		found = append(found, j.issueEntity(i))
	}
	return found
}

func findIssue(j *Jira, _ map[string]string, text string) (entity, bool) {
	i, there := j.visibleIssue(&request{caller: caller{identity: adminIdentity}}, text)
	if !there {
		return entity{}, false
	}
	return j.issueEntity(i), true
}

// isRequest reports whether an issue came through a portal: it has a request type.
func (s *Site) isRequest(snap *snapshot, i int) bool {
	p := s.keyOf(snap, i).project
	if s.catalog.projects[p].kind != "service_desk" {
		return false
	}
	f := s.fieldOf(valueRequestType)
	r := s.rng(domField, f.customID, i)
	return r.intn(100) < f.fill
}

func requestIssues(j *Jira, _ map[string]string) []entity {
	var found []entity
	snap := j.site.live.Load()
	for i := range j.site.visibleIssues(snap) {
		if j.site.isRequest(snap, i) {
			found = append(found, j.issueEntity(i))
		}
	}
	return found
}

func findRequest(j *Jira, vars map[string]string, text string) (entity, bool) {
	found, there := findIssue(j, vars, text)
	if !there || !j.site.isRequest(j.site.live.Load(), found.ordinal) {
		return entity{}, false
	}
	return found, true
}

func issueComments(j *Jira, _ map[string]string) []entity {
	var found []entity
	snap := j.site.live.Load()
	for i := range j.site.visibleIssues(snap) {
		for k := range j.site.commentTotal(snap, i) {
			found = append(found, j.commentEntity(i, j.site.commentAt(snap, i, k).id))
		}
	}
	return found
}

// commentEntity is a comment; its ordinal is its id, as there may be any number.
func (j *Jira) commentEntity(i int, id uint64) entity {
	return entity{id: utoa(id), ordinal: int(id), vars: map[string]string{"issueId": utoa(j.site.issueID(i))}}
}

func findComment(j *Jira, _ map[string]string, text string) (entity, bool) {
	id, isID := isNumber(text)
	if !isID {
		return entity{}, false
	}
	i, _, there := j.site.commentByID(id)
	if !there || !j.readable(i) {
		return entity{}, false
	}
	return j.commentEntity(i, id), true
}

// issueWorklogs are the worklogs of the issue that the path names.
func issueWorklogs(j *Jira, vars map[string]string) []entity {
	owner, there := findIssue(j, vars, vars["issueId"])
	if !there {
		return nil
	}
	var found []entity
	snap := j.site.live.Load()
	for k := range j.site.worklogTotal(snap, owner.ordinal) {
		found = append(found, entity{
			id: utoa(j.site.worklogAt(snap, owner.ordinal, k).id), ordinal: k, vars: map[string]string{"issueId": owner.id},
		})
	}
	return found
}

// fieldsWhere are the fields that a test takes.
func fieldsWhere(j *Jira, takes func(f *field) bool) []entity {
	var found []entity
	for k := range j.site.fields {
		if f := &j.site.fields[k]; takes(f) {
			found = append(found, entity{id: f.id, alias: f.key(), ordinal: k, members: map[string]any{"id": f.id, "fieldId": f.id, "name": f.name}})
		}
	}
	return found
}

// customFieldEntities are the fields that have contexts: those of team-managed projects have none.
func customFieldEntities(j *Jira, _ map[string]string) []entity {
	return fieldsWhere(j, func(f *field) bool { return f.customID != 0 && f.scope < 0 })
}

// everyFieldEntity are all fields, system fields too.
func everyFieldEntity(j *Jira, _ map[string]string) []entity {
	found := fieldsWhere(j, func(*field) bool { return true })
	for k := range found {
		found[k].vars = map[string]string{"fieldId": found[k].id}
	}
	return found
}

// hasOptions reports whether people choose the field's value from a list.
func (f *field) hasOptions() bool {
	return f.kind == valueOption || f.kind == valueOptions || f.kind == valueCascade
}

// numberedOptionFields are the fields with options, by the numbers that Data Center calls them.
func numberedOptionFields(j *Jira, _ map[string]string) []entity {
	found := fieldsWhere(j, func(f *field) bool { return f.customID != 0 && f.hasOptions() })
	for k := range found {
		found[k].id = itoa(j.site.fields[found[k].ordinal].customID)
	}
	return found
}

// key is the key of a field: an app's fields are called after the app.
func (f *field) key() string {
	if strings.HasPrefix(f.plugin, "com.example.") {
		return strings.Replace(f.plugin, ":", "__", 1)
	}
	return f.id
}

// appFields are those that apps brought.
func appFields(j *Jira, _ map[string]string) []entity {
	found := fieldsWhere(j, func(f *field) bool { return f.kind == valueOption2 })
	for k := range found {
		found[k].id, found[k].alias = found[k].alias, ""
	}
	return found
}
