package jirasim

import (
	"crypto/sha256"
	"encoding/binary"
	"sync"
	"sync/atomic"
	"time"
)

// Jira is a simulated site as its callers see it: an http.Handler. It is safe for concurrent use.
type Jira struct {
	opt    Options
	site   *Site
	names  *jqlNames
	search *selector
	zone   *time.Location
	routes []route
	logins *logins
	oauth  *oauthProvider
	limits *limiter
	hidden *hiddenLimiter
	log    requestLog
	faults faultScript
	stale  staleIndex
	secret [sha256.Size]byte // signs page tokens
	// What the examples bring: records, the lists that are made of them, what paths can name, and their ledger.
	examples  exampleRecords
	resources []resource
	kindTable map[string]kind
	told      []ledgerStream

	base       atomic.Pointer[string]
	generation atomic.Uint64 // moves with each edit
	editing    sync.Mutex
	packers    sync.Pool // of *gzip.Writer
}

// New makes a site. It starts nothing: use it as a handler, or call Serve for real HTTPS and live edits.
func New(options Options) (*Jira, error) {
	o, err := options.withDefaults()
	if err != nil {
		return nil, err
	}
	j := &Jira{opt: o}
	j.SetBaseURL(exampleBase(o.Deployment) + o.BasePath)
	version, err := versionNumbers(o.Version)
	if err != nil {
		return nil, err
	}
	if j.zone, err = time.LoadLocation(o.TimeZone); err != nil {
		return nil, err
	}
	j.site = newSite(SiteOptions{
		Deployment: o.Deployment, Issues: o.Issues, Seed: o.Seed, Now: o.Now, TimeZone: o.TimeZone,
		BaseURL: j.BaseURL, Version: version[:], UserCount: o.UserCount, Giants: o.Giants, WorklogTie: o.WorklogTie,
		EmptyLists: o.EmptyLists,
	})
	j.names = newJQLNames(j.site)
	j.search = &selector{site: j.site, names: j.names}
	j.secret = sha256.Sum256(binary.BigEndian.AppendUint64([]byte("page tokens"), o.Seed))
	j.logins = &logins{failures: map[string]int{}}
	j.oauth = newOAuthProvider(o)
	j.limits = &limiter{perSecond: o.RateLimit}
	j.hidden = &hiddenLimiter{limits: o.Hidden, buckets: map[string]*bucket{}}
	if j.examples, err = loadExamples(o.Examples); err != nil {
		return nil, err
	}
	j.resources = j.knownResources()
	j.makeKinds()
	j.told = j.moreLedger()
	j.routes = withSegments(append(routesFor(o), j.resourceRoutes()...))
	return j, nil
}

// exampleBase is the address that the site believes in until it is told its real one.
func exampleBase(d Deployment) string {
	if d == DataCenter {
		return "https://jira.example.com"
	}
	return "https://demo.atlassian.net"
}

// BaseURL is the site's own idea of its address, context path included, as every self link has it.
func (j *Jira) BaseURL() string { return *j.base.Load() }

// SetBaseURL changes it; Serve sets the address that it listens on. Another one is a site behind a proxy.
func (j *Jira) SetBaseURL(base string) { j.base.Store(&base) }

// Ledger is the truth about the site: what an extractor must have found.
func (j *Jira) Ledger() *Ledger { return &Ledger{site: j.site, more: j.told} }

// RenameField gives a custom field of the site another name, as administrators do.
func (j *Jira) RenameField(id, name string) error { return j.site.renameField(id, name) }

// Edit makes one live edit and returns the issue's id.
func (j *Jira) Edit(e Edit) (issueID uint64, err error) {
	j.editing.Lock()
	defer j.editing.Unlock()
	defer j.generation.Add(1)
	before := j.site.live.Load()
	if issueID, err = j.site.edit(e); err == nil {
		j.stale.edited(j.site, before, issueID, j.now().UnixMilli())
	}
	return issueID, err
}

// EditAny makes the next edit of a fixed sequence on an issue of the site's own choice, as EditsEvery does.
func (j *Jira) EditAny() (issueID uint64, err error) {
	j.editing.Lock()
	defer j.editing.Unlock()
	defer j.generation.Add(1)
	before := j.site.live.Load()
	if issueID, err = j.site.editAny(); err == nil {
		j.stale.edited(j.site, before, issueID, j.now().UnixMilli())
	}
	return issueID, err
}

// zoneOf is the zone of a caller's profile: the same instant is written differently for another (jira-api.md G.2), and text
// dates of JQL are read in it (C.8).
func (j *Jira) zoneOf(c caller) *time.Location {
	if c.identity != readerIdentity {
		return j.zone
	}
	zone, err := time.LoadLocation(j.site.timeZoneOf(readerAccount))
	if err != nil {
		return time.UTC // the machine has no zones
	}
	return zone
}

// now is the site's clock in the account's zone.
func (j *Jira) now() time.Time { return j.opt.Now().In(j.zone) }

// scope is the present state of the site for a search; on Data Center two nodes take turns.
func (j *Jira) scope() searchScope {
	scope := searchScope{generation: j.generation.Load(), stale: j.stale.view(j.now().UnixMilli())}
	if j.opt.IndexLag > 0 {
		scope.newestIndex = j.now().Add(-j.opt.IndexLag).UnixMilli()
	}
	if j.opt.Deployment == DataCenter {
		scope.node = j.log.sequence() % 2
	}
	return scope
}
