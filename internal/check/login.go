package check

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"tap-jira/internal/fault"
	"tap-jira/internal/jira"
)

// The two steps that Client.Connect makes.
const (
	stepJira  = "jira"
	stepLogin = "login"
)

// connect makes the steps jira and login.
func (w *walk) connect(ctx context.Context) {
	site, err := w.Client.Connect(ctx)
	if err != nil {
		w.refused(err)
		return
	}
	detail := fmt.Sprintf("%s (%s", site.Title, site.Deployment)
	if site.Deployment == jira.DataCenter {
		detail += " " + strings.Trim(strings.ReplaceAll(fmt.Sprint(site.Version), " ", "."), "[]")
	}
	detail += ")"
	if w.Gateway {
		w.ok(stepJira, detail+", through Atlassian's gateway: "+site.BaseURL)
	} else if site.BaseURL != "" && strings.TrimRight(site.BaseURL, "/") != strings.TrimRight(w.BaseURL.String(), "/") {
		w.warn(stepJira, "other_base_url", fmt.Sprintf("%s; the site calls itself %s", detail, site.BaseURL),
			"use the site's own address where you can: signatures of OAuth 1.0a are made over it")
	} else {
		w.ok(stepJira, detail)
	}
	w.ok(stepLogin, "accepted")
}

// refused finds out which of the two steps failed.
func (w *walk) refused(err error) {
	problem, isAnswer := errors.AsType[*jira.APIError](err)
	if fault.KindOf(err) == fault.Credentials || isAnswer && strings.HasSuffix(problem.Path, "/myself") {
		w.ok(stepJira, "it answers")
		code := "refused"
		switch {
		case isAnswer && problem.Code != "":
			code = strings.ToLower(problem.Code)
		case !isAnswer && errors.Is(err, jira.ErrNotJira):
			code = "login_page"
		case isAnswer && problem.Status == http.StatusForbidden:
			code = "forbidden"
		case !isAnswer:
			code = "no_token" // there was nothing to sign with
		}
		w.fail(stepLogin, code, err, fault.Credentials, "check the credentials")
		return
	}
	w.fail(stepJira, whyNoJira(err), err, fault.Network, "check base_url, with its context path such as /jira")
}

// whyNoJira tells apart what answers in place of a Jira.
func whyNoJira(err error) string {
	redirect, isRedirect := errors.AsType[*jira.RedirectError](err)
	problem, isAnswer := errors.AsType[*jira.APIError](err)
	var explained coded
	switch {
	case isRedirect && redirect.Login:
		return "login_page"
	case isRedirect:
		return "redirect"
	case errors.Is(err, jira.ErrNotJira):
		return "not_a_jira"
	case isAnswer && problem.Status >= http.StatusInternalServerError:
		return "jira_down"
	case isAnswer && errors.Is(err, jira.ErrNotFound):
		return "wrong_path"
	case errors.As(err, &explained):
		return explained.Code()
	}
	return "unreachable"
}

// identity says who Jira takes us for.
func (w *walk) identity(context.Context) {
	account := w.Client.Site().Account
	name := account.DisplayName
	if account.Name != "" {
		name += ", " + account.Name
	}
	w.ok("identity", fmt.Sprintf("%s (%s)", name, account.ID))
}

// timezone says in which zone Jira reads the dates of queries.
func (w *walk) timezone(context.Context) {
	zone := w.Client.Site().Account.TimeZone
	if zone == "" {
		w.warn("timezone", "hidden", "Jira does not show the account's time zone",
			"let the account's profile show its time zone")
		return
	}
	w.ok("timezone", zone)
}

// clockLimit is the difference of clocks that is worth a word; OAuth 1.0a fails at five minutes.
const clockLimit = time.Minute

// clock compares the site's clock with ours.
func (w *walk) clock(context.Context) {
	off := w.Now().Sub(w.Client.Site().ServerTime).Round(time.Second)
	detail := fmt.Sprintf("%s apart from the site's", off.Abs())
	if off.Abs() > clockLimit {
		w.warn("clock", "differs", detail, "set this machine's clock (NTP): OAuth 1.0a is refused from 5 minutes on")
		return
	}
	w.ok("clock", detail)
}

// limits shows what the site says about its rate limits.
func (w *walk) limits(context.Context) {
	headers := w.Limits()
	if len(headers) == 0 {
		w.ok("limits", "the site announces none")
		return
	}
	var told []string
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		told = append(told, name+": "+headers.Get(name))
	}
	w.ok("limits", strings.Join(told, ", "))
}

// Recorder is a RoundTripper that keeps the rate limit headers of the last answer. It is safe for concurrent use.
type Recorder struct {
	next http.RoundTripper
	mu   sync.Mutex
	kept http.Header
}

// NewRecorder makes a Recorder around next.
func NewRecorder(next http.RoundTripper) *Recorder { return &Recorder{next: next} }

// RoundTrip implements http.RoundTripper.
func (r *Recorder) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := r.next.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	kept := http.Header{}
	for name, values := range response.Header {
		if strings.HasPrefix(strings.ToLower(name), "x-ratelimit-") || name == "Ratelimit-Reason" {
			kept[name] = values
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.kept = kept
	return response, nil
}

// Limits returns the headers that were kept.
func (r *Recorder) Limits() http.Header {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.kept
}
