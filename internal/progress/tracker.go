package progress

import (
	"sync"
	"time"
)

// Tracker counts what a run tells of itself. It is safe for concurrent use.
type Tracker struct {
	now func() time.Time

	mu      sync.Mutex
	began   time.Time
	streams []*tracked // in the order of the output
	byName  map[string]*tracked
	total   pace
	until   time.Time
	reason  string
}

// tracked is what is known of one stream.
type tracked struct {
	Stream
	pace         pace
	begun, ended bool
	since        time.Time
}

// NewTracker makes a Tracker with a clock.
func NewTracker(now func() time.Time) *Tracker {
	return &Tracker{now: now, began: now(), byName: map[string]*tracked{}}
}

// Begin names the streams in the order of the output.
func (t *Tracker) Begin(streams []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, name := range streams {
		one := &tracked{Stream: Stream{Stream: name}}
		t.streams, t.byName[name] = append(t.streams, one), one
	}
}

// Expect tells that a stream is read in so many more pieces of a kind.
func (t *Tracker) Expect(stream string, pieces int64, kind string) {
	t.change(stream, func(s *tracked) { s.Expected, s.Kind = s.Expected+pieces, kind })
}

// Read tells that so many pieces of a stream are in the output.
func (t *Tracker) Read(stream string, pieces int64) {
	t.change(stream, func(s *tracked) { s.Pieces += pieces })
}

// Printed tells that so many records of a stream were printed.
func (t *Tracker) Printed(stream string, records int64) {
	t.change(stream, func(s *tracked) { s.Records += records })
}

// Ended tells that a stream came to its end.
func (t *Tracker) Ended(stream string) {
	t.change(stream, func(s *tracked) { s.ended = true })
}

// Refused tells that the site refuses requests until a moment, and why.
func (t *Tracker) Refused(until time.Time, reason string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if until.After(t.until) {
		t.until, t.reason = until, reason
	}
}

// change changes what is known of a stream. A stream that was not named is no part of the output.
func (t *Tracker) change(stream string, how func(*tracked)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.byName[stream]
	if s == nil {
		return
	}
	if !s.begun {
		s.begun, s.since = true, t.now()
	}
	how(s)
}

// Snapshot returns how far the run is. It is called at about equal times, from which the rates come.
func (t *Tracker) Snapshot() Snapshot {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	s := Snapshot{Streams: len(t.streams), Seconds: now.Sub(t.began).Seconds(), Running: []Stream{}}
	for _, one := range t.streams {
		s.Records += one.Records
		if one.ended {
			s.Ended++
		}
		if one.ended || !one.begun {
			continue
		}
		one.Rate = one.pace.at(now, one.Records)
		one.Left = left(one.Stream, now.Sub(one.since))
		s.Running = append(s.Running, one.Stream)
	}
	s.Rate = t.total.at(now, s.Records)
	if t.until.After(now) {
		s.Until, s.Reason = t.until, t.reason
	}
	return s
}

// Records returns how many records each stream printed so far, in the order of the output.
func (t *Tracker) Records() []Stream {
	t.mu.Lock()
	defer t.mu.Unlock()
	counts := make([]Stream, len(t.streams))
	for i, one := range t.streams {
		counts[i] = Stream{Stream: one.Stream.Stream, Records: one.Records}
	}
	return counts
}

// left is how many seconds the rest of a stream takes at the pace so far.
func left(s Stream, passed time.Duration) float64 {
	rest := s.Expected - s.Pieces
	if s.Expected <= 0 || s.Pieces <= 0 || rest <= 0 {
		return 0
	}
	return passed.Seconds() / float64(s.Pieces) * float64(rest)
}

// pace is a count's rate of late: the mean over about the last paceWindow, so that a page that arrives is no peak.
type pace struct {
	last  time.Time
	count int64
	rate  float64
}

// paceWindow is over how long rates are smoothed.
const paceWindow = 10 * time.Second

// at returns the rate when the count is so much at a moment.
func (p *pace) at(now time.Time, count int64) float64 {
	if p.last.IsZero() {
		p.last, p.count = now, count
		return 0
	}
	passed := now.Sub(p.last)
	if passed <= 0 {
		return p.rate
	}
	current := float64(count-p.count) / passed.Seconds()
	weight := min(1, passed.Seconds()/paceWindow.Seconds())
	if p.rate == 0 {
		weight = 1 // nothing to smooth yet
	}
	p.rate += (current - p.rate) * weight
	p.last, p.count = now, count
	return p.rate
}
