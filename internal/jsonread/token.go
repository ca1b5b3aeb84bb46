package jsonread

import (
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// Token is a name, a value that is no object or array, or what opens or closes one. It is valid until the decoder's next
// call.
type Token struct{ raw []byte }

// Kind is the first byte of the token, '0' for all numbers, or 0 for no token.
func (t Token) Kind() jsontext.Kind { return jsontext.Value(t.raw).Kind() }

// String is the text that a string means, with U+FFFD for what is none, or the token as it stands.
func (t Token) String() string {
	if t.Kind() != '"' {
		return string(t.raw)
	}
	inside := t.raw[1 : len(t.raw)-1]
	if isPlain(inside) {
		return string(inside)
	}
	text, _ := jsontext.AppendUnquote(nil, t.raw) // of broken UTF-8 it makes U+FFFD, and tells so
	return string(text)
}

// isPlain tells that text means itself.
func isPlain(text []byte) bool {
	for _, c := range text {
		if c == '\\' || c >= 0x80 {
			return false
		}
	}
	return true
}

// PeekKind tells what comes next: the kind of a value, or what closes the open object or array. It is 0 at the end of the
// input and where the text is broken, which the next call tells.
func (d *Decoder) PeekKind() jsontext.Kind {
	c, err := d.peek()
	if err != nil {
		return 0
	}
	if c == '-' || c-'0' <= 9 {
		return '0'
	}
	return jsontext.Kind(c)
}

// peek goes to the next token, over white space and what separates it from the last one, and returns its first byte.
func (d *Decoder) peek() (byte, error) {
	if d.ready && d.pos < len(d.buf) && d.buf[d.pos] > ' ' {
		return d.buf[d.pos], nil
	}
	return d.seek()
}

// seek is peek where it has to read on.
func (d *Decoder) seek() (byte, error) {
	for {
		if d.pos >= len(d.buf) {
			if !d.fill() {
				return 0, d.ended()
			}
			continue
		}
		c := d.buf[d.pos]
		switch {
		case isSpace(c):
		case d.ready, c == '}', c == ']':
			return c, nil
		case c == d.separator():
			d.ready = true
		default:
			return 0, d.misplaced(c)
		}
		d.pos++
	}
}

// separator is what stands before the next name or value.
func (d *Decoder) separator() byte {
	if d.in.kind == '{' && d.in.count%2 != 0 {
		return ':'
	}
	return ','
}

// ReadToken reads the next token. At the end of the input it returns io.EOF.
func (d *Decoder) ReadToken() (Token, error) {
	c, err := d.peek()
	if err != nil {
		return Token{}, err
	}
	switch c {
	case '{', '[':
		return d.open(c)
	case '}', ']':
		return d.close(c)
	}
	raw, err := d.ReadValue()
	return Token{raw: raw}, err
}

// open goes into an object or array.
func (d *Decoder) open(c byte) (Token, error) {
	if d.in.isName() {
		return Token{}, d.broken()
	}
	if len(d.outer) == maxNest {
		return Token{}, d.problem(errNest)
	}
	d.outer = append(d.outer, d.in)
	d.in = level{kind: c}
	d.pos++
	d.ready = true
	return Token{raw: d.buf[d.pos-1 : d.pos]}, nil
}

// close goes out of one. Nothing may be lacking before: a value after its name, or one after a comma.
func (d *Decoder) close(c byte) (Token, error) {
	lacking := d.ready && d.in.count > 0 || d.in.kind == '{' && d.in.count%2 != 0
	if d.in.kind == 0 || c != d.in.kind+2 || lacking {
		return Token{}, d.misplaced(c)
	}
	if d.in.isOut {
		d.saved = d.saved[:d.in.from]
	}
	last := len(d.outer) - 1
	d.in, d.outer = d.outer[last], d.outer[:last]
	d.pos++
	d.passed()
	return Token{raw: d.buf[d.pos-1 : d.pos]}, nil
}

// passed counts a value that was read.
func (d *Decoder) passed() {
	d.in.count++
	d.ready = len(d.outer) == 0 // nothing separates values at the top
}

// ReadValue reads the next value, or name, whole.
func (d *Decoder) ReadValue() (jsontext.Value, error) {
	c, err := d.peek()
	if err != nil {
		return nil, err
	}
	if c == '}' || c == ']' {
		return nil, d.misplaced(c)
	}
	if d.in.isName() && c != '"' {
		return nil, d.broken()
	}
	if c == '"' {
		if end, marks := scanString(d.buf, d.pos, 0); end >= 0 {
			return d.take(end, marks), nil
		}
	}
	for {
		end, marks := scanValue(d.buf, d.pos, maxNest-len(d.outer), 0)
		if end >= 0 {
			return d.take(end, marks), nil
		}
		if end == wrong {
			return nil, d.broken()
		}
		if !d.fill() {
			return d.lastValue()
		}
	}
}

// PeekValue is ReadValue, but for that the value is read again by the next call. It is in memory whole.
func (d *Decoder) PeekValue() (jsontext.Value, error) {
	before, marks := d.in.count, d.marks
	v, err := d.ReadValue()
	if err != nil {
		return nil, err
	}
	d.in.count, d.marks = before, marks
	d.pos, d.ready = d.pos-len(v), true
	return v, nil
}

// ReadName reads the name of the next member as the text that it means. Those that come again are kept in memory.
func (d *Decoder) ReadName() (string, error) {
	raw, err := d.ReadValue()
	if err != nil {
		return "", err
	}
	if name, known := d.names[string(raw)]; known {
		return name, nil
	}
	name := Token{raw: raw}.String()
	if d.names == nil {
		d.names = map[string]string{}
	}
	if len(d.names) < keptNames {
		d.names[string(raw)] = name
	}
	return name, nil
}

// take moves on to the end of the value at pos.
func (d *Decoder) take(end int, marks Marks) []byte {
	if d.in.isName() {
		d.setName(d.pos, end)
	}
	v := d.buf[d.pos:end:end]
	d.pos, d.marks = end, marks
	d.passed()
	return v
}

// lastValue reads a value that the input ends with: only a number needs nothing behind it.
func (d *Decoder) lastValue() (jsontext.Value, error) {
	if d.err != io.EOF { //nolint:errorlint // the bare one is the end
		return nil, d.ended()
	}
	end, marks := scanValue(append(d.buf[d.pos:len(d.buf):len(d.buf)], '\n'), 0, 0, 0)
	if end < 0 {
		return nil, d.ended()
	}
	return d.take(d.pos+end, marks), nil
}

// SkipName reads the name of the next member if it stands there just as in head, `"name":`, with nothing before it but a
// comma. Members mostly come in the order they came in before, and comparing costs a fraction of reading.
func (d *Decoder) SkipName(head []byte) bool {
	at := d.pos
	if !d.ready && at < len(d.buf) && d.buf[at] == ',' {
		at++
	} else if !d.ready {
		return false
	}
	end := at + len(head)
	if !d.in.isName() || end > len(d.buf) || string(d.buf[at:end]) != string(head) {
		return false
	}
	d.setName(at, end-len(":"))
	d.in.count++
	d.pos, d.ready = end, true
	return true
}

// SkipMembers goes over members that are known to stand there, whole: n bytes that hold so many, with the name of the last
// one between two places.
func (d *Decoder) SkipMembers(n, members, name, nameEnd int) {
	d.setName(d.pos+name, d.pos+nameEnd)
	d.in.count += int64(2 * members)
	d.pos, d.ready = d.pos+n, false
}

// SkipBytes goes over a value of n bytes that is known to stand there, whole: PeekKind was asked for it.
func (d *Decoder) SkipBytes(n int) { d.take(d.pos+n, 0) }

// SkipValue reads the next value, or name, and forgets it. It keeps no more of it in memory than the window holds.
func (d *Decoder) SkipValue() error {
	c, err := d.peek()
	if err != nil {
		return err
	}
	if d.in.isName() || c != '{' && c != '[' {
		_, err := d.ReadValue()
		return err
	}
	if end, marks := scanValue(d.buf, d.pos, maxNest-len(d.outer), 0); end >= 0 {
		d.take(end, marks)
		return nil
	}
	return d.skipInside()
}

// skipInside skips an object or array piece by piece.
func (d *Decoder) skipInside() error {
	depth := len(d.outer)
	for {
		var err error
		switch d.PeekKind() {
		case '{', '[', '}', ']':
			_, err = d.ReadToken()
		default:
			_, err = d.ReadValue()
		}
		if err != nil || len(d.outer) == depth {
			return err
		}
	}
}
