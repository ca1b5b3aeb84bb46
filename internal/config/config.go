package config

import (
	"net/url"
	"time"
)

// AuthKind is a way to sign in.
type AuthKind string

// The ways to sign in that Load resolves "auto" to.
const (
	AuthBasic  AuthKind = "basic"
	AuthPAT    AuthKind = "pat"
	AuthOAuth1 AuthKind = "oauth1"
	AuthOAuth2 AuthKind = "oauth2"
)

// DefaultRedirectURI is where auth login oauth2 listens for the browser unless oauth_redirect_uri says otherwise. It is
// one fixed address because an app's redirect addresses are registered beforehand.
const DefaultRedirectURI = "http://127.0.0.1:17878/callback"

// Config is what the tap was told to do. After Load every value is legal; a key that was not given holds its default.
// Keys that are refused for now (see Schema's descriptions) have no field yet.
type Config struct {
	// BaseURL is the site: always https, host in lower case, context path kept, no slash at its end, never nil. Where only
	// cloud_id is given it is Atlassian's gateway to the site.
	BaseURL *url.URL
	// Auth is resolved: never "auto". AuthChosen tells that it was resolved from the keys that are set.
	Auth       AuthKind
	AuthChosen bool
	// Username and Password are set for AuthBasic: user and password, or e-mail and API token.
	Username string
	Password Secret

	// PersonalAccessToken is set for AuthPAT.
	PersonalAccessToken Secret

	// OAuthClientID and OAuthClientSecret are set for AuthOAuth2, unless AccessToken is all there is. RefreshToken and
	// AccessToken are empty with client credentials, before `auth login oauth2`, and when the credentials file holds them.
	OAuthClientID     string
	OAuthClientSecret Secret
	RefreshToken      Secret
	AccessToken       Secret
	// OAuthRedirectURI is the app's registered redirect address.
	OAuthRedirectURI string
	// CloudID is the site's id at Atlassian; "" leaves it to be found where it is needed. Never set for a login that only
	// sites take (AuthPAT, AuthOAuth1).
	CloudID string

	// OAuth1ConsumerKey and OAuth1PrivateKey (PEM text, from either key) are set for AuthOAuth1.
	OAuth1ConsumerKey string
	OAuth1PrivateKey  Secret
	// OAuth1AccessToken and what comes with it; empty before `auth login oauth1`, or when the credentials file holds them.
	OAuth1AccessToken       Secret
	OAuth1AccessTokenSecret Secret
	OAuth1SessionHandle     Secret
	// CredentialsFile holds obtained tokens; "" means to keep them in memory only.
	CredentialsFile string

	// StartDate and EndDate are UTC; zero means not given.
	StartDate, EndDate time.Time
	// IntegrationName is in its normalised form, "stitch_jira" for "Stitch JIRA"; see StreamPrefix.
	IntegrationName string
	// Streams are selection patterns as written; StreamsSet tells whether the key was given at all.
	Streams    []string
	StreamsSet bool
	// Projects are keys in upper case or numeric ids, each once.
	Projects []string
	// JQL is the user's restriction without ORDER BY; "" means none.
	JQL string
	// IncludeAuditLogs reads the audit log beside the standard set.
	IncludeAuditLogs bool
	// Groups limit the users stream; empty means all users.
	Groups []string
	// SelectedIssueFields are the field ids of MeltanoLabs' stream_options.issues.fields, as written ("-id" takes one
	// away, "*navigable" and "*all" name groups); empty means all.
	SelectedIssueFields []string

	// IssueFields is "nested"; RichText is "text" or "adf".
	IssueFields string
	RichText    string
	// Concurrency is the most requests in flight, 1 to 100.
	Concurrency int
	// RequestsPerSecond is a cap; 0 means none.
	RequestsPerSecond float64
	// PageSize is the most records asked for in a page; 0 leaves it to each endpoint's best. Lists of ids are not limited by it.
	PageSize int
	// Lookback is the overlap for Jira's lagging search index.
	Lookback time.Duration
	// DetectDeletes asks for tombstones; CensusDir is then the folder of what was printed. MaxVanishedShare, 0 to 1, is the
	// largest share of a project's issues that may vanish at once and be believed.
	DetectDeletes    bool
	CensusDir        string
	MaxVanishedShare float64
	// Sweep is after how many days streams are read whole whose changes Jira does not date; 0 is never.
	Sweep float64
	// ActivateVersion asks for ACTIVATE_VERSION messages.
	ActivateVersion bool
	// ValidateRecords is "off", "sample" or "all"; OnForbidden is "fail" or "skip".
	ValidateRecords string
	OnForbidden     string
	// SiteColumn is the name of a column that says which site a record is from; "" means none.
	SiteColumn string
	// ReplicationFrequency is how often a bare `run --every` reads.
	ReplicationFrequency time.Duration
	// RequestTimeout is how long one request may take without progress.
	RequestTimeout time.Duration
	// UserAgent is sent with each request; "" leaves it to the caller.
	UserAgent string
	// CAFile is the path of extra certificate authorities and CAPEM its text (at least one certificate); empty means none.
	CAFile string
	CAPEM  []byte

	// ClientCertFile and ClientKeyFile are paths, ClientCertPEM and ClientKeyPEM their texts: both or none.
	ClientCertFile, ClientKeyFile string
	ClientCertPEM                 []byte
	ClientKeyPEM                  Secret
	// ProxyURL is the proxy's address with its credentials; empty leaves it to the environment.
	ProxyURL Secret

	// AtlassianAPI and AtlassianAuth are Atlassian's two hosts, or their stand-ins on loopback in tests.
	AtlassianAPI, AtlassianAuth *url.URL

	// Dir is the folder of the last config file, "" without one; Name is that file's base name without ".json".
	Dir, Name string
}

// StreamPrefix is what every stream name in messages begins with: "stitch_jira-" for the integration "Stitch JIRA",
// "" without one. Targets take what stands before the dash as the schema.
func (c *Config) StreamPrefix() string {
	if c.IntegrationName == "" {
		return ""
	}
	return c.IntegrationName + "-"
}

// Gateway is the address at which Atlassian's gateway answers for the site, nil without a CloudID.
func (c *Config) Gateway() *url.URL {
	if c.CloudID == "" {
		return nil
	}
	return &url.URL{Scheme: "https", Host: c.AtlassianAPI.Host, Path: gatewayPath + c.CloudID}
}

// OAuth1Ready tells whether the config itself holds an access token. Without it the tokens come from the credentials
// file, or from `auth login oauth1` first.
func (c *Config) OAuth1Ready() bool {
	return c.Auth == AuthOAuth1 && len(c.OAuth1AccessToken) > 0
}
