package runlog_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"tap-jira/internal/runlog"
)

// element is one element of a page.
type element struct {
	name string
	attr map[string]string
	text string // of all that is in it
}

// elements reads a page and returns its elements in order.
func elements(t *testing.T, page []byte) []element {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(page))
	require.NoError(t, err)
	var all []element
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.ElementNode {
			e := element{name: n.Data, attr: map[string]string{}, text: text(n)}
			for _, a := range n.Attr {
				e.attr[a.Key] = a.Val
			}
			all = append(all, e)
		}
		for child := n.FirstChild; child != nil; child = child.NextSibling {
			walk(child)
		}
	}
	walk(root)
	return all
}

func text(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var all strings.Builder
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		all.WriteString(text(child))
	}
	return all.String()
}

// named keeps the elements of a name and class.
func named(all []element, name, class string) []element {
	var kept []element
	for _, e := range all {
		if e.name == name && (class == "" || e.attr["class"] == class) {
			kept = append(kept, e)
		}
	}
	return kept
}

// someRuns are n runs, of which every third failed.
func someRuns(n int) []runlog.Run {
	runs := make([]runlog.Run, n)
	for i := range runs {
		runs[i] = runlog.Run{
			Started: noon().Add(time.Duration(i) * time.Hour), Seconds: float64(10 * i), Requests: int64(i), WaitsSeconds: 90,
			Streams: []runlog.Stream{{Stream: "issues", Records: int64(1000 * i), Requests: 7, Reasons: []string{}}},
		}
		if i%3 == 2 {
			runs[i].Exit, runs[i].Error = 6, "the target <failed> & ended"
		}
	}
	return runs
}

func TestThePageDrawsEachRunInFourCharts(t *testing.T) {
	t.Parallel()
	page, err := runlog.HTML(someRuns(7), noon())
	require.NoError(t, err)
	all := elements(t, page)
	require.Len(t, named(all, "svg", ""), 4)
	bars := named(all, "rect", "bar")
	require.Len(t, bars, 4*7)
	require.Equal(t, "100.00", bars[6].attr["height"], "the longest run fills its chart")
	require.Equal(t, "0.00", bars[0].attr["height"])
	require.Len(t, named(all, "g", "failed"), 4*2)
	require.Contains(t, string(page), "2026-11-22 14:00 UTC: 20 s, failed with exit code 6")
	require.Contains(t, string(page), "7 runs, 2 failed")
	require.Contains(t, string(page), "at most 6,000")
	require.Contains(t, string(page), "at most 1m30s")
}

func TestThePageNeedsNothingElse(t *testing.T) {
	t.Parallel()
	page, err := runlog.HTML(someRuns(3), noon())
	require.NoError(t, err)
	for _, e := range elements(t, page) {
		for _, attr := range []string{"src", "href", "srcset", "action", "data", "onload", "onclick"} {
			require.NotContains(t, e.attr, attr, e.name)
		}
		require.NotContains(t, []string{"script", "link", "img", "iframe", "object", "base"}, e.name)
	}
	require.NotContains(t, string(page), "http")
	require.NotContains(t, string(page), "url(")
	require.Contains(t, string(page), "prefers-color-scheme: dark")
	require.Contains(t, string(page), `name="viewport"`)
}

func TestThePageShowsTheNewestRunAndItsStreams(t *testing.T) {
	t.Parallel()
	runs := someRuns(3)
	runs[2].Streams = append(runs[2].Streams, runlog.Stream{Stream: "boards", Failed: true, Gaps: 1234, Reasons: []string{"<b>one</b>", "two"}})
	runs = append(runs, runlog.Run{Exit: -1, Started: noon().Add(9 * time.Hour)})
	page, err := runlog.HTML(runs, noon())
	require.NoError(t, err)
	all := elements(t, page)
	require.Equal(t, "the target <failed> & ended", named(all, "p", "bad")[0].text, "escaped in the file, as written on the screen")
	cells := named(all, "td", "e")
	require.Equal(t, "<b>one</b>; two", cells[1].text)
	require.Contains(t, string(page), "boards (failed)")
	require.Contains(t, string(page), "1,234")
	require.Contains(t, string(page), "no summary: under way, or killed")
	require.Len(t, named(all, "rect", "bar"), 4*3, "a run under way has no bar")
	require.Empty(t, named(all, "b", "")[0].attr["class"])
}

func TestManyRunsAndNone(t *testing.T) {
	t.Parallel()
	page, err := runlog.HTML(nil, noon())
	require.NoError(t, err)
	require.Contains(t, string(page), "There is no run yet.")
	require.NotContains(t, string(page), "<svg")

	page, err = runlog.HTML(someRuns(1000), noon())
	require.NoError(t, err)
	all := elements(t, page)
	require.Len(t, named(all, "rect", "bar"), 4*120)
	require.Contains(t, string(page), "950 older runs are not listed.")
	require.Less(t, len(page), 300_000)

	page, err = runlog.HTML(someRuns(51), noon())
	require.NoError(t, err)
	require.Contains(t, string(page), ">1 older run is not listed.")

	idle := make([]runlog.Run, 3)
	page, err = runlog.HTML(idle, noon())
	require.NoError(t, err)
	require.NotContains(t, string(page), "NaN")
	require.NotContains(t, string(page), "Inf")
}

func ExampleRun_Records() {
	run := runlog.Run{Streams: []runlog.Stream{{Records: 2}, {Records: 3}}}
	fmt.Println(run.Records())
	// Output: 5
}
