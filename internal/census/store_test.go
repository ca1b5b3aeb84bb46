package census

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// scope is the fingerprint of the tests.
var scope = []string{"https://site.example.com", "account", "", "", "2020-01-01"}

// open opens a census that closes with the test, unless it is closed before.
func open(t *testing.T, dir string, marks map[Part]Mark, fingerprint ...string) *Census {
	t.Helper()
	if fingerprint == nil {
		fingerprint = scope
	}
	c, err := Open(Options{Dir: dir, Fingerprint: fingerprint, Marks: marks})
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// commit commits and closes.
func commit(t *testing.T, c *Census) map[Part]Mark {
	t.Helper()
	marks, err := c.Commit()
	require.NoError(t, err)
	require.NoError(t, c.Close())
	return marks
}

// files are the generations in a folder.
func files(t *testing.T, dir string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "census-*-*"))
	require.NoError(t, err)
	var found []string
	for _, name := range names {
		info, err := os.Stat(name)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
		found = append(found, filepath.Base(name)[len("census-123456789012-"):])
	}
	return found
}

// fill notes something of every kind.
func fill(c *Census, n uint64) {
	c.PutIssue(10_000+n, 1+n%3)
	c.PutChildren(Comments, 10_000+n, []uint64{n, n + 100})
	c.PutChildren(Worklogs, 10_000+n, []uint64{n + 7})
	c.PutWorklog(500 + n)
}

// filled is a folder with the census of so many rows, as a run leaves it, and its marks.
func filled(t *testing.T, rows uint64) (dir string, marks map[Part]Mark) {
	t.Helper()
	dir = t.TempDir()
	c := open(t, dir, nil)
	for n := range rows {
		fill(c, n)
	}
	return dir, commit(t, c)
}

// requireFilled holds a census to have been filled up to n.
func requireFilled(t *testing.T, c *Census, n uint64) {
	t.Helper()
	require.Equal(t, n, c.Known().GetCardinality())
	require.Equal(t, n, c.worklogs.GetCardinality())
	for i := range n {
		project, known := c.Project(10_000 + i)
		require.True(t, known)
		require.Equal(t, 1+i%3, project)
		require.Equal(t, []uint64{i, i + 100}, c.children[Comments].get(10_000+i))
		require.Equal(t, []uint64{i + 7}, c.children[Worklogs].get(10_000+i))
	}
	require.Empty(t, c.children[Comments].get(10_000+n))
}

func TestEachMarkFindsWhatWasKnownThen(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := open(t, dir, nil)
	require.True(t, c.Fresh())
	var marks []map[Part]Mark
	for n := range uint64(20) {
		fill(c, n)
		m, err := c.Commit()
		require.NoError(t, err)
		marks = append(marks, m)
	}
	again, err := c.Commit()
	require.NoError(t, err)
	require.Equal(t, marks[19], again, "nothing changed")
	require.NoError(t, c.Close())
	require.Equal(t, []string{"1"}, files(t, dir), "one file a generation")
	for n, mark := range marks {
		seen, _, more, err := readFile(c.store.path(1), mark[Issues])
		require.NoError(t, err)
		requireFilled(t, seen, uint64(n)+1)
		require.Equal(t, n < 19, more)
	}
	require.False(t, open(t, dir, marks[19]).Fresh())
}

// A run that was killed may have printed what no state says.
func TestWhatKilledRunsNotedIsUnsure(t *testing.T) {
	t.Parallel()
	dir, marks := filled(t, 2)

	killed := open(t, dir, marks)
	killed.AboutTo(10_002, 3, false) // a new row
	killed.AboutTo(10_001, 2, true)  // a tombstone
	killed.AddChildren(Comments, 10_000, []uint64{7})
	killed.PutWorklog(900)
	require.NoError(t, killed.Flush())
	killed.PutIssue(10_002, 3)
	killed.DropIssue(10_001)
	require.NoError(t, killed.Flush())
	killed.PutIssue(10_009, 3) // not flushed, and so not printed
	require.NoError(t, killed.Close())

	for range 2 { // the next run may be killed as well
		next := open(t, dir, marks)
		require.Equal(t, []uint64{10_000}, next.Known().ToArray())
		require.Equal(t, []uint64{10_001, 10_002}, next.Unsure().ToArray())
		project, there := next.Project(10_002)
		require.True(t, there)
		require.Equal(t, uint64(3), project)
		require.Equal(t, uint64(1), next.Size(3))
		require.Equal(t, []uint64{0, 7, 100}, next.children[Comments].get(10_000))
		require.True(t, next.worklogs.Contains(900))
		still, err := next.Commit()
		require.NoError(t, err)
		require.Equal(t, marks, still, "no state is told of it")
		require.NoError(t, next.Close())
	}
	last := open(t, dir, marks)
	last.PutIssue(10_001, 2)
	last.DropIssue(10_002)
	sure := open(t, dir, commit(t, last))
	require.Equal(t, []uint64{10_000, 10_001}, sure.Known().ToArray())
	require.Zero(t, sure.Unsure().GetCardinality())
}

func TestAFirstRunThatWasKilled(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := open(t, dir, nil)
	fill(c, 0)
	require.NoError(t, c.Flush())
	require.NoError(t, c.Close())
	again := open(t, dir, nil)
	require.Zero(t, again.Known().GetCardinality())
	require.Equal(t, []uint64{10_000}, again.Unsure().ToArray())
}

func TestAKnownRowChangesNothing(t *testing.T) {
	t.Parallel()
	c := newCensus()
	fill(c, 0)
	noted := len(c.pending)
	c.AboutTo(10_000, 1, false)
	c.AddChildren(Comments, 10_000, []uint64{100})
	require.Len(t, c.pending, noted)
	c.AboutTo(10_000, 5, false)
	require.Equal(t, []uint64{10_000}, c.Unsure().ToArray(), "it moved")
}

func TestDroppedThingsStayDropped(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := open(t, dir, nil)
	for n := range uint64(3) {
		fill(c, n)
	}
	_, err := c.Commit()
	require.NoError(t, err)
	c.DropIssue(10_002)
	require.True(t, c.DropWorklog(502))
	seen := open(t, dir, commit(t, c))
	requireFilled(t, seen, 2)
}

func TestGenerations(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	run := func(marks map[Part]Mark, n uint64) map[Part]Mark {
		c := open(t, dir, marks)
		fill(c, n)
		return commit(t, c)
	}
	first := run(nil, 0)
	second := run(first, 1)
	require.Equal(t, []string{"1", "2"}, files(t, dir), "the state in use may still be the first")
	lost := run(second, 2)
	require.Equal(t, []string{"2", "3"}, files(t, dir), "a state named the second")
	require.NotEqual(t, second, lost)
	second = run(second, 5)
	require.Equal(t, []string{"2", "3"}, files(t, dir), "the third was discarded and written anew")
	_, err := Open(Options{Dir: dir, Fingerprint: scope, Marks: lost})
	require.ErrorIs(t, err, ErrLost, "what was discarded is not taken for what took its place")
	idle := open(t, dir, second)
	require.Equal(t, second, commit(t, idle), "a run without a change writes nothing")
	require.Equal(t, []string{"3"}, files(t, dir))
}

func TestARunWithoutItsStateTakesNothingAway(t *testing.T) {
	t.Parallel()
	dir, marks := filled(t, 1)
	stray := open(t, dir, nil)
	require.Zero(t, stray.Known().GetCardinality())
	fill(stray, 9)
	require.Equal(t, uint64(2), commit(t, stray)[Issues].Generation)
	back := open(t, dir, marks)
	requireFilled(t, back, 1)
	require.Equal(t, []string{"1"}, files(t, dir))
}

func TestAChangedFingerprintBeginsAnew(t *testing.T) {
	t.Parallel()
	dir, before := filled(t, 1)
	other := open(t, dir, before, "another", "scope")
	require.True(t, other.Fresh())
	require.Zero(t, other.Known().GetCardinality())
	require.Equal(t, map[Part]Mark{Issues: before[Issues], Comments: before[Comments], Worklogs: before[Worklogs]}, before)
	fill(other, 0)
	after := commit(t, other)
	require.Equal(t, uint64(2), after[Issues].Generation)
	require.Equal(t, []string{"1", "2"}, sorted(files(t, dir)), "the state in use may still name the first")
	next := open(t, dir, after, "another", "scope")
	requireFilled(t, next, 1)
	require.Equal(t, []string{"2"}, files(t, dir), "what was replaced is gone once a state names the new one")
}

func sorted(names []string) []string {
	if len(names) == 2 && names[0] > names[1] {
		names[0], names[1] = names[1], names[0]
	}
	return names
}

func TestPartsStandAtMarksOfTheirOwn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := open(t, dir, nil)
	fill(c, 0)
	early := commit(t, c)
	c = open(t, dir, early)
	fill(c, 1)
	late := commit(t, c)
	mixed := open(t, dir, map[Part]Mark{Issues: late[Issues], Comments: early[Comments]})
	require.Equal(t, uint64(2), mixed.Known().GetCardinality())
	require.Equal(t, []uint64{0, 100}, mixed.children[Comments].get(10_000))
	require.Equal(t, []uint64{1, 101}, mixed.children[Comments].get(10_001), "what was printed after the earlier state is not forgotten")
	require.Equal(t, []uint64{500, 501}, mixed.worklogs.ToArray())
	require.Equal(t, []string{"1", "2", "3"}, files(t, dir))
}

func TestTwoRunsAtOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := open(t, dir, nil)
	_, err := Open(Options{Dir: dir, Fingerprint: scope})
	require.ErrorIs(t, err, ErrInUse)
	require.NoError(t, c.Close())
	open(t, dir, nil)
}

func TestAFileThatIsLost(t *testing.T) {
	t.Parallel()
	made := func(t *testing.T) (string, string, map[Part]Mark) {
		t.Helper()
		dir := t.TempDir()
		c := open(t, dir, nil)
		fill(c, 0)
		_, err := c.Commit()
		require.NoError(t, err)
		fill(c, 1)
		marks := commit(t, c)
		return dir, c.store.path(1), marks
	}
	for name, spoil := range map[string]func(content []byte) []byte{
		"empty":          func([]byte) []byte { return nil },
		"cut":            func(b []byte) []byte { return b[:len(b)-1] },
		"cut at a frame": func(b []byte) []byte { return b[:len(magic)] },
		"another format": func(b []byte) []byte { b[len(magic)-2] = '2'; return b },
		"a changed bit":  func(b []byte) []byte { b[len(b)/2] ^= 4; return b },
		"a changed sum":  func(b []byte) []byte { b[len(b)-1] ^= 1; return b },
		"endless lengths": func(b []byte) []byte {
			return append(b[:len(magic)], 'H', 255, 255, 255, 255, 255, 255, 255, 255, 255, 255)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, path, marks := made(t)
			content, err := os.ReadFile(path)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(path, spoil(content), 0o600))
			_, err = Open(Options{Dir: dir, Fingerprint: scope, Marks: marks})
			require.ErrorIs(t, err, ErrLost)
			require.ErrorContains(t, err, path)
			require.FileExists(t, path, "a damaged file is not taken away")
			_, err = Open(Options{Dir: dir, Fingerprint: scope})
			require.NoError(t, err, "an error lets the lock go")
		})
	}
	t.Run("missing", func(t *testing.T) {
		t.Parallel()
		_, _, marks := made(t)
		_, err := Open(Options{Dir: t.TempDir(), Fingerprint: scope, Marks: marks})
		require.ErrorIs(t, err, ErrLost)
		require.ErrorIs(t, err, os.ErrNotExist)
	})
}
