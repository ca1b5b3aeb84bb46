// Package selection says what a run reads: what the catalog that came in, the
// patterns of --select or of the config, and the standard set choose together. A
// stream or column runs only if all that choose choose it.
//
// It knows which streams there are, and nothing of the site: whether a stream is
// there, and may be read, others find out.
package selection

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"tap-jira/internal/fault"
	"tap-jira/internal/shape"
	"tap-jira/internal/singer"
	"tap-jira/internal/stream"
)

// Options is what chooses. The zero value chooses the standard set.
type Options struct {
	// Catalog is the one that came in; nil when there is none. Its streams get our names.
	Catalog *singer.Catalog
	// Select are the patterns of --select. They replace Streams.
	Select []string
	// Streams are the patterns of the config.
	Streams []string
	// Everything selects every stream when neither a catalog nor a pattern chooses.
	Everything bool
	// Also are streams that are read beside the standard set, when neither a catalog nor a pattern chooses.
	Also []string
	// Prefix stands before every stream name in messages, and may stand before those that are given.
	Prefix string
	// FieldColumns tells that the fields of issues have columns of their own.
	FieldColumns bool
	// IssueFields limits the fields of issues where no catalog does, as Jira's own parameter.
	IssueFields []string
	// Again tells that only a part of the issues is read again.
	Again bool
}

// Selection is what is chosen. It is immutable but for what it notes as absent.
type Selection struct {
	options   Options
	streams   []stream.Stream // all that there are
	patterns  singer.Patterns
	patterned bool
	canonical func(string) string
	absent    []string
	passed    []string // what the catalog chooses and this deployment cannot have, in words; none of it is absent
}

// New reads the patterns and looks for streams that do not exist. A pattern that cannot be read is an error of kind fault.Usage.
func New(o Options) (*Selection, error) {
	texts := o.Streams
	if len(o.Select) > 0 {
		texts = o.Select
	}
	patterns, err := singer.ParsePatterns(texts)
	if err != nil {
		return nil, err
	}
	s := &Selection{options: o, streams: stream.All(), patterned: len(texts) > 0, canonical: stream.Canonical(o.Prefix)}
	s.patterns = patterns.Canonical(s.canonical)
	if o.Catalog != nil {
		o.Catalog.Rename(s.canonical)
		s.options.IssueFields = nil
	}
	s.findAbsent()
	return s, nil
}

// Patterns are those that choose, with our names of streams.
func (s *Selection) Patterns() singer.Patterns { return s.patterns }

// Absent are the streams that were chosen and do not exist, each in words.
func (s *Selection) Absent() []string { return s.absent }

// findAbsent names what was chosen and is not offered.
func (s *Selection) findAbsent() {
	names := s.offered()
	for _, p := range s.patterns {
		offered := slices.ContainsFunc(names, p.MatchesStream)
		if !p.Excludes() && !offered && !strings.ContainsAny(p.StreamName(), "*?[") {
			s.missing(p.StreamName())
		}
	}
	if s.options.Catalog == nil {
		return
	}
	for i := range s.options.Catalog.Streams {
		entry := &s.options.Catalog.Streams[i]
		if s.canonical(entry.TapStreamID) == "" && entry.Selected(false) {
			s.missing(entry.TapStreamID)
		}
	}
}

func (s *Selection) missing(name string) {
	text := fmt.Sprintf("the stream %q does not exist", name)
	if nearest := singer.Nearest(name, s.offered()); nearest != "" {
		text += fmt.Sprintf(", did you mean %q?", nearest)
	}
	s.absent = append(s.absent, text)
}

// Streams lists what is to be read, in the order of the output.
func (s *Selection) Streams() []stream.Stream {
	return slices.DeleteFunc(slices.Clone(s.streams), func(st stream.Stream) bool { return !s.Chooses(st) })
}

// Chooses tells whether a stream is to be read.
func (s *Selection) Chooses(st stream.Stream) bool {
	switch {
	case st.Hidden:
		return false
	case s.patterned && !s.patterns.ExcludesOnly():
		return s.patterns.Stream(st.Name) && s.inCatalog(st)
	case s.patterned && !s.patterns.Stream(st.Name):
		return false
	case s.options.Catalog != nil:
		return s.inCatalog(st)
	}
	return st.Standard || s.options.Everything || slices.Contains(s.options.Also, st.Name)
}

// names tells whether a pattern names the stream itself, and does not match it
// along with others.
func (s *Selection) names(st stream.Stream) bool {
	return slices.ContainsFunc(s.patterns, func(p singer.Pattern) bool { return !p.Excludes() && p.StreamName() == st.Name })
}

// TellLeftOut warns of streams that a pattern names and the catalog does not choose.
func (s *Selection) TellLeftOut(log *slog.Logger) {
	for _, st := range s.streams {
		if !st.Hidden && s.names(st) && s.patterns.Stream(st.Name) && !s.inCatalog(st) {
			log.Warn("the stream is not read: a pattern names it, and the catalog does not select it", "stream", st.Name)
		}
	}
}

// Elsewhere takes note of a chosen stream that this deployment does not have, unless it was chosen along with many others. It
// is missing where the user has named it, or where its rows are there and not read. A catalog names more: those of other taps,
// and of a site of the other kind, choose what no site like this one can have. That is told, and nothing is missing.
func (s *Selection) Elsewhere(st stream.Stream, log *slog.Logger) {
	named := s.names(st) || slices.Contains(s.options.Also, st.Name)
	if !named && !s.Choice(st).ByName {
		return
	}
	text := fmt.Sprintf("the stream %q is not on this site: %s", st.Name, st.NotOn)
	if named || st.Unread {
		s.absent = append(s.absent, text)
		return
	}
	s.passed = append(s.passed, text)
	log.Warn("the catalog selects a stream that a site of this kind does not have; it is passed over", "stream", st.Name, "reason", st.NotOn)
}

// inCatalog tells whether the catalog, if there is one, chooses the stream.
func (s *Selection) inCatalog(st stream.Stream) bool {
	if s.options.Catalog == nil {
		return true
	}
	entry := s.options.Catalog.Entry(st.Name)
	return entry != nil && entry.Selected(st.Standard)
}

// Choice is how a chosen stream is read.
type Choice struct {
	// Keep tells whether a column, or a member below it, is in the output.
	Keep func(path ...string) bool
	// WantsField tells whether a field of issues may have columns; nil is always.
	WantsField func(id string) bool
	// Whole tells that the user wants a stream read whole which could go on from its bookmark.
	Whole bool
	// ByName tells that the user has named the stream, and did not get it along with others.
	ByName bool
}

// Choice returns how a chosen stream is read.
func (s *Selection) Choice(st stream.Stream) Choice {
	c := Choice{ByName: s.names(st), WantsField: s.wantsField}
	var entry *singer.Entry
	if s.options.Catalog != nil {
		entry = s.options.Catalog.Entry(st.Name)
		c.ByName = c.ByName || entry.Chosen()
		c.Whole = entry.Method() == singer.FullTable && st.Bookmark != ""
	}
	c.Keep = func(path ...string) bool {
		if entry != nil && !entry.Selects(path...) {
			return false
		}
		if len(path) == 2 && path[0] == shape.RawFields && !s.wantsField(path[1]) || !s.rawByName(st, entry, path) {
			return false
		}
		return !s.patterned || s.patterns.Column(st.Name, path...)
	}
	return c
}

// rawByName lets the fields as Jira sends them into the output of a run with
// columns only where somebody names them.
func (s *Selection) rawByName(st stream.Stream, entry *singer.Entry, path []string) bool {
	if !s.options.FieldColumns || st.Part != stream.Issue || path[0] != shape.RawFields {
		return true
	}
	if entry != nil {
		return entry.Lists(path...)
	}
	return s.patterns.Names(st.Name, shape.RawFields)
}

// wantsField tells whether the limit on the fields of issues lets one through.
// A list of nothing but exclusions means all others.
func (s *Selection) wantsField(field string) bool {
	if slices.Contains(s.options.IssueFields, "-"+field) {
		return false
	}
	all := true
	for _, wanted := range s.options.IssueFields {
		if wanted == field || wanted == "*all" || wanted == "*navigable" {
			return true
		}
		all = all && strings.HasPrefix(wanted, "-")
	}
	return all
}

// NothingLeft is the error for a run without a stream.
func (s *Selection) NothingLeft() error {
	if s.options.Again && len(s.absent) == 0 && slices.ContainsFunc(s.streams, s.Chooses) {
		return fault.New(fault.Usage, "select issues, issue_comments, changelogs or others that are read with the issues; every run reads the rest whole",
			"--issues and --since read nothing of what is selected")
	}
	text := "no stream is selected"
	if gone := slices.Concat(s.absent, s.passed); len(gone) > 0 {
		text += ": " + strings.Join(gone, "; ")
	}
	return fault.New(fault.Usage, "set \"selected\": true in the catalog, or name streams with --select; tap-jira streams lists them", "%s", text)
}

// offered lists the names of all streams that can be chosen.
func (s *Selection) offered() []string {
	var names []string
	for _, st := range s.streams {
		if !st.Hidden {
			names = append(names, st.Name)
		}
	}
	return names
}
