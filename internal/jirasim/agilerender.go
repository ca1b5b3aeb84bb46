package jirasim

// agileAPI is where Jira Software's resources lie.
const agileAPI = "/rest/agile/1.0/"

// board writes a board as the listing and GET board send it. Only Cloud tells where it is located; of a private board of
// somebody else only that it is there.
func (w *writer) board(b *board) {
	w.open("")
	w.num("id", int64(b.id))
	w.text("self", w.base, agileAPI, "board/", itoa(b.id))
	if !b.private {
		w.str("name", b.name)
		w.str("type", b.kind)
		if w.s.cloud() {
			w.boardLocation(b)
		}
	}
	if w.s.cloud() {
		w.boolean("isPrivate", b.private)
	}
	w.close()
}

// boardLocation writes the project, or the profile, that a board is located in.
func (w *writer) boardLocation(b *board) {
	w.open("location")
	if b.personal {
		who := &w.s.users[account]
		w.num("userId", 10000)
		w.str("userAccountId", who.id)
		w.str("displayName", who.shown)
		w.str("name", who.shown)
		w.close()
		return
	}
	made := &w.s.catalog.projects[b.projects[0]]
	shown := made.name + " (" + made.key + ")"
	w.num("projectId", int64(made.id))
	w.str("displayName", shown)
	w.str("projectName", made.name)
	w.str("projectKey", made.key)
	w.str("projectTypeKey", made.kind)
	w.text("avatarURI", "/rest/api/2/universal_avatar/view/type/project/avatar/", itoa(10400+b.projects[0]), "?size=small")
	w.str("name", shown)
	w.close()
}

// boardConfiguration writes the columns, the estimation and the ranking of a board.
func (w *writer) boardConfiguration(b *board) {
	w.open("")
	w.num("id", int64(b.id))
	w.str("name", b.name)
	w.str("type", b.kind)
	w.text("self", w.base, agileAPI, "board/", itoa(b.id), "/configuration")
	if w.s.cloud() {
		w.configuredLocation(b)
	}
	w.open("filter")
	w.str("id", itoa(boardFilter(b)))
	w.self("filter/", itoa(boardFilter(b)))
	w.close()
	if b.kind == "kanban" {
		w.raw("subQuery", `{"query":"fixVersion in unreleasedVersions() OR fixVersion is EMPTY"}`)
	}
	w.boardColumns(b)
	if b.sprints {
		w.open("estimation")
		w.str("type", "field")
		w.open("field")
		w.str("fieldId", w.s.estimationField(b).id)
		w.str("displayName", w.s.estimationField(b).name)
		w.close()
		w.close()
	}
	w.open("ranking")
	w.num("rankCustomFieldId", int64(w.s.fieldOf(valueRank).customID))
	w.close()
	w.close()
}

// boardFilter is the id of the filter behind a board.
func boardFilter(b *board) int { return 10000 + b.id }

// configuredLocation writes the location in the form that the configuration has.
func (w *writer) configuredLocation(b *board) {
	w.open("location")
	if b.personal {
		w.str("type", "user")
		w.str("id", w.s.users[account].id)
		w.close()
		return
	}
	made := &w.s.catalog.projects[b.projects[0]]
	w.str("type", "project")
	w.str("key", made.key)
	w.id("id", made.id)
	w.self("project/", utoa(made.id))
	w.str("name", made.name)
	w.close()
}

// boardColumns writes a column for each status of the first project; the columns of kanban boards have limits.
func (w *writer) boardColumns(b *board) {
	flow := w.s.catalog.projects[b.projects[0]].workflow
	w.open("columnConfig")
	w.list("columns")
	for k, status := range flow {
		made := &w.s.catalog.statuses[status]
		w.open("")
		w.str("name", made.name)
		w.list("statuses")
		w.open("")
		w.str("id", made.id)
		w.self("status/", made.id)
		w.close()
		w.end()
		if b.kind == "kanban" && k == 1 {
			w.num("min", 1)
			w.num("max", 5)
		}
		w.close()
	}
	w.end()
	w.str("constraintType", map[bool]string{true: "issueCount", false: "none"}[b.kind == "kanban"])
	w.close()
}

// fieldOf finds the first field of a kind.
func (s *Site) fieldOf(kind valueKind) *field {
	for k := range s.fields {
		if s.fields[k].kind == kind {
			return &s.fields[k]
		}
	}
	return &s.fields[0]
}

// estimationField is the number that a board's stories are estimated by: a field of their own in team-managed projects.
func (s *Site) estimationField(b *board) *field {
	wanted := "Story Points"
	if b.team() {
		wanted = "Story point estimate"
	}
	for k := range s.fields {
		if f := &s.fields[k]; f.name == wanted && (!b.team() || f.scope == b.projects[0]) {
			return f
		}
	}
	return s.fieldOf(valueNumber)
}

// epicListed writes an epic as a board lists it. It is done when its status is.
func (w *writer) epicListed(i int) {
	id := utoa(w.s.issueID(i))
	w.open("")
	w.raw("id", id)
	w.str("key", w.s.keyText(w.s.keyOf(w.snap, i)))
	w.text("self", w.base, agileAPI, "epic/", id)
	w.str("name", w.s.summaryOf(w.snap, i))
	w.str("summary", w.s.summaryOf(w.snap, i))
	w.open("color")
	w.text("key", "color_", itoa(w.s.epicColor(i)))
	w.close()
	w.boolean("done", w.s.catalog.statuses[w.s.statusOf(w.snap, i)].category == catDone)
	w.close()
}

// epicColor is the number of an epic's colour, the same as in its field.
func (s *Site) epicColor(i int) int {
	r := s.rng(domField, s.fieldOf(valueEpicColor).customID, i)
	_ = r.intn(100) // the dice for whether there is one
	return 1 + r.intn(9)
}

// boardVersion writes a version as the agile resources send it: its id is a number, its dates are instants.
func (w *writer) boardVersion(p, v int) {
	archived, released, start, release := w.s.versionState(p, v)
	id := utoa(versionID(p, v))
	w.open("")
	w.text("self", w.base, agileAPI, "version/", id)
	w.raw("id", id)
	w.num("projectId", int64(w.s.projectID(p)))
	w.str("name", versionName(v))
	w.str("description", map[bool]string{true: "What we promised for " + versionName(v)}[v%2 == 0])
	w.boolean("archived", archived)
	w.boolean("released", released)
	if v%3 != 2 {
		w.date("startDate", start)
		w.date("releaseDate", release)
	}
	w.close()
}
