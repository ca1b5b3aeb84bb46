package singer

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"tap-jira/internal/fault"
)

// stateHint is the way out of every broken state.
const stateHint = "give the last STATE of a run, or leave the state out to read everything from the start date"

// wrappers bounds how many wrappers around a state are opened: Meltano's around a STATE message is the most that makes sense.
const wrappers = 4

// ParseState reads a state: our own form, those of taps built with singer-python and with the Meltano SDK, a whole STATE
// message, and Meltano's {"singer_state": …}. Empty data, null and {} are a state of which nothing was read yet.
//
// canonical returns the tap's own name for a stream's name in any spelling, or "" for a stream that it does not know; bookmarks
// of such streams are carried through untouched. A nil canonical takes every name as ours. Anything unreadable is an error of
// kind Usage: a broken state never means to start over.
func ParseState(data []byte, canonical func(string) string) (*State, error) {
	data, err := document("state", data)
	if err != nil {
		return nil, err
	}
	top, err := unwrapState(data)
	if err != nil {
		return nil, err
	}
	if canonical == nil {
		canonical = func(name string) string { return name }
	}
	p := stateParser{top: top, canonical: canonical, state: NewState()}
	for _, step := range []func() error{p.version, p.bookmarks, p.syncing, p.start, p.rest} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return p.state, nil
}

// unwrapState opens the wrappers around a state and returns its members; none for an empty state.
func unwrapState(data json.RawMessage) (map[string]json.RawMessage, error) {
	for range wrappers {
		if isNull(data) {
			return nil, nil
		}
		top, err := object(data)
		if err != nil {
			return nil, fault.New(fault.Usage, stateHint, "the state is %s, not an object", kindOfJSON(data))
		}
		inner, wrapped, err := unwrapOnce(top)
		if err != nil {
			return nil, err
		}
		if !wrapped {
			return top, nil
		}
		data = inner
	}
	return nil, fault.New(fault.Usage, stateHint, "the state is wrapped more than %d times", wrappers)
}

// unwrapOnce returns what a STATE message or Meltano's singer_state holds.
func unwrapOnce(top map[string]json.RawMessage) (inner json.RawMessage, wrapped bool, err error) {
	if inner, wrapped = top["singer_state"]; wrapped {
		return inner, true, nil
	}
	kind, typed := top["type"]
	if !typed {
		return nil, false, nil
	}
	var name string
	if json.Unmarshal(kind, &name) != nil || !strings.EqualFold(name, "STATE") {
		return nil, false, fault.New(fault.Usage, stateHint, "the state is a message of type %s, not STATE", kind)
	}
	return top["value"], true, nil
}

// stateParser reads the members of an unwrapped state one after the other.
type stateParser struct {
	top       map[string]json.RawMessage
	canonical func(string) string
	state     *State
	ours      bool // the state has our version, so its bookmarks are in our form
}

// take removes a member from those that are still to be read; null counts as absent.
func (p *stateParser) take(name string) (json.RawMessage, bool) {
	raw, found := p.top[name]
	delete(p.top, name)
	return raw, found && !isNull(raw)
}

// version refuses a state of a newer tap: what it holds would be misread, and then overwritten.
func (p *stateParser) version() error {
	raw, found := p.take(keyVersion)
	if !found {
		return nil
	}
	var version int
	if json.Unmarshal(raw, &version) != nil || version < 1 {
		return fault.New(fault.Usage, stateHint, "the state's version is %s, expected %d", raw, stateVersion)
	}
	if version > stateVersion {
		return fault.New(fault.Usage, "use the newer tap that wrote it, or leave the state out to read everything again",
			"the state is of version %d, but this tap reads versions up to %d", version, stateVersion)
	}
	p.ours = true
	return nil
}

// syncing reads the stream at which an interrupted run stopped, under our name for it.
func (p *stateParser) syncing() error {
	raw, found := p.take(keySyncing)
	if !found {
		return nil
	}
	var name string
	if err := json.Unmarshal(raw, &name); err != nil {
		return fault.New(fault.Usage, stateHint, "the state's %s is %s, not a string", keySyncing, kindOfJSON(raw))
	}
	if own := p.canonical(name); own != "" {
		name = own
	}
	p.state.syncing = name
	return nil
}

// start reads the start date that the first run kept.
func (p *stateParser) start() error {
	raw, found := p.take(keyStart)
	if !found {
		return nil
	}
	var text string
	if json.Unmarshal(raw, &text) == nil {
		if at, ok := ParseTime(text); ok {
			p.state.start = at
			return nil
		}
	}
	return fault.New(fault.Usage, `write it like "2024-05-01T00:00:00Z"`, "the state's %s is %s, not a date-time", keyStart, raw)
}

// rest keeps what nobody asked for. It needs bookmarks beside it: an object of other things alone is not a state.
func (p *stateParser) rest() error {
	for _, name := range slices.Sorted(maps.Keys(p.top)) {
		var value any
		if err := decode(p.top[name], &value); err != nil {
			return fault.New(fault.Usage, stateHint, "read the state's %s: %w", name, err)
		}
		p.state.extra[name] = value
	}
	return nil
}

// bookmarks reads the streams in the order of their names, so that the outcome does not depend on the order of the text.
func (p *stateParser) bookmarks() error {
	raw, found := p.top[keyBookmarks]
	if !found && len(p.top) > 0 {
		return p.noBookmarks()
	}
	delete(p.top, keyBookmarks)
	if isNull(raw) {
		return nil
	}
	byName, err := object(raw)
	if err != nil {
		return fault.New(fault.Usage, stateHint, "the state's %s is %s, not an object", keyBookmarks, kindOfJSON(raw))
	}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		if err := p.bookmark(name, byName); err != nil {
			return err
		}
	}
	return nil
}

// noBookmarks accepts a state that holds only members of ours, and names what it found otherwise.
func (p *stateParser) noBookmarks() error {
	strange := maps.Clone(p.top)
	delete(strange, keySyncing)
	delete(strange, keyStart)
	if len(strange) == 0 {
		return nil
	}
	names := strings.Join(slices.Sorted(maps.Keys(strange)), ", ")
	return fault.New(fault.Usage, stateHint, `the state has no "bookmarks", only: %s`, names)
}

// bookmark reads one stream's bookmark. A stream's own name beats other taps' names for it; of those alone the earliest counts.
func (p *stateParser) bookmark(name string, all map[string]json.RawMessage) error {
	own := p.canonical(name)
	if own == "" {
		var value any
		if err := decode(all[name], &value); err != nil {
			return fault.New(fault.Usage, stateHint, "read the state's bookmark of %s: %w", name, err)
		}
		p.state.bookmarks[name] = value
		return nil
	}
	if own != name && !isNull(all[own]) {
		return nil
	}
	b, err := readBookmark(name, all[name], p.ours)
	if err != nil {
		return err
	}
	if len(b) == 0 {
		return nil
	}
	if earlier, twice := p.state.bookmarks[own].(Bookmark); twice {
		b = earliest(earlier, b)
	}
	p.state.bookmarks[own] = b
	return nil
}
