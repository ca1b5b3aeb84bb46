package jirasim

// partLedger are the streams of what hangs on projects, issues and users and has handlers of its own, or stands in the
// issues themselves.
func (j *Jira) partLedger() []ledgerStream {
	userColumn, groupColumns, group := "accountId", []string{"groupId", "accountId"}, "groupId"
	if j.opt.Deployment == DataCenter {
		userColumn, groupColumns, group = "key", []string{"groupName", "key"}, "name"
	}
	streams := []ledgerStream{
		j.tells("project_role_actors", []string{"projectId", "roleId", "id"}, roleActorKeys),
		j.tells("project_statuses", []string{"projectId", "issueTypeId", "id"}, projectStatusKeys),
		j.tells("issue_watchers", []string{"issueId", userColumn}, watcherKeys),
		j.tells("issue_votes", []string{"issueId"}, func(j *Jira, yield func(string) bool) { j.site.issueKeys(yield) }),
		j.tells("issue_links", []string{"id"}, linkKeys),
		j.tells("issue_attachments", []string{"id"}, attachmentKeys),
		j.tells("issue_subtasks", []string{"issueId", "id"}, subtaskKeys),
		j.tells("groups", []string{group}, groupKeys),
		j.tells("user_groups", groupColumns, memberKeys),
		j.tells("permissions", []string{"key"}, permissionKeys),
		j.tells("my_permissions", []string{"key"}, permissionKeys),
		{name: "status_categories", columns: []string{"id"}, keys: members("id", func(s *Site) [][]byte { return s.statusCategoryRecords(2) })},
	}
	if j.opt.Deployment == DataCenter {
		statuses := members("id", func(s *Site) [][]byte { return s.statusRecords(2) })
		return append(streams, ledgerStream{name: "statuses", columns: []string{"id"}, keys: statuses})
	}
	streams = append(streams,
		j.tells("user_details", []string{"accountId"}, func(j *Jira, yield func(string) bool) { j.site.userKeys(yield) }),
		j.tells("issue_limit_reports", []string{"field", "issueId", "state"}, limitKeys),
		j.tells("workflow_transition_properties", []string{"workflowId", "transitionId", "key"}, transitionPropertyKeys),
	)
	for _, l := range schemesOfProjects() {
		streams = append(streams, j.tells(l.stream, []string{"projectId"}, schemeProjectKeys))
	}
	return streams
}

// roleActorKeys are the actors of each role in each project: the same people everywhere.
func roleActorKeys(j *Jira, yield func(string) bool) {
	for _, p := range liveProjects(j, nil) {
		for _, found := range j.rolesOf(p.ordinal) {
			made := &j.site.catalog.roles[found.ordinal]
			var ids []int
			if made.group != "" {
				ids = append(ids, made.id+1000)
			}
			for _, u := range made.users {
				ids = append(ids, made.id+2000+u)
			}
			for _, id := range ids {
				if !yield(p.id + "/" + found.id + "/" + itoa(id)) {
					return
				}
			}
		}
	}
}

func projectStatusKeys(j *Jira, yield func(string) bool) {
	for _, p := range liveProjects(j, nil) {
		made := &j.site.catalog.projects[p.ordinal]
		for _, t := range made.types {
			for _, status := range made.workflow {
				if !yield(p.id + "/" + j.site.catalog.types[t].id + "/" + j.site.catalog.statuses[status].id) {
					return
				}
			}
		}
	}
}

// perIssue goes through the issues that search shows.
func (j *Jira) perIssue(yield func(string) bool, keys func(snap *snapshot, i int, id string) []string) {
	snap := j.site.live.Load()
	for i := range j.site.visibleIssues(snap) {
		for _, key := range keys(snap, i, utoa(j.site.issueID(i))) {
			if !yield(key) {
				return
			}
		}
	}
}

func watcherKeys(j *Jira, yield func(string) bool) {
	j.perIssue(yield, func(_ *snapshot, i int, id string) []string {
		keys := make([]string, j.site.callersOf(i))
		for k := range keys {
			keys[k] = id + "/" + j.site.users[j.site.callerAt(i, k)].id
		}
		return keys
	})
}

// linkKeys tells each link once, though it stands in both of its issues.
func linkKeys(j *Jira, yield func(string) bool) {
	told := map[uint64]bool{}
	j.perIssue(yield, func(snap *snapshot, i int, _ string) []string {
		var keys []string
		for _, l := range j.site.linksOf(snap, i) {
			if !told[l.id] {
				keys = append(keys, utoa(l.id))
			}
			told[l.id] = true
		}
		return keys
	})
}

func attachmentKeys(j *Jira, yield func(string) bool) {
	j.perIssue(yield, func(_ *snapshot, i int, _ string) []string {
		var keys []string
		for k := range j.site.attachmentCount(i) {
			keys = append(keys, utoa(attachmentID(i, k)))
		}
		return keys
	})
}

func subtaskKeys(j *Jira, yield func(string) bool) {
	j.perIssue(yield, func(snap *snapshot, i int, id string) []string {
		var keys []string
		for _, k := range j.site.subtasksOf(snap, i) {
			keys = append(keys, id+"/"+utoa(j.site.issueID(k)))
		}
		return keys
	})
}

func groupKeys(j *Jira, yield func(string) bool) {
	for _, name := range groups {
		key := name
		if j.opt.Deployment == Cloud {
			key = j.site.groupID(name)
		}
		if !yield(key) {
			return
		}
	}
}

func memberKeys(j *Jira, yield func(string) bool) {
	for g, name := range groups {
		key := name
		if j.opt.Deployment == Cloud {
			key = j.site.groupID(name)
		}
		for u := range j.site.userCount() {
			if j.site.inGroup(u, g) && !yield(key+"/"+j.site.users[u].id) {
				return
			}
		}
	}
}

func permissionKeys(_ *Jira, yield func(string) bool) {
	for _, p := range permissionTable(true) {
		if !yield(p.Key) {
			return
		}
	}
}

func limitKeys(j *Jira, yield func(string) bool) {
	j.limited(func(field, issue string, _ int, breaching bool) bool {
		return yield(field + "/" + issue + "/" + map[bool]string{true: "breaching", false: "approaching"}[breaching])
	})
}

// transitionPropertyKeys are the properties that stand in the transitions of workflows.
func transitionPropertyKeys(j *Jira, yield func(string) bool) {
	for _, workflow := range j.schemeRecords("workflows") {
		transitions, _ := workflow["transitions"].([]any)
		for _, transition := range transitions {
			properties, _ := lookup(transition.(map[string]any), "properties")
			for key := range properties.(map[string]any) {
				if !yield(keyText(workflow["id"]) + "/" + keyText(transition.(map[string]any)["id"]) + "/" + key) {
					return
				}
			}
		}
	}
}

// schemeProjectKeys are the projects that have schemes: company-managed ones.
func schemeProjectKeys(j *Jira, yield func(string) bool) {
	for k := range schemeTotal {
		for _, e := range j.schemeUsers(k) {
			if !yield(e.id) {
				return
			}
		}
	}
}
