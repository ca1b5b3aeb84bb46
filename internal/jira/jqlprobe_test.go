package jira

import (
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// What an earlier run found out is believed for a week, of the same release.
func TestWhatAnEarlierRunFoundOutIsBelieved(t *testing.T) {
	t.Parallel()
	s := newSite(t, DataCenter)
	for name, tt := range map[string]struct {
		probe    DateProbe
		believed bool
	}{
		"just now":           {DateProbe{Jira: "datacenter 9.12.12", Millis: true, Probed: epoch}, true},
		"nearly a week ago":  {DateProbe{Jira: "datacenter 9.12.12", Probed: epoch.Add(time.Second - probeAgain)}, true},
		"a week ago":         {DateProbe{Jira: "datacenter 9.12.12", Millis: true, Probed: epoch.Add(-probeAgain)}, false},
		"tomorrow":           {DateProbe{Jira: "datacenter 9.12.12", Millis: true, Probed: epoch.Add(time.Second)}, false},
		"before an upgrade":  {DateProbe{Jira: "datacenter 9.12.11", Millis: true, Probed: epoch}, false},
		"on another kind":    {DateProbe{Jira: "cloud 9.12.12", Millis: true, Probed: epoch}, false},
		"nothing, zero time": {DateProbe{Jira: "datacenter 9.12.12"}, false},
	} {
		c := s.connected(nil)
		c.dates.Store(nil)
		c.BelieveDates(tt.probe)
		got, known := c.DateProbe()
		require.Equal(t, tt.believed, known, name)
		if known {
			require.Equal(t, tt.probe, got, name)
		}
	}
	c := s.connected(nil)
	c.BelieveDates(DateProbe{Jira: "datacenter 9.12.12", Probed: epoch})
	got, known := c.DateProbe()
	require.True(t, known)
	require.True(t, got.Millis, "what this run found out itself stands")
	unconnected := s.client(nil)
	unconnected.BelieveDates(DateProbe{Jira: "datacenter 9.12.12", Probed: epoch})
	_, known = unconnected.DateProbe()
	require.False(t, known)
}

// dated is a Data Center with one issue of an hour ago, which reads dates in some way.
type dated struct {
	// instants says what it makes of epoch milliseconds: "honours", "refuses", or "ignores" them, and lists every issue.
	instants string
	// broken is the status of every walk, and probing that of every question for the newest issue; 0 is none.
	broken, probing int
	walks, probes   atomic.Int32
}

// inMillis finds a comparison with epoch milliseconds.
var inMillis = regexp.MustCompile(`created (>=|<) \d+`)

func (d *dated) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	jql := string(body)
	issue := fmt.Sprintf(`{"total":1,"issues":[{"id":"7","fields":{"created":%q}}]}`, epoch.Add(-time.Hour).Format("2006-01-02T15:04:05.000-0700"))
	refused := 0
	switch {
	case strings.Contains(jql, "ORDER BY created DESC"):
		d.probes.Add(1)
		refused = d.probing
	case strings.Contains(jql, "id = 7"): // from above, where it is not, or around it
		if d.instants == "honours" && !strings.Contains(jql, "created <") && !strings.Contains(jql, `created \u003c`) {
			issue = `{"total":0,"issues":[]}`
		}
	default:
		d.walks.Add(1)
		refused = d.broken
	}
	if d.instants == "refuses" && inMillis.MatchString(strings.NewReplacer(`\u003e`, ">", `\u003c`, "<").Replace(jql)) {
		refused = http.StatusBadRequest
	}
	if refused != 0 {
		status(refused, `{"errorMessages":["no"]}`)(w, r)
		return
	}
	fmt.Fprint(w, issue)
}

// A site that was believed to read dates as it did is asked again when something speaks against it, and only then.
func TestDatesAreDoubted(t *testing.T) {
	t.Parallel()
	// From is after the only issue, so that a site which ignores it is found out.
	walk := Walk{Field: "created", From: epoch.Add(-30 * time.Minute), Times: true}
	for name, tt := range map[string]struct {
		site          *dated
		known         bool // this run has found out itself
		walk          Walk
		want          error
		walks, probes int32
		millis        bool // what is known afterwards
	}{
		"as it was":                     {site: &dated{instants: "honours"}, walk: Walk{Field: "created", From: epoch.Add(-2 * time.Hour)}, walks: 1, millis: true},
		"refuses instants now":          {site: &dated{instants: "refuses"}, walk: walk, walks: 2, probes: 1},
		"ignores instants now":          {site: &dated{instants: "ignores"}, walk: walk, walks: 2, probes: 1},
		"refuses something else":        {site: &dated{instants: "honours", broken: 400}, walk: walk, want: ErrBadRequest, walks: 1, probes: 1, millis: true},
		"is down":                       {site: &dated{instants: "honours", broken: 403}, walk: walk, want: ErrForbidden, walks: 1, millis: true},
		"refuses to be asked":           {site: &dated{instants: "refuses", probing: 403}, walk: walk, want: ErrBadRequest, walks: 1, probes: 1, millis: true},
		"refuses what was just honored": {site: &dated{instants: "refuses"}, known: true, walk: walk, want: ErrBadRequest, walks: 1, millis: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, DataCenter)
			s.handle(searchPath, tt.site.ServeHTTP)
			c := s.connected(nil)
			if !tt.known {
				c.dates.Store(nil)
				c.BelieveDates(DateProbe{Jira: "datacenter 9.12.12", Millis: true, Probed: epoch})
			}
			var err error
			for _, broken := range c.WalkIssues(t.Context(), tt.walk) {
				err = broken
			}
			require.ErrorIs(t, err, tt.want)
			require.Equal(t, tt.walks, tt.site.walks.Load(), "walks")
			require.Equal(t, tt.probes, tt.site.probes.Load(), "probes")
			known, ok := c.DateProbe()
			require.True(t, ok)
			require.Equal(t, tt.millis, known.Millis)
		})
	}
}
