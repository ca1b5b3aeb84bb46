package singer_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/singer"
)

// recorder keeps each write apart, and fails from the write numbered failAt on.
type recorder struct {
	writes []string
	failAt int
	err    error
}

func (r *recorder) Write(p []byte) (int, error) {
	if r.err != nil && len(r.writes) >= r.failAt {
		return 0, r.err
	}
	r.writes = append(r.writes, string(p))
	return len(p), nil
}

// record builds one RECORD line as the engine does.
func record(frame singer.Frame, members string) []byte {
	return frame.AppendEnd(append(frame.AppendStart(nil), members...))
}

func TestWriterGolden(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	w := singer.NewWriter(&out)
	state := singer.NewState()
	arrived := time.Date(2024, 5, 1, 14, 0, 0, 123_456_789, time.FixedZone("CEST", 7200))

	require.NoError(t, w.State(state))
	schema := json.RawMessage("{\n  \"type\": \"object\",\n  \"properties\": {\"id\": {\"type\": \"string\"}, \"b\": {\"type\": [\"null\", \"number\"], \"title\": \"<a> & b\"}}\n}")
	require.NoError(t, w.Schema("issues", schema, []string{"id"}, []string{"updated"}))
	require.NoError(t, w.Schema("users", json.RawMessage(`{"properties":{}}`), []string{"accountId", "site"}, nil))
	require.NoError(t, w.Lines(
		record(singer.NewFrame("issues", 0, arrived), `"id":"1","b":1.0`),
		record(singer.NewFrame("issues", 1714560000000, arrived), `"id":"2","b":null`),
		record(singer.NewFrame("stitch_jira-issues", 0, time.Time{}), `"id":"<>&"`),
	))
	state.SetBookmark("issues", singer.Bookmark{singer.ReplicationKey: "updated", singer.ReplicationKeyValue: "2024-05-01T12:00:00.000000Z"})
	require.NoError(t, w.State(state))
	require.NoError(t, w.ActivateVersion("issues", 1714560000000))
	require.NoError(t, w.Flush())

	golden(t, "messages.golden", out.Bytes())
	for line := range strings.Lines(out.String()) {
		require.True(t, json.Valid([]byte(line)), line)
		require.Greater(t, len(line), 1, "a blank line crashes every target")
	}
}

func TestWriterStateFollowsItsRecords(t *testing.T) {
	t.Parallel()
	out := &recorder{}
	w := singer.NewWriter(out)
	require.NoError(t, w.Lines([]byte("{\"r\":1}\n"), []byte("{\"r\":2}\n")))
	require.Empty(t, out.writes, "records wait in the buffer")

	require.NoError(t, w.State(singer.NewState()))
	require.Equal(t, []string{
		"{\"r\":1}\n{\"r\":2}\n",
		`{"type":"STATE","value":{"version":1,"bookmarks":{},"currently_syncing":null}}` + "\n",
	}, out.writes)
}

func TestWriterStateStaysBackWhenRecordsAreLost(t *testing.T) {
	t.Parallel()
	out := &recorder{err: errors.New("disk full")}
	w := singer.NewWriter(out)
	require.NoError(t, w.Lines([]byte("{}\n")))
	require.ErrorContains(t, w.State(singer.NewState()), "disk full")
	require.Empty(t, out.writes)
}

func TestWriterErrorIsFinal(t *testing.T) {
	t.Parallel()
	out := &recorder{failAt: 1, err: errors.New("disk full")}
	w := singer.NewWriter(out)
	require.NoError(t, w.Lines([]byte("{}\n")))
	require.NoError(t, w.Flush())
	require.NoError(t, w.Lines([]byte("{}\n")))
	first := w.Flush()
	require.EqualError(t, first, "write to standard output: disk full")
	require.Equal(t, fault.Internal, fault.KindOf(first))

	out.err = nil // even if the disk has room again, a line was lost
	for name, err := range map[string]error{
		"lines":    w.Lines([]byte("{}\n")),
		"schema":   w.Schema("issues", json.RawMessage(`{}`), []string{"id"}, nil),
		"state":    w.State(singer.NewState()),
		"activate": w.ActivateVersion("issues", 1),
		"flush":    w.Flush(),
	} {
		require.Equal(t, first, err, name)
	}
	require.Len(t, out.writes, 1)
}

func TestWriterLargePageFollowsWhatWaits(t *testing.T) {
	t.Parallel()
	small, large := []byte("{\"r\":1}\n"), append(bytes.Repeat([]byte("x"), 1<<20), '\n')
	out := &recorder{}
	w := singer.NewWriter(out)
	require.NoError(t, w.Lines(small, large, small))
	require.NoError(t, w.Flush())
	require.Equal(t, []string{string(small), string(large), string(small)}, out.writes)

	out = &recorder{err: errors.New("disk full")}
	w = singer.NewWriter(out)
	require.NoError(t, w.Lines(small))
	require.ErrorContains(t, w.Lines(large), "disk full")
	out.err = nil
	require.Error(t, w.Lines(large), "what was to come before it is lost")
	require.Empty(t, out.writes)
}

func TestWriterLargePageFails(t *testing.T) {
	t.Parallel()
	w := singer.NewWriter(&recorder{err: errors.New("disk full")})
	page := append(bytes.Repeat([]byte("x"), 1<<20), '\n')
	require.ErrorContains(t, w.Lines(page), "disk full", "what does not fit the buffer is written at once")
}

func TestWriterClosedPipe(t *testing.T) {
	t.Parallel()
	for _, cause := range []error{
		syscall.EPIPE, io.ErrClosedPipe, os.ErrClosed,
		&os.PathError{Op: "write", Path: "/dev/stdout", Err: syscall.EPIPE}, fmt.Errorf("flush: %w", syscall.EPIPE),
	} {
		w := singer.NewWriter(&recorder{err: cause})
		require.NoError(t, w.Lines([]byte("{}\n")))
		err := w.Flush()
		require.Equal(t, fault.ClosedPipe, fault.KindOf(err), "%v", cause)
		require.ErrorIs(t, err, cause)
		require.NotEmpty(t, fault.HintOf(err))
	}
}

func TestWriterRealPipe(t *testing.T) {
	t.Parallel()
	reader, writer, err := os.Pipe()
	require.NoError(t, err)
	defer writer.Close()
	require.NoError(t, reader.Close())
	w := singer.NewWriter(writer)
	require.Equal(t, fault.ClosedPipe, fault.KindOf(w.State(singer.NewState())))
}

func TestWriterKeepsLinesWhole(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	w := singer.NewWriter(&out)
	require.NoError(t, w.Lines())
	require.NoError(t, w.Lines(nil, []byte{}))
	require.NoError(t, w.Lines([]byte(`{"a":`), []byte("1}\n"), nil))
	require.ErrorContains(t, w.Lines([]byte("{}\n"), []byte("{}")), "no end")
	require.NoError(t, w.Flush())
	require.Equal(t, "{\"a\":1}\n", out.String(), "a refused page leaves nothing behind")
}

func TestWriterRefusesBadSchemas(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	w := singer.NewWriter(&out)
	require.ErrorContains(t, w.Schema("issues", json.RawMessage(`{}`), nil, nil), "issues: no key properties")
	require.ErrorContains(t, w.Schema("issues", json.RawMessage(`{"a"`), []string{"id"}, nil), "write the schema of issues")
	require.NoError(t, w.Flush(), "a mistake of the caller is not a lost line")
	require.Empty(t, out.String())
}

func TestFrame(t *testing.T) {
	t.Parallel()
	frame := singer.NewFrame(`a"b`, -3, time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC))
	dst := []byte("before ")
	require.Equal(t, `before {"type":"RECORD","stream":"a\"b","record":{`, string(frame.AppendStart(dst)))
	require.Equal(t, `},"version":-3,"time_extracted":"2024-01-01T00:00:00.000000Z"}`+"\n", string(frame.AppendEnd(nil)))
}

func TestFramesDoNotShareMemory(t *testing.T) {
	t.Parallel()
	frame := singer.NewFrame("issues", 0, time.Time{})
	one, two := frame.AppendEnd(frame.AppendStart(nil)), frame.AppendEnd(frame.AppendStart(nil))
	one[0] = 'X'
	exactly(t, `{"type":"RECORD","stream":"issues","record":{}}`+"\n", string(two))
	require.Equal(t, string(two), string(frame.AppendEnd(frame.AppendStart(nil))))
}

func BenchmarkFrame(b *testing.B) {
	frame := singer.NewFrame("issues", 0, time.Now())
	members := []byte(`"id":"10001","key":"A-1"`)
	w := singer.NewWriter(io.Discard)
	var line []byte
	b.ReportAllocs()
	for b.Loop() {
		line = frame.AppendEnd(append(frame.AppendStart(line[:0]), members...))
		if err := w.Lines(line); err != nil {
			b.Fatal(err)
		}
	}
}
