package picker_test

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"
)

// TestScreens compares what a person sees after some keys with screens that are reviewed as code.
func TestScreens(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		width, height int
		keys          []string
	}{
		"start":          {80, 14, nil},
		"warned":         {80, 14, []string{"down", "down"}},
		"group":          {80, 14, []string{"up", "space"}},
		"search":         {80, 14, []string{"PLUM-st"}},
		"search-group":   {80, 14, []string{"stonef"}},
		"search-best":    {80, 14, []string{"e"}},
		"search-part":    {80, 14, []string{"storypoi"}},
		"search-nothing": {80, 14, []string{"zebra"}},
		"parts":          {80, 14, []string{"down", "right"}},
		"parts-found":    {80, 14, []string{"storypoi", "right", "space"}},
		"parts-chosen":   {80, 14, []string{"down", "right", "sugar", "space", "esc", "left"}},
		"save":           {80, 14, []string{"enter"}},
		"save-nothing":   {80, 14, []string{"ctrl+r", "end", "enter"}},
		"small":          {30, 6, []string{"end"}},
		"too-small":      {20, 6, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sit(t, tt.width, tt.height).press(tt.keys...).sees(name)
		})
	}
}

// TestScreenFitsAnyWindow walks through the list at all sizes: the screen is as high as the window, no line is wider, and the
// row under the cursor is on it.
func TestScreenFitsAnyWindow(t *testing.T) {
	t.Parallel()
	for _, keys := range [][]string{nil, {"down", "right"}, {"plum"}, {"enter"}} {
		for width := 24; width <= 100; width += 19 {
			for height := 5; height <= 16; height++ {
				p := sit(t, width, height).press(keys...)
				for range 14 {
					lines := strings.Split(p.model.View().Content, "\n")
					require.Len(t, lines, height)
					for _, line := range lines {
						require.LessOrEqual(t, ansi.StringWidth(line), width, line)
					}
					require.Contains(t, p.screen(), "\n> [")
					p.press("down")
				}
			}
		}
	}
}

func TestResizeKeepsTheCursorOnTheScreen(t *testing.T) {
	t.Parallel()
	p := sit(t, 80, 24).press("end")
	for _, height := range []int{5, 9, 3, 1, 0, 7} {
		p.tell(tea.WindowSizeMsg{Width: 60, Height: height})
		if height >= 5 {
			require.Contains(t, p.screen(), "> [x]   peaches")
		}
	}
	p.tell(tea.WindowSizeMsg{Width: 60, Height: 40})
	require.Contains(t, p.screen(), "Pome fruit", "a larger window shows more")
}

func TestBeforeTheSizeIsKnownNothingIsShown(t *testing.T) {
	t.Parallel()
	require.Equal(t, "\n", sit(t, 0, 0).screen())
}
