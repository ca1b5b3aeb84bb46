package jirasim

// perBoard makes the keys of what hangs on the boards that can be read: board id / id.
func perBoard(children func(j *Jira, b *board) []string) func(j *Jira, yield func(string) bool) {
	return func(j *Jira, yield func(string) bool) {
		for _, b := range j.site.openBoards() {
			for _, child := range children(j, b) {
				if !yield(itoa(b.id) + "/" + child) {
					return
				}
			}
		}
	}
}

// agileLedger are the streams of Jira Software: what an administrator finds by reading every board.
func (j *Jira) agileLedger() []ledgerStream {
	streams := []ledgerStream{
		j.tells("boards", []string{"id"}, boardKeys),
		j.tells("board_configurations", []string{"boardId"}, openBoardKeys),
		j.tells("board_projects", boardColumns("id"), perBoard(func(j *Jira, b *board) []string {
			return idTexts(j.projectsOf(b), j.site.projectID)
		})),
		j.tells("board_issues", boardColumns("id"), perBoard(func(j *Jira, b *board) []string {
			return idTexts(j.site.boardIssues(b), j.site.issueID)
		})),
		j.tells("board_backlog_issues", boardColumns("id"), perBoard(backlogKeys)),
		j.tells("board_versions", boardColumns("id"), perBoard(boardVersionKeys)),
		j.tells("board_properties", boardColumns("key"), perBoard(func(_ *Jira, b *board) []string { return boardProperties(b.id) })),
		j.tells("sprints", []string{"id"}, sprintKeys),
		j.tells("sprint_issues", []string{"sprintId", "id"}, sprintIssueKeys),
		j.tells("sprint_properties", []string{"sprintId", "key"}, sprintPropertyKeys),
		j.tells("epics", boardColumns("id"), perBoard(func(j *Jira, b *board) []string {
			return idTexts(j.site.boardEpics(b), j.site.issueID)
		})),
		j.tells("epic_issues", []string{"epicId", "id"}, epicIssueKeys),
		j.tells("issue_estimations", boardColumns("issueId"), perBoard(estimationKeys)),
	}
	if j.opt.Deployment == DataCenter {
		return streams
	}
	return append(streams,
		j.tells("board_quick_filters", boardColumns("id"), perBoard(quickFilterKeys)),
		j.tells("board_features", boardColumns("boardFeature"), perBoard(featureKeys)),
		j.tells("board_reports", boardColumns("name"), perBoard(func(_ *Jira, b *board) []string { return b.reports() })),
	)
}

// tells makes one entry of the ledger whose keys need the whole of Jira.
func (j *Jira) tells(name string, columns []string, keys func(j *Jira, yield func(string) bool)) ledgerStream {
	return ledgerStream{name: name, columns: columns, keys: func(_ *Site, yield func(string) bool) { keys(j, yield) }}
}

func boardColumns(own string) []string { return []string{"boardId", own} }

// idTexts are the ids of indexes.
func idTexts(indexes []int, id func(int) uint64) []string {
	texts := make([]string, len(indexes))
	for k, i := range indexes {
		texts[k] = utoa(id(i))
	}
	return texts
}

// boardKeys are all boards that the listing shows; the private ones of others are shown on Cloud.
func boardKeys(j *Jira, yield func(string) bool) {
	for b := range j.site.boards {
		if made := &j.site.boards[b]; made.private && j.opt.Deployment == DataCenter || yield(itoa(made.id)) {
			continue
		}
		return
	}
}

func openBoardKeys(j *Jira, yield func(string) bool) {
	for _, b := range j.site.openBoards() {
		if !yield(itoa(b.id)) {
			return
		}
	}
}

func backlogKeys(j *Jira, b *board) []string {
	if !b.hasBacklog() {
		return nil
	}
	return idTexts(j.site.backlogIssues(b), j.site.issueID)
}

func boardVersionKeys(j *Jira, b *board) []string {
	var ids []string
	for _, v := range j.versionsOf(b) {
		ids = append(ids, utoa(versionID(v.project, v.version)))
	}
	return ids
}

// sprintKeys tells a sprint once, on however many boards it is seen.
func sprintKeys(j *Jira, yield func(string) bool) {
	for _, n := range j.listedSprints() {
		if !yield(itoa(n)) {
			return
		}
	}
}

func quickFilterKeys(_ *Jira, b *board) []string {
	var ids []string
	for k := range b.quickFilters() {
		ids = append(ids, itoa(quickFilterID(b, k)))
	}
	return ids
}

func featureKeys(_ *Jira, b *board) []string {
	var ids []string
	for _, made := range b.features() {
		ids = append(ids, made.feature)
	}
	return ids
}

func estimationKeys(j *Jira, b *board) []string {
	if !b.sprints {
		return nil
	}
	return idTexts(j.site.boardIssues(b), j.site.issueID)
}

// listedSprints are the sprints that some board shows.
func (j *Jira) listedSprints() []int {
	view := j.site.sprintView()
	var found []int
	for n := 1; n <= j.site.sprintTotal(); n++ {
		listed := false
		for _, b := range j.site.openBoards() {
			listed = listed || b.sprints && (j.site.sprintAt(n).board == b.id || view.seen[b.id][n])
		}
		if listed {
			found = append(found, n)
		}
	}
	return found
}

// sprintIssueKeys goes through the issues once, as there may be many sprints.
func sprintIssueKeys(j *Jira, yield func(string) bool) {
	listed := map[int]bool{}
	for _, n := range j.listedSprints() {
		listed[n] = true
	}
	snap := j.site.live.Load()
	for i := range j.site.visibleIssues(snap) {
		for _, n := range j.site.sprintsOf(snap, i) {
			if listed[n] && !yield(itoa(n)+"/"+utoa(j.site.issueID(i))) {
				return
			}
		}
	}
}

func sprintPropertyKeys(j *Jira, yield func(string) bool) {
	for _, n := range j.listedSprints() {
		for _, key := range sprintProperties(n) {
			if !yield(itoa(n) + "/" + key) {
				return
			}
		}
	}
}

// epicIssueKeys are the children of the epics that boards show, but for those of team-managed projects.
func epicIssueKeys(j *Jira, yield func(string) bool) {
	listed := map[int]bool{}
	for _, b := range j.site.openBoards() {
		for _, i := range j.site.boardEpics(b) {
			listed[i] = true
		}
	}
	snap := j.site.live.Load()
	for i := range j.site.visibleIssues(snap) {
		epic := j.site.parentOf(snap, i)
		if epic < 0 || !listed[epic] || j.site.catalog.projects[j.site.keyOf(snap, epic).project].team {
			continue
		}
		if !yield(utoa(j.site.issueID(epic)) + "/" + utoa(j.site.issueID(i))) {
			return
		}
	}
}
