package census

import (
	"encoding/binary"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// everyChange is a batch with a change of each kind, and the places where one ends.
func everyChange(t *testing.T) (batch []byte, ends map[int]bool) {
	t.Helper()
	c := newCensus()
	for n := range uint64(3) {
		fill(c, 1000*n)
	}
	c.DropIssue(10_000)
	c.DropWorklog(500)
	c.log(opIssueUnsure, 10_001_000, 300)
	batch, ends = c.pending, map[int]bool{0: true}
	for rest := batch; len(rest) > 0; {
		var err error
		rest, err = newCensus().applyOne(rest)
		require.NoError(t, err)
		ends[len(batch)-len(rest)] = true
	}
	return batch, ends
}

// A batch that breaks off within a change is no batch: what it would say is not what was noted.
func TestABatchThatIsCutIsRefused(t *testing.T) {
	t.Parallel()
	batch, ends := everyChange(t)
	require.Greater(t, len(ends), 12)
	for cut := range len(batch) + 1 {
		err := newCensus().apply(batch[:cut:cut])
		require.Equal(t, ends[cut], err == nil, "cut at %d of %d: %v", cut, len(batch), err)
	}
}

func TestChangesThatNobodyMakes(t *testing.T) {
	t.Parallel()
	for name, numbers := range map[string][]uint64{
		"an unknown change":      {7, 1, 1},
		"none":                   {0},
		"children of no part":    {opChildren, 3, 10_000, 0},
		"a list that breaks off": {opChildren, 1, 10_000, 5, 1},
		"a number without end":   {opWorklog, 1 << 63},
	} {
		var batch []byte
		for _, number := range numbers {
			batch = binary.AppendUvarint(batch, number)
		}
		if numbers[0] == opWorklog {
			batch[len(batch)-1] |= 0x80
		}
		require.ErrorIs(t, newCensus().apply(batch), errGarbled, name)
	}
}

func TestPackedProjects(t *testing.T) {
	t.Parallel()
	known := newIssues()
	for id := range uint64(500) {
		known.put(id*7, id%5)
	}
	packed, err := known.pack()
	require.NoError(t, err)
	unpack := func(packed []byte) (issues, error) {
		s := newIssues()
		s.all = known.all.Clone()
		return s, s.unpack(packed)
	}
	back, err := unpack(packed)
	require.NoError(t, err)
	for id := range uint64(500) {
		project, there := back.project(id * 7)
		require.True(t, there)
		require.Equal(t, id%5, project)
	}
	for cut := range packed {
		_, err := unpack(packed[:cut])
		require.ErrorIs(t, err, errGarbled, "cut at %d of %d", cut, len(packed))
	}
	twice := append([]byte{5, 0, 1, 2, 3, 3}, packed[6:]...) // of its first numbers the first counts the projects
	_, err = unpack(twice)
	require.ErrorIs(t, err, errGarbled, "a project stands there twice")
	_, err = unpack(append([]byte{2, 0, 1}, packed[6:]...))
	require.ErrorIs(t, err, errGarbled, "more projects are meant than there are")
	known.all.Remove(7)
	_, err = unpack(packed)
	require.ErrorIs(t, err, errGarbled, "more issues are meant than there are")
}

// A write that is lost is final: a mark that came later could not be told from the truth.
func TestALostWriteIsFinal(t *testing.T) {
	t.Parallel()
	dir, marks := filled(t, 3)
	c := open(t, dir, marks)
	fill(c, 3)
	committed, err := c.Commit()
	require.NoError(t, err)
	good := c.store.file
	readable, err := os.Open(good.Name())
	require.NoError(t, err)
	c.store.file = readable // as a disk that takes nothing any more
	fill(c, 4)
	_, lost := c.Commit()
	require.ErrorContains(t, lost, "write the census in "+dir)
	c.store.file = good
	require.NoError(t, readable.Close())
	require.Equal(t, lost, c.Flush(), "also when the disk takes more")
	_, err = c.Commit()
	require.Equal(t, lost, err)
	require.NoError(t, c.Close())
	requireFilled(t, open(t, dir, committed), 4)
}
