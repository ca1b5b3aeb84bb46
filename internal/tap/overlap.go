package tap

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"time"
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

// version is one issue as it stood at one time.
type version struct {
	id      uint64
	updated int64 // epoch milliseconds
}

// unsettled is how long after it a date without a fraction may be given to one more
// edit. MySQL, below a Data Center, keeps dates in seconds (DATETIME without a
// precision), rounded, and the clocks of a cluster's nodes differ a little.
const unsettled = 2 * time.Second

// settled tells that an issue which was read then cannot have been edited since
// without another date: where dates are kept in seconds, one may stand for two
// edits. A version that is not settled is read once more by the next run.
func (v version) settled(read time.Time) bool {
	return v.updated%1000 != 0 || !time.UnixMilli(v.updated).Add(unsettled).After(read)
}

// fingerprint is stable across releases, as it is kept in people's states.
func (v version) fingerprint() uint64 {
	sum := sha256.Sum256([]byte(strconv.FormatUint(v.id, 10) + ":" + strconv.FormatInt(v.updated, 10)))
	return binary.BigEndian.Uint64(sum[:8])
}

// bucket is what is remembered of all versions within one span of time: how
// many, and the sum of their fingerprints, which does not depend on the order.
type bucket struct {
	count uint32
	sum   uint64
}

func (b *bucket) add(v version) {
	b.count++
	b.sum += v.fingerprint()
}

// overlap remembers the versions that were printed since a moment, because
// Jira's search index lags and that span is read again by the next run. Its
// size in the state is bounded whatever the number of issues.
type overlap struct {
	from    int64 // epoch milliseconds; older versions are not remembered
	exact   map[uint64]bool
	minutes map[int64]*bucket // by minutes since the epoch; complete even while exact is kept
	until   int64             // the newest version remembered
}

// newOverlap remembers versions from the moment on.
func newOverlap(from time.Time) *overlap {
	return &overlap{from: from.UnixMilli(), exact: map[uint64]bool{}, minutes: map[int64]*bucket{}, until: from.UnixMilli()}
}

// add remembers a version that is in the output. The same version twice counts once
// while versions are remembered one by one.
func (o *overlap) add(v version) {
	if v.updated < o.from {
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
	minute := v.updated / time.Minute.Milliseconds()
	if o.minutes[minute] == nil {
		o.minutes[minute] = &bucket{}
	}
	o.minutes[minute].add(v)
	o.until = max(o.until, v.updated)
}

// savedOverlap is the form in the state.
type savedOverlap struct {
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

// save returns the overlap's form for the state.
func (o *overlap) save() savedOverlap {
	saved := savedOverlap{From: formatTime(time.UnixMilli(o.from)), Until: o.until}
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

// printed returns those of the listed versions that the last run has printed
// already. Listed must hold every version from the overlap's start to its end.
func (s savedOverlap) printed(listed []version) (map[version]bool, error) {
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

func printedExactly(raw []byte, listed []version) map[version]bool {
	known := map[uint64]bool{}
	for ; len(raw) >= 8; raw = raw[8:] {
		known[binary.BigEndian.Uint64(raw)] = true
	}
	printed := map[version]bool{}
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
func printedByBucket(raw []byte, first, width int64, listed []version) map[version]bool {
	now := map[int64]*bucket{}
	index := func(v version) int64 { return (v.updated/time.Minute.Milliseconds() - first) / width }
	for _, v := range listed {
		if now[index(v)] == nil {
			now[index(v)] = &bucket{}
		}
		now[index(v)].add(v)
	}
	printed := map[version]bool{}
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

// formatTime writes a moment as Singer targets take it.
func formatTime(t time.Time) string {
	return t.UTC().Format("2006-01-02T15:04:05.000000Z")
}
