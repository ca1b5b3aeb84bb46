package runlog

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/dustin/go-humanize"
)

// The page is one file: its styles and charts are in it, and it asks the network for nothing.
//
//go:embed report.html
var report embed.FS

const (
	// chartRuns is how many runs a chart shows, the newest: more would be thinner than a line on a phone.
	chartRuns = 120
	// tableRuns is how many runs the table lists.
	tableRuns = 50
	// The charts are drawn on a plane of this size and stretched to the width of the screen.
	chartWidth, chartHeight = 1000.0, 100.0
	// barShare is how much of its place a bar fills.
	barShare = 0.7
	// leastBar is the height of a bar that is not nothing, so that it can be seen.
	leastBar = 1.5
)

// page is what the template shows.
type page struct {
	Made    string
	Count   int
	Failed  int
	Newest  *row
	Charts  []chart
	Rows    []row
	Older   int // runs that the table leaves out
	Streams []Stream
}

// row is one run in the table.
type row struct {
	Started, Took, Waited string
	Records, Requests     string
	Exit                  string
	Failed, Unfinished    bool
	Error                 string
}

// chart is one figure over the runs.
type chart struct {
	Title, Most string
	First, Last string
	Bars        []bar
}

// bar is one run in a chart.
type bar struct {
	X, Y, Width, Height string
	Slot, SlotWidth     string // the bar's whole place, which a failure fills
	Failed              bool
	Tip                 string
}

// HTML draws the runs, of which the last is the newest, as one page.
func HTML(runs []Run, now time.Time) ([]byte, error) {
	functions := template.FuncMap{"count": humanize.Comma, "seconds": duration}
	parsed, err := template.New("report.html").Funcs(functions).ParseFS(report, "report.html")
	if err != nil {
		return nil, fmt.Errorf("read the page's template: %w", err)
	}
	var out bytes.Buffer
	if err := parsed.Execute(&out, newPage(runs, now)); err != nil {
		return nil, fmt.Errorf("draw the runs: %w", err)
	}
	return out.Bytes(), nil
}

// newPage says what stands on the page.
func newPage(runs []Run, now time.Time) page {
	p := page{Made: clock(now), Count: len(runs)}
	for _, run := range runs {
		if run.Failed() {
			p.Failed++
		}
	}
	for _, run := range slices.Backward(runs) {
		if len(p.Rows) == tableRuns {
			break
		}
		p.Rows = append(p.Rows, newRow(run))
	}
	p.Older = len(runs) - len(p.Rows)
	ended := slices.DeleteFunc(slices.Clone(runs), Run.Unfinished)
	if len(ended) == 0 {
		return p
	}
	newest := ended[len(ended)-1]
	newestRow := newRow(newest)
	p.Newest, p.Streams = &newestRow, newest.Streams
	ended = ended[max(0, len(ended)-chartRuns):]
	p.Charts = []chart{
		newChart("Duration", ended, func(r Run) float64 { return r.Seconds }, duration),
		newChart("Records", ended, func(r Run) float64 { return float64(r.Records()) }, whole),
		newChart("Requests", ended, func(r Run) float64 { return float64(r.Requests) }, whole),
		newChart("Waits for Jira's limits", ended, func(r Run) float64 { return r.WaitsSeconds }, duration),
	}
	return p
}

// newRow writes a run as the table shows it.
func newRow(run Run) row {
	if run.Unfinished() {
		return row{Started: clock(run.Started), Unfinished: true}
	}
	return row{
		Started: clock(run.Started), Took: duration(run.Seconds), Waited: duration(run.WaitsSeconds),
		Records: humanize.Comma(run.Records()), Requests: humanize.Comma(run.Requests),
		Exit: strconv.Itoa(run.Exit), Failed: run.Failed(), Error: run.Error,
	}
}

// newChart draws one figure of the runs as bars.
func newChart(title string, runs []Run, figure func(Run) float64, write func(float64) string) chart {
	most := 0.0
	for _, run := range runs {
		most = max(most, figure(run))
	}
	c := chart{Title: title, Most: write(most), First: clock(runs[0].Started), Last: clock(runs[len(runs)-1].Started)}
	place := chartWidth / float64(max(len(runs), 12)) // few runs do not become walls
	for i, run := range runs {
		value := figure(run)
		height := 0.0
		if value > 0 {
			height = max(value/most*chartHeight, leastBar)
		}
		x := chartWidth - float64(len(runs)-i)*place // the newest stands above its time, at the right
		b := bar{
			X: coordinate(x + place*(1-barShare)/2), Y: coordinate(chartHeight - height),
			Width: coordinate(place * barShare), Height: coordinate(height),
			Slot: coordinate(x), SlotWidth: coordinate(place), Failed: run.Failed(),
			Tip: fmt.Sprintf("%s: %s", clock(run.Started), write(value)),
		}
		if b.Failed {
			b.Tip += fmt.Sprintf(", failed with exit code %d", run.Exit)
		}
		c.Bars = append(c.Bars, b)
	}
	return c
}

// coordinate writes a length of a drawing: hundredths are finer than any screen's points.
func coordinate(n float64) string { return strconv.FormatFloat(n, 'f', 2, 64) }

// clock writes a moment in UTC, since the page may be read anywhere.
func clock(at time.Time) string { return at.UTC().Format("2006-01-02 15:04 UTC") }

// duration writes seconds as people read them.
func duration(seconds float64) string {
	const exact = 60
	if seconds < exact {
		return strconv.FormatFloat(math.Round(seconds*10)/10, 'f', -1, 64) + " s"
	}
	return time.Duration(seconds * float64(time.Second)).Round(time.Second).String()
}

// whole writes a count.
func whole(n float64) string { return humanize.Comma(int64(n)) }
