package jirasim

import "net/http"

// quickFilters is how many quick filters a board has: boards of team-managed projects have none.
func (b *board) quickFilters() int {
	if b.team() {
		return 0
	}
	return b.id % 3
}

// quickFilterID is the id of a board's quick filter k.
func quickFilterID(b *board, k int) int { return b.id*10 + k }

// pageQuickFilters is Cloud's GET board/{boardId}/quickfilter.
func pageQuickFilters(j *Jira, q *request, b *board) response {
	return j.agileList(q, b.quickFilters(), true, func(w *writer, k int) {
		w.open("")
		w.num("id", int64(quickFilterID(b, k)))
		w.num("boardId", int64(b.id))
		w.str("name", []string{"Only My Issues", "Recently Updated"}[k])
		w.str("jql", []string{"assignee = currentUser()", "updatedDate >= -1d"}[k])
		w.str("description", "")
		w.num("position", int64(k))
		w.close()
	})
}

// boardFeature is a part of a board that can be switched on and off.
type boardFeature struct{ feature, id, name string }

var boardFeatures = []boardFeature{
	{feature: "SIMPLE_ROADMAP", id: "jsw.agility.roadmap", name: "Timeline"},
	{feature: "BACKLOG", id: "jsw.agility.backlog", name: "Backlog"},
	{feature: "SPRINTS", id: "jsw.agility.sprints", name: "Sprints"},
	{feature: "REPORTS", id: "jsw.agility.reports", name: "Reports"},
	{feature: "ESTIMATION", id: "jsw.agility.estimation", name: "Estimation"},
}

// features are those of a board: only boards of team-managed projects can switch any.
func (b *board) features() []boardFeature {
	if !b.team() {
		return nil
	}
	return boardFeatures
}

// listFeatures is Cloud's GET board/{boardId}/features.
func listFeatures(j *Jira, q *request, b *board) response {
	return j.agileRecord(q, func(w *writer) {
		w.open("")
		w.list("features")
		for _, made := range b.features() {
			off := !b.sprints && (made.feature == "SPRINTS" || made.feature == "BACKLOG" || made.feature == "ESTIMATION")
			w.open("")
			w.num("boardId", int64(b.id))
			w.str("boardFeature", made.feature)
			w.str("featureId", made.id)
			w.str("featureType", map[bool]string{true: "ESTIMATION", false: "BASIC"}[made.feature == "ESTIMATION"])
			w.str("state", map[bool]string{true: "DISABLED", false: "ENABLED"}[off])
			w.boolean("toggleLocked", false)
			w.str("localisedName", made.name)
			w.str("localisedDescription", made.name+" of the board")
			w.text("imageUri", w.base, "/s/", made.id, ".svg")
			w.close()
		}
		w.end()
		w.close()
	})
}

// reports are the names of the reports that a board offers.
func (b *board) reports() []string {
	if b.sprints {
		return []string{"Burndown Chart", "Sprint Report", "Velocity Chart"}
	}
	return []string{"Control Chart", "Cumulative Flow Diagram"}
}

// listReports is Cloud's GET board/{boardId}/reports.
func listReports(j *Jira, q *request, b *board) response {
	return j.agileRecord(q, func(w *writer) {
		w.open("")
		w.list("reports")
		for _, name := range b.reports() {
			w.open("")
			w.str("name", name)
			w.close()
		}
		w.end()
		w.close()
	})
}

// boardProperties are the keys of a board's properties: every other board has one.
func boardProperties(id int) []string {
	if id%2 == 0 {
		return nil
	}
	return []string{"acme.review"}
}

// sprintProperties are the keys of a sprint's properties.
func sprintProperties(id int) []string {
	if id%5 != 0 {
		return nil
	}
	return []string{"acme.retro", "acme.review"}
}

func listBoardProperties(j *Jira, q *request, b *board) response {
	return j.propertyKeys(q, boardProperties(b.id))
}

func getBoardProperty(j *Jira, q *request, b *board) response {
	return j.property(q, boardProperties(b.id))
}

func listSprintProperties(j *Jira, q *request) response {
	made, bad := j.sprintOf(q)
	if bad != nil {
		return *bad
	}
	return j.propertyKeys(q, sprintProperties(made.id))
}

func getSprintProperty(j *Jira, q *request) response {
	made, bad := j.sprintOf(q)
	if bad != nil {
		return *bad
	}
	return j.property(q, sprintProperties(made.id))
}

// propertyKeys lists the keys of an entity's properties.
func (j *Jira) propertyKeys(q *request, keys []string) response {
	return j.agileRecord(q, func(w *writer) {
		w.open("")
		w.list("keys")
		for _, key := range keys {
			w.open("")
			w.text("self", w.base, q.resource(j.opt.BasePath), "/", key)
			w.str("key", key)
			w.close()
		}
		w.end()
		w.close()
	})
}

// property is one of an entity's properties; its value is any JSON.
func (j *Jira) property(q *request, keys []string) response {
	for k, key := range keys {
		if key == q.vars["propertyKey"] {
			return j.agileRecord(q, func(w *writer) {
				w.open("")
				w.str("key", key)
				w.raw("value", []string{`{"reviewed":true,"by":"Ada"}`, `[1,2.5,"three"]`}[k%2])
				w.close()
			})
		}
	}
	return errorCollection(http.StatusNotFound, "The property with key '"+q.vars["propertyKey"]+"' does not exist.")
}
