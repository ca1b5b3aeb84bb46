package jirasim

import (
	"strconv"
	"strings"
)

// Key numbers are given in the order of creation; one in so many went to an issue that is no more, and one issue in so
// many was moved from another project, where it left its old key.
const (
	gapOneIn   = 40
	movedOneIn = 80
)

// makeKeys gives each issue its project and number.
func (s *Site) makeKeys() {
	b := &s.base
	b.byNum = make([][]uint32, len(s.catalog.projects))
	b.moved = map[int]keyRef{}
	for i := range s.opt.Issues {
		p := s.homeProject(i)
		if h := s.hash(domKeyGap, i, 1); h%movedOneIn == 0 && !s.catalog.projects[p].archived {
			from := (p + 1 + below(mix(h), 3)) % 4 // the first four projects are live
			if from != p {
				b.moved[i] = keyRef{project: from, number: b.give(from, i)}
			}
		}
		if s.hash(domKeyGap, i, 0)%gapOneIn == 0 {
			b.byNum[p] = append(b.byNum[p], noIssue)
		}
		b.project[i] = uint8(p)
		b.number[i] = b.give(p, i)
	}
}

// give takes the next number of a project for issue i.
func (b *baseData) give(p, i int) uint32 {
	b.byNum[p] = append(b.byNum[p], uint32(i))
	return uint32(len(b.byNum[p]))
}

// nextNumbers is the last number given in each project.
func (b *baseData) nextNumbers() []uint32 {
	last := make([]uint32, len(b.byNum))
	for p, numbers := range b.byNum {
		last[p] = uint32(len(numbers))
	}
	return last
}

// homeProject chooses the project of issue i of the base data by the projects' weights.
func (s *Site) homeProject(i int) int {
	h := s.hash(domProject, i, 0)
	if step := s.ghostStep(); step > 0 && i%step == 0 {
		return below(h, 4) // never an archived project: a ghost must be seen
	}
	w := below(h, s.catalog.weight)
	for p := range s.catalog.projects {
		if w -= s.catalog.projects[p].weight; w < 0 {
			return p
		}
	}
	return 0
}

// keyOf is the present key of issue i.
func (s *Site) keyOf(snap *snapshot, i int) keyRef {
	if d := snap.deltas[i]; d != nil && d.key.number != 0 {
		return d.key
	}
	if i < s.opt.Issues {
		return keyRef{project: int(s.base.project[i]), number: s.base.number[i]}
	}
	return snap.added[i-s.opt.Issues].key
}

// oldKeys are the keys that issue i had before it moved, oldest first.
func (s *Site) oldKeys(snap *snapshot, i int) []keyRef {
	var keys []keyRef
	if old, ok := s.base.moved[i]; ok {
		keys = append(keys, old)
	}
	if d := snap.deltas[i]; d != nil {
		keys = append(keys, d.oldKeys...)
	}
	return keys
}

// keyText writes a key: ALPHA-17.
func (s *Site) keyText(k keyRef) string {
	return s.catalog.projects[k.project].key + "-" + strconv.FormatUint(uint64(k.number), 10)
}

// issueID is the id of issue i: ids ascend and have gaps.
func (s *Site) issueID(i int) uint64 {
	return 10001 + 3*uint64(i) + s.hash(domID, i, 0)%3
}

// issueByID finds an issue by its id. Deleted ones are found too: look at issueMeta.Deleted.
func (s *Site) issueByID(id uint64) (i int, ok bool) {
	if id < 10001 || id-10001 >= 3*uint64(s.issueCount()) {
		return 0, false
	}
	i = int((id - 10001) / 3)
	return i, s.issueID(i) == id
}

// issueByKey finds an issue by its present key or by one that it had before it moved.
func (s *Site) issueByKey(key string) (i int, ok bool) {
	name, digits, found := strings.Cut(key, "-")
	number, err := strconv.ParseUint(digits, 10, 32)
	p, known := s.projectByIDOrKey(name)
	if !found || err != nil || !known || number == 0 {
		return 0, false
	}
	ref := keyRef{project: p, number: uint32(number)}
	if i, ok := s.live.Load().keys[ref]; ok {
		return i, true
	}
	if numbers := s.base.byNum[p]; number <= uint64(len(numbers)) && numbers[number-1] != noIssue {
		return int(numbers[number-1]), true
	}
	return 0, false
}
