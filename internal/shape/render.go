package shape

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// appendRoot writes the schema of a whole record.
func (n *node) appendRoot(dst []byte) []byte {
	dst = append(dst, `{"type":"object","properties":{`...)
	return append(n.appendProperties(dst), "}}"...)
}

// appendJSON writes the schema of one column or member. Keywords come in a fixed order, `type` first: some targets look
// at the first one only.
func (n *node) appendJSON(dst []byte) []byte {
	dst = append(dst, `{"type":["null","`...)
	dst = append(dst, n.typ...)
	dst = append(dst, `"]`...)
	if n.format != "" {
		dst = append(dst, `,"format":`...)
		dst = appendQuoted(dst, n.format)
	}
	if n.title != "" {
		dst = append(dst, `,"title":`...)
		dst = appendQuoted(dst, n.title)
	}
	if len(n.members) > 0 {
		dst = append(dst, `,"properties":{`...)
		dst = append(n.appendProperties(dst), '}')
	}
	if n.items != nil {
		dst = append(dst, `,"items":`...)
		dst = n.items.appendJSON(dst)
	}
	return append(dst, '}')
}

func (n *node) appendProperties(dst []byte) []byte {
	for i, m := range n.members {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendQuoted(dst, m.name), ':')
		dst = m.node.appendJSON(dst)
	}
	return dst
}

// appendQuoted writes s as a JSON string; broken UTF-8 becomes U+FFFD and U+0000 goes, as everywhere in the output.
func appendQuoted(dst []byte, s string) []byte {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "\ufffd")
	quoted, err := jsontext.AppendQuote(dst, s)
	if err != nil { // cannot be: only broken UTF-8 has no JSON form
		return append(dst, `""`...)
	}
	return quoted
}
