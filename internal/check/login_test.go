package check

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/jira"
)

// named is an error of the network with a code of its own.
type named struct{ error }

func (named) Code() string { return "unknown_host" }

// TestWhichStepRefused: what did not get as far as a Jira is told apart from a login that Jira refuses, and each has its code.
func TestWhichStepRefused(t *testing.T) {
	t.Parallel()
	answer := func(path string, status int, code string) error {
		return fmt.Errorf("connect: %w", &jira.APIError{Method: http.MethodGet, Path: path, Status: status, Code: code})
	}
	const me, info = "/rest/api/{v}/myself", "/rest/api/{v}/serverInfo"
	refused := func(err error) error { return fault.Wrap(fault.Credentials, err, "do this") }
	for name, c := range map[string]struct {
		err        error
		step, code string
		kind       fault.Kind
	}{
		"Jira's word for it":    {answer(me, 401, "AUTHENTICATED_FAILED"), stepLogin, "authenticated_failed", fault.Credentials},
		"refused":               {answer(me, 401, ""), stepLogin, "refused", fault.Credentials},
		"forbidden":             {answer(me, 403, ""), stepLogin, "forbidden", fault.Credentials},
		"a login page":          {refused(jira.ErrNotJira), stepLogin, "login_page", fault.Credentials},
		"nothing to sign with":  {refused(errors.New("the token is not there")), stepLogin, "no_token", fault.Credentials},
		"sent to log in":        {&jira.RedirectError{Login: true}, stepJira, "login_page", fault.Network},
		"sent elsewhere":        {&jira.RedirectError{To: "https://elsewhere.example"}, stepJira, "redirect", fault.Network},
		"no Jira":               {fmt.Errorf("connect: %w", jira.ErrNotJira), stepJira, "not_a_jira", fault.Network},
		"down":                  {answer(info, 503, ""), stepJira, "jira_down", fault.Network},
		"not at this path":      {answer(info, 404, ""), stepJira, "wrong_path", fault.Network},
		"an error with a code":  {fmt.Errorf("connect: %w", named{errors.New("no such host")}), stepJira, "unknown_host", fault.Network},
		"an error without":      {errors.New("connection reset"), stepJira, "unreachable", fault.Network},
		"a refusal before that": {answer(info, 403, ""), stepJira, "unreachable", fault.Network},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := &walk{Options: Options{}.withDefaults()}
			w.refused(c.err)
			last := w.report.Steps[len(w.report.Steps)-1]
			require.Equal(t, c.step, last.Step)
			require.Equal(t, c.code, last.Code)
			require.Equal(t, Fail, last.Status)
			require.NotEmpty(t, last.Next)
			require.Equal(t, c.kind, fault.KindOf(w.err))
			if c.step == stepLogin {
				require.Equal(t, Step{Step: stepJira, Status: OK, Detail: "it answers"}, w.report.Steps[0], "a Jira that refuses is one that answers")
			}
		})
	}
}
