package jirasim

import (
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// writer appends the JSON of one answer. Keys are written as given, values are escaped. A comma is put before a
// member wherever the text so far does not end in an opening bracket or a colon.
type writer struct {
	b    []byte
	s    *Site
	snap *snapshot
	base string // address of the site
	api  string // "/rest/api/2/" or "/rest/api/3/"
	opt  renderOptions
	zone *time.Location
	tmp  []byte // for text that must be built before it is escaped
}

// writer starts a writer at the end of dst, on the present snapshot.
func (s *Site) writer(dst []byte, o renderOptions) writer {
	w := writer{b: dst, s: s, snap: s.live.Load(), base: s.opt.BaseURL(), api: "/rest/api/2/", opt: o, zone: o.Zone}
	if o.API == 3 && s.cloud() {
		w.api = "/rest/api/3/"
	}
	if w.zone == nil {
		w.zone = s.zone
	}
	return w
}

// documents reports whether rich text is a document (version 3) and not wiki text.
func (w *writer) documents() bool { return w.opt.API == 3 && w.s.cloud() }

// key writes the comma and the key that a value needs; "" is for elements of arrays.
func (w *writer) key(key string) {
	if n := len(w.b); n > 0 {
		switch w.b[n-1] {
		case '{', '[', ':', ',':
		default:
			w.b = append(w.b, ',')
		}
	}
	if key == "" {
		return
	}
	w.b = append(w.b, '"')
	w.b = append(w.b, key...)
	w.b = append(w.b, '"', ':')
}

// open starts an object, close ends it.
func (w *writer) open(key string) { w.key(key); w.b = append(w.b, '{') }
func (w *writer) close()          { w.b = append(w.b, '}') }

// list starts an array, end ends it.
func (w *writer) list(key string) { w.key(key); w.b = append(w.b, '[') }
func (w *writer) end()            { w.b = append(w.b, ']') }

// raw writes a value that is JSON already.
func (w *writer) raw(key, json string) { w.key(key); w.b = append(w.b, json...) }

func (w *writer) null(key string) { w.raw(key, "null") }

func (w *writer) boolean(key string, v bool) { w.key(key); w.b = strconv.AppendBool(w.b, v) }

func (w *writer) num(key string, v int64) { w.key(key); w.b = strconv.AppendInt(w.b, v, 10) }

// float writes a number as Java does: 3.0, and on Data Center 1.0E7 from ten million on.
func (w *writer) float(key string, v float64) {
	w.key(key)
	if !w.s.cloud() && v >= 1e7 {
		exp := 0
		for ; v >= 10; v /= 10 {
			exp++
		}
		w.b = appendDecimal(w.b, v)
		w.b = append(w.b, 'E')
		w.b = strconv.AppendInt(w.b, int64(exp), 10)
		return
	}
	w.b = appendDecimal(w.b, v)
}

// appendDecimal writes a number with at least one digit behind the point.
func appendDecimal(dst []byte, v float64) []byte {
	n := len(dst)
	dst = strconv.AppendFloat(dst, v, 'f', -1, 64)
	if slices.Contains(dst[n:], '.') {
		return dst
	}
	return append(dst, ".0"...)
}

// str writes a string.
func (w *writer) str(key, v string) {
	w.key(key)
	w.b = append(w.b, '"')
	w.b = appendEscaped(w.b, v)
	w.b = append(w.b, '"')
}

// text writes a string made of parts.
func (w *writer) text(key string, parts ...string) {
	w.key(key)
	w.b = append(w.b, '"')
	for _, p := range parts {
		w.b = appendEscaped(w.b, p)
	}
	w.b = append(w.b, '"')
}

// id writes a number as a string, as most ids of Jira are.
func (w *writer) id(key string, v uint64) {
	w.key(key)
	w.b = append(w.b, '"')
	w.b = strconv.AppendUint(w.b, v, 10)
	w.b = append(w.b, '"')
}

// self writes the address of a resource under the API in use.
func (w *writer) self(path, id string) { w.text("self", w.base, w.api, path, id) }

// dateLayout is Jira's: milliseconds always there, offset without a colon.
const dateLayout = "2006-01-02T15:04:05.000-0700"

// date writes an instant in the reader's zone.
func (w *writer) date(key string, ms int64) {
	w.key(key)
	w.b = append(w.b, '"')
	w.b = time.UnixMilli(ms).In(w.zone).AppendFormat(w.b, dateLayout)
	w.b = append(w.b, '"')
}

// day writes the calendar day of an instant.
func (w *writer) day(key string, ms int64) {
	w.key(key)
	w.b = append(w.b, '"')
	w.b = time.UnixMilli(ms).UTC().AppendFormat(w.b, time.DateOnly)
	w.b = append(w.b, '"')
}

const hexDigits = "0123456789abcdef"

// appendEscaped writes the inside of a JSON string as Jira's serialiser does: only what must be escaped is, so
// U+2028, emoji and angle brackets go out as they are.
func appendEscaped(dst []byte, v string) []byte {
	from := 0
	for i := range len(v) {
		c := v[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		dst = append(dst, v[from:i]...)
		from = i + 1
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return append(dst, v[from:]...)
}

// shorten cuts a text to at most n bytes without breaking a character.
func shorten(v string, n int) string {
	if len(v) <= n {
		return v
	}
	for n > 0 && !utf8.RuneStart(v[n]) {
		n--
	}
	return v[:n]
}

func itoa(n int) string { return strconv.Itoa(n) }

func utoa(n uint64) string { return strconv.FormatUint(n, 10) }

// userDay writes a calendar day as Jira shows it to people.
func (w *writer) userDay(key string, ms int64) {
	w.str(key, time.UnixMilli(ms).UTC().Format("02/Jan/06"))
}
