package shape

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"tap-jira/internal/jsonread"
)

// raw copies the value that was read last, or one in it, as it came. The decoder has marked what it met; only a value that
// holds something odd is gone through byte by byte: line breaks between tokens (they would break the line protocol),
// escapes that no target takes, broken UTF-8, numbers out of range.
func (w walk) raw(dst []byte, path string, v []byte) []byte {
	dst = withRoom(dst, len(v))
	if marks := w.dec.LastMarks(); marks == 0 || isClean(v, marks) {
		return append(dst, v...)
	}
	dst, found := appendClean(dst, v)
	for kind := range found.kinds {
		w.row.repair(path, kind)
	}
	return dst
}

// longValue is the length from which a value is worth a look at the memory that it takes.
const longValue = 1 << 20

// withRoom gives dst room for a long value and for what comes behind it, so that its line is not copied for the next few
// bytes: there would be three of it in memory, with the one that was read.
func withRoom(dst []byte, n int) []byte {
	if n < longValue {
		return dst
	}
	return slices.Grow(dst, n+n/64+1<<16)
}

// isClean looks at what was marked in a value.
func isClean(v []byte, marks jsonread.Marks) bool {
	if marks&(jsonread.LineBreaks|jsonread.OddNumbers) != 0 {
		return false
	}
	return (marks&jsonread.BeyondASCII == 0 || utf8.Valid(v)) && (marks&jsonread.UnicodeEscapes == 0 || !hasBadEscape(v))
}

// hasBadEscape finds escapes of U+0000 and of lone surrogates.
func hasBadEscape(v []byte) bool {
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

// hasExponent finds a digit with an "e" after it.
func hasExponent(v []byte) bool {
	for i := 1; i < len(v); i++ {
		if v[i]|0x20 == 'e' && v[i-1]-'0' <= 9 {
			return true
		}
	}
	return false
}
