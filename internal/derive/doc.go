// Package derive works out of an issue and its changelog the rows that Jira has no list of: each change of a field with the
// values at the beginning, values of lists that came and left, sprints, former keys, cycles of service levels, and
// links as both of their issues know them.
//
// It knows the JSON that Jira sends and what a row looks like. It sends nothing, and does not know which streams are
// selected, nor how rows are shaped and written.
package derive
