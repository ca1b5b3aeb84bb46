package tap

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// write appends lines of so many bytes.
func (l *lines) write(sizes ...int) {
	for i, size := range sizes {
		l.keep(append(l.open(), strings.Repeat(string(rune('a'+i)), size)...))
	}
}

func TestLinesAreKeptInOrder(t *testing.T) {
	t.Parallel()
	pool := newChunkPool()
	l := lines{pool: pool}
	l.write(30<<10, 30<<10, 200<<10, 10)
	var got strings.Builder
	for _, chunk := range l.chunks {
		got.Write(chunk)
	}
	want := strings.Repeat("a", 30<<10) + strings.Repeat("b", 30<<10) + strings.Repeat("c", 200<<10) + strings.Repeat("d", 10)
	require.Equal(t, want, got.String())
	require.Equal(t, 4, l.records)

	at := l.end()
	l.write(5, 70<<10)
	l.takeBack(at)
	require.Equal(t, at, l.end())
	l.reset()
	require.Zero(t, l.records)
	require.NotEmpty(t, pool.free)
	for _, chunk := range pool.free {
		require.Equal(t, chunkBytes, cap(chunk), "a chunk that grew is not kept")
	}
}

// TestALittlePartTakesLittleMemory is a page of hundreds of parts, each with a line or none.
func TestALittlePartTakesLittleMemory(t *testing.T) {
	t.Parallel()
	pool := newChunkPool()
	page := page{}
	for i := range 600 {
		l := lines{pool: pool}
		if l.open(); i%2 == 0 { // a line that is begun and not kept leaves its chunk
			l.write(300)
		}
		l.trim()
		page.parts = append(page.parts, part{lines: l})
	}
	require.Len(t, pool.free, 1, "one chunk after the other")
	require.Less(t, page.Bytes(), int64(600*512))
	require.Equal(t, strings.Repeat("a", 300), string(page.parts[0].lines.chunks[0]))
	require.Equal(t, 1, page.parts[0].lines.records)
	require.Empty(t, page.parts[1].lines.chunks)
	page.release()
	require.Len(t, pool.free, 1)

	large := lines{pool: pool}
	large.write(trimBytes + 1)
	large.trim()
	require.Equal(t, chunkBytes, cap(large.chunks[0]), "not worth a copy")
	two := lines{pool: pool}
	two.write(60<<10, 10<<10)
	two.trim()
	require.Len(t, two.chunks, 2)
}
