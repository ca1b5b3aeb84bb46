package tap

import (
	"bytes"
	"sync"
)

// chunkBytes is how much one chunk holds before the next is taken. Many small
// chunks from a free list keep memory flat where one growing buffer a page
// would be doubled again and again.
const chunkBytes = 64 << 10

// lineBytes is the room that a chunk must have for one more line, or more where
// lines are longer: few chunks are to grow, since those are lost for the free list.
const lineBytes = 4 << 10

// freeChunks is how many chunks are kept for the next page, 32 MB of them: as many as were in use at once. The
// garbage collector's own pool forgets its content so often that most chunks
// would be made anew.
const freeChunks = 512

// trimBytes is how much of a chunk is worth a copy.
const trimBytes = chunkBytes / 4

// chunkPool keeps chunks for the next page. It is safe for concurrent use.
type chunkPool struct {
	mu   sync.Mutex
	free [][]byte
}

func newChunkPool() *chunkPool { return &chunkPool{} }

func (p *chunkPool) take() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := len(p.free); n > 0 {
		chunk := p.free[n-1]
		p.free = p.free[:n-1]
		return chunk[:0]
	}
	return make([]byte, 0, chunkBytes)
}

// give returns a chunk; one that grew past the usual size, for a giant record,
// is left to the garbage collector.
func (p *chunkPool) give(chunk []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if cap(chunk) == chunkBytes && len(p.free) < freeChunks {
		p.free = append(p.free, chunk)
	}
}

// lines is a list of chunks that hold whole RECORD lines of one stream. It is
// used by one goroutine at a time.
type lines struct {
	pool    *chunkPool
	chunks  [][]byte
	records int
	longest int // line
}

// open returns the chunk to append the next line to.
func (l *lines) open() []byte {
	room := max(lineBytes, l.longest+l.longest/4)
	if n := len(l.chunks); n > 0 && len(l.chunks[n-1]) <= chunkBytes-room {
		return l.chunks[n-1]
	}
	l.chunks = append(l.chunks, l.pool.take())
	return l.chunks[len(l.chunks)-1]
}

// keep stores the chunk from open with one more line in it.
func (l *lines) keep(chunk []byte) {
	last := len(l.chunks) - 1
	l.longest = max(l.longest, len(chunk)-len(l.chunks[last]))
	l.chunks[last] = chunk
	l.records++
}

// linesEnd is where lines end at some moment.
type linesEnd struct{ chunks, bytes, records int }

// end is where they end now.
func (l *lines) end() linesEnd {
	at := linesEnd{chunks: len(l.chunks), records: l.records}
	if at.chunks > 0 {
		at.bytes = len(l.chunks[at.chunks-1])
	}
	return at
}

// takeBack forgets the lines from a place on.
func (l *lines) takeBack(at linesEnd) {
	for _, chunk := range l.chunks[at.chunks:] {
		l.pool.give(chunk)
	}
	l.chunks, l.records = l.chunks[:at.chunks], at.records
	if at.chunks > 0 {
		l.chunks[at.chunks-1] = l.chunks[at.chunks-1][:at.bytes]
	}
}

// reset forgets all lines and returns their chunks.
func (l *lines) reset() {
	for _, chunk := range l.chunks {
		l.pool.give(chunk)
	}
	l.chunks, l.records, l.longest = l.chunks[:0], 0, 0
}

// trim moves lines that fill little of a chunk to memory of their size. Where each issue of a group has lists of its own,
// as its watchers, hundreds of parts wait in one page, and each would keep a chunk.
func (l *lines) trim() {
	if len(l.chunks) != 1 || len(l.chunks[0]) > trimBytes {
		return
	}
	chunk := l.chunks[0]
	l.chunks = nil
	if len(chunk) > 0 {
		l.chunks = [][]byte{bytes.Clone(chunk)}
	}
	l.pool.give(chunk)
}

// page is what one task hands to the writer at once: lines that are complete,
// and what to remember once they are written.
type page struct {
	parts []part
	// before runs in order before the page is written; nil for nothing.
	before func() error
	// after runs in order once the page was written.
	after func() error
}

// part is the share of one stream in a page.
type part struct {
	table   *table
	lines   lines
	repairs []repair
	people  []person
	// ids are those of the lines where they are to be printed once only, else empty.
	ids []uint64
}

// Bytes is how much memory the page holds.
func (p *page) Bytes() int64 {
	var n int64
	for i := range p.parts {
		for _, chunk := range p.parts[i].lines.chunks {
			n += int64(cap(chunk))
		}
	}
	return n
}

// release returns the page's memory.
func (p *page) release() {
	for i := range p.parts {
		p.parts[i].lines.reset()
	}
}
