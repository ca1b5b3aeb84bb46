package jirasim

import (
	"sync"
	"sync/atomic"
	"time"
)

// SiteOptions says which site is made. The zero value is a Cloud site without issues.
type SiteOptions struct {
	Deployment Deployment
	// Issues is the number of issues at the start, archived ones included.
	Issues int
	// Seed decides everything that is random. The same options give the same site.
	Seed uint64
	// Now is the clock of live edits; the start of its day at newSite is the end of the base data. Nil means time.Now.
	Now func() time.Time
	// TimeZone is the IANA zone of the account that logs in; "" and unknown names mean UTC.
	TimeZone string
	// BaseURL gives the address in every `self`, without a slash at its end; it is asked at each rendering because a
	// port is known only after listening. Nil means a fixed example address.
	BaseURL func() string
	// Version is Data Center's version, {10, 3, 4} when empty. Cloud has its own.
	Version []int
	// UserCount is the number of users that the site lists; 0 grows it with Issues.
	UserCount int
	// Giants makes one issue with 6,000 histories, 5,000 comments and 5,000 worklogs.
	Giants bool
	// WorklogTie makes so many worklogs of the giant share one updated millisecond. Above 1,000 the worklog feed of
	// Jira cannot be read past that millisecond.
	WorklogTie int
	// EmptyLists gives every issue the fields comment and worklog; some that have none lack them otherwise.
	EmptyLists bool
	// TickingSLA makes running service levels differ at each read, as in Jira; otherwise they move once a day, so that
	// two reads of an untouched site can be compared byte by byte.
	TickingSLA bool
}

// withDefaults replaces zero values by what they stand for.
func (o SiteOptions) withDefaults() SiteOptions {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.BaseURL == nil {
		o.BaseURL = func() string { return "https://jira.example.com" }
	}
	if len(o.Version) == 0 {
		o.Version = []int{10, 3, 4}
	}
	o.Issues = max(o.Issues, 0)
	if o.UserCount <= 0 {
		o.UserCount = min(40+o.Issues/15, 5000)
	}
	o.UserCount = max(o.UserCount, minUsers)
	return o
}

// history is kept for two years before the site was made.
const siteSpan = 2 * 365 * 24 * time.Hour

// Site is one simulated Jira: deterministic by its seed, its issues made on demand and never all held. It is safe for
// concurrent use: readers see an immutable snapshot, an edit replaces the snapshot.
type Site struct {
	opt     SiteOptions
	seed    uint64
	start   int64 // epoch ms: nothing is older
	end     int64 // epoch ms: nothing of the base data is newer
	zone    *time.Location
	catalog *catalog
	fields  []field
	users   []user
	userIdx map[string]int
	ghosts  int // users at the end of users that no listing shows
	base    baseData
	boards  []board

	renamed atomic.Pointer[map[string]string] // today's names of fields that were renamed, by id

	editing sync.Mutex
	edits   int // made by editAny so far, guarded by editing
	live    atomic.Pointer[snapshot]

	views atomic.Pointer[sprintViews]

	feedOnce sync.Once
	feed     []uint64 // worklogs of the base data by updated, packed by packTime
}

// newSite makes the site: compact arrays only, a million issues in about a second.
func newSite(o SiteOptions) *Site {
	o = o.withDefaults()
	zone, err := time.LoadLocation(o.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	end := o.Now().UTC().Truncate(24 * time.Hour)
	s := &Site{
		opt: o, seed: mix(o.Seed), zone: zone,
		start: end.Add(-siteSpan).UnixMilli(), end: end.UnixMilli(),
		catalog: newCatalog(o.Deployment),
	}
	s.makeUsers()
	s.fields = newFields(o.Deployment, s.catalog)
	s.makeBase()
	s.boards = newBoards(o.Deployment, o.Issues)
	s.live.Store(&snapshot{numbers: s.base.nextNumbers()})
	return s
}

// cloud reports whether the site is a Cloud site.
func (s *Site) cloud() bool { return s.opt.Deployment == Cloud }

// The users who log in, by index: the demo account and the reader.
const (
	account       = 0
	readerAccount = 3
)

// Archived issues of projects that are live are rare.
const archivedOneIn = 200

// giant is the index of the issue with thousands of everything, or -1.
func (s *Site) giant() int {
	if !s.opt.Giants || s.opt.Issues < 10 {
		return -1
	}
	return s.opt.Issues / 3
}

// ghostAt gives the user of no listing who wrote the first history of issue i, if one did. Every ghost wrote one.
func (s *Site) ghostAt(i int) (u int, ok bool) {
	step := s.ghostStep()
	if step == 0 || i%step != 0 || i/step >= s.ghosts || i >= s.opt.Issues {
		return 0, false
	}
	return s.userCount() + i/step, true
}

// ghostStep is the distance between two issues that ghosts worked on; 0 when no issue is there for them.
func (s *Site) ghostStep() int {
	if s.ghosts == 0 {
		return 0
	}
	return s.opt.Issues / s.ghosts
}
