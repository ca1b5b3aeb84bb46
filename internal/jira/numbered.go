package jira

import "fmt"

// byNumber asks for one page after the other by its number. A short page moves
// nothing, because pages keep their places; but when records come or go while it
// reads, all behind them move by less than a page, and only a new start finds
// what was passed by.
func (s *listing) byNumber(e *envelope) (done bool, err error) {
	if e.records == 0 {
		return s.afterNothing(e)
	}
	if _, again := s.firsts[e.first]; again {
		return s.sameNumber()
	}
	s.empty, s.doubt, s.firsts[e.first] = 0, false, e.content
	end, moved := s.startAt+e.records, s.grown(e) || s.shrunk(e) > 0
	s.total = e.total
	if moved {
		s.restart()
		return false, nil
	}
	if s.ended(e, end) {
		return true, nil
	}
	s.startAt = end
	s.number++
	return false, nil
}

// restart goes back to the first page.
func (s *listing) restart() {
	s.number = 0
	s.back(s.startAt)
}

// grown says that records have come since the page before was read.
func (s *listing) grown(e *envelope) bool {
	if s.total < 0 || e.total <= s.total || s.backs >= maxBackSteps {
		return false
	}
	s.backs++
	return true
}

// sameNumber takes a page that came again. Page 1 may: it was the first one
// already where pages count from 1.
func (s *listing) sameNumber() (done bool, err error) {
	s.repeated = true
	switch {
	case s.number == 1:
		s.number++
		return false, nil
	case s.doubt:
		return true, nil
	}
	return false, fmt.Errorf("page=%d gave a page before it once more", s.number)
}

// afterNothing ends at an empty page, unless the total says that more follows.
func (s *listing) afterNothing(e *envelope) (done bool, err error) {
	if s.vanished(e) > 0 {
		s.total = e.total
		s.restart()
		return false, nil
	}
	if e.total <= s.startAt {
		return true, nil
	}
	if err := s.countEmpty(e); err != nil {
		return false, err
	}
	s.number++
	return false, nil
}
