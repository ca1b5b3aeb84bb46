package cli

import (
	"cmp"
	"fmt"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tap-jira/internal/fault"
	"tap-jira/internal/runlog"
)

// runsCommand tells of the runs so far.
func (a *app) runsCommand() *cobra.Command {
	var f runFlags
	var html string
	command := &cobra.Command{
		Use:   "runs",
		Short: "List the runs so far: when, how long, records, requests, waits, exit; or draw them as one HTML file",
		Example: `  tap-jira runs --log-dir runs
  tap-jira runs --config config.json --format json
  tap-jira runs --config config.json --html runs.html`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error { return a.runRuns(f, html) },
	}
	a.bindLogDir(command.Flags(), &f)
	command.Flags().StringVar(&a.format, "format", formatText, "text or json")
	command.Flags().StringVar(&html, "html", "", "write one `FILE` with charts instead, readable in a browser without network")
	command.Flags().SortFlags = false
	return command
}

// bindLogDir defines the flag that run and runs share.
func (a *app) bindLogDir(set *pflag.FlagSet, f *runFlags) {
	set.StringVar(&f.logDir, "log-dir", "", "`DIR` with a log and a summary of each run (default runs/ beside the config)")
}

// runRuns prints or draws the runs.
func (a *app) runRuns(f runFlags, html string) error {
	if err := a.textOrJSON(); err != nil {
		return err
	}
	folder := runlog.Folder{Path: a.logFolder(f)}
	runs, err := folder.List()
	if err != nil {
		return fault.Wrap(fault.Usage, err, "let --log-dir name the folder of `tap-jira run`, or --config the config beside it")
	}
	switch {
	case html != "":
		return a.drawRuns(html, runs)
	case a.format == formatJSON:
		return writeJSON(a.Stdout, runs)
	}
	return a.printRuns(runs)
}

// printRuns prints the table, the newest run last.
func (a *app) printRuns(runs []runlog.Run) error {
	table := tabwriter.NewWriter(a.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "STARTED\tTOOK\tRECORDS\tREQUESTS\tWAITED\tEXIT\tREMARK")
	for _, run := range runs {
		fmt.Fprintf(table, "%s\t%s\n", run.Started.UTC().Format("2006-01-02 15:04:05Z"), runCells(run))
	}
	return table.Flush()
}

// runCells are the cells of a run behind its time.
func runCells(run runlog.Run) string {
	if run.Unfinished() {
		return "-\t-\t-\t-\t-\tno summary: under way, or killed"
	}
	return fmt.Sprintf("%s\t%d\t%d\t%s\t%d\t%s", seconds(run.Seconds), run.Records(), run.Requests, seconds(run.WaitsSeconds), run.Exit,
		cmp.Or(oneLine(run.Error), "-"))
}

// seconds writes a time as people read it.
func seconds(n float64) string {
	const exact = 60
	if n < exact {
		return strconv.FormatFloat(n, 'f', 1, 64) + "s"
	}
	return time.Duration(n * float64(time.Second)).Round(time.Second).String()
}

// drawRuns writes the HTML file.
func (a *app) drawRuns(name string, runs []runlog.Run) error {
	page, err := runlog.HTML(runs, a.Now())
	if err != nil {
		return err
	}
	if err := a.replaceFile(name, page, reportMode); err != nil {
		return fault.Wrap(unwritten(err), fmt.Errorf("write %s: %w", name, err), "let --html name a file in a folder that can be written")
	}
	return nil
}
