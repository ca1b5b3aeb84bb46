package picker_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"

	"tap-jira/internal/picker"
)

var update = flag.Bool("update", false, "write golden files anew")

// fruit is a list of two groups: pears have parts, some of them nested, one that is locked and one with a title.
func fruit() []*picker.Item {
	return []*picker.Item{
		{Name: "Pome fruit", Parts: []*picker.Item{
			{Name: "apples", Note: "by the kilo", Chosen: true, Parts: []*picker.Item{
				{Name: "id", Locked: true, Chosen: true}, {Name: "colour", Chosen: true},
			}},
			{Name: "pears", Note: "by the piece", Parts: []*picker.Item{
				{Name: "id", Locked: true, Chosen: true},
				{Name: "weight"},
				{Name: "fields", Parts: []*picker.Item{
					{Name: "sugar"},
					{Name: "customfield_1", Title: "Story Points", Note: "a number"},
					{Name: "origin", Parts: []*picker.Item{{Name: "country"}, {Name: "farm"}}},
				}},
			}},
			{Name: "quinces", Note: "by the piece", Warning: "missing: Administer Trees"},
		}},
		{Name: "Stone fruit", Parts: []*picker.Item{
			{Name: "plum_stones", Note: "a bag"}, {Name: "cherries"}, {Name: "peaches", Chosen: true},
		}},
	}
}

// options are those of the tests.
func options() picker.Options {
	return picker.Options{Heading: "Fruit of the farm", Things: "kinds", Parts: "columns", Target: "basket.json"}
}

// person is somebody who presses keys at a list.
type person struct {
	t     *testing.T
	model *picker.Model
	left  bool
}

// sit puts a person before a screen of that size.
func sit(t *testing.T, width, height int) *person {
	t.Helper()
	p := &person{t: t, model: picker.NewModel(fruit(), options())}
	p.tell(tea.WindowSizeMsg{Width: width, Height: height})
	return p
}

// tell gives the model a message, and notes whether it ended.
func (p *person) tell(message tea.Msg) {
	_, command := p.model.Update(message)
	if command != nil {
		_, p.left = command().(tea.QuitMsg)
	}
}

// press presses keys by their names; a name of one letter, and a text in quotes, is typed.
func (p *person) press(keys ...string) *person {
	p.t.Helper()
	named := map[string]tea.KeyPressMsg{
		"up": {Code: tea.KeyUp}, "down": {Code: tea.KeyDown}, "left": {Code: tea.KeyLeft}, "right": {Code: tea.KeyRight},
		"home": {Code: tea.KeyHome}, "end": {Code: tea.KeyEnd}, "pgup": {Code: tea.KeyPgUp}, "pgdown": {Code: tea.KeyPgDown},
		"space": {Code: tea.KeySpace, Text: " "}, "enter": {Code: tea.KeyEnter}, "esc": {Code: tea.KeyEscape}, "tab": {Code: tea.KeyTab},
		"backspace": {Code: tea.KeyBackspace}, "f1": {Code: tea.KeyF1},
		"ctrl+c": {Code: 'c', Mod: tea.ModCtrl}, "ctrl+s": {Code: 's', Mod: tea.ModCtrl}, "ctrl+a": {Code: 'a', Mod: tea.ModCtrl},
		"ctrl+r": {Code: 'r', Mod: tea.ModCtrl}, "ctrl+u": {Code: 'u', Mod: tea.ModCtrl},
	}
	for _, key := range keys {
		if message, known := named[key]; known {
			p.tell(message)
			continue
		}
		for _, letter := range key {
			p.tell(tea.KeyPressMsg{Code: letter, Text: string(letter)})
		}
	}
	return p
}

// screen is what the person sees, without colours and without blanks at the ends of lines.
func (p *person) screen() string {
	lines := strings.Split(ansi.Strip(p.model.View().Content), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.Join(lines, "\n") + "\n"
}

// chosen lists what is chosen, parts behind a dot.
func (p *person) chosen() []string {
	names := []string{}
	var walk func(prefix string, items []*picker.Item)
	walk = func(prefix string, items []*picker.Item) {
		for _, item := range items {
			if item.Chosen {
				names = append(names, prefix+item.Name)
			}
			walk(prefix+item.Name+".", item.Parts)
		}
	}
	for _, group := range p.model.Groups() {
		walk("", group.Parts)
	}
	return names
}

// sees compares the screen with a file.
func (p *person) sees(name string) {
	p.t.Helper()
	file := filepath.Join("testdata", name+".txt")
	if *update {
		require.NoError(p.t, os.MkdirAll("testdata", 0o755))
		require.NoError(p.t, os.WriteFile(file, []byte(p.screen()), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(p.t, err, "run with -update to write it")
	require.Equal(p.t, string(want), p.screen(), "run with -update and read the difference")
}
