package jirasim

import (
	"crypto/rsa"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Deployment says which of Jira's two families the site belongs to.
type Deployment int

// The two families. A Data Center site is also what a Jira Server is: one API.
const (
	Cloud Deployment = iota
	DataCenter
)

// String returns "cloud" or "datacenter".
func (d Deployment) String() string {
	if d == DataCenter {
		return "datacenter"
	}
	return "cloud"
}

// Options describe a site. The zero value is a Cloud site of 200 issues at the root path with the demo account.
type Options struct {
	// Deployment is the dialect that the site speaks.
	Deployment Deployment
	// BasePath is the context path, such as "/jira"; every endpoint lies under it. Empty is the root.
	BasePath string
	// Issues is how many issues the site has; 0 means 200 and a negative number none.
	Issues int
	// Seed chooses the site; the same seed and size give the same site. 0 means 1.
	Seed uint64
	// Now is the site's clock; nil means time.Now.
	Now func() time.Time
	// TimeZone is the IANA name of the demo account's profile zone, in which text dates of JQL are read and
	// dates are printed; empty means "Europe/Berlin".
	TimeZone string
	// Version is a Data Center's version, which decides what it offers; empty means "10.3.4". Cloud ignores it.
	Version string
	// Title is serverInfo's serverTitle; empty means "Jira".
	Title string
	// Users are logins and their passwords (Cloud: e-mails and API tokens); all of them act as the demo account but for
	// the name of ReaderLogin. Nil means the two logins of the deployment, see DemoLogin and ReaderLogin.
	Users map[string]string
	// ReaderLacks are permissions, by their keys in mypermissions, that the reader lacks beside those of administrators.
	ReaderLacks []string
	// Basic says whether basic authentication is switched on; the zero value follows the version.
	Basic BasicMode
	// LockedDown makes a Data Center refuse everything to anonymous callers, serverInfo included.
	LockedDown bool
	// ConnectApp is the Connect app that a Cloud site has; without a key there is none.
	ConnectApp ConnectApp
	// ConsumerKey and PublicKey are the application link's; without a key there is no link.
	ConsumerKey string
	PublicKey   *rsa.PublicKey
	// RequestTokenTTL, AccessTokenTTL and SessionTTL are the lives of OAuth 1.0a tokens; 0 means Jira's defaults
	// (ten minutes, five years, five years and thirty days).
	RequestTokenTTL time.Duration
	AccessTokenTTL  time.Duration
	SessionTTL      time.Duration
	// EditsEvery is the time between two live edits; 0 means that nothing changes by itself.
	EditsEvery time.Duration
	// UserCount is how many users the site lists; 0 lets it grow with Issues.
	UserCount int
	// Giants adds one issue with 6,000 histories, 5,000 comments and 5,000 worklogs.
	Giants bool
	// WorklogTie makes so many worklogs of the giant issue share one millisecond of their last change.
	WorklogTie int
	// EmptyLists gives every issue the fields comment and worklog, without which singer-io's tap breaks; otherwise some
	// issues that have none lack the fields, as on a real site.
	EmptyLists bool
	// IndexLag is how long a change stays out of the search index: an issue changed within it is not found by search,
	// though it is there by its id, as on Cloud, whose index is eventually consistent.
	IndexLag time.Duration
	// Examples holds "<stream>.json" schemas with examples. The lists that have no handler of their own are made of them:
	// one that has no example here is not served. It may be nil.
	Examples fs.FS
	// TextDatesOnly refuses whole numbers as dates in JQL with a 400, as a site that does not know them would.
	TextDatesOnly bool
	// ResultWindow is how deep a Data Center's search may page (startAt+maxResults); 0 means 10,000 from version 10 on
	// and no limit before, a negative number no limit.
	ResultWindow int
	// RateLimit is how many requests a second the site serves to one account before it answers 429; 0 means that it
	// does not limit. On Data Center it also switches the rate limit headers on.
	RateLimit int
	// Hidden are limits that nothing tells of before they refuse.
	Hidden HiddenLimits
	// TLS shapes the certificate that Serve shows.
	TLS TLSOptions
	// Around stands before the site that Serve starts, to measure, to delay or to answer from memory; nil is nothing.
	Around func(site http.Handler) http.Handler
}

// BasicMode says whether a site accepts names and passwords.
type BasicMode int

// A Data Center accepts passwords by default before 11.0 and refuses them from then on; Cloud always takes API tokens.
const (
	BasicByVersion BasicMode = iota
	BasicOn
	BasicOff
)

// TLSOptions shape the server that Serve starts.
type TLSOptions struct {
	// Port is the port on 127.0.0.1; 0 means a free one.
	Port int
	// Listener takes connections instead of that port, for tests in which no time passes; nil for none.
	Listener net.Listener
	// Expired makes the certificate one that ran out yesterday.
	Expired bool
	// UnknownCA makes Server.CAPEM another authority than the one that signed the certificate.
	UnknownCA bool
}

// The simulated site's size and seed when Options do not say.
const (
	defaultIssues  = 200
	defaultSeed    = 1
	defaultVersion = "10.3.4"
	cloudVersion   = "1001.0.0-SNAPSHOT"
)

// DemoLogin returns the account that every site has unless Options.Users says otherwise: an e-mail and an API token on
// Cloud, a user name and a password on Data Center.
func DemoLogin(d Deployment) (username, password string) {
	if d == DataCenter {
		return "demo", "demo-password"
	}
	return "demo@example.com", "demo-token"
}

// ReaderLogin returns the second account of every site: it browses all projects and works on their issues, but has no
// permission to administer anything.
func ReaderLogin(d Deployment) (username, password string) {
	if d == DataCenter {
		return "reader", "reader-password"
	}
	return "reader@example.com", "reader-token"
}

// withDefaults returns the options with every zero value replaced by what it stands for.
func (o Options) withDefaults() (Options, error) {
	if o.Issues == 0 {
		o.Issues = defaultIssues
	}
	o.Issues = max(o.Issues, 0)
	if o.Seed == 0 {
		o.Seed = defaultSeed
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.TimeZone == "" {
		o.TimeZone = "Europe/Berlin"
	}
	if o.Title == "" {
		o.Title = "Jira"
	}
	if o.Version == "" {
		o.Version = defaultVersion
	}
	if o.Users == nil {
		name, password := DemoLogin(o.Deployment)
		reader, readersPassword := ReaderLogin(o.Deployment)
		o.Users = map[string]string{name: password, reader: readersPassword}
	}
	o.BasePath = strings.TrimRight(o.BasePath, "/")
	if o.BasePath != "" && !strings.HasPrefix(o.BasePath, "/") {
		o.BasePath = "/" + o.BasePath
	}
	o.RequestTokenTTL = orDefault(o.RequestTokenTTL, 600*time.Second)
	o.AccessTokenTTL = orDefault(o.AccessTokenTTL, 157_680_000*time.Second)
	o.SessionTTL = orDefault(o.SessionTTL, 160_272_000*time.Second)
	return o.checked()
}

// checked completes what can go wrong: the zone and the version.
func (o Options) checked() (Options, error) {
	if _, err := time.LoadLocation(o.TimeZone); err != nil {
		return o, fmt.Errorf("load the account's time zone: %w", err)
	}
	if _, err := versionNumbers(o.Version); err != nil {
		return o, err
	}
	if o.ConsumerKey != "" && o.PublicKey == nil {
		return o, fmt.Errorf("application link %q has no public key", o.ConsumerKey)
	}
	if o.ResultWindow == 0 && o.atLeast(10, 0) {
		o.ResultWindow = 10_000
	}
	if o.Basic == BasicByVersion {
		o.Basic = BasicOn
		if o.Deployment == DataCenter && o.atLeast(11, 0) {
			o.Basic = BasicOff
		}
	}
	return o, nil
}

// atLeast reports whether a Data Center is of the version or later. Cloud counts as version 1001.
func (o Options) atLeast(major, minor int) bool {
	if o.Deployment == Cloud {
		return true
	}
	numbers, err := versionNumbers(o.Version)
	if err != nil {
		return false
	}
	return numbers[0] > major || numbers[0] == major && numbers[1] >= minor
}

// versionNumbers reads "10.3.4" as three numbers.
func versionNumbers(version string) ([3]int, error) {
	var numbers [3]int
	parts := strings.Split(version, ".")
	if len(parts) > len(numbers) {
		return numbers, fmt.Errorf("version %q is not of the form 10.3.4", version)
	}
	for i, part := range parts {
		n, err := strconv.Atoi(part)
		if err != nil || n < 0 {
			return numbers, fmt.Errorf("version %q is not of the form 10.3.4", version)
		}
		numbers[i] = n
	}
	return numbers, nil
}

// orDefault returns the duration, or the default when it is zero.
func orDefault(d, fallback time.Duration) time.Duration {
	if d == 0 {
		return fallback
	}
	return d
}
