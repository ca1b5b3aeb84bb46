package jirasim

import "time"

// SiteOptions says which site is made. The zero value is a Cloud site without issues.
type SiteOptions struct {
	Deployment Deployment
	// Issues is the number of issues at the start, archived ones included.
	Issues int
	// Seed decides everything that is random. The same options give the same site.
	Seed uint64
	// Now is the clock of live edits; its day at newSite is the last day of the base data.
	// Nil means time.Now.
	Now func() time.Time
	// TimeZone is the IANA zone of the account that logs in; "" means Europe/Berlin.
	TimeZone string
	// BaseURL gives the address in every `self`, without a slash at its end; it is asked
	// at each rendering because a port is known only after listening. Nil means a fixed
	// example address.
	BaseURL func() string
	// Version is Data Center's version, {10, 3, 4} when empty. Cloud has its own.
	Version []int
	// UserCount is the number of users that the site lists; 0 grows it with Issues.
	UserCount int
	// Giants adds one issue with 6,000 histories, 5,000 comments and 5,000 worklogs.
	Giants bool
	// WorklogTie makes so many worklogs of the giant share one updated millisecond.
	// Above 1,000 the worklog feed of Jira cannot be read past that millisecond.
	WorklogTie int
}

// Site is one simulated Jira: deterministic by its seed, issues made on demand and
// never all held. It is safe for concurrent use: readers see immutable snapshots, edits
// replace the snapshot.
type Site struct {
	opt     SiteOptions
	seed    uint64
}

// newSite makes the site: compact arrays only, a million issues in about a second. An unknown time zone is UTC.
func newSite(o SiteOptions) *Site { return &Site{opt: o, seed: o.Seed} }
