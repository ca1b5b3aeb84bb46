package bookmark

import "slices"

// Claim is what the state says of how many issues are in the output, for verify
// to compare with what Jira counts. It has the same size at any site, and counts
// no issue twice: what is counted lies in spans of creation, which never changes.
// Tombstones take nothing off it, because nobody knows when a deleted issue was
// created: a claim may be too high and never too low. Every member is always
// written, because Meltano merges states.
type Claim struct {
	// Start is the start date that it was made with.
	Start string `json:"start"`
	// Before is until when creations are counted; empty while a first load runs.
	Before string `json:"before"`
	// Issues counts those created from Start until Before.
	Issues int64 `json:"issues"`
	// Older counts those created before Start that the first load printed.
	Older int64 `json:"older"`
	// Loaded is before when a change must have been in the search index that the
	// first load read. An issue that came in sight later was updated later.
	Loaded string `json:"loaded"`
	// Limited tells that issues enter and leave the run's limits, so that the claim
	// ends with the first load and says nothing of those that were updated since.
	Limited bool `json:"limited"`
	// Started names the first load, by when it began.
	Started string `json:"started"`
	// Reached is how far the first load has counted: all that was created earlier.
	Reached string `json:"reached"`
	// Top is the largest id in the output.
	Top uint64 `json:"top"`
	// Ahead are the issues in the output that were created later than Before, with when
	// (epoch milliseconds), as far as they are few; Many tells that there are more.
	Ahead [][2]int64 `json:"ahead"`
	Many  bool       `json:"many"`
	// Unread are issues that could not be read and are not counted.
	Unread []uint64 `json:"unread"`
}

// MaxAhead bounds how many issues are remembered that the claim does not reach yet.
const MaxAhead = 40

// unite adds two claims of issues that were created at different times. Those of
// loads that began at different moments do not reach equally far: they claim
// nothing together.
func (c *Claim) unite(other *Claim) *Claim {
	if c == nil || other == nil || c.Start != other.Start || c.Before != other.Before || c.Limited != other.Limited {
		return nil
	}
	sum := *c
	sum.Issues += other.Issues
	sum.Older += other.Older
	sum.Top = max(c.Top, other.Top)
	sum.Loaded = min(c.Loaded, other.Loaded)
	sum.Unread = slices.Concat(c.Unread, other.Unread)
	slices.Sort(sum.Unread)
	sum.Ahead = slices.Concat(c.Ahead, other.Ahead)
	slices.SortFunc(sum.Ahead, func(x, y [2]int64) int { return int(x[0] - y[0]) })
	sum.Many = c.Many || other.Many || len(sum.Ahead) > MaxAhead
	if sum.Many {
		sum.Ahead = [][2]int64{}
	}
	return &sum
}
