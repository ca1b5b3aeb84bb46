package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// report writes the table to standard output, and to a file when there is one.
func (b *bench) report(name string, args []string, results []*result) error {
	return writeReport(name, b.render(args, results))
}

// writeReport writes a report to standard output and, if it has a name, to a file.
func writeReport(name, text string) error {
	if _, err := io.WriteString(os.Stdout, text); err != nil {
		return err
	}
	if name == "" {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, []byte(text), 0o644)
}

// mostEndpoints is how many endpoints a report lists by name.
const mostEndpoints = 25

// render writes the report.
func (b *bench) render(args []string, results []*result) string {
	var t strings.Builder
	fmt.Fprintf(&t, "# %s\n\n", strings.TrimSpace("go run ./internal/bench "+strings.Join(args, " ")))
	fmt.Fprintf(&t, "%s. %s\n\n", machine(), b.how())
	t.WriteString("| setting | program | issues/s | wall s | CPU s | × floor | peak MB | requests | MB sent | budget in use | site's CPU s | records, of ledger |\n")
	t.WriteString("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n")
	for _, r := range results {
		if r.best.Wall == 0 {
			continue // it was not run
		}
		records := b.complete(r.found)
		if r.again {
			records = fmt.Sprintf("%d again", r.found.total())
		}
		if why := r.best.lastWords(); why != "" {
			records += "; broke off: " + why
		}
		fmt.Fprintf(&t, "| %s | %s | %.0f | %.2f | %.2f | %s | %.0f | %d | %.1f | %.0f %% | %.2f | %s |\n",
			r.setting, r.program, float64(b.issues)/r.best.Wall, r.best.Wall, r.best.CPU, ofFloor(results, r), r.best.PeakMB,
			r.traffic.Requests, float64(r.traffic.Bytes)/1e6, 100*r.budget, r.siteCPU, records)
	}
	t.WriteString("\n")
	b.renderRequests(&t, results)
	renderMemory(&t, results)
	return t.String()
}

// how says what the figures are.
func (b *bench) how() string {
	if b.rounds == 0 {
		return "One run, which is compared with the ledger: its output is read meanwhile, and the site renders each answer."
	}
	return fmt.Sprintf("Best of %d rounds in turn; peak memory is the worst.", b.rounds)
}

// machine says when and on what the figures were made.
func machine() string {
	return fmt.Sprintf("%s, %d cores, %s/%s, %s", time.Now().UTC().Format(time.DateOnly), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
}

// renderRequests lists what each program asked in its first setting.
func (b *bench) renderRequests(t *strings.Builder, results []*result) {
	told := map[string]bool{"floor": true}
	for _, r := range results {
		if told[r.program] {
			continue
		}
		told[r.program] = true
		fmt.Fprintf(t, "Requests of %s:\n\n%s\n", r.program, listRequests(r.asked))
	}
}

// listRequests lists the endpoints that were asked most, and sums up the others.
func listRequests(asked map[string]int) string {
	var t strings.Builder
	endpoints := slices.SortedFunc(maps.Keys(asked), func(a, b string) int {
		return cmp.Or(asked[b]-asked[a], strings.Compare(a, b))
	})
	listed := min(len(endpoints), mostEndpoints)
	for _, endpoint := range endpoints[:listed] {
		fmt.Fprintf(&t, "    %6d %s\n", asked[endpoint], endpoint)
	}
	rest := 0
	for _, endpoint := range endpoints[listed:] {
		rest += asked[endpoint]
	}
	if rest > 0 {
		fmt.Fprintf(&t, "    %6d to %d other endpoints\n", rest, len(endpoints)-listed)
	}
	return t.String()
}

// renderMemory draws the memory of the tap in each setting.
func renderMemory(t *strings.Builder, results []*result) {
	for _, r := range results {
		if r.program == "tap-jira" {
			fmt.Fprintf(t, "Requests under way in %.1f s, %s:\n\n%s\n", r.traffic.Span, r.setting, chart(r.traffic.Load))
			fmt.Fprintf(t, "Memory of tap-jira in %.1f s, %s (MB):\n\n%s\n", r.best.Wall, r.setting, chart(r.best.Memory))
		}
	}
}

// ofFloor is a program's processor time as a multiple of the floor's in the same
// setting; empty when the floor was not run.
func ofFloor(results []*result, of *result) string {
	for _, r := range results {
		if r.program == "floor" && r.setting == of.setting && r.best.CPU > 0 {
			return fmt.Sprintf("%.2f", of.best.CPU/r.best.CPU)
		}
	}
	return ""
}

// complete compares what was found with the ledger, stream by stream. The ledger holds what was to be read.
func (b *bench) complete(all found) string {
	if all == nil {
		return ""
	}
	var printed, there int64
	var odd []string
	for _, stream := range slices.Sorted(maps.Keys(b.ledger)) {
		t, came := b.ledger[stream], all[stream]
		if came == nil {
			came = &tally{}
		}
		printed += came.Records
		there += t.Keys.Records
		if *came != t.Keys {
			odd = append(odd, fmt.Sprintf("%s %d of %d", stream, came.Records, t.Keys.Records))
		}
	}
	if len(odd) == 0 {
		return fmt.Sprintf("%d, all", printed)
	}
	return fmt.Sprintf("%d of %d: %s", printed, there, strings.Join(odd, ", "))
}

// renderLoads writes the report of loads that are cut into shards.
func (b *shardsBench) renderLoads(args []string, loads []*sharded) string {
	var t strings.Builder
	fmt.Fprintf(&t, "# go run ./internal/bench %s\n\n", strings.Join(append([]string{"shards"}, args...), " "))
	fmt.Fprintf(&t, "%s. %d issues, %s before each answer, %d requests in flight a process. Best of %d rounds, with a limit of one;\n"+
		"the processor's time is of all processes together, the memory of the largest.\n\n", machine(), b.issues, b.delay, b.concurrency, b.rounds)
	t.WriteString("| load | limit, requests/s | wall s | × one process | each worker, s | plan s | CPU s | peak MB | requests | most in any second | most in flight | records, of ledger |\n")
	t.WriteString("|---|---:|---:|---:|---|---:|---:|---:|---:|---:|---:|---:|\n")
	var one float64
	for _, load := range loads {
		if load.plan == 0 {
			one = load.wall
		}
		fmt.Fprintf(&t, "| %s | %s | %.2f | %.2f | %s | %.2f | %.2f | %.0f | %d | %d | %d | %s |\n", load.name, orNone(load.limit), load.wall, one/load.wall, load.each(), load.plan,
			load.cpu(), load.peakMB(), load.traffic.Requests, load.traffic.MostInASecond, load.traffic.MaxInFlight, b.complete(load.found))
	}
	return t.String()
}

// orNone writes a limit.
func orNone(limit int) string {
	if limit == 0 {
		return "none"
	}
	return fmt.Sprint(limit)
}

// each lists how long the workers took.
func (s *sharded) each() string {
	var walls []string
	for _, u := range s.workers {
		walls = append(walls, fmt.Sprintf("%.1f", u.Wall))
	}
	return strings.Join(walls, ", ")
}

// cpu adds up the processor's time of the workers.
func (s *sharded) cpu() float64 {
	var sum float64
	for _, u := range s.workers {
		sum += u.CPU
	}
	return sum
}

// peakMB is the memory of the largest worker.
func (s *sharded) peakMB() float64 {
	var most float64
	for _, u := range s.workers {
		most = max(most, u.PeakMB)
	}
	return most
}
