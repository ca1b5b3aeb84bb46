package cli_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/check"
	"tap-jira/internal/jirasim"
	"tap-jira/internal/tap"
	"tap-jira/schemas"
)

// checked runs check and reads its report.
func (d *door) checked(args ...string) (code int, report check.Report) {
	d.t.Helper()
	code, stdout, stderr := d.run(append([]string{"check", "--format", "json"}, args...)...)
	require.NoError(d.t, json.Unmarshal([]byte(stdout), &report), stderr)
	require.Equal(d.t, code == 0, report.OK)
	return code, report
}

// synced runs a sync and reads its summary.
func (d *door) synced(args ...string) (code int, summary tap.Summary) {
	d.t.Helper()
	code, _, stderr := d.run(append([]string{"sync", "--log-format", "json"}, args...)...)
	for line := range strings.Lines(stderr) {
		if strings.Contains(line, `"waits_seconds"`) {
			require.NoError(d.t, json.Unmarshal([]byte(line), &summary))
		}
	}
	require.NotEmpty(d.t, summary.Streams, stderr)
	return code, summary
}

// refused tells that a sync could not read a stream.
func refused(s tap.StreamSummary) bool {
	return s.Failed || slices.ContainsFunc(s.Reasons, func(r string) bool {
		return strings.Contains(r, "may not read it") || strings.Contains(r, "only apps may read it")
	})
}

// account is one who looks at a site.
type account struct {
	site   jirasim.Options
	front  func(*jirasim.FrontOptions)
	config func(d *door) map[string]any
	// least is how many streams are unreadable at the least.
	least int
	// empty are the unreadable streams that Jira shows as empty lists instead of refusing them, so that only check tells.
	empty []string
}

// accounts are administrators and others, by both dialects and by an OAuth 2.0 token that has the two classic scopes.
func accounts() map[string]account {
	basic := func(login func(jirasim.Deployment) (string, string), d jirasim.Deployment) func(*door) map[string]any {
		name, password := login(d)
		return func(*door) map[string]any { return map[string]any{"username": name, "password": password} }
	}
	cloud := jirasim.Options{Examples: schemas.FS(), Issues: 40}
	center := jirasim.Options{Examples: schemas.FS(), Issues: 40, Deployment: jirasim.DataCenter, BasePath: "/jira"}
	blind := func(o jirasim.Options) jirasim.Options {
		o.ReaderLacks = []string{"USER_PICKER", "VIEW_VOTERS_AND_WATCHERS", "TRANSITION_ISSUES"}
		return o
	}
	listed := []string{"project_security_levels", "notification_schemes", "project_role_actors"}
	unseen := append([]string{"issue_watchers", "issue_votes", "issue_transitions"}, listed...)
	old := center
	old.Version = "9.12.4" // lists users by search only
	return map[string]account{
		"Cloud, administrator":            {site: cloud, config: basic(jirasim.DemoLogin, jirasim.Cloud), least: 4},
		"Cloud, reader":                   {site: cloud, config: basic(jirasim.ReaderLogin, jirasim.Cloud), least: 50, empty: listed},
		"Cloud, reader who sees nobody":   {site: blind(cloud), config: basic(jirasim.ReaderLogin, jirasim.Cloud), least: 55, empty: unseen},
		"Data Center, administrator":      {site: center, config: basic(jirasim.DemoLogin, jirasim.DataCenter)},
		"Data Center, reader":             {site: center, config: basic(jirasim.ReaderLogin, jirasim.DataCenter), least: 15, empty: listed},
		"Data Center, who sees nobody":    {site: blind(center), config: basic(jirasim.ReaderLogin, jirasim.DataCenter), least: 17, empty: unseen},
		"Data Center 9, who sees nobody":  {site: blind(old), config: basic(jirasim.ReaderLogin, jirasim.DataCenter), least: 15, empty: unseen},
		"OAuth 2.0 with classic scopes":   {site: cloud, front: documentedScopes, config: oauthConfig, least: 80},
		"scoped token with classic scope": {site: cloud, front: documentedScopes, config: func(*door) map[string]any { return map[string]any{"username": scopedMail, "password": scopedToken} }, least: 80},
	}
}

// eachAccount runs a test as each of the accounts, on a site of its own whose config is written.
func eachAccount(t *testing.T, test func(*testing.T, account, *door)) {
	t.Helper()
	for name, who := range accounts() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDoor(t, who.site, who.front)
			d.config(who.config(d))
			test(t, who, d)
		})
	}
}

func oauthConfig(d *door) map[string]any {
	return map[string]any{
		"oauth_client_id": clientID, "oauth_client_secret": clientSecret, "oauth_redirect_uri": redirectURI, "refresh_token": d.front.Grant(),
	}
}

// documentedScopes make the gateway ask of every operation the scopes that Atlassian documents for it.
func documentedScopes(f *jirasim.FrontOptions) {
	text, err := os.ReadFile(filepath.Join("..", "stream", "scopes.txt"))
	if err != nil {
		panic(err)
	}
	f.ScopeTable = string(text)
}

// TestCheckAgreesWithSync compares, stream by stream, what check says with what a sync of everything then does.
func TestCheckAgreesWithSync(t *testing.T) {
	t.Parallel()
	eachAccount(t, func(t *testing.T, who account, d *door) {
		checkCode, report := d.checked("--select", "*")
		syncCode, summary := d.synced("--select", "*")
		require.Equal(t, syncCode, checkCode)
		require.Len(t, report.Streams, len(summary.Streams))

		unreadable, empty := 0, []string{}
		for i, access := range report.Streams {
			did := summary.Streams[i]
			require.Equal(t, did.Stream, access.Stream)
			if access.Readable {
				require.False(t, refused(did), "%s is readable, and the sync says %q", did.Stream, did.Reasons)
				continue
			}
			unreadable++
			require.NotEmpty(t, access.Missing, access.Stream)
			require.NotEmpty(t, access.Who, access.Stream)
			if !refused(did) {
				empty = append(empty, did.Stream)
			}
			if did.Stream != "users" { // whoever is met in issues is printed
				require.Zero(t, emptyHanded(did), "%s lacks %s, and the sync read it", did.Stream, access.Missing)
			}
		}
		require.ElementsMatch(t, who.empty, empty)
		require.GreaterOrEqual(t, unreadable, who.least)
	})
}

// emptyHanded is how many records a sync printed of a stream that shows nobody: a vote's row is its count.
func emptyHanded(s tap.StreamSummary) int64 {
	if s.Stream == "issue_votes" {
		return 0
	}
	return s.Records
}

// TestStandardSetNeedsNoAdministrator reads what is read by default, as somebody who administers nothing.
func TestStandardSetNeedsNoAdministrator(t *testing.T) {
	t.Parallel()
	eachAccount(t, func(t *testing.T, _ account, d *door) {
		code, report := d.checked()
		require.Zero(t, code)
		require.Greater(t, len(report.Streams), 50)
		code, summary := d.synced()
		require.Zero(t, code)
		require.Len(t, summary.Streams, 19)
	})
}

// TestAdministratorsStreamByName is chosen by one who may not read it: exit 5, and who can grant it.
func TestAdministratorsStreamByName(t *testing.T) {
	t.Parallel()
	for _, deployment := range []jirasim.Deployment{jirasim.Cloud, jirasim.DataCenter} {
		d := newDoor(t, jirasim.Options{Deployment: deployment, Examples: schemas.FS()}, nil)
		name, password := jirasim.ReaderLogin(deployment)
		login := map[string]any{"username": name, "password": password}
		d.config(login)
		for _, command := range []string{"check", "sync"} {
			code, _, stderr := d.run(command, "--select", "workflows", "--select", "projects")
			require.Equal(t, 5, code, stderr)
			require.Contains(t, lastLine(stderr), "workflows")
			require.Contains(t, lastLine(stderr), "the permission Administer Jira")
			require.Contains(t, lastLine(stderr), "a Jira administrator can grant it")

			code, _, stderr = d.run(command, "--select", "projects", "--select", "users")
			require.Zero(t, code, stderr)
		}
		login["on_forbidden"] = "skip"
		d.config(login)
		for _, command := range []string{"check", "sync"} {
			code, _, stderr := d.run(command, "--select", "workflows", "--select", "projects")
			require.Zero(t, code, stderr)
		}
	}
}

// TestCheckIsFrugal counts: the login, a question for the permissions, and at most one for each stream.
func TestCheckIsFrugal(t *testing.T) {
	t.Parallel()
	eachAccount(t, func(t *testing.T, _ account, d *door) {
		_, report := d.checked()
		readable := 0
		for _, s := range report.Streams {
			if s.Readable {
				readable++
			}
		}
		asked := map[string]int{}
		for _, r := range d.site.Requests() {
			asked[r.Method+" "+r.Template]++
		}
		for what, times := range asked {
			require.LessOrEqual(t, times, 3, what) // avatars of fields, of projects, and the like share a template
		}
		require.LessOrEqual(t, asked[http.MethodGet+" /rest/api/{v}/mypermissions"], 2, "for the account, and as the stream my_permissions")
		all, _ := d.asked()
		require.LessOrEqual(t, all, 10+len(report.Streams)+hiddenStreams)
	})
}

// hiddenStreams is how many streams may be read for their children alone.
const hiddenStreams = 20

// TestCheckNamesProjectsThatAreClosed to somebody who administers them.
func TestCheckNamesProjectsThatAreClosed(t *testing.T) {
	t.Parallel()
	d := newDoor(t, jirasim.Options{Examples: schemas.FS(), Issues: 40}, nil)
	of := func(login func(jirasim.Deployment) (string, string)) check.Access {
		name, token := login(jirasim.Cloud)
		d.config(map[string]any{"username": name, "password": token})
		code, report := d.checked()
		require.Zero(t, code)
		at := slices.IndexFunc(report.Streams, func(s check.Access) bool { return s.Stream == "issues" })
		return report.Streams[at]
	}
	require.Empty(t, of(jirasim.DemoLogin).Missing)
	require.NoError(t, d.site.ChangeProject("10000", jirasim.CloseProject))
	issues := of(jirasim.DemoLogin)
	require.True(t, issues.Readable, "the others are read")
	require.Regexp(t, `^the permission Browse projects, in projects that exist: 1 \([A-Z0-9]+\)$`, issues.Missing)
	require.Contains(t, issues.Who, "permission scheme")
	require.Empty(t, of(jirasim.ReaderLogin).Missing, "who does not administer cannot know")
	require.NoError(t, d.site.ChangeProject("10000", jirasim.OpenProject))
	require.Empty(t, of(jirasim.DemoLogin).Missing)
}

// TestCheckSaysWhatTheSiteLacks are products and licences that a site does not have.
func TestCheckSaysWhatTheSiteLacks(t *testing.T) {
	t.Parallel()
	d := newDoor(t, jirasim.Options{Examples: schemas.FS()}, nil)
	name, token := jirasim.DemoLogin(jirasim.Cloud)
	d.config(map[string]any{"username": name, "password": token})
	d.site.Script(
		jirasim.Fault{Template: "/rest/agile/1.0/board", Status: http.StatusNotFound, Times: -1, Body: `{"errorMessages":["null for uri"]}`},
		jirasim.Fault{Template: "/rest/servicedeskapi/servicedesk", Status: http.StatusForbidden, Times: -1, Body: `{"errorMessage":"The user is not licensed to use Jira Service Management."}`},
		jirasim.Fault{Template: "/rest/api/{v}/projectCategory", Status: http.StatusForbidden, Times: -1, Body: `{"errorMessages":["Not for you."]}`},
		jirasim.Fault{Template: "/rest/api/{v}/announcementBanner", Status: http.StatusGone, Times: -1},
	)
	code, report := d.checked("--select", "sprints", "--select", "boards")
	require.Zero(t, code, "a sync takes it for a site without boards")
	found := map[string]check.Access{}
	for _, s := range report.Streams {
		found[s.Stream] = s
	}
	for stream, want := range map[string][2]string{
		"boards":               {"Jira Software is not on this site", "products and plans"},
		"sprint_issues":        {"Jira Software is not on this site", "products and plans"},
		"service_desks":        {"a licence for it; Jira says: The user is not licensed", "products and plans"},
		"queues":               {"a licence for it", "products and plans"},
		"project_categories":   {"a permission; Jira says: Not for you.", "administrator"},
		"announcement_banners": {"the operation on this version of Jira", "runs the site"},
	} {
		require.False(t, found[stream].Readable, stream)
		require.Contains(t, found[stream].Missing, want[0], stream)
		require.Contains(t, found[stream].Who, want[1], stream)
	}
	require.True(t, found["issues"].Readable)
}
