// Package overlap remembers what a run has printed of the span that the next run
// reads again, so that an idle run prints nothing.
//
// Jira's search index lags behind its database, so a bookmark stands a while
// before the clock, and what was updated since is listed once more. An [Overlap]
// holds a count and a hash of the versions printed since the bookmark: exactly
// while they are few, by spans of minutes beyond, and in a few kilobytes of the
// state however many they are. Where it is in doubt it says "not printed": a row
// may come twice, and none is lost.
//
// It knows neither Jira nor streams: a version is an id and a date.
package overlap

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"time"

	"tap-jira/internal/singer"
)

// Sizes of the overlap in the state. Both keep a state below 8 KB.
const (
	// overlapExact is how many printed versions are remembered one by one.
	overlapExact = 384
	// overlapBuckets is how many minutes are remembered when there are more.
	overlapBuckets = 240
	// bucketBytes is a count (uint32) and a hash (uint64).
	bucketBytes = 12
)

// Version is one record, an issue mostly, as it stood at one time.
type Version struct {
	ID      uint64 // Jira's
	Updated int64  // epoch milliseconds
}

// unsettled is how long after it a date without a fraction may be given to one more
// edit. MySQL, below a Data Center, keeps dates in seconds (DATETIME without a
// precision), rounded, and the clocks of a cluster's nodes differ a little.
const unsettled = 2 * time.Second

// Settled tells that an issue which was read then cannot have been edited since
// without another date: where dates are kept in seconds, one may stand for two
// edits. A version that is not settled is read once more by the next run.
func (v Version) Settled(read time.Time) bool {
	return v.Updated%1000 != 0 || !time.UnixMilli(v.Updated).Add(unsettled).After(read)
}

// fingerprint is stable across releases, as it is kept in people's states.
func (v Version) fingerprint() uint64 {
	sum := sha256.Sum256([]byte(strconv.FormatUint(v.ID, 10) + ":" + strconv.FormatInt(v.Updated, 10)))
	return binary.BigEndian.Uint64(sum[:8])
}

// bucket is what is remembered of all versions within one span of time: how
// many, and the sum of their fingerprints, which does not depend on the order.
type bucket struct {
	count uint32
	sum   uint64
}

func (b *bucket) add(v Version) {
	b.count++
	b.sum += v.fingerprint()
}

// Overlap remembers the versions that were printed since a moment, because
// Jira's search index lags and that span is read again by the next run. Its
// size in the state is bounded whatever the number of issues.
type Overlap struct {
	from    int64 // epoch milliseconds; older versions are not remembered
	exact   map[uint64]bool
	minutes map[int64]*bucket // by minutes since the epoch; complete even while exact is kept
	until   int64             // the newest version remembered
}

// New remembers versions from the moment on.
func New(from time.Time) *Overlap {
	return &Overlap{from: from.UnixMilli(), exact: map[uint64]bool{}, minutes: map[int64]*bucket{}, until: from.UnixMilli()}
}

// Add remembers a version that is in the output. The same version twice counts once
// while versions are remembered one by one.
func (o *Overlap) Add(v Version) {
	if v.Updated < o.from {
		return
	}
	if o.exact != nil {
		if o.exact[v.fingerprint()] {
			return
		}
		o.exact[v.fingerprint()] = true
		if len(o.exact) > overlapExact {
			o.exact = nil
		}
	}
	minute := v.Updated / time.Minute.Milliseconds()
	if o.minutes[minute] == nil {
		o.minutes[minute] = &bucket{}
	}
	o.minutes[minute].add(v)
	o.until = max(o.until, v.Updated)
}

// Saved is the form in the state.
type Saved struct {
	// From is the bookmark that the overlap belongs to; with another bookmark it says nothing.
	From string `json:"from"`
	// Until is the newest version remembered, epoch milliseconds.
	Until int64 `json:"until"`
	// Width is how many minutes a bucket holds; 0 when versions are listed one by one.
	Width int64 `json:"width"`
	// Data holds eight bytes a version, or twelve a bucket from From on, in base64.
	Data string `json:"data"`
	// In is the stream whose bookmark holds the data, when it is not this one:
	// streams that are read in one walk share it.
	In string `json:"in"`
}

// Save returns the overlap's form for the state.
func (o *Overlap) Save() Saved {
	saved := Saved{From: singer.FormatTime(time.UnixMilli(o.from)), Until: o.until}
	if o.exact != nil {
		saved.Data = encodeExact(o.exact)
		return saved
	}
	first, last := o.from/time.Minute.Milliseconds(), o.until/time.Minute.Milliseconds()
	saved.Width = (last-first)/overlapBuckets + 1
	buckets := make([]bucket, (last-first)/saved.Width+1)
	for minute, b := range o.minutes {
		into := &buckets[(minute-first)/saved.Width]
		into.count += b.count
		into.sum += b.sum
	}
	saved.Data = encodeBuckets(buckets)
	return saved
}

func encodeExact(exact map[uint64]bool) string {
	prints := make([]uint64, 0, len(exact))
	for known := range exact {
		prints = append(prints, known)
	}
	slices.Sort(prints)
	var raw []byte
	for _, known := range prints {
		raw = binary.BigEndian.AppendUint64(raw, known)
	}
	return base64.RawStdEncoding.EncodeToString(raw)
}

func encodeBuckets(buckets []bucket) string {
	raw := make([]byte, 0, len(buckets)*bucketBytes)
	for _, b := range buckets {
		raw = binary.BigEndian.AppendUint32(raw, b.count)
		raw = binary.BigEndian.AppendUint64(raw, b.sum)
	}
	return base64.RawStdEncoding.EncodeToString(raw)
}

// Printed returns those of the listed versions that the last run has printed
// already. Listed must hold every version from the overlap's start to its end.
func (s Saved) Printed(listed []Version) (map[Version]bool, error) {
	raw, err := base64.RawStdEncoding.DecodeString(s.Data)
	if err != nil {
		return nil, fmt.Errorf("read the overlap in the state: %w", err)
	}
	if s.Width <= 0 {
		return printedExactly(raw, listed), nil
	}
	from, err := time.Parse(time.RFC3339Nano, s.From)
	if err != nil {
		return nil, fmt.Errorf("read the start of the overlap in the state: %w", err)
	}
	return printedByBucket(raw, from.UnixMilli()/time.Minute.Milliseconds(), s.Width, listed), nil
}

func printedExactly(raw []byte, listed []Version) map[Version]bool {
	known := map[uint64]bool{}
	for ; len(raw) >= 8; raw = raw[8:] {
		known[binary.BigEndian.Uint64(raw)] = true
	}
	printed := map[Version]bool{}
	for _, v := range listed {
		if known[v.fingerprint()] {
			printed[v] = true
		}
	}
	return printed
}

// printedByBucket takes a span as printed only when all of it is as it was: one
// that differs in one version is printed again whole, which costs rows twice
// but never loses one.
func printedByBucket(raw []byte, first, width int64, listed []Version) map[Version]bool {
	now := map[int64]*bucket{}
	index := func(v Version) int64 { return (v.Updated/time.Minute.Milliseconds() - first) / width }
	for _, v := range listed {
		if now[index(v)] == nil {
			now[index(v)] = &bucket{}
		}
		now[index(v)].add(v)
	}
	printed := map[Version]bool{}
	for _, v := range listed {
		at := index(v) * bucketBytes
		if at < 0 || at+bucketBytes > int64(len(raw)) {
			continue
		}
		then := bucket{count: binary.BigEndian.Uint32(raw[at:]), sum: binary.BigEndian.Uint64(raw[at+4:])}
		if then == *now[index(v)] {
			printed[v] = true
		}
	}
	return printed
}
