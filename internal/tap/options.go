package tap

import (
	"context"
	"log/slog"
	"time"

	"tap-jira/internal/jira"
	"tap-jira/internal/selection"
	"tap-jira/internal/shard"
	"tap-jira/internal/singer"
)

// Validation says how many records are checked against their SCHEMA.
type Validation string

// The values of the config key validate_records.
const (
	ValidateOff    Validation = "off"
	ValidateSample Validation = "sample"
	ValidateAll    Validation = "all"
)

// Options is what a run is asked to do. Client is required; every other zero
// value is the default of its config key.
type Options struct {
	// Client reads the site. It is connected by the engine when it is not yet.
	Client *jira.Client
	// Scopes asks what the login's token may do, for discovery; nil, or an answer
	// of nil, is not known.
	Scopes func(ctx context.Context) ([]string, error)
	// Logger gets what a person reads; nil discards it.
	Logger *slog.Logger
	// Now is the clock for time_extracted and the summary; nil is time.Now.
	Now func() time.Time

	// Catalog is the selection that came in; nil when there is none.
	Catalog *singer.Catalog
	// State is where the last run stopped; nil starts at the beginning.
	State *singer.State
	// Select are the patterns of --select. They replace Streams.
	Select []string
	// Streams are the patterns of the config key streams.
	Streams []string
	// Everything selects every stream when neither a catalog nor a pattern chooses.
	Everything bool

	// Also are streams that are read beside the standard set, when neither a catalog
	// nor a pattern chooses.
	Also []string

	// StartDate is the oldest update wanted; zero is one year before the first run.
	StartDate time.Time
	// EndDate is the newest update wanted; zero is open.
	EndDate time.Time
	// Lookback is how long Jira's search index may lag behind; what was updated
	// since then is looked at again by the next run.
	Lookback time.Duration
	// Issues are the keys or ids of issues to read again, with what hangs on them.
	// Such a run reads nothing else and moves no bookmark.
	Issues []string
	// Since reads incremental streams again from that moment on. Such a run reads
	// nothing else and moves no bookmark; zero is an ordinary run.
	Since time.Time
	// Sweep is after how long a stream is read whole whose changes Jira does not
	// date; zero is never.
	Sweep time.Duration
	// Projects limits issues to these project keys.
	Projects []string
	// JQL limits issues further.
	JQL string
	// Groups limits users to the members of these groups.
	Groups []string
	// RichDocuments tells that texts come as documents (API version 3).
	RichDocuments bool
	// FieldColumns gives each field of issues a column of its own, with a simple
	// value, in place of the column that holds all fields.
	FieldColumns bool
	// IssueFields limits which fields of issues are read when no catalog does, as
	// Jira's own parameter: ids, "*all", "*navigable", and "-id" to leave one out.
	IssueFields []string

	// Concurrency is how many requests may be in flight; zero is 8.
	Concurrency int
	// StreamPrefix stands before every stream name in messages.
	StreamPrefix string
	// SiteColumn names a column that holds SiteAddress in every record.
	SiteColumn string
	// SiteAddress is the site's address as the user gave it.
	SiteAddress string
	// ActivateVersion adds versions to records and ACTIVATE_VERSION messages.
	ActivateVersion bool
	// Validate says which records are checked against their SCHEMA.
	Validate Validation
	// SkipForbidden tolerates streams that the account may not read.
	SkipForbidden bool
	// DetectDeletes prints a tombstone for what is gone from Jira. It needs CensusDir.
	DetectDeletes bool
	// CensusDir is the folder in which the ids are kept that were printed.
	CensusDir string
	// MaxVanishedShare is the largest share of a project's issues that may vanish
	// at once and be believed, when there are twenty of them or more; 1 believes all.
	MaxVanishedShare float64
	// Shard is the piece of a first load that is read; nil is all of it.
	Shard *shard.Piece
	// SchemaOnly prints no records.
	SchemaOnly bool
	// RecordLimit stops each stream after so many records; zero is no limit.
	// Such a run moves no bookmark.
	RecordLimit int
	// Progress is told how far the run is; nil for nobody.
	Progress Progress
	// CountAhead asks Jira, with one request a walk over issues, how many there are
	// to be read, so that Progress can tell what is left.
	CountAhead bool
	// StateSink gets a copy of every STATE that was printed; nil for none.
	StateSink func(state []byte) error
}

// defaultConcurrency is the default of the config key concurrency.
const defaultConcurrency = 8

// again tells that a part is read again, beside the bookmarks.
func (o Options) again() bool {
	return len(o.Issues) > 0 || !o.Since.IsZero()
}

// movesBookmarks tells that the run is an ordinary one, after which the next
// goes on.
func (o Options) movesBookmarks() bool {
	return o.RecordLimit == 0 && !o.again()
}

// withDefaults fills in what was left zero.
func (o Options) withDefaults() Options {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Concurrency == 0 {
		o.Concurrency = defaultConcurrency
	}
	if o.Progress == nil {
		o.Progress = unseenProgress{}
	}
	if o.Validate == "" {
		o.Validate = ValidateOff
	}
	return o
}

// Load is the first load that the options ask for, of which all pieces say the same.
func (o Options) Load() shard.Load {
	return shard.Load{Site: o.SiteAddress, Scope: jira.Scope(o.Projects, o.JQL), StartDate: o.StartDate, EndDate: o.EndDate}
}

// selection is what chooses streams and columns.
func (o Options) selection() selection.Options {
	return selection.Options{
		Catalog: o.Catalog, Select: o.Select, Streams: o.Streams, Everything: o.Everything, Also: o.Also, Prefix: o.StreamPrefix,
		FieldColumns: o.FieldColumns, IssueFields: o.IssueFields, Again: o.again(),
	}
}
