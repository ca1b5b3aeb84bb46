package fault_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
)

func TestFew(t *testing.T) {
	t.Parallel()
	const rest = "in the lines above"
	for want, parts := range map[string][]string{
		"":                                 nil,
		"a failed: 403":                    {"a failed: 403"},
		"a · b · c":                        {"a", "b", "c"},
		"a · b · c · and 1 more, " + rest:  {"a", "b", "c", "d"},
		"a · b · c · and 97 more, " + rest: append([]string{"a", "b", "c"}, make([]string, 97)...),
		strings.Repeat("é", 900):           {strings.Repeat("é", 900)},
		strings.Repeat("é", 900) + " … · in full " + rest: {strings.Repeat("é", 901)},
		"first … · in full " + rest:                       {"first " + strings.Repeat("x", 900)},
		"first … · b · in full " + rest:                   {"first " + strings.Repeat("x", 450), "b"},
		"first … · b · c · and 2 more, " + rest:           {"first " + strings.Repeat("x", 300), "b", "c", "d", "e"},
	} {
		require.Equal(t, want, fault.Few(parts, rest))
	}
	long := make([]string, 171)
	for i := range long {
		long[i] = strings.Repeat("lacks a permission ", 500)
	}
	require.Less(t, utf8.RuneCountInString(fault.Few(long, rest)), 1000, "whatever went wrong")
}
