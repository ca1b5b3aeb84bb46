package tap

import (
	"bytes"
	"encoding/json"
)

// person is a user object met inside another record.
type person struct {
	id  string
	raw []byte
}

// people collects the user objects of a page, each person once. It looks only
// for the id and leaves the object unread, because most are known already.
type people struct {
	key  string // "accountId" or "key"; empty collects nobody
	seen map[string]bool
	list []person
}

// add notes a raw user object. The bytes are copied when they are kept.
func (p *people) add(raw []byte) {
	id := textMember(raw, p.key)
	if len(id) == 0 || p.seen[string(id)] {
		return
	}
	if p.seen == nil {
		p.seen = map[string]bool{}
	}
	p.seen[string(id)] = true
	p.list = append(p.list, person{id: string(id), raw: bytes.Clone(raw)})
}

// reset forgets everybody.
func (p *people) reset() {
	clear(p.seen)
	p.list = p.list[:0]
}

// take returns the people and starts anew.
func (p *people) take() []person {
	list := p.list
	p.list = nil
	clear(p.seen)
	return list
}

// textMember returns the value of an object's member. Jira writes no white
// space and no escapes in ids, so a search finds it; what does not look so is
// decoded.
func textMember(raw []byte, name string) []byte {
	if start := bytes.Index(raw, []byte(`"`+name+`":"`)); start >= 0 {
		value := raw[start+len(name)+4:]
		if end := bytes.IndexByte(value, '"'); end > 0 && bytes.IndexByte(value[:end], '\\') < 0 {
			return value[:end]
		}
	}
	var object map[string]json.RawMessage
	var text string
	if json.Unmarshal(raw, &object) != nil || json.Unmarshal(object[name], &text) != nil {
		return nil
	}
	return []byte(text)
}
