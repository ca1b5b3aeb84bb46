package shape

import "github.com/go-json-experiment/json/jsontext"

// PlanOptions say what to do with single members besides copying them. Paths are dotted names from the record's top.
type PlanOptions struct {
	// Added are columns that the caller writes itself: they are neither copied from the raw record nor filled with null.
	Added []string
	// Lift fills a column with a copy of a deeper value: "created": "fields.created".
	Lift map[string]string
	// Capture are the paths whose converted value is wanted in Row.Captured, selected or not.
	Capture []string
	// Divert are the paths that go to Row.Divert instead of into the record.
	Divert []string
}

// Plan is a compiled schema. It is immutable and may be used by any number of goroutines, each with its own Row.
type Plan struct{}

// Compile makes the plan of a schema. It fails only on options that contradict the schema.
func Compile(s *Schema, options PlanOptions) (*Plan, error) { return &Plan{}, nil }

// AppendMembers reads one object from dec and appends its members to dst, without the braces: `"id":"1","name":null`.
// Every column of the schema stands there exactly once, but for those of PlanOptions.Added. After an error the new part
// of dst is to be dropped.
func (p *Plan) AppendMembers(dst []byte, dec *jsontext.Decoder, row *Row) ([]byte, error) {
	return dst, dec.SkipValue()
}
