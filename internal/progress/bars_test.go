package progress_test

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/progress"
)

// terminal takes what is drawn. It is safe for concurrent use.
type terminal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (t *terminal) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.Write(b)
}

// drawn waits until what was written holds a text, and returns all of it.
func (t *terminal) drawn(tb testing.TB, text string, refresh chan<- any) string {
	tb.Helper()
	return t.drawnSo(tb, text, refresh, func(all string) bool { return strings.Contains(all, text) })
}

// drawnWithout waits until the bars as they are drawn hold a text and another one no more. A frame that was begun before
// both changed may hold the two.
func (t *terminal) drawnWithout(tb testing.TB, text, gone string, refresh chan<- any) {
	tb.Helper()
	t.drawnSo(tb, text+" without "+gone, refresh, func(all string) bool {
		const begin = "\x1b[J" // what stood there is erased
		frame := all[strings.LastIndex(all, begin)+1:]
		return strings.Contains(frame, text) && !strings.Contains(frame, gone)
	})
}

// drawnSo waits until what was written is as wanted, and returns all of it.
func (t *terminal) drawnSo(tb testing.TB, what string, refresh chan<- any, wanted func(all string) bool) string {
	tb.Helper()
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for deadline := time.After(20 * time.Second); ; {
		t.mu.Lock()
		all := t.text.String()
		t.mu.Unlock()
		if wanted(all) {
			return all
		}
		select {
		case refresh <- time.Now():
		case <-ticker.C:
		case <-deadline:
			tb.Fatalf("%q was not drawn: %q", what, all)
		}
	}
}

// noon is the clock of these tests.
func noon() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

func TestBarsShowEachRunningStream(t *testing.T) {
	t.Parallel()
	out, refresh := &terminal{}, make(chan any)
	bars := progress.NewBars(progress.NewScreen(out), noon, refresh)
	bars.Show(progress.Snapshot{
		Streams: 19, Ended: 3, Records: 12345, Rate: 678, Seconds: 61, Until: noon().Add(90 * time.Second), Reason: "quota",
		Running: []progress.Stream{
			{Stream: "issues", Records: 500, Rate: 50, Pieces: 500, Expected: 2000, Kind: "issues", Left: 30},
			{Stream: "issue_comments", Records: 999, Rate: 5.25},
		},
	})
	all := out.drawn(t, "issue_comments", refresh)
	require.Regexp(t, `issues +\[=+> *\] 500/2,000 issues`, all)
	require.NotRegexp(t, `issue_comments +\[`, all, "no bar where nobody knows the end")
	require.Contains(t, all, "999 records  5.2/s")
	require.Contains(t, all, "3 of 19 streams  12,345 records  678/s  1m1s")

	bars.Show(progress.Snapshot{Streams: 19, Ended: 5, Records: 99999})
	out.drawnWithout(t, "99,999 records", "issue_comments", refresh) // a stream that ended is shown no more
	bars.Close()
}

func TestALongNameMovesAllBars(t *testing.T) {
	t.Parallel()
	out, refresh := &terminal{}, make(chan any)
	bars := progress.NewBars(progress.NewScreen(out), noon, refresh)
	const long = "custom_field_context_issue_type_mappings"
	bars.Show(progress.Snapshot{Running: []progress.Stream{
		{Stream: "issues", Pieces: 1, Expected: 2, Kind: "issues"}, {Stream: long, Pieces: 1, Expected: 2, Kind: "fields"},
	}})
	all := out.drawn(t, long, refresh)
	require.Regexp(t, `issues {`+strconv.Itoa(len(long)-len("issues")+1)+`}\[`, all)
	require.Contains(t, all, long+" [")
	bars.Close()
}

func TestTheWaitIsShownWithItsReason(t *testing.T) {
	t.Parallel()
	out, refresh := &terminal{}, make(chan any)
	bars := progress.NewBars(progress.NewScreen(out), noon, refresh)
	bars.Show(progress.Snapshot{Until: noon().Add(90 * time.Second), Reason: "quota"})
	out.drawn(t, "waiting for Jira's rate limit until 12:01:30 (1m30s), quota", refresh)
	bars.Show(progress.Snapshot{Records: 5})
	out.drawnWithout(t, "5 records", "waiting", refresh)
	bars.Close()
}

func TestOnlySoManyBarsAsATerminalTakes(t *testing.T) {
	t.Parallel()
	out, refresh := &terminal{}, make(chan any)
	bars := progress.NewBars(progress.NewScreen(out), noon, refresh)
	var s progress.Snapshot
	for i := range 20 {
		s.Running = append(s.Running, progress.Stream{Stream: fmt.Sprintf("stream_%02d", i)})
	}
	bars.Show(s)
	all := out.drawn(t, "stream_07", refresh)
	require.NotContains(t, all, "stream_08")
	bars.Close()
}

func TestLogLinesStayWholeBesideBars(t *testing.T) {
	t.Parallel()
	out := &terminal{}
	screen := progress.NewScreen(out)
	write := func(line string) {
		n, err := screen.Write([]byte(line))
		require.NoError(t, err)
		require.Equal(t, len(line), n)
	}
	write("INFO before\n")
	bars := progress.NewBars(screen, noon, nil)
	var writers sync.WaitGroup
	for i := range 50 {
		writers.Go(func() {
			if i%5 == 0 {
				out.drawn(t, "INFO before", nil)
			}
			write(fmt.Sprintf("INFO line %02d of the log\n", i))
		})
	}
	for i := range 20 {
		bars.Show(progress.Snapshot{Records: int64(i), Running: []progress.Stream{{Stream: "issues", Pieces: int64(i), Expected: 20}}})
	}
	writers.Wait()
	bars.Close()
	write("CRITICAL after\n")
	all := out.text.String()
	for i := range 50 {
		require.Contains(t, all, fmt.Sprintf("INFO line %02d of the log\n", i))
	}
	require.True(t, strings.HasPrefix(all, "INFO before\n"))
	require.True(t, strings.HasSuffix(all, "CRITICAL after\n"))
}
