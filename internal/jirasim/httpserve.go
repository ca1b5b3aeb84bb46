package jirasim

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// ServeHTTP answers one request: find the resource, play a fault if one is due, check the credentials, answer, write.
func (j *Jira) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path, inside := j.relative(r.URL.EscapedPath())
	found, template, allowed := j.find(r.Method, path)
	if template == "" {
		template = path
	}
	q := &request{http: r, template: template, vars: found.vars, api: found.api, query: r.URL.Query(), caller: caller{identity: "anonymous"}}
	tooLarge := q.readBody()
	record := j.record(q, path)
	j.log.begin(record)
	turn := j.faults.due(record)
	q.turn = turn
	answer := &response{}
	defer func() { j.log.end(record, answer.status, q.caller.identity, turn.name()) }()

	turn.before(r.Context())
	switch {
	case turn.answers():
		if inside && turn.fault.Status != http.StatusUnauthorized {
			_ = j.identify(q) // for the answer's headers: most of what goes wrong does so after the login
		}
		*answer = turn.answer()
	case tooLarge != nil:
		*answer = *tooLarge
	case len(r.URL.RawQuery) > maxQueryBytes:
		*answer = uriTooLong()
	case !inside || found.route == nil:
		*answer = j.nowhere(q, inside, path, allowed)
	default:
		*answer = j.dispatch(found.route, q)
	}
	j.decorate(answer, q)
	j.write(w, r, answer, turn)
}

// relative cuts the context path off; inside is false for what lies beside it.
func (j *Jira) relative(path string) (rest string, inside bool) {
	rest, inside = strings.CutPrefix(path, j.opt.BasePath)
	return rest, inside && strings.HasPrefix(rest, "/")
}

// nowhere answers a path or a method that is not there. Beside the context path it is the servlet container that
// answers; under it the login is looked at first, as everywhere.
func (j *Jira) nowhere(q *request, inside bool, path string, allowed []string) response {
	if !inside {
		return htmlResponse(http.StatusNotFound, "HTTP Status 404 - Not Found", "The requested resource is not available.")
	}
	if refused := j.identify(q); refused != nil {
		return *refused
	}
	switch {
	case len(allowed) > 0:
		return wrongMethod(allowed)
	default:
		return notFound(path)
	}
}

// record starts the request's line in the log.
func (j *Jira) record(q *request, path string) *RequestRecord {
	query := url.Values{}
	for name, values := range q.query {
		if !strings.HasPrefix(name, "oauth_") {
			query[name] = values
		}
	}
	record := &RequestRecord{
		Method: q.http.Method, Template: q.template, Path: path, Query: query,
		Auth: credentialKind(q.http), At: j.opt.Now(),
	}
	if strings.HasPrefix(path, "/rest/") {
		record.Body = string(q.body)
	}
	return record
}

// dispatch checks the caller and answers.
func (j *Jira) dispatch(r *route, q *request) response {
	if r.access != unsigned {
		refused := j.identify(q)
		if refused != nil {
			return *refused
		}
	}
	if q.turn.anonymous() {
		q.caller = q.turn.stranger()
	}
	q.zone = j.zoneOf(q.caller)
	if refused := j.limits.take(j, q); refused != nil {
		return *refused
	}
	if refused := j.hidden.take(j, q); refused != nil {
		return *refused
	}
	if forged(q.http) {
		return htmlResponse(http.StatusForbidden, "Forbidden (403)", "XSRF check failed")
	}
	if q.caller.anonymous() && r.access != unsigned && (r.access == strict || j.opt.LockedDown) {
		return j.unauthorized()
	}
	if r.denied != "" && !q.caller.administers() {
		return errorCollection(http.StatusForbidden, r.denied)
	}
	return r.do(j, q)
}

// forged reports whether a request looks like one that a browser was tricked into: Jira takes no POST of JSON from a
// browser's User-Agent without its own header.
func forged(r *http.Request) bool {
	return r.Method == http.MethodPost && strings.Contains(r.URL.Path, "/rest/") &&
		strings.HasPrefix(r.UserAgent(), "Mozilla/") && r.Header.Get("X-Atlassian-Token") != "no-check"
}

// unauthorized is the 401 of an operation that needs a login.
func (j *Jira) unauthorized() response {
	answer := errorCollection(http.StatusUnauthorized, "You are not authenticated. Authentication required to perform this operation.")
	if j.opt.Deployment == Cloud {
		answer = statusMessage(http.StatusUnauthorized, "Client must be authenticated to access this resource.")
	}
	return answer.with("WWW-Authenticate", `OAuth realm="`+url.QueryEscape(j.BaseURL())+`"`)
}

// decorate adds the headers that every answer has.
func (j *Jira) decorate(answer *response, q *request) {
	now, sequence := j.now(), j.log.sequence()
	minute := now.Hour()*60 + now.Minute()
	h := answer.header
	set := func(name, value string) {
		if h.Get(name) == "" {
			h.Set(name, value)
		}
	}
	if q.turn.beforeJira() {
		set("Date", now.UTC().Format(http.TimeFormat))
		return
	}
	set("X-Arequestid", fmt.Sprintf("%dx%dx%d", minute, sequence, j.Counts().InFlight))
	set("Date", now.UTC().Format(http.TimeFormat)) // by the site's clock, as every date in its bodies
	set("Cache-Control", "no-cache, no-store, no-transform")
	if q.caller.seraph != "" {
		set("X-Seraph-LoginReason", q.caller.seraph)
	}
	j.limits.headers(set, j, q)
	if j.opt.Deployment == Cloud {
		trace := mix(sequence ^ j.opt.Seed)
		set("Atl-Traceid", fmt.Sprintf("%016x%016x", trace, mix(trace)))
		set("Server", "AtlassianEdge")
		return
	}
	set("X-Anodeid", "node"+strconv.FormatUint(1+sequence%2, 10))
	login := "anonymous"
	if !q.caller.anonymous() {
		_, _, login, _ = j.site.userIDs(q.caller.user())
	}
	set("X-Ausername", url.QueryEscape(login))
}

// write sends the answer, compressed when the caller takes it, and cut, slow or not at all as the fault wants.
func (j *Jira) write(w http.ResponseWriter, r *http.Request, answer *response, turn faultTurn) {
	body := turn.rewrite(answer.body)
	maps.Copy(w.Header(), answer.header)
	if len(body) > 0 && acceptsGzip(r) {
		body = j.compress(body)
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Add("Vary", "Accept-Encoding")
	}
	body, pause := turn.body(body)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(answer.status)
	if r.Method != http.MethodHead {
		turn.write(w, r, body, pause)
	}
}

// acceptsGzip reports whether the request asks for compression.
func acceptsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, parameters, _ := strings.Cut(strings.TrimSpace(part), ";")
		if name == "gzip" && strings.TrimSpace(parameters) != "q=0" {
			return true
		}
	}
	return false
}

// compress is gzip at its fastest: the server stands beside its client on one machine.
func (j *Jira) compress(body []byte) []byte {
	packer, _ := j.packers.Get().(*gzip.Writer)
	if packer == nil {
		packer, _ = gzip.NewWriterLevel(nil, gzip.BestSpeed) // the level is a legal one
	}
	var packed bytes.Buffer
	packer.Reset(&packed)
	// A buffer takes every write.
	_, _ = packer.Write(body)
	_ = packer.Close()
	j.packers.Put(packer)
	return packed.Bytes()
}
