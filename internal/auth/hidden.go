package auth

import (
	"fmt"
	"io"
	"log/slog"
)

// redacted stands wherever something hidden would be printed.
const redacted = "[redacted]"

// hidden keeps the struct that embeds it out of every text: each verb of fmt, slog and encoding/json show "[redacted]". fmt
// cannot ask a field that is not exported, so what holds such a struct in one must not be printed whole.
type hidden struct{}

// String returns "[redacted]".
func (hidden) String() string { return redacted }

// GoString is String; it keeps %#v silent too.
func (hidden) GoString() string { return redacted }

// Format writes "[redacted]" for every verb and flag, also those that would look behind String.
func (hidden) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue makes slog print "[redacted]".
func (hidden) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalJSON makes encoding/json print "[redacted]".
func (hidden) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }
