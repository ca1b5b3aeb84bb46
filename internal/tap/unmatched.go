package tap

import (
	"slices"
	"strings"

	"tap-jira/internal/singer"
	"tap-jira/internal/stream"
)

// tellUnmatched warns of patterns that speak of a column which no stream of the
// run has: a slip that would leave out in silence what was meant.
func (r *run) tellUnmatched(patterns singer.Patterns) error {
	columns := slices.DeleteFunc(slices.Clone(patterns), func(p singer.Pattern) bool {
		likeAny := p.Excludes() && strings.ContainsAny(p.String(), "*?[") // what leaves out nothing does no harm
		return likeAny || !strings.Contains(p.String(), ".") ||
			!slices.ContainsFunc(r.tables, func(t *table) bool { return p.MatchesStream(t.stream.Name) })
	})
	if len(columns) == 0 {
		return nil
	}
	catalog := &singer.Catalog{}
	for _, t := range r.tables {
		entry, err := r.entry(t.stream, stream.Rights{Deployment: r.site.Deployment})
		if err != nil {
			return err
		}
		catalog.Streams = append(catalog.Streams, entry)
	}
	for _, u := range catalog.Unmatched(columns) {
		attrs := []any{"pattern", u.Pattern.String()}
		if u.Nearest != "" {
			attrs = append(attrs, "did_you_mean", u.Nearest)
		}
		r.log.Warn("the pattern matches nothing", attrs...)
	}
	return nil
}
