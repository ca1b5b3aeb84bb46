package shape

import (
	"slices"

	"tap-jira/internal/jsonread"
)

// looksInside tells that a value is gone through member by member or item by item.
func (s *step) looksInside() bool { return s.object != nil || s.items != nil }

// insideAsIs tells that everything in an object or array may be copied as it stands: nothing in it is left out or added.
func (s *step) insideAsIs() bool {
	if s.items != nil {
		return s.items.kinds&^nullKind != 0
	}
	return s.object.open && !slices.ContainsFunc(s.object.members, func(m *step) bool { return m.kinds&^nullKind == 0 })
}

// nested goes through an object or array within a run. It returns what inRun returns; of a value that has to be read nothing
// is written.
func (w walk) nested(dst, text []byte, copied, from int, s *step) (out []byte, nowCopied, end int) {
	switch s.kinds & kindsOf(text[from]) {
	case arrayKind:
		out, nowCopied, end = w.itemsInRun(dst, text, copied, from, s.items)
	case objectKind:
		bits := w.row.open(len(s.object.members))
		out, nowCopied, end = w.membersInRun(dst, text, copied, from, bits, s.object)
		w.row.close(bits)
	default:
		end = -1
	}
	if end < 0 {
		return dst, copied, -1
	}
	return out, nowCopied, end
}

// itemsInRun goes through the items of the array that begins at from.
func (w walk) itemsInRun(dst, text []byte, copied, from int, s *step) (out []byte, nowCopied, end int) {
	i := from + 1
	if i < len(text) && text[i] == ']' {
		return dst, copied, i + 1
	}
	for i < len(text) {
		dst, copied, i = w.inRun(dst, text, copied, i, s)
		if i < 0 || i >= len(text) {
			break
		}
		switch text[i] {
		case ',':
			i++
		case ']':
			return dst, copied, i + 1
		default:
			return dst, copied, -1
		}
	}
	return dst, copied, -1
}

// membersInRun goes through the members of the object that begins at from. Members that no schema declares are copied.
func (w walk) membersInRun(dst, text []byte, copied, from, bits int, o *object) (out []byte, nowCopied, end int) {
	i := from + 1
	if i < len(text) && text[i] == '}' {
		return dst, copied, i + 1
	}
	after, last := w.row.order(o), 0
	for {
		n, value := o.memberAt(text, i, after[last]-1)
		switch {
		case value < 0 || n >= 0 && w.row.mark(bits, n):
			return dst, copied, -1
		case n >= 0:
			after[last], last = n+1, n+1
			dst, copied, i = w.inRun(dst, text, copied, value, o.members[n])
		case kindsOf(text[value]) == 0:
			return dst, copied, -1
		default:
			i = cleanEnd(text, value)
		}
		if i < 0 || i >= len(text) || text[i] != ',' && text[i] != '}' {
			return dst, copied, -1
		}
		if i++; text[i-1] == '}' {
			return dst, copied, i
		}
	}
}

// memberAt finds which member of an object stands at i, at best the one that is guessed, and where its value begins: -1 for
// one that no schema declares, and a negative value for a name that has to be read.
func (o *object) memberAt(text []byte, i, guess int) (n, value int) {
	if guess >= 0 {
		head := o.members[guess].head
		if end := i + len(head); end < len(text) && string(text[i:end]) == string(head) {
			return guess, end
		}
	}
	if i >= len(text) || text[i] != '"' {
		return -1, -1
	}
	end, marks := jsonread.ScanPlain(text, i)
	if end < 0 || marks != 0 || end+1 >= len(text) || text[end] != ':' {
		return -1, -1
	}
	name := text[i+1 : end-1]
	if n, known := o.index[string(name)]; known {
		return n, end + 1
	}
	if !plain(name) {
		return -1, -1
	}
	return -1, end + 1
}
