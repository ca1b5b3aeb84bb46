package shape

import (
	"bytes"
	"math"
	"strconv"
)

// safeDigits is the length up to which the text of an integer, with its sign, is sure to fit 64 bits.
const safeDigits = 18

// appendNumber copies a JSON number: an integer beyond 64 bits in exponent form with all its digits, and null for a number
// that no double holds, be it too large or too near to zero. The second result is the kind of repair, or empty.
func appendNumber(dst, v []byte) ([]byte, string) {
	if len(v) <= safeDigits && !hasExponent(v) {
		return append(dst, v...), ""
	}
	text := string(v)
	value, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil, value == 0 && !isZero(v), len(v) > maxNumber:
		return append(dst, "null"...), Overflow
	case wildExponent(v):
		return appendTame(dst, v), ""
	}
	if bytes.ContainsAny(v, ".eE") {
		return append(dst, v...), ""
	}
	if _, err := strconv.ParseInt(text, 10, 64); err == nil {
		return append(dst, v...), ""
	}
	return appendExponentForm(dst, v), Exponent
}

// maxNumber is the longest text of a number that is passed on; beyond, readers that work with exact fractions are slow.
const maxNumber = 2000

// wildExponent finds the exponents with which such readers compute for minutes: 0e1000000, 0.00…01e1000.
func wildExponent(v []byte) bool {
	i := bytes.IndexAny(v, "eE")
	if i < 0 {
		return false
	}
	exponent, err := strconv.Atoi(string(v[i+1:]))
	return err != nil || exponent > 999 || exponent < -999
}

// appendTame writes the same value of a number that a double holds with one digit before the point, so that its exponent
// is a small one.
func appendTame(dst, v []byte) []byte {
	digits, shift, negative := decimal(v)
	if len(digits) == 0 {
		return append(dst, '0')
	}
	if negative {
		dst = append(dst, '-')
	}
	dst = append(dst, digits[0])
	if len(digits) > 1 {
		dst = append(append(dst, '.'), digits[1:]...)
	}
	return strconv.AppendInt(append(dst, 'e'), int64(len(digits)-1+shift), 10)
}

// appendExponentForm writes 12345678901234567890 as 1.2345678901234567890e19.
func appendExponentForm(dst, v []byte) []byte {
	if v[0] == '-' {
		dst, v = append(dst, '-'), v[1:]
	}
	dst = append(append(dst, v[0], '.'), v[1:]...)
	return strconv.AppendInt(append(dst, 'e'), int64(len(v)-1), 10)
}

// appendInteger copies a JSON number into an integer column. 3.0 and 3e2 are integers to Jira and are written as such;
// null stands for a fraction and for what is beyond 64 bits.
func appendInteger(dst, v []byte) ([]byte, string) {
	if !bytes.ContainsAny(v, ".eE") {
		if len(v) <= safeDigits && string(v) != "-0" {
			return append(dst, v...), ""
		}
		n, err := strconv.ParseInt(string(v), 10, 64)
		if err != nil {
			return append(dst, "null"...), Overflow
		}
		return strconv.AppendInt(dst, n, 10), ""
	}
	digits, shift, negative := decimal(v)
	switch {
	case len(digits) == 0:
		return append(dst, '0'), ""
	case shift < 0:
		return append(dst, "null"...), Mismatch
	case len(digits)+shift > len("9223372036854775807"):
		return append(dst, "null"...), Overflow
	}
	text := make([]byte, 0, 24)
	if negative {
		text = append(text, '-')
	}
	text = append(text, digits...)
	text = append(text, bytes.Repeat([]byte{'0'}, shift)...)
	return appendInteger(dst, text)
}

// decimal takes a JSON number apart: its value is digits × 10^shift, with no zero at either end of digits (none at all
// for zero).
func decimal(v []byte) (digits []byte, shift int, negative bool) {
	if v[0] == '-' {
		negative, v = true, v[1:]
	}
	if i := bytes.IndexAny(v, "eE"); i >= 0 {
		exponent, err := strconv.Atoi(string(v[i+1:]))
		if err != nil || exponent > math.MaxInt32 || exponent < math.MinInt32 { // far beyond any integer, one way or the other
			exponent = math.MaxInt32
			if v[i+1] == '-' {
				exponent = math.MinInt32
			}
		}
		v, shift = v[:i], exponent
	}
	whole, fraction, _ := bytes.Cut(v, []byte("."))
	digits = append(append(digits, whole...), fraction...)
	shift -= len(fraction)
	digits = bytes.TrimLeft(digits, "0")
	trimmed := bytes.TrimRight(digits, "0")
	return trimmed, shift + len(digits) - len(trimmed), negative
}

// isZero is true when no digit before the exponent is other than 0.
func isZero(v []byte) bool {
	for _, c := range v {
		switch {
		case c == 'e' || c == 'E':
			return true
		case c >= '1' && c <= '9':
			return false
		}
	}
	return true
}

// isNumber is true when text is a number by JSON's grammar.
func isNumber(text []byte) bool {
	text = bytes.TrimPrefix(text, []byte("-"))
	whole := digitRun(text)
	if whole == 0 || whole > 1 && text[0] == '0' {
		return false
	}
	text = text[whole:]
	if len(text) > 0 && text[0] == '.' {
		n := digitRun(text[1:])
		if n == 0 {
			return false
		}
		text = text[1+n:]
	}
	if len(text) > 0 && text[0]|0x20 == 'e' {
		text = text[1:]
		if len(text) > 0 && (text[0] == '+' || text[0] == '-') {
			text = text[1:]
		}
		n := digitRun(text)
		return n > 0 && n == len(text)
	}
	return len(text) == 0
}

// digitRun returns how many digits stand at the head of text.
func digitRun(text []byte) int {
	for i, c := range text {
		if c-'0' > 9 {
			return i
		}
	}
	return len(text)
}
