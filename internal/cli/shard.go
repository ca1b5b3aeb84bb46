package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"tap-jira/internal/config"
	"tap-jira/internal/fault"
	"tap-jira/internal/shard"
	"tap-jira/internal/singer"
	"tap-jira/internal/stream"
	"tap-jira/internal/tap"
)

// indexVariable is where Kubernetes tells a pod of an Indexed Job which one it is, from 0.
const indexVariable = "JOB_COMPLETION_INDEX"

// printShards prints the plan, one line a piece.
func (a *app) printShards(ctx context.Context, cfg *config.Config, options tap.Options) error {
	shards, err := tap.PlanShards(ctx, options, a.shards, cfg.RequestsPerSecond)
	if err != nil {
		return err
	}
	for _, shard := range shards {
		line, err := json.Marshal(shard)
		if err != nil {
			return fmt.Errorf("write the plan: %w", err)
		}
		if _, err := fmt.Fprintf(a.Stdout, "%s\n", line); err != nil {
			return err
		}
	}
	return nil
}

// readShard returns the piece that --shard asks for, nil without, and limits the config to its share of the requests.
func (a *app) readShard(cfg *config.Config) (*shard.Piece, error) {
	if a.shard == "" {
		return nil, nil
	}
	if number, of, ok := strings.Cut(a.shard, "/"); ok {
		k, notNumber := strconv.Atoi(number)
		n, notCount := strconv.Atoi(of)
		if notNumber == nil && notCount == nil {
			return a.shardByRule(cfg, k, n)
		}
	}
	line, err := a.shardLine()
	if err != nil {
		return nil, err
	}
	piece, err := shard.Parse(line)
	if err != nil {
		return nil, err
	}
	if share := piece.RequestsPerSecond; share > 0 && (cfg.RequestsPerSecond == 0 || share < cfg.RequestsPerSecond) {
		cfg.RequestsPerSecond = share
	}
	return piece, nil
}

// shardByRule returns piece k of n, for which no plan is needed.
func (a *app) shardByRule(cfg *config.Config, k, n int) (*shard.Piece, error) {
	piece, err := shard.ByRule(k, n, a.tapOptions(&session{config: cfg}).Load(), a.Now())
	if err != nil {
		return nil, err
	}
	cfg.RequestsPerSecond, err = shard.ShareRequests(cfg.RequestsPerSecond, n)
	return piece, err
}

// shardLine returns the line of the plan that this worker is to read.
func (a *app) shardLine() ([]byte, error) {
	var content []byte
	var err error
	if a.shard == "-" {
		content, err = readBounded(a.Stdin)
		err = fault.Wrap(fault.Usage, err, "give a plan of tap-jira plan --shards, or a line of one, to standard input")
	} else {
		content, err = a.readNamed("--shard", a.shard)
	}
	if err != nil {
		return nil, err
	}
	lines := bytes.Split(bytes.TrimSpace(content), []byte("\n"))
	if len(lines) == 1 {
		return lines[0], nil
	}
	text, there := a.LookupEnv(indexVariable)
	if !there {
		return nil, fault.New(fault.Usage, "give one line of it, or set "+indexVariable+" to the number of the line, from 0",
			"--shard %s holds %d lines", a.shard, len(lines))
	}
	index, err := strconv.Atoi(text)
	if err != nil || index < 0 || index >= len(lines) {
		return nil, fault.New(fault.Usage, fmt.Sprintf("the plan has %d lines: set it from 0 to %d", len(lines), len(lines)-1), "%s is %q", indexVariable, text)
	}
	return lines[index], nil
}

// stateMergeCommand unites the states of shards.
func (a *app) stateMergeCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "merge FILE...",
		Short: "Unite the states of all shards of a load into the one that the next run goes on from",
		Example: `  tap-jira state merge state-1.json state-2.json state-3.json --state state.json
  tap-jira --config config.json --state state.json`,
		RunE: func(_ *cobra.Command, files []string) error { return a.mergeStates(files) },
	}
	command.Flags().StringVarP(&a.state, "state", "s", "", "`FILE` to write the united state to; without, it is printed")
	return command
}

// mergeStates unites the states of shards and prints the whole one; parts that do not belong together are refused by
// name.
func (a *app) mergeStates(files []string) error {
	var states []*singer.State
	canonical := stream.Canonical("")
	for _, name := range files {
		content, err := a.readNamed("the state", name)
		if err != nil {
			return err
		}
		state, err := singer.ParseState(content, canonical)
		if err != nil {
			return fmt.Errorf("read state %s: %w", name, err)
		}
		states = append(states, state)
	}
	merged, err := shard.Merge(states)
	if err != nil {
		return fmt.Errorf("merge states: %w", err)
	}
	united := merged.Encode()
	if a.state != "" {
		return a.changeState(a.state, func() error { return a.writeState(united) })
	}
	_, err = a.Stdout.Write(append(united, '\n'))
	return err
}
