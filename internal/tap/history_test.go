package tap_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"tap-jira/internal/jirasim"
	"tap-jira/internal/tap"
)

// How many histories TestHistories goes through, and which.
var (
	seedFlag  = flag.Uint64("seed", 0, "the one history that TestHistories replays")
	firstFlag = flag.Uint64("first", 1, "the first history of TestHistories")
	seedsFlag = flag.Uint64("seeds", 20, "how many histories TestHistories goes through, in each dialect")
)

// shortened is how many histories `go test -short` goes through, with which the
// race detector runs: it takes ten times as long over each.
func shortened(seeds uint64) uint64 {
	if testing.Short() {
		return min(seeds, 4)
	}
	return seeds
}

// TestHistories is the proof that nothing is lost: on a site that lives a random
// life, with runs of the tap in between that break off, meet faults and are gone
// on from the last STATE that reached the target, a target has everything.
func TestHistories(t *testing.T) {
	t.Parallel()
	first, last := *firstFlag, *firstFlag+shortened(*seedsFlag)-1
	if testing.Short() {
		last = min(last, first+3) // under the race detector one takes seconds
	}
	switch {
	case *seedFlag != 0:
		first, last = *seedFlag, *seedFlag
	case testing.Short():
		last = min(last, first+4)
	}
	onEach(t, func(t *testing.T, o jirasim.Options) {
		for seed := first; seed <= last; seed++ {
			t.Run(fmt.Sprint(seed), func(t *testing.T) {
				t.Parallel()
				h := newHistory(t, o, seed, nil)
				if err := h.live(); err != nil {
					t.Fatalf("history %d: %v\n%s\nTo replay it alone: go test ./internal/tap -run TestHistories/%s -seed %d",
						seed, err, strings.Join(h.told, "\n"), o.Deployment, seed)
				}
			})
		}
	})
}

// violation is what a history shows to be broken.
type violation struct {
	// what is one of the promises below.
	what string
	text string
}

// The promises that a history holds the tap to.
const (
	lost     = "a row is missing or stale"
	invented = "a row never was"
	repeated = "an idle run prints again"
	unstable = "the state is too long or goes back"
	failed   = "a run fails without a cause"
)

// Error says which promise is broken and by what.
func (v *violation) Error() string { return v.what + ": " + v.text }

func violated(what, format string, args ...any) error {
	return &violation{what: what, text: fmt.Sprintf(format, args...)}
}

// history is one life of a site and of the target that follows it.
type history struct {
	t    *testing.T
	rng  *rand.Rand
	site *site
	told []string // what happened so far, for a failure

	options  tap.Options
	pageSize int
	lag      time.Duration // the longest that the index takes to learn of a change
	shutting bool          // projects are withdrawn and archived
	broken   *brokenTap    // nil for the tap as it is

	state    []byte // the last STATE that reached the target; nil before the first
	target   *target
	printed  int                  // bytes of the longest run, to break off the next one within
	returned map[string]time.Time // issues that came in sight by a permission
	arrived  map[string]time.Time // and by an edit of their own
	ever     map[string]map[string]bool
	shut     map[string]jirasim.ProjectChange // what gives a withdrawn or archived project back
	opened   time.Time                        // when one was given back last
}

// zones are the accounts' time zones: the ends of the world, odd offsets, and
// changes of daylight-saving time by an hour and by half of one.
var zones = []string{
	"Pacific/Pago_Pago", "Pacific/Kiritimati", "Asia/Kathmandu", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC",
}

// historyStreams are the streams that a history looks at.
var historyStreams = []string{"projects", "users", "issues", "issue_comments", "changelogs", "worklogs"}

// newHistory begins a life. Everything about it follows from the seed.
func newHistory(t *testing.T, o jirasim.Options, seed uint64, b *brokenTap) *history {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, uint64(o.Deployment)))
	h := &history{
		t: t, rng: rng, broken: b, target: merged(),
		returned: map[string]time.Time{}, arrived: map[string]time.Time{}, ever: map[string]map[string]bool{}, shut: map[string]jirasim.ProjectChange{},
	}
	o.Seed, o.Issues, o.UserCount = seed, 30+rng.IntN(60), 20
	if rng.IntN(12) == 0 {
		o.Issues = 500 + rng.IntN(100) // a first load of two groups
	}
	o.TimeZone, o.TextDatesOnly = zones[rng.IntN(len(zones))], rng.IntN(2) == 0
	h.options = light(historyStreams...)
	h.options.Concurrency = 1 // so that a seed gives the same history again
	h.options.StartDate = longAgo
	h.options.Lookback = time.Duration(5+rng.IntN(40)) * time.Minute
	if rng.IntN(3) == 0 {
		h.options.JQL = `created >= "2001-01-01"` // all issues, but the worklogs come with them
	}
	if rng.IntN(3) > 0 {
		h.lag = time.Duration(rng.Int64N(int64(h.options.Lookback)))
	}
	h.pageSize = []int{0, 0, 7, 20, 50}[rng.IntN(5)]
	h.shutting = rng.IntN(2) == 0
	if b != nil && b.options != nil {
		b.options(&o)
	}
	h.site = newSite(t, o).plain()
	h.site.LagIndex(func(uint64) time.Duration { return time.Duration(rng.Int64N(int64(h.lag) + 1)) })
	h.tell("%d issues, zone %s, text dates only %t, lookback %s, index lag up to %s, pages of %d, jql %q",
		o.Issues, o.TimeZone, o.TextDatesOnly, h.options.Lookback, h.lag, h.pageSize, h.options.JQL)
	h.toTheNight(o.TimeZone)
	h.remember()
	for range h.rng.IntN(4) {
		h.edit(jirasim.RestrictIssue, h.anyIssue()) // so that there are issues that the tap has never seen
	}
	return h
}

// toTheNight lets time pass, often until some hours before the clocks of the
// account change.
func (h *history) toTheNight(name string) {
	zone, err := time.LoadLocation(name)
	if err != nil {
		h.t.Fatal(err)
	}
	_, change := morning.In(zone).ZoneBounds()
	if h.rng.IntN(2) == 0 {
		_, change = change.ZoneBounds() // the other change of the year
	}
	wait := change.Sub(h.site.clock.Now())
	if wait < 0 || wait > 366*24*time.Hour || h.rng.IntN(3) == 0 { // no such night, or not for this history
		wait = time.Duration(h.rng.Int64N(int64(240 * time.Hour)))
	}
	h.pass(max(0, wait-time.Duration(h.rng.Int64N(int64(5*time.Hour)))))
}

// tell notes what happens.
func (h *history) tell(format string, args ...any) {
	h.told = append(h.told, h.site.clock.Now().Format("  01-02 15:04:05.000  ")+fmt.Sprintf(format, args...))
}

func (h *history) pass(d time.Duration) { h.site.clock.pass(d) }

// live goes through the history: edits and runs, then a rest after which
// everything must be there, a run with nothing to do, and a look at what a new
// target would get.
func (h *history) live() error {
	for range 6 + h.rng.IntN(4) {
		for range h.rng.IntN(7) {
			h.step()
		}
		if err := h.run(h.trouble()); err != nil {
			return err
		}
		if h.rng.IntN(4) == 0 {
			if err := h.rest(); err != nil {
				return err
			}
		}
	}
	if err := h.rest(); err != nil {
		return err
	}
	return h.compareWithNew()
}

// rest lets the index and the feed catch up, and runs twice: the first run must
// bring everything and the second nothing.
func (h *history) rest() error {
	h.pass(h.lag + 2*time.Minute)
	h.tell("rest")
	if loading(h.state) {
		// What was printed before a first load broke off, and changed since that began, is printed again once.
		if err := h.run(trouble{}); err != nil {
			return err
		}
	}
	if err := h.run(trouble{}); err != nil {
		return err
	}
	if err := h.compare(h.site.clock.Now()); err != nil {
		return err
	}
	h.pass([]time.Duration{0, time.Second, 3 * time.Minute, 50 * time.Hour}[h.rng.IntN(4)])
	return h.run(trouble{idle: true})
}
