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
		m.setGroup(current, true)
	case "ctrl+r":
		m.setGroup(current, false)
	default:
		return false
	}
	return true
}

// toggle turns what a row stands for on, or off when all of it is on.
func (m *Model) toggle(r row) {
	switch {
	case m.opened == nil && r.heading:
		m.setGroup(r, !allChosen(r.shown))
	case m.opened == nil:
		chooseItem(r.item, !r.item.Chosen)
	case r.heading:
		m.setGroup(r, !allChosen(r.shown))
	default:
		choosePart(r.way, r.item, r.shown, !allChosen(r.shown))
	}
}

// setGroup chooses or leaves all of the group that the row belongs to, as far as the search shows it.
func (m *Model) setGroup(r row, chosen bool) {
	heading := r
	for at := m.cursor; at >= 0; at-- {
		if m.rows[at].heading {
			heading = m.rows[at]
			break
		}
	}
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
