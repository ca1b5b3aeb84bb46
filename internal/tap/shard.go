package tap

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
	"tap-jira/internal/jira"
	"tap-jira/internal/singer"
	"tap-jira/internal/stream"
)

// shardVersion is the version of the form of a Shard. A later form that this
// code would misread gets a higher one. In version 1, which is still read, the
// first piece had the feed of worklogs to itself.
const shardVersion = 2

// Shard is one piece of a first load that several workers share: the issues
// created in some spans of time, which never change hands, the worklogs updated
// in others, and in one of the pieces everything else. As JSON it is a line of
// `plan --shards`; it holds no secret.
type Shard struct {
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
	// rule of inShard.
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

// ParseShard reads one line of a plan. Errors are of kind fault.Usage.
func ParseShard(line []byte) (*Shard, error) {
	var s Shard
	if err := json.Unmarshal(line, &s); err != nil {
		return nil, fault.Wrap(fault.Usage, fmt.Errorf("read a shard: %w", err), "give a line that `tap-jira plan --shards N` printed")
	}
	if s.Version < 1 || s.Version > shardVersion {
		return nil, fault.New(fault.Usage, "make the plan with the version of tap-jira that reads it",
			"the shard's version is %d, and this tap-jira reads 1 to %d", s.Version, shardVersion)
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
func (s *Shard) moments() []string {
	moments := []string{s.Started, s.StartDate}
	for _, span := range slices.Concat(s.Created, s.Worklogs) {
		moments = append(moments, span.From, span.Before)
	}
	return moments
}

// String names the shard for people.
func (s *Shard) String() string { return fmt.Sprintf("shard %d of %d", s.Number, s.Of) }

// first tells that the piece is the one with everything that is no issue.
func (s *Shard) first() bool { return s == nil || s.Number == 1 }

// startedAt is the server's clock from which the load counts as read: the
// plan's, which all pieces share, or else this run's.
func (s *Shard) startedAt(now time.Time) time.Time {
	if s == nil || s.Started == "" {
		return now
	}
	started, err := bookmark.ParseTime(s.Started)
	if err != nil || started.After(now) {
		return now
	}
	return started
}

// limit narrows a scope to the shard's spans; compare writes a date in JQL.
func (s *Shard) limit(scope string, compare func(field, operator string, t time.Time) string) string {
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

// planName names what the pieces of one load have in common, by a hash.
func planName(common ...any) string {
	raw, err := json.Marshal(common)
	if err != nil {
		panic("tap: name a plan: " + err.Error()) // texts and numbers can always be written
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:8])
}

// inShard tells whether the run's piece reads a stream: the first piece reads all,
// the others what comes with the issues. They also read the users, to print those
// of their issues whom Jira does not list; the first prints the list.
func (r *run) inShard(s stream.Stream) bool {
	piece := r.options.Shard
	switch {
	case piece == nil:
		return true
	case piece.Streams != nil:
		return slices.Contains(piece.Streams, s.Name)
	}
	return piece.first() || r.inEachShard(s)
}

// wholeShard refuses to read less than the plan says.
func (r *run) wholeShard() error {
	if r.options.Shard == nil {
		return nil
	}
	for _, name := range r.options.Shard.Streams {
		if r.table(name) == nil {
			return fault.New(fault.Usage, "give the --catalog and --select that the plan was made with", "the plan reads %s, which is not selected here", name)
		}
	}
	return nil
}

// inEachShard tells that every piece of a load reads a stream.
func (r *run) inEachShard(s stream.Stream) bool {
	return r.inIssues(s) || s.Source == stream.WorklogFeed || s.Source == stream.UserDirectory && len(r.options.Groups) == 0
}

// inIssues tells that a stream is read along with the issues.
func (r *run) inIssues(s stream.Stream) bool {
	return s.Source == stream.IssueTree || s.Source == stream.WorklogFeed && r.scope != ""
}

// nameShards is the member of a state that tells of shards.
const nameShards = "shards"

// shardNote is what a state says of the shard that it belongs to, or, with a
// Number of 0, of the shards that it was united of.
type shardNote struct {
	Plan   string `json:"plan"`
	Number int    `json:"shard"`
	Of     int    `json:"of"`
	// Done tells that the piece is in the output.
	Done bool `json:"done"`
}

// possible tells that the numbers are some that a plan gives; the number is 0 once all shards were united.
func (n shardNote) possible() bool {
	return 0 <= n.Number && n.Number <= n.Of && 1 <= n.Of && n.Of <= maxShards
}

// noteOf reads what a state says of shards; nil when nothing.
func noteOf(state *singer.State) (*shardNote, error) {
	var note *shardNote
	err := state.Member(nameShards, &note)
	if err == nil && note != nil && !note.possible() {
		err = fmt.Errorf("there is no shard %d of %d", note.Number, note.Of)
	}
	if err != nil {
		return nil, fault.Wrap(fault.Usage, fmt.Errorf("read the member %q of the state: %w", nameShards, err), "give the state as tap-jira printed it")
	}
	return note, nil
}

// startShard checks that the state and the config are those of the shard, and
// takes from it what all pieces must agree on. It tells whether the piece is in
// the output already.
func (r *run) startShard() (done bool, err error) {
	s := r.options.Shard
	note, err := noteOf(r.state)
	if err != nil {
		return false, err
	}
	if s == nil {
		if note != nil && note.Number != 0 {
			return false, fault.New(fault.Usage, "unite the states of all shards first: tap-jira state merge FILE...",
				"the state is that of shard %d of %d, of which an ordinary run cannot go on", note.Number, note.Of)
		}
		return false, nil
	}
	if err := r.refuseBesideShards(); err != nil {
		return false, err
	}
	if note != nil && (note.Plan != s.Plan || note.Number != s.Number) || note == nil && len(r.state.Streams()) > 0 {
		return false, fault.New(fault.Usage, "begin a shard without a state, or with the one that it printed itself",
			"the state is not that of %s", s)
	}
	if start, err := bookmark.ParseTime(s.StartDate); err == nil && !start.IsZero() {
		r.options.StartDate = start
	}
	done = note != nil && note.Done
	r.noteShard(done)
	return done, nil
}

// refuseBesideShards names what the pieces of a load cannot do each for itself.
func (r *run) refuseBesideShards() error {
	switch o := r.options; {
	case o.DetectDeletes:
		return fault.New(fault.Usage, "switch it off for the shards and on again after tap-jira state merge; the first run with it reads all issues once more",
			"detect_deletes needs one census of all issues, and a shard reads a part")
	case o.again():
		return fault.New(fault.Usage, "give one of them", "--shard and --issues or --since exclude each other")
	case o.Shard.Site != "" && o.Shard.Site != o.SiteAddress:
		return fault.New(fault.Usage, "give the config that the plan was made with", "the plan is for %s, and base_url is %s", o.Shard.Site, o.SiteAddress)
	case o.Shard.Scope != bookmark.HashScope(jira.Scope(o.Projects, o.JQL)):
		return fault.New(fault.Usage, "give the config that the plan was made with", "the config's projects or jql are not those of the plan")
	}
	return nil
}

// noteShard puts into the state what it is a part of.
func (r *run) noteShard(done bool) {
	s := r.options.Shard
	if s == nil || !r.options.movesBookmarks() || r.options.SchemaOnly {
		return
	}
	r.state.SetMember(nameShards, shardNote{Plan: s.Plan, Number: s.Number, Of: s.Of, Done: done})
}

// complete tells that all of the run's piece is in the output.
func (r *run) complete() bool {
	return len(r.lost) == 0 && !slices.ContainsFunc(r.tables, func(t *table) bool { return t.account.failed || r.unfinished(t) })
}

// unfinished tells that a stream that is read with the issues, or a part of the
// feed of worklogs, has not come to the end of its first load.
func (r *run) unfinished(t *table) bool {
	switch {
	case t.whole || t.account.skipped:
		return false
	case !r.inIssues(t.stream):
		return r.sharesFeed(t.stream) && !r.feedIsRead(t.stream)
	}
	bookmark, err := r.savedBookmark(t.stream.Name)
	return err != nil || bookmark.Value == "" || bookmark.Loading != nil
}
