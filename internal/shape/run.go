package shape

import (
	"bytes"

	"tap-jira/internal/jsonread"
)

// kinds are those of values that a member takes as they stand.
type kinds uint8

const (
	textKind kinds = 1 << iota
	integerKind
	fractionKind
	booleanKind
	objectKind
	nullKind
	momentKind // no kind of its own, but a text or a number that is written anew
	arrayKind
)

// asIs tells which values of a step need no change, as long as they hold nothing odd.
func (s *step) asIs() kinds {
	if !s.out || s.divert >= 0 || s.columns != nil {
		return 0
	}
	usual := s.form.usual()
	if s.looksInside() && (len(s.slots) > 0 || !s.insideAsIs()) {
		usual = 0
	}
	if len(s.blank) == 0 {
		usual |= nullKind
	}
	return usual
}

// usual are the kinds of values besides null that need no change; none where it takes more than their kind to tell.
func (f form) usual() kinds {
	switch f {
	case formAny:
		return textKind | integerKind | fractionKind | booleanKind | objectKind | arrayKind
	case formText, formRichText, formDay:
		return textKind
	case formInteger:
		return integerKind
	case formNumber:
		return integerKind | fractionKind
	case formBoolean:
		return booleanKind
	case formObject:
		return objectKind
	case formArray:
		return arrayKind
	case formDateTime:
		return momentKind
	}
	return 0
}

// run copies members that come in the order they came in before and are copied as they stand, all at once: what is written
// then is what was read, names and commas included. Only dates are written anew on the way. It returns which member was the
// last. What it leaves, at the latest when the text in memory ends, is read one by one.
func (w walk) run(dst []byte, start, bits int, o *object, after []int, last int) ([]byte, int) {
	text := w.dec.UnreadBuffer()
	var n, copied, count, name, value int
	for after[last] > 0 {
		i := after[last] - 1
		s := o.members[i]
		from, ok := nameEnd(text, n, s.head, len(dst) == start && n == 0)
		if !ok || s.kinds == 0 || w.row.marked(bits, i) {
			break
		}
		var end int
		if dst, copied, end = w.inRun(dst, text, copied, from, s); end < 0 {
			break
		}
		w.row.mark(bits, i)
		name, value, n, last, count = from-len(s.head), from, end, i+1, count+1
	}
	if count == 0 {
		return dst, last
	}
	w.dec.SkipMembers(n, count, name, value-len(`:`))
	return append(withRoom(dst, n-copied), text[copied:n]...), last
}

// inRun returns where the value ends that begins at from, or -1 for one that has to be read. What stands from copied on is
// written when something is written anew behind it.
func (w walk) inRun(dst, text []byte, copied, from int, s *step) (out []byte, nowCopied, end int) {
	switch c := text[from]; {
	case c == 'n': // most fields of most issues
		return dst, copied, s.nullEnd(text, from)
	case c == '[' && s.items != nil, c == '{' && s.object != nil:
		return w.nested(dst, text, copied, from, s)
	case s.kinds&momentKind == 0:
		if end = w.asItStands(text, from, s); end >= 0 && len(s.slots) > 0 {
			w.row.keep(s.slots, text[from:end])
		}
		return dst, copied, end
	}
	end, marks := jsonread.ScanPlain(text, from)
	if end < 0 || marks != 0 {
		return dst, copied, -1
	}
	out = append(dst, text[copied:from]...)
	moment := len(out)
	out, ok := appendMoment(out, text[from:end])
	if !ok {
		return dst, copied, -1
	}
	if len(s.slots) > 0 {
		w.row.keep(s.slots, out[moment:])
	}
	return out, end, end
}

// nullEnd returns where the null ends that begins at i, or -1.
func (s *step) nullEnd(text []byte, i int) int {
	const null = "null"
	if s.kinds&nullKind == 0 || len(text)-i < len(null) || string(text[i:i+len(null)]) != null {
		return -1
	}
	return i + len(null)
}

// appendMoment writes a date-time or time stamp anew, with its quotes, if it is written as Jira does.
func appendMoment(dst, v []byte) ([]byte, bool) {
	if v[0] == '"' {
		out, ok := appendQuick(append(dst, '"'), v[1:len(v)-1])
		return append(out, '"'), ok
	}
	if kindsOf(v[0])&integerKind == 0 {
		return dst, false
	}
	t, ok := epochTime(v)
	if !ok {
		return dst, false
	}
	return append(appendUTC(append(dst, '"'), t), '"'), true
}

// nameEnd returns where the value of the member begins whose name is expected at i, after a comma unless it is the first.
func nameEnd(text []byte, i int, head []byte, first bool) (int, bool) {
	if !first {
		if i >= len(text) || text[i] != ',' {
			return 0, false
		}
		i++
	}
	end := i + len(head)
	return end, end < len(text) && string(text[i:end]) == string(head)
}

// asItStands returns where the value ends that begins at i, or -1 for one that is not known to be copied as it is.
func (w walk) asItStands(text []byte, i int, s *step) int {
	kind := s.kinds & kindsOf(text[i])
	switch kind {
	case 0:
		return -1
	case objectKind:
		return w.untouched(text, i, s)
	case arrayKind:
		return cleanEnd(text, i)
	}
	end, marks := jsonread.ScanPlain(text, i)
	if end < 0 || marks != 0 && !isClean(text[i:end], marks) {
		return -1
	}
	if kind == integerKind && (text[i] == '-' || bytes.IndexByte(text[i:end], '.') >= 0) {
		return -1 // -0, 3.0 and the like are written otherwise
	}
	return end
}

// untouched returns where the object ends that begins at i and in which nothing is changed, or -1 when it has to be read.
func (w walk) untouched(text []byte, i int, s *step) int {
	known, place := w.row.Memo.find(text[i:])
	end := i + len(known)
	if known == nil {
		if end = cleanEnd(text, i); end < 0 {
			return -1
		}
		w.row.Memo.note(place, text[i:end])
	}
	if s.user && w.row.User != nil {
		w.row.User(text[i:end])
	}
	return end
}

// cleanEnd returns where the value ends that begins at i, or -1 when it is not in memory whole or holds anything odd.
func cleanEnd(text []byte, i int) int {
	end, marks := jsonread.ScanValue(text, i)
	if end < 0 || marks != 0 && !isClean(text[i:end], marks) {
		return -1
	}
	return end
}

// kindsOf tells what a value may be by its first byte.
func kindsOf(first byte) kinds {
	switch first {
	case '"':
		return textKind
	case 'n':
		return nullKind
	case 't', 'f':
		return booleanKind
	case '{':
		return objectKind
	case '[':
		return arrayKind
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return integerKind | fractionKind
	}
	return 0
}
