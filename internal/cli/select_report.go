package cli

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"text/tabwriter"

	"tap-jira/internal/singer"
)

// metadataName is the member of the metadata with the name that people know a custom field by.
const metadataName = "tap-jira.name"

// toldChanges is how many harmless changes are told one by one; --diff lists all.
const toldChanges = 20

// selectionRow is one selected stream.
type selectionRow struct {
	Stream      string `json:"stream"`
	Columns     int    `json:"columns"`
	Of          int    `json:"of"`
	Replication string `json:"replication"`
}

// changeRow is one difference between two catalogs.
type changeRow struct {
	Change   string `json:"change"`
	Stream   string `json:"stream"`
	Column   string `json:"column,omitempty"`
	Name     string `json:"name,omitempty"`
	Was      string `json:"was,omitempty"`
	Is       string `json:"is,omitempty"`
	Selected bool   `json:"selected"`
}

// selectionRows lists what a catalog chooses.
func selectionRows(catalog *singer.Catalog) []selectionRow {
	var rows []selectionRow
	for i := range catalog.Streams {
		e := &catalog.Streams[i]
		if !e.Selected(false) {
			continue
		}
		row := selectionRow{Stream: e.TapStreamID, Replication: cmp.Or(e.Method(), e.ReplicationMethod)}
		row.Columns, row.Of = countColumns(e)
		rows = append(rows, row)
	}
	return rows
}

// countColumns counts the values of a record: columns, and within objects their properties.
func countColumns(e *singer.Entry) (chosen, all int) {
	paths := e.Paths()
	for i, path := range paths {
		if i+1 < len(paths) && len(paths[i+1]) > len(path) {
			continue // an object: its properties are counted
		}
		all++
		if e.Selects(path...) {
			chosen++
		}
	}
	return chosen, all
}

// changeRows are the changes in the words of the table. catalog is the later one, which knows the names of custom fields.
func changeRows(catalog *singer.Catalog, changes []singer.Change) []changeRow {
	rows := make([]changeRow, 0, len(changes))
	for _, c := range changes {
		row := changeRow{
			Change: string(c.Kind), Stream: c.Stream, Column: strings.Join(c.Path, "."), Was: c.Was, Is: c.Is, Selected: c.Chosen,
		}
		if e := catalog.Entry(c.Stream); e != nil && len(c.Path) > 0 {
			row.Name, _ = e.Value(metadataName, c.Path...).(string)
		}
		rows = append(rows, row)
	}
	return rows
}

// printSelection prints what the catalog chooses now.
func (a *app) printSelection(name string, rows []selectionRow, changes []changeRow) error {
	if a.format == formatJSON {
		return writeJSON(a.Stdout, struct {
			Catalog string         `json:"catalog"`
			Streams []selectionRow `json:"streams"`
			Changes []changeRow    `json:"changes"`
		}{name, rows, changes})
	}
	table := tabwriter.NewWriter(a.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "STREAM\tCOLUMNS\tREPLICATION")
	for _, row := range rows {
		fmt.Fprintf(table, "%s\t%d of %d\t%s\n", row.Stream, row.Columns, row.Of, row.Replication)
	}
	return table.Flush()
}

// printDiff prints how the catalog would differ from the file.
func (a *app) printDiff(file *catalogFile, catalog *singer.Catalog) error {
	rows := changeRows(catalog, singer.Compare(file.earlier, catalog))
	if a.format == formatJSON {
		return writeJSON(a.Stdout, struct {
			Catalog string      `json:"catalog"`
			Changes []changeRow `json:"changes"`
		}{file.name, rows})
	}
	if len(rows) == 0 {
		fmt.Fprintln(a.Stdout, "no changes")
		return nil
	}
	table := tabwriter.NewWriter(a.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "CHANGE\tSTREAM\tCOLUMN\tSELECTED\tDETAIL")
	for _, row := range rows {
		selected := "no"
		if row.Selected {
			selected = "yes"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", row.Change, row.Stream, cmp.Or(row.Column, "-"), selected, row.detail())
	}
	return table.Flush()
}

// detail says what is to be known of a change beside its place.
func (r changeRow) detail() string {
	if r.Change == string(singer.Retyped) {
		return r.Was + " -> " + r.Is
	}
	return cmp.Or(r.Name, "-")
}

// tellChanges logs how a catalog that was written differs from the earlier one: all that takes something from the output or
// changes it, and of what is merely new or not selected as much as a person reads, what is selected first.
func (a *app) tellChanges(ctx context.Context, changes []changeRow) {
	var loud, quiet, quieter []changeRow
	for _, row := range changes {
		switch kind := singer.ChangeKind(row.Change); {
		case kind == singer.Selected, kind == singer.Deselected:
			// the user's own doing
		case row.Selected && kind != singer.New:
			loud = append(loud, row)
		case row.Selected:
			quiet = append(quiet, row)
		default:
			quieter = append(quieter, row)
		}
	}
	for _, row := range loud {
		a.logger().Log(ctx, slog.LevelWarn, "catalog changed", row.attributes()...)
	}
	quiet = append(quiet, quieter...)
	for _, row := range quiet[:min(len(quiet), toldChanges)] {
		a.logger().Log(ctx, slog.LevelInfo, "catalog changed", row.attributes()...)
	}
	if more := len(quiet) - toldChanges; more > 0 {
		a.logger().Info("catalog changed in more places; --diff lists them before", slog.Int("changes", more))
	}
}

// attributes are the facts of a change for the log.
func (r changeRow) attributes() []any {
	attrs := []any{slog.String("change", r.Change), slog.String("stream", r.Stream)}
	for _, fact := range []struct{ key, value string }{
		{"column", r.Column}, {"name", r.Name}, {"was", r.Was}, {"is", r.Is},
	} {
		if fact.value != "" {
			attrs = append(attrs, slog.String(fact.key, fact.value))
		}
	}
	return append(attrs, slog.Bool("selected", r.Selected))
}
