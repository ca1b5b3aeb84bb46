// Package shard cuts a first load into pieces for several workers, which know
// nothing of each other: the form of a piece, the rule by which pieces are cut
// where nobody has counted, and how the states of all pieces become the one that
// the next ordinary run goes on from.
//
// Issues are dealt out by when they were created, which never changes, so that none
// is in two pieces and none in no piece. Where the cuts lie best, only the site
// tells: a [Cutter] finds it by counts, for which tap.PlanShards asks.
package shard

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"tap-jira/internal/bookmark"
	"tap-jira/internal/fault"
)

// Version is the version of the form of a Piece. A later form that this
// code would misread gets a higher one. In version 1, which is still read, the
// first piece had the feed of worklogs to itself.
const Version = 2

// Piece is one piece of a first load that several workers share: the issues
// created in some spans of time, which never change hands, the worklogs updated
// in others, and in one of the pieces everything else. As JSON it is a line of
// `plan --shards`; it holds no secret.
type Piece struct {
	// Version is the form's, 1 or 2.
	Version int `json:"version"`
	// Plan names all that the pieces of one load have in common.
	Plan string `json:"plan"`
	// Number is the piece's, 1 to Of.
	Number int `json:"shard"`
	Of     int `json:"of"`
	// Site is the address as the config gives it, Scope a hash of its limits on
	// issues: a worker with another config would read something else.
	Site  string `json:"site"`
	Scope string `json:"scope"`
	// Streams are the bare names of what the piece reads, which may be none; where it is nil that is decided by the
	// rule of the run that reads it.
	Streams []string `json:"streams"`
	// Created are the spans of creation, in order.
	Created []Span `json:"created"`
	// Worklogs are the spans of update of the worklogs, in order; none where they
	// come with the issues, or where one piece reads them all.
	Worklogs []Span `json:"worklogs,omitempty"`
	// Started is the server's clock when the plan was made, from which the first
	// run after the merge goes on; empty where workers do not know each other.
	Started string `json:"started"`
	// StartDate is the oldest update wanted, RFC 3339.
	StartDate string `json:"start_date"`
	// RequestsPerSecond is the piece's share of that config key; 0 is no limit.
	RequestsPerSecond float64 `json:"requests_per_second,omitempty"`
	// Issues is how many Jira counted when the plan was made, nearly; nil where nobody asked.
	Issues *int `json:"issues,omitempty"`
}

// Span is a time of creation or of update: From inclusive, Before exclusive, both
// RFC 3339 and empty where it is open.
type Span struct {
	From   string `json:"from"`
	Before string `json:"before"`
}

// Parse reads one line of a plan. Errors are of kind fault.Usage.
func Parse(line []byte) (*Piece, error) {
	var s Piece
	if err := json.Unmarshal(line, &s); err != nil {
		return nil, fault.Wrap(fault.Usage, fmt.Errorf("read a shard: %w", err), "give a line that `tap-jira plan --shards N` printed")
	}
	if s.Version < 1 || s.Version > Version {
		return nil, fault.New(fault.Usage, "make the plan with the version of tap-jira that reads it",
			"the shard's version is %d, and this tap-jira reads 1 to %d", s.Version, Version)
	}
	if s.Number < 1 || s.Number > s.Of || s.Plan == "" || len(s.Created) == 0 || s.Streams == nil {
		return nil, fault.New(fault.Usage, "give a line that `tap-jira plan --shards N` printed, unchanged", "the shard is not whole")
	}
	for _, moment := range s.moments() {
		if _, err := bookmark.ParseTime(moment); err != nil {
			return nil, fault.Wrap(fault.Usage, fmt.Errorf("read shard %d of %d: %w", s.Number, s.Of, err), "give the line as the plan has it")
		}
	}
	return &s, nil
}

// moments are all times in the shard.
func (s *Piece) moments() []string {
	moments := []string{s.Started, s.StartDate}
	for _, span := range slices.Concat(s.Created, s.Worklogs) {
		moments = append(moments, span.From, span.Before)
	}
	return moments
}

// String names the shard for people.
func (s *Piece) String() string { return fmt.Sprintf("shard %d of %d", s.Number, s.Of) }

// First tells that the piece is the one with everything that is no issue; a nil one is the whole load.
func (s *Piece) First() bool { return s == nil || s.Number == 1 }

// StartedAt is the server's clock from which the load counts as read: the
// plan's, which all pieces share, or else this run's.
func (s *Piece) StartedAt(now time.Time) time.Time {
	if s == nil || s.Started == "" {
		return now
	}
	started, err := bookmark.ParseTime(s.Started)
	if err != nil || started.After(now) {
		return now
	}
	return started
}

// Limit narrows a scope to the shard's spans; compare writes a date in JQL.
func (s *Piece) Limit(scope string, compare func(field, operator string, t time.Time) string) string {
	if s == nil {
		return scope
	}
	var spans []string
	for _, span := range s.Created {
		var bounds []string
		if from, err := bookmark.ParseTime(span.From); err == nil && !from.IsZero() {
			bounds = append(bounds, compare("created", ">=", from))
		}
		if before, err := bookmark.ParseTime(span.Before); err == nil && !before.IsZero() {
			bounds = append(bounds, compare("created", "<", before))
		}
		if len(bounds) == 0 {
			return scope // the whole load in one piece
		}
		spans = append(spans, "("+strings.Join(bounds, " AND ")+")")
	}
	limit := "(" + strings.Join(spans, " OR ") + ")"
	if scope == "" {
		return limit
	}
	return "(" + scope + ") AND " + limit
}

// PlanName names what the pieces of one load have in common, by a hash.
func PlanName(common ...any) string {
	raw, err := json.Marshal(common)
	if err != nil {
		panic("shard: name a plan: " + err.Error()) // texts and numbers can always be written
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:8])
}
