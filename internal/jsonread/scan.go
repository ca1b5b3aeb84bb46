package jsonread

// What the functions of this file and the next return instead of the place where something ends.
const (
	// cut: the text ends before the value does.
	cut = -1
	// wrong: what stands here is not JSON.
	wrong = -2
)

// nestBits is how many open objects and arrays one call of scanValue keeps track of.
const nestBits = 64

// scanValue finds the end of the value that begins at i, after white space, and tells what it met on the way. Nest is how
// many objects and arrays may be open at once.
//
// It is one function with labels because it is where most of the program's time goes: the labels are the states of a value,
// and which of the open ones are objects is a row of bits.
func scanValue(b []byte, i, nest int, marks Marks) (int, Marks) { //nolint:gocyclo,cyclop,funlen,gocognit // see above
	var objects uint64 // the lowest bit is the innermost
	depth := 0
value:
	if i >= len(b) {
		return cut, marks
	}
	switch c := b[i]; c {
	case '"':
		i, marks = scanString(b, i, marks)
	case '{', '[':
		if depth == nest {
			return wrong, marks
		}
		if depth == nestBits {
			i, marks = scanValue(b, i, nest-depth, marks)
			break
		}
		isObject := c >> 5 & 1 // of '[' and '{', which differ in this bit
		objects, depth = objects<<1|uint64(isObject), depth+1
		if i, marks = scanSpace(b, i+1, marks); i >= len(b) {
			return cut, marks
		}
		if b[i] == c+2 {
			goto end
		}
		if isObject == 0 {
			goto value
		}
		goto name
	case 't':
		i = scanLiteral(b, i, "true")
	case 'f':
		i = scanLiteral(b, i, "false")
	case 'n':
		i = scanLiteral(b, i, "null")
	case ' ', '\t', '\r', '\n':
		i, marks = scanSpace(b, i, marks)
		goto value
	default:
		i, marks = scanNumber(b, i, marks)
	}
	if i < 0 {
		return i, marks
	}
next:
	if depth == 0 {
		return i, marks
	}
	if i >= len(b) {
		return cut, marks
	}
	switch c := b[i]; {
	case c == ',' && objects&1 == 0:
		i++
		goto value
	case c == ',':
		i++
		goto name
	case c == closing(objects):
		goto end
	case isSpace(c):
		i, marks = scanSpace(b, i, marks)
		goto next
	}
	return wrong, marks
end: // at the brace or bracket
	i, depth, objects = i+1, depth-1, objects>>1
	goto next
name:
	if i >= len(b) {
		return cut, marks
	}
	if b[i] != '"' {
		if !isSpace(b[i]) {
			return wrong, marks
		}
		i, marks = scanSpace(b, i, marks)
		goto name
	}
	if i, marks = scanString(b, i, marks); i < 0 {
		return i, marks
	}
	if i < len(b) && b[i] != ':' {
		i, marks = scanSpace(b, i, marks)
	}
	if i >= len(b) {
		return cut, marks
	}
	if b[i] != ':' {
		return wrong, marks
	}
	i++
	goto value
}

// ScanPlain finds the end of the string, number, true, false or null that begins at i, and is negative when there is none
// that ends in the text.
func ScanPlain(text []byte, i int) (int, Marks) {
	switch text[i] {
	case '"':
		return scanString(text, i, 0)
	case 't':
		return scanLiteral(text, i, "true"), 0
	case 'f':
		return scanLiteral(text, i, "false"), 0
	case 'n':
		return scanLiteral(text, i, "null"), 0
	}
	return scanNumber(text, i, 0)
}

// ScanValue finds the end of the value of any kind that begins at i, and is negative when there is none that ends in the
// text, and for one that is nested more deeply than Jira nests.
func ScanValue(text []byte, i int) (int, Marks) { return scanValue(text, i, nestBits, 0) }

// closing returns what ends the innermost object or array: '}' is ']' and one bit more.
func closing(objects uint64) byte { return ']' | byte(objects&1)<<5 }

// isSpace knows the white space of JSON.
func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

// scanSpace skips white space.
func scanSpace(b []byte, i int, marks Marks) (int, Marks) {
	for i < len(b) && b[i] <= ' ' && isSpace(b[i]) {
		if b[i] == '\n' || b[i] == '\r' {
			marks |= LineBreaks
		}
		i++
	}
	return i, marks
}

// scanLiteral finds the end of a word that begins at i with its first letter.
func scanLiteral(b []byte, i int, word string) int {
	if len(b)-i >= len(word) {
		if string(b[i:i+len(word)]) != word {
			return wrong
		}
		return i + len(word)
	}
	if string(b[i:]) != word[:len(b)-i] {
		return wrong
	}
	return cut
}

// scanNumber finds the end of a number. It is cut when the text ends with it, because more digits may come.
func scanNumber(b []byte, i int, marks Marks) (int, Marks) {
	from := i
	if b[i] == '-' {
		i++
	}
	if i < len(b) && b[i] == '0' {
		i++
	} else {
		i = scanDigits(b, i)
	}
	if i >= 0 && i < len(b) && b[i] == '.' {
		i = scanDigits(b, i+1)
	}
	if i >= 0 && i < len(b) && b[i]|0x20 == 'e' {
		marks |= OddNumbers
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		i = scanDigits(b, i)
	}
	if i >= len(b) {
		return cut, marks
	}
	if i-from > plainNumber {
		marks |= OddNumbers
	}
	return i, marks
}

// scanDigits goes over one digit or more.
func scanDigits(b []byte, i int) int {
	from := i
	for i < len(b) && b[i]-'0' <= 9 {
		i++
	}
	if i == from && i < len(b) {
		return wrong
	}
	return i
}
