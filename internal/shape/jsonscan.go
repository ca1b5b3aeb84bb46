package shape

import "bytes"

// The functions of this file find their way in JSON text that a decoder has accepted; of any other they may return
// nonsense, but they stay within it.

// memberOf returns the value of an object's member, nil when it has none of that name. Names are compared as they are
// written.
func memberOf(object []byte, name string) []byte {
	for i := nextToken(object, 1); i < len(object) && object[i] == '"'; {
		nameEnd := valueEnd(object, i)
		from := nextToken(object, nameEnd) // the colon
		from = nextToken(object, from+1)
		to := valueEnd(object, from)
		if string(object[i+1:max(nameEnd-1, i+1)]) == name {
			return object[from:to]
		}
		i = nextToken(object, nextToken(object, to)+1) // after the comma
	}
	return nil
}

// nextItem returns the item of an array at or after i, and where to look for the next one; nil at the end. The first
// is looked for at 1.
func nextItem(array []byte, i int) (item []byte, next int) {
	i = nextToken(array, i)
	if i < len(array) && array[i] == ',' {
		i = nextToken(array, i+1)
	}
	if i >= len(array) || array[i] == ']' {
		return nil, i
	}
	end := valueEnd(array, i)
	return array[i:end], end
}

// nextToken skips white space.
func nextToken(v []byte, i int) int {
	for i < len(v) && (v[i] == ' ' || v[i] == '\t' || v[i] == '\n' || v[i] == '\r') {
		i++
	}
	return min(i, len(v))
}

// valueEnd returns where the value that begins at i ends.
func valueEnd(v []byte, i int) int {
	if i >= len(v) {
		return len(v)
	}
	switch v[i] {
	case '"':
		return stringEnd(v, i)
	case '{', '[':
		return nestEnd(v, i)
	}
	if n := bytes.IndexAny(v[i:], ",]} \t\r\n"); n > 0 {
		return i + n
	}
	return len(v)
}

// stringEnd returns where the string that begins at i ends.
func stringEnd(v []byte, i int) int {
	for i++; i < len(v); i++ {
		switch v[i] {
		case '"':
			return i + 1
		case '\\':
			i++
		}
	}
	return len(v)
}

// nestEnd returns where the object or array that begins at i ends.
func nestEnd(v []byte, i int) int {
	for depth := 0; i < len(v); i++ {
		switch v[i] {
		case '"':
			i = stringEnd(v, i) - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(v)
}
