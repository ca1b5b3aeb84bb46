package shape

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// asText writes into a text column. What is not text keeps its JSON text: nothing is lost.
func (w walk) asText(dst []byte, s *step, kind jsontext.Kind, v []byte) []byte {
	if kind == '"' {
		return w.raw(dst, s.path, v)
	}
	w.row.repair(s.path, Converted)
	return w.asJSONText(dst, s, kind, v)
}

// asRichText writes into a text column for what people format. Some answers hold a document in a version of the API that
// has texts.
func (w walk) asRichText(dst []byte, s *step, kind jsontext.Kind, v []byte) []byte {
	if kind == '{' {
		if text, ok := DocumentText(v); ok {
			w.row.repair(s.path, Converted)
			return appendQuoted(dst, text)
		}
	}
	return w.asText(dst, s, kind, v)
}

// asJSONText writes the value's JSON text as a string.
func (w walk) asJSONText(dst []byte, s *step, kind jsontext.Kind, v []byte) []byte {
	if kind == '0' || kind == 't' || kind == 'f' { // digits of any length are fine in a text
		return append(append(append(dst, '"'), v...), '"')
	}
	w.row.text = w.raw(w.row.text[:0], s.path, v)
	return appendQuotedJSON(dst, w.row.text)
}

// appendQuotedJSON writes clean JSON as a JSON string. Its only bytes that need an escape are quotes, backslashes, and
// tabs between tokens.
func appendQuotedJSON(dst, clean []byte) []byte {
	dst = append(dst, '"')
	for len(clean) > 0 {
		i := bytes.IndexAny(clean, "\"\\\t")
		if i < 0 {
			dst = append(dst, clean...)
			break
		}
		dst = append(dst, clean[:i]...)
		switch clean[i] {
		case '\t':
			dst = append(dst, ' ')
		default:
			dst = append(dst, '\\', clean[i])
		}
		clean = clean[i+1:]
	}
	return append(dst, '"')
}

// asDay writes a calendar day, which is a plain text in Jira ("2024-03-01"). Some answers hold it as a time stamp.
func (w walk) asDay(dst []byte, s *step, kind jsontext.Kind, v []byte) []byte {
	if kind == '0' {
		if t, ok := epochTime(v); ok {
			w.row.repair(s.path, Converted)
			return t.AppendFormat(dst, `"2006-01-02"`)
		}
	}
	return w.asText(dst, s, kind, v)
}

// asDateTime writes RFC 3339 in UTC from Jira's texts and time stamps.
func (w walk) asDateTime(dst []byte, s *step, kind jsontext.Kind, v []byte) []byte {
	switch kind {
	case '0':
		if t, ok := epochTime(v); ok {
			return append(appendUTC(append(dst, '"'), t), '"')
		}
	case '"':
		text := v[1 : len(v)-1]
		if bytes.IndexByte(text, '\\') >= 0 {
			w.row.text = appendText(w.row.text[:0], v)
			text = w.row.text
		}
		if out, ok := appendTime(append(dst, '"'), text); ok {
			return append(out, '"')
		}
		if out, ok := appendMidnight(append(dst, '"'), text); ok { // nothing is lost: Jira's days have no time
			return append(out, '"')
		}
	default:
		return w.mismatch(dst, s)
	}
	w.row.repair(s.path, BadDate)
	return s.appendBlank(dst)
}

// asNumber writes into a number or integer column; text that is a number counts as one.
func (w walk) asNumber(dst []byte, s *step, kind jsontext.Kind, v []byte) []byte {
	if kind == '"' {
		v = v[1 : len(v)-1]
		if !isNumber(v) {
			return w.mismatch(dst, s)
		}
		w.row.repair(s.path, Converted)
	} else if kind != '0' {
		return w.mismatch(dst, s)
	}
	write := appendNumber
	if s.form == formInteger {
		write = appendInteger
	}
	out, problem := write(dst, v)
	if problem != "" {
		w.row.repair(s.path, problem)
	}
	return out
}

// asBoolean writes into a boolean column; the texts "true" and "false" count.
func (w walk) asBoolean(dst []byte, s *step, kind jsontext.Kind, v []byte) []byte {
	if kind == 't' || kind == 'f' {
		return append(dst, v...)
	}
	if text := string(v); text == `"true"` || text == `"false"` {
		w.row.repair(s.path, Converted)
		return append(dst, v[1:len(v)-1]...)
	}
	return w.mismatch(dst, s)
}

// asDocument writes into a rich text column of REST v3. Plain text becomes a document of one paragraph.
func (w walk) asDocument(dst []byte, s *step, kind jsontext.Kind, v []byte) []byte {
	if kind != '"' {
		return w.asKind(dst, s, '{', kind, v)
	}
	w.row.repair(s.path, Converted)
	if len(v) == len(`""`) { // a document holds no empty text
		return append(dst, `{"type":"doc","version":1,"content":[]}`...)
	}
	dst = append(dst, `{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":`...)
	return append(w.raw(dst, s.path, v), `}]}]}`...)
}
