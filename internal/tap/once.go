package tap

import (
	"bytes"

	"github.com/RoaringBitmap/roaring/v2/roaring64"

	"tap-jira/internal/stream"
)

// onceAmongIssues tells that a record is seen from several issues, which are
// read at once, and printed for the first in the order of the output.
func (t *table) onceAmongIssues() bool {
	return t.stream.Once && t.stream.Source == stream.IssueTree
}

// unprinted leaves out the lines whose records were printed before. The ids are
// those of the lines, in their order; only the writing side calls it.
func (a *account) unprinted(chunks [][]byte, ids []uint64) (left [][]byte, records int) {
	if a.printed == nil {
		a.printed = roaring64.New()
	}
	return linesWhere(chunks, func(i int) bool { return a.printed.CheckedAdd(ids[i]) })
}

// linesWhere returns the lines of chunks that are wanted, asked for by their number.
func linesWhere(chunks [][]byte, wanted func(i int) bool) (left [][]byte, records int) {
	i := 0
	for _, chunk := range chunks {
		for line := range bytes.Lines(chunk) {
			if wanted(i) {
				left, records = append(left, line), records+1
			}
			i++
		}
	}
	return left, records
}
