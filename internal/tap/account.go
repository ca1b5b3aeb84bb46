package tap

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2/roaring64"

	"tap-jira/internal/jira"
)

// maxReasons bounds what the summary says of one stream.
const maxReasons = 20

// account is what became of one stream so far. Only the writing side uses it.
type account struct {
	records   int64
	bytes     int64 // of the records' lines
	tolerated int64
	gaps      int64
	failed    bool
	reasons   []string // why something is missing
	notes     []string // what else is to be said, such as what was taken as "nothing here"
	// doubted tells that something seems to be gone and the run does not say so.
	doubted bool
	// skipped tells that the stream is left out with the user's consent.
	skipped bool
	// swept is when the stream was last read whole, RFC 3339, where that is kept.
	swept string
	// answered tells that Jira said something about one parent at least, and unrouted
	// is a 404 that was not Jira's word; see hollow.
	answered bool
	unrouted error
	// repairs counts changed values by field and kind.
	repairs map[string]int
	// printed are the ids in the output, of a stream whose records several issues have.
	printed *roaring64.Bitmap
}

// fail marks the stream as not finished.
func (a *account) fail(err error) {
	a.failed = true
	a.because(err.Error())
}

// problem is an error that says why the stream did not come to its end, or nil.
func (a *account) problem() error {
	switch {
	case a.failed:
		return errors.New(strings.Join(a.reasons, "; "))
	case a.skipped:
		return fmt.Errorf("the account may not read it: %w", jira.ErrForbidden)
	}
	return nil
}

// hollow is an error for a stream whose parents were all answered by a 404 that
// no Jira gives: the way there is blocked, rather than all of them gone.
func (a *account) hollow() error {
	if a.unrouted == nil || a.answered || a.failed {
		return nil
	}
	return fmt.Errorf("nothing was let through: %w", a.unrouted)
}

// gap counts rows that exist and were not printed.
func (a *account) gap(rows int64, reason string) {
	a.gaps += rows
	a.because(reason)
}

// doubt says why something that seems to be gone is not told of.
func (a *account) doubt(reason string) {
	a.doubted = true
	a.because(reason)
}

// tolerate counts an answer that was taken as "nothing here".
func (a *account) tolerate(reason string) {
	a.tolerated++
	a.note(reason)
}

// note adds what is said in the summary of a stream that misses nothing for it.
func (a *account) note(text string) { a.notes = with(a.notes, text) }

// because adds a reason why something is missing, once.
func (a *account) because(reason string) { a.reasons = with(a.reasons, reason) }

// with is reasons and one more, once.
func with(reasons []string, reason string) []string {
	if len(reasons) < maxReasons && !slices.Contains(reasons, reason) {
		return append(reasons, reason)
	}
	return reasons
}

// repaired counts a value that was changed, and tells whether it is the first
// of its field and kind, which is worth a line in the log.
func (a *account) repaired(fixed repair) (first bool) {
	if a.repairs == nil {
		a.repairs = map[string]int{}
	}
	name := fixed.Path + ": " + fixed.Kind
	a.repairs[name]++
	return a.repairs[name] == 1
}

// summary returns the account's line in the summary.
func (a *account) summary(name string) StreamSummary {
	s := StreamSummary{
		Stream: name, Records: a.records, Tolerated: a.tolerated,
		Failed: a.failed, Gaps: a.gaps, Reasons: append(append([]string{}, a.reasons...), a.notes...), // never null in JSON
	}
	for _, what := range sortedKeys(a.repairs) {
		s.Reasons = append(s.Reasons, fmt.Sprintf("%s (%d)", what, a.repairs[what]))
	}
	return s
}

func sortedKeys(m map[string]int) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
