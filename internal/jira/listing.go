package jira

import (
	"errors"
	"fmt"
	"hash/maphash"
	"maps"
	"net/url"
	"strconv"
)

// maxEmpty is how many empty pages in a row are borne that claim not to be the
// last: permissions may hide whole pages, but not without end.
const maxEmpty = 50

// maxBackSteps is how often a listing goes back because it shrank; a total that
// shrinks with every page counts something else.
const maxBackSteps = 5

// maxAlike is how many pages in a row may begin with a record that has begun a
// page before them.
const maxAlike = 3

// listing is how far a paged listing has come. It believes no single sign that
// a listing ends, or goes on, that another contradicts.
type listing struct {
	pager Pager
	size  int
	index int
	done  bool

	startAt int               // where the next page starts: the records read, but where some are hidden or have gone
	number  int               // of the next page, 0 for one that is asked for without
	total   int               // of the page before, -1 when it did not say
	firsts  map[uint64]uint64 // what the pages since a step back held, by their first record
	alike   int               // how many pages in a row began with a record that had begun another
	backs   int               // how often rows moved up and were read again
	doubt   bool              // the page before looked like the last one, and may be a lie
	// repeated says that the page just read was one before it once more, where
	// that only proves that the page before was the last.
	repeated bool

	token string
	seen  map[string]struct{}
	empty int
	seed  maphash.Seed
}

func newListing(p Pager, size int) *listing {
	return &listing{pager: p, size: size, total: -1, firsts: map[uint64]uint64{}, seen: map[string]struct{}{}, seed: maphash.MakeSeed()}
}

// hash tells the records of this listing apart.
func (s *listing) hash(record []byte) uint64 { return maphash.Bytes(s.seed, record) }

// request is req for the next page.
func (s *listing) request(req Request) Request {
	names := s.pager.kind.names()
	if names.size == "" {
		return req
	}
	if body, ok := req.Body.(map[string]any); ok && s.pager.kind == kindToken {
		body = maps.Clone(body)
		body[names.size] = s.size
		if s.token != "" {
			body[names.from] = s.token
		}
		req.Body = body
		return req
	}
	req.Query = cloneQuery(req.Query)
	req.Query.Set(names.size, strconv.Itoa(s.size))
	if from := s.from(); from != "" {
		req.Query.Set(names.from, from)
	}
	return req
}

// from is where the next page starts, "" for a first page that needs no word.
func (s *listing) from() string {
	switch {
	case s.pager.kind == kindNumber && s.number == 0:
		return ""
	case s.pager.kind == kindNumber:
		return strconv.Itoa(s.number)
	case s.pager.offset():
		return strconv.Itoa(s.startAt)
	}
	return s.token
}

func cloneQuery(q url.Values) url.Values {
	clone := url.Values{}
	for name, values := range q {
		clone[name] = append([]string(nil), values...)
	}
	return clone
}

// advance takes a page into account and finds the next.
func (s *listing) advance(ex *exchange, e *envelope) error {
	s.repeated = false
	var err error
	switch s.pager.kind {
	case kindWhole, kindOne, kindMap, kindLists, kindLimits:
		s.done = true
	case kindNumber:
		s.done, err = s.byNumber(e)
	case kindToken, kindCursor:
		s.done, err = s.byToken(e)
	default:
		s.done, err = s.byOffset(e)
	}
	if err != nil {
		return fmt.Errorf("page through %s %s: %w: %w", ex.method, ex.target, ErrProgress, err)
	}
	return nil
}

// byToken follows tokens. Their absence is the end; isLast only bears witness.
func (s *listing) byToken(e *envelope) (done bool, err error) {
	if e.token == "" {
		if e.last == no {
			return false, errors.New("pages are said to follow but there is no token for them")
		}
		return true, nil
	}
	_, again := s.seen[e.token]
	s.startAt += e.records
	switch {
	case e.last == yes && (e.records == 0 || e.total >= 0 && s.startAt >= e.total):
		return true, nil // two signs say so, and only the token, which may lead to nothing, does not
	case again && e.last == yes:
		return true, nil // a last page may repeat the token that led to it
	case again:
		return false, errors.New("a token came for the second time, which would go round for ever")
	}
	if err := s.countEmpty(e); err != nil {
		return false, err
	}
	s.seen[e.token] = struct{}{}
	s.token = e.token
	return false, nil
}

// countEmpty bounds the pages that hold nothing and lead on.
func (s *listing) countEmpty(e *envelope) error {
	if e.records > 0 {
		s.empty = 0
		return nil
	}
	if s.empty++; s.empty > maxEmpty {
		return fmt.Errorf("%d pages in a row were empty and none was the last", s.empty)
	}
	return nil
}

// byOffset steps by what came back, never by what was asked for.
func (s *listing) byOffset(e *envelope) (done bool, err error) {
	if e.records == 0 {
		return s.afterEmpty(e)
	}
	if err := s.astray(e); err != nil {
		if s.doubt {
			s.repeated = true
			return true, nil
		}
		return false, err
	}
	s.empty, s.doubt, s.firsts[e.first] = 0, false, e.content
	end, gone := s.startAt+e.records, s.shrunk(e)
	s.total = e.total
	if gone > 0 {
		s.back(gone)
		return false, nil
	}
	if s.ended(e, end) {
		return true, nil
	}
	s.startAt = end
	return false, nil
}

// ended says whether a page that reaches to end is the last. One sign that
// something else puts in doubt ends nothing: the next page is asked for, and
// shows it.
func (s *listing) ended(e *envelope, end int) bool {
	switch {
	case e.last == yes:
		s.doubt = e.next // an address of a next page contradicts it
	case e.last == no:
		return false
	case e.total >= 0 && end >= e.total, s.pager.bare() && e.silent():
		s.doubt = s.full(e)
	default:
		return false
	}
	return !s.doubt
}

// full says that a page holds all that it could. A total that is just its size
// may be the size of the page and not of the list; a full page is no proof
// either way.
func (s *listing) full(e *envelope) bool { return e.records == e.max || e.records >= s.size }

// astray says why a page is not the one that was asked for.
func (s *listing) astray(e *envelope) error {
	from := s.pager.kind.names().from
	if s.pager.echoes() && e.at >= 0 && e.at != s.startAt {
		return fmt.Errorf("%s=%d gave a page that starts at %d", from, s.startAt, e.at)
	}
	if s.comesAgain(e) {
		return fmt.Errorf("%s=%d gave a page before it once more", from, s.startAt)
	}
	return nil
}

// comesAgain says that a page is one before it once more. That only the first
// record is the same proves nothing: two may be alike, such as users whose account
// is lost, and one that moved may stand in two places. Several such pages in a row
// do.
func (s *listing) comesAgain(e *envelope) bool {
	content, again := s.firsts[e.first]
	if !again {
		s.alike = 0
		return false
	}
	s.alike++
	same := content == e.content && (e.records > 1 || s.doubt)
	return same || s.alike > maxAlike
}

// back steps back by some records; a page read before may then come again.
func (s *listing) back(records int) {
	s.startAt = max(0, s.startAt-records)
	clear(s.firsts)
}

// shrunk is how many records have gone since the page before was read: as many
// have moved up past where this page starts, and were not read.
func (s *listing) shrunk(e *envelope) int {
	if s.total < 0 || e.total >= s.total || s.backs >= maxBackSteps {
		return 0
	}
	if e.total < s.startAt+e.records {
		return 0 // it does not count the list
	}
	s.backs++
	return s.total - e.total
}

// afterEmpty ends a listing at an empty page, unless Jira says that more
// follows: permissions may have hidden a whole page.
func (s *listing) afterEmpty(e *envelope) (done bool, err error) {
	if gone := s.vanished(e); gone > 0 {
		s.total = e.total
		s.back(gone)
		return false, nil
	}
	more := e.total > s.startAt || e.total < 0 && (e.last == no || e.next)
	if s.pager.kind == kindArray || e.last == yes || !more {
		return true, nil
	}
	if err := s.countEmpty(e); err != nil {
		return false, err
	}
	step := s.size
	if e.max > 0 {
		step = min(step, e.max)
	}
	s.startAt += step
	return false, nil
}

// vanished is how many records have gone when an empty page comes where records
// were promised: as many as that may have moved up to pages that were read.
func (s *listing) vanished(e *envelope) int {
	if s.total <= s.startAt || e.total <= 0 || e.total >= s.total || s.backs >= maxBackSteps {
		return 0
	}
	s.backs++
	return s.total - e.total
}
