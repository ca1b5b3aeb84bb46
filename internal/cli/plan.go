package cli

import (
	"context"
	"fmt"
	"strconv"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tap-jira/internal/tap"
)

// planHelp is the text above the flags of plan.
const planHelp = `Say before a first load what it will take: issues, requests, points of Jira Cloud's quota (which only OAuth 2.0 is subject to),
bytes and minutes for each selected stream, from what Jira counts and a sample of 50 issues. Nothing is printed as a record.

With --shards, cut the first load into pieces that workers read side by side, and print one line of JSON for each. The pieces
hold nearly the same number of issues, by when these were created; what is no issue stands in the first. No line holds a secret.
Each worker runs tap-jira sync --shard with the same config and one line; when all are done, tap-jira state merge unites their
states into the one from which ordinary runs go on.`

// planCommand tells beforehand what a load will take.
func (a *app) planCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "plan",
		Short: "Forecast what a first load takes, or cut it into pieces for several workers",
		Long:  planHelp,
		Example: `  tap-jira plan --config config.json
  tap-jira plan --config config.json --shards 4 > plan.jsonl
  sed -n 2p plan.jsonl | tap-jira sync --config config.json --shard - --state-out state-2.json`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error { return a.runPlan(command) },
	}
	set := command.Flags()
	set.IntVar(&a.shards, "shards", 0, "print `N` pieces of a first load, a line each, instead of the forecast")
	a.bindCatalog(command, "the selected streams")
	a.bindSelect(set)
	set.StringVar(&a.format, "format", formatText, "text or json")
	set.SortFlags = false
	return command
}

// runPlan forecasts a first load, or cuts it into shards.
func (a *app) runPlan(command *cobra.Command) error {
	if err := a.textOrJSON(); err != nil {
		return err
	}
	ctx := command.Context()
	s, err := a.session(ctx)
	if err != nil {
		return err
	}
	options, err := a.chosenOptions(s)
	if err != nil {
		return err
	}
	if command.Flags().Changed("shards") {
		return a.printShards(ctx, s.config, options)
	}
	return a.printForecast(ctx, options, s.config.RequestsPerSecond)
}

// printForecast prints what a first load takes.
func (a *app) printForecast(ctx context.Context, options tap.Options, requestsPerSecond float64) error {
	f, err := tap.Predict(ctx, options, requestsPerSecond)
	if err != nil {
		return err
	}
	if a.format == formatJSON {
		return writeJSON(a.Stdout, f)
	}
	table := tabwriter.NewWriter(a.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "STREAM\tROWS\tREQUESTS\tPOINTS\tBYTES\tMINUTES\tREMARK")
	for _, s := range f.Streams {
		rows := strconv.FormatInt(s.Rows, 10)
		if s.AtLeast {
			rows = ">=" + rows
		}
		printCost(table, s.Stream, rows, s.ForecastCost, oneLine(s.Remark))
	}
	remark := fmt.Sprintf("%d issues counted, %d of them looked at, in %d requests", f.Issues, f.Sampled, f.Asked)
	printCost(table, "all", "-", f.ForecastCost, remark)
	return table.Flush()
}

// printCost prints one line of the forecast.
func printCost(table *tabwriter.Writer, name, rows string, cost tap.ForecastCost, remark string) {
	points := "-"
	if cost.Points > 0 {
		points = strconv.FormatInt(cost.Points, 10)
	}
	fmt.Fprintf(table, "%s\t%s\t%d\t%s\t%s\t%.2f\t%s\n", name, rows, cost.Requests, points, size(cost.Bytes), cost.Minutes, remark)
}

// size writes a number of bytes for people.
func size(bytes int64) string {
	value, units := float64(bytes), []string{"B", "kB", "MB", "GB"}
	for value >= 1000 && len(units) > 1 {
		value, units = value/1000, units[1:]
	}
	return fmt.Sprintf("%.3g %s", value, units[0])
}
