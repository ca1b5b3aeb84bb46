package shape

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// DocumentText returns the text of a document in the Atlassian Document Format: every word, mentions and links as people
// read them, a line for each paragraph, with a dash or number before the items of lists and a bar between the cells of
// tables. Of a node that it does not know it returns what is inside. It is false for JSON that is no document.
//
// Source: developer.atlassian.com/cloud/jira/platform/apis/document/structure.
func DocumentText(document []byte) (text string, ok bool) {
	var root map[string]any
	if json.Unmarshal(document, &root) != nil || root["type"] != "doc" {
		return "", false
	}
	var d docText
	d.node(root)
	return strings.TrimRight(d.text.String(), "\n"), true
}

// docText collects the text of a document.
type docText struct {
	text strings.Builder
	// pending stands before the next text: the sign of a list item, the bar of a cell.
	pending string
}

// write adds text within a line.
func (d *docText) write(text string) {
	if text != "" {
		d.text.WriteString(d.pending)
		d.pending = ""
		d.text.WriteString(text)
	}
}

// endLine ends the line, if anything stands in it.
func (d *docText) endLine() {
	if all := d.text.String(); all != "" && all[len(all)-1] != '\n' {
		d.text.WriteByte('\n')
	}
}

// node adds a node and what is in it.
func (d *docText) node(node map[string]any) {
	kind, _ := node["type"].(string)
	switch kind {
	case "hardBreak":
		d.text.WriteByte('\n')
	case "rule":
		d.write("----")
	default:
		d.write(leafText(kind, node))
	}
	for i, child := range contentOf(node) {
		d.child(kind, child, i, node)
	}
	if endsLine(kind) {
		d.endLine()
	}
}

// child adds a node of the content of a node of the kind above.
func (d *docText) child(above string, child map[string]any, i int, parent map[string]any) {
	switch {
	case above == "bulletList":
		d.pending = "- "
	case above == "orderedList":
		first, _ := attribute(parent, "order").(float64)
		d.pending = strconv.Itoa(max(int(first), 1)+i) + ". "
	case above == "taskList" && attribute(child, "state") == "DONE":
		d.pending = "[x] "
	case above == "taskList":
		d.pending = "[ ] "
	case above == "tableRow" && i > 0:
		d.text.WriteString(" | ")
	}
	if above != "tableRow" {
		d.node(child)
		return
	}
	var cell docText
	cell.node(child)
	d.write(strings.ReplaceAll(strings.TrimRight(cell.text.String(), "\n"), "\n", " "))
}

// endsLine tells that nothing else stands in the line of a node.
func endsLine(kind string) bool {
	switch kind {
	case "paragraph", "heading", "codeBlock", "rule", "tableRow", "taskItem", "decisionItem", "blockCard", "embedCard",
		"mediaSingle", "expand", "nestedExpand", "caption":
		return true
	}
	return false
}

// leafText is the text of a node itself.
func leafText(kind string, node map[string]any) string {
	switch kind {
	case "text":
		return linkedText(node)
	case "mention", "status", "placeholder":
		return attributeText(node, "text")
	case "emoji":
		if text := attributeText(node, "text"); text != "" {
			return text
		}
		return attributeText(node, "shortName")
	case "inlineCard", "blockCard", "embedCard":
		return attributeText(node, "url")
	case "media", "mediaInline":
		return attributeText(node, "alt")
	case "expand", "nestedExpand":
		if title := attributeText(node, "title"); title != "" {
			return title + "\n"
		}
	case "date":
		return dayText(attributeText(node, "timestamp"))
	default: // of a kind that we do not know
		text, _ := node["text"].(string)
		return text
	}
	return ""
}

// linkedText is a text with the address that it leads to, unless it is that.
func linkedText(node map[string]any) string {
	text, _ := node["text"].(string)
	marks, _ := node["marks"].([]any)
	for _, mark := range marks {
		link, _ := mark.(map[string]any)
		if address := attributeText(link, "href"); link["type"] == "link" && address != "" && address != text {
			return text + " (" + address + ")"
		}
	}
	return text
}

// dayText writes a time stamp in milliseconds as a day.
func dayText(stamp string) string {
	ms, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return stamp
	}
	return time.UnixMilli(ms).UTC().Format(time.DateOnly)
}

// contentOf returns the nodes in a node.
func contentOf(node map[string]any) []map[string]any {
	content, _ := node["content"].([]any)
	nodes := make([]map[string]any, 0, len(content))
	for _, item := range content {
		if child, ok := item.(map[string]any); ok {
			nodes = append(nodes, child)
		}
	}
	return nodes
}

func attribute(node map[string]any, name string) any {
	attributes, _ := node["attrs"].(map[string]any)
	return attributes[name]
}

func attributeText(node map[string]any, name string) string {
	switch value := attribute(node, name).(type) {
	case string:
		return value
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64)
	}
	return ""
}
