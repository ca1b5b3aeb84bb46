package shape

import "math/bits"

// newStep makes the plan of a node and of everything under it.
func newStep(path string, n *node) *step {
	s := &step{path: path, divert: -1, form: formOf(n), out: true, user: n.mark == markUser}
	if n.mark == markKey {
		s.blank = []byte(`"0"`)
	}
	if len(n.members)+len(n.hidden) > 0 {
		s.object = newObject(path, n)
	}
	if n.items != nil {
		s.items = newStep(path, n.items)
	}
	return s
}

// newMember makes the plan of a named node under the object at path.
func newMember(path, name string, n *node) *step {
	s := newStep(join(path, name), n)
	s.name, s.head = name, head(name)
	return s
}

func newObject(path string, n *node) *object {
	issue := n.mark == markFields
	o := &object{path: path, index: map[string]int{}, open: !issue, tell: issue, fill: issue}
	for _, m := range n.members {
		if m.node.source == nil {
			o.add(true, newMember(path, m.name, m.node))
		}
	}
	for _, m := range n.hidden {
		o.add(false, newMember(path, m.name, m.node))
	}
	if !issue {
		return o
	}
	for _, name := range fieldsWithStreams() { // known, so they are no news when they come
		if _, known := o.index[name]; !known {
			o.add(false, newMember(path, name, &node{}))
		}
	}
	return o
}

// settle ends the making of a plan.
func (s *step) settle(out bool) {
	s.settleNeeds(out)
	s.kinds = s.asIs()
}

// settleNeeds settles what a step is needed for: what is under a value that is not in the record is not in it either, what
// nobody wants is skipped, and the null of an object whose members are always there is an object of nulls.
func (s *step) settleNeeds(out bool) {
	s.out = s.out && out
	s.skip = !s.out && len(s.slots) == 0 && !s.columns.anyText() && s.divert < 0
	if s.items != nil {
		s.items.settle(s.out || !s.skip)
	}
	if s.object == nil {
		return
	}
	o := s.object
	if !s.out {
		o.open, o.tell, o.fill = false, false, false
	}
	for _, m := range o.members {
		m.settle(s.out)
		s.skip = s.skip && m.skip && !m.columns.anyPick()
	}
	o.wanted = o.membersOut()
	if o.fill {
		s.blank = append(o.appendAbsent([]byte{'{'}, len("{"), make([]uint64, len(o.wanted))), '}')
	}
}

// membersOut returns a bit for each member that is in the record.
func (o *object) membersOut() []uint64 {
	words := make([]uint64, (len(o.members)+63)/64)
	for i, m := range o.members {
		if m.out {
			words[i/64] |= 1 << (i % 64)
		}
	}
	return words
}

// appendAbsent writes null for the members of the record that were not seen; those of the object start at start.
func (o *object) appendAbsent(dst []byte, start int, seen []uint64) []byte {
	for word, wanted := range o.wanted {
		for absent := wanted &^ seen[word]; absent != 0; absent &= absent - 1 {
			m := o.members[64*word+bits.TrailingZeros64(absent)]
			dst = append(appendComma(dst, start), m.head...)
			dst = m.appendBlank(dst)
		}
	}
	return dst
}

func (s *step) appendBlank(dst []byte) []byte {
	if len(s.blank) == 0 {
		return append(dst, "null"...)
	}
	return append(dst, s.blank...)
}

// formOf says how the values of a node are brought to its type.
func formOf(n *node) form {
	switch n.typ {
	case "": // a member that no schema declares
		return formAny
	case typeInteger:
		return formInteger
	case typeNumber:
		return formNumber
	case typeBoolean:
		return formBoolean
	case typeArray:
		return formArray
	case typeObject:
		if n.mark == markRichText {
			return formDocument
		}
		return formObject
	}
	return formOfString(n)
}

func formOfString(n *node) form {
	switch {
	case n.format == formatDateTime:
		return formDateTime
	case n.mark == markRichText:
		return formRichText
	case n.mark == markDate:
		return formDay
	case n.mark == markJSON:
		return formJSON
	}
	return formText
}
