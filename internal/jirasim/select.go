package jirasim

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sort"
	"sync"
)

// row is an issue that a search found, with the date of the ordering it was found in.
type row struct {
	date  int64
	index int32
}

// placed is an issue with the numbers that place it in its search's order.
type placed struct {
	index int
	place []int64
}

// directLimit is how many issues a search looks at before it keeps the whole selection for the searches that follow:
// a walk asks the same question again for each page, on a site of a million issues too.
const directLimit = 20_000

// keptSelections bounds the memory of kept selections: 16 MB each for a million issues.
const keptSelections = 4

// selector answers queries from the site's orderings and keeps what walks ask for again and again.
type selector struct {
	site  *Site
	names *jqlNames

	mu   sync.Mutex
	kept []*selection
}

// selection is all that satisfies a query but for the range of its date, oldest first. Ordered is the same in the
// query's order, once asked for.
type selection struct {
	key        string
	generation uint64
	rows       []row
	ordered    map[string][]placed
}

// searchScope says in what state of the site a query is answered.
type searchScope struct {
	generation  uint64   // moves with each edit
	newestIndex int64    // epoch ms: what changed at or after it is not in the index yet; 0 means no lag
	node        uint64   // of the cluster; nodes differ in the order of ties
	reconcile   []uint64 // ids of issues that are up to date whatever the lag

	stale map[int]*issueMeta // issues that the index knows as they were; nil when it does not know them at all
}

// found is a query's answer: its rows in the order of one date, read in the order that the query wants.
type found struct {
	rows       []row
	inAxis     bool // the first sort field is the date of the rows
	descending bool
	ordered    []placed // when the rows had to be sorted
	order      []sortTerm
	site       *Site
	node       uint64
}

// find answers a query.
func (s *selector) find(plan *jqlPlan, scope searchScope) *found {
	axis := plan.axis()
	f := &found{order: plan.order, site: s.site, node: scope.node}
	sel, span := s.selection(plan, axis, scope)
	f.rows = within(sel.rows, span)
	if plan.order[0].field == axis {
		f.inAxis, f.descending = true, plan.order[0].descending
		return f
	}
	f.ordered = s.sorted(f, sel, span, plan)
	return f
}

// count is how many issues a query finds.
func (s *selector) count(plan *jqlPlan, scope searchScope) int {
	sel, span := s.selection(plan, plan.axis(), scope)
	return len(within(sel.rows, span))
}

// axis is the date whose ordering serves the query best: the one it sorts by, else the one it is narrow in.
func (p *jqlPlan) axis() string {
	if field := p.order[0].field; field == "created" || field == "updated" {
		return field
	}
	if p.created == allTime() && p.updated != allTime() {
		return "updated"
	}
	return "created"
}

// selection returns rows that hold at least those of the span; the caller cuts them.
func (s *selector) selection(plan *jqlPlan, axis string, scope searchScope) (*selection, dateRange) {
	span, other := plan.created, plan.updated
	otherDate := func(m *issueMeta) int64 { return m.Updated }
	if axis == "updated" {
		span, other = other, span
		otherDate = func(m *issueMeta) int64 { return m.Created }
	}
	match := s.visible(plan, scope, func(m *issueMeta) bool { return other.contains(otherDate(m)) })
	if len(scope.stale) > 0 {
		return &selection{rows: s.indexedRows(plan.pinned, axis, match, scope), ordered: map[string][]placed{}}, span
	}
	if plan.pinned != nil {
		return &selection{rows: s.pick(plan.pinned, axis, match), ordered: map[string][]placed{}}, span
	}
	lasting := !plan.volatile && scope.newestIndex == 0
	key := fmt.Sprintf("%s\x00%d\x00%d\x00%s", axis, other.low, other.high, plan.restKey)
	if lasting {
		if sel := s.lookup(key, scope.generation); sel != nil {
			return sel, span
		}
	}
	sel := &selection{key: key, generation: scope.generation, ordered: map[string][]placed{}}
	examined := s.collect(sel, axis, span, match, lasting)
	if examined <= directLimit || !lasting {
		return sel, span
	}
	sel.rows = nil
	s.collect(sel, axis, allTime(), match, false)
	s.keep(sel)
	return sel, span
}

// visible completes a query with what search never shows: deleted and archived issues, those of projects that are not
// live, and changes that the index has not seen.
func (s *selector) visible(plan *jqlPlan, scope searchScope, more predicate) predicate {
	live := make([]bool, s.site.projectCount())
	for p := range live {
		live[p] = s.site.projectStatus(p) == "live"
	}
	newest := int64(math.MaxInt64)
	if scope.newestIndex != 0 {
		newest = scope.newestIndex
	}
	indexed := func(m *issueMeta) bool { return m.Updated < newest || slices.Contains(scope.reconcile, m.ID) }
	return func(m *issueMeta) bool {
		return !m.Deleted && !m.Archived && live[m.Project] && indexed(m) && more(m) && (plan.rest == nil || plan.rest(m))
	}
}

// collect appends the rows of the span that match, and returns how many issues it looked at. With stop it gives up
// beyond directLimit.
func (s *selector) collect(sel *selection, axis string, span dateRange, match predicate, stop bool) int {
	if span.low >= span.high || span.high <= 0 {
		return 0
	}
	from, to := max(span.low, 0), span.high
	if to == math.MaxInt64 {
		to = 0 // open
	}
	walk := s.site.byCreated
	if axis == "updated" {
		walk = s.site.byUpdated
	}
	examined := 0
	for index := range walk(from, to) {
		examined++
		if stop && examined > directLimit {
			break
		}
		if m := s.site.issueMeta(index); match(&m) {
			sel.rows = append(sel.rows, rowOf(&m, axis))
		}
	}
	return examined
}

// rowOf is the issue's row in the ordering of a date.
func rowOf(m *issueMeta, axis string) row {
	if axis == "updated" {
		return row{date: m.Updated, index: int32(m.Index)}
	}
	return row{date: m.Created, index: int32(m.Index)}
}

// pick makes the rows of issues that a query names.
func (s *selector) pick(indexes []int, axis string, match predicate) []row {
	var rows []row
	for _, index := range indexes {
		if m := s.site.issueMeta(index); match(&m) {
			rows = append(rows, rowOf(&m, axis))
		}
	}
	slices.SortFunc(rows, func(a, b row) int { return cmp.Or(cmp.Compare(a.date, b.date), cmp.Compare(a.index, b.index)) })
	return rows
}

// lookup finds a kept selection of the same state of the site.
func (s *selector) lookup(key string, generation uint64) *selection {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, sel := range s.kept {
		if sel.key == key && sel.generation == generation {
			return sel
		}
	}
	return nil
}

// keep remembers a selection and forgets the oldest.
func (s *selector) keep(sel *selection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept = append(s.kept, sel)
	if len(s.kept) > keptSelections {
		s.kept = slices.Delete(s.kept, 0, 1)
	}
}

// sorted returns the rows in an order that is not that of their date.
func (s *selector) sorted(f *found, sel *selection, span dateRange, plan *jqlPlan) []placed {
	name := fmt.Append(nil, span.low, span.high)
	for _, term := range plan.order {
		name = fmt.Appendf(name, " %s %t", term.field, term.descending)
	}
	key := string(name)
	s.mu.Lock()
	defer s.mu.Unlock()
	if ordered, ok := sel.ordered[key]; ok {
		return ordered
	}
	ordered := make([]placed, len(f.rows))
	for i, r := range f.rows {
		ordered[i] = f.placeOf(r)
	}
	slices.SortFunc(ordered, f.compare)
	clear(sel.ordered) // one order at a time: a walk asks for one
	sel.ordered[key] = ordered
	return ordered
}

// within cuts rows to a range of their date.
func within(rows []row, span dateRange) []row {
	byDate := func(r row, date int64) int { return cmp.Compare(r.date, date) }
	low, _ := slices.BinarySearchFunc(rows, span.low, byDate)
	high, _ := slices.BinarySearchFunc(rows, span.high, byDate)
	if span.high == math.MaxInt64 {
		high = len(rows)
	}
	if low >= high {
		return nil
	}
	return rows[low:high]
}

// total is how many issues were found.
func (f *found) total() int { return len(f.rows) }

// at is the row at a position of the query's order, ties aside.
func (f *found) at(i int) row {
	if f.descending {
		return f.rows[len(f.rows)-1-i]
	}
	return f.rows[i]
}

// placeOf computes the numbers that place a row. The last one decides between ties that the query leaves open, in a way
// that differs between nodes: Jira promises no order for them.
func (f *found) placeOf(r row) placed {
	m := f.site.issueMeta(int(r.index))
	place := make([]int64, 0, len(f.order)+1)
	for i, term := range f.order {
		if i == 0 && f.inAxis {
			place = append(place, r.date)
			continue
		}
		place = append(place, term.value(&m))
	}
	return placed{index: int(r.index), place: append(place, int64(mix(uint64(r.index)^f.node<<40)>>1))}
}

// compare is the query's order.
func (f *found) compare(a, b placed) int {
	for i, term := range f.order {
		c := cmp.Compare(a.place[i], b.place[i])
		if c == 0 {
			continue
		}
		if term.descending {
			return -c
		}
		return c
	}
	last := len(f.order)
	return cmp.Compare(a.place[last], b.place[last])
}

// page returns at most n issues from a position on.
func (f *found) page(start, n int) []placed {
	end := min(start+n, f.total())
	if start >= end {
		return nil
	}
	if !f.inAxis {
		return f.ordered[start:end]
	}
	low, high := start, end
	for low > 0 && f.at(low-1).date == f.at(start).date {
		low--
	}
	for high < f.total() && f.at(high).date == f.at(end-1).date {
		high++
	}
	return f.group(low, high)[start-low : end-low]
}

// group places and sorts the rows between two positions, which must not cut a tie.
func (f *found) group(low, high int) []placed {
	group := make([]placed, 0, high-low)
	for i := low; i < high; i++ {
		group = append(group, f.placeOf(f.at(i)))
	}
	slices.SortFunc(group, f.compare)
	return group
}

// after is the position of the first issue behind a place, which need not be there any more.
func (f *found) after(place []int64) int {
	behind := func(p placed) bool { return f.compare(p, placed{place: place}) > 0 }
	if !f.inAxis {
		return sort.Search(len(f.ordered), func(i int) bool { return behind(f.ordered[i]) })
	}
	reached := func(date int64) bool { return date >= place[0] }
	past := func(date int64) bool { return date > place[0] }
	if f.descending {
		reached = func(date int64) bool { return date <= place[0] }
		past = func(date int64) bool { return date < place[0] }
	}
	low := sort.Search(f.total(), func(i int) bool { return reached(f.at(i).date) })
	high := sort.Search(f.total(), func(i int) bool { return past(f.at(i).date) })
	tie := f.group(low, high)
	return low + sort.Search(len(tie), func(i int) bool { return behind(tie[i]) })
}
