package shape

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jsonread"
)

// TestNumbersAtAnyOffset moves numbers over the borders of the eight-byte words in which a raw value is looked through.
func TestNumbersAtAnyOffset(t *testing.T) {
	t.Parallel()
	odd := map[string]string{
		"1e999": "null", "1E+400": "null", "12e-999": "null", "-1.5e308": "", "1e308": "",
		"9223372036854775807": "", "9223372036854775808": "9.223372036854775808e18",
		"1709285400123": "", "100000000000000000000000": "1.00000000000000000000000e23", "1.0E7": "",
	}
	for number, want := range odd {
		if want == "" {
			want = number
		}
		for before := range 17 {
			for after := range 9 {
				frame := fmt.Sprintf(`{"%s":%%s,"%s":0}`, strings.Repeat("e", before), strings.Repeat("9", after))
				out := copied(t, &Row{}, fmt.Sprintf(frame, number))
				require.Equal(t, fmt.Sprintf(frame, want), string(out))
			}
		}
	}
}

// copied reads a value and copies it.
func copied(t *testing.T, row *Row, text string) []byte {
	t.Helper()
	w := walk{row: row, dec: jsonread.NewBytesDecoder([]byte(text))}
	v, err := w.dec.ReadValue()
	require.NoError(t, err)
	return w.raw(nil, "", v)
}

// TestTextThatLooksLikeNumbers holds that strings are never taken for numbers.
func TestTextThatLooksLikeNumbers(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"1e999", "12345678901234567890123", "5b10a2844c20165700e1234", `\"1e999`, `\\`} {
		raw := `{"` + text + `":["` + text + `"]}`
		row := Row{}
		require.Equal(t, raw, string(copied(t, &row, raw)))
		require.Empty(t, row.Repairs)
	}
}
