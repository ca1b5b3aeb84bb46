package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"tap-jira/internal/jirasim"
	"tap-jira/schemas"
)

// address is the first line that the site's process prints.
type address struct {
	URL, CAFile, Username, Password string
}

// order is a line that the site's process reads; it answers each with a report.
type order struct {
	// Set begins a new count with this delay and compression.
	Set    bool          `json:",omitempty"`
	Delay  time.Duration `json:",omitempty"`
	Plain  bool          `json:",omitempty"`
	Record bool          `json:",omitempty"` // what is asked from now on, for the floor
	// Replay is a file into which the recorded requests are written.
	Replay string `json:",omitempty"`
	// Endpoints asks for the recorded requests by endpoint.
	Endpoints bool `json:",omitempty"`
	// Ledger asks for the truth about the streams that one of these patterns matches.
	// It is worked out row by row: that of all streams takes longer than to read them.
	Ledger []string `json:",omitempty"`
}

// report is what the site's process answers.
type report struct {
	Traffic   traffic
	CPU       float64 // seconds of the site's process so far
	Endpoints map[string]int
	Ledger    map[string]truth
	Problem   string
}

// truth is what the ledger says of a stream.
type truth struct {
	Columns []string
	Keys    tally
}

// runSite is the process of the simulated site.
func runSite(args []string, in io.Reader, out io.Writer) error {
	flags := flag.NewFlagSet("site", flag.ContinueOnError)
	issues := flags.Int("issues", 10_000, "issues of the site")
	dir := flags.String("dir", "", "folder for the certificate")
	deployment := flags.String("deployment", "cloud", "cloud or datacenter")
	room := flags.Int64("keep", 2<<30, "bytes of answers kept in memory")
	giants := flags.Bool("giants", false, "one issue with thousands of comments, histories and worklogs")
	if err := flags.Parse(args); err != nil {
		return err
	}
	options := jirasim.Options{Issues: *issues, Examples: schemas.FS(), Giants: *giants, EmptyLists: true}
	if *deployment == jirasim.DataCenter.String() {
		options.Deployment, options.BasePath = jirasim.DataCenter, "/jira"
	}
	var front *pages
	options.Around = func(site http.Handler) http.Handler {
		front = newPages(site, *room)
		return front
	}
	site, err := jirasim.New(options)
	if err != nil {
		return err
	}
	server, err := site.Serve()
	if err != nil {
		return err
	}
	defer server.Close() //nolint:errcheck // the process ends with it
	ca := filepath.Join(*dir, "ca.pem")
	if err := os.WriteFile(ca, server.CAPEM, 0o600); err != nil {
		return err
	}
	at := address{URL: server.URL, CAFile: ca}
	at.Username, at.Password = jirasim.DemoLogin(options.Deployment)
	if err := json.NewEncoder(out).Encode(at); err != nil {
		return err
	}
	return obey(in, out, front, site.Ledger())
}

// obey answers orders until there are no more.
func obey(in io.Reader, out io.Writer, front *pages, ledger *jirasim.Ledger) error {
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		var o order
		if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
			return fmt.Errorf("read an order: %w", err)
		}
		said := report{Traffic: front.counts(), CPU: ownCPU()}
		if o.Replay != "" {
			if err := writeQuestions(o.Replay, front.questions()); err != nil {
				said.Problem = err.Error()
			}
		}
		if o.Endpoints {
			said.Endpoints = byEndpoint(front.questions())
		}
		if o.Set {
			front.set(o.Delay, o.Plain, o.Record)
		}
		if len(o.Ledger) > 0 {
			said.Ledger = truths(ledger, o.Ledger)
		}
		if err := json.NewEncoder(out).Encode(said); err != nil {
			return err
		}
	}
	return lines.Err()
}

// byEndpoint counts requests by method and path, ids and keys taken out.
func byEndpoint(asked []question) map[string]int {
	counts := map[string]int{}
	id := regexp.MustCompile(`^([0-9]+|[A-Z][A-Z0-9]+(-[0-9]+)?)$`)
	for _, q := range asked {
		path, _, _ := strings.Cut(q.Target, "?")
		parts := strings.Split(path, "/")
		version := slices.Index(parts, "rest") + 2 // the name of an API stands between
		for i := version + 1; i < len(parts); i++ {
			parts[i] = id.ReplaceAllString(parts[i], "{}")
		}
		counts[q.Method+" "+strings.Join(parts, "/")]++
	}
	return counts
}

// truths sums the ledger up for the streams that a pattern matches, on every core.
func truths(ledger *jirasim.Ledger, patterns []string) map[string]truth {
	names := slices.DeleteFunc(ledger.Streams(), func(stream string) bool { return !matches(patterns, stream) })
	each := make([]truth, len(names))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, stream := range names {
		group.Go(func() error {
			each[i].Columns = ledger.Columns(stream)
			for key := range ledger.Keys(stream) {
				each[i].Keys.add([]byte(key))
			}
			return nil
		})
	}
	_ = group.Wait() // none of them fails
	all := make(map[string]truth, len(names))
	for i, stream := range names {
		all[stream] = each[i]
	}
	return all
}

// matches reports whether one of the patterns, with * for any text, is for this stream.
func matches(patterns []string, stream string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		is, err := path.Match(pattern, stream)
		return is && err == nil
	})
}

// writeQuestions writes the requests that the floor repeats.
func writeQuestions(name string, asked []question) error {
	content, err := json.Marshal(asked)
	if err != nil {
		return err
	}
	return os.WriteFile(name, content, 0o600)
}

// readQuestions reads what writeQuestions wrote.
func readQuestions(name string) ([]question, error) {
	content, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var asked []question
	if err := json.Unmarshal(content, &asked); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return asked, nil
}
