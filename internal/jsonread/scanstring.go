package jsonread

import (
	"encoding/binary"
	"math/bits"
)

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// scanString finds the end of the string whose first quote is at i. It looks at eight bytes at a time and leaves all but
// the plainest strings to scanRest.
func scanString(b []byte, i int, marks Marks) (int, Marks) {
	i++
	for s := b[i:]; len(s) >= 16; s = s[16:] {
		pair := (*[16]byte)(s)
		if stop := stops(binary.LittleEndian.Uint64(pair[:8])); stop != 0 {
			i += bits.TrailingZeros64(stop) / 8
			if b[i] == '"' {
				return i + 1, marks
			}
			break
		}
		i += 8
		if stop := stops(binary.LittleEndian.Uint64(pair[8:])); stop != 0 {
			i += bits.TrailingZeros64(stop) / 8
			if b[i] == '"' {
				return i + 1, marks
			}
			break
		}
		i += 8
	}
	return scanRest(b, i, marks)
}

// stops sets the high bit of each byte that is a quote, a backslash, a control character or not ASCII. Above the lowest one
// it may err: the sums carry. A quote is told together with control characters, because both are below 0x21 once the bit
// that makes a quote of a space is turned.
func stops(word uint64) uint64 {
	return (specials(word) | word) & highs
}

// specials is stops for ASCII alone, with the low bits of each byte still in it.
func specials(word uint64) uint64 {
	return ((word ^ 0x02*ones) - 0x21*ones) | ((word ^ '\\'*ones) - ones)
}

// scanRest goes on within a string at i, whatever it holds.
func scanRest(b []byte, i int, marks Marks) (int, Marks) {
	for i < len(b) {
		if i+8 <= len(b) {
			word := binary.LittleEndian.Uint64(b[i:])
			stop := specials(word) & highs &^ word
			plain := bits.TrailingZeros64(stop) / 8 // 8 when nothing stops
			if word&highs != 0 {
				marks |= BeyondASCII
			}
			if i += plain; plain == 8 {
				continue
			}
		}
		switch c := b[i]; {
		case c == '"':
			return i + 1, marks
		case c == '\\':
			n := scanEscape(b[i:])
			if n < 0 {
				return n, marks
			}
			if n > 2 {
				marks |= UnicodeEscapes
			}
			i += n
		case c < ' ':
			return wrong, marks
		default:
			if c >= 0x80 {
				marks |= BeyondASCII
			}
			i++
		}
	}
	return cut, marks
}

// scanEscape returns the length of the escape at the head of b: 2, or 6 for one by number.
func scanEscape(b []byte) int {
	if len(b) < 2 {
		return cut
	}
	switch b[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		for i, c := range b[2:min(len(b), 6)] {
			if c-'0' > 9 && c|0x20-'a' > 5 {
				return wrong
			}
			if i == 3 {
				return 6
			}
		}
		return cut
	}
	return wrong
}
