package shape

import (
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// finding tells what appendClean had to repair.
type finding struct{ text, exponent, overflow bool }

// kinds yields the kinds of repair.
func (f finding) kinds(yield func(kind string) bool) {
	if f.text && !yield(BadText) {
		return
	}
	if f.exponent && !yield(Exponent) {
		return
	}
	if f.overflow {
		yield(Overflow)
	}
}

// appendClean copies valid JSON without the white space between its tokens, and with what no target takes repaired.
// It goes on without recursion, whatever the depth.
func appendClean(dst, v []byte) ([]byte, finding) {
	var found finding
	for i := 0; i < len(v); {
		switch c := v[i]; {
		case c == '"':
			n, bad := 0, false
			dst, n, bad = appendCleanString(dst, v[i:])
			found.text = found.text || bad
			i += n
		case c == '-' || c-'0' <= 9:
			n := numberLen(v[i:])
			problem := ""
			dst, problem = appendNumber(dst, v[i:i+n])
			found.exponent = found.exponent || problem == Exponent
			found.overflow = found.overflow || problem == Overflow
			i += n
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		default: // punctuation and the letters of null, true, false
			dst = append(dst, c)
			i++
		}
	}
	return dst, found
}

// appendCleanString copies the string at the head of v and returns its length there.
func appendCleanString(dst, v []byte) (out []byte, n int, bad bool) {
	dst = append(dst, '"')
	for i := 1; i < len(v); {
		switch c := v[i]; {
		case c == '"':
			return append(dst, '"'), i + 1, bad
		case c == '\\':
			n, ok := escapeLen(v[i:])
			switch {
			case ok:
				dst = append(dst, v[i:i+n]...)
			case hex4(v[i+2:]) != 0:
				dst = append(dst, "\ufffd"...)
			}
			bad = bad || !ok
			i += n
		case c < utf8.RuneSelf:
			dst = append(dst, c)
			i++
		default:
			r, n := utf8.DecodeRune(v[i:])
			bad = bad || r == utf8.RuneError && n == 1
			dst = utf8.AppendRune(dst, r)
			i += n
		}
	}
	return dst, len(v), bad
}

// appendText appends the text that a raw JSON string means, repaired as the record would hold it.
func appendText(dst []byte, quoted jsontext.Value) []byte {
	clean, _, _ := appendCleanString(nil, quoted)
	text, err := jsontext.AppendUnquote(dst, clean)
	if err != nil { // cannot be: the string is valid now
		return append(dst, clean...)
	}
	return text
}

// numberLen returns the length of the number at the head of v.
func numberLen(v []byte) int {
	for i, c := range v {
		switch c {
		case '+', '-', '.', 'e', 'E', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		default:
			return i
		}
	}
	return len(v)
}
