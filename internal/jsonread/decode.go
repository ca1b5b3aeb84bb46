package jsonread

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Lenient is how JSON libraries have to read and write what Jira sends, for it to pass as it does here: with names that
// come twice, and broken UTF-8.
func Lenient() json.Options {
	return json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
}

// Decode reads the next value into v, for what is small and rare: names that are not in v are passed over, and what is let
// through elsewhere is here.
func (d *Decoder) Decode(v any) error {
	raw, err := d.ReadValue()
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, v, Lenient())
}
