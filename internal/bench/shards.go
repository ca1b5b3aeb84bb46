package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// sharded is a load by several processes at once, each of which reads a piece.
type sharded struct {
	name    string
	limit   int     // requests a second that all together may send; 0 is no limit
	plan    float64 // seconds that the plan took; 0 without one
	wall    float64 // seconds from the start of the first worker to the end of the last
	workers []usage
	traffic traffic
	found   found
}

// shardsBench compares one process with several, without a limit on requests and
// with one that they share.
type shardsBench struct {
	bench
	pieces int
	limit  int // requests a second
	delay  time.Duration
}

// runShards measures what the flags ask for.
func runShards(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("shards", flag.ContinueOnError)
	issues := flags.Int("issues", 40_000, "issues of the site")
	deployment := flags.String("deployment", "cloud", "cloud or datacenter")
	delay := flags.Duration("latency", 100*time.Millisecond, "delay before each answer")
	pieces := flags.Int("pieces", 4, "into how many pieces the load is cut")
	limit := flags.Int("limit", 20, "requests_per_second of the runs with a limit")
	rounds := flags.Int("rounds", 2, "how often each load is measured without a limit")
	concurrency := flags.Int("concurrency", 8, "requests in flight of each process")
	streams := flags.String("streams", "issues,issue_comments,changelogs,worklogs", "what is read")
	tap := flags.String("tap", "bin/tap-jira", "the binary under test")
	out := flags.String("out", "", "file for the report; none is standard output alone")
	if err := flags.Parse(args); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "tap-jira-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
	site, err := startSite(ctx, "-dir", dir, "-issues", strconv.Itoa(*issues), "-deployment", *deployment)
	if err != nil {
		return err
	}
	defer site.close() //nolint:errcheck // the bench ends with it
	b := &shardsBench{
		bench: bench{
			site: site, dir: dir, tap: *tap, concurrency: *concurrency, rounds: *rounds, issues: *issues, log: os.Stderr,
			streams: strings.Split(*streams, ","),
		},
		pieces: *pieces, limit: *limit, delay: *delay,
	}
	results, err := b.measureLoads(ctx)
	if err != nil {
		return err
	}
	return writeReport(*out, b.renderLoads(args, results))
}

// measureLoads measures each load, the limited ones once, as no round of them is faster.
func (b *shardsBench) measureLoads(ctx context.Context) ([]*sharded, error) {
	said, err := b.site.tell(order{Ledger: b.patterns()})
	if err != nil {
		return nil, err
	}
	b.ledger = said.Ledger
	var results []*sharded
	for _, limit := range []int{0, b.limit} {
		rounds := b.rounds
		if limit > 0 {
			rounds = 1
		}
		for _, pieces := range []int{1, b.pieces} {
			load, err := b.load(ctx, pieces, limit, rounds)
			if err != nil {
				return nil, err
			}
			results = append(results, load)
		}
	}
	return results, nil
}

// load measures the best of several rounds of a load. Before them it is read
// once without a delay, to compare it with the ledger and to have all answers in
// memory.
func (b *shardsBench) load(ctx context.Context, pieces, limit, rounds int) (*sharded, error) {
	program, err := b.tapProgram()
	if err != nil {
		return nil, err
	}
	if err := writeJSON(b.file("limit.json"), map[string]int{"requests_per_second": limit}); err != nil {
		return nil, err
	}
	best := &sharded{name: "one process", limit: limit}
	workers := [][]string{append(program.args, "--config", b.file("limit.json"))}
	if pieces > 1 {
		best.name = strconv.Itoa(pieces) + " shards"
		if workers, best.plan, err = b.plan(ctx, workers[0], pieces); err != nil {
			return nil, err
		}
	}
	if limit > 0 {
		// No round is faster than the limit, which leaves time enough to listen.
		got, err := b.readAll(ctx, workers, b.delay, b.listenTo)
		best.take(got)
		return best, err
	}
	checked, err := b.readAll(ctx, workers, 0, b.listenTo)
	if err != nil {
		return nil, err
	}
	best.found = checked.found
	for round := range rounds {
		fmt.Fprintf(b.log, "%s: round %d of %d\n", best.name, round+1, rounds)
		got, err := b.readAll(ctx, workers, b.delay, b.silence)
		if err != nil {
			return nil, err
		}
		best.take(got)
	}
	return best, nil
}

// take keeps a round that was faster than the ones before.
func (s *sharded) take(round *sharded) {
	if round == nil || s.wall > 0 && s.wall <= round.wall {
		return
	}
	s.wall, s.workers, s.traffic = round.wall, round.workers, round.traffic
	if len(round.found) > 0 {
		s.found = round.found
	}
}

// plan cuts the load, and returns what each worker is to be started with and how
// long it took.
func (b *shardsBench) plan(ctx context.Context, args []string, pieces int) ([][]string, float64, error) {
	if _, err := b.site.tell(order{Set: true, Delay: b.delay}); err != nil {
		return nil, 0, err
	}
	var plan bytes.Buffer
	u, err := measure(ctx, &plan, b.tap, append([]string{"plan", "--shards", strconv.Itoa(pieces)}, args...)...)
	if err := errors.Join(err, u.failure()); err != nil {
		return nil, 0, err
	}
	var workers [][]string
	for i, line := range bytes.SplitAfter(bytes.TrimSpace(plan.Bytes()), []byte("\n")) {
		name := b.file(fmt.Sprintf("shard-%d.jsonl", i+1))
		if err := os.WriteFile(name, line, 0o600); err != nil {
			return nil, 0, err
		}
		workers = append(workers, append(slices.Concat([]string{"sync"}, args), "--shard", name))
	}
	return workers, u.Wall, nil
}

// reader runs a worker to its end and sums up what it prints, if it listens.
type reader func(ctx context.Context, args []string) (found, usage, error)

// readAll runs the workers side by side.
func (b *shardsBench) readAll(ctx context.Context, workers [][]string, delay time.Duration, read reader) (*sharded, error) {
	if _, err := b.site.tell(order{Set: true, Delay: delay}); err != nil {
		return nil, err
	}
	load := &sharded{workers: make([]usage, len(workers)), found: found{}}
	problems, printed := make([]error, len(workers)), make([]found, len(workers))
	began := time.Now()
	var running sync.WaitGroup
	for i, args := range workers {
		running.Go(func() { printed[i], load.workers[i], problems[i] = read(ctx, args) })
	}
	running.Wait()
	load.wall = time.Since(began).Seconds()
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	for _, piece := range printed {
		load.found.join(piece)
	}
	said, err := b.site.tell(order{})
	load.traffic = said.Traffic
	return load, err
}

// silence runs a worker whose output nobody reads.
func (b *shardsBench) silence(ctx context.Context, args []string) (found, usage, error) {
	u, err := measure(ctx, nil, b.tap, args...)
	return nil, u, errors.Join(err, u.failure())
}

// listenTo runs a worker and reads all that it prints.
func (b *shardsBench) listenTo(ctx context.Context, args []string) (found, usage, error) {
	all, u, err := listenTo(ctx, b.ledger, b.tap, args)
	return all, u, errors.Join(err, u.failure())
}
