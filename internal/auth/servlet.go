package auth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"tap-jira/internal/fault"
)

// The servlets of Jira's OAuth 1.0a provider, below the context path.
const (
	requestTokenPath = "/plugins/servlet/oauth/request-token"
	authorizePath    = "/plugins/servlet/oauth/authorize"
	accessTokenPath  = "/plugins/servlet/oauth/access-token"
)

// maxAnswerBytes of a servlet's answer are read; an honest one has a few hundred.
const maxAnswerBytes = 64 << 10

var errNoSend = errors.New("no way to send was given")

// ask posts to a token servlet, signed with extra, and reads its answer.
func (a *OAuth1) ask(ctx context.Context, path string, extra ...param) (answer, error) {
	if a.send == nil {
		return nil, fault.New(fault.Internal, "", "ask %s: %w", path, errNoSend)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.address(path), http.NoBody)
	if err != nil {
		return nil, fault.New(fault.Internal, "", "ask %s: %w", path, err)
	}
	sign := signing(a.reach, func(req *http.Request) error { return a.signer.sign(req, extra...) })
	resp, err := sign(a.send).RoundTrip(req)
	if err != nil {
		return nil, fmt.Errorf("ask %s: %w", path, err)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswerBytes))
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		return nil, fault.New(fault.Network, "try again", "read the answer of %s: %w", path, err)
	}
	return a.judge(path, resp, string(body))
}

// address is the site's URL with a servlet's path behind the context path.
func (a *OAuth1) address(path string) string {
	return strings.TrimRight((&url.URL{Scheme: a.site.Scheme, Host: a.site.Host, Path: a.site.Path, RawPath: a.site.RawPath}).String(), "/") + path
}

// judge makes tokens or an explained error of a servlet's answer.
func (a *OAuth1) judge(path string, resp *http.Response, body string) (answer, error) {
	where := fmt.Sprintf("(POST %s: %d)", path, resp.StatusCode)
	if problem := refusal(resp, body); problem != nil {
		return nil, fault.New(fault.Credentials, ExplainProblem(problem.Code, a.skew(problem, resp)),
			"Jira refused the OAuth 1.0a login %s: %w", where, problem)
	}
	if resp.StatusCode != http.StatusOK {
		return nil, refusedStatus(where, resp)
	}
	ans, err := parseAnswer(body)
	if err != nil {
		return nil, fault.New(fault.Network, "it may be a login page: is base_url right, and does single sign-on let /plugins/servlet/oauth/ through?",
			"what answered is not Jira's OAuth 1.0a servlet %s: %w", where, err)
	}
	return ans, nil
}

// refusal looks for the problem in the header, and, where the request was not granted, in the body.
func refusal(resp *http.Response, body string) *ProblemError {
	if problem := challengeProblem(resp.Header); problem != nil {
		return problem
	}
	params, err := parseForm(strings.TrimSpace(body))
	if err != nil {
		return nil
	}
	return problemIn(params)
}

// skew adds to a refused timestamp how far apart the clocks are by the answer's Date.
func (a *OAuth1) skew(problem *ProblemError, resp *http.Response) string {
	theirs, err := http.ParseTime(resp.Header.Get("Date"))
	if problem.Code != problemTimestamp || err != nil {
		return problem.Advice
	}
	return strings.TrimPrefix(problem.Advice+"; this clock less Jira's is "+a.now().Sub(theirs).Round(time.Second).String(), "; ")
}

// refusedStatus explains a status that came without an oauth_problem.
func refusedStatus(where string, resp *http.Response) error {
	status := resp.StatusCode
	switch {
	case status >= 300 && status < 400:
		to := "another address"
		if u, err := resp.Location(); err == nil {
			to = u.Scheme + "://" + u.Host + u.EscapedPath()
		}
		return fault.New(fault.Usage, "set base_url to the address that Jira really has", "Jira's OAuth 1.0a servlet sends us to %s %s", to, where)
	case status == http.StatusNotFound:
		return fault.New(fault.Usage, "check base_url and its context path (https://host/jira); Jira Cloud may no longer offer OAuth 1.0a: use an API token there",
			"there is no OAuth 1.0a servlet %s", where)
	case status == http.StatusTooManyRequests || status >= http.StatusInternalServerError:
		return fault.New(fault.Network, "try again in some minutes", "Jira cannot answer now %s", where)
	}
	return fault.New(fault.Credentials, "check the application link and whether a proxy or single sign-on guards /plugins/servlet/oauth/",
		"Jira refused the OAuth 1.0a login without a reason %s", where)
}
