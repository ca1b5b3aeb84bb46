package singer

import (
	"strconv"
	"time"
)

// Frame is what stands around the members of a record in a RECORD line. It is computed once for a page of records, since all
// of them arrived at the same time. It is immutable and safe for concurrent use.
type Frame struct {
	start, end []byte
}

// NewFrame makes the frame of the records of one stream. A version of 0 leaves the member `version` out; a zero extracted
// leaves `time_extracted` out.
func NewFrame(stream string, version int64, extracted time.Time) Frame {
	start := append([]byte(`{"type":"RECORD","stream":`), quote(stream)...)
	end := []byte("}")
	if version != 0 {
		end = append(end, `,"version":`...)
		end = strconv.AppendInt(end, version, 10)
	}
	if !extracted.IsZero() {
		end = append(end, `,"time_extracted":"`...)
		end = extracted.UTC().AppendFormat(end, timeLayout)
		end = append(end, '"')
	}
	return Frame{start: append(start, `,"record":{`...), end: append(end, "}\n"...)}
}

// AppendStart appends everything before the first member of the record: `{"type":"RECORD","stream":"x","record":{`.
func (f Frame) AppendStart(dst []byte) []byte { return append(dst, f.start...) }

// AppendEnd appends everything after the last member of the record, with the line's end.
func (f Frame) AppendEnd(dst []byte) []byte { return append(dst, f.end...) }
