package shape

import (
	"tap-jira/internal/jsonread"
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
	// Twice: the member stands twice in its object; the first value was taken.
	Twice = "comes twice"
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
// A Row belongs to one goroutine; the zero value is ready.
type Row struct {
	// Captured holds the values of PlanOptions.Capture, as JSON (strings with quotes); nil where absent or null.
	Captured [][]byte
	// Divert takes the value of PlanOptions.Divert[i]; it must read exactly one value. Nil skips the value.
	Divert func(i int, dec *jsonread.Decoder) error
	// User is called with each user object met in a place that the schema marks "user", in the order met, once or more. Raw is the object as the record holds it and valid during the call only.
	User func(raw []byte)
	// Memo recognises objects that came before; nil reads them all.
	Memo *Memo
	// Repairs are what had to be changed in this record, in the order met.
	Repairs []Repair

	seen  []uint64 // a bit for each planned member of the objects that are open at the moment
	kept  []byte   // bytes of the captured and lifted values
	spans []span   // where they lie in kept
	text  []byte   // scratch: one name or value

	plan   *Plan   // that orders belongs to
	orders [][]int // by number of the object: for each member and the beginning, one more than the member that came next; see find

	inner jsonread.Decoder // reads a value again of which columns were made
}

// span is a stretch of bytes; an empty one stands for absent or null.
type span struct{ from, to int }

// CapturedSoFar is what Captured[i] will be, for Divert: nil when the value did not come yet, or is null.
func (r *Row) CapturedSoFar(i int) []byte {
	if s := r.spans[i]; s.to > s.from {
		return r.kept[s.from:s.to]
	}
	return nil
}

// begin makes the row ready for a record of the plan.
func (r *Row) begin(p *Plan) {
	if r.plan != p {
		r.plan, r.orders = p, make([][]int, p.objects)
	}
	r.Repairs, r.seen, r.kept, r.spans = r.Repairs[:0], r.seen[:0], r.kept[:0], r.spans[:0]
	for range p.captured + len(p.lifts) {
		r.spans = append(r.spans, span{})
	}
	r.Captured = r.Captured[:0]
}

// order is what came after what in the object when it was read last.
func (r *Row) order(o *object) []int {
	if r.orders[o.number] == nil {
		r.orders[o.number] = make([]int, len(o.members)+1)
	}
	return r.orders[o.number]
}

// end points Captured to the kept bytes, which move no more.
func (r *Row) end(captured int) {
	for _, s := range r.spans[:captured] {
		var v []byte
		if s.to > s.from {
			v = r.kept[s.from:s.to:s.to]
		}
		r.Captured = append(r.Captured, v)
	}
}

// keep copies a finished value for the given slots.
func (r *Row) keep(slots []int, v []byte) {
	if string(v) == "null" {
		return
	}
	from := len(r.kept)
	r.kept = append(r.kept, v...)
	for _, slot := range slots {
		r.spans[slot] = span{from: from, to: len(r.kept)}
	}
}

// open reserves the bits for an object of n planned members; close gives them back.
func (r *Row) open(n int) (base int) {
	base = len(r.seen)
	for range (n + 63) / 64 {
		r.seen = append(r.seen, 0)
	}
	return base
}

func (r *Row) close(base int) { r.seen = r.seen[:base] }

// mark sets the bit of member i and tells whether it was set before.
func (r *Row) mark(base, i int) (again bool) {
	word, bit := &r.seen[base+i/64], uint64(1)<<(i%64)
	again = *word&bit != 0
	*word |= bit
	return again
}

func (r *Row) marked(base, i int) bool { return r.seen[base+i/64]&(1<<(i%64)) != 0 }

func (r *Row) repair(path, kind string) {
	r.Repairs = append(r.Repairs, Repair{Path: path, Kind: kind})
}
