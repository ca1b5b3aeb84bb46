package config

import (
	"slices"
	"strings"
)

// kind is the type of a setting's value.
type kind int

const (
	kindText     kind = iota // string
	kindSecret               // Secret; may be env:NAME, file:PATH or cmd:…
	kindPath                 // string; relative to the folder of the file that names it
	kindAddress              // *url.URL, https
	kindBoolean              // bool
	kindInteger              // int
	kindNumber               // float64
	kindList                 // []string; also JSON text or a comma list
	kindDuration             // time.Duration; "30m", or seconds as a number
	kindSeconds              // time.Duration; seconds as a number, or "5m"
	kindDate                 // time.Time; RFC 3339 or a date
	kindObject               // any object; only known so that it can be refused or passed over
)

// setting is everything there is to know about one config key.
type setting struct {
	// name is the key; a dot stands for an object inside an object.
	name string
	kind kind
	// about is the description in --about and the schema: a sentence, without the default.
	about string
	// def is the default in the form a config would hold it; nil when there is none.
	def any
	// aliases are other names for the same value, the strongest first.
	aliases []string
	// choices are the only texts allowed; synonyms map other taps' words to them.
	choices  []string
	synonyms map[string]string
	// min and max bound a number (durations: seconds); both zero means unbounded.
	min, max float64
	// pattern is what a text, or each member of a list, must match; expect says that in words.
	pattern, expect string
	// upper keeps a list's members in upper case, where case makes no difference.
	upper bool
	// later says what to do instead, for a setting that is refused when it is not its default.
	later string
	// unused marks a setting of another tap that means nothing here and does no harm.
	unused bool
	// personal keeps a value that is no secret, but somebody's name, out of messages.
	personal bool
	// field points to where the value goes; nil for settings that are refused or unused.
	field func(*Config) any
}

// env is the variable that holds the setting or one of its aliases.
func env(name string) string {
	return EnvPrefix + strings.ToUpper(strings.ReplaceAll(name, ".", "_"))
}

// names are the setting's name and its aliases, the strongest first.
func (s *setting) names() []string { return append([]string{s.name}, s.aliases...) }

// bounded tells whether min and max mean anything.
func (s *setting) bounded() bool { return s.max != 0 }

// index finds settings by any of their names.
type index struct {
	settings []setting
	byName   map[string]*setting
}

// newIndex finds settings by their names and aliases.
func newIndex() *index {
	x := &index{settings: table(), byName: map[string]*setting{}}
	for i := range x.settings {
		for _, name := range x.settings[i].names() {
			x.byName[name] = &x.settings[i]
		}
	}
	return x
}

// nests tells whether known names stand inside the object called name.
func (x *index) nests(name string) bool {
	for known := range x.byName {
		if strings.HasPrefix(known, name+".") {
			return true
		}
	}
	return false
}

// nearest is the known name that a user who wrote name most likely meant, or "".
func (x *index) nearest(name string) string {
	const tolerance = 3 // of three letters one may be wrong
	best, bestDistance := "", len(name)/tolerance+1
	plain := plainName(name)
	for _, s := range x.settings {
		for _, known := range s.names() {
			if d := distance(plain, plainName(known)); !s.unused && d < bestDistance {
				best, bestDistance = known, d
			}
		}
	}
	return best
}

// rank orders problems as the table orders settings; what belongs to none comes first.
func (x *index) rank(key string) int {
	return slices.IndexFunc(x.settings, func(s setting) bool { return s.name == key })
}

// plainName drops what people vary without meaning it: case, dashes, underscores, dots.
func plainName(name string) string {
	return strings.NewReplacer("_", "", "-", "", ".", "", " ", "").Replace(strings.ToLower(name))
}

// distance is the Levenshtein distance of two short texts, in bytes. Names beyond any key's length are told apart only
// that far.
func distance(a, b string) int {
	const longest = 64
	a, b = a[:min(len(a), longest)], b[:min(len(b), longest)]
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
