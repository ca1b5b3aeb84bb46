package config

import (
	"fmt"
	"io"
	"log/slog"
)

// redacted stands wherever a Secret would be printed.
const redacted = "[redacted]"

// Secret is a text that no formatter, logger or encoder prints: every fmt verb, slog and encoding/json show
// "[redacted]", and nothing for the empty secret, so that "not set" can still be told apart. Only Reveal gives the text;
// len tells whether there is one.
//
// It is a slice, and not a string, for two leaks that no method closes: fmt shows a string under %p, and encoding/json
// writes a map's string keys as they are.
type Secret []byte

// Reveal returns the secret text itself, for signing a request and nothing else.
func (s Secret) Reveal() string { return string(s) }

// String returns "[redacted]", or "" for the empty secret.
func (s Secret) String() string {
	if len(s) == 0 {
		return ""
	}
	return redacted
}

// GoString is String; it keeps %#v silent too.
func (s Secret) GoString() string { return s.String() }

// Format writes "[redacted]" for every verb and flag, also those (%x, %q, %d) that would look behind String.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// LogValue makes slog print "[redacted]".
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalJSON makes encoding/json print "[redacted]".
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + s.String() + `"`), nil }

// MarshalText makes every other encoder that asks for text print "[redacted]".
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
