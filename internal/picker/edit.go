package picker

import (
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"
)

// change acts on a key that chooses.
func (m *Model) change(key string) bool {
	current, any := m.current()
	if !any {
		return false
	}
	switch key {
	case "space":
		m.toggle(current)
	case "ctrl+a":
		m.setShown(true)
	case "ctrl+r":
		m.setShown(false)
	default:
		return false
	}
	return true
}

// toggle turns what a row stands for on, or off when all of it is on.
func (m *Model) toggle(r row) {
	switch {
	case r.heading:
		m.setBelow(r, !allChosen(r.shown))
	case m.opened == nil:
		chooseItem(r.item, !r.item.Chosen)
	default:
		choosePart(r.way, r.item, r.shown, !allChosen(r.shown))
	}
}

// setShown chooses or leaves all that there is, as far as the search shows it.
func (m *Model) setShown(chosen bool) {
	for _, r := range m.rows {
		if r.heading {
			m.setBelow(r, chosen)
		}
	}
}

// setBelow chooses or leaves what a heading stands for.
func (m *Model) setBelow(heading row, chosen bool) {
	if m.opened != nil {
		choosePart([]*Item{m.opened}, &Item{Parts: m.opened.Parts}, heading.shown, chosen)
		return
	}
	for _, item := range heading.shown {
		chooseItem(item, chosen)
	}
}

// edit acts on a key that belongs to the search.
func (m *Model) edit(key tea.KeyPressMsg) {
	letters := []rune(m.search)
	switch key.String() {
	case "backspace":
		if len(letters) > 0 {
			m.find(string(letters[:len(letters)-1]))
		}
	case "ctrl+u":
		m.find("")
	default:
		typed := strings.Map(func(r rune) rune {
			if unicode.IsPrint(r) {
				return r
			}
			return -1
		}, key.Text)
		if typed != "" {
			m.find(m.search + typed)
		}
	}
}
