package jirasim

import (
	"encoding/json"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// siteNow is the clock of test sites.
var siteNow = time.Date(2026, 11, 22, 10, 30, 0, 0, time.UTC)

// testSite makes a site with a clock that stands still.
func testSite(tb testing.TB, o SiteOptions) *Site {
	tb.Helper()
	if o.Now == nil {
		o.Now = func() time.Time { return siteNow }
	}
	if o.Seed == 0 {
		o.Seed = 1
	}
	return newSite(o)
}

// everyField asks for all there is of an issue.
func everyField(s *Site, api int) renderOptions {
	set, _ := s.parseFields([]string{"*all"}, "id")
	return renderOptions{Fields: set, API: api, Changelog: -1, Transitions: true, Comments: -1, Worklogs: -1}
}

func TestEveryIssueIsValidJSON(t *testing.T) {
	t.Parallel()
	for _, d := range []Deployment{Cloud, DataCenter} {
		for _, api := range []int{2, 3} {
			s := testSite(t, SiteOptions{Deployment: d, Issues: 600})
			o := everyField(s, api)
			size := 0
			for i := range s.issueCount() {
				b := s.appendIssue(nil, i, o)
				require.True(t, json.Valid(b), "issue %d of %s v%d: %s", i, d, api, b)
				o2 := o
				o2.Changelog = 0
				o2.Comments, o2.Worklogs = 0, 0
				size += len(s.appendIssue(nil, i, o2))
			}
			t.Logf("%s v%d: %d bytes an issue", d, api, size/600)
		}
	}
}

func BenchmarkStart200k(b *testing.B) {
	var before, after runtime.MemStats
	for b.Loop() {
		runtime.GC()
		runtime.ReadMemStats(&before)
		s := testSite(b, SiteOptions{Issues: 200_000})
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB-held")
		runtime.KeepAlive(s)
	}
}

func BenchmarkStart1M(b *testing.B) {
	var before, after runtime.MemStats
	for b.Loop() {
		runtime.GC()
		runtime.ReadMemStats(&before)
		s := testSite(b, SiteOptions{Issues: 1_000_000})
		s.feedOnce.Do(s.makeFeed)
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB-held")
		runtime.KeepAlive(s)
	}
}

func BenchmarkAppendIssue(b *testing.B) {
	s := testSite(b, SiteOptions{Issues: 10_000})
	o := everyField(s, 3)
	o.Comments, o.Worklogs, o.Changelog = 20, 20, 0
	var dst []byte
	i := 0
	for b.Loop() {
		dst = s.appendIssue(dst[:0], i%10_000, o)
		b.SetBytes(int64(len(dst)))
		i++
	}
}
