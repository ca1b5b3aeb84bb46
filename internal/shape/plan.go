package shape

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// PlanOptions say what to do with single members besides copying them. Paths are dotted names from the record's top.
type PlanOptions struct {
	// Added are columns that the caller writes itself: they are neither copied from the raw record nor filled with null.
	Added []string
	// Lift fills a column with a copy of a deeper value: "created": "fields.created". A column that is not selected is
	// not filled.
	Lift map[string]string
	// Capture are the paths whose converted value is wanted in Row.Captured, selected or not. The name of a lifted column
	// stands for its source.
	Capture []string
	// Divert are the paths that go to Row.Divert instead of into the record.
	Divert []string
}

// Plan is a compiled schema. It is immutable and may be used by any number of goroutines, each with its own Row.
type Plan struct {
	root     *object
	captured int    // slots of Row.Captured; the lifted values have the slots after them
	lifts    []lift // in the order of the columns
	objects  int    // how many are numbered
}

// lift is a column filled from the value in a slot.
type lift struct {
	head []byte // `"created":`
	slot int
}

// object is the plan of an object with declared members.
type object struct {
	number  int // among the objects of the plan
	path    string
	members []*step
	index   map[string]int // by name, into members
	wanted  []uint64       // a bit for each member that is in the record
	open    bool           // unknown members are copied
	tell    bool           // unknown members are told as repairs; otherwise they are left out
	fill    bool           // absent members are written as null
}

// step is the plan of one value.
type step struct {
	name   string
	path   string
	head   []byte  // `"name":`
	blank  []byte  // stands for null: an object of nulls, the 0 of a key, or null when empty
	object *object // plan of the members; nil: copied whole
	items  *step   // plan of the items; nil: copied whole
	slots  []int   // where the value is kept besides
	divert int     // index into PlanOptions.Divert, -1: none
	// columns are made of the value of a field; nil for all other values.
	columns *fieldColumns

	form  form
	kinds kinds // that are copied as they stand
	out   bool  // is a member of the record
	skip  bool  // nobody wants it, nor anything in it, but for the picks
	user  bool  // is shown to Row.User
}

// form says what a value must look like.
type form uint8

const (
	formAny form = iota // whatever Jira sends, raw
	formText
	formRichText
	formDay
	formDateTime
	formJSON
	formInteger
	formNumber
	formBoolean
	formObject
	formDocument
	formArray
)

// Compile makes the plan of a schema. It fails on a schema that could not be read and on options that contradict it.
func Compile(s *Schema, options PlanOptions) (*Plan, error) {
	if s.err != nil {
		return nil, s.err
	}
	root := newStep("", s.root)
	if root.object == nil {
		root.object = newObject("", s.root)
	}
	root.object.open, root.object.fill = false, true
	p := &Plan{root: root.object, captured: len(options.Capture)}
	for _, name := range options.Added {
		root.object.leaveOut(name)
	}
	if err := p.compileLifts(s, options.Lift); err != nil {
		return nil, err
	}
	p.compileColumns(s)
	for slot, path := range options.Capture {
		if source, ok := options.Lift[path]; ok {
			path = source
		}
		if err := p.keep(path, slot); err != nil {
			return nil, fmt.Errorf("capture %q: %w", path, err)
		}
	}
	for i, path := range options.Divert {
		at, err := p.root.reach(path)
		if err != nil {
			return nil, fmt.Errorf("divert %q: %w", path, err)
		}
		at.divert, at.out = i, false
	}
	root.settle(true)
	p.number(root)
	return p, nil
}

// number numbers the objects below a step.
func (p *Plan) number(s *step) {
	if s.items != nil {
		p.number(s.items)
	}
	if s.object == nil {
		return
	}
	s.object.number = p.objects
	p.objects++
	for _, m := range s.object.members {
		p.number(m)
	}
}

func (p *Plan) compileLifts(s *Schema, lifts map[string]string) error {
	for _, column := range slices.Sorted(maps.Keys(lifts)) {
		declared := s.root.child(column)
		if declared == nil { // deselected
			continue
		}
		source, slot := lifts[column], p.captured+len(p.lifts)
		at, err := p.root.reach(source)
		if err != nil {
			return fmt.Errorf("lift %q: %w", source, err)
		}
		if want := formOf(declared); at.form == formAny {
			at.form = want
		} else if at.form != want {
			return fmt.Errorf("lift %q: its type is not that of the column %q", source, column)
		}
		at.slots = append(at.slots, slot)
		p.root.leaveOut(column)
		p.lifts = append(p.lifts, lift{head: head(column), slot: slot})
	}
	return nil
}

func (p *Plan) keep(path string, slot int) error {
	at, err := p.root.reach(path)
	if err != nil {
		return err
	}
	at.slots = append(at.slots, slot)
	return nil
}

// reach returns the step at path, making it and the steps above where the schema has none. A made step belongs to the
// record only under an open object, which loses nothing by being looked into.
func (o *object) reach(path string) (*step, error) {
	name, rest, deeper := strings.Cut(path, ".")
	i, known := o.index[name]
	if !known {
		i = o.add(o.open, newMember(o.path, name, &node{}))
	}
	at := o.members[i]
	if !deeper {
		return at, nil
	}
	if at.object == nil {
		if at.user || at.form != formAny && at.form != formObject {
			return nil, fmt.Errorf("%q is not an object that is looked into", at.path)
		}
		at.object = &object{path: at.path, index: map[string]int{}, open: at.out}
	}
	return at.object.reach(rest)
}

// add puts a member at the end; out tells whether the record holds it.
func (o *object) add(out bool, s *step) int {
	s.out = out
	o.index[s.name] = len(o.members)
	o.members = append(o.members, s)
	return len(o.members) - 1
}

// leaveOut keeps a member out of the record.
func (o *object) leaveOut(name string) {
	if i, ok := o.index[name]; ok {
		o.members[i].out = false
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func head(name string) []byte { return append(appendQuoted(nil, name), ':') }
