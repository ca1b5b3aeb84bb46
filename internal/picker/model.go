package picker

import (
	tea "charm.land/bubbletea/v2"
)

// Outcome is how a person left the list.
type Outcome int

// The ways to leave.
const (
	// Interrupted is ctrl-c: nothing is to be done.
	Interrupted Outcome = iota
	// Saved is a choice to be taken.
	Saved
	// Discarded is a choice to be forgotten.
	Discarded
)

// Model is the list as bubbletea runs it. Its zero value is of no use: see NewModel.
type Model struct {
	options Options
	groups  []*Item
	opened  *Item // the item whose parts are shown; nil for the groups
	rows    []row
	names   int // how wide the names are
	search  string
	cursor  int // the row that keys act on
	offset  int // the first row on the screen
	back    position
	leaving bool // asked whether to save
	width   int
	height  int
	outcome Outcome
}

// position is where a person was in the groups before they opened an item.
type position struct {
	search         string
	cursor, offset int
}

// NewModel makes a list of groups, of which it changes only its own copy.
func NewModel(groups []*Item, options Options) *Model {
	m := &Model{options: options, groups: cloneAll(groups)}
	m.find("")
	return m
}

// Groups returns the groups with the choice as it stands.
func (m *Model) Groups() []*Item { return m.groups }

// Outcome says how the list was left; Interrupted as long as it was not.
func (m *Model) Outcome() Outcome { return m.outcome }

// Init implements tea.Model.
func (m *Model) Init() tea.Cmd { return nil }

// Update implements tea.Model.
func (m *Model) Update(message tea.Msg) (tea.Model, tea.Cmd) {
	switch message := message.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = message.Width, message.Height
		m.scroll()
	case tea.PasteMsg:
		m.find(m.search + message.Content)
	case tea.KeyPressMsg:
		return m, m.press(message)
	}
	return m, nil
}

// press acts on a key.
func (m *Model) press(key tea.KeyPressMsg) tea.Cmd {
	if key.String() == "ctrl+c" {
		return m.leave(Interrupted)
	}
	if m.leaving {
		return m.answer(key.String())
	}
	if key.String() == "ctrl+s" && m.chosen() > 0 {
		return m.leave(Saved)
	}
	if !m.move(key.String()) && !m.change(key.String()) {
		m.edit(key)
	}
	return nil
}

// answer acts on a key while it is asked whether to save.
func (m *Model) answer(key string) tea.Cmd {
	switch key {
	case "enter", "y", "ctrl+s":
		if m.chosen() > 0 {
			return m.leave(Saved)
		}
	case "d":
		return m.leave(Discarded)
	case "esc", "n":
		m.leaving = false
	}
	return nil
}

// leave ends the list.
func (m *Model) leave(outcome Outcome) tea.Cmd {
	m.outcome = outcome
	return tea.Quit
}

// move acts on a key that goes somewhere.
func (m *Model) move(key string) bool {
	switch key {
	case "up", "ctrl+p":
		m.cursor--
	case "down", "ctrl+n":
		m.cursor++
	case "pgup":
		m.cursor -= m.listHeight()
	case "pgdown":
		m.cursor += m.listHeight()
	case "home":
		m.cursor = 0
	case "end":
		m.cursor = len(m.rows) - 1
	case "right", "tab":
		m.open()
	case "left", "shift+tab":
		m.close()
	case "enter":
		if m.opened == nil {
			m.leaving = true
		}
		m.close()
	case "esc":
		m.escape()
	default:
		return false
	}
	m.scroll()
	return true
}

// escape takes back the last step: the search, the opened item, or everything.
func (m *Model) escape() {
	switch {
	case m.search != "":
		m.find("")
	case m.opened != nil:
		m.close()
	default:
		m.leaving = true
	}
}

// open shows the parts of the item under the cursor. A search that only parts answer goes on among them.
func (m *Model) open() {
	current, any := m.current()
	if !any || m.opened != nil || current.heading || len(current.item.Parts) == 0 {
		return
	}
	m.back = position{search: m.search, cursor: m.cursor, offset: m.offset}
	wanted := fold(m.search)
	m.opened = current.item
	if current.item.matches(wanted) || current.way[0].matches(wanted) {
		m.find("")
	} else {
		m.find(m.search)
	}
}

// close goes back to the groups.
func (m *Model) close() {
	if m.opened == nil {
		return
	}
	m.opened = nil
	m.find(m.back.search)
	m.cursor, m.offset = m.back.cursor, m.back.offset
}

// current is the row under the cursor; false when the search found nothing.
func (m *Model) current() (row, bool) {
	if m.cursor >= len(m.rows) {
		return row{}, false
	}
	return m.rows[m.cursor], true
}

// find shows what a search finds, with the cursor on what was most likely meant.
func (m *Model) find(search string) {
	m.search = search
	if m.opened == nil {
		m.rows = listRows(m.groups, fold(search))
	} else {
		m.rows = partRows(m.opened, fold(search))
	}
	m.names = nameWidth(m.rows)
	m.cursor, m.offset = best(m.rows, fold(search)), 0
	m.scroll()
}

// scroll keeps the cursor among the rows and on the screen.
func (m *Model) scroll() {
	m.cursor = max(0, min(m.cursor, len(m.rows)-1))
	height := m.listHeight()
	if m.cursor < m.offset {
		m.offset = m.cursor
	}
	if m.cursor >= m.offset+height {
		m.offset = m.cursor - height + 1
	}
	if m.cursor == 1 && height > 1 {
		m.offset = 0 // the heading above belongs to it
	}
	m.offset = max(0, min(m.offset, len(m.rows)-height))
}

// chosen counts the items that are chosen.
func (m *Model) chosen() (chosen int) {
	for _, group := range m.groups {
		chosen += count(group.Parts)
	}
	return chosen
}
