package jira

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestReadProblem(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		body, kind, challenge string
		want                  problem
	}{
		"platform":               {body: `{"errorMessages":["Field 'x' does not exist."],"errors":{"b":"two","a":"one"},"status":400}`, want: problem{messages: []string{"Field 'x' does not exist.", "a: one", "b: two"}}},
		"search with warnings":   {body: `{"errorMessages":["no"],"warningMessages":["perhaps"]}`, want: problem{messages: []string{"no", "perhaps"}}},
		"agile":                  {body: `{"message":"The board does not support sprints","status-code":400}`, want: problem{messages: []string{"The board does not support sprints"}}},
		"gateway":                {body: `{"code":401,"message":"Unauthorized; scope does not match"}`, want: problem{messages: []string{"Unauthorized; scope does not match"}}},
		"gateway, no path":       {body: `{"timestamp":"2026-11-22","status":404,"error":"Not Found","message":"No message available","path":"/ex"}`, want: problem{messages: []string{"No message available", "Not Found"}}},
		"service management":     {body: `{"errorMessage":"No such desk","i18nErrorMessage":{"i18nKey":"sd.x","parameters":[]}}`, want: problem{messages: []string{"No such desk"}}},
		"oauth 2":                {body: `{"error":"unauthorized_client","error_description":"refresh_token is invalid"}`, want: problem{messages: []string{"refresh_token is invalid", "unauthorized_client"}}},
		"problem details":        {body: `{"title":"Bad","detail":"too long"}`, want: problem{messages: []string{"too long"}}},
		"error as an object":     {body: `{"error":{"message":"inner"}}`, want: problem{messages: []string{"inner"}}},
		"errors as a list":       {body: `{"errors":["one",{"message":"two"}]}`, want: problem{messages: []string{"one", "two"}}},
		"list of messages":       {body: `[{"message":"one"},"two"]`, want: problem{messages: []string{"one", "two"}}},
		"byte order mark":        {body: "\ufeff" + `{"message":"one"}`, want: problem{messages: []string{"one"}}},
		"xml":                    {body: `<status><status-code>404</status-code><message>null for uri: http://h</message></status>`, kind: "application/xml", want: problem{messages: []string{"null for uri: http://h"}}},
		"oauth servlet":          {body: `oauth_problem=timestamp_refused&oauth_acceptable_timestamps=1-2`, kind: "text/plain", want: problem{code: "timestamp_refused", messages: []string{"oauth_acceptable_timestamps 1-2"}}},
		"oauth header":           {challenge: `OAuth realm="https%3A%2F%2Fh%2Fjira", oauth_problem="parameter_rejected", oauth_problem_advice="The%20callback%20is%20bad", oauth_parameters_rejected="oauth_callback"`, want: problem{code: "parameter_rejected", messages: []string{"The callback is bad", "oauth_parameters_rejected oauth_callback"}}},
		"header and web page":    {body: `<html><title>401</title>`, challenge: `OAuth oauth_problem="token_expired"`, want: problem{code: "token_expired", page: true, title: "401"}},
		"another challenge":      {challenge: `Basic realm="oauth_problem=x"`},
		"web page, entities":     {body: "<!DOCTYPE html><title>Oops, you&#39;ve found a dead link</title>", want: problem{page: true, title: "Oops, you've found a dead link"}},
		"web page":               {body: "<!DOCTYPE html><html><head><TITLE>\n Log in\t- Acme </TITLE></head><body>secret</body>", want: problem{page: true, title: "Log in - Acme"}},
		"web page by type":       {body: "oops <b>", kind: "text/html", want: problem{page: true}},
		"plain text":             {body: "upstream connect error\r\nreset\x1b[31m", kind: "text/plain", want: problem{messages: []string{"upstream connect error reset [31m"}}},
		"empty":                  {},
		"white space":            {body: " \n"},
		"broken JSON":            {body: `{"errorMessages":["`},
		"numbers where text was": {body: `{"errorMessages":7,"errors":{"a":1},"message":null}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := http.Header{}
			h.Set("Content-Type", tt.kind)
			if tt.challenge != "" {
				h.Set("WWW-Authenticate", tt.challenge)
			}
			require.Equal(t, tt.want, readProblem(h, []byte(tt.body)))
		})
	}
}

func TestMessagesStayShort(t *testing.T) {
	t.Parallel()
	long := `{"errorMessages":["` + strings.Repeat("ü", 5000) + `","2","3","4","5","6","7"]}`
	p := readProblem(http.Header{}, []byte(long))
	require.Len(t, p.messages, 5)
	require.Equal(t, 300, utf8.RuneCountInString(p.messages[0]))
	require.Equal(t, 80, utf8.RuneCountInString(pageTitle("<title>"+strings.Repeat("x", 500)+"</title>")))
}

func TestErrorTexts(t *testing.T) {
	t.Parallel()
	at := APIError{Method: "GET", Path: "/rest/api/{v}/project/{projectId}", Target: "/rest/api/2/project/7"}
	for want, change := range map[string]func(*APIError){
		"GET /rest/api/2/project/7: 404 Not Found: No project; gone":          func(e *APIError) { e.Status, e.Messages = 404, []string{"No project", "gone"} },
		"GET /rest/api/2/project/7: 500 Internal Server Error (request 12x3)": func(e *APIError) { e.Status, e.RequestID = 500, "12x3" },
		`GET /rest/api/2/project/7: 503 Service Unavailable, a web page titled "Maintenance"`: func(e *APIError) {
			e.Status, e.page, e.title = 503, true, "Maintenance"
		},
		"GET /rest/api/2/project/7: 599":                                                      func(e *APIError) { e.Status = 599 },
		"Jira refused the credentials (GET /rest/api/2/project/7: 401): no":                   func(e *APIError) { e.Status, e.Messages = 401, []string{"no"} },
		"the answer is not Jira's, a web page (GET /rest/api/2/project/7: 200)":               func(e *APIError) { e.Status, e.Code, e.page = 200, codeNotJira, true },
		"Jira answered as to an anonymous visitor (GET /rest/api/2/project/7: 404)":           func(e *APIError) { e.Status, e.Code = 404, codeAnonymous },
		"Jira refused the credentials (GET /rest/api/2/project/7: 403 AUTHENTICATION_DENIED)": func(e *APIError) { e.Status, e.Code, e.LoginLost = 403, codeDenied, true },
	} {
		e := at
		change(&e)
		require.Equal(t, want, e.Error())
	}
}

func TestSentinels(t *testing.T) {
	t.Parallel()
	for status, is := range map[int]error{
		400: ErrBadRequest, 401: ErrUnauthorized, 403: ErrForbidden, 404: ErrNotFound, 410: ErrGone, 429: ErrNetwork, 503: ErrNetwork,
	} {
		e := &APIError{Status: status}
		require.ErrorIs(t, e, is)
		for _, other := range []error{ErrBadRequest, ErrUnauthorized, ErrForbidden, ErrNotFound, ErrGone, ErrNetwork, ErrAnonymous, ErrNotJira, ErrLoginLost} {
			if !errors.Is(other, is) {
				require.NotErrorIs(t, e, other, "%d", status)
			}
		}
	}
}

func FuzzReadProblem(f *testing.F) {
	for _, s := range []string{`{"errorMessages":["x"],"errors":{"a":"b"}}`, `<html><title>x</title>`, `oauth_problem=x`, `<status><message>x</message></status>`, "\x00", `[[[`} {
		f.Add(s, "application/json", `OAuth oauth_problem="token_rejected"`)
	}
	f.Fuzz(func(t *testing.T, body, kind, challenge string) {
		h := http.Header{"Content-Type": {kind}, "Www-Authenticate": {challenge}}
		p := readProblem(h, []byte(body))
		require.LessOrEqual(t, len(p.messages), maxMessages)
		for _, m := range append(p.messages, p.title, p.code) {
			require.True(t, utf8.ValidString(m))
			require.LessOrEqual(t, utf8.RuneCountInString(m), maxMessageRunes)
			require.False(t, strings.ContainsFunc(m, unicode.IsControl))
		}
		if p.page {
			require.NotContains(t, strings.Join(p.messages, ""), "<html")
		}
	})
}
