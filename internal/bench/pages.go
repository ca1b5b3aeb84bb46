package main

import (
	"bytes"
	"hash/maphash"
	"io"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"
)

// pages stands before the simulated site: it answers from memory what was
// asked before, delays every answer, and counts. It is safe for concurrent use.
type pages struct {
	site http.Handler
	seed maphash.Seed
	room int64 // bytes of bodies that may be kept

	mu      sync.Mutex
	kept    map[uint64]*answer
	delay   time.Duration
	plain   bool // nothing is compressed
	record  bool
	asked   []question
	traffic traffic
	busy    int
	changed time.Time // when busy changed last
}

// answer is a rendered answer.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// question is a request as the floor repeats it.
type question struct {
	Method, Target string
	Body           string `json:",omitempty"`
}

// traffic is what went over the wire since it was forgotten last.
type traffic struct {
	Requests int
	Bytes    int64 // of bodies, as sent
	Refused  int   // answers 429
	Rendered int   // answers that were not in memory
	// InFlight adds up how long each request was under way at the site, Span is the
	// time from the first request to the last answer, both in seconds.
	InFlight, Span float64
	MaxInFlight    int
	// MostInASecond is the largest number of requests that came within any second.
	MostInASecond int
	// Load is how many requests were under way on average, in each tenth of a second.
	Load []float64

	first, last time.Time
	lately      []time.Time // when the requests of the last second came
}

// newPages stands before a site with room for so many bytes of answers.
func newPages(site http.Handler, room int64) *pages {
	return &pages{site: site, seed: maphash.MakeSeed(), room: room, kept: map[uint64]*answer{}}
}

// set changes how answers travel and starts the counts anew.
func (p *pages) set(delay time.Duration, plain, record bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.delay, p.plain, p.record = delay, plain, record
	p.traffic, p.asked = traffic{}, nil
}

// counts returns the traffic since then.
func (p *pages) counts() traffic {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.traffic
	t.Span = t.last.Sub(t.first).Seconds()
	return t
}

// questions returns the requests since then, in the order they came.
func (p *pages) questions() []question {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked
}

// ServeHTTP answers one request.
func (p *pages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	delay := p.begin(r, body)
	if delay > 0 {
		timer := time.NewTimer(delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-r.Context().Done():
		}
	}
	a := p.answer(r, body)
	maps.Copy(w.Header(), a.header)
	w.WriteHeader(a.status)
	n, _ := w.Write(a.body) // a reader that went away is no concern of the site's
	p.end(a.status, n)
}

// begin counts a request and returns how long to wait.
func (p *pages) begin(r *http.Request, body []byte) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.plain {
		r.Header.Del("Accept-Encoding")
	}
	now := p.tick(1)
	if p.traffic.Requests == 0 {
		p.traffic.first = now
	}
	p.traffic.count(now)
	if p.record {
		p.asked = append(p.asked, question{Method: r.Method, Target: r.URL.RequestURI(), Body: string(body)})
	}
	return p.delay
}

// count counts a request that comes now.
func (t *traffic) count(now time.Time) {
	t.Requests++
	old, _ := slices.BinarySearchFunc(t.lately, now.Add(-time.Second), func(came, ago time.Time) int {
		if came.After(ago) {
			return 1
		}
		return -1
	})
	t.lately = append(t.lately[old:], now)
	t.MostInASecond = max(t.MostInASecond, len(t.lately))
}

// end counts an answer that was sent.
func (p *pages) end(status, n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.traffic.last = p.tick(-1)
	p.traffic.Bytes += int64(n)
	if status == http.StatusTooManyRequests {
		p.traffic.Refused++
	}
}

// tick adds up the time in flight until now, and then counts n more in flight.
func (p *pages) tick(n int) time.Time {
	now := time.Now()
	if p.busy > 0 {
		p.traffic.InFlight += float64(p.busy) * now.Sub(p.changed).Seconds()
		p.traffic.spread(p.changed, now, float64(p.busy))
	}
	p.busy, p.changed = p.busy+n, now
	p.traffic.MaxInFlight = max(p.traffic.MaxInFlight, p.busy)
	return now
}

// loadEvery is the time that one number of the load stands for.
const loadEvery = 100 * time.Millisecond

// spread adds what was under way between two moments to the load.
func (t *traffic) spread(from, to time.Time, busy float64) {
	from, to = from.Add(-time.Duration(t.first.UnixNano())), to.Add(-time.Duration(t.first.UnixNano()))
	for at := from.UnixNano(); at < to.UnixNano(); {
		slot := at / int64(loadEvery)
		end := min((slot+1)*int64(loadEvery), to.UnixNano())
		for int64(len(t.Load)) <= slot {
			t.Load = append(t.Load, 0)
		}
		t.Load[slot] += busy * float64(end-at) / float64(loadEvery)
		at = end
	}
}

// answer finds the answer in memory or asks the site for it.
func (p *pages) answer(r *http.Request, body []byte) *answer {
	key := p.key(r, body)
	p.mu.Lock()
	a := p.kept[key]
	p.mu.Unlock()
	if a != nil {
		return a
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	rec := &recorder{answer: answer{status: http.StatusOK, header: http.Header{}}}
	p.site.ServeHTTP(rec, r)
	a = &rec.answer
	p.mu.Lock()
	defer p.mu.Unlock()
	p.traffic.Rendered++
	if size := int64(len(a.body)); a.status < http.StatusTooManyRequests && size <= p.room {
		p.room -= size
		p.kept[key] = a
	}
	return a
}

// key tells requests apart that may get different answers.
func (p *pages) key(r *http.Request, body []byte) uint64 {
	var h maphash.Hash
	h.SetSeed(p.seed)
	for _, part := range []string{r.Method, r.URL.RequestURI(), r.Header.Get("Authorization"), r.Header.Get("Accept-Encoding")} {
		_, _ = h.WriteString(part) // a hash takes every write
		_ = h.WriteByte(0)
	}
	_, _ = h.Write(body)
	return h.Sum64()
}

// recorder is an answer while it is written.
type recorder struct{ answer }

// Header is the answer's.
func (r *recorder) Header() http.Header { return r.header }

// WriteHeader keeps the status.
func (r *recorder) WriteHeader(status int) { r.status = status }

// Write keeps the body.
func (r *recorder) Write(b []byte) (int, error) {
	r.body = append(r.body, b...)
	return len(b), nil
}
