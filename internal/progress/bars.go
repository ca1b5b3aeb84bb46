package progress

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

const (
	// mostBars is how many streams are shown at once: a terminal has few lines, and above them stands the log.
	mostBars = 8
	// nameWidth keeps the bars in one column, as long as no name is longer.
	nameWidth = 24
	barWidth  = 28
	// totalLast puts the line of the whole run below the streams.
	totalLast = 1 << 30
)

// Screen is a standard error on which log lines and live bars share a terminal: lines are printed above the bars and
// never through them. It is safe for concurrent use.
type Screen struct {
	out io.Writer

	mu   sync.Mutex
	bars *mpb.Progress
}

// NewScreen makes a Screen without bars.
func NewScreen(out io.Writer) *Screen { return &Screen{out: out} }

// Write prints whole lines, above the bars where there are any. It implements io.Writer.
func (s *Screen) Write(text []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bars != nil {
		if n, err := s.bars.Write(text); !errors.Is(err, mpb.ErrDone) {
			return n, err
		}
	}
	return s.out.Write(text)
}

// Bars is a view of live bars on a Screen: one for each running stream, and a line for the run below them.
type Bars struct {
	screen   *Screen
	progress *mpb.Progress
	now      func() time.Time
	total    *mpb.Bar
	wait     *mpb.Bar // nil while the site holds nothing back
	shown    map[string]*mpb.Bar

	mu     sync.Mutex // of what the bars read while they are drawn
	latest Snapshot
	byName map[string]Stream
	names  int // how wide the names are
}

// NewBars takes the lower end of a terminal over until Close. refresh draws the bars when something is sent on it; nil
// draws them some times a second.
func NewBars(screen *Screen, now func() time.Time, refresh <-chan any) *Bars {
	b := &Bars{screen: screen, now: now, shown: map[string]*mpb.Bar{}, byName: map[string]Stream{}, names: nameWidth}
	options := []mpb.ContainerOption{mpb.WithOutput(screen.out), mpb.WithAutoRefresh()}
	if refresh != nil {
		options = []mpb.ContainerOption{mpb.WithOutput(screen.out), mpb.WithManualRefresh(refresh)}
	}
	b.progress = mpb.New(options...)
	b.total = b.textLine(totalLast, b.totalText)
	screen.mu.Lock()
	screen.bars = b.progress
	screen.mu.Unlock()
	return b
}

// Show implements View.
func (b *Bars) Show(s Snapshot) {
	b.mu.Lock()
	b.latest = s
	for _, one := range s.Running {
		b.byName[one.Stream] = one
		b.names = max(b.names, len(one.Stream))
	}
	b.mu.Unlock()
	b.showWait(s)
	running := map[string]bool{}
	for _, one := range s.Running {
		running[one.Stream] = true
	}
	for name, bar := range b.shown {
		if !running[name] {
			bar.Abort(true)
			delete(b.shown, name)
		}
	}
	for i, one := range s.Running {
		bar := b.shown[one.Stream]
		if bar == nil && len(b.shown) < mostBars {
			bar = b.add(one.Stream, i)
			b.shown[one.Stream] = bar
		}
		if bar != nil {
			bar.SetTotal(max(one.Expected, one.Pieces+1), false) // never complete before the stream has ended
			bar.SetCurrent(one.Pieces)
		}
	}
}

// showWait adds or takes away the line that says until when the site wants no requests.
func (b *Bars) showWait(s Snapshot) {
	waits := s.waiting(b.now())
	switch {
	case waits && b.wait == nil:
		b.wait = b.textLine(totalLast+1, func() string { return waitText(b.last(), b.now()) })
	case !waits && b.wait != nil:
		b.wait.Abort(true)
		b.wait = nil
	}
}

// textLine makes a line of text among the bars.
func (b *Bars) textLine(priority int, text func() string) *mpb.Bar {
	return b.progress.New(0, mpb.NopStyle(), mpb.BarPriority(priority),
		mpb.PrependDecorators(decor.Any(func(decor.Statistics) string { return text() })))
}

// padded is a name as wide as the widest so far.
func (b *Bars) padded(name string) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return fmt.Sprintf("%-*s ", b.names, name)
}

// add makes the bar of a stream.
func (b *Bars) add(name string, priority int) *mpb.Bar {
	style := mpb.BarStyle().Lbound("[").Filler("=").Tip(">").Padding(" ").Rbound("]")
	return b.progress.New(0, style, mpb.BarPriority(priority), mpb.BarWidth(barWidth), mpb.BarFillerTrim(),
		mpb.BarFillerMiddleware(func(bar mpb.BarFiller) mpb.BarFiller { return b.onlyWhereKnown(name, bar) }),
		mpb.PrependDecorators(decor.Any(func(decor.Statistics) string { return b.padded(name) })),
		mpb.AppendDecorators(decor.Any(func(decor.Statistics) string { return " " + barText(b.stream(name)) })))
}

// onlyWhereKnown draws no bar for a stream whose end nobody knows.
func (b *Bars) onlyWhereKnown(name string, bar mpb.BarFiller) mpb.BarFiller {
	return mpb.BarFillerFunc(func(w io.Writer, s decor.Statistics) error {
		if b.stream(name).Expected > 0 {
			return bar.Fill(w, s)
		}
		return nil
	})
}

// stream is what was last told of a stream; bars are drawn from another goroutine.
func (b *Bars) stream(name string) Stream {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.byName[name]
}

// last is the snapshot that is shown.
func (b *Bars) last() Snapshot {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.latest
}

// totalText is the line of the whole run.
func (b *Bars) totalText() string {
	s := b.last()
	return fmt.Sprintf("%d of %d streams  %s records  %s  %s", s.Ended, s.Streams, Count(s.Records), rate(s.Rate), span(s.Seconds))
}

// barText stands behind a stream's bar.
func barText(s Stream) string {
	text := ""
	if s.Expected > 0 {
		text = fmt.Sprintf("%s/%s %s  ", Count(s.Pieces), Count(s.Expected), s.Kind)
	}
	text += fmt.Sprintf("%s records  %s", Count(s.Records), rate(s.Rate))
	if s.Left > 0 {
		text += "  " + span(s.Left) + " left"
	}
	return text
}

// Close implements View: the bars go, and lines are printed where they were.
func (b *Bars) Close() {
	for _, bar := range b.shown {
		bar.Abort(true)
	}
	b.total.Abort(true)
	if b.wait != nil {
		b.wait.Abort(true)
	}
	b.screen.mu.Lock()
	defer b.screen.mu.Unlock()
	b.progress.Wait() // prints what is still to be printed above the bars
	b.screen.bars = nil
}
