package tap

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"tap-jira/internal/fault"
	"tap-jira/internal/singer"
	"tap-jira/internal/stream"
)

// selection is what the catalog and the patterns choose together.
type selection struct {
	streams    []stream.Stream // all that there are
	catalog    *singer.Catalog
	patterns   singer.Patterns
	patterned  bool
	everything bool
	also       []string // streams that are read beside the standard set
	canonical  func(string) string
	// fieldColumns tells that the fields of issues have columns of their own.
	fieldColumns bool
	// issueFields limits the fields of issues where no catalog does.
	issueFields []string
	// absent are the streams that were chosen and do not exist, in words.
	absent []string
	// again tells that only a part is read again, piece that only one of a load's pieces is read.
	again, piece bool
}

// newSelection reads the patterns, of which those of --select replace those of
// the config, and looks for streams that do not exist.
func newSelection(o Options) (*selection, error) {
	texts := o.Streams
	if len(o.Select) > 0 {
		texts = o.Select
	}
	patterns, err := singer.ParsePatterns(texts)
	if err != nil {
		return nil, err
	}
	s := &selection{
		streams: stream.All(), catalog: o.Catalog, patterned: len(texts) > 0, everything: o.Everything, also: o.Also,
		canonical: Canonical(o.StreamPrefix), fieldColumns: o.FieldColumns, again: o.again(), piece: o.Shard != nil,
	}
	if o.Catalog == nil {
		s.issueFields = o.IssueFields
	}
	s.patterns = patterns.Canonical(s.canonical)
	if s.catalog != nil {
		s.catalog.Rename(s.canonical)
	}
	s.findAbsent()
	return s, nil
}

// findAbsent names what was chosen and is not offered.
func (s *selection) findAbsent() {
	names := s.streamNames()
	for _, p := range s.patterns {
		offered := slices.ContainsFunc(names, p.MatchesStream)
		if !p.Excludes() && !offered && !strings.ContainsAny(p.StreamName(), "*?[") {
			s.missing(p.StreamName())
		}
	}
	if s.catalog == nil {
		return
	}
	for i := range s.catalog.Streams {
		entry := &s.catalog.Streams[i]
		if s.canonical(entry.TapStreamID) == "" && entry.Selected(false) {
			s.missing(entry.TapStreamID)
		}
	}
}

func (s *selection) missing(name string) {
	text := fmt.Sprintf("the stream %q does not exist", name)
	if nearest := singer.Nearest(name, s.streamNames()); nearest != "" {
		text += fmt.Sprintf(", did you mean %q?", nearest)
	}
	s.absent = append(s.absent, text)
}

// chooses tells whether a stream is to be read.
func (s *selection) chooses(st stream.Stream) bool {
	switch {
	case st.Hidden:
		return false
	case s.patterned && !s.patterns.ExcludesOnly():
		return s.patterns.Stream(st.Name) && s.inCatalog(st)
	case s.patterned && !s.patterns.Stream(st.Name):
		return false
	case s.catalog != nil:
		return s.inCatalog(st)
	}
	return st.Standard || s.everything || slices.Contains(s.also, st.Name)
}

// names tells whether a pattern names the stream itself, and does not match it
// along with others.
func (s *selection) names(st stream.Stream) bool {
	return slices.ContainsFunc(s.patterns, func(p singer.Pattern) bool { return !p.Excludes() && p.StreamName() == st.Name })
}

// tellLeftOut warns of streams that a pattern names and the catalog does not choose.
func (s *selection) tellLeftOut(log *slog.Logger) {
	for _, st := range s.streams {
		if !st.Hidden && s.names(st) && s.patterns.Stream(st.Name) && !s.inCatalog(st) {
			log.Warn("the stream is not read: a pattern names it, and the catalog does not select it", "stream", st.Name)
		}
	}
}

// elsewhere names a chosen stream that this deployment does not have, unless it
// was chosen along with many others.
func (s *selection) elsewhere(st stream.Stream) {
	if s.options(st).byName {
		s.absent = append(s.absent, fmt.Sprintf("the stream %q is not on this site: %s", st.Name, st.NotOn))
	}
}

// inCatalog tells whether the catalog, if there is one, chooses the stream.
func (s *selection) inCatalog(st stream.Stream) bool {
	if s.catalog == nil {
		return true
	}
	entry := s.catalog.Entry(st.Name)
	return entry != nil && entry.Selected(st.Standard)
}

// options returns how a chosen stream is read.
func (s *selection) options(st stream.Stream) tableOptions {
	o := tableOptions{byName: s.names(st), wantsField: s.wantsField}
	var entry *singer.Entry
	if s.catalog != nil {
		entry = s.catalog.Entry(st.Name)
		o.byName = o.byName || entry.Chosen()
		o.whole = entry.Method() == singer.FullTable && st.Bookmark != ""
	}
	o.keep = func(path ...string) bool {
		if entry != nil && !entry.Selects(path...) {
			return false
		}
		if len(path) == 2 && path[0] == rawFields && !s.wantsField(path[1]) || !s.rawByName(st, entry, path) {
			return false
		}
		return !s.patterned || s.patterns.Column(st.Name, path...)
	}
	return o
}

// wantsField tells whether the limit on the fields of issues lets one through.
// A list of nothing but exclusions means all others.
func (s *selection) wantsField(field string) bool {
	if slices.Contains(s.issueFields, "-"+field) {
		return false
	}
	all := true
	for _, wanted := range s.issueFields {
		if wanted == field || wanted == "*all" || wanted == "*navigable" {
			return true
		}
		all = all && strings.HasPrefix(wanted, "-")
	}
	return all
}

// nothingLeft is the error for a run without a stream. It is nil where streams are chosen and this piece of a load has none of
// them: such a piece is read as soon as it begins, and its state is wanted for the others'.
func (s *selection) nothingLeft() error {
	if len(s.absent) == 0 && slices.ContainsFunc(s.streams, s.chooses) {
		switch {
		case s.again:
			return fault.New(fault.Usage, "select issues, issue_comments, changelogs or others that are read with the issues; every run reads the rest whole",
				"--issues and --since read nothing of what is selected")
		case s.piece:
			return nil
		}
	}
	text := "no stream is selected"
	if len(s.absent) > 0 {
		text += ": " + strings.Join(s.absent, "; ")
	}
	return fault.New(fault.Usage, "set \"selected\": true in the catalog, or name streams with --select; tap-jira streams lists them", "%s", text)
}

// streamNames lists the names of all streams that can be chosen.
func (s *selection) streamNames() []string {
	var names []string
	for _, st := range s.streams {
		if !st.Hidden {
			names = append(names, st.Name)
		}
	}
	return names
}
