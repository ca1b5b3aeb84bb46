package tap_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jirasim"
	"tap-jira/internal/tap"
)

// told is a progress that keeps what it was told.
type told struct {
	mu       sync.Mutex
	begun    []string
	expected map[string]int64
	kinds    map[string]string
	read     map[string]int64
	printed  map[string]int64
	ended    map[string]bool
}

func newTold() *told {
	return &told{expected: map[string]int64{}, kinds: map[string]string{}, read: map[string]int64{}, printed: map[string]int64{}, ended: map[string]bool{}}
}

func (p *told) locked(change func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change()
}

func (p *told) Begin(streams []string) { p.locked(func() { p.begun = append(p.begun, streams...) }) }

func (p *told) Expect(stream string, pieces int64, kind string) {
	p.locked(func() { p.expected[stream] += pieces; p.kinds[stream] = kind })
}

func (p *told) Read(stream string, pieces int64) { p.locked(func() { p.read[stream] += pieces }) }

func (p *told) Printed(stream string, records int64) {
	p.locked(func() { p.printed[stream] += records })
}

func (p *told) Ended(stream string) { p.locked(func() { p.ended[stream] = true }) }

func TestProgressTellsWhatIsPrinted(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		t.Helper()
		s := newSite(t, o)
		unseen := s.whole(t, tap.Options{})
		p := newTold()
		seen := s.whole(t, tap.Options{Progress: p})
		require.Len(t, seen.requests, len(unseen.requests), "looking on costs nothing")

		var names []string
		for _, stream := range seen.summary.Streams {
			names = append(names, stream.Stream)
			require.Equal(t, stream.Records, p.printed[stream.Stream], stream.Stream)
			if stream.Stream != "worklogs" { // a feed goes on until the run ends
				require.True(t, p.ended[stream.Stream], stream.Stream)
			}
		}
		require.Equal(t, names, p.begun)
		require.Equal(t, "projects", p.kinds["versions"])
		asked := slices.DeleteFunc(seen.records("projects"), func(m message) bool { return string(m.Record["deleted"]) == "true" })
		require.EqualValues(t, len(asked), p.expected["versions"], "those in the trash are not asked")
		require.Equal(t, p.expected["versions"], p.read["versions"])
		require.Zero(t, p.expected["issues"], "nobody asked")
		require.EqualValues(t, len(seen.records("issues")), p.read["issues"])
	})
}

func TestIssuesAreCountedAheadWhenSomebodyWatches(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		t.Helper()
		s := newSite(t, o)
		options := tap.Options{Select: []string{"issues", "issue_comments"}}
		unseen := s.whole(t, options)
		p := newTold()
		options.Progress, options.CountAhead = p, true
		seen := s.whole(t, options)
		require.Len(t, seen.requests, len(unseen.requests)+1, "one request more")
		require.Equal(t, "issues", p.kinds["issues"])
		require.EqualValues(t, len(seen.records("issues")), p.expected["issues"])
		require.Equal(t, p.expected["issues"], p.read["issues"])

		again := newTold()
		options.Progress, options.State = again, seen.state(t)
		s.whole(t, options)
		require.LessOrEqual(t, again.expected["issues"], p.expected["issues"], "an increment counts what it may read")
		require.Zero(t, again.printed["issues"])
	})
}

func TestACountThatFailsHarmsNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t, jirasim.Options{Deployment: jirasim.Cloud})
	options := tap.Options{Select: []string{"issues"}, Progress: newTold(), CountAhead: true}
	s.Script(jirasim.Fault{Template: "/rest/api/{v}/search/approximate-count", Status: 400, Times: 1})
	got := s.whole(t, options)
	require.NotEmpty(t, got.records("issues"))
}
