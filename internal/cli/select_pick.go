package cli

import (
	"context"
	"log/slog"
	"slices"
	"strings"

	"tap-jira/internal/fault"
	"tap-jira/internal/jira"
	"tap-jira/internal/picker"
	"tap-jira/internal/singer"
	"tap-jira/internal/stream"
)

// metadataMissing is the member of a stream's metadata that says what the account lacks to read it.
const metadataMissing = "tap-jira.missing"

// pickable tells whether a person can be asked: keys come in, and the list can be shown without touching standard output.
func (a *app) pickable() bool { return a.StdinTerminal && a.StderrTerminal }

// pick has a person choose among the catalog's streams and columns. It is false when they discard their choice.
func (a *app) pick(ctx context.Context, d *discovery, file *catalogFile) (bool, error) {
	groups := pickGroups(d)
	picked, outcome, err := picker.Run(ctx, groups, picker.Options{
		Heading: "Streams of " + d.site, Things: "streams", Parts: "columns", Target: file.name,
		Input: a.Stdin, Output: a.Stderr, Environ: a.Environ(),
	})
	switch {
	case err != nil:
		return false, err
	case outcome == picker.Interrupted:
		return false, fault.New(fault.Interrupted, "run tap-jira select again to choose",
			"the choice was interrupted, and %s is as it was", file.name)
	case outcome == picker.Discarded:
		a.logger().Info("choice discarded; nothing was written", slog.String("catalog", file.name))
		return false, nil
	}
	for _, group := range picked {
		for _, item := range group.Parts {
			takeChoice(d.catalog.Entry(item.Name), item)
		}
	}
	return true, nil
}

// pickGroups makes the list of what the site offers, by families.
func pickGroups(d *discovery) []*picker.Item {
	var groups []*picker.Item
	byName := map[string]*picker.Item{}
	for _, family := range stream.Families() {
		for _, s := range family.Streams {
			e := d.catalog.Entry(s.Name)
			if e == nil {
				continue
			}
			group := byName[family.Name]
			if group == nil {
				group = &picker.Item{Name: family.Name}
				byName[family.Name] = group
				groups = append(groups, group)
			}
			group.Parts = append(group.Parts, pickStream(e, s, d.deployment))
		}
	}
	return groups
}

// pickStream is a stream in the list, with its columns.
func pickStream(e *singer.Entry, s stream.Stream, on jira.Deployment) *picker.Item {
	item := &picker.Item{Name: s.Name, Chosen: e.Selected(s.Standard), Note: s.Cost()}
	if permission := s.PermissionOn(on); permission != "" {
		item.Note = permission + " · " + item.Note
	}
	if missing, _ := e.Value(metadataMissing).(string); missing != "" {
		item.Warning = "missing: " + missing
	}
	choosable := map[string]bool{}
	for _, path := range e.Choosable() {
		choosable[strings.Join(path, ".")] = true
	}
	held := map[string]*picker.Item{"": item} // what columns are put into, by their dotted path
	for _, path := range e.Paths() {
		name := strings.Join(path, ".")
		column := &picker.Item{Name: path[len(path)-1], Chosen: e.Selects(path...), Locked: !choosable[name]}
		column.Optional = e.Optional(path...)
		column.Title, _ = e.Value(metadataName, path...).(string)
		held[name] = column
		holder := held[strings.Join(path[:len(path)-1], ".")]
		holder.Parts = append(holder.Parts, column)
	}
	return item
}

// takeChoice writes what a person chose into the catalog. Columns are only written where the choice is another one, so that
// the others go on following what they lie in.
func takeChoice(e *singer.Entry, item *picker.Item) {
	e.Select(item.Chosen)
	takeColumns(e, item.Parts, nil)
}

// takeColumns is takeChoice for the columns below a path.
func takeColumns(e *singer.Entry, columns []*picker.Item, above []string) {
	for _, column := range columns {
		path := append(slices.Clip(above), column.Name)
		if !column.Locked && e.Selects(path...) != column.Chosen {
			e.Select(column.Chosen, path...)
		}
		takeColumns(e, column.Parts, path)
	}
}
