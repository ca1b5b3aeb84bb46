package jira

// idSet is a set of issue ids. A site hands its ids out in sequence, so a bit
// for each is far smaller than a map: two million ids, two in five in use, take
// 620 KB.
type idSet map[uint64]*[1024]uint64

// add puts an id into the set and says whether it was new.
func (s idSet) add(id uint64) bool {
	block := s[id>>16]
	if block == nil {
		block = new([1024]uint64)
		s[id>>16] = block
	}
	word, bit := id>>6&1023, uint64(1)<<(id&63)
	if block[word]&bit != 0 {
		return false
	}
	block[word] |= bit
	return true
}

// has says whether an id is in the set.
func (s idSet) has(id uint64) bool {
	block := s[id>>16]
	return block != nil && block[id>>6&1023]&(1<<(id&63)) != 0
}

// fresh adds issues and returns those that were new, in their order.
func (s idSet) fresh(refs []IssueRef) []IssueRef {
	var out []IssueRef
	for _, ref := range refs {
		if s.add(ref.ID) {
			out = append(out, ref)
		}
	}
	return out
}
