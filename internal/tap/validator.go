package tap

import (
	"fmt"
	"sync/atomic"

	"tap-jira/internal/shape"
)

// How many records validate_records: sample checks: the first ones, in which
// most mistakes show, and then one in so many.
const (
	sampleFirst = 20
	sampleEvery = 1000
)

// validator checks the records of one table against their SCHEMA. It is safe
// for concurrent use; nil checks nothing.
type validator struct {
	schema *shape.Validator
	all    bool
	seen   atomic.Int64
}

func newValidator(v Validation, schema *shape.Schema) (*validator, error) {
	if v == ValidateOff {
		return nil, nil
	}
	compiled, err := shape.NewValidator(schema)
	if err != nil {
		return nil, fmt.Errorf("compile the schema for validation: %w", err)
	}
	return &validator{schema: compiled, all: v == ValidateAll}, nil
}

// check validates the members of one record, given without its braces.
func (v *validator) check(members []byte) error {
	if v == nil {
		return nil
	}
	n := v.seen.Add(1)
	if !v.all && n > sampleFirst && n%sampleEvery != 0 {
		return nil
	}
	record := make([]byte, 0, len(members)+2)
	record = append(append(append(record, '{'), members...), '}')
	return v.schema.Validate(record)
}
