package census

import (
	"encoding/binary"
	"errors"
)

// The changes that a file lists behind its snapshot. Numbers and order are part
// of the format.
const (
	opIssue       = 1 // issue, project
	opIssueGone   = 2 // issue
	opChildren    = 3 // part, issue, list
	opWorklog     = 4 // worklog
	opWorklogGone = 5 // worklog
	opIssueUnsure = 6 // issue, project
)

// errGarbled says that a part of a file cannot be what this package wrote.
var errGarbled = errors.New("it is garbled")

// log notes a change for the next Commit.
func (c *Census) log(numbers ...uint64) {
	for _, number := range numbers {
		c.pending = binary.AppendUvarint(c.pending, number)
	}
}

// partNumber is a part of children in a file.
func partNumber(part Part) uint64 {
	if part == Comments {
		return 1
	}
	return 2
}

// partOf is the other way round; "" for a number that no part has.
func partOf(number uint64) Part {
	switch number {
	case 1:
		return Comments
	case 2:
		return Worklogs
	}
	return ""
}

// apply makes the changes of a batch.
func (c *Census) apply(batch []byte) error {
	for len(batch) > 0 {
		rest, err := c.applyOne(batch)
		if err != nil {
			return err
		}
		batch = rest
	}
	return nil
}

// applyOne makes the first change of a batch and returns the others.
func (c *Census) applyOne(batch []byte) (rest []byte, err error) {
	op, rest, err := takeNumbers(batch, 1)
	if err != nil {
		return nil, err
	}
	counts := map[uint64]int{opIssue: 2, opIssueGone: 1, opChildren: 2, opWorklog: 1, opWorklogGone: 1, opIssueUnsure: 2}
	n, rest, err := takeNumbers(rest, counts[op[0]])
	if err != nil {
		return nil, err
	}
	switch op[0] {
	case opIssue:
		c.putIssue(n[0], n[1])
	case opIssueUnsure:
		c.makeUnsure(n[0], n[1])
	case opIssueGone:
		c.dropIssue(n[0])
	case opChildren:
		return c.applyChildren(partOf(n[0]), n[1], rest)
	case opWorklog:
		c.worklogs.Add(n[0])
	case opWorklogGone:
		c.worklogs.Remove(n[0])
	default:
		return nil, errGarbled
	}
	return rest, nil
}

// applyChildren makes the change of an issue's children, whose list stands behind the numbers.
func (c *Census) applyChildren(part Part, issue uint64, rest []byte) ([]byte, error) {
	_, behind, ok := readList(rest)
	if !ok || part == "" {
		return nil, errGarbled
	}
	list := rest[: len(rest)-len(behind) : len(rest)-len(behind)]
	c.children[part].put(issue, append([]byte(nil), list...))
	return behind, nil
}

// takeNumbers reads so many numbers.
func takeNumbers(src []byte, count int) (numbers []uint64, rest []byte, err error) {
	for range count {
		number, n := binary.Uvarint(src)
		if n <= 0 {
			return nil, nil, errGarbled
		}
		numbers, src = append(numbers, number), src[n:]
	}
	return numbers, src, nil
}
