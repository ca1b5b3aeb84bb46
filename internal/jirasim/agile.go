package jirasim

import "slices"

// board is a board of Jira Software.
type board struct {
	id       int
	name     string
	kind     string // scrum, kanban, or simple: a team-managed project's
	projects []int  // what its filter finds; the first is where it is located, unless it is a user's
	sprints  bool
	personal bool // located in the account's own profile
	private  bool // somebody else's: only its id is shown
	broken   bool // its filter names a project that is gone
}

// Boards by id: the sprints of the base data belong to the first three.
const (
	originBoards = 3
	privateBoard = 7
	brokenBoard  = 8
)

// boardsPerIssues is how many issues make the site one board larger, up to mostBoards.
const (
	boardsPerIssues = 100
	mostBoards      = 400
)

// newBoards makes the boards. Team-managed boards are Cloud's; Data Center has a scrum and a kanban board in their place.
func newBoards(d Deployment, issues int) []board {
	simple := map[bool]string{true: "simple", false: "scrum"}
	flow := "simple"
	if d == DataCenter {
		flow = "kanban"
	}
	boards := []board{
		{name: "ALPHA board", kind: "scrum", projects: []int{0}, sprints: true},
		{name: "R2_D, \"weekly\"", kind: "scrum", projects: []int{4}, sprints: true},
		{name: "Beta 🚀 läuft", kind: simple[d == Cloud], projects: []int{2}, sprints: true},
		{name: "Everything that runs", kind: "kanban", projects: []int{0, 1, 4}},
		{name: "Marketing", kind: flow, projects: []int{3}},
		{name: "My own board", kind: "kanban", projects: []int{0}, personal: true},
		{name: "Secret plans", kind: "scrum", projects: []int{0}, private: true},
		{name: "Board of a project that is gone", kind: "scrum", projects: []int{4}, sprints: true, broken: true},
		{name: "All sprints", kind: "scrum", projects: []int{0, 2, 4}, sprints: true},
	}
	for k := range min(issues/boardsPerIssues, mostBoards) {
		more := board{name: "Team " + itoa(k+1), kind: "kanban", projects: []int{[]int{0, 4}[k%2]}}
		if k%3 == 0 {
			more.kind, more.sprints = "scrum", true
		}
		boards = append(boards, more)
	}
	for b := range boards {
		boards[b].id = b + 1
	}
	return boards
}

// boardByID finds a board.
func (s *Site) boardByID(id int) (*board, bool) {
	if id < 1 || id > len(s.boards) {
		return nil, false
	}
	return &s.boards[id-1], true
}

// openBoards are the boards whose children can be read.
func (s *Site) openBoards() []*board {
	var found []*board
	for b := range s.boards {
		if made := &s.boards[b]; !made.private && !made.broken {
			found = append(found, made)
		}
	}
	return found
}

// team reports whether the board is of a team-managed project.
func (b *board) team() bool { return b.kind == "simple" }

// holds reports whether a board's filter finds an issue. Epics are no part of a scrum board: they are its panel.
func (s *Site) holds(snap *snapshot, b *board, i int) bool {
	if !s.visible(snap, i) || !slices.Contains(b.projects, s.keyOf(snap, i).project) {
		return false
	}
	return b.kind != "scrum" || s.catalog.types[s.typeOf(snap, i)].level < 1
}

// boardIssues are the issues of a board, by the order of their creation.
func (s *Site) boardIssues(b *board) []int {
	return s.issuesWhere(func(snap *snapshot, i int) bool { return s.holds(snap, b, i) })
}

// backlogIssues are those of a board's issues that are not done and in no active or closed sprint. A board without a
// backlog has none.
func (s *Site) backlogIssues(b *board) []int {
	return s.issuesWhere(func(snap *snapshot, i int) bool {
		if !s.holds(snap, b, i) || s.catalog.statuses[s.statusOf(snap, i)].category == catDone {
			return false
		}
		return !slices.ContainsFunc(s.sprintsOf(snap, i), func(n int) bool { return s.sprintAt(n).state != "future" })
	})
}

// hasBacklog reports whether a board shows a backlog: those with sprints do.
func (b *board) hasBacklog() bool { return b.sprints }

// boardEpics are the epics of a board's projects.
func (s *Site) boardEpics(b *board) []int {
	return s.issuesWhere(func(snap *snapshot, i int) bool {
		return s.visible(snap, i) && slices.Contains(b.projects, s.keyOf(snap, i).project) && s.isEpic(snap, i)
	})
}

// epicIssues are the issues whose parent is an epic.
func (s *Site) epicIssues(epic int) []int {
	return s.issuesWhere(func(snap *snapshot, i int) bool { return s.visible(snap, i) && s.parentOf(snap, i) == epic })
}

// isEpic reports whether an issue is an epic.
func (s *Site) isEpic(snap *snapshot, i int) bool {
	return s.catalog.types[s.typeOf(snap, i)].level == 1
}

// issuesWhere are the issues that a test takes, by the order of their creation.
func (s *Site) issuesWhere(takes func(snap *snapshot, i int) bool) []int {
	snap := s.live.Load()
	var found []int
	for i := range s.opt.Issues + len(snap.added) {
		if takes(snap, i) {
			found = append(found, i)
		}
	}
	return found
}
