package jsonread

import (
	"io"
	"runtime/debug"

	"github.com/go-json-experiment/json/jsontext"
)

const (
	// windowBytes is how much of the input is in memory at a time, unless one value is longer: a few answers' worth of what
	// TLS hands over at once, and little enough to stay near the processor.
	windowBytes = 64 << 10
	// keptWindow is the longest window that a decoder keeps for another input.
	keptWindow = 1 << 20
	// maxNest is how many objects and arrays may be open at once, as in jsontext.
	maxNest = 10_000
	// giantValue is from which length on the memory that a value took on the way is given back at once: it is much, and rare.
	giantValue = 16 << 20
	// keptNames is how many names a decoder keeps, more than the answers of Jira have apart from their records.
	keptNames = 200
	// idleReads is how often a reader may return nothing before it is given up.
	idleReads = 100
)

// Decoder reads a sequence of JSON values, whole or token by token. It belongs to one goroutine.
type Decoder struct {
	r    io.Reader
	err  error  // why no more comes, io.EOF at the end
	buf  []byte // what was read and is not forgotten
	pos  int    // of the next byte in buf
	base int64  // of buf's first byte in the input
	own  []byte // the memory that buf lies in when it was read from r

	in    level   // the innermost open object or array
	outer []level // those around it; empty at the top
	// ready tells that a value or name may stand at pos: what separates it from the one before was passed.
	ready bool
	marks Marks
	names map[string]string // that ReadName returned, as they stand
	saved []byte            // names of open objects that the window has forgotten, the outer ones first
}

// level is an open object or array. It holds no pointers, so that going in and out is cheap.
type level struct {
	kind  byte  // '{', '[', or 0 at the top
	isOut bool  // the last name stands in saved, not in buf
	count int64 // values and names that were read
	// The last name with its quotes.
	from, to int
}

// NewDecoder returns a decoder that reads from r.
func NewDecoder(r io.Reader) *Decoder {
	d := &Decoder{}
	d.Reset(r)
	return d
}

// NewBytesDecoder returns a decoder of text that is in memory, which it does not copy.
func NewBytesDecoder(text []byte) *Decoder {
	d := &Decoder{}
	d.ResetBytes(text)
	return d
}

// Reset makes a used decoder ready for another input, and keeps its memory unless that has grown for a giant value.
func (d *Decoder) Reset(r io.Reader) {
	d.restart()
	d.r, d.buf, d.err = r, d.own[:0], nil
	if len(d.own) > keptWindow {
		d.own, d.buf = nil, nil
	}
}

// ResetBytes makes a used decoder ready for text that is in memory.
func (d *Decoder) ResetBytes(text []byte) {
	d.restart()
	d.r, d.buf, d.err = nil, text, io.EOF
}

func (d *Decoder) restart() {
	d.pos, d.base, d.ready, d.marks = 0, 0, true, 0
	d.in, d.outer, d.saved = level{}, d.outer[:0], d.saved[:0]
}

// fill reads on until the window is full, and keeps what stands from pos on. It is false when no more comes.
func (d *Decoder) fill() bool {
	if d.err != nil {
		return false
	}
	d.keepNames()
	rest := d.buf[d.pos:]
	before := len(rest)
	if before > len(d.own)/2 || len(d.own) == 0 { // doubled, so that a long value is gone through twice at most
		d.own = make([]byte, max(windowBytes, 2*len(d.own)))
	}
	d.base += int64(d.pos)
	n := copy(d.own, rest)
	d.buf, d.pos = d.own[:n], 0
	if n > giantValue {
		debug.FreeOSMemory() // of the windows before, which nothing holds any more
	}
	for idle := 0; n < len(d.own) && d.err == nil; {
		var read int
		read, d.err = d.r.Read(d.own[n:])
		n += read
		if read > 0 {
			idle = 0
		} else if idle++; idle == idleReads && d.err == nil {
			d.err = io.ErrNoProgress
		}
	}
	d.buf = d.own[:n]
	return n > before
}

// keepNames copies the names that the window is about to forget.
func (d *Decoder) keepNames() {
	for i := range d.outer {
		d.keepName(&d.outer[i])
	}
	d.keepName(&d.in)
}

func (d *Decoder) keepName(l *level) {
	if l.kind != '{' || l.isOut || l.to == 0 {
		return
	}
	from := len(d.saved)
	d.saved = append(d.saved, d.buf[l.from:l.to]...)
	l.from, l.to, l.isOut = from, len(d.saved), true
}

// name returns the last name of an open object, with its quotes.
func (d *Decoder) name(l *level) []byte {
	if l.isOut {
		return d.saved[l.from:l.to]
	}
	return d.buf[l.from:l.to]
}

// setName notes the name that was read last. The innermost object is the last whose name may be among the saved.
func (d *Decoder) setName(from, to int) {
	if d.in.isOut {
		d.saved, d.in.isOut = d.saved[:d.in.from], false
	}
	d.in.from, d.in.to = from, to
}

// isName tells that what comes next in an object is a name and no value.
func (l *level) isName() bool { return l.kind == '{' && l.count%2 == 0 }

// InputOffset is the place in the input up to which the decoder has read.
func (d *Decoder) InputOffset() int64 { return d.base + int64(d.pos) }

// UnreadBuffer is what the decoder has in memory of the input behind InputOffset. It is valid until the next call.
func (d *Decoder) UnreadBuffer() []byte { return d.buf[d.pos:] }

// StackDepth is how many objects and arrays are open.
func (d *Decoder) StackDepth() int { return len(d.outer) }

// StackIndex tells of the open object or array at a depth, 0 being the top: its kind, and how many values were read of it,
// names counted as well.
func (d *Decoder) StackIndex(depth int) (jsontext.Kind, int64) {
	l := &d.in
	if depth < len(d.outer) {
		l = &d.outer[depth]
	}
	return jsontext.Kind(l.kind), l.count
}

// LastMarks are those of the value or name that was read last.
func (d *Decoder) LastMarks() Marks { return d.marks }
