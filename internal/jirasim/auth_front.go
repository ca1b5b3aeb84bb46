package jirasim

import (
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"
)

// FrontOptions say which logins a Front takes beside those of its site.
type FrontOptions struct {
	// AccessTokens are personal access tokens (Data Center) and when they end; the zero time is never.
	AccessTokens map[string]time.Time
	// ScopedTokens are e-mails and their scoped API tokens (Cloud): good at the gateway and nowhere else.
	ScopedTokens map[string]string
	// ForgeTokens are tokens that remotes of Forge apps were given (Cloud): good at the gateway and nowhere else.
	ForgeTokens []string
	// ClientID and ClientSecret are those of the OAuth 2.0 app, or of the incoming link on a Data Center.
	ClientID, ClientSecret string
	// RedirectURI is the app's registered redirect address.
	RedirectURI string
	// ServiceAccount lets the app have client credentials; other apps are refused them.
	ServiceAccount bool
	// Scopes are those of every token at the gateway; nil means read:jira-work and read:jira-user.
	Scopes []string
	// ScopeTable says which scopes the gateway asks for, in lines of "METHOD /path/{} classic,classic granular,granular" with
	// "-" for none; an operation that is not in it is let through. Empty asks for a rough guess of the classic ones.
	ScopeTable string
	// AccessTTL is the life of OAuth 2.0 access tokens; 0 means an hour.
	AccessTTL time.Duration
	// OtherSite makes the tokens good for another site than this one.
	OtherSite bool
	// Denies makes the account press Deny.
	Denies bool
}

// Front is what stands between a caller and a site: on Cloud Atlassian's gateway and authorisation server, on Data Center
// the site's own OAuth 2.0 provider and personal access tokens. It is safe for concurrent use.
type Front struct {
	jira *Jira
	o    FrontOptions

	mu       sync.Mutex
	records  []FrontRecord
	issued   uint64
	accesses map[string]bearerGrant    // access token -> its end
	refresh  map[string]*refreshGrant  // refresh token -> its state
	codes    map[string]*consentedCode // authorisation code -> what it was given for
}

// FrontRecord is one request that the Front served.
type FrontRecord struct {
	Where  string // "site", "gateway", "token", "authorize" or "resources"
	Method string
	Path   string // as sent
	Auth   string // as RequestRecord has it; "secret" where the body holds the app's secret
	Status int
}

// leeway is how long a refresh token that was replaced may still be used, as Atlassian documents for lost answers.
const leeway = 10 * time.Minute

// NewFront stands before a site.
func NewFront(j *Jira, o FrontOptions) *Front {
	if o.AccessTTL == 0 {
		o.AccessTTL = time.Hour
	}
	if o.Scopes == nil {
		o.Scopes = []string{"read:jira-work", "read:jira-user"}
	}
	return &Front{jira: j, o: o, accesses: map[string]bearerGrant{}, refresh: map[string]*refreshGrant{}, codes: map[string]*consentedCode{}}
}

// CloudID is the site's id at Atlassian.
func (f *Front) CloudID() string { return uuid(&rng{state: mix(f.jira.opt.Seed)}) }

// Requests are the requests so far, in the order in which they were answered.
func (f *Front) Requests() []FrontRecord {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]FrontRecord(nil), f.records...)
}

// ForgetRequests empties the log.
func (f *Front) ForgetRequests() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.records = nil
}

// statusWriter remembers the status.
type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the writer below.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// logged notes what a handler answers.
func (f *Front) logged(where func(*http.Request) string, handler http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		record := FrontRecord{Where: where(r), Method: r.Method, Path: r.URL.Path, Auth: credentialKind(r)}
		if record.Where == "token" {
			record.Auth = "secret"
		}
		writer := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		handler(writer, r)
		record.Status = writer.status
		f.mu.Lock()
		defer f.mu.Unlock()
		f.records = append(f.records, record)
	})
}

// Site is the site's own address.
func (f *Front) Site() http.Handler {
	return f.logged(f.placeAtSite, func(w http.ResponseWriter, r *http.Request) {
		if f.jira.opt.Deployment == Cloud {
			f.jira.ServeHTTP(w, r)
			return
		}
		f.dataCenter(w, r)
	})
}

func (f *Front) placeAtSite(r *http.Request) string {
	switch path, _ := f.jira.relative(r.URL.Path); path {
	case centerToken:
		return "token"
	case centerAuthorize:
		return "authorize"
	}
	return "site"
}

// The OAuth 2.0 provider of a Data Center, below its context path.
const (
	centerToken     = "/rest/oauth2/latest/token"
	centerAuthorize = "/rest/oauth2/latest/authorize"
	centerTokens    = "/rest/pat/latest/tokens"
)

// dataCenter answers the provider's paths and lets the bearers of good tokens in.
func (f *Front) dataCenter(w http.ResponseWriter, r *http.Request) {
	path, _ := f.jira.relative(r.URL.Path)
	token := bearerOf(r)
	known := token != "" && (f.goodAccessToken(token) || f.good(token))
	switch {
	case path == centerToken && f.jira.opt.atLeast(8, 22) && f.o.ClientID != "":
		f.token(w, r)
	case path == centerAuthorize && f.jira.opt.atLeast(8, 22):
		f.authorize(w, r)
	case path == centerTokens && known:
		f.listTokens(w)
	case known:
		f.jira.ServeHTTP(w, vouch(r, ""))
	default:
		f.jira.ServeHTTP(w, r)
	}
}

// bearerOf is the token of a request; empty without one.
func bearerOf(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "bearer") {
		return ""
	}
	return token
}

// goodAccessToken tells whether a personal access token is known and has not ended. Versions before 8.14 have none.
func (f *Front) goodAccessToken(token string) bool {
	end, known := f.o.AccessTokens[token]
	return known && f.jira.opt.atLeast(8, 14) && (end.IsZero() || f.jira.opt.Now().Before(end))
}

// listTokens is GET /rest/pat/latest/tokens.
func (f *Front) listTokens(w http.ResponseWriter) {
	type token struct {
		ID      int    `json:"id"`
		Name    string `json:"name"`
		Created string `json:"createdAt"`
		Expires string `json:"expiringAt,omitempty"`
	}
	const form = "2006-01-02T15:04:05.000Z07:00"
	listed := []token{}
	for _, end := range f.o.AccessTokens {
		t := token{ID: len(listed) + 1, Name: "token", Created: f.jira.opt.Now().Format(form)}
		if !end.IsZero() {
			t.Expires = end.Format(form)
		}
		listed = append(listed, t)
	}
	writeResponse(w, valueResponse(http.StatusOK, listed))
}

// writeResponse sends an answer as it is.
func writeResponse(w http.ResponseWriter, answer response) {
	maps.Copy(w.Header(), answer.header)
	w.WriteHeader(answer.status)
	_, _ = w.Write(answer.body) // a caller who has gone is not told anything
}
