package jira

import (
	"errors"
	"fmt"
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

// listing is how far a paged listing has come. It believes no single sign that
// a listing ends, or goes on, that another contradicts.
type listing struct {
	pager Pager
	size  int
	index int
	done  bool

	startAt int
	total   int    // of the page before, -1 when it did not say
	first   uint64 // of the page before
	backs   int    // how often rows moved up and were read again
	doubt   bool   // the page before looked like the last one, and may be a lie
	// repeated says that the page just read was the page before once more, where
	// that only proves that the page before was the last.
	repeated bool

	token string
	seen  map[string]struct{}
	empty int
}

func newListing(p Pager, size int) *listing {
	return &listing{pager: p, size: size, total: -1, seen: map[string]struct{}{}}
}

// request is req for the next page.
func (s *listing) request(req Request) Request {
	if s.pager.kind == kindWhole || s.pager.kind == kindOne {
		return req
	}
	if body, ok := req.Body.(map[string]any); ok && s.pager.kind == kindToken {
		body = maps.Clone(body)
		body["maxResults"] = s.size
		if s.token != "" {
			body["nextPageToken"] = s.token
		}
		req.Body = body
		return req
	}
	req.Query = cloneQuery(req.Query)
	req.Query.Set("maxResults", strconv.Itoa(s.size))
	switch {
	case s.pager.offset():
		req.Query.Set("startAt", strconv.Itoa(s.startAt))
	case s.token != "" && s.pager.kind == kindToken:
		req.Query.Set("nextPageToken", s.token)
	case s.token != "":
		req.Query.Set("cursor", s.token)
	}
	return req
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
	case kindWhole, kindOne:
		s.done = true
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
	switch {
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
	if s.index > 0 && e.first == s.first {
		if s.doubt {
			s.repeated = true
			return true, nil
		}
		return false, fmt.Errorf("startAt=%d gave the page before once more", s.startAt)
	}
	s.empty, s.first, s.doubt = 0, e.first, false
	end, gone := s.startAt+e.records, s.shrunk(e)
	s.total = e.total
	switch {
	case gone > 0:
		s.startAt = max(0, s.startAt-gone)
		return false, nil
	case e.last == yes:
		return true, nil
	}
	if s.pager.kind == kindOffset && e.last == unsaid && e.total >= 0 && end >= e.total {
		// A total that is just this page's size may be the size of the page and not of
		// the list; a full page is no proof either way.
		s.doubt = e.records == e.max || e.records >= s.size
		if !s.doubt {
			return true, nil
		}
	}
	s.startAt = end
	return false, nil
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
	more := e.total > s.startAt || e.last == no && e.total < 0
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
