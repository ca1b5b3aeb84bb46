package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestParseSettings(t *testing.T) {
	t.Parallel()
	got, err := parseSettings("0,100", "off,on")
	require.NoError(t, err)
	require.Equal(t, []setting{{plain: true}, {}, {delay: 100 * time.Millisecond, plain: true}, {delay: 100 * time.Millisecond}}, got)
	for _, bad := range [][2]string{{"x", "on"}, {"0", "maybe"}, {"", "on"}} {
		_, err := parseSettings(bad[0], bad[1])
		require.Error(t, err, bad)
	}
}

func TestFlags(t *testing.T) {
	t.Parallel()
	got, err := parseFlags(nil)
	require.NoError(t, err)
	require.Equal(t, []string{"issues", "issue_comments", "changelogs", "worklogs"}, got.streams)
	require.Len(t, got.settings, 6, "three delays, with gzip and without")
	require.Equal(t, []any{10_000, 3, 8, "cloud", "bin/tap-jira"}, []any{got.issues, got.rounds, got.concurrency, got.deployment, got.tap})

	got, err = parseFlags([]string{"-streams", "", "-issues", "5", "-latency", "7", "-gzip", "on", "-idle", "-out", "x.md", "-singer-io", "venv", "-keep", "9"})
	require.NoError(t, err)
	require.Equal(t, asked{
		issues: 5, rounds: 3, concurrency: 8, keep: 9, deployment: "cloud", tap: "bin/tap-jira", python: "venv", out: "x.md",
		streams: []string{}, settings: []setting{{delay: 7 * time.Millisecond}}, idle: true,
	}, got)
}

func TestKeepTakesTheBestAndTheWorstPeak(t *testing.T) {
	t.Parallel()
	var r result
	r.keep(usage{Wall: 3, CPU: 1, PeakMB: 50}, traffic{InFlight: 8, Span: 2}, 4, 8)
	r.keep(usage{Wall: 2, CPU: 2, PeakMB: 60}, traffic{InFlight: 12, Span: 2, Requests: 5}, 3, 8)
	r.keep(usage{Wall: 4, CPU: 3, PeakMB: 40}, traffic{InFlight: 1, Span: 2}, 5, 8)
	require.Equal(t, usage{Wall: 2, CPU: 1, PeakMB: 60}, r.best)
	require.Equal(t, 5, r.traffic.Requests)
	require.InDelta(t, 3, r.siteCPU, 0)
	require.InDelta(t, 0.75, r.budget, 1e-9)
}

func TestRender(t *testing.T) {
	t.Parallel()
	b := &bench{issues: 100, rounds: 2, ledger: map[string]truth{"issues": {Keys: sumOf("1", "2")}, "worklogs": {Keys: sumOf("7")}}}
	whole, part := sumOf("2", "1"), sumOf("2")
	logs := sumOf("7")
	text := b.render([]string{"-issues", "100"}, []*result{
		{program: "tap-jira", best: usage{Wall: 2, CPU: 3, PeakMB: 40, Memory: []float64{10, 40}}, found: found{"issues": &whole, "worklogs": &logs, "roles": {}}, asked: map[string]int{"GET /a": 1, "POST /b": 7}},
		{program: "floor", best: usage{Wall: 1, CPU: 1.5}},
		{program: "singer-io", best: usage{Wall: 10, CPU: 9}, found: found{"issues": &part}},
		{program: "other", best: usage{Wall: 10, CPU: 9, Exit: 3, Stderr: "Traceback\nlimit | exceeded\n"}, found: found{"issues": &part}},
		{program: "tap-jira, second run", best: usage{Wall: 1, CPU: 1}, found: found{"issues": &part}, again: true},
	})
	require.Contains(t, text, "| 0 ms, gzip | tap-jira | 50 | 2.00 | 3.00 | 2.00 | 40 |")
	require.Contains(t, text, "| 3, all |\n")
	require.Contains(t, text, "| 1 of 3: issues 1 of 2, worklogs 0 of 1 |\n")
	require.Contains(t, text, "| 1 of 3: issues 1 of 2, worklogs 0 of 1; broke off: exit 3, limit   exceeded |\n")
	require.Contains(t, text, "| 1 again |\n")
	require.Less(t, strings.Index(text, "7 POST /b"), strings.Index(text, "1 GET /a"), "the most asked first")
	require.Contains(t, text, "Memory of tap-jira in 2.0 s")
}

// A stream that was asked for and did not come at all is missing, not left out.
func TestCompleteMissesWholeStreams(t *testing.T) {
	t.Parallel()
	one, two := sumOf("1"), sumOf("1", "2")
	b := &bench{ledger: map[string]truth{"issues": {Keys: one}, "worklogs": {Keys: two}, "roles": {}}}
	for want, all := range map[string]found{
		"1 of 3: worklogs 0 of 2":                {"issues": &one},
		"3, all":                                 {"issues": &one, "worklogs": &two, "none that was asked for": &two},
		"5 of 3: roles 2 of 0":                   {"issues": &one, "worklogs": &two, "roles": {Records: 2, Sum: 1}},
		"3 of 3: worklogs 2 of 2":                {"issues": &one, "worklogs": {Records: 2, Sum: 1}},
		"0 of 3: issues 0 of 1, worklogs 0 of 2": {},
		"":                                       nil,
	} {
		require.Equal(t, want, b.complete(all))
	}
}

func TestReportIsWrittenToAFileToo(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "new", "report.md")
	require.NoError(t, writeReport(name, "# figures\n"))
	content, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, "# figures\n", string(content))
	require.Error(t, writeReport(filepath.Join(name, "below"), "x"), "a file is no folder")
}

func TestChart(t *testing.T) {
	t.Parallel()
	lines := strings.Split(strings.TrimSuffix(chart([]float64{0, 40, 80}), "\n"), "\n")
	require.Len(t, lines, chartHeight)
	require.Equal(t, "        80 |  #", lines[0])
	require.Equal(t, "        40 | ##", lines[4])
	require.Contains(t, chart(nil), "no samples")
	require.Len(t, strings.Split(chart(make([]float64, 10*chartWidth)), "\n")[0], len("        80 |")+chartWidth)
}

func TestEndpointsAreCountedWithoutIDs(t *testing.T) {
	t.Parallel()
	got := byEndpoint([]question{
		{Method: "GET", Target: "/rest/api/2/issue/10001/comment?startAt=0"},
		{Method: "GET", Target: "/rest/api/2/issue/10002/comment"},
		{Method: "POST", Target: "/rest/api/2/search/jql"},
		{Method: "GET", Target: "/jira/rest/agile/1.0/board/7/sprint/3?startAt=50"},
		{Method: "GET", Target: "/rest/api/2/project/AB1/role/10/"},
	})
	require.Equal(t, map[string]int{
		"GET /rest/api/2/issue/{}/comment": 2, "POST /rest/api/2/search/jql": 1,
		"GET /jira/rest/agile/1.0/board/{}/sprint/{}": 1, "GET /rest/api/2/project/{}/role/{}/": 1,
	}, got)
}

func TestOneRunIsReportedWithoutAFloor(t *testing.T) {
	t.Parallel()
	b, asked := &bench{issues: 100}, map[string]int{}
	for i := range mostEndpoints + 3 {
		asked[fmt.Sprintf("GET /%03d", i)] = 1000 - i
	}
	text := b.render(nil, []*result{{program: "tap-jira", best: usage{Wall: 2, CPU: 3, PeakMB: 40}, asked: asked}, {program: "floor"}})
	require.Contains(t, text, "One run, which is compared with the ledger")
	require.Contains(t, text, "| 0 ms, gzip | tap-jira | 50 | 2.00 | 3.00 |  | 40 |")
	require.NotContains(t, text, "| floor |")
	require.Contains(t, text, "       976 GET /024\n      2922 to 3 other endpoints\n")
}
