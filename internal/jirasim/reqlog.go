package jirasim

import (
	"net/url"
	"slices"
	"sync"
	"time"
)

// RequestRecord is one request that the site served. It holds no credentials.
type RequestRecord struct {
	Method   string
	Template string     // /rest/api/{v}/issue/{issueIdOrKey}, or the path itself where there is no such resource
	Path     string     // as sent, without the context path
	Query    url.Values // as sent, without OAuth parameters
	Body     string     // of a POST under /rest, as sent
	Auth     string     // "none", "basic", "oauth1" or "bearer": what kind of credentials came, right or wrong
	Identity string     // "demo" or "anonymous": whom the site took the caller for
	Status   int        // 0 while in flight and when the connection was reset before an answer
	Fault    string     // name of the fault that was played, if any
	At       time.Time
}

// RequestCounts sums the requests up.
type RequestCounts struct {
	Requests        int // all that came
	WithCredentials int // those with an Authorization header or OAuth parameters
	InFlight        int // now
	MaxInFlight     int // at the same time, at most
}

// keptRequests bounds the log of a site that is served for days; the counts go on.
const keptRequests = 100_000

// requestLog remembers requests in the order they came.
type requestLog struct {
	mu      sync.Mutex
	records []*RequestRecord
	counts  RequestCounts
}

// begin enters a request.
func (l *requestLog) begin(record *RequestRecord) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.records) >= keptRequests {
		l.records = slices.Delete(l.records, 0, keptRequests/10)
	}
	l.records = append(l.records, record)
	l.counts.Requests++
	if record.Auth != "none" {
		l.counts.WithCredentials++
	}
	l.counts.InFlight++
	l.counts.MaxInFlight = max(l.counts.MaxInFlight, l.counts.InFlight)
}

// end completes a request.
func (l *requestLog) end(record *RequestRecord, status int, identity, fault string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	record.Status, record.Identity, record.Fault = status, identity, fault
	l.counts.InFlight--
}

// sequence is how many requests came so far.
func (l *requestLog) sequence() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return uint64(l.counts.Requests)
}

// Requests are the requests so far, in the order they came; of a site served for long, the last 100,000 at most.
func (j *Jira) Requests() []RequestRecord {
	j.log.mu.Lock()
	defer j.log.mu.Unlock()
	records := make([]RequestRecord, len(j.log.records))
	for i, record := range j.log.records {
		records[i] = *record
	}
	return records
}

// Counts sums up all requests since New or the last ForgetRequests.
func (j *Jira) Counts() RequestCounts {
	j.log.mu.Lock()
	defer j.log.mu.Unlock()
	return j.log.counts
}

// ForgetRequests empties the log and starts the counts anew.
func (j *Jira) ForgetRequests() {
	j.log.mu.Lock()
	defer j.log.mu.Unlock()
	j.log.records = nil
	j.log.counts = RequestCounts{InFlight: j.log.counts.InFlight, MaxInFlight: j.log.counts.InFlight}
}
