package cli

import (
	"context"

	"github.com/spf13/cobra"

	"tap-jira/internal/fault"
)

// planHelp is the text above the flags of plan.
const planHelp = `With --shards, cut the first load into pieces that workers read side by side, and print one line of JSON for each. The pieces
hold nearly the same number of issues, by when these were created; what is no issue stands in the first. No line holds a secret.

Each worker runs tap-jira sync --shard with the same config and one line; when all are done, tap-jira state merge unites their
states into the one from which ordinary runs go on.`

// planCommand tells beforehand what a load will take.
func (a *app) planCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "plan",
		Short: "Cut a first load into pieces for several workers",
		Long:  planHelp,
		Example: `  tap-jira plan --config config.json --shards 4 > plan.jsonl
  sed -n 2p plan.jsonl | tap-jira sync --config config.json --shard - --state-out state-2.json`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error { return a.runPlan(command.Context()) },
	}
	set := command.Flags()
	set.IntVar(&a.shards, "shards", 0, "print so many pieces of a first load, a line each")
	set.StringVar(&a.catalog, "catalog", "", "catalog `FILE` with the selected streams")
	a.bindSelect(set)
	set.SortFlags = false
	return command
}

func (a *app) runPlan(ctx context.Context) error {
	if a.shards == 0 {
		return fault.New(fault.Usage, "give --shards N", "there is no number of shards")
	}
	cfg, err := a.loadConfig(ctx)
	if err != nil {
		return err
	}
	s, err := a.open(cfg)
	if err != nil {
		return err
	}
	options := a.tapOptions(s)
	if options.Catalog, err = a.readCatalog(); err != nil {
		return err
	}
	return a.printShards(ctx, cfg, options)
}
