package shape

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// value reads one value and appends it as the step says. It always appends exactly one JSON value.
func (w walk) value(dst []byte, s *step) ([]byte, error) {
	kind := w.dec.PeekKind()
	switch {
	case kind == '{' && s.object != nil:
		if _, err := w.dec.ReadToken(); err != nil {
			return dst, err
		}
		dst, err := w.members(append(dst, '{'), s.object)
		return append(dst, '}'), err
	case kind == '[' && s.items != nil:
		return w.array(dst, s)
	case s.form == formArray && kind != '[' && s.takesItem(kind):
		w.row.repair(s.path, Converted)
		dst, err := w.item(append(dst, '['), s)
		return append(dst, ']'), err
	}
	if kind == '{' && (s.form == formObject || s.form == formAny) {
		return w.copied(dst, s)
	}
	v, err := w.dec.ReadValue()
	if err != nil {
		return dst, err
	}
	if kind == 'n' {
		return s.appendBlank(dst), nil
	}
	return w.whole(dst, s, kind, v), nil
}

// copied copies an object as it came, without reading it when it is remembered. Only what needs no repair is remembered.
func (w walk) copied(dst []byte, s *step) ([]byte, error) {
	from := len(dst)
	known, place := w.row.Memo.find(w.dec.UnreadBuffer())
	if known != nil {
		w.dec.SkipBytes(len(known))
		dst = append(dst, known...)
	} else {
		v, err := w.dec.ReadValue()
		if err != nil {
			return dst, err
		}
		dst = w.raw(dst, s.path, v)
		if bytes.Equal(dst[from:], v) {
			w.row.Memo.note(place, v)
		}
	}
	if s.user && w.row.User != nil {
		w.row.User(dst[from:])
	}
	return dst, nil
}

// array copies the items one by one.
func (w walk) array(dst []byte, s *step) ([]byte, error) {
	if _, err := w.dec.ReadToken(); err != nil {
		return dst, err
	}
	dst = append(dst, '[')
	start := len(dst)
	for w.dec.PeekKind() != ']' {
		var err error
		if dst, err = w.item(appendComma(dst, start), s); err != nil {
			return dst, err
		}
	}
	_, err := w.dec.ReadToken()
	return append(dst, ']'), err
}

func (w walk) item(dst []byte, s *step) ([]byte, error) { return w.value(dst, s.items) }

// takesItem is true when a single value of this kind may stand for an array of one: fields that once took several values
// and now take one, or the other way round.
func (s *step) takesItem(kind jsontext.Kind) bool {
	if s.items == nil {
		return false
	}
	switch s.items.form {
	case formText, formRichText, formDay, formDateTime:
		return kind == '"'
	case formInteger, formNumber:
		return kind == '0'
	case formObject:
		return kind == '{'
	}
	return false
}

// whole appends a value that was read at once and is not null.
func (w walk) whole(dst []byte, s *step, kind jsontext.Kind, v []byte) []byte {
	switch s.form {
	case formAny:
		return w.raw(dst, s.path, v)
	case formText:
		return w.asText(dst, s, kind, v)
	case formRichText:
		return w.asRichText(dst, s, kind, v)
	case formDay:
		return w.asDay(dst, s, kind, v)
	case formDateTime:
		return w.asDateTime(dst, s, kind, v)
	case formJSON:
		return w.asJSONText(dst, s, kind, v)
	case formInteger, formNumber:
		return w.asNumber(dst, s, kind, v)
	case formBoolean:
		return w.asBoolean(dst, s, kind, v)
	case formDocument:
		return w.asDocument(dst, s, kind, v)
	case formArray:
		return w.asKind(dst, s, '[', kind, v)
	case formObject:
		return w.asKind(dst, s, '{', kind, v)
	}
	return w.mismatch(dst, s)
}

// asKind copies an object or array whole.
func (w walk) asKind(dst []byte, s *step, want, kind jsontext.Kind, v []byte) []byte {
	if kind != want {
		return w.mismatch(dst, s)
	}
	from := len(dst)
	dst = w.raw(dst, s.path, v)
	if s.user && w.row.User != nil {
		w.row.User(dst[from:])
	}
	return dst
}

// mismatch gives up a value.
func (w walk) mismatch(dst []byte, s *step) []byte {
	w.row.repair(s.path, Mismatch)
	return s.appendBlank(dst)
}
