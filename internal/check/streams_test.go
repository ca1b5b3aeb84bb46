package check

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/jira"
	"tap-jira/internal/jirasim"
	"tap-jira/internal/stream"
)

// TestWantedStreams: the check fails for what is wanted and cannot be read, and for nothing else.
func TestWantedStreams(t *testing.T) {
	t.Parallel()
	s := serve(t, jirasim.Options{Deployment: jirasim.DataCenter})
	s.login(jirasim.ReaderLogin(jirasim.DataCenter))
	report, err := Run(t.Context(), s.Options)
	require.False(t, report.OK)
	require.Equal(t, fault.Incomplete, fault.KindOf(err))
	require.Contains(t, fault.HintOf(err), "on_forbidden")
	roles := s.stream(report, "roles")
	require.False(t, roles.Readable)
	require.Contains(t, roles.Missing, "Administer Jira")
	require.NotEmpty(t, roles.Who)
	require.Contains(t, err.Error(), "roles lacks "+roles.Missing+" ("+roles.Who+")")
	require.NotRegexp(t, `(^| )issues lacks`, err.Error(), "what can be read is not named")
	require.True(t, s.stream(report, "issues").Readable)

	s.Wanted = func(wanted stream.Stream) bool { return wanted.Name == "issues" }
	report, err = Run(t.Context(), s.Options)
	require.NoError(t, err)
	require.True(t, report.OK)
	require.False(t, s.stream(report, "roles").Readable)
}

// TestAnswersOfOneStream: what its one request is answered, and what that means for it and for those below it.
func TestAnswersOfOneStream(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		template, stream string
		answer           jirasim.Fault
		missing, who     string
	}{
		"forbidden": {
			"/rest/api/{v}/projectCategory", "project_categories",
			jirasim.Fault{Status: 403, Body: `{"errorMessages":["Not for you."]}`},
			"a permission; Jira says: Not for you.", "administrator",
		},
		"forbidden without a word": {
			"/rest/api/{v}/projectCategory", "project_categories",
			jirasim.Fault{Status: 403, Body: "{}"},
			"a permission that Jira does not name", "administrator",
		},
		"a licence": {
			"/rest/api/{v}/projectCategory", "project_categories",
			jirasim.Fault{Status: 403, Body: `{"errorMessages":["This feature isn't available on Free plans."]}`},
			"a licence for it; Jira says: This feature", "products and plans",
		},
		"gone": {"/rest/api/{v}/projectCategory", "project_categories", jirasim.Fault{Status: 410}, "the operation on this version of Jira", "runs the site"},
		"broken": {
			"/rest/api/{v}/projectCategory", "project_categories", jirasim.Fault{Status: 500}, "an answer: ", "runs the site",
		},
		"no list": {
			"/rest/api/{v}/projectCategory", "project_categories",
			jirasim.Fault{Rewrite: func([]byte) []byte { return []byte(`"x"`) }},
			"an answer that can be read", "runs the site",
		},
		"a scope": {
			"/rest/api/{v}/projectCategory", "project_categories",
			jirasim.Fault{Status: 401, Body: `{"code":401,"message":"Unauthorized; scope does not match"}`},
			"the scope", "OAuth 2.0 app",
		},
		"a parent that fails": {"/rest/agile/1.0/board", "sprints", jirasim.Fault{Status: 500}, "an answer: ", "runs the site"},
		"a product":           {"/rest/agile/1.0/board", "boards", jirasim.Fault{Status: 404}, "Jira Software is not on this site", "products and plans"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, jirasim.Options{})
			s.only(c.stream, "issues")
			s.Wanted = nil
			c.answer.Template, c.answer.Times = c.template, -1
			s.jira.Script(c.answer)
			report, err := Run(t.Context(), s.Options)
			require.NoError(t, err)
			found := s.stream(report, c.stream)
			require.False(t, found.Readable)
			require.Contains(t, found.Missing, c.missing)
			require.Contains(t, found.Who, c.who)
			require.True(t, s.stream(report, "issues").Readable, "one stream's trouble is its own")
		})
	}
}

// TestRefusalsForOneRow: what is not there for one row of a parent, or one of several values, may be there for another.
func TestRefusalsForOneRow(t *testing.T) {
	t.Parallel()
	s := serve(t, jirasim.Options{})
	s.only("license_product_metrics", "epics", "sprints")
	s.jira.Script(
		jirasim.Fault{Template: "/rest/api/{v}/license/approximateLicenseCount/product/{applicationKey}", Status: 404, Times: -1},
		jirasim.Fault{Template: "/rest/agile/1.0/board/{boardId}/epic", Status: 404, Times: -1},
		jirasim.Fault{Template: "/rest/agile/1.0/board/{boardId}/sprint", Status: 400, Times: -1, Body: `{"errorMessages":["The board does not support sprints"]}`},
	)
	report, err := Run(t.Context(), s.Options)
	require.NotContains(t, fmt.Sprint(err), "epics lacks")
	for _, name := range []string{"epics", "sprints", "license_product_metrics"} {
		require.True(t, s.stream(report, name).Readable, "%s: %s", name, s.stream(report, name).Missing)
	}
}

// TestSparedStreams: a site without a product fails no check, though its streams are wanted and cannot be read.
func TestSparedStreams(t *testing.T) {
	t.Parallel()
	s := serve(t, jirasim.Options{})
	s.only("boards", "sprints")
	s.jira.Script(jirasim.Fault{Template: "/rest/agile/1.0/board", Status: 404, Times: -1})
	s.Wanted = func(wanted stream.Stream) bool { return slices.Contains([]string{"boards", "sprints"}, wanted.Name) }
	report, err := Run(t.Context(), s.Options)
	require.NoError(t, err)
	require.False(t, s.stream(report, "boards").Readable)
	require.Equal(t, s.stream(report, "boards").Missing, s.stream(report, "sprints").Missing, "children lack what their parent lacks")
}

// TestTheCheckEnds when the login or the network is lost on the way, whichever stream it happened to.
func TestTheCheckEnds(t *testing.T) {
	t.Parallel()
	errScopes := errors.New("no scopes today")
	for name, c := range map[string]struct {
		arrange func(s *sited)
		as      func(err error) bool
	}{
		"login": {
			arrange: func(s *sited) {
				s.jira.Script(jirasim.Fault{Template: "/rest/api/{v}/projectCategory", Anonymous: true, Times: -1},
					jirasim.Fault{Template: "/rest/api/{v}/myself", Status: 401, From: 2, Times: -1})
			},
			as: func(err error) bool {
				return errors.Is(err, jira.ErrLoginLost) || fault.KindOf(err) == fault.Credentials
			},
		},
		"network": {
			arrange: func(s *sited) {
				s.jira.Script(jirasim.Fault{Template: "/rest/api/{v}/projectCategory", Reset: jirasim.ResetBefore, Times: -1})
			},
			as: func(err error) bool { return errors.Is(err, jira.ErrNetwork) },
		},
		"scopes": {
			arrange: func(s *sited) { s.Scopes = func(context.Context) ([]string, error) { return nil, errScopes } },
			as:      func(err error) bool { return errors.Is(err, errScopes) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, jirasim.Options{})
			s.only("project_categories", "issues")
			c.arrange(s)
			report, err := Run(t.Context(), s.Options)
			require.True(t, c.as(err), "%v", err)
			require.False(t, report.OK)
			require.Empty(t, report.Streams, "what was found until then is not the whole")
		})
	}
}

// TestScopesOfTheToken: what the token may not is not asked for.
func TestScopesOfTheToken(t *testing.T) {
	t.Parallel()
	s := serve(t, jirasim.Options{})
	s.Wanted = nil
	s.Scopes = func(context.Context) ([]string, error) { return []string{"read:jira-work", "read:jira-user"}, nil }
	report, err := Run(t.Context(), s.Options)
	require.NoError(t, err)
	require.True(t, s.stream(report, "issues").Readable)
	boards := s.stream(report, "boards")
	require.False(t, boards.Readable)
	require.Contains(t, boards.Missing, "read:board-scope:jira-software")
	for _, request := range s.jira.Requests() {
		require.NotContains(t, request.Path, "/rest/agile/")
	}
}

// TestOneRequestAStream: a check is cheap for the site whatever its size.
func TestOneRequestAStream(t *testing.T) {
	t.Parallel()
	s := serve(t, jirasim.Options{Issues: 2000})
	s.Wanted = nil
	report, err := Run(t.Context(), s.Options)
	require.NoError(t, err)
	require.Less(t, len(s.jira.Requests()), len(report.Streams)+10)
}

// TestClosedProjects names the projects that an administrator sees and may not browse.
func TestClosedProjects(t *testing.T) {
	t.Parallel()
	s := serve(t, jirasim.Options{})
	s.only("issues")
	s.Wanted = nil
	require.NoError(t, s.jira.ChangeProject("10000", jirasim.CloseProject))
	report, err := Run(t.Context(), s.Options)
	require.NoError(t, err)
	issues := s.stream(report, "issues")
	require.True(t, issues.Readable)
	require.Regexp(t, `^the permission Browse projects, in projects that exist: 1 \([A-Z0-9]+\)$`, issues.Missing)
	require.Contains(t, issues.Who, "permission scheme")

	s.jira.Script(jirasim.Fault{Template: "/rest/api/{v}/project/search", Contains: "browse", Status: 500, Times: -1})
	report, err = Run(t.Context(), s.Options)
	require.NoError(t, err, "what cannot be found out fails nothing")
	require.Empty(t, s.stream(report, "issues").Missing)
}
