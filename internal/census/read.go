package census

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/RoaringBitmap/roaring/v2/roaring64"
)

// readFile reads what a file held at a mark. more tells that something follows.
func readFile(path string, mark Mark) (c *Census, head header, more bool, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, header{}, false, fmt.Errorf("%w: %w", ErrLost, err)
	}
	defer func() { _ = file.Close() }() // it was only read
	c, head, frames, err := readTo(file, mark.Sum)
	if err == nil && (head.Name != mark.Name || head.Generation != mark.Generation) {
		err = errors.New("it belongs to another census")
	}
	if err != nil {
		return nil, header{}, false, fmt.Errorf("%w: read %s: %w", ErrLost, path, err)
	}
	_, end := frames.in.Peek(1)
	return c, head, end == nil, nil
}

// readAhead reads a file as far as it goes, with the issues that were changed
// behind the sum, or behind the snapshot when sum is empty. A file that breaks
// off has that from a run that was killed; nil when it says nothing.
func readAhead(path, sum string) (*Census, header) {
	file, err := os.Open(path)
	if err != nil {
		return nil, header{}
	}
	defer func() { _ = file.Close() }() // it was only read
	c, head, frames, err := readTo(file, sum)
	if err != nil {
		return nil, head
	}
	c.touched = roaring64.New()
	for {
		kind, payload, err := frames.next()
		if err != nil || c.load(kind, payload) != nil {
			return c, head
		}
	}
}

// readTo reads frames until the sum is reached, or the end of the snapshot when
// sum is empty. It also returns the reader, for what stands behind.
func readTo(in io.Reader, sum string) (*Census, header, *frames, error) {
	var head header
	frames, err := newFrames(in)
	if err != nil {
		return nil, head, nil, err
	}
	c := newCensus()
	whole := false
	for {
		kind, payload, err := frames.next()
		if errors.Is(err, io.EOF) {
			return nil, head, nil, errors.New("it ends before what the state names")
		}
		if err != nil {
			return nil, head, nil, err
		}
		if kind == frameHeader {
			if err := json.Unmarshal(payload, &head); err != nil {
				return nil, head, nil, errGarbled
			}
		}
		if err := c.load(kind, payload); err != nil {
			return nil, head, nil, err
		}
		whole = whole || kind == frameEnd
		if whole && (sum == "" || frames.sum.String() == sum) {
			return c, head, frames, nil
		}
	}
}
