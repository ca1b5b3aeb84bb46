package census

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/RoaringBitmap/roaring/v2/roaring64"
)

// header is the first frame.
type header struct {
	// Name is the census that the file belongs to.
	Name string `json:"name"`
	// Generation is the file's own.
	Generation uint64 `json:"generation"`
	// Replaces is the census that this one took the place of; its files are of no
	// use once a state names this one. Empty when there was none.
	Replaces string `json:"replaces,omitempty"`
	// After is what the run knew that began the file.
	After map[Part]Mark `json:"after,omitempty"`
}

// childrenFrame is how long a frame of lists becomes before the next begins.
const childrenFrame = 1 << 20

// snapshot packs all that is known into frames.
func (c *Census) snapshot(sum *chain, head header) ([]byte, error) {
	first, err := json.Marshal(head)
	if err != nil {
		return nil, fmt.Errorf("write the header of the census: %w", err)
	}
	out := sum.appendFrame([]byte(magic), frameHeader, first)
	if out, err = c.known.appendFrames(out, sum, frameIssues, frameProjects); err != nil {
		return nil, err
	}
	if out, err = c.unsure.appendFrames(out, sum, frameUnsure, frameUnsureAt); err != nil {
		return nil, err
	}
	for _, part := range []Part{Comments, Worklogs} {
		out = c.children[part].appendFrames(out, sum, part)
	}
	if out, err = appendBitmap(out, sum, frameWorklogs, c.worklogs); err != nil {
		return nil, err
	}
	return sum.appendFrame(out, frameEnd, nil), nil
}

// appendFrames packs issues and their projects.
func (s *issues) appendFrames(dst []byte, sum *chain, ids, places byte) ([]byte, error) {
	dst, err := appendBitmap(dst, sum, ids, s.all)
	if err != nil {
		return nil, err
	}
	packed, err := s.pack()
	if err != nil {
		return nil, err
	}
	return sum.appendFrame(dst, places, packed), nil
}

// appendBitmap writes ids as a frame.
func appendBitmap(dst []byte, sum *chain, kind byte, ids *roaring64.Bitmap) ([]byte, error) {
	ids.RunOptimize()
	packed, err := ids.ToBytes()
	if err != nil {
		return nil, fmt.Errorf("pack ids: %w", err)
	}
	return sum.appendFrame(dst, kind, packed), nil
}

// appendFrames packs lists into frames, each of which begins anew with a whole
// issue id.
func (c *children) appendFrames(dst []byte, sum *chain, part Part) []byte {
	c.merge()
	var payload []byte
	last := uint64(0)
	flush := func() {
		if len(payload) > 0 {
			dst = sum.appendFrame(dst, frameChildren, append(binary.AppendUvarint(nil, partNumber(part)), payload...))
		}
		payload, last = payload[:0], 0
	}
	for issue, list := range c.all() {
		payload = binary.AppendUvarint(payload, issue-last)
		payload = append(payload, list...)
		if last = issue; len(payload) >= childrenFrame {
			flush()
		}
	}
	flush()
	return dst
}

// load takes in one frame of a snapshot or a batch of changes.
func (c *Census) load(kind byte, payload []byte) error {
	switch kind {
	case frameIssues:
		return readBitmap(c.known.all, payload)
	case frameProjects:
		return c.known.unpack(payload)
	case frameUnsure:
		return readBitmap(c.unsure.all, payload)
	case frameUnsureAt:
		return c.unsure.unpack(payload)
	case frameChildren:
		return c.loadChildren(payload)
	case frameWorklogs:
		return readBitmap(c.worklogs, payload)
	case frameChanges:
		return c.apply(payload)
	case frameEnd:
		return errors.Join(c.known.check(), c.unsure.check())
	case frameHeader:
		return nil
	}
	return errGarbled
}

// readBitmap reads and checks a bitmap.
func readBitmap(into *roaring64.Bitmap, packed []byte) error {
	// The library trusts the number of its parts, which comes first, and makes room.
	if len(packed) < 8 || binary.LittleEndian.Uint64(packed) > uint64(len(packed)) {
		return errGarbled
	}
	if err := into.UnmarshalBinary(packed); err != nil {
		return fmt.Errorf("unpack ids: %w", err)
	}
	if into.IsEmpty() {
		return nil
	}
	if err := into.Validate(); err != nil {
		return fmt.Errorf("unpack ids: %w", err)
	}
	return nil
}

// loadChildren reads the lists of a snapshot.
func (c *Census) loadChildren(payload []byte) error {
	number, rest, err := takeNumbers(payload, 1)
	if err != nil || partOf(number[0]) == "" {
		return errGarbled
	}
	issue := uint64(0)
	for len(rest) > 0 {
		distance, behind, err := takeNumbers(rest, 1)
		if err != nil {
			return err
		}
		issue += distance[0]
		if rest, err = c.applyChildren(partOf(number[0]), issue, behind); err != nil {
			return err
		}
	}
	return nil
}
