package shape

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// raw copies a value as it came. Looking costs a fraction of what reading cost, and only a value in which something was
// found is gone through byte by byte: line breaks between tokens (they would break the line protocol), escapes that no
// target takes, broken UTF-8, numbers out of range.
func (w walk) raw(dst []byte, path string, kind jsontext.Kind, v []byte) []byte {
	var clean bool
	switch kind {
	case '{', '[':
		clean = len(v) == 2 || !hasLineBreak(v) && !hasBadText(v) && !hasOddNumber(v)
	case '"':
		clean = !hasBadText(v)
	case '0':
		clean = len(v) <= safeDigits && !hasExponent(v)
	default:
		clean = true
	}
	if clean {
		return append(dst, v...)
	}
	dst, found := appendClean(dst, v)
	for kind := range found.kinds {
		w.row.repair(path, kind)
	}
	return dst
}

// hasLineBreak finds white space between tokens: a JSON string holds no raw line break.
func hasLineBreak(v []byte) bool {
	return bytes.IndexByte(v, '\n') >= 0 || bytes.IndexByte(v, '\r') >= 0
}

// hasBadText finds broken UTF-8, and escapes of U+0000 and of lone surrogates.
func hasBadText(v []byte) bool {
	if !utf8.Valid(v) {
		return true
	}
	for {
		i := bytes.IndexByte(v, '\\')
		if i < 0 {
			return false
		}
		v = v[i:]
		n, ok := escapeLen(v)
		if !ok {
			return true
		}
		v = v[n:]
	}
}

// escapeLen returns the length of the escape at the head of valid JSON text, twelve for a pair of surrogates; ok is false
// for one that no target takes.
func escapeLen(v []byte) (n int, ok bool) {
	if v[1] != 'u' {
		return 2, true
	}
	switch unit := hex4(v[2:]); {
	case unit == 0:
		return 6, false
	case unit < 0xD800 || unit > 0xDFFF:
		return 6, true
	case unit < 0xDC00 && len(v) >= 12 && v[6] == '\\' && v[7] == 'u' && hex4(v[8:])&0xFC00 == 0xDC00:
		return 12, true
	}
	return 6, false
}

// hex4 reads the four hexadecimal digits of an escape.
func hex4(v []byte) (unit uint32) {
	for _, c := range v[:4] {
		digit := uint32(c&0xF) + 9*uint32(c>>6) // '0'..'9' have bit 6 clear, letters have it set
		unit = unit<<4 | digit
	}
	return unit
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// hasOddNumber finds what may be a number that needs care: a run of more digits than are sure to fit 64 bits, or an
// exponent of three digits (without such a run, two cannot leave the range of doubles). It looks at eight bytes at a time
// and does not tell strings from numbers: what it finds is looked at closely later.
func hasOddNumber(v []byte) bool {
	var last uint64 // the mark of a digit right before the word
	i := 0
	for ; i+8 <= len(v); i += 8 {
		word := binary.LittleEndian.Uint64(v[i:])
		digits := digitBytes(word)
		if digits == highs && inLongRun(v, i) {
			return true
		}
		for es := eBytes(word) & (digits<<8 | last); es != 0; es &= es - 1 {
			if isLongExponent(v[i+bits.TrailingZeros64(es)/8+1:]) {
				return true
			}
		}
		last = digits >> 56
	}
	return hasExponent(v[max(i-1, 0):])
}

// isLongExponent is true when what follows an "e" is an exponent of three digits or more.
func isLongExponent(v []byte) bool {
	if len(v) > 0 && (v[0] == '+' || v[0] == '-') {
		v = v[1:]
	}
	return digitRun(v) >= 3
}

// inLongRun is true when the digit at i is one of more digits in a row than are sure to fit 64 bits.
func inLongRun(v []byte, i int) bool {
	from := i
	for from > 0 && v[from-1]-'0' <= 9 {
		from--
	}
	return digitRun(v[from:]) > safeDigits
}

// digitBytes sets the high bit of each byte that is an ASCII digit.
func digitBytes(word uint64) uint64 {
	low := word &^ highs                        // without the high bits the sums below do not spill over
	atLeast0 := low + (0x80-'0')*ones           // high bit: byte >= '0'
	above9 := low + (0x80-'9'-1)*ones           // high bit: byte > '9'
	return (atLeast0 &^ above9) & highs &^ word // and the byte is ASCII
}

// eBytes sets the high bit of each byte that is 'e' or 'E'.
func eBytes(word uint64) uint64 {
	diff := (word | 0x20*ones) ^ ('e' * ones)
	low := diff &^ highs
	return ^((low + 0x7F*ones) | diff) & highs
}

// hasExponent finds a digit with an "e" after it.
func hasExponent(v []byte) bool {
	for i := 1; i < len(v); i++ {
		if v[i]|0x20 == 'e' && v[i-1]-'0' <= 9 {
			return true
		}
	}
	return false
}
