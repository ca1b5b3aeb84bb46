package jirasim

import (
	"maps"
	"slices"
	"time"
)

// firstSprints is how many sprints a site has that is not large; larger ones have one for each so many issues.
const (
	firstSprints    = 41
	issuesPerSprint = 250
)

// sprintTotal is how many sprints the site has; their ids begin at 1.
func (s *Site) sprintTotal() int { return max(firstSprints, s.opt.Issues/issuesPerSprint) }

// sprint is a sprint of Jira Software, wherever it is seen.
type sprint struct {
	id         int
	name, goal string
	state      string // closed, active, future
	board      int    // that it was made on
	start, end time.Time
}

// sprintAt makes sprint n: the older third is closed, the middle one active, the newest to come.
func (s *Site) sprintAt(n int) sprint {
	total := s.sprintTotal()
	start := time.UnixMilli(s.start + int64(n)*17*firstSprints/int64(total)*dayMS).UTC()
	return sprint{
		id: n, name: sprintName(n), goal: []string{"", "Ship, then rest]", "a=b"}[n%3],
		state: []string{"closed", "active", "future"}[min(n*3/total, 2)], board: 1 + n%originBoards,
		start: start, end: start.Add(14 * 24 * time.Hour),
	}
}

// sprintDice says which sprints issue i is in, given the dice of its sprint field: one, and sometimes the next too.
func (s *Site) sprintDice(r *rng) []int {
	n := 1 + r.intn(s.sprintTotal()-1)
	if r.oneIn(4) {
		return []int{n, n + 1}
	}
	return []int{n}
}

// sprintsOf are the sprints that stand in the sprint field of issue i.
func (s *Site) sprintsOf(snap *snapshot, i int) []int {
	k := slices.IndexFunc(s.fields, func(f field) bool { return f.kind == valueSprint })
	f := &s.fields[k]
	if f.projects&(1<<s.keyOf(snap, i).project) == 0 {
		return nil
	}
	r := s.rng(domField, f.customID, i)
	if r.intn(100) >= f.fill {
		return nil
	}
	return s.sprintDice(&r)
}

// sprintViews says for each board which sprints it shows, and which labels there are, at one state of the site.
type sprintViews struct {
	snap *snapshot
	seen map[int]map[int]bool // by board id and sprint id
	// labels are those of the issues that can be seen, by name.
	labels []string
}

// sprintView makes them, or gives those that were made for the present state.
func (s *Site) sprintView() *sprintViews {
	snap := s.live.Load()
	if made := s.views.Load(); made != nil && made.snap == snap {
		return made
	}
	made := &sprintViews{snap: snap, seen: map[int]map[int]bool{}}
	for _, b := range s.openBoards() {
		made.seen[b.id] = map[int]bool{}
	}
	used := map[string]bool{}
	for i := range s.visibleIssues(snap) {
		for _, label := range s.labelsOf(i) {
			used[label] = true
		}
		for _, n := range s.sprintsOf(snap, i) {
			for _, b := range s.openBoards() {
				if b.sprints && s.holds(snap, b, i) {
					made.seen[b.id][n] = true
				}
			}
		}
	}
	made.labels = slices.Sorted(maps.Keys(used))
	s.views.Store(made)
	return made
}

// usedLabels are the labels of the issues that can be seen.
func (s *Site) usedLabels() []string { return s.sprintView().labels }

// boardSprints are the sprints of a board: those made on it and those with an issue that its filter finds; closed ones
// first, then active and future ones.
func (s *Site) boardSprints(b *board) []sprint {
	view := s.sprintView()
	var found []sprint
	for n := 1; n <= s.sprintTotal(); n++ {
		if made := s.sprintAt(n); made.board == b.id || view.seen[b.id][n] {
			found = append(found, made)
		}
	}
	return found
}

// sprintIssues are the issues in a sprint.
func (s *Site) sprintIssues(n int) []int {
	return s.issuesWhere(func(snap *snapshot, i int) bool {
		return s.visible(snap, i) && slices.Contains(s.sprintsOf(snap, i), n)
	})
}

// agileDate is how the agile resources print instants.
const agileDate = "2006-01-02T15:04:05.000Z"

// sprintListed writes a sprint as the agile resources send it. Dates that it does not have yet are absent.
func (w *writer) sprintListed(made sprint) {
	w.open("")
	w.num("id", int64(made.id))
	w.text("self", w.base, agileAPI, "sprint/", itoa(made.id))
	w.str("state", made.state)
	w.str("name", made.name)
	if made.state != "future" {
		w.str("startDate", made.start.Format(agileDate))
		w.str("endDate", made.end.Format(agileDate))
	}
	if made.state == "closed" {
		w.str("completeDate", made.end.Format(agileDate))
	}
	if w.s.cloud() {
		w.str("createdDate", made.start.Add(-7*24*time.Hour).Format(agileDate))
	} else if made.state != "future" {
		w.str("activatedDate", made.start.Format(agileDate))
	}
	w.num("originBoardId", int64(made.board))
	if made.goal != "" || !w.s.cloud() {
		w.str("goal", made.goal)
	}
	if !w.s.cloud() {
		w.boolean("synced", false)
		w.boolean("autoStartStop", false)
	}
	w.close()
}
