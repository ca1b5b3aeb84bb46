package jirasim

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Fault is something that goes wrong on certain requests. The first members say on which, the others what; a fault of
// which nothing is said changes nothing.
type Fault struct {
	// Name stands in the request log; empty means "fault".
	Name string
	// Method, Template, Path and Contains choose requests; empty matches all. Template is a route's, such as
	// "/rest/api/{v}/search/jql"; Path is the path as sent, without the context path; Contains is a piece of the
	// body or of a value of the query.
	Method, Template, Path, Contains string
	// From is the first of the matching requests on which the fault plays, counted from 1; 0 means 1.
	From int
	// Times is on how many of them it plays; 0 means once and a negative number for ever.
	Times int

	// Status, if set, is answered instead of what was asked for, with Header and Body.
	Status int
	Header map[string]string
	Body   string
	// BeforeJira answers from something that stands before Jira, such as a proxy: without the headers that Jira adds.
	BeforeJira bool
	// Rewrite changes the body of what is answered, before it is compressed and cut.
	Rewrite func(body []byte) []byte
	// LoginPage answers 200 with a page of HTML, as single sign-on does.
	LoginPage bool
	// Reset breaks the connection.
	Reset Reset
	// CutBody ends the body in its middle as if it were whole: the length and the end of the connection are right, the
	// gzip stream or the JSON text in it are not.
	CutBody bool
	// Hold keeps the second half of the body back until the channel is closed; HoldHeader keeps everything back.
	Hold, HoldHeader <-chan struct{}
	// Anonymous forgets the caller's login, as when it ends in the middle of a run. Quiet leaves no sign of it in
	// X-Seraph-LoginReason.
	Anonymous, Quiet bool
	// Poison is the id of an issue that cannot be written: every answer with it and with PoisonField ("" means any
	// field) is a 500.
	Poison      uint64
	PoisonField string
	// RepeatToken gives the token of the request back as the next one; EmptyPage gives no issues but a token with
	// which they come; NoIsLast leaves isLast out. All three concern Cloud's search.
	RepeatToken, EmptyPage, NoIsLast bool
}

// Reset says when a connection breaks.
type Reset int

// A connection breaks before the answer or in the middle of its body.
const (
	NoReset Reset = iota
	ResetBefore
	ResetMidBody
)

// faultScript holds the faults and how often each matched.
type faultScript struct {
	mu     sync.Mutex
	faults []*scripted
}

// scripted is a fault with its count.
type scripted struct {
	Fault
	matched int
}

// Script adds faults; of several that are due, the first one added plays.
func (j *Jira) Script(faults ...Fault) {
	j.faults.mu.Lock()
	defer j.faults.mu.Unlock()
	for _, fault := range faults {
		j.faults.faults = append(j.faults.faults, &scripted{Fault: fault})
	}
}

// ClearScript removes all faults.
func (j *Jira) ClearScript() {
	j.faults.mu.Lock()
	defer j.faults.mu.Unlock()
	j.faults.faults = nil
}

// due counts the request and returns the fault to play, if any.
func (s *faultScript) due(record *RequestRecord) faultTurn {
	s.mu.Lock()
	defer s.mu.Unlock()
	var turn faultTurn
	for _, fault := range s.faults {
		if !fault.matches(record) {
			continue
		}
		fault.matched++
		if turn.fault == nil && fault.plays() {
			turn.fault = &fault.Fault
		}
	}
	return turn
}

// matches reports whether the fault concerns the request.
func (s *scripted) matches(record *RequestRecord) bool {
	return (s.Method == "" || s.Method == record.Method) &&
		(s.Template == "" || s.Template == record.Template) &&
		(s.Path == "" || s.Path == record.Path) &&
		(s.Contains == "" || strings.Contains(unescape(record.Body), s.Contains) || anyContains(record.Query, s.Contains))
}

// unescape undoes the escapes of a JSON text that some encoders use for the sake of HTML, and those of quotes.
func unescape(body string) string {
	return strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&", `\"`, `"`).Replace(body)
}

// anyContains looks for a piece in the values of a query.
func anyContains(query map[string][]string, piece string) bool {
	for _, values := range query {
		if slices.ContainsFunc(values, func(value string) bool { return strings.Contains(value, piece) }) {
			return true
		}
	}
	return false
}

// plays reports whether it is this match's turn.
func (s *scripted) plays() bool {
	from, times := max(s.From, 1), s.Times
	if times == 0 {
		times = 1
	}
	return s.matched >= from && (times < 0 || s.matched < from+times)
}

// RateLimitVariant is a form of 429 that was seen in the wild.
type RateLimitVariant int

// The forms of 429: how long to wait is said in seconds, as a date, only as X-RateLimit-Reset (with or without seconds),
// not at all, or in Data Center's way.
const (
	WaitSeconds RateLimitVariant = iota
	WaitDate
	WaitReset
	WaitResetMinutes
	WaitUnsaid
	WaitDataCenter
)

// RateLimited makes a fault that answers 429 in one of its forms; now is the site's clock.
func RateLimited(variant RateLimitVariant, now time.Time, wait time.Duration) Fault {
	fault := Fault{Name: "rate limit", Status: http.StatusTooManyRequests, Header: map[string]string{"RateLimit-Reason": "jira-burst-based"}}
	until := now.Add(wait).UTC()
	seconds := strconv.Itoa(int((wait + time.Second - 1) / time.Second))
	switch variant {
	case WaitSeconds:
		fault.Header["Retry-After"] = seconds
		fault.Header["X-RateLimit-Reset"] = until.Format("2006-01-02T15:04:05Z")
	case WaitDate:
		fault.Header["Retry-After"] = until.Format(http.TimeFormat)
	case WaitReset:
		fault.Header["X-RateLimit-Reset"] = until.Format("2006-01-02T15:04:05Z")
	case WaitResetMinutes:
		fault.Header["X-RateLimit-Reset"] = until.Format("2006-01-02T15:04Z")
	case WaitUnsaid:
		fault.Header = map[string]string{"X-Failure-Category": "FAILURE CLIENT RATE LIMITED"}
	case WaitDataCenter:
		fault.Header = map[string]string{
			"Retry-After": seconds, "X-RateLimit-Limit": "10", "X-RateLimit-Remaining": "0",
			"X-RateLimit-FillRate": "1", "X-RateLimit-Interval-Seconds": seconds, "Content-Type": "text/html;charset=UTF-8",
		}
		fault.Body = "<html><head><title>Too Many Requests</title></head><body>Rate limit exceeded.</body></html>"
	}
	return fault
}

// faultTurn is the fault that plays on one request; the zero value is none.
type faultTurn struct{ fault *Fault }

// name is the fault's name for the log.
func (t faultTurn) name() string {
	switch {
	case t.fault == nil:
		return ""
	case t.fault.Name == "":
		return "fault"
	default:
		return t.fault.Name
	}
}

// before waits and breaks what must be before the request is looked at. http.ErrAbortHandler is net/http's own way to
// break a connection from a handler, on HTTP/1.1 and HTTP/2 alike.
func (t faultTurn) before(ctx context.Context) {
	if t.fault == nil {
		return
	}
	if !hold(ctx, t.fault.HoldHeader) || t.fault.Reset == ResetBefore {
		panic(http.ErrAbortHandler)
	}
}

// hold waits for a channel to be closed, and reports whether it was: false is a caller that gave up. A nil channel holds
// nothing.
func hold(ctx context.Context, released <-chan struct{}) bool {
	if released == nil {
		return true
	}
	select {
	case <-released:
		return true
	case <-ctx.Done():
		return false
	}
}

// beforeJira reports whether the fault answers in Jira's place.
func (t faultTurn) beforeJira() bool { return t.answers() && t.fault.BeforeJira }

// answers reports whether the fault answers instead of the site.
func (t faultTurn) answers() bool {
	return t.fault != nil && (t.fault.Status != 0 || t.fault.LoginPage)
}

// answer is what the fault answers.
func (t faultTurn) answer() response {
	if t.fault.LoginPage {
		return htmlResponse(http.StatusOK, "Log in - Single sign-on", "Sign in to continue.")
	}
	answer := errorCollection(t.fault.Status, http.StatusText(t.fault.Status))
	if t.fault.Body != "" {
		answer.body = []byte(t.fault.Body)
	}
	for name, value := range t.fault.Header {
		answer.header.Set(name, value)
	}
	return answer
}

// anonymous reports whether the login is to be forgotten.
func (t faultTurn) anonymous() bool { return t.fault != nil && t.fault.Anonymous }

// stranger is what the site takes the caller for after it forgot the login.
func (t faultTurn) stranger() caller {
	if t.fault.Quiet {
		return caller{identity: "anonymous"}
	}
	return caller{identity: "anonymous", seraph: "AUTHENTICATED_FAILED"}
}

// poisoned reports whether an issue spoils the answers that it is in, given the names of the fields asked for.
func (t faultTurn) poisoned(id uint64, hasField func(name string) bool) bool {
	return t.fault != nil && t.fault.Poison != 0 && t.fault.Poison == id && (t.fault.PoisonField == "" || hasField(t.fault.PoisonField))
}

// repeatsToken, emptiesPage and hidesLast are the faults of Cloud's search.
func (t faultTurn) repeatsToken() bool { return t.fault != nil && t.fault.RepeatToken }
func (t faultTurn) emptiesPage() bool  { return t.fault != nil && t.fault.EmptyPage }
func (t faultTurn) hidesLast() bool    { return t.fault != nil && t.fault.NoIsLast }

// rewrite is the body with the change that the fault makes.
func (t faultTurn) rewrite(body []byte) []byte {
	if t.fault == nil || t.fault.Rewrite == nil {
		return body
	}
	return t.fault.Rewrite(body)
}

// body is what is sent of a body, and pause how much of it is sent before the fault's break or wait; -1 is none.
func (t faultTurn) body(body []byte) (sent []byte, pause int) {
	switch {
	case t.fault == nil:
		return body, -1
	case t.fault.CutBody:
		return body[:len(body)/2], -1
	case t.fault.Reset == ResetMidBody || t.fault.Hold != nil:
		return body, len(body) / 2
	default:
		return body, -1
	}
}

// write sends the body and does in its middle what the fault wants.
func (t faultTurn) write(w http.ResponseWriter, r *http.Request, body []byte, pause int) {
	if pause >= 0 {
		// A write that fails means that the caller is gone: there is nobody to tell.
		_, _ = w.Write(body[:pause])
		_ = http.NewResponseController(w).Flush()
		if t.fault.Reset == ResetMidBody {
			panic(http.ErrAbortHandler)
		}
		if !hold(r.Context(), t.fault.Hold) {
			// A caller that is closing its connection can still read what is written now, and would have the whole answer.
			panic(http.ErrAbortHandler)
		}
		body = body[pause:]
	}
	_, _ = w.Write(body)
}
