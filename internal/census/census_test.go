package census

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestIssuesKeepTheirProject(t *testing.T) {
	t.Parallel()
	c := newCensus()
	c.PutIssue(10001, 1)
	c.PutIssue(10002, 1)
	c.PutIssue(10003, 2)
	c.PutIssue(10002, 2) // moved
	project, known := c.Project(10002)
	require.True(t, known)
	require.Equal(t, uint64(2), project)
	require.Equal(t, uint64(1), c.Size(1))
	require.Equal(t, uint64(2), c.Size(2))
	require.Zero(t, c.Size(3))
	require.Equal(t, []uint64{10001, 10002, 10003}, c.Known().ToArray())
	c.DropIssue(10002)
	_, known = c.Project(10002)
	require.False(t, known)
	require.Equal(t, uint64(1), c.Size(2))
}

func TestNothingNewIsNoChange(t *testing.T) {
	t.Parallel()
	c := newCensus()
	c.PutIssue(10001, 1)
	c.PutChildren(Comments, 10001, []uint64{5, 3})
	c.PutWorklog(9)
	noted := len(c.pending)
	c.PutIssue(10001, 1)
	require.Empty(t, c.PutChildren(Comments, 10001, []uint64{3, 5, 5}))
	require.Empty(t, c.PutChildren(Worklogs, 10001, nil))
	c.PutWorklog(9)
	require.False(t, c.DropWorklog(8))
	require.Len(t, c.pending, noted)
}

func TestChildrenThatAreMissingFromACompleteList(t *testing.T) {
	t.Parallel()
	c := newCensus()
	require.Empty(t, c.PutChildren(Comments, 7, []uint64{30, 10, 20}))
	require.Equal(t, []uint64{10, 30}, c.PutChildren(Comments, 7, []uint64{20, 40}))
	require.Equal(t, []uint64{20, 40}, c.PutChildren(Comments, 7, nil))
	require.Empty(t, c.PutChildren(Comments, 7, nil))
	c.PutChildren(Comments, 7, []uint64{50})
	c.PutChildren(Worklogs, 7, []uint64{60})
	c.PutIssue(7, 1)
	c.DropIssue(7)
	require.Empty(t, c.PutChildren(Comments, 7, []uint64{70}), "children go with their issue")
	require.Empty(t, c.PutChildren(Worklogs, 7, nil))
}

// TestChildrenAgainstAMap holds the packed lists to a plain map, over merges.
func TestChildrenAgainstAMap(t *testing.T) {
	t.Parallel()
	dice := rand.New(rand.NewPCG(1, 2))
	var packed children
	plain := map[uint64][]uint64{}
	for step := range 20_000 {
		issue := dice.Uint64N(700) * 1_000_003
		switch dice.IntN(5) {
		case 0:
			packed.drop(issue)
			delete(plain, issue)
		default:
			var ids []uint64
			for id := range dice.Uint64N(5) {
				ids = append(ids, id*1000+uint64(step))
			}
			packed.put(issue, packList(ids))
			plain[issue] = ids
		}
		if step%997 == 0 {
			packed.merge()
			require.Empty(t, packed.changed)
		}
		require.Equal(t, plain[issue], packed.get(issue))
	}
	packed.merge()
	lists := 0
	for issue, list := range packed.all() {
		ids, rest, ok := readList(list)
		require.True(t, ok)
		require.Empty(t, rest)
		require.Equal(t, plain[issue], ids)
		lists++
	}
	for issue, ids := range plain {
		require.Equal(t, ids, packed.get(issue))
		if len(ids) == 0 {
			lists++
		}
	}
	require.Len(t, plain, lists)
}

// TestSizes measures what a large site costs on disk. The numbers stand in the
// failure's text, and in the log of go test -v.
func TestSizes(t *testing.T) {
	t.Parallel()
	dice := rand.New(rand.NewPCG(3, 4))
	const issues = 1_000_000
	c := newCensus()
	for i := range uint64(issues) {
		// Two ids in five are in use, and neighbours are in different projects.
		c.putIssue(10_000+i*5/2, dice.Uint64N(20))
	}
	var sum chain
	content, err := c.snapshot(&sum, header{})
	require.NoError(t, err)
	t.Logf("%d issues in 20 projects: %d bytes", issues, len(content))
	oneProject := newCensus()
	for i := range uint64(issues) {
		oneProject.putIssue(10_000+i*5/2, 1)
	}
	one, err := oneProject.snapshot(&chain{}, header{})
	require.NoError(t, err)
	t.Logf("%d issues in one project: %d bytes", issues, len(one))
	require.Less(t, len(one), 700_000)
	require.Less(t, len(content), 1_000_000)

	withComments, comments := newCensus(), 0
	for i := range uint64(issues / 10) {
		var ids []uint64
		for id := i * 4; len(ids) < int(dice.Uint64N(9)); id += 1 + dice.Uint64N(5000) {
			ids = append(ids, 10_000+id)
			comments++
		}
		withComments.children[Comments].put(10_000+i*5/2, packList(ids))
	}
	packed, err := withComments.snapshot(&chain{}, header{})
	require.NoError(t, err)
	t.Logf("%d comments of %d issues: %d bytes, %.1f a comment", comments, issues/10, len(packed), float64(len(packed))/float64(comments))
	require.Less(t, len(packed), 5*comments)
}
