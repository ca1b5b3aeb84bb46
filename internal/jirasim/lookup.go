package jirasim

import (
	"strings"
	"time"
)

// records renders n elements of a list, each by itself, so that a caller can page them.
func (s *Site) records(n, api int, element func(w *writer, k int)) [][]byte {
	made := make([][]byte, n)
	for k := range made {
		w := s.writer(nil, renderOptions{API: api})
		element(&w, k)
		made[k] = w.b
	}
	return made
}

// projectTypeRecords are the kinds of project, as project/type lists them.
func (s *Site) projectTypeRecords() [][]byte {
	kinds := []string{"business", "product_discovery", "service_desk", "software"}
	if !s.cloud() {
		kinds = []string{"business", "service_desk", "software"}
	}
	return s.records(len(kinds), 2, func(w *writer, k int) {
		w.open("")
		w.str("key", kinds[k])
		w.str("formattedKey", strings.ToUpper(kinds[k][:1])+strings.ReplaceAll(kinds[k][1:], "_", " "))
		w.str("descriptionI18nKey", "jira.project.type."+kinds[k]+".description")
		w.str("icon", strings.Repeat("PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4K", 12))
		w.str("color", "#F5A623")
		w.close()
	})
}

// projectCategoryRecords are the project categories.
func (s *Site) projectCategoryRecords(api int) [][]byte {
	return s.records(len(s.catalog.categories), api, func(w *writer, k int) { w.category("", k) })
}

// resolutionRecords are the resolutions: with self on Data Center and Cloud's plain list, with isDefault in its search.
func (s *Site) resolutionRecords(api int) [][]byte {
	return s.records(len(s.catalog.resolutions), api, func(w *writer, k int) {
		made := s.catalog.resolutions[k]
		w.open("")
		w.self("resolution/", made.id)
		w.str("id", made.id)
		w.str("description", made.about)
		w.str("name", made.name)
		if s.cloud() {
			w.boolean("isDefault", k == 0)
		}
		w.close()
	})
}

// roleRecords are the project roles with their default actors.
func (s *Site) roleRecords(api int) [][]byte {
	return s.records(len(s.catalog.roles), api, func(w *writer, k int) {
		made := &s.catalog.roles[k]
		w.open("")
		w.self("role/", itoa(made.id))
		w.str("name", made.name)
		w.num("id", int64(made.id))
		w.str("description", made.about)
		w.list("actors")
		w.roleActors(made)
		w.end()
		if made.scope >= 0 {
			w.scope(made.scope)
		}
		w.close()
	})
}

// roleActors writes a role's default actors: a group, then users.
func (w *writer) roleActors(made *role) {
	if made.group != "" {
		w.open("")
		w.num("id", int64(made.id)+1000)
		w.str("displayName", made.group)
		w.str("type", "atlassian-group-role-actor")
		w.str("name", made.group)
		w.open("actorGroup")
		w.str("name", made.group)
		w.str("displayName", made.group)
		if w.s.cloud() {
			w.str("groupId", w.s.groupID(made.group))
		}
		w.close()
		w.close()
	}
	for _, u := range made.users {
		who := &w.s.users[u]
		w.open("")
		w.num("id", int64(made.id)+2000+int64(u))
		w.str("displayName", who.shown)
		w.str("type", "atlassian-user-role-actor")
		if w.s.cloud() {
			w.open("actorUser")
			w.str("accountId", who.id)
			w.close()
		} else {
			w.str("name", who.name)
		}
		w.text("avatarUrl", w.base, "/secure/useravatar?size=xsmall&avatarId=", itoa(10334+u%20))
		w.close()
	}
}

// scope writes which team-managed project something belongs to.
func (w *writer) scope(p int) {
	w.open("scope")
	w.str("type", "PROJECT")
	w.open("project")
	w.id("id", w.s.projectID(p))
	w.close()
	w.close()
}

// priorityRecords are the priorities: isDefault only in Cloud's search, where HTTP adds nothing to them.
func (s *Site) priorityRecords(api int) [][]byte {
	return s.records(len(s.catalog.priorities), api, func(w *writer, k int) {
		made := s.catalog.priorities[k]
		w.open("")
		w.self("priority/", made.id)
		w.str("statusColor", made.color)
		w.str("description", made.about)
		w.text("iconUrl", w.base, "/images/icons/priorities/", strings.ToLower(made.name), ".svg")
		w.str("name", made.name)
		w.str("id", made.id)
		if s.cloud() {
			w.boolean("isDefault", k == 2)
		}
		w.close()
	})
}

// priority writes a priority as an issue's field holds it.
func (w *writer) priority(key string, k int) {
	made := w.s.catalog.priorities[k]
	w.open(key)
	w.self("priority/", made.id)
	w.text("iconUrl", w.base, "/images/icons/priorities/", strings.ToLower(made.name), ".svg")
	w.str("name", made.name)
	w.str("id", made.id)
	w.close()
}

// resolution writes a resolution as an issue's field holds it.
func (w *writer) resolution(key string, k int) {
	made := w.s.catalog.resolutions[k]
	w.open(key)
	w.self("resolution/", made.id)
	w.str("id", made.id)
	w.str("description", made.about)
	w.str("name", made.name)
	w.close()
}

// statusRecords are all statuses; on Cloud the same name comes again for each team-managed project.
func (s *Site) statusRecords(api int) [][]byte {
	return s.records(len(s.catalog.statuses), api, func(w *writer, k int) { w.status("", k, true) })
}

// status writes a status. The list knows the untranslated name; both know the scope of team-managed ones.
func (w *writer) status(key string, k int, listed bool) {
	made := &w.s.catalog.statuses[k]
	w.open(key)
	w.self("status/", made.id)
	w.str("description", made.about)
	w.text("iconUrl", w.base, "/images/icons/statuses/generic.png")
	w.str("name", made.name)
	if listed && w.s.cloud() {
		w.str("untranslatedName", made.name)
	}
	w.str("id", made.id)
	w.statusCategory("statusCategory", made.category)
	if made.scope >= 0 {
		w.scope(made.scope)
	}
	w.close()
}

// statusCategory writes the group that a status belongs to.
func (w *writer) statusCategory(key string, k int) {
	made := statusCategories[k]
	w.open(key)
	w.self("statuscategory/", itoa(made.id))
	w.num("id", int64(made.id))
	w.str("key", made.key)
	w.str("colorName", made.color)
	w.str("name", made.name)
	w.close()
}

// issueTypeRecords are all issue types; on Cloud the same name comes again for each team-managed project.
func (s *Site) issueTypeRecords(api int) [][]byte {
	return s.records(len(s.catalog.types), api, func(w *writer, k int) { w.issueType("", k) })
}

// issueType writes an issue type. Only Cloud knows levels and scopes.
func (w *writer) issueType(key string, k int) {
	made := &w.s.catalog.types[k]
	w.open(key)
	w.self("issuetype/", made.id)
	w.str("id", made.id)
	w.str("description", made.about)
	if w.s.cloud() {
		w.text("iconUrl", w.base, w.api, "universal_avatar/view/type/issuetype/avatar/", itoa(10300+k), "?size=medium")
		w.str("name", made.name)
		w.str("untranslatedName", made.name)
	} else {
		w.text("iconUrl", w.base, "/secure/viewavatar?size=xsmall&avatarId=", itoa(10300+k), "&avatarType=issuetype")
		w.str("name", made.name)
	}
	w.boolean("subtask", made.subtask)
	w.num("avatarId", int64(10300+k))
	if w.s.cloud() {
		if made.scope >= 0 {
			r := w.s.rng(domType, -1, k)
			w.str("entityId", uuid(&r))
		}
		w.num("hierarchyLevel", int64(made.level))
	}
	if made.scope >= 0 {
		w.scope(made.scope)
	}
	w.close()
}

// issueLinkTypeRecords are the types of links between issues.
func (s *Site) issueLinkTypeRecords(api int) [][]byte {
	return s.records(len(s.catalog.linkTypes), api, func(w *writer, k int) { w.linkType("", k) })
}

// linkType writes a type of links.
func (w *writer) linkType(key string, k int) {
	made := w.s.catalog.linkTypes[k]
	w.open(key)
	w.str("id", made.id)
	w.str("name", made.name)
	w.str("inward", made.inward)
	w.str("outward", made.outward)
	w.self("issueLinkType/", made.id)
	w.close()
}

// statusIDs are the ids of the statuses with an id or a name, in any case.
func (s *Site) statusIDs(idOrName string) []string {
	var ids []string
	for _, made := range s.catalog.statuses {
		if made.id == idOrName || strings.EqualFold(made.name, idOrName) {
			ids = append(ids, made.id)
		}
	}
	return ids
}

// issueTypeIDs are the ids of the issue types with an id or a name, in any case.
func (s *Site) issueTypeIDs(idOrName string) []string {
	var ids []string
	for _, made := range s.catalog.types {
		if made.id == idOrName || strings.EqualFold(made.name, idOrName) {
			ids = append(ids, made.id)
		}
	}
	return ids
}

// appendServerInfo appends the serverInfo answer. Its time is in the server's zone, here that of the account.
func (s *Site) appendServerInfo(dst []byte, title string) []byte {
	w := s.writer(dst, renderOptions{})
	w.open("")
	w.str("baseUrl", w.base)
	if s.cloud() {
		w.zone = time.UTC
		w.str("displayUrl", w.base)
		w.str("displayUrlServicedeskHelpCenter", w.base)
		w.str("displayUrlConfluence", w.base)
	}
	w.versionNumbers()
	w.date("serverTime", s.opt.Now().UnixMilli())
	w.str("scmInfo", "29f2c3a7a0b3e1d4c5f60718293a4b5c6d7e8f90")
	w.str("serverTitle", title)
	if s.cloud() {
		w.raw("defaultLocale", `{"locale":"en_US"}`)
		w.str("serverTimeZone", "Etc/UTC")
	}
	w.close()
	return w.b
}

// versionNumbers writes the version in its three forms, and when it was built.
func (w *writer) versionNumbers() {
	version, build := []int{1001, 0, 0}, 100291
	suffix, kind := "-SNAPSHOT", "Cloud"
	if !w.s.cloud() {
		version, suffix, kind = w.s.opt.Version, "", "Server"
		build = 0
		for k := range 3 { // 9.12.12 is 9120012
			build = build * []int{1, 100, 10000}[k]
			if k < len(version) {
				build += version[k]
			}
		}
	}
	words := make([]string, len(version))
	for k, n := range version {
		words[k] = itoa(n)
	}
	w.str("version", strings.Join(words, ".")+suffix)
	w.list("versionNumbers")
	for _, n := range version {
		w.num("", int64(n))
	}
	w.end()
	w.str("deploymentType", kind)
	w.num("buildNumber", int64(build))
	w.date("buildDate", w.s.start)
	if !w.s.cloud() {
		w.num("databaseBuildNumber", int64(build))
	}
}
