package fault_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
)

func TestKindsAreTheExitCodes(t *testing.T) {
	t.Parallel()
	codes := map[fault.Kind]int{
		fault.Internal: 1, fault.Usage: 2, fault.Network: 3, fault.Credentials: 4, fault.Incomplete: 5,
		fault.Target: 6, fault.Interrupted: 130, fault.ClosedPipe: 141, fault.Terminated: 143,
	}
	names := map[fault.Kind]string{
		fault.Internal: "internal", fault.Usage: "usage", fault.Network: "network", fault.Credentials: "credentials",
		fault.Incomplete: "incomplete", fault.Target: "target", fault.Interrupted: "interrupted", fault.ClosedPipe: "closed pipe",
		fault.Terminated: "terminated", 77: "kind 77",
	}
	for kind, code := range codes {
		require.Equal(t, code, int(kind), kind.String())
	}
	for kind, name := range names {
		require.Equal(t, name, kind.String())
	}
}

func TestNew(t *testing.T) {
	t.Parallel()
	err := fault.New(fault.Network, "check the address", "reach %s: %w", "acme.atlassian.net", io.ErrUnexpectedEOF)

	require.EqualError(t, err, "reach acme.atlassian.net: unexpected EOF")
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.Equal(t, fault.Network, fault.KindOf(err))
	require.Equal(t, "check the address", fault.HintOf(err))
}

func TestWrapKeepsNil(t *testing.T) {
	t.Parallel()
	require.NoError(t, fault.Wrap(fault.Usage, nil, "never seen"))
}

func TestErrorWithoutCause(t *testing.T) {
	t.Parallel()
	require.EqualError(t, &fault.Error{Kind: fault.ClosedPipe}, "closed pipe")
}

func TestKindOf(t *testing.T) {
	t.Parallel()
	inner := fault.Wrap(fault.Network, io.EOF, "")
	tests := map[string]struct {
		err  error
		want fault.Kind
	}{
		"plain error":             {io.EOF, fault.Internal},
		"nil":                     {nil, fault.Internal},
		"direct":                  {inner, fault.Network},
		"under other wrapping":    {fmt.Errorf("read page 3: %w", inner), fault.Network},
		"the outermost kind wins": {fault.Wrap(fault.Incomplete, fmt.Errorf("issues: %w", inner), ""), fault.Incomplete},
		"inside a joined error":   {errors.Join(io.EOF, inner), fault.Network},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tt.want, fault.KindOf(tt.err))
		})
	}
}

func TestHintOf(t *testing.T) {
	t.Parallel()
	deep := fault.Wrap(fault.Credentials, io.EOF, "make a new token")
	tests := map[string]struct {
		err  error
		want string
	}{
		"none":                          {io.EOF, ""},
		"nil":                           {nil, ""},
		"direct":                        {deep, "make a new token"},
		"an empty outer hint is passed": {fault.Wrap(fault.Incomplete, fmt.Errorf("users: %w", deep), ""), "make a new token"},
		"the outer hint wins":           {fault.Wrap(fault.Incomplete, deep, "see the summary"), "see the summary"},
		"first branch that has one":     {errors.Join(io.EOF, fmt.Errorf("a: %w", deep)), "make a new token"},
		"joined without any":            {errors.Join(io.EOF, context.Canceled), ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tt.want, fault.HintOf(tt.err))
		})
	}
}

func TestLine(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		err  error
		want string
	}{
		"nil":       {nil, ""},
		"no hint":   {errors.New("read config.json: permission denied"), "read config.json: permission denied"},
		"with hint": {fault.New(fault.Usage, "write https://x", "base_url is http"), "base_url is http: write https://x"},
		"the cause's full stop goes": {
			fault.New(fault.Usage, "fix it", "Jira said: The value 'X' does not exist."),
			"Jira said: The value 'X' does not exist: fix it",
		},
		"so do a colon and a blank": {fault.New(fault.Usage, "fix it", "read: "), "read: fix it"},
		"several lines become one":  {errors.Join(errors.New("one"), errors.New("two")), "one two"},
		"terminal controls go":      {errors.New("bad \x1b[31mtitle\x1b[0m\r\n\tend\u202e"), "bad [31mtitle [0m end"},
		"invalid UTF-8 is marked":   {errors.New("name \xff here"), "name \uFFFD here"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tt.want, fault.Line(tt.err))
		})
	}
}

func FuzzLine(f *testing.F) {
	f.Add("what\nwhere", "do this")
	f.Add("\x00\x1b]0;title\a", "")
	f.Add("\xff\xfe", "\u2028")
	f.Fuzz(func(t *testing.T, text, hint string) {
		line := fault.Line(fault.Wrap(fault.Usage, errors.New(text), hint))
		require.True(t, utf8.ValidString(line))
		require.Negative(t, strings.IndexFunc(line, unicode.IsControl), "%q", line)
		require.NotContains(t, line, "  ")
	})
}
