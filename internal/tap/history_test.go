package tap_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
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

// TestHistories is the proof that nothing is lost: on a site that lives a random
// life, with runs of the tap in between that break off, meet faults and are gone
// on from the last STATE that reached the target, a target has everything.
func TestHistories(t *testing.T) {
	t.Parallel()
	first, last := *firstFlag, *firstFlag+*seedsFlag-1
	if testing.Short() {
		last = min(last, first+3) // under the race detector one takes seconds
	}
	if *seedFlag != 0 {
		first, last = *seedFlag, *seedFlag
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
	printed  int // bytes of the longest run, to break off the next one within
	returned map[string]time.Time
	ever     map[string]map[string]bool
	shut     map[string]jirasim.ProjectChange // what gives a withdrawn or archived project back
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
		returned: map[string]time.Time{}, ever: map[string]map[string]bool{}, shut: map[string]jirasim.ProjectChange{},
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

// step is one thing that happens on the site.
func (h *history) step() {
	switch n := h.rng.IntN(20); {
	case n < 6:
		h.pass(h.moment())
	case n < 15:
		h.editAny()
	case n < 16:
		h.bulk()
	case n < 17 || !h.shutting:
		h.burst()
	default:
		h.changeProject()
	}
}

// moment is how long nothing happens.
func (h *history) moment() time.Duration {
	longest := []time.Duration{2 * time.Millisecond, time.Second, time.Minute, 10 * time.Minute, time.Hour, 6 * time.Hour, 60 * time.Hour}
	return time.Duration(h.rng.Int64N(int64(longest[h.rng.IntN(len(longest))])))
}

// visible are the issues that the account sees, in order.
func (h *history) visible() []string { return slices.Sorted(h.site.Ledger().Keys("issues")) }

// change makes edits and notes which issues came back into sight by them: only
// their own edits bring those to the target, as without detect_deletes nothing
// tells of permissions.
func (h *history) change(edit func()) {
	before := map[string]bool{}
	for _, id := range h.visible() {
		before[id] = true
	}
	edit()
	for _, id := range h.visible() {
		if !before[id] {
			h.returned[id] = h.site.clock.Now()
		}
	}
}

var editKinds = []jirasim.EditKind{
	jirasim.EditSummary, jirasim.EditSummary, jirasim.EditStatus, jirasim.EditStatus, jirasim.AddComment, jirasim.AddComment,
	jirasim.ChangeComment, jirasim.DeleteComment, jirasim.AddWorklog, jirasim.AddWorklog, jirasim.ChangeWorklog, jirasim.DeleteWorklog,
	jirasim.MoveIssue, jirasim.CreateIssue, jirasim.CreateIssue, jirasim.DeleteIssue, jirasim.ArchiveIssue,
}

// editAny makes one edit.
func (h *history) editAny() {
	h.change(func() { h.edit(editKinds[h.rng.IntN(len(editKinds))], h.anyIssue()) })
}

func (h *history) anyIssue() string {
	ids := h.visible()
	if h.rng.IntN(3) == 0 {
		return ids[h.rng.IntN(min(3, len(ids)))] // some are edited again and again
	}
	return ids[h.rng.IntN(len(ids))]
}

func (h *history) edit(kind jirasim.EditKind, issue string) {
	if kind == jirasim.CreateIssue {
		issue = ""
	}
	h.remember() // before a row goes
	if id, done := h.quietly(kind, issue); done {
		h.tell("%s of issue %d", editNames[kind], id)
	}
	h.remember()
}

// quietly makes an edit, if the issue has what would be edited.
func (h *history) quietly(kind jirasim.EditKind, issue string) (id uint64, done bool) {
	id, err := h.site.Edit(jirasim.Edit{Kind: kind, Issue: issue})
	return id, err == nil
}

var editNames = map[jirasim.EditKind]string{
	jirasim.EditSummary: "new summary", jirasim.EditStatus: "new status", jirasim.AddComment: "new comment",
	jirasim.ChangeComment: "changed comment", jirasim.DeleteComment: "deleted comment", jirasim.AddWorklog: "new worklog",
	jirasim.ChangeWorklog: "changed worklog", jirasim.DeleteWorklog: "deleted worklog", jirasim.MoveIssue: "move",
	jirasim.CreateIssue: "creation", jirasim.DeleteIssue: "deletion", jirasim.ArchiveIssue: "archiving",
}

// bulk changes many issues in one millisecond.
func (h *history) bulk() {
	ids := h.visible()
	h.rng.Shuffle(len(ids), func(i, k int) { ids[i], ids[k] = ids[k], ids[i] })
	ids = ids[:min(len(ids), 5+h.rng.IntN(60))]
	h.tell("a bulk change of the issues %s", strings.Join(ids, " "))
	h.change(func() {
		for _, id := range ids {
			h.quietly(jirasim.EditStatus, id)
		}
	})
}

// burst adds more comments or worklogs to an issue than Jira embeds.
func (h *history) burst() {
	kind := []jirasim.EditKind{jirasim.AddComment, jirasim.AddWorklog}[h.rng.IntN(2)]
	id := h.anyIssue()
	h.tell("25 times %s of issue %s", editNames[kind], id)
	h.change(func() {
		for range 25 {
			h.quietly(kind, id)
		}
	})
}

// changeProject withdraws or archives a project, or gives it back.
func (h *history) changeProject() {
	key := []string{"OPS", "BETA", "MKT"}[h.rng.IntN(3)]
	change, shut := h.shut[key]
	delete(h.shut, key)
	if !shut {
		change = []jirasim.ProjectChange{jirasim.WithdrawProject, jirasim.ArchiveProject}[h.rng.IntN(2)]
		h.shut[key] = map[jirasim.ProjectChange]jirasim.ProjectChange{
			jirasim.WithdrawProject: jirasim.GrantProject, jirasim.ArchiveProject: jirasim.RestoreProject,
		}[change]
	}
	h.tell("project %s is %s", key, []string{"withdrawn", "given back", "archived", "restored"}[change])
	h.remember()
	h.change(func() {
		if err := h.site.ChangeProject(key, change); err != nil {
			h.t.Fatal(err)
		}
	})
}

// remember notes all rows that are true now.
func (h *history) remember() {
	for _, stream := range historyStreams {
		if h.ever[stream] == nil {
			h.ever[stream] = map[string]bool{}
		}
		for key := range h.site.Ledger().Keys(stream) {
			h.ever[stream][key] = true
		}
	}
}

// requestTime is what a request takes at least. Without it an issue might be
// read and edited again in the same millisecond, which nobody could tell.
const requestTime = 7 * time.Millisecond

// changing lets the site be edited while it is read, between any two requests
// that list something.
func (h *history) changing(req *http.Request) {
	if path := req.URL.Path; strings.Contains(path, "/search") || strings.Contains(path, "/worklog/updated") {
		h.pass(time.Duration(h.rng.Int64N(int64(3 * time.Second))))
		if h.rng.IntN(3) == 0 {
			h.editAny()
		}
	}
	h.pass(requestTime)
}
