// Package picker lets a person at a terminal choose from a long list: groups of items, each with parts of its own, found by
// typing. It knows a plain list and nothing of what is chosen: no Jira, no Singer, no file.
package picker
