package jira

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
)

// FuzzInspect judges answers of any status, headers and body: everything but JSON for this account is refused, in one
// bounded line of printable text, with a kind; and only an answer about the login ends the login.
func FuzzInspect(f *testing.F) {
	page := `<html><title>Log in</title>`
	f.Add(200, "application/json", "ada", "OK", "", `{"id":"1"}`)
	f.Add(200, "text/html", "ada", "OK", "", page)
	f.Add(200, "application/json", "anonymous", "AUTHENTICATED_FAILED", "", `[]`)
	f.Add(401, "application/json", "", "AUTHENTICATION_DENIED", "CAPTCHA_CHALLENGE; login-url=https://h/login.jsp", `{"message":"scope does not match"}`)
	f.Add(403, "text/html;charset=UTF-8", "ada", "", "", `<title>Forbidden</title>`)
	f.Add(404, "application/xml", "ada", "", "", `<status><message>null for uri</message></status>`)
	f.Add(429, "", "", "", "", "")
	f.Add(503, "application/json", "anonymous", "", "", "\x1b[31m{\"errorMessages\":[\"\u202e\"]}")
	f.Add(204, "application/json", "ada", "OK", "", "")
	f.Fuzz(func(t *testing.T, status int, kind, user, reason, denied, body string) {
		if status < 200 || status > 599 {
			return
		}
		c := New(Options{})
		ex := &exchange{method: "GET", path: "/rest/api/{v}/thing", target: "/rest/api/2/thing", signed: true, deployment: DataCenter}
		h := http.Header{}
		for name, value := range map[string]string{"Content-Type": kind, "X-AUSERNAME": user, "X-Seraph-LoginReason": reason, "X-Authentication-Denied-Reason": denied} {
			if value != "" {
				h.Set(name, value)
			}
		}
		res := &http.Response{StatusCode: status, Header: h}
		err := c.inspect(ex, res, &bodyReader{r: strings.NewReader(body), guard: quiet(t)})
		if err == nil {
			require.True(t, status < 300 && body != "", "%d is taken for an answer", status)
			require.False(t, strings.HasPrefix(strings.TrimLeft(body, " \t\r\n"), "<"))
			return
		}
		err = c.explain(ex, err)
		line := fault.Line(err)
		require.LessOrEqual(t, len(line), 4*(maxMessages*maxMessageRunes+1000))
		require.False(t, strings.ContainsFunc(line, unicode.IsControl), "%q", line)
		if errors.Is(err, ErrLoginLost) {
			require.Equal(t, fault.Credentials, fault.KindOf(err))
			require.True(t, status == 401 || status == 403 || visitor(h) == visitorAnonymous || reason+denied != "", "%d %s", status, line)
		}
		if strings.Contains(line, "<html") {
			require.NotContains(t, body, page, "a page is passed on")
		}
	})
}

// quiet is a watch that never ends an attempt.
func quiet(t *testing.T) *bodyGuard {
	t.Helper()
	_, guard := watch(t.Context(), defaultTimeout)
	t.Cleanup(guard.done)
	return guard
}
