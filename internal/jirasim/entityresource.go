package jirasim

// nestedPlaceholders are the placeholders that records of other resources stand for.
var nestedPlaceholders = map[string]string{
	"screenId": "screens", "tabId": "screen_tabs", "contextId": "custom_field_contexts", "permissionSchemeId": "permission_schemes",
	"prioritySchemeId": "priority_schemes", "issueTypeSchemeId": "issue_type_schemes", "issueSecuritySchemeId": "issue_security_schemes",
	"fieldConfigurationId": "field_configurations", "fieldSchemeId": "field_schemes",
	"filterId": "filters", "dashboardId": "dashboards", "itemId": "dashboard_gadgets", "planId": "plans",
	"serviceDeskId": "service_desks", "requestTypeId": "request_types", "queueId": "queues", "organizationId": "organizations",
}

// kinds are all kinds by the names of their placeholders.
func (j *Jira) kinds() map[string]kind { return j.kindTable }

// makeKinds completes the table: each resource is a kind too, by the name of its stream.
func (j *Jira) makeKinds() {
	j.kindTable = coreKinds()
	for k := range j.resources {
		r := &j.resources[k]
		l := r.on(j.opt.Deployment)
		if len(r.apps) > 0 || l.path == "" {
			continue
		}
		j.kindTable[r.stream] = kind{
			nested: true, portal: len(l.path) > len(serviceAPI) && l.path[:len(serviceAPI)] == serviceAPI,
			all: func(j *Jira, vars map[string]string) []entity { return j.recordEntities(r, l, vars) },
		}
	}
	for placeholder, stream := range nestedPlaceholders {
		j.kindTable[placeholder] = j.kindTable[stream]
	}
}

// recordEntities are the records of the place that the variables name.
func (j *Jira) recordEntities(r *resource, l *listing, vars map[string]string) []entity {
	c := cell{j: j, resource: r, listing: l, api: 2, vars: map[string]string{}}
	for _, name := range l.placeholders() {
		k := j.kindOf(l, name)
		found, there := k.search(j, c.vars, vars[name])
		if !there {
			return nil
		}
		c = c.in(name, k, found)
	}
	own := r.keyColumns(j.opt.Deployment)
	found := make([]entity, c.count())
	for k := range found {
		at := c.at(k)
		found[k] = entity{id: at.key(own[len(own)-1:]), ordinal: at.n}
	}
	return found
}

// keyColumns are the columns of the resource's key on a deployment.
func (r *resource) keyColumns(d Deployment) []string {
	if d == DataCenter && r.serverColumns != nil {
		return r.serverColumns
	}
	return r.columns
}
