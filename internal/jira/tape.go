package jira

import (
	"io"
	"time"

	"github.com/go-json-experiment/json/jsontext"
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

// forget drops what stands before an offset.
func (t *tape) forget(before int64) {
	rest := copy(t.buf, t.buf[before-t.base:])
	t.buf, t.base = t.buf[:rest], before
}

// stop ends the recording and frees it.
func (t *tape) stop() { t.on, t.buf = false, nil }

// reply is the body of an answer that passed every check.
type reply struct {
	dec  *jsontext.Decoder
	tape *tape
	// clock is the server's, by the answer's Date; zero when it has none.
	clock time.Time
}
