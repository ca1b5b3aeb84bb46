package jirasim

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

// staleIndex is what the search index still holds of issues whose changes it has yet to learn: it finds them as they
// were and where they were, while all that reads the database has them as they are. Jira promises no more: changes
// reach the index in any order.
type staleIndex struct {
	mu   sync.Mutex
	lag  func(issueID uint64) time.Duration
	docs map[int][]staleDoc // by issue, oldest first
}

// staleDoc is an issue before a change.
type staleDoc struct {
	meta   issueMeta
	absent bool  // the change created it
	known  int64 // epoch ms: from then on the index knows of the change
}

// LagIndex makes each change reach the search index only after a time of its own, which lag is asked for once a
// change; nil ends that for changes to come. Deleting and archiving are known at once.
func (j *Jira) LagIndex(lag func(issueID uint64) time.Duration) {
	j.stale.mu.Lock()
	defer j.stale.mu.Unlock()
	j.stale.lag = lag
}

// edited remembers what the index holds of an issue that was changed at now, given the state of the site before.
func (x *staleIndex) edited(s *Site, before *snapshot, issueID uint64, now int64) {
	x.mu.Lock()
	defer x.mu.Unlock()
	index, ok := s.issueByID(issueID)
	if x.lag == nil || !ok {
		return
	}
	doc := staleDoc{known: now + x.lag(issueID).Milliseconds(), absent: index >= s.opt.Issues+len(before.added)}
	if !doc.absent {
		doc.meta = s.issueMetaIn(before, index)
	}
	if x.docs == nil {
		x.docs = map[int][]staleDoc{}
	}
	x.docs[index] = append(x.docs[index], doc)
}

// view is what the index holds at a time of the issues that it does not know as they are; nil is an issue that it does
// not know at all. What it has learned is forgotten.
func (x *staleIndex) view(now int64) map[int]*issueMeta {
	x.mu.Lock()
	defer x.mu.Unlock()
	view := map[int]*issueMeta{}
	for index, docs := range x.docs {
		for k, doc := range slices.Backward(docs) {
			if doc.known <= now { // with a change it knows all changes before
				docs = docs[k+1:]
				break
			}
		}
		switch {
		case len(docs) == 0:
			delete(x.docs, index)
			continue
		case docs[0].absent:
			view[index] = nil
		default:
			view[index] = &docs[0].meta
		}
		x.docs[index] = docs
	}
	return view
}

// indexed is the issue as search knows it.
func (s *selector) indexed(index int, scope searchScope) (m issueMeta, there bool) {
	m = s.site.issueMeta(index)
	known, stale := scope.stale[index]
	switch {
	case !stale || slices.Contains(scope.reconcile, m.ID):
		return m, true
	case known == nil:
		return m, false
	}
	former := *known
	former.Deleted, former.Archived = m.Deleted, m.Archived
	return former, true
}

// indexedRows are the rows of a query while the index is behind: of the issues that it names, or of all.
func (s *selector) indexedRows(pinned []int, axis string, match predicate, scope searchScope) []row {
	if pinned == nil {
		for index := range s.site.issueCount() {
			pinned = append(pinned, index)
		}
	}
	var rows []row
	for _, index := range pinned {
		if m, there := s.indexed(index, scope); there && match(&m) {
			rows = append(rows, rowOf(&m, axis))
		}
	}
	slices.SortFunc(rows, func(a, b row) int { return cmp.Or(cmp.Compare(a.date, b.date), cmp.Compare(a.index, b.index)) })
	return rows
}
