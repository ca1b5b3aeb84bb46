package singer

import (
	"regexp"
	"strings"

	"tap-jira/internal/fault"
)

// Pattern is one rule of a selection, as in Meltano's `select`: `issues`, `issues.*`, `issues.fields.customfield_*`, or one of
// these with a `!` before it, which leaves out what it names.
type Pattern struct {
	raw, stream string
	exclude     bool
	name        *regexp.Regexp   // the stream part
	column      *regexp.Regexp   // the whole column part; nil when there is none
	segments    []*regexp.Regexp // the column part, cut at its dots
	every       bool             // the column part is "*"
}

// Patterns is a selection. The order of its patterns means nothing: an exclusion always wins. A set without inclusions, the
// empty one too, leaves out only what it excludes. It is immutable and safe for concurrent use.
type Patterns []Pattern

// ParsePatterns reads patterns as a person writes them. `*` stands for any text, dots included, `?` for one character, `[ab]`
// and `[!ab]` for one of a set; `\.` is a dot inside a name. A column chosen brings all that lies below it. Errors are of kind
// Usage and name the pattern.
func ParsePatterns(texts []string) (Patterns, error) {
	patterns := make(Patterns, 0, len(texts))
	for _, text := range texts {
		p, err := parsePattern(strings.TrimSpace(text))
		if err != nil {
			return nil, err
		}
		patterns = append(patterns, p)
	}
	return patterns, nil
}

// patternHint shows the three forms that matter.
const patternHint = "write a stream (issues), a column (issues.key, issues.fields.customfield_*) or an exclusion (!issues.fields.description)"

// parsePattern reads one pattern.
func parsePattern(raw string) (Pattern, error) {
	p := Pattern{raw: raw}
	text, exclude := strings.CutPrefix(raw, "!")
	p.exclude = exclude
	parts := cutUnescaped(text)
	for _, part := range parts {
		if part == "" {
			return Pattern{}, fault.New(fault.Usage, patternHint, "pattern %q has an empty name", raw)
		}
		compiled, err := compileGlob(part)
		if err != nil {
			return Pattern{}, fault.New(fault.Usage, patternHint, "pattern %q cannot be read: %w", raw, err)
		}
		p.segments = append(p.segments, compiled)
	}
	p.stream, p.name, p.segments = strings.ReplaceAll(parts[0], `\.`, "."), p.segments[0], p.segments[1:]
	if len(parts) == 1 {
		return p, nil
	}
	p.every = len(parts) == 2 && parts[1] == "*"
	var err error
	p.column, err = compileGlob(strings.Join(parts[1:], "."))
	if err != nil {
		return Pattern{}, fault.New(fault.Usage, patternHint, "pattern %q cannot be read: %w", raw, err)
	}
	return p, nil
}

// cutUnescaped splits at dots that have no backslash before them.
func cutUnescaped(text string) []string {
	var parts []string
	start := 0
	for i := range len(text) {
		if text[i] == '.' && (i == 0 || text[i-1] != '\\') {
			parts = append(parts, text[start:i])
			start = i + 1
		}
	}
	return append(parts, text[start:])
}

// compileGlob turns a glob of Python's fnmatch, which Meltano uses, into a regular expression.
func compileGlob(glob string) (*regexp.Regexp, error) {
	var b strings.Builder
	b.WriteString(`(?s)\A`)
	for rest := glob; rest != ""; {
		size := appendGlob(&b, rest)
		rest = rest[size:]
	}
	b.WriteString(`\z`)
	return regexp.Compile(b.String())
}

// appendGlob translates what stands at the start of glob and returns its size in bytes.
func appendGlob(b *strings.Builder, glob string) int {
	switch glob[0] {
	case '*':
		b.WriteString(`.*`)
		return 1
	case '?':
		b.WriteString(`.`)
		return 1
	case '[':
		if set, size := globSet(glob); size > 0 {
			b.WriteString(set)
			return size
		}
	case '\\':
		if strings.HasPrefix(glob, `\.`) {
			b.WriteString(`\.`)
			return 2
		}
	}
	size := 1
	for size < len(glob) && !strings.ContainsRune(`*?[\`, rune(glob[size])) {
		size++
	}
	b.WriteString(regexp.QuoteMeta(glob[:size]))
	return size
}

// globSet translates a set such as [a-z] or [!x]. Without a closing bracket it is none, and its size 0.
func globSet(glob string) (set string, size int) {
	body := glob[1:]
	negated := ""
	if rest, found := strings.CutPrefix(body, "!"); found {
		body, negated = rest, "^"
	}
	end := -1
	if body != "" {
		end = strings.IndexByte(body[1:], ']') // a bracket that comes first is a member of the set
	}
	if end < 0 {
		return "", 0
	}
	members := strings.NewReplacer(`\`, `\\`, `[`, `\[`, `]`, `\]`, `^`, `\^`, `&`, `\&`, `~`, `\~`).Replace(body[:end+1])
	return "[" + negated + members + "]", len(glob) - len(body) + end + 2
}

// String returns the pattern as it was written.
func (p Pattern) String() string { return p.raw }

// Excludes says whether the pattern leaves out what it names.
func (p Pattern) Excludes() bool { return p.exclude }

// StreamName returns the stream part as it was written, which may be a glob, for messages such as "did you mean".
func (p Pattern) StreamName() string { return p.stream }

// MatchesStream says whether the pattern speaks of the stream, be it to choose or to leave out.
func (p Pattern) MatchesStream(name string) bool { return p.name.MatchString(name) }

// MatchesColumn says whether the column part names the column at path or one above it. A pattern without a column part names all.
func (p Pattern) MatchesColumn(path ...string) bool {
	if p.column == nil || p.every {
		return true
	}
	for depth := range path {
		if p.column.MatchString(strings.Join(path[:depth+1], ".")) {
			return true
		}
	}
	return false
}

// names says whether the column part begins with this very name, and not with a glob that matches it.
func (p Pattern) names(column string) bool {
	parts := cutUnescaped(strings.TrimPrefix(p.raw, "!"))
	return len(parts) > 1 && strings.ReplaceAll(parts[1], `\.`, ".") == column
}

// leadsTo says whether the column at path lies above what the pattern names, so that it must be there to hold it.
func (p Pattern) leadsTo(path []string) bool {
	if len(path) >= len(p.segments) {
		return false
	}
	for i, name := range path {
		if !p.segments[i].MatchString(name) {
			return false
		}
	}
	return true
}

// Canonical returns the patterns with each stream name that another tap uses replaced by ours. canonical returns our name for
// a name, or "" when it knows none; globs stay as they are.
func (ps Patterns) Canonical(canonical func(string) string) Patterns {
	renamed := make(Patterns, 0, len(ps))
	for _, p := range ps {
		if own := canonical(p.stream); own != "" && own != p.stream {
			p.stream = own
			p.name = regexp.MustCompile(`\A` + regexp.QuoteMeta(own) + `\z`)
		}
		renamed = append(renamed, p)
	}
	return renamed
}

// ExcludesOnly says whether the set chooses nothing by itself, so that it is meant to be taken off a default set.
func (ps Patterns) ExcludesOnly() bool {
	for _, p := range ps {
		if !p.exclude {
			return false
		}
	}
	return true
}

// Stream says whether the set chooses a stream. Leaving out a stream, or all its columns, leaves out the stream.
func (ps Patterns) Stream(name string) bool {
	chosen := ps.ExcludesOnly()
	for _, p := range ps {
		if !p.MatchesStream(name) {
			continue
		}
		if p.exclude && (p.column == nil || p.every) {
			return false
		}
		chosen = chosen || !p.exclude
	}
	return chosen
}

// Column says whether the set chooses the column at path, a nested property being reached by the names above it. A column is
// chosen when its stream is, when every column above it is, and when it, one above it or one below it is named.
func (ps Patterns) Column(stream string, path ...string) bool {
	if !ps.Stream(stream) {
		return false
	}
	for depth := range path {
		if !ps.chooses(stream, path[:depth+1]) {
			return false
		}
	}
	return true
}

// Names says whether the set chooses the column, or something below it, by its very name: what costs much and is not part
// of all columns is chosen so.
func (ps Patterns) Names(stream, column string) bool {
	for _, p := range ps {
		if !p.exclude && p.MatchesStream(stream) && p.names(column) {
			return true
		}
	}
	return false
}

// chooses is Column without the columns above.
func (ps Patterns) chooses(stream string, path []string) bool {
	chosen := ps.ExcludesOnly()
	for _, p := range ps {
		if !p.MatchesStream(stream) {
			continue
		}
		if p.exclude && p.MatchesColumn(path...) {
			return false
		}
		chosen = chosen || !p.exclude && (p.MatchesColumn(path...) || p.leadsTo(path))
	}
	return chosen
}
