package shape

import (
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// Kinds of Repair.
const (
	// Converted: the value was of another type and was written in the column's type, nothing lost.
	Converted = "converted"
	// Mismatch: the value does not fit the column's type; null was written.
	Mismatch = "mismatch"
	// BadDate: the date-time cannot be read or is not within the years 0001 to 9999; null was written.
	BadDate = "bad date"
	// Exponent: an integer beyond 64 bits was written in exponent form, with all its digits.
	Exponent = "big integer"
	// Overflow: no double (or, in an integer column, no 64-bit integer) holds the number; null was written.
	Overflow = "number out of range"
	// BadText: U+0000 was removed, or a lone surrogate or broken UTF-8 was replaced with U+FFFD.
	BadText = "broken text"
	// Unknown: a field of an issue that the schema does not know was left out.
	Unknown = "unknown field"
)

// Repair tells of one value that could not be passed on as it came.
type Repair struct {
	// Path is the dotted path of the column or declared member; what is inside a raw value is told by the path of that value.
	Path string
	// Kind is one of the constants above.
	Kind string
}

// Row carries what goes with one record. Its buffers are reused: everything in it is valid until the next call with it.
// A Row belongs to one goroutine.
type Row struct {
	// Captured holds the values of PlanOptions.Capture, as JSON (strings with quotes); nil where absent or null.
	Captured [][]byte
	// Divert takes the value of PlanOptions.Divert[i]; it must read exactly one value. Nil skips the value.
	Divert func(i int, dec *jsontext.Decoder) error
	// User is called with each user object met in a place that the schema marks "user". Raw is valid during the call only.
	User func(raw []byte)
	// Repairs are what had to be changed in this record, in the order met.
	Repairs []Repair
}

// NewDecoder returns a decoder with the leniency that Jira's bodies need: broken UTF-8 is passed on (and repaired by the
// plan), and duplicate names are only looked for where a plan is at work.
func NewDecoder(r io.Reader) *jsontext.Decoder {
	return jsontext.NewDecoder(r, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
}
