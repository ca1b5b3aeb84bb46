package jirasim

import (
	"strconv"
	"strings"
)

// projectOptions are what a listing of projects was asked for.
type projectOptions struct {
	API    int
	Expand map[string]bool // description, lead, issueTypes, url, projectKeys, permissions, insight
	// CanEdit says that the caller administers the project, which is what permissions tell.
	CanEdit bool
}

// projectCount is the number of projects, deleted and archived ones included.
func (s *Site) projectCount() int { return len(s.catalog.projects) }

// projectStatus is "live", "archived" or "deleted", the words of project/search's status, or "hidden".
func (s *Site) projectStatus(p int) string {
	switch made, live := &s.catalog.projects[p], s.live.Load().projects[p]; {
	case live.hidden:
		return "hidden"
	case made.deleted || live.trashed:
		return "deleted"
	case made.archived || live.archived:
		return "archived"
	default:
		return "live"
	}
}

// projectKey is the project's key.
func (s *Site) projectKey(p int) string { return s.catalog.projects[p].key }

// projectID is the project's id.
func (s *Site) projectID(p int) uint64 { return s.catalog.projects[p].id }

// projectByIDOrKey finds a project. Keys are found in any case, as in Jira.
func (s *Site) projectByIDOrKey(idOrKey string) (p int, ok bool) {
	id, err := strconv.ParseUint(idOrKey, 10, 64)
	for p := range s.catalog.projects {
		made := &s.catalog.projects[p]
		if err == nil && made.id == id || strings.EqualFold(made.key, idOrKey) {
			return p, true
		}
	}
	return 0, false
}

// projectOfKey is the project of an issue's key.
func (s *Site) projectOfKey(key string) *project {
	p, _ := s.projectByIDOrKey(key[:strings.LastIndexByte(key, '-')])
	return &s.catalog.projects[p]
}

// appendProject appends a project as project/search (Cloud) or /project (Data Center) lists it.
func (s *Site) appendProject(dst []byte, p int, o projectOptions) []byte {
	w := s.writer(dst, renderOptions{API: o.API})
	made := &s.catalog.projects[p]
	w.open("")
	if s.cloud() {
		w.str("expand", "description,lead,issueTypes,url,projectKeys,permissions,insight")
	} else {
		w.str("expand", "description,lead,url,projectKeys")
	}
	w.self("project/", utoa(made.id))
	w.id("id", made.id)
	w.str("key", made.key)
	w.projectExpanded(p, o)
	w.str("name", made.name)
	w.projectAvatars(p)
	if made.category >= 0 {
		w.category("projectCategory", made.category)
	}
	if o.Expand["projectKeys"] {
		w.list("projectKeys")
		w.str("", made.key)
		w.end()
	}
	w.str("projectTypeKey", made.kind)
	if s.cloud() {
		w.cloudProject(p, o)
	} else {
		w.boolean("archived", w.s.projectStatus(p) == "archived")
	}
	w.close()
	return w.b
}

// projectExpanded writes what stands between key and name when it is asked for.
func (w *writer) projectExpanded(p int, o projectOptions) {
	made := &w.s.catalog.projects[p]
	if o.Expand["description"] {
		w.str("description", w.s.projectAbout(p))
	}
	if o.Expand["lead"] {
		w.user("lead", made.lead)
	}
	if o.Expand["issueTypes"] && w.s.cloud() {
		w.list("issueTypes")
		for _, t := range made.types {
			w.issueType("", t)
		}
		w.end()
	}
	if o.Expand["url"] && p%2 == 0 {
		w.text("url", "https://wiki.example.com/", made.key)
	}
}

// cloudProject writes the members that only Cloud has.
func (w *writer) cloudProject(p int, o projectOptions) {
	made := &w.s.catalog.projects[p]
	w.boolean("simplified", made.team)
	w.str("style", map[bool]string{true: "next-gen", false: "classic"}[made.team])
	w.boolean("isPrivate", p == 2)
	w.raw("properties", "{}")
	if made.team {
		r := w.s.rng(domProject, p, 9)
		id := uuid(&r)
		w.str("entityId", id)
		w.str("uuid", id)
	}
	if w.s.projectStatus(p) == "archived" {
		w.boolean("archived", true)
		w.date("archivedDate", w.s.end-90*dayMS)
		w.user("archivedBy", account)
	}
	if w.s.projectStatus(p) == "deleted" {
		w.boolean("deleted", true)
		w.date("retentionTillDate", w.s.end+53*dayMS)
		w.date("deletedDate", w.s.end-7*dayMS)
		w.user("deletedBy", account)
	}
	if o.Expand["permissions"] {
		w.open("permissions")
		w.boolean("canEdit", o.CanEdit)
		w.close()
	}
	if o.Expand["insight"] {
		w.open("insight")
		w.num("totalIssueCount", int64(len(w.s.base.byNum[p])))
		w.date("lastIssueUpdateTime", w.s.end)
		w.close()
	}
}

const dayMS = 24 * 60 * 60 * 1000

// projectAbout is a project's description, "" for some.
func (s *Site) projectAbout(p int) string {
	if p%3 == 2 {
		return ""
	}
	r := s.rng(domText, -1, p)
	return sentence(&r, 12) + "\r\n" + sentence(&r, 8)
}

// project writes a project as an issue's field holds it.
func (w *writer) project(key string, p int) {
	made := &w.s.catalog.projects[p]
	w.open(key)
	w.self("project/", utoa(made.id))
	w.id("id", made.id)
	w.str("key", made.key)
	w.str("name", made.name)
	w.str("projectTypeKey", made.kind)
	if w.s.cloud() {
		w.boolean("simplified", made.team)
	}
	w.projectAvatars(p)
	if made.category >= 0 {
		w.category("projectCategory", made.category)
	}
	w.close()
}

// projectAvatars writes the four sizes of a project's picture.
func (w *writer) projectAvatars(p int) {
	w.open("avatarUrls")
	for _, a := range avatarSizes {
		if w.s.cloud() {
			w.text(a.px, w.base, w.api, "universal_avatar/view/type/project/avatar/", itoa(10400+p), "?size=", a.name)
			continue
		}
		w.text(a.px, w.base, "/secure/projectavatar?size=", a.name, "&pid=", utoa(w.s.projectID(p)), "&avatarId=10324")
	}
	w.close()
}

// category writes a project category.
func (w *writer) category(key string, c int) {
	made := w.s.catalog.categories[c]
	w.open(key)
	w.self("projectCategory/", made.id)
	w.str("id", made.id)
	w.str("name", made.name)
	w.str("description", made.about)
	w.close()
}

// Versions and components have ids in one row over all projects.
func versionID(p, v int) uint64   { return 10000 + uint64(p)*100 + uint64(v)*2 }
func componentID(p, c int) uint64 { return 10500 + uint64(p)*100 + uint64(c) }

// versionName and componentName are as awkward as people make them.
func versionName(v int) string { return numbered(versionNames[v%len(versionNames)], v) }

var (
	versionNames   = []string{"v1.#", "Release #, Frühjahr", "2024.# \"LTS\"", "hotfix/# 🩹"}
	componentNames = []string{"Backend", "UI/UX <web>", "Größe & Maß #", "サーバー #", "API, v#"}
)

// numbered puts a number where the name has a hash.
func numbered(name string, n int) string { return strings.Replace(name, "#", itoa(n), 1) }

func componentName(c int) string { return numbered(componentNames[c%len(componentNames)], c) }

// versionState derives the dates of a version: about half are released, the oldest archived.
func (s *Site) versionState(p, v int) (archived, released bool, start, release int64) {
	n := s.catalog.projects[p].versions
	release = s.start + int64(v+1)*(s.end-s.start)/int64(n/2+1)
	return v == 0 && n > 3, release < s.end, release - 30*dayMS, release
}

// versionRecords are the project's versions, as project/{id}/version and /versions list them.
func (s *Site) versionRecords(p, api int) [][]byte {
	var records [][]byte
	for v := range s.catalog.projects[p].versions {
		w := s.writer(nil, renderOptions{API: api})
		w.versionListed(p, v)
		records = append(records, w.b)
	}
	return records
}

// versionListed writes a version as the listings show it: with its dates, if they are set, and its project.
func (w *writer) versionListed(p, v int) {
	archived, released, start, release := w.s.versionState(p, v)
	w.open("")
	w.versionCore(p, v)
	w.boolean("archived", archived)
	w.boolean("released", released)
	if v%3 != 2 {
		w.day("startDate", start)
		w.day("releaseDate", release)
	}
	if !w.s.cloud() {
		w.boolean("startDateSet", v%3 != 2)
		w.boolean("releaseDateSet", v%3 != 2)
	}
	if v%3 != 2 {
		w.boolean("overdue", false)
		w.userDay("userStartDate", start)
		w.userDay("userReleaseDate", release)
	}
	w.num("projectId", int64(w.s.projectID(p)))
	w.close()
}

// versionCore writes the members that a version has everywhere.
func (w *writer) versionCore(p, v int) {
	id := utoa(versionID(p, v))
	w.self("version/", id)
	w.str("id", id)
	if v%2 == 0 {
		w.str("description", "What we promised for "+versionName(v))
	}
	w.str("name", versionName(v))
}

// version writes a version as an issue's field holds it.
func (w *writer) version(key string, p, v int) {
	archived, released, _, release := w.s.versionState(p, v)
	w.open(key)
	w.versionCore(p, v)
	w.boolean("archived", archived)
	w.boolean("released", released)
	if v%3 != 2 {
		w.day("releaseDate", release)
	}
	w.close()
}

// componentRecords are the project's components; paged says that it is Cloud's project/{id}/component, whose records
// hold the component once more under componentBean.
func (s *Site) componentRecords(p, api int, paged bool) [][]byte {
	var records [][]byte
	for c := range s.catalog.projects[p].components {
		w := s.writer(nil, renderOptions{API: api})
		w.open("")
		w.componentListed(p, c)
		if paged {
			w.num("issueCount", int64(below(s.hash(domVersion, p, c), 40)))
			w.open("componentBean")
			w.componentListed(p, c)
			w.close()
		}
		w.close()
		records = append(records, w.b)
	}
	return records
}

// componentListed writes a component as the listings show it, with the people behind it.
func (w *writer) componentListed(p, c int) {
	lead := c % 4
	w.componentCore(p, c)
	if lead > 0 {
		w.user("lead", lead)
	}
	w.str("assigneeType", []string{"PROJECT_DEFAULT", "COMPONENT_LEAD", "UNASSIGNED", "PROJECT_LEAD"}[c%4])
	if lead > 0 {
		w.user("assignee", lead)
	}
	w.str("realAssigneeType", "PROJECT_LEAD")
	w.user("realAssignee", w.s.catalog.projects[p].lead)
	w.boolean("isAssigneeTypeValid", c%5 != 4)
	w.str("project", w.s.projectKey(p))
	w.num("projectId", int64(w.s.projectID(p)))
	if !w.s.cloud() {
		w.boolean("archived", false)
		w.boolean("deleted", false)
	}
}

// componentCore writes the members that a component has everywhere.
func (w *writer) componentCore(p, c int) {
	id := utoa(componentID(p, c))
	w.self("component/", id)
	w.str("id", id)
	w.str("name", componentName(c))
	if c%2 == 0 {
		w.str("description", "Alles um "+componentName(c))
	}
}

// component writes a component as an issue's field holds it.
func (w *writer) component(key string, p, c int) {
	w.open(key)
	w.componentCore(p, c)
	w.close()
}
