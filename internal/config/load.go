package config

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"

	"tap-jira/internal/fault"
)

// Source is where settings come from. Its functions stand for the process, so that Load can be run in a test.
type Source struct {
	// Files are paths of JSON files, the last one winning key by key, and "ENV" for the TAP_JIRA_ variables, which win over
	// files wherever "ENV" stands. An empty list means the variables alone; with files and no "ENV" they are not read.
	Files []string
	// Getenv looks a variable up and Environ lists them all as NAME=value; nil means an empty environment.
	Getenv  func(string) (string, bool)
	Environ func() []string
	// ReadFile reads config files, file: values, private keys and certificates; nil reads none.
	ReadFile func(string) ([]byte, error)
	// Mode gives a file's permissions, for the warning about secrets others can read; nil skips it (Windows).
	Mode func(string) (fs.FileMode, error)
	// Run runs a cmd: value by the shell and returns its standard output; nil refuses such values. Its error is shown to the
	// user and so must not hold the output.
	Run func(ctx context.Context, shell string) ([]byte, error)
}

// lookup reads a variable; a Source without an environment has none.
func (s Source) lookup(name string) (string, bool) {
	if s.Getenv == nil {
		return "", false
	}
	return s.Getenv(name)
}

// environ lists the variables.
func (s Source) environ() []string {
	if s.Environ == nil {
		return nil
	}
	return s.Environ()
}

// read reads a file; a Source without files has none.
func (s Source) read(path string) ([]byte, error) {
	if s.ReadFile == nil {
		return nil, fs.ErrNotExist
	}
	return s.ReadFile(path)
}

// loading is the work of one Load.
type loading struct {
	src      Source
	index    *index
	entries  map[string]entry  // by canonical name
	unknown  map[string]string // canonical name -> the unknown key that was probably meant for it
	lastFile string
	problems []Problem
	warnings []Warning
}

// Load reads, converts and checks the settings. The error is a fault of kind Usage around *Error, which lists all
// problems; warnings come with and without an error. ctx ends cmd: values.
func Load(ctx context.Context, src Source) (*Config, []Warning, error) {
	l := &loading{src: src, index: newIndex(), entries: map[string]entry{}, unknown: map[string]string{}}
	l.layers()
	if len(l.problems) > 0 { // a file that cannot be read would be followed by complaints about what stands in it
		return nil, l.warnings, l.failure()
	}
	if len(l.entries) == 0 && len(src.Files) == 0 {
		l.problem("", "no config is given", "write --config config.json, or set variables such as "+env("base_url")+"; `tap-jira demo` needs none")
		return nil, l.warnings, l.failure()
	}
	c := &Config{}
	values := l.values(ctx)
	if err := l.check(values); err != nil {
		return nil, l.warnings, err
	}
	l.fill(c, values)
	l.finish(c)
	if len(l.problems) > 0 {
		return nil, l.warnings, l.failure()
	}
	return c, l.warnings, nil
}

// problem notes one mistake; key is the canonical name it belongs to.
func (l *loading) problem(key, what, fix string) {
	l.problems = append(l.problems, Problem{Key: key, What: what, Fix: fix})
}

// warn notes what is worth a word and stops nothing.
func (l *loading) warn(key, format string, args ...any) {
	l.warnings = append(l.warnings, warningf(key, format, args...))
}

// failure is the error that lists all problems, in the order of the table.
func (l *loading) failure() error {
	slices.SortStableFunc(l.problems, func(a, b Problem) int { return cmp.Compare(l.index.rank(a.Key), l.index.rank(b.Key)) })
	return fault.Wrap(fault.Usage, &Error{Problems: l.problems}, "")
}

// given tells that some source sets a key.
func (l *loading) given(name string) bool {
	_, ok := l.entries[name]
	return ok
}

// faulty tells whether a problem with one of the settings was noted already.
func (l *loading) faulty(names ...string) bool {
	return slices.ContainsFunc(l.problems, func(p Problem) bool { return slices.Contains(names, p.Key) })
}

// values converts what was given, by canonical name. What cannot be used becomes a problem and is left out.
func (l *loading) values(ctx context.Context) map[string]any {
	values := map[string]any{}
	for i := range l.index.settings {
		s := &l.index.settings[i]
		e, ok := l.entries[s.name]
		if !ok || s.unused {
			continue
		}
		if value, ok := l.value(ctx, e); ok {
			values[s.name] = value
		}
	}
	return values
}

// value converts a setting's value. Every value may come as text, since variables and Meltano hold nothing else.
func (l *loading) value(ctx context.Context, e entry) (any, bool) {
	s := e.setting
	value, ok := s.coerce(e.value)
	if !ok {
		l.problem(s.name, fmt.Sprintf("%s is %s, expected %s", e.where(), e.shown(e.value), s.expects()), s.remedy())
		return nil, false
	}
	if empty(value) {
		return nil, false
	}
	if s.refuses(value) {
		l.problem(s.name, fmt.Sprintf("%s is not available", e.refused(value)), s.later)
		return nil, false
	}
	switch {
	case s.kind == kindSecret:
		return l.secret(ctx, e, value.(Secret))
	case s.kind == kindAddress:
		return l.address(e, value.(string))
	case s.kind == kindPath:
		return e.resolve(value.(string)), true
	case s.kind == kindSeconds && value == time.Duration(0): // singer-io's tap reads 0 as "the default"
		return nil, false
	}
	return value, true
}

// empty tells whether a text turned out to be an empty list or object.
func empty(value any) bool {
	switch v := value.(type) {
	case []string:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

// refuses tells whether a value is refused for now.
func (s *setting) refuses(value any) bool {
	return s.later != "" && !reflect.DeepEqual(value, s.defaultValue())
}

// defaultValue is the default as coerce gives it; nil without one.
func (s *setting) defaultValue() any {
	def := s.def
	if n, ok := def.(int); ok {
		def = jsonNumber(float64(n))
	}
	if f, ok := def.(float64); ok {
		def = jsonNumber(f)
	}
	if def == nil {
		return nil
	}
	value, ok := s.coerce(def)
	if !ok {
		panic("the table of settings is broken: the default of " + s.name)
	}
	return value
}

// remedy says how to mend a value that has the wrong form.
func (s *setting) remedy() string {
	if s.def == nil {
		return "correct it or remove it"
	}
	return fmt.Sprintf("correct it or remove it (default %v)", s.def)
}

// check holds the values against the schema, which has the ranges, choices and patterns.
func (l *loading) check(values map[string]any) error {
	canonical := map[string]any{}
	for name, value := range values {
		canonical[name] = l.index.byName[name].canonical(value)
	}
	broken, err := violations(canonical)
	if err != nil {
		return err
	}
	for name, value := range values {
		s, e := l.index.byName[name], l.entries[name]
		if d, ok := value.(time.Duration); ok && s.bounded() && (d.Seconds() < s.min || d.Seconds() > s.max) {
			broken[name] = true
		}
		if broken[name] {
			delete(values, name)
			l.problem(name, fmt.Sprintf("%s is %s, expected %s", e.where(), e.shown(value), s.expects()), s.remedy())
		}
	}
	return nil
}

// fill puts the values, or else the defaults, into the fields of the Config.
func (l *loading) fill(c *Config, values map[string]any) {
	for i := range l.index.settings {
		s := &l.index.settings[i]
		if s.field == nil {
			continue
		}
		value, ok := values[s.name]
		if !ok {
			value = s.defaultValue()
		}
		if value != nil {
			s.assign(c, value)
		}
	}
	c.StreamsSet = len(c.Streams) > 0
	if l.lastFile != "" {
		c.Dir = filepath.Dir(l.lastFile)
		c.Name = strings.TrimSuffix(filepath.Base(l.lastFile), ".json")
	}
}

// assign puts one value into its field. A field of another type than the setting's kind means a broken table.
func (s *setting) assign(c *Config, value any) {
	switch field := s.field(c).(type) {
	case *string:
		*field = value.(string)
	case *AuthKind:
		*field = AuthKind(value.(string))
	case *Secret:
		*field = value.(Secret)
	case *bool:
		*field = value.(bool)
	case *int:
		*field = value.(int)
	case *float64:
		*field = value.(float64)
	case *[]string:
		*field = value.([]string)
	case *time.Duration:
		*field = value.(time.Duration)
	case *time.Time:
		*field = value.(time.Time)
	case **url.URL:
		*field = value.(*url.URL)
	default:
		panic("the table of settings is broken: the field of " + s.name)
	}
}

// reason says why a file could not be read, without repeating its path.
func reason(err error) string {
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		return pathErr.Err.Error()
	}
	return err.Error()
}
