package census

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// readFile reads what a file held at a mark.
func readFile(path string, mark Mark) (*Census, header, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, header{}, fmt.Errorf("%w: %w", ErrLost, err)
	}
	defer file.Close()
	c, head, err := readTo(file, mark.Sum)
	if err == nil && (head.Name != mark.Name || head.Generation != mark.Generation) {
		err = errors.New("it belongs to another census")
	}
	if err != nil {
		return nil, header{}, fmt.Errorf("%w: read %s: %w", ErrLost, path, err)
	}
	return c, head, nil
}

// readTo reads frames until the sum is reached. What stands behind is not looked at.
func readTo(in io.Reader, sum string) (*Census, header, error) {
	var head header
	frames, err := newFrames(in)
	if err != nil {
		return nil, head, err
	}
	c := newCensus()
	whole := false
	for {
		kind, payload, err := frames.next()
		if errors.Is(err, io.EOF) {
			return nil, head, errors.New("it ends before what the state names")
		}
		if err != nil {
			return nil, head, err
		}
		if kind == frameHeader {
			if err := json.Unmarshal(payload, &head); err != nil {
				return nil, head, errGarbled
			}
		}
		if err := c.load(kind, payload); err != nil {
			return nil, head, err
		}
		whole = whole || kind == frameEnd
		if whole && frames.sum.String() == sum {
			return c, head, nil
		}
	}
}
