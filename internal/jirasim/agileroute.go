package jirasim

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// agileCap is how many boards, sprints and epics a page holds at most.
const agileCap = 50

// boardUnseen is what the agile resources say of a board that is not there, or is somebody else's.
const boardUnseen = "The requested board cannot be viewed because it either does not exist or you do not have permission to view it."

// agileRoutes are those of Jira Software on both deployments.
func agileRoutes() []route {
	routes := []route{
		{template: "board", do: pageBoards},
		{template: "board/{boardId}", do: getBoard},
		{template: "board/{boardId}/configuration", do: ofBoard(boardConfiguration)},
		{template: "board/{boardId}/project", do: ofBoard(pageBoardProjects)},
		{template: "board/{boardId}/sprint", do: ofBoard(pageBoardSprints)},
		{template: "board/{boardId}/epic", do: ofBoard(pageBoardEpics)},
		{template: "board/{boardId}/version", do: ofBoard(pageBoardVersions)},
		{template: "board/{boardId}/issue", do: ofBoard(boardIssueList)},
		{template: "board/{boardId}/backlog", do: ofBoard(backlogList)},
		{template: "board/{boardId}/properties", do: ofBoard(listBoardProperties)},
		{template: "board/{boardId}/properties/{propertyKey}", do: ofBoard(getBoardProperty)},
		{template: "sprint/{sprintId}", do: getSprint},
		{template: "sprint/{sprintId}/issue", do: sprintIssueList},
		{template: "sprint/{sprintId}/properties", do: listSprintProperties},
		{template: "sprint/{sprintId}/properties/{propertyKey}", do: getSprintProperty},
		{template: "epic/{epicIdOrKey}", do: getEpic},
		{template: "epic/{epicIdOrKey}/issue", do: epicIssueList},
		{template: "issue/{issueIdOrKey}/estimation", do: getEstimation},
	}
	return under(agileAPI, routes)
}

// cloudAgileRoutes are Cloud's own: what else a board has, and the issue lists in their newer form.
func cloudAgileRoutes() []route {
	routes := under(agileAPI, []route{
		{template: "board/{boardId}/quickfilter", do: ofBoard(pageQuickFilters)},
		{template: "board/{boardId}/features", do: ofBoard(listFeatures)},
		{template: "board/{boardId}/reports", do: ofBoard(listReports)},
	})
	return append(routes, under("/rest/software/1.0/", []route{
		{template: "board/{boardId}/issue", do: ofBoard(boardIssueList)},
		{template: "board/{boardId}/backlog", do: ofBoard(backlogList)},
		{template: "sprint/{sprintId}/issue", do: sprintIssueList},
		{template: "epic/{epicIdOrKey}/issue", do: epicIssueList},
	})...)
}

// under completes routes that are all GETs for those who are logged in.
func under(prefix string, routes []route) []route {
	for i := range routes {
		routes[i].method, routes[i].access, routes[i].template = http.MethodGet, strict, prefix+routes[i].template
	}
	return routes
}

// agileList is a page of boards, sprints, epics and the like. Data Center does not tell the total, nor does Cloud always.
func (j *Jira) agileList(q *request, total int, counted bool, write func(w *writer, i int)) response {
	s, bad := q.slice(total, agileCap, agileCap)
	if bad != nil {
		return *bad
	}
	w := j.site.writer(nil, q.rendering())
	w.open("")
	w.num("maxResults", int64(s.size))
	w.num("startAt", int64(s.start))
	if counted && j.opt.Deployment == Cloud {
		w.num("total", int64(s.total))
	}
	w.boolean("isLast", s.last())
	w.list("values")
	for i := range s.count {
		write(&w, s.start+i)
	}
	w.end()
	w.close()
	return ok(w.b)
}

// agileRecord is one object.
func (j *Jira) agileRecord(q *request, write func(w *writer)) response {
	w := j.site.writer(nil, q.rendering())
	write(&w)
	return ok(w.b)
}

// pageBoards is GET board: 50 a page; private boards of others stand at the end on Cloud when they are asked for.
func pageBoards(j *Jira, q *request) response {
	var boards []*board
	kinds, name := q.list("type"), strings.ToLower(q.query.Get("name"))
	for _, kind := range kinds {
		if !slices.Contains([]string{"scrum", "kanban", "simple"}, kind) {
			return errorCollection(http.StatusBadRequest, "The value '"+kind+"' is not a valid board type.")
		}
	}
	where, bad := j.boardProject(q)
	if bad != nil {
		return *bad
	}
	for b := range j.site.boards {
		made := &j.site.boards[b]
		listed := !made.private || j.opt.Deployment == Cloud && q.flag("includePrivate")
		if listed && (made.private || len(kinds) == 0 || slices.Contains(kinds, made.kind)) &&
			(made.private || strings.Contains(strings.ToLower(made.name), name)) && (where < 0 || slices.Contains(made.projects, where)) {
			boards = append(boards, made)
		}
	}
	slices.SortStableFunc(boards, boardOrder(q.query.Get("orderBy")))
	return j.agileList(q, len(boards), true, func(w *writer, i int) { w.board(boards[i]) })
}

// boardProject reads projectKeyOrId; -1 is all.
func (j *Jira) boardProject(q *request) (int, *response) {
	name := q.query.Get("projectKeyOrId")
	if name == "" {
		return -1, nil
	}
	p, there := j.site.projectByIDOrKey(name)
	if !there || !j.site.browsable(p) {
		return 0, new(errorCollection(http.StatusBadRequest, "No project could be found with key or id '"+name+"'"))
	}
	return p, nil
}

// boardOrder puts private boards last, and orders the others by name when that is asked for.
func boardOrder(orderBy string) func(a, b *board) int {
	return func(a, b *board) int {
		switch {
		case a.private != b.private:
			return map[bool]int{true: 1, false: -1}[a.private]
		case a.private:
			return 0
		case orderBy == "name" || orderBy == "+name" || orderBy == " name":
			return strings.Compare(a.name, b.name)
		case orderBy == "-name":
			return strings.Compare(b.name, a.name)
		default:
			return a.id - b.id
		}
	}
}

// boardOf finds the board of a path; bad is the answer of one that cannot be seen or is broken.
func (j *Jira) boardOf(q *request) (*board, *response) {
	id, err := strconv.Atoi(q.vars["boardId"])
	b, there := j.site.boardByID(id)
	if err != nil || !there || b.private {
		return nil, new(errorCollection(http.StatusNotFound, boardUnseen))
	}
	return b, nil
}

// getBoard is GET board/{boardId}.
func getBoard(j *Jira, q *request) response {
	b, bad := j.boardOf(q)
	if bad != nil {
		return *bad
	}
	return j.agileRecord(q, func(w *writer) { w.board(b) })
}

// ofBoard makes a GET below a board. What a board with a broken filter answers depends on how the resource uses it.
func ofBoard(do func(j *Jira, q *request, b *board) response) handler {
	return func(j *Jira, q *request) response {
		b, bad := j.boardOf(q)
		if bad != nil {
			return *bad
		}
		if b.broken {
			return brokenFilter(q)
		}
		return do(j, q, b)
	}
}

// brokenFilter answers for a board whose filter names a project that is gone: issues and projects are a bad request, the
// rest is not found.
func brokenFilter(q *request) response {
	switch last := q.http.URL.Path[strings.LastIndexByte(q.http.URL.Path, '/')+1:]; last {
	case "issue", "backlog", "project":
		return errorCollection(http.StatusBadRequest, "The value 'GONE' does not exist for the field 'project'.")
	default:
		return errorCollection(http.StatusNotFound, boardUnseen)
	}
}

// boardConfiguration is GET board/{boardId}/configuration.
func boardConfiguration(j *Jira, q *request, b *board) response {
	return j.agileRecord(q, func(w *writer) { w.boardConfiguration(b) })
}

// projectsOf are the projects of a board that can be browsed, by name.
func (j *Jira) projectsOf(b *board) []int {
	projects := slices.DeleteFunc(slices.Clone(b.projects), func(p int) bool { return j.site.projectStatus(p) != "live" })
	slices.SortFunc(projects, func(p, o int) int {
		return strings.Compare(j.site.catalog.projects[p].name, j.site.catalog.projects[o].name)
	})
	return projects
}

// pageBoardProjects is GET board/{boardId}/project.
func pageBoardProjects(j *Jira, q *request, b *board) response {
	projects := j.projectsOf(b)
	return j.agileList(q, len(projects), true, func(w *writer, i int) { w.project("", projects[i]) })
}

// pageBoardSprints is GET board/{boardId}/sprint; boards without sprints refuse it.
func pageBoardSprints(j *Jira, q *request, b *board) response {
	if !b.sprints {
		return errorCollection(http.StatusBadRequest, "The board does not support sprints")
	}
	states := q.list("state")
	for _, state := range states {
		if !slices.Contains([]string{"future", "active", "closed"}, state) {
			return errorCollection(http.StatusBadRequest, fmt.Sprintf("The value '%s' is not a valid sprint state.", state))
		}
	}
	sprints := slices.DeleteFunc(j.site.boardSprints(b), func(made sprint) bool {
		return len(states) > 0 && !slices.Contains(states, made.state)
	})
	return j.agileList(q, len(sprints), false, func(w *writer, i int) { w.sprintListed(sprints[i]) })
}

// pageBoardEpics is GET board/{boardId}/epic.
func pageBoardEpics(j *Jira, q *request, b *board) response {
	epics := j.site.boardEpics(b)
	return j.agileList(q, len(epics), true, func(w *writer, i int) { w.epicListed(epics[i]) })
}

// boardVersionRef is a version of a project, by their indexes.
type boardVersionRef struct{ project, version int }

// versionsOf are the versions of a board's projects.
func (j *Jira) versionsOf(b *board) []boardVersionRef {
	var versions []boardVersionRef
	for _, p := range j.projectsOf(b) {
		for v := range j.site.catalog.projects[p].versions {
			versions = append(versions, boardVersionRef{project: p, version: v})
		}
	}
	return versions
}

// pageBoardVersions is GET board/{boardId}/version.
func pageBoardVersions(j *Jira, q *request, b *board) response {
	versions := j.versionsOf(b)
	return j.agileList(q, len(versions), true, func(w *writer, i int) { w.boardVersion(versions[i].project, versions[i].version) })
}
