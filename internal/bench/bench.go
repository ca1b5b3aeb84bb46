package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"
)

// bench is one comparison on one site.
type bench struct {
	site        *siteProcess
	dir         string
	tap         string
	streams     []string
	concurrency int
	rounds      int
	issues      int
	ledger      map[string]truth
	log         io.Writer
}

// setting is how answers travel.
type setting struct {
	delay time.Duration
	plain bool
}

// String is how the report calls the setting.
func (s setting) String() string {
	if s.plain {
		return fmt.Sprintf("%d ms, no gzip", s.delay.Milliseconds())
	}
	return fmt.Sprintf("%d ms, gzip", s.delay.Milliseconds())
}

// result is what several rounds of one program gave in one setting: the least
// time, the most memory.
type result struct {
	program string
	setting setting
	best    usage
	traffic traffic
	siteCPU float64
	budget  float64 // share of the requests in flight that were in use, at best
	found   found
	again   bool           // it read from a state: what is unchanged is not to come
	asked   map[string]int // requests by endpoint
}

// asked is what the flags ask for.
type asked struct {
	issues, rounds, concurrency int
	keep                        int64 // bytes of answers in memory
	deployment, tap, python     string
	out                         string
	streams                     []string
	settings                    []setting
	idle                        bool
}

// parseFlags reads the flags of the bench.
func parseFlags(args []string) (asked, error) {
	var a asked
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.IntVar(&a.issues, "issues", 10_000, "issues of the site")
	flags.StringVar(&a.deployment, "deployment", "cloud", "cloud or datacenter")
	delays := flags.String("latency", "0,50,100", "delays before each answer, in ms")
	gzips := flags.String("gzip", "off,on", "whether answers are compressed")
	flags.IntVar(&a.rounds, "rounds", 3, "how often each program runs in each setting; 0 measures the run that is compared with the ledger")
	flags.IntVar(&a.concurrency, "concurrency", 8, "requests in flight")
	streams := flags.String("streams", "issues,issue_comments,changelogs,worklogs", `what tap-jira reads; "" is the standard set, "*" all`)
	flags.StringVar(&a.tap, "tap", "bin/tap-jira", "the binary under test")
	flags.Int64Var(&a.keep, "keep", 2<<30, "bytes of answers that the site keeps in memory")
	flags.StringVar(&a.python, "singer-io", "", "folder of a virtual environment for singer-io's tap-jira; it is made when it is not there")
	flags.BoolVar(&a.idle, "idle", false, "run tap-jira once more from its state")
	flags.StringVar(&a.out, "out", "", "file for the report; none is standard output alone")
	if err := flags.Parse(args); err != nil {
		return a, err
	}
	a.streams = strings.FieldsFunc(*streams, func(r rune) bool { return r == ',' })
	var err error
	a.settings, err = parseSettings(*delays, *gzips)
	return a, err
}

// runBench measures everything that the flags ask for.
func runBench(ctx context.Context, args []string) error {
	want, err := parseFlags(args)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "tap-jira-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
	site, err := startSite(ctx, "-dir", dir, "-issues", fmt.Sprint(want.issues), "-deployment", want.deployment, "-keep", fmt.Sprint(want.keep))
	if err != nil {
		return err
	}
	defer site.close() //nolint:errcheck // the bench ends with it
	b := &bench{
		site: site, dir: dir, tap: want.tap, concurrency: want.concurrency, rounds: want.rounds, issues: want.issues, log: os.Stderr,
		streams: want.streams,
	}
	results, err := b.measureAll(ctx, want.settings, want.python)
	if err != nil {
		return err
	}
	if want.idle {
		again, err := b.secondRun(ctx, want.settings[0])
		if err != nil {
			return err
		}
		results = append(results, again)
	}
	return b.report(want.out, args, results)
}

// measureAll runs the programs in turn, round after round, in each setting.
func (b *bench) measureAll(ctx context.Context, settings []setting, python string) ([]*result, error) {
	said, err := b.site.tell(order{Ledger: b.patterns()})
	if err != nil {
		return nil, err
	}
	b.ledger = said.Ledger
	programs, err := b.programs(ctx, python)
	if err != nil {
		return nil, err
	}
	var results []*result
	for _, s := range settings {
		line := make([]*result, len(programs))
		for i, p := range programs {
			line[i] = &result{program: p.name, setting: s}
			if err := b.warm(ctx, p, line[i]); err != nil {
				return nil, err
			}
		}
		for round := range b.rounds {
			for i, p := range programs {
				fmt.Fprintf(b.log, "%s: round %d of %d: %s\n", s, round+1, b.rounds, p.name)
				if err := b.once(ctx, p, line[i]); err != nil {
					return nil, err
				}
			}
		}
		results = append(results, line...)
	}
	return results, nil
}

// programs are those that can be had here. The tap comes first, because the
// floor repeats what it asks.
func (b *bench) programs(ctx context.Context, python string) ([]program, error) {
	tap, err := b.tapProgram()
	if err != nil {
		return nil, err
	}
	floor, err := b.floorProgram()
	if err != nil {
		return nil, err
	}
	programs := []program{tap, floor}
	if python != "" {
		other, err := b.pythonProgram(ctx, python)
		if err != nil {
			fmt.Fprintln(b.log, "singer-io's tap-jira is left out:", err)
			return programs, nil
		}
		programs = append(programs, other)
	}
	return programs, nil
}

// warm runs a program once without counting its time, so that the site has all
// answers in memory, and compares what it prints with the ledger.
func (b *bench) warm(ctx context.Context, p program, r *result) error {
	if p.silent {
		return nil
	}
	fmt.Fprintf(b.log, "%s: what does %s find?\n", r.setting, p.name)
	u, err := b.listen(ctx, p, r)
	if err != nil {
		return err
	}
	replay := ""
	if p.path == b.tap {
		replay = b.file("asked.json")
	}
	said, err := b.site.tell(order{Replay: replay, Endpoints: true})
	r.asked = said.Endpoints
	if b.rounds == 0 {
		r.keep(u, said.Traffic, said.CPU, b.concurrency)
	}
	return err
}

// listen runs a program and reads all that it prints.
func (b *bench) listen(ctx context.Context, p program, r *result) (usage, error) {
	o := order{Set: true, Plain: r.setting.plain, Record: true}
	if b.rounds == 0 {
		o.Delay = r.setting.delay
	}
	if _, err := b.site.tell(o); err != nil {
		return usage{}, err
	}
	all, u, err := listenTo(ctx, b.ledger, p.path, p.args)
	r.found = all
	if err := errors.Join(err, p.failure(u)); err != nil {
		return u, fmt.Errorf("read what %s prints: %w", p.name, err)
	}
	return u, nil
}

// listenTo runs a command to its end and sums up the records that it prints.
func listenTo(ctx context.Context, ledger map[string]truth, name string, args []string) (found, usage, error) {
	read, write := io.Pipe()
	var all found
	failed := make(chan error, 1)
	go func() {
		var err error
		all, err = readMessages(read, ledger)
		failed <- err
		_, _ = io.Copy(io.Discard, read) // lets the program end
	}()
	u, err := measure(ctx, write, name, args...)
	_ = write.Close()
	return all, u, errors.Join(err, <-failed)
}

// secondRun reads the unchanged site from the state of a first run.
func (b *bench) secondRun(ctx context.Context, s setting) (*result, error) {
	p, err := b.tapProgram()
	if err != nil {
		return nil, err
	}
	state, config := b.file("state.json"), p.args
	p.args = append(slices.Clone(config), "--state-out", state)
	if _, err := b.listen(ctx, p, &result{setting: s}); err != nil {
		return nil, err
	}
	p.args = append(slices.Clone(config), "--state", state)
	r := &result{program: "tap-jira, second run", setting: s, again: true}
	if err := b.warm(ctx, p, r); err != nil {
		return nil, err
	}
	if b.rounds == 0 {
		return r, nil
	}
	return r, b.once(ctx, p, r)
}

// once runs a program and keeps the best of what it costs.
func (b *bench) once(ctx context.Context, p program, r *result) error {
	before, err := b.site.tell(order{Set: true, Delay: r.setting.delay, Plain: r.setting.plain})
	if err != nil {
		return err
	}
	u, err := measure(ctx, nil, p.path, p.args...)
	if err := errors.Join(err, p.failure(u)); err != nil {
		return fmt.Errorf("run %s: %w", p.name, err)
	}
	said, err := b.site.tell(order{})
	if err != nil {
		return err
	}
	r.keep(u, said.Traffic, said.CPU-before.CPU, b.concurrency)
	return nil
}

// keep takes a round into account.
func (r *result) keep(u usage, t traffic, siteCPU float64, concurrency int) {
	first := r.best.Wall == 0
	peak := max(r.best.PeakMB, u.PeakMB)
	if first || u.Wall < r.best.Wall {
		r.best.Wall, r.best.Memory, r.traffic = u.Wall, u.Memory, t
		r.best.Exit, r.best.Stderr = u.Exit, u.Stderr
	}
	if first || u.CPU < r.best.CPU {
		r.best.CPU = u.CPU
	}
	if first || siteCPU < r.siteCPU {
		r.siteCPU = siteCPU
	}
	r.best.PeakMB = peak
	if t.Span > 0 {
		r.budget = max(r.budget, t.InFlight/t.Span/float64(concurrency))
	}
}

// parseSettings joins the lists of two flags.
func parseSettings(delays, gzips string) ([]setting, error) {
	var settings []setting
	for delay := range strings.SplitSeq(delays, ",") {
		d, err := time.ParseDuration(delay + "ms")
		if err != nil {
			return nil, fmt.Errorf("read -latency: %w", err)
		}
		for gzip := range strings.SplitSeq(gzips, ",") {
			if !slices.Contains([]string{"on", "off"}, gzip) {
				return nil, fmt.Errorf("read -gzip: %q is neither on nor off", gzip)
			}
			settings = append(settings, setting{delay: d, plain: gzip == "off"})
		}
	}
	return settings, nil
}
