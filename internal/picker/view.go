package picker

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
)

// The lines around the list, and the smallest screen that still shows one row of it.
const (
	linesAround = 4 // heading, search, detail, keys
	leastHeight = 5
	leastWidth  = 24
	// widestName is as far as names push the columns beside them.
	widestName = 44
)

// The looks of a line. Colours are the terminal's own sixteen; without them the marks say the same.
func headingStyle() lipgloss.Style { return lipgloss.NewStyle().Bold(true) }
func faintStyle() lipgloss.Style   { return lipgloss.NewStyle().Faint(true) }
func warnStyle() lipgloss.Style    { return lipgloss.NewStyle().Foreground(lipgloss.Yellow) }
func chosenStyle() lipgloss.Style  { return lipgloss.NewStyle().Foreground(lipgloss.Green) }
func cursorStyle() lipgloss.Style  { return lipgloss.NewStyle().Foreground(lipgloss.Cyan).Bold(true) }

// View implements tea.Model.
func (m *Model) View() tea.View {
	view := tea.NewView(m.screen())
	view.AltScreen = true // what stood on the terminal before comes back
	return view
}

// screen is the text of the screen: as many lines as it is high, none wider than it.
func (m *Model) screen() string {
	if m.width == 0 || m.height == 0 {
		return ""
	}
	if m.width < leastWidth || m.height < leastHeight {
		return ansi.Truncate("make the window larger", m.width, "")
	}
	lines := []string{m.headLine(), m.searchLine()}
	height := m.listHeight()
	for at := m.offset; at < m.offset+height; at++ {
		if at < len(m.rows) {
			lines = append(lines, m.rowLine(at))
		} else {
			lines = append(lines, "")
		}
	}
	if len(m.rows) == 0 {
		lines[2] = faintStyle().Render("  nothing is called so; esc clears the search")
	}
	lines = append(lines, m.detailLine(), m.keysLine())
	for i, line := range lines {
		lines[i] = ansi.Truncate(line, m.width, "…")
	}
	return strings.Join(lines, "\n")
}

// listHeight is how many rows fit on the screen.
func (m *Model) listHeight() int { return max(1, m.height-linesAround) }

// headLine says what is chosen from, and how much is.
func (m *Model) headLine() string {
	all := 0
	for _, group := range m.groups {
		all += len(group.Parts)
	}
	left, right := m.options.Heading, fmt.Sprintf("%d of %d %s", m.chosen(), all, m.options.Things)
	if m.opened != nil {
		leaves := m.opened.leaves()
		left = m.opened.Name
		right = fmt.Sprintf("%d of %d %s", count(leaves), len(leaves), m.options.Parts)
	}
	return headingStyle().Render(spread(left, right, m.width))
}

// spread puts one text at the left edge and the other at the right; where both do not fit, the left one is cut.
func spread(left, right string, width int) string {
	room := width - ansi.StringWidth(right) - 1
	left = ansi.Truncate(left, max(0, room), "…")
	return left + strings.Repeat(" ", max(1, room-ansi.StringWidth(left)+1)) + right
}

// searchLine shows what was typed.
func (m *Model) searchLine() string {
	if m.search == "" {
		return faintStyle().Render("/ type to search")
	}
	return "/ " + m.search + "▏" + faintStyle().Render(fmt.Sprintf("  %d found", m.found()))
}

// found counts the rows that are no headings.
func (m *Model) found() int {
	found := 0
	for _, r := range m.rows {
		if !r.heading && (m.opened == nil || len(r.item.Parts) == 0) {
			found++
		}
	}
	return found
}

// rowLine is a row as it is shown.
func (m *Model) rowLine(at int) string {
	r := m.rows[at]
	pointer, name := "  ", r.label()
	width := min(m.names, max(8, m.width/2))
	indent := strings.Repeat("  ", r.depth)
	name = ansi.Truncate(indent+name, width, "…")
	name += strings.Repeat(" ", max(0, width-ansi.StringWidth(name)))
	mark := r.mark(m.opened == nil)
	switch {
	case at == m.cursor:
		pointer, name = cursorStyle().Render("> "), cursorStyle().Render(name)
	case r.heading:
		name = headingStyle().Render(name)
	case mark == "[ ]":
	default:
		mark = chosenStyle().Render(mark)
	}
	return pointer + mark + " " + name + "  " + m.beside(r)
}

// label is the name of a row, with the title that people know it by.
func (r row) label() string {
	if r.item.Title == "" || r.item.Title == r.item.Name {
		return r.item.Name
	}
	return r.item.Title + " (" + r.item.Name + ")"
}

// nameWidth is how wide the widest name of the rows is, so that what stands beside the names is in line.
func nameWidth(rows []row) int {
	width := 0
	for _, r := range rows {
		width = max(width, 2*r.depth+ansi.StringWidth(r.label()))
	}
	return min(width, widestName)
}

// mark is the box before a name. The items of the groups are chosen for themselves, whatever becomes of their parts.
func (r row) mark(item bool) string {
	switch {
	case r.item.Locked:
		return "[=]"
	case item && !r.heading:
		return box(r.item.Chosen, r.item.Chosen)
	}
	chosen := count(r.shown)
	if len(r.shown) == 0 {
		return box(r.item.Chosen, r.item.Chosen)
	}
	return box(chosen > 0, chosen == len(r.shown))
}

// box is a mark for some and all.
func box(some, all bool) string {
	switch {
	case all:
		return "[x]"
	case some:
		return "[-]"
	}
	return "[ ]"
}

// beside is what stands beside a name: how many of its parts are chosen, what is missing, what is to be known.
func (m *Model) beside(r row) string {
	var texts []string
	if r.heading {
		texts = append(texts, fmt.Sprintf("%d of %d", count(r.shown), len(r.shown)))
	} else if m.opened == nil && len(r.item.Parts) > 0 && r.item.Chosen {
		leaves := r.item.leaves()
		if chosen := count(leaves); chosen < len(leaves) {
			texts = append(texts, fmt.Sprintf("%d of %d %s", chosen, len(leaves), m.options.Parts))
		}
	}
	text := faintStyle().Render(strings.Join(append(texts, notEmpty(r.item.Note)...), " · "))
	if r.item.Warning == "" {
		return text
	}
	return warnStyle().Render("! "+r.item.Warning) + "  " + text
}

// notEmpty is a list of the text, if there is one.
func notEmpty(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

// detailLine says in full what is known of the row under the cursor, or asks how to leave.
func (m *Model) detailLine() string {
	if m.leaving {
		if m.chosen() == 0 {
			return warnStyle().Render("nothing is chosen, so there is nothing to save")
		}
		return headingStyle().Render(fmt.Sprintf("save %d %s to %s?", m.chosen(), m.options.Things, m.options.Target))
	}
	current, any := m.current()
	if !any {
		return ""
	}
	var texts []string
	if current.item.Locked {
		texts = append(texts, "always there: it is needed to tell rows apart")
	}
	if current.item.Warning != "" {
		texts = append(texts, "! "+current.item.Warning)
	}
	return faintStyle().Render(strings.Join(append(texts, notEmpty(current.item.Note)...), " · "))
}

// keysLine says which keys do what, the most needed first: a narrow screen cuts the rest.
func (m *Model) keysLine() string {
	keys := "space choose · → " + m.options.Parts + " · enter done · ctrl-a all, ctrl-r none · ctrl-c discard"
	switch {
	case m.leaving && m.chosen() == 0:
		keys = "esc go on choosing · d discard"
	case m.leaving:
		keys = "enter save · d discard · esc go on choosing"
	case m.opened != nil:
		keys = "space choose · ← back · ctrl-a all, ctrl-r none · ctrl-s save · ctrl-c discard"
	case m.search != "":
		keys = "space choose · → " + m.options.Parts + " · esc clear · enter done · ctrl-a all, ctrl-r none"
	}
	return faintStyle().Render(keys)
}
