package config

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// entry is one value as it was given.
type entry struct {
	setting *setting
	value   any    // as encoding/json decodes it, numbers as json.Number; a variable's is a string
	name    string // as the user wrote it: an alias, a variable
	file    string // "" for a variable
}

// where names the entry in messages, as the user wrote it.
func (e entry) where() string {
	if e.file == "" {
		return e.name
	}
	return fmt.Sprintf("%s (%s)", e.name, filepath.Base(e.file))
}

// resolve reads a path that stands in the entry's file.
func (e entry) resolve(path string) string {
	if e.file == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(e.file), path)
}

// layers gathers the entries of all sources, a later one winning key by key.
func (l *loading) layers() {
	fromEnv := len(l.src.Files) == 0
	if slices.Contains(l.src.Files, "ENV") {
		l.src = l.src.withDotEnv()
	}
	for _, file := range l.src.Files {
		if file == "ENV" {
			fromEnv = true
			continue
		}
		l.file(file)
	}
	if fromEnv {
		l.variables()
	}
}

// file adds a config file's entries.
func (l *loading) file(path string) {
	data, err := l.src.read(path)
	if err != nil {
		l.problem("", fmt.Sprintf("the config file %s cannot be read (%s)", path, reason(err)),
			"check the path given to --config and the file's permissions")
		return
	}
	members, err := parseObject(data, func(name string) bool { return l.index.byName[name] != nil })
	if err != nil {
		fix := ""
		if s, ok := err.(*syntaxError); ok { //nolint:errorlint // parseObject returns it bare
			fix = s.fix
		}
		l.problem("", fmt.Sprintf("the config file %s %s", path, err), fix)
		return
	}
	l.lastFile = path
	layer := newLayer(l, path)
	seen := map[string]bool{}
	for _, m := range members {
		if seen[m.name] && l.index.byName[m.name] != nil {
			l.warn(m.name, "%s holds %s twice, the last one counts: remove the other", path, m.name)
		}
		seen[m.name] = true
		layer.add(m.name, m.value)
	}
	layer.merge()
	l.warnReadable(path, layer.holdsSecret())
}

// variables adds the TAP_JIRA_ variables.
func (l *loading) variables() {
	layer := newLayer(l, "")
	for _, s := range l.index.settings {
		for _, name := range s.names() {
			if value, ok := l.src.lookup(env(name)); ok {
				layer.add(name, value)
			}
		}
	}
	layer.merge()
	l.unknownVariables()
}

// unknownVariables warns of TAP_JIRA_ variables that no setting reads.
func (l *loading) unknownVariables() {
	known := map[string]bool{apiVariable: true, authVariable: true}
	for name := range l.index.byName {
		known[env(name)] = true
	}
	for _, pair := range l.src.environ() {
		name, _, _ := strings.Cut(pair, "=")
		bare, ours := strings.CutPrefix(name, EnvPrefix)
		// Meltano gives its plugins settings of its own as TAP_JIRA__SELECT and such, and TAP_JIRA_LOGLEVEL.
		if !ours || known[name] || strings.HasPrefix(bare, "_") || bare == "LOGLEVEL" || bare == "LOG_LEVEL" {
			continue
		}
		message := "the variable " + name + " is not known and has no effect"
		if near := l.index.nearest(bare); near != "" {
			message += ": did you mean " + env(near) + "?"
		}
		l.warn(name, "%s", message)
	}
}

// layer is one source's entries, before they join the others.
type layer struct {
	l       *loading
	file    string
	entries map[string]map[string]entry // canonical name, then name as written
}

// newLayer begins the settings of one source.
func newLayer(l *loading, file string) *layer {
	return &layer{l: l, file: file, entries: map[string]map[string]entry{}}
}

// add takes one member, looking into objects that hold known names ({"page_size": {"issues": 50}}).
func (y *layer) add(name string, value any) {
	if y.l.index.nests(name) {
		if inner, ok := asObject(value); ok {
			for _, key := range slices.Sorted(maps.Keys(inner)) {
				y.add(name+"."+key, inner[key])
			}
			return
		}
	}
	s := y.l.index.byName[name]
	if s == nil {
		y.unknown(name, value)
		return
	}
	if absent(value) {
		delete(y.entries[s.name], name) // written twice, the second time empty
		return
	}
	written := name
	if y.file == "" {
		written = env(name)
	}
	if y.entries[s.name] == nil {
		y.entries[s.name] = map[string]entry{}
	}
	y.entries[s.name][name] = entry{setting: s, value: value, name: written, file: y.file}
}

// merge puts the layer over what earlier ones gave. Where a key and its alias are both there, the key counts.
func (y *layer) merge() {
	for _, s := range y.l.index.settings {
		given := y.entries[s.name]
		first := true
		for _, name := range s.names() {
			e, ok := given[name]
			switch {
			case !ok:
			case first:
				y.l.entries[s.name] = e
				first = false
			default:
				kept := y.l.entries[s.name]
				y.l.warn(e.name, "%s means the same as %s and is passed over: remove one of them", e.where(), kept.name)
			}
		}
	}
}

// unknown warns of a key that no setting reads, without showing its value.
func (y *layer) unknown(name string, value any) {
	if absent(value) {
		return
	}
	message := fmt.Sprintf("the key %q in %s is not known and has no effect", short(name), y.file)
	near := y.l.index.nearest(name)
	if near != "" {
		message += ": did you mean " + near + "?"
		y.l.unknown[y.l.index.byName[near].name] = name
	}
	y.l.warn(name, "%s", message)
}

// holdsSecret tells whether a secret itself, and not a reference to one, stands in the layer.
func (y *layer) holdsSecret() bool {
	for _, given := range y.entries {
		for _, e := range given {
			value, _ := e.value.(string)
			if e.setting.kind == kindSecret && !isReference(value) {
				return true
			}
		}
	}
	return false
}

// absent tells whether a value says nothing: null, blank, an empty list or object.
func absent(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case string:
		return strings.TrimSpace(v) == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

// asObject takes an object, or a text that is one in JSON.
func asObject(value any) (map[string]any, bool) {
	if s, ok := value.(string); ok && strings.HasPrefix(strings.TrimSpace(s), "{") {
		decoded, err := decodeValue([]byte(s))
		if err != nil {
			return nil, false
		}
		value = decoded
	}
	inner, ok := value.(map[string]any)
	return inner, ok
}
