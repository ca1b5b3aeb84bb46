package jirasim

import (
	"iter"
	"time"
)

// Child is what the ledger tells of a comment, a history or a worklog of an issue that search shows.
type Child struct {
	// ID is the child's own, Issue that of its issue.
	ID, Issue string
	// Updated is when it was last changed; of a history, when it was made.
	Updated time.Time
}

// Children iterates over the children in "issue_comments", "changelogs" or "worklogs". An unknown stream has none.
func (l *Ledger) Children(stream string) iter.Seq[Child] {
	s := l.site
	count, read := s.childrenOf(stream)
	return func(yield func(Child) bool) {
		snap := s.live.Load()
		for i := range s.visibleIssues(snap) {
			for j := range count(snap, i) {
				id, updated := read(snap, i, j)
				if !yield(Child{ID: utoa(id), Issue: utoa(s.issueID(i)), Updated: time.UnixMilli(updated).UTC()}) {
					return
				}
			}
		}
	}
}

// childrenOf gives how many children of a kind an issue has, and one of them.
func (s *Site) childrenOf(stream string) (count func(*snapshot, int) int, read func(n *snapshot, i, j int) (id uint64, updated int64)) {
	switch stream {
	case "issue_comments":
		return s.commentTotal, func(n *snapshot, i, j int) (uint64, int64) { c := s.commentAt(n, i, j); return c.id, c.updated }
	case "changelogs":
		return s.historyTotal, s.historyAt
	case "worklogs":
		return s.worklogTotal, func(n *snapshot, i, j int) (uint64, int64) { l := s.worklogAt(n, i, j); return l.id, l.updated }
	}
	return func(*snapshot, int) int { return 0 }, nil
}
