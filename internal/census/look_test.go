package census

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestLookSeesWhatAMarkNames: known and unsure issues by project, without a lock, whatever a run notes meanwhile.
func TestLookSeesWhatAMarkNames(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := open(t, dir, nil)
	for n := range uint64(5) {
		fill(c, n) // projects 1, 2, 3, 1, 2
	}
	c.AboutTo(10_000, 1, true)
	marks, err := c.Commit()
	require.NoError(t, err)
	fill(c, 5)
	require.NoError(t, c.Flush()) // behind the mark, and the census is still open

	seen, err := Look(Options{Dir: dir, Fingerprint: scope, Marks: marks})
	require.NoError(t, err)
	require.Len(t, seen, 3)
	for project, issues := range map[uint64][]uint64{1: {10_000, 10_003}, 2: {10_001, 10_004}, 3: {10_002}} {
		require.Equal(t, issues, seen[project].ToArray(), project)
	}
	require.Equal(t, []string{"1"}, files(t, dir), "nothing is made")
}

func TestLookWhereNothingIs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := open(t, dir, nil)
	fill(c, 0)
	marks := commit(t, c)
	for name, o := range map[string]Options{
		"no state":             {Dir: dir, Fingerprint: scope},
		"the state of another": {Dir: dir, Fingerprint: []string{"https://other.example.com"}, Marks: marks},
		"no mark of issues":    {Dir: dir, Fingerprint: scope, Marks: map[Part]Mark{Comments: marks[Comments]}},
	} {
		seen, err := Look(o)
		require.NoError(t, err, name)
		require.Nil(t, seen, name)
	}
	_, err := Look(Options{Dir: t.TempDir(), Fingerprint: scope, Marks: marks})
	require.ErrorIs(t, err, ErrLost)
	path := c.store.path(1)
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	content[len(content)-1] ^= 1
	require.NoError(t, os.WriteFile(filepath.Clean(path), content, 0o600))
	_, err = Look(Options{Dir: dir, Fingerprint: scope, Marks: marks})
	require.ErrorIs(t, err, ErrLost, "a file that was damaged is not read")
}

// TestAnIssueThatAKilledRunChangedAndChangedBack is unsure: what it printed in between may have reached somebody.
func TestAnIssueThatAKilledRunChangedAndChangedBack(t *testing.T) {
	t.Parallel()
	dir, marks := filled(t, 2)
	killed := open(t, dir, marks)
	killed.AboutTo(10_000, 1, true)
	require.NoError(t, killed.Flush())
	killed.PutIssue(10_000, 1)
	require.NoError(t, killed.Flush())
	require.NoError(t, killed.Close())
	next := open(t, dir, marks)
	require.Equal(t, []uint64{10_000}, next.Unsure().ToArray())
	require.Equal(t, []uint64{10_001}, next.Known().ToArray())
}

func TestPackedLists(t *testing.T) {
	t.Parallel()
	const most = ^uint64(0)
	for _, ids := range [][]uint64{{}, {0}, {0, 1}, {7, 8, 1000}, {most - 1, most}, {0, most}} {
		packed := packList(ids)
		require.Equal(t, len(packed), listSize(append(packed, 9, 9)))
		got, rest, ok := readList(append(packed, 9, 9))
		require.True(t, ok, ids)
		require.Equal(t, ids, got)
		require.Equal(t, []byte{9, 9}, rest)
	}
	for name, packed := range map[string][]byte{
		"nothing":             {},
		"half a number":       {0x80},
		"more than there are": {3, 1, 1},
		"a distance cut":      {2, 1, 0x80},
		"one that is missing": {2, 1},
		"the same once more":  {2, 5, 0},
		"beyond all numbers":  append([]byte{2, 1}, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01),
		"no number at all":    {1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01},
	} {
		_, _, ok := readList(packed)
		require.False(t, ok, name)
	}
}
