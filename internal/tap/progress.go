package tap

import (
	"context"
)

// Progress is told how far a run is. The methods are called often, and some by
// several goroutines at once; they must not block. What they do has no influence
// on the output.
type Progress interface {
	// Begin names the selected streams, in the order of the output, before the
	// first record.
	Begin(streams []string)
	// Expect tells that a stream is read in so many more pieces of a kind: issues,
	// or rows of its parent.
	Expect(stream string, pieces int64, kind string)
	// Read tells that so many pieces of a stream are in the output.
	Read(stream string, pieces int64)
	// Printed tells that so many records of a stream were printed.
	Printed(stream string, records int64)
	// Ended tells that a stream came to its end, whole or not.
	Ended(stream string)
}

// unseenProgress is the progress that nobody looks at.
type unseenProgress struct{}

// Begin is of Progress, and nobody looks.
func (unseenProgress) Begin([]string) {}

// Expect is of Progress, and nobody looks.
func (unseenProgress) Expect(string, int64, string) {}

// Read is of Progress, and nobody looks.
func (unseenProgress) Read(string, int64) {}

// Printed is of Progress, and nobody looks.
func (unseenProgress) Printed(string, int64) {}

// Ended is of Progress, and nobody looks.
func (unseenProgress) Ended(string) {}

// issuePieces is the kind of pieces in which issues and what hangs on them are read.
const issuePieces = "issues"

// name is what a walk is called where its progress is told: its first stream.
func (tree *issueTree) name() string { return tree.members[0].stream.Name }

// countAhead asks how many issues the walk is going to read, when somebody is
// there to be told: one request, which may fail without harm.
func (tree *issueTree) countAhead(ctx context.Context) {
	r := tree.run
	if !r.options.CountAhead || tree.aside || r.options.RecordLimit > 0 {
		return
	}
	since := ""
	if !tree.created.IsZero() {
		since = r.client.JQLTime("created", ">=", tree.created)
	}
	counted, err := r.countIn(ctx, tree.scope, since, r.updatedWithin(tree.from))
	if err != nil {
		r.log.Debug("the issues could not be counted ahead", "error", err)
		return
	}
	r.options.Progress.Expect(tree.name(), int64(counted), issuePieces)
}

// tellEnded tells that a walk's streams came to their end.
func (tree *issueTree) tellEnded() {
	for _, t := range tree.members {
		tree.run.options.Progress.Ended(t.stream.Name)
	}
}
