package census

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEveryTornFile cuts a file at each byte: a mark is found whole or not at all.
func TestEveryTornFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := open(t, dir, nil)
	var marks []map[Part]Mark
	var ends []int64
	for n := range uint64(3) {
		fill(c, n)
		m, err := c.Commit()
		require.NoError(t, err)
		info, err := os.Stat(c.store.path(1))
		require.NoError(t, err)
		marks, ends = append(marks, m), append(ends, info.Size())
	}
	require.NoError(t, c.Close())
	content, err := os.ReadFile(c.store.path(1))
	require.NoError(t, err)
	for cut := range content {
		require.NoError(t, os.WriteFile(c.store.path(1), content[:cut], 0o600))
		for n, mark := range marks {
			seen, _, _, err := readFile(c.store.path(1), mark[Issues])
			if int64(cut) < ends[n] {
				require.ErrorIs(t, err, ErrLost)
				continue
			}
			require.NoError(t, err)
			requireFilled(t, seen, uint64(n)+1)
		}
	}
}

func TestAFolderThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err := Open(Options{Dir: filepath.Join(file, "census"), Fingerprint: scope})
	require.Error(t, err)
	dir := t.TempDir()
	c := open(t, dir, nil)
	fill(c, 0)
	require.NoError(t, os.RemoveAll(dir))
	_, err = c.Commit()
	require.Error(t, err)
	fill(c, 1)
	_, again := c.Commit()
	require.Equal(t, err, again, "the first error stays")
}

// FuzzRead reads files that were damaged in any way: words, never a crash.
func FuzzRead(f *testing.F) {
	c := newCensus()
	for n := range uint64(4) {
		fill(c, n)
	}
	var sum chain
	whole, err := c.snapshot(&sum, header{Name: "a", Generation: 3})
	require.NoError(f, err)
	f.Add(whole, sum.String())
	f.Add([]byte(magic), "")
	f.Fuzz(func(t *testing.T, content []byte, sum string) {
		read := func() (string, error) {
			seen, _, _, err := readTo(bytes.NewReader(content), sum)
			if err != nil {
				return "", err
			}
			return fmt.Sprint(seen.known.all.GetCardinality(), seen.worklogs.GetCardinality()), nil
		}
		first, err := read()
		second, again := read()
		require.Equal(t, first, second)
		require.Equal(t, err == nil, again == nil)
	})
}

// FuzzPayload takes frames that carry the right checksum and hold anything.
func FuzzPayload(f *testing.F) {
	c := newCensus()
	for n := range uint64(4) {
		fill(c, n)
	}
	f.Add(byte(frameChanges), c.pending)
	for _, kind := range []byte{frameIssues, frameProjects, frameUnsure, frameUnsureAt, frameWorklogs, frameChildren, frameHeader, frameEnd, 'X'} {
		f.Add(kind, []byte{1, 2, 3})
	}
	packed, err := c.worklogs.ToBytes()
	require.NoError(f, err)
	f.Add(byte(frameWorklogs), packed)
	f.Add(byte(frameIssues), packed)
	f.Fuzz(func(t *testing.T, kind byte, payload []byte) {
		var sum chain
		content := sum.appendFrame([]byte(magic), kind, payload)
		content = sum.appendFrame(content, frameEnd, nil)
		seen, _, _, err := readTo(bytes.NewReader(content), sum.String())
		if err != nil {
			return
		}
		var out chain
		again, err := seen.snapshot(&out, header{})
		require.NoError(t, err)
		same, _, _, err := readTo(bytes.NewReader(again), out.String())
		require.NoError(t, err)
		require.True(t, seen.unsure.all.Equals(same.unsure.all))
		require.True(t, seen.known.all.Equals(same.known.all))
		require.True(t, seen.worklogs.Equals(same.worklogs))
	})
}
