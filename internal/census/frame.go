package census

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
)

// magic is the first line of a file; another number means another format.
const magic = "tap-jira census 1\n"

// The kinds of frames. Their letters are part of the format.
const (
	frameHeader   = 'H' // JSON, see header
	frameIssues   = 'I' // the bitmap of all issues
	frameProjects = 'P' // the project of each issue, in their order
	frameUnsure   = 'U' // as I, of the issues that are unsure
	frameUnsureAt = 'V' // as P
	frameChildren = 'C' // a part's number, and issues with their lists
	frameWorklogs = 'W' // the bitmap of the site's worklogs
	frameEnd      = 'E' // the snapshot is whole
	frameChanges  = 'D' // a batch of changes
)

const (
	sumBytes = 8
	// maxFrame is more than any frame holds: a hundred million issues take less.
	maxFrame = 256 << 20
)

// chain is the checksum of all frames so far: the sum of each covers those
// before it.
type chain [sumBytes]byte

// next returns the sum behind one more frame.
func (c chain) next(kind byte, payload []byte) chain {
	hash := sha256.New()
	hash.Write(c[:])
	hash.Write([]byte{kind})
	hash.Write(payload)
	var sum chain
	copy(sum[:], hash.Sum(nil))
	return sum
}

// String is the sum in hexadecimal, as a Mark has it.
func (c chain) String() string { return hex.EncodeToString(c[:]) }

// appendFrame packs a frame and moves the chain.
func (c *chain) appendFrame(dst []byte, kind byte, payload []byte) []byte {
	*c = c.next(kind, payload)
	dst = append(dst, kind)
	dst = binary.AppendUvarint(dst, uint64(len(payload)))
	dst = append(dst, payload...)
	return append(dst, c[:]...)
}

// frames reads frames one after the other.
type frames struct {
	in  *bufio.Reader
	sum chain
}

// newFrames checks the first line of a file.
func newFrames(in io.Reader) (*frames, error) {
	f := &frames{in: bufio.NewReader(in)}
	line := make([]byte, len(magic))
	if _, err := io.ReadFull(f.in, line); err != nil || string(line) != magic {
		return nil, errors.New("it is no census of this version of tap-jira")
	}
	return f, nil
}

// next reads a frame and checks its sum; io.EOF at the end of the file.
func (f *frames) next() (kind byte, payload []byte, err error) {
	kind, err = f.in.ReadByte()
	if err != nil {
		return 0, nil, err
	}
	length, err := binary.ReadUvarint(f.in)
	if err != nil || length > maxFrame {
		return 0, nil, errGarbled
	}
	// What the file says of its length is believed only as far as there are bytes.
	var body bytes.Buffer
	if n, err := io.CopyN(&body, f.in, int64(length)); err != nil {
		return 0, nil, fmt.Errorf("it ends %d bytes too early", int64(length)-n)
	}
	var sum chain
	if _, err := io.ReadFull(f.in, sum[:]); err != nil {
		return 0, nil, errors.New("it ends too early")
	}
	if f.sum = f.sum.next(kind, body.Bytes()); f.sum != sum {
		return 0, nil, errors.New("a checksum does not match")
	}
	return kind, body.Bytes(), nil
}
