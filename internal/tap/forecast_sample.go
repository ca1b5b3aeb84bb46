package tap

import (
	"sync"

	"tap-jira/internal/jira"
)

// sampleShares is of how many parents a forecast looks at the children.
const sampleShares = 3

// sample is what a forecast learns of the lists by reading the first page of
// each, and of the lists below a row of another those of the first few rows. A
// nil one, that of a run which reads all, changes nothing. It is safe for
// concurrent use.
type sample struct {
	mutex sync.Mutex
	lists map[string]*sampledList
}

// sampledList is what was learnt of one list.
type sampledList struct {
	// shares is how many there would be to read of the parents that were looked at,
	// and read how many of these were.
	shares, read int
	// records is what the first pages held, rows what Jira counts, and pages how many
	// pages that makes, all over the shares read.
	records, rows, pages int
	// open tells that a page was not the last and Jira did not say how many follow.
	open bool
}

func newSample() *sample { return &sample{lists: map[string]*sampledList{}} }

func (s *sample) of(t *table) *sampledList {
	list := s.lists[t.stream.Name]
	if list == nil {
		list = &sampledList{}
		s.lists[t.stream.Name] = list
	}
	return list
}

// some returns the first few of the shares to read.
func (s *sample) some(t *table, asked questions) questions {
	if s == nil {
		return asked
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.of(t).shares = asked.count()
	return asked.first(sampleShares)
}

// page notes the first page of a share, and tells that it is enough.
func (s *sample) page(t *table, info jira.PageInfo) (enough bool) {
	if s == nil {
		return false
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	list := s.of(t)
	rows := max(info.Total, info.Records)
	if info.Total < 0 && !info.Last {
		list.open, rows = true, info.Records+1
	}
	list.read++
	list.shares = max(list.shares, list.read)
	list.records += info.Records
	list.rows += rows
	list.pages += pagesOf(rows, max(1, info.Records))
	return true
}

// pagesOf is how many pages of a size so many rows take; none still takes one.
func pagesOf(rows, size int) int { return max(1, (rows+size-1)/size) }
