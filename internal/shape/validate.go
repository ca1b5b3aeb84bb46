package shape

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// Validator checks finished records against a schema. It is safe for concurrent use.
type Validator struct {
	stream   string
	compiled *jsonschema.Schema
}

// NewValidator compiles the schema for validation; formats are checked, and nothing is ever fetched.
func NewValidator(s *Schema) (*Validator, error) {
	if s.err != nil {
		return nil, s.err
	}
	compiler := jsonschema.NewCompiler()
	compiler.Draft = jsonschema.Draft7
	compiler.AssertFormat = true
	compiler.LoadURL = func(address string) (io.ReadCloser, error) {
		return nil, fmt.Errorf("refused to load schema %s", address)
	}
	address := s.name + ".json"
	if err := compiler.AddResource(address, bytes.NewReader(s.JSON())); err != nil {
		return nil, fmt.Errorf("read schema of stream %q: %w", s.name, err)
	}
	compiled, err := compiler.Compile(address)
	if err != nil {
		return nil, fmt.Errorf("compile schema of stream %q: %w", s.name, err)
	}
	return &Validator{stream: s.name, compiled: compiled}, nil
}

// ErrWildNumber is returned for a number that would cost the validator minutes, or crash it. No finished record has one.
var ErrWildNumber = errors.New("a number is out of any range")

// Validate checks one record, a whole JSON object. The error names the places at fault. It never panics.
func (v *Validator) Validate(record []byte) (err error) {
	defer func() {
		if reason := recover(); reason != nil { // v5.3.1 does so on some numbers
			err = fmt.Errorf("validate record of stream %q: the validator broke: %v", v.stream, reason)
		}
	}()
	dec := json.NewDecoder(bytes.NewReader(record))
	dec.UseNumber()
	var value any
	if err := dec.Decode(&value); err != nil {
		return fmt.Errorf("validate record of stream %q: %w", v.stream, err)
	}
	if err := checkNumbers(value); err != nil {
		return fmt.Errorf("validate record of stream %q: %w", v.stream, err)
	}
	if err := v.compiled.Validate(value); err != nil {
		return fmt.Errorf("validate record of stream %q: %w", v.stream, err)
	}
	return nil
}

// checkNumbers refuses the numbers that the validator cannot bear: it works with exact fractions.
func checkNumbers(value any) error {
	switch value := value.(type) {
	case json.Number:
		return checkNumber(string(value))
	case []any:
		for _, item := range value {
			if err := checkNumbers(item); err != nil {
				return err
			}
		}
	case map[string]any:
		for name, item := range value {
			if err := checkNumbers(item); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return nil
}

func checkNumber(text string) error {
	const maxExponent, maxLen = 999, 2000
	i := strings.IndexAny(text, "eE")
	if i < 0 {
		i = len(text)
	} else if exponent, err := strconv.Atoi(text[i+1:]); err != nil || exponent > maxExponent || exponent < -maxExponent {
		return ErrWildNumber
	}
	if i > maxLen {
		return ErrWildNumber
	}
	return nil
}
