package picker_test

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/picker"
)

// under is what the row under the cursor is called.
func (p *person) under() string {
	for line := range strings.Lines(p.screen()) {
		if row, found := strings.CutPrefix(line, ">"); found {
			name, _, _ := strings.Cut(strings.TrimSpace(row[strings.Index(row, "]")+1:]), "  ")
			return name
		}
	}
	return ""
}

// TestKeysThatGoSomewhere: the list has eight rows, of which a screen of nine lines shows four.
func TestKeysThatGoSomewhere(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		keys []string
		want string
	}{
		"at first":                 {nil, "apples"},
		"up":                       {[]string{"up"}, "Pome fruit"},
		"no further up":            {[]string{"up", "up", "up"}, "Pome fruit"},
		"down":                     {[]string{"down"}, "pears"},
		"to the end":               {[]string{"end"}, "peaches"},
		"no further down":          {[]string{"end", "down"}, "peaches"},
		"to the beginning":         {[]string{"end", "home"}, "Pome fruit"},
		"a page down":              {[]string{"home", "pgdown"}, "Stone fruit"},
		"two pages are too many":   {[]string{"home", "pgdown", "pgdown"}, "peaches"},
		"a page up":                {[]string{"end", "pgup"}, "quinces"},
		"two pages up":             {[]string{"end", "pgup", "pgup"}, "Pome fruit"},
		"into the parts":           {[]string{"down", "right"}, "id"},
		"into the parts by tab":    {[]string{"down", "tab"}, "id"},
		"back to where one was":    {[]string{"down", "right", "down", "left"}, "pears"},
		"back by esc":              {[]string{"down", "right", "esc"}, "pears"},
		"back by enter":            {[]string{"down", "right", "enter"}, "pears"},
		"nothing to go into":       {[]string{"end", "right"}, "peaches"},
		"a heading has no parts":   {[]string{"up", "right"}, "Pome fruit"},
		"parts of parts stay here": {[]string{"down", "right", "down", "down", "right"}, "fields"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := sit(t, 80, 8)
			require.Equal(t, c.want, p.press(c.keys...).under(), p.screen())
		})
	}
}

// TestRun shows the list on something that is no terminal, with the keys that stand in its input.
func TestRun(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		keys    string
		outcome picker.Outcome
		chosen  bool // the first item, which is chosen at first
	}{
		"saved":       {keys: " \x13", outcome: picker.Saved},
		"discarded":   {keys: "\rd", outcome: picker.Discarded, chosen: true},
		"interrupted": {keys: "\x03", outcome: picker.Interrupted, chosen: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o, mine := options(), fruit()
			o.Input, o.Output, o.Environ = strings.NewReader(c.keys), new(bytes.Buffer), []string{"TERM=xterm"}
			groups, outcome, err := picker.Run(t.Context(), mine, o)
			require.NoError(t, err)
			require.Equal(t, c.outcome, outcome)
			require.Equal(t, c.chosen, groups[0].Parts[0].Chosen)
			require.Equal(t, fruit(), mine, "the caller's list stays as it was")
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	o := options()
	input, keys := io.Pipe()
	t.Cleanup(func() { require.NoError(t, keys.Close()) })
	o.Input, o.Output = input, new(bytes.Buffer)
	cancel()
	_, outcome, err := picker.Run(ctx, fruit(), o)
	require.ErrorContains(t, err, "show the list")
	require.Equal(t, picker.Interrupted, outcome)
}
