package cli

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"tap-jira/internal/jira"
	"tap-jira/internal/stream"
)

// streamRow is one stream in the table of streams.
type streamRow struct {
	Stream      string   `json:"stream"`
	Key         []string `json:"key"`
	Replication string   `json:"replication"`
	Bookmark    string   `json:"replication_key,omitempty"`
	Deployment  string   `json:"deployment"`
	NotOn       string   `json:"not_on,omitempty"`
	Permission  string   `json:"permission"`
	Scopes      []string `json:"scopes"`
	Cost        string   `json:"cost"`
	Standard    bool     `json:"standard"`
}

// streamsCommand lists what the tap offers, without a config.
func (a *app) streamsCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "streams",
		Short: "List the streams: key, replication, deployment, standard or not, cost in requests, permission",
		Example: `  tap-jira streams
  tap-jira streams --format json`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error { return a.runStreams() },
	}
	command.Flags().StringVar(&a.format, "format", formatText, "text or json")
	return command
}

// runStreams prints every stream that may be chosen; those that are read for their children alone stay out.
func (a *app) runStreams() error {
	if err := a.textOrJSON(); err != nil {
		return err
	}
	var rows []streamRow
	for _, s := range stream.All() {
		if !s.Hidden {
			rows = append(rows, newStreamRow(s))
		}
	}
	if a.format == formatJSON {
		return writeJSON(a.Stdout, rows)
	}
	return a.printStreams(rows)
}

// newStreamRow takes from a stream's declaration what a person chooses by.
func newStreamRow(s stream.Stream) streamRow {
	return streamRow{
		Stream:      s.Name,
		Key:         s.KeysOn(jira.Cloud),
		Replication: string(s.Method()),
		Bookmark:    s.Bookmark,
		Deployment:  deployments(s),
		NotOn:       s.NotOn,
		Permission:  permissionText(s),
		Scopes:      s.Scopes(),
		Cost:        s.Cost(),
		Standard:    s.Standard,
	}
}

// permissionText says what a stream needs, and where the two deployments ask for different things.
func permissionText(s stream.Stream) string {
	cloud, center := s.PermissionOn(jira.Cloud), s.PermissionOn(jira.DataCenter)
	switch {
	case cloud == center:
		return cloud
	case center == "":
		return cloud + " (Cloud)"
	case cloud == "":
		return center + " (Data Center)"
	}
	return cloud + " (Cloud), " + center + " (Data Center)"
}

// deployments says where a stream exists.
func deployments(s stream.Stream) string {
	switch {
	case !s.Offered(jira.Cloud):
		return jira.DataCenter.String()
	case !s.Offered(jira.DataCenter):
		return jira.Cloud.String()
	}
	return "both"
}

// printStreams writes the streams as a table, and as a narrow one where a person's terminal has not so many columns.
func (a *app) printStreams(rows []streamRow) error {
	var text bytes.Buffer
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "STREAM\tKEY\tREPLICATION\tDEPLOYMENT\tSTANDARD\tCOST\tPERMISSION")
	for _, row := range rows {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", row.Stream, strings.Join(row.Key, ", "), row.Replication,
			row.Deployment, row.standard(), row.Cost, cmp.Or(row.Permission, "-"))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if a.StdoutColumns > 0 && widest(text.String()) > a.StdoutColumns {
		return a.printNarrowStreams(rows)
	}
	_, err := a.Stdout.Write(text.Bytes())
	return err
}

// detailIndent stands before the details of a stream in the narrow table.
const detailIndent = "    "

// printNarrowStreams writes below each stream's line what is long: key, cost and permission.
func (a *app) printNarrowStreams(rows []streamRow) error {
	var text bytes.Buffer
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "STREAM\tREPLICATION\tDEPLOYMENT\tSTANDARD")
	for _, row := range rows {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", row.Stream, row.Replication, row.Deployment, row.standard())
	}
	if err := table.Flush(); err != nil {
		return err
	}
	details := []string{"KEY; COST; PERMISSION"}
	for _, row := range rows {
		details = append(details, strings.Join(row.Key, ", ")+"; "+row.Cost+"; "+cmp.Or(row.Permission, "-"))
	}
	for i, line := range strings.Split(strings.TrimSuffix(text.String(), "\n"), "\n") {
		below := ansi.Wordwrap(details[i], max(1, a.StdoutColumns-len(detailIndent)), "")
		if _, err := fmt.Fprintf(a.Stdout, "%s\n%s%s\n", line, detailIndent, strings.ReplaceAll(below, "\n", "\n"+detailIndent)); err != nil {
			return err
		}
	}
	return nil
}

// standard is the word of the table.
func (r streamRow) standard() string {
	if r.Standard {
		return "yes"
	}
	return "no"
}

// widest is how many columns the longest line of a text takes.
func widest(text string) int {
	most := 0
	for line := range strings.Lines(text) {
		most = max(most, ansi.StringWidth(strings.TrimSuffix(line, "\n")))
	}
	return most
}

// writeJSON prints a value for people and programs alike.
func writeJSON(out io.Writer, value any) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}
