package jira

import (
	"io"
	"time"

	"tap-jira/internal/jsonread"
)

// tape remembers what a decoder read, so that a record that a Sink consumed can
// be looked at once more (for its id, for a repeated page) without asking the
// Sink for anything.
type tape struct {
	r    io.Reader
	on   bool
	base int64  // offset in the body of buf[0]
	buf  []byte // the bytes read since base
}

// Read passes the body through.
func (t *tape) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	if t.on {
		t.buf = append(t.buf, p[:n]...)
	}
	return n, err
}

// since returns the bytes from an offset that was not forgotten to another.
func (t *tape) since(from, to int64) []byte { return t.buf[from-t.base : to-t.base] }

// start records from an offset on; ahead is what was read behind it already.
func (t *tape) start(from int64, ahead []byte) {
	t.on, t.base, t.buf = true, from, append(t.buf[:0], ahead...)
}

// keptTape is how large a tape may be to be recorded on again.
const keptTape = 1 << 20

// stop ends the recording and forgets it.
func (t *tape) stop() {
	t.on, t.buf = false, t.buf[:0]
	if cap(t.buf) > keptTape {
		t.buf = nil
	}
}

// reply is the body of an answer that passed every check.
type reply struct {
	dec  *jsonread.Decoder
	tape *tape
	// clock is the server's, by the answer's Date; zero when it has none.
	clock time.Time
}
