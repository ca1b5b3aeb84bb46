package singer

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"syscall"

	"tap-jira/internal/fault"
)

const (
	// writerBytes is the size of the one buffer between the tap and its standard output. Measured: larger gains nothing.
	writerBytes = 64 << 10
	// directBytes is the size from which lines are written as they are: a copy would cost more than the call.
	directBytes = 32 << 10
)

// Writer writes Singer messages, one a line. Its first error is final: each later call returns the same one and writes
// nothing. A reader that went away is of kind fault.ClosedPipe. It is not safe for concurrent use: one goroutine owns it.
type Writer struct {
	out    *bufio.Writer
	direct io.Writer // below out
	err    error
}

// NewWriter makes a Writer on out, which the caller closes.
func NewWriter(out io.Writer) *Writer {
	return &Writer{out: bufio.NewWriterSize(out, writerBytes), direct: out}
}

// schemaMessage has the members of a SCHEMA in the order in which they are written.
type schemaMessage struct {
	Type      string          `json:"type"`
	Stream    string          `json:"stream"`
	Schema    json.RawMessage `json:"schema"`
	Keys      []string        `json:"key_properties"`
	Bookmarks []string        `json:"bookmark_properties,omitempty"`
}

// Schema writes a SCHEMA message. It must come before the stream's first RECORD, and once only. keys must not be empty: most
// targets refuse a stream without them. bookmarks names the replication key, if there is one.
func (w *Writer) Schema(stream string, schema json.RawMessage, keys, bookmarks []string) error {
	if len(keys) == 0 {
		return fmt.Errorf("write the schema of %s: no key properties", stream)
	}
	line, err := encode(schemaMessage{Type: "SCHEMA", Stream: stream, Schema: schema, Keys: keys, Bookmarks: bookmarks})
	if err != nil {
		return fmt.Errorf("write the schema of %s: %w", stream, err)
	}
	return w.Lines(line, []byte("\n"))
}

// Lines writes finished lines, such as RECORD lines built with a Frame. A line may be spread over chunks, but the last chunk
// must end it; otherwise nothing is written. The chunks are not kept.
func (w *Writer) Lines(chunks ...[]byte) error {
	if w.err != nil {
		return w.err
	}
	if !endsLine(chunks) {
		return errors.New("write records: the last line has no end")
	}
	for _, chunk := range chunks {
		if err := w.write(chunk); err != nil {
			return w.fail(err)
		}
	}
	return nil
}

// write writes a chunk, after everything before it.
func (w *Writer) write(chunk []byte) error {
	if len(chunk) < directBytes {
		_, err := w.out.Write(chunk)
		return err
	}
	if err := w.out.Flush(); err != nil {
		return err
	}
	_, err := w.direct.Write(chunk)
	return err
}

// endsLine says whether chunks hold whole lines; no bytes at all are none, and whole.
func endsLine(chunks [][]byte) bool {
	for _, chunk := range slices.Backward(chunks) {
		if len(chunk) > 0 {
			return chunk[len(chunk)-1] == '\n'
		}
	}
	return true
}

// State writes a STATE message. Everything written before is flushed first, so that a state never gets out without its
// records; then the state itself is flushed.
func (w *Writer) State(s *State) error {
	if err := w.Flush(); err != nil {
		return err
	}
	if err := w.Lines([]byte(`{"type":"STATE","value":`), s.Encode(), []byte("}\n")); err != nil {
		return err
	}
	return w.Flush()
}

// activateMessage has the members of an ACTIVATE_VERSION in the order in which they are written.
type activateMessage struct {
	Type    string `json:"type"`
	Stream  string `json:"stream"`
	Version int64  `json:"version"`
}

// ActivateVersion writes an ACTIVATE_VERSION message: the target then drops the stream's records of older versions. Only a
// complete pass over the stream may end with it.
func (w *Writer) ActivateVersion(stream string, version int64) error {
	line, err := encode(activateMessage{Type: "ACTIVATE_VERSION", Stream: stream, Version: version})
	if err != nil {
		return fmt.Errorf("write the version of %s: %w", stream, err)
	}
	return w.Lines(line, []byte("\n"))
}

// Flush hands everything written so far to the underlying writer.
func (w *Writer) Flush() error {
	if w.err != nil {
		return w.err
	}
	if err := w.out.Flush(); err != nil {
		return w.fail(err)
	}
	return nil
}

// fail keeps the first error for good.
func (w *Writer) fail(err error) error {
	if IsClosedPipe(err) {
		w.err = fault.New(fault.ClosedPipe, "look at the target's own messages for why it ended",
			"write to standard output: its reader closed the pipe: %w", err)
	} else {
		w.err = fault.Wrap(fault.Internal, fmt.Errorf("write to standard output: %w", err),
			"see where it goes (is the disk full?), and run it again with the last state that arrived there")
	}
	return w.err
}

// IsClosedPipe knows a reader that went away on each system.
func IsClosedPipe(err error) bool {
	if errors.Is(err, syscall.EPIPE) || errors.Is(err, io.ErrClosedPipe) || errors.Is(err, os.ErrClosed) {
		return true
	}
	const brokenPipe, noData = syscall.Errno(109), syscall.Errno(232) // ERROR_BROKEN_PIPE, ERROR_NO_DATA of Windows
	return runtime.GOOS == "windows" && (errors.Is(err, brokenPipe) || errors.Is(err, noData))
}
