package picker_test

import (
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tap-jira/internal/picker"
)

func TestChoosing(t *testing.T) {
	t.Parallel()
	start := []string{"apples", "apples.id", "apples.colour", "pears.id", "peaches"}
	tests := map[string]struct {
		keys []string
		want []string
	}{
		"nothing":                {nil, start},
		"an item goes":           {[]string{"space"}, []string{"apples.id", "apples.colour", "pears.id", "peaches"}},
		"an item goes and comes": {[]string{"space", "space"}, start},
		"an item comes with all its parts": {[]string{"down", "space"}, []string{
			"apples", "apples.id", "apples.colour", "pears", "pears.id", "pears.weight", "pears.fields", "pears.fields.sugar",
			"pears.fields.customfield_1", "pears.fields.origin", "pears.fields.origin.country", "pears.fields.origin.farm", "peaches",
		}},
		"all come, wherever one is": {[]string{"end", "ctrl+a"}, []string{
			"apples", "apples.id", "apples.colour", "pears", "pears.id", "pears.weight", "pears.fields", "pears.fields.sugar",
			"pears.fields.customfield_1", "pears.fields.origin", "pears.fields.origin.country", "pears.fields.origin.farm",
			"quinces", "plum_stones", "cherries", "peaches",
		}},
		"all go":                            {[]string{"ctrl+r"}, []string{"apples.id", "apples.colour", "pears.id"}},
		"by its heading":                    {[]string{"stonef", "up", "space"}, append(start[:4:4], "plum_stones", "cherries", "peaches")},
		"a heading that is all chosen goes": {[]string{"peach", "up", "space"}, start[:4]},
		"of all only what is found":         {[]string{"cherr", "ctrl+a"}, append(start[:4:4], "cherries", "peaches")},
		"nor goes what is not found":        {[]string{"apple", "ctrl+r"}, []string{"apples.id", "apples.colour", "pears.id", "peaches"}},
		"a part brings its item and what it lies in": {[]string{"down", "right", "farm", "space"}, []string{
			"apples", "apples.id", "apples.colour", "pears", "pears.id", "pears.fields", "pears.fields.origin", "pears.fields.origin.farm", "peaches",
		}},
		"the last part takes what it lies in along": {[]string{"down", "right", "farm", "space", "space"}, []string{
			"apples", "apples.id", "apples.colour", "pears", "pears.id", "peaches",
		}},
		"a part with all that is nested in it": {[]string{"down", "right", "origin", "space"}, []string{
			"apples", "apples.id", "apples.colour", "pears", "pears.id", "pears.fields", "pears.fields.origin",
			"pears.fields.origin.country", "pears.fields.origin.farm", "peaches",
		}},
		"all parts":                {[]string{"right", "ctrl+r"}, []string{"apples", "apples.id", "pears.id", "peaches"}},
		"all parts by the heading": {[]string{"right", "home", "space", "space"}, start},
		"a locked part stays":      {[]string{"right", "space"}, start},
		"an item with parts chosen keeps them": {[]string{"down", "right", "weight", "space", "esc", "left", "space", "space"}, []string{
			"apples", "apples.id", "apples.colour", "pears", "pears.id", "pears.weight", "peaches",
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := sit(t, 80, 20).press(tt.keys...)
			require.Equal(t, tt.want, p.chosen(), p.screen())
			require.False(t, p.left)
		})
	}
}

func TestLeaving(t *testing.T) {
	t.Parallel()
	nothing := []string{"ctrl+r"}
	tests := map[string]struct {
		keys    []string
		left    bool
		outcome picker.Outcome
	}{
		"enter twice saves":             {[]string{"enter", "enter"}, true, picker.Saved},
		"yes saves":                     {[]string{"enter", "y"}, true, picker.Saved},
		"ctrl-s saves":                  {[]string{"ctrl+s"}, true, picker.Saved},
		"ctrl-s saves from the parts":   {[]string{"right", "ctrl+s"}, true, picker.Saved},
		"enter in the parts goes back":  {[]string{"right", "enter"}, false, picker.Interrupted},
		"esc asks":                      {[]string{"esc"}, false, picker.Interrupted},
		"d discards":                    {[]string{"esc", "d"}, true, picker.Discarded},
		"no goes on":                    {[]string{"esc", "n"}, false, picker.Interrupted},
		"other keys wait":               {[]string{"esc", "x", "down"}, false, picker.Interrupted},
		"ctrl-c":                        {[]string{"ctrl+c"}, true, picker.Interrupted},
		"ctrl-c at the question":        {[]string{"enter", "ctrl+c"}, true, picker.Interrupted},
		"a d that is typed is a search": {[]string{"d"}, false, picker.Interrupted},
		"nothing cannot be saved":       {append(nothing, "enter", "enter", "y", "ctrl+s"), false, picker.Interrupted},
		"nor at once":                   {append(nothing, "ctrl+s"), false, picker.Interrupted},
		"but discarded":                 {append(nothing, "enter", "d"), true, picker.Discarded},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := sit(t, 80, 20).press(tt.keys...)
			require.Equal(t, tt.left, p.left, p.screen())
			require.Equal(t, tt.outcome, p.model.Outcome())
		})
	}
}

func TestSearching(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		keys []string
		want string // stands on the screen
	}{
		"blanks are none":      {[]string{"plum", "stones"}, "/ plumstones▏  1 found"},
		"backspace":            {[]string{"plumx", "backspace"}, "/ plum▏  1 found"},
		"backspace at nothing": {[]string{"backspace"}, "/ type to search"},
		"ctrl-u":               {[]string{"zzz", "ctrl+u"}, "/ type to search"},
		"esc":                  {[]string{"zzz", "esc"}, "/ type to search"},
		"a key without letter": {[]string{"f1"}, "/ type to search"},
		"back from the parts":  {[]string{"pear", "right", "sug", "esc", "left"}, "/ pear▏  1 found"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, sit(t, 80, 20).press(tt.keys...).screen(), tt.want)
		})
	}
	p := sit(t, 80, 20)
	p.tell(tea.PasteMsg{Content: "cherries"})
	require.Contains(t, p.screen(), "/ cherries▏  1 found", "pasted")
}

func TestTheListOfTheCallerIsNotTouched(t *testing.T) {
	t.Parallel()
	given := fruit()
	model := picker.NewModel(given, options())
	model.Update(tea.KeyPressMsg{Code: 'a', Mod: tea.ModCtrl})
	require.Equal(t, fruit(), given)
	require.NotEqual(t, given, model.Groups())
}

func TestOptionalParts(t *testing.T) {
	t.Parallel()
	list := func() []*picker.Item {
		return []*picker.Item{{Name: "Herbs", Parts: []*picker.Item{{Name: "mint", Parts: []*picker.Item{
			{Name: "id", Locked: true, Chosen: true},
			{Name: "leaf"},
			{Name: "raw", Optional: true, Parts: []*picker.Item{{Name: "root", Optional: true}}},
		}}}}}
	}
	tests := map[string]struct {
		keys []string
		want []string
	}{
		"with their item they do not come": {[]string{"space"}, []string{"mint", "mint.id", "mint.leaf"}},
		"nor with all parts":               {[]string{"right", "ctrl+a"}, []string{"mint", "mint.id", "mint.leaf"}},
		"nor by the heading":               {[]string{"right", "home", "space"}, []string{"mint", "mint.id", "mint.leaf"}},
		"but by themselves":                {[]string{"right", "root", "space"}, []string{"mint", "mint.id", "mint.raw", "mint.raw.root"}},
		"and by what holds them":           {[]string{"right", "raw", "space"}, []string{"mint", "mint.id", "mint.raw", "mint.raw.root"}},
		"all go":                           {[]string{"right", "raw", "space", "esc", "ctrl+r"}, []string{"mint", "mint.id"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := &person{t: t, model: picker.NewModel(list(), options())}
			p.tell(tea.WindowSizeMsg{Width: 80, Height: 10})
			require.Equal(t, tt.want, p.press(tt.keys...).chosen(), p.screen())
		})
	}
}

func TestAnEmptyList(t *testing.T) {
	t.Parallel()
	p := &person{t: t, model: picker.NewModel(nil, options())}
	p.tell(tea.WindowSizeMsg{Width: 80, Height: 10})
	p.press("down", "space", "right", "ctrl+a", "enter")
	require.Contains(t, p.screen(), "nothing is chosen")
}

// TestAnyKeys presses keys at random: the screen always fits, locked parts stay, and what holds a chosen part is chosen.
func TestAnyKeys(t *testing.T) {
	t.Parallel()
	keys := rapid.SampledFrom([]string{
		"up", "down", "left", "right", "home", "end", "pgup", "pgdown", "space", "enter", "esc", "tab", "backspace", "ctrl+a", "ctrl+r", "p", "s", "é",
	})
	rapid.Check(t, func(rt *rapid.T) {
		p := sit(t, rapid.IntRange(0, 90).Draw(rt, "width"), rapid.IntRange(0, 20).Draw(rt, "height"))
		p.press(rapid.SliceOfN(keys, 0, 40).Draw(rt, "keys")...)
		p.screen()
		for _, group := range p.model.Groups() {
			for _, item := range group.Parts {
				requireHolders(rt, item.Parts)
			}
		}
	})
}

// requireHolders says that parts with others nested in them follow those.
func requireHolders(t require.TestingT, parts []*picker.Item) {
	for _, part := range parts {
		require.True(t, part.Chosen || !part.Locked, part.Name)
		if len(part.Parts) == 0 {
			continue
		}
		any := false
		for _, inner := range part.Parts {
			any = any || inner.Chosen
		}
		require.Equal(t, any, part.Chosen, part.Name)
		requireHolders(t, part.Parts)
	}
}
