package check

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/jira"
	"tap-jira/internal/jirasim"
	"tap-jira/internal/stream"
	"tap-jira/schemas"
)

// sited is a simulated site on loopback and the options that check it.
type sited struct {
	t        *testing.T
	jira     *jirasim.Jira
	unsigned http.RoundTripper
	Options
}

// loggedIn signs by a name and a password.
type loggedIn struct {
	next           http.RoundTripper
	name, password string
}

func (l loggedIn) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.SetBasicAuth(l.name, l.password)
	return l.next.RoundTrip(r)
}

// serve starts a site; the options are those of its administrator, who wants to read everything.
func serve(t *testing.T, o jirasim.Options) *sited {
	t.Helper()
	o.Now, o.Examples = now, schemas.FS()
	if o.Issues == 0 {
		o.Issues = 40
	}
	site, err := jirasim.New(o)
	require.NoError(t, err)
	server, err := site.Serve()
	require.NoError(t, err)
	authorities := x509.NewCertPool()
	require.True(t, authorities.AppendCertsFromPEM(server.CAPEM))
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: authorities, MinVersion: tls.VersionTLS12}, DisableCompression: true}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		require.NoError(t, server.Close())
	})
	s := &sited{t: t, jira: site, unsigned: transport}
	s.BaseURL, s.Unsigned, s.Now = parse(t, server.URL), transport, now
	s.Streams, s.Wanted = stream.All(), func(stream.Stream) bool { return true }
	s.login(jirasim.DemoLogin(o.Deployment))
	return s
}

// login makes a client for another account.
func (s *sited) login(name, password string) {
	s.t.Helper()
	recorder := NewRecorder(loggedIn{next: s.unsigned, name: name, password: password})
	s.Client = jira.New(jira.Options{
		BaseURL: s.BaseURL, Transport: recorder, Unsigned: s.unsigned, Now: now, Attempts: 2,
		Wait: func(context.Context, time.Duration) error { return nil },
	})
	s.Limits = recorder.Limits
}

// only keeps the streams of these names, and those that they are read through.
func (s *sited) only(names ...string) {
	s.t.Helper()
	wanted := map[string]bool{}
	for _, name := range names {
		wanted[name] = true
	}
	var kept []stream.Stream
	for _, one := range slices.Backward(stream.All()) { // children stand behind their parents
		if !wanted[one.Name] {
			continue
		}
		kept = append(kept, one)
		if one.Parent != nil {
			wanted[one.Parent.Stream] = true
		}
	}
	slices.Reverse(kept)
	require.GreaterOrEqual(s.t, len(kept), len(names))
	s.Streams = kept
}

// stream finds what a report says of a stream.
func (s *sited) stream(report Report, name string) Access {
	s.t.Helper()
	at := slices.IndexFunc(report.Streams, func(a Access) bool { return a.Stream == name })
	require.GreaterOrEqual(s.t, at, 0, name)
	return report.Streams[at]
}

// last is the step at which a walk ended.
func last(r Report) Step { return r.Steps[len(r.Steps)-1] }

func TestASoundWalk(t *testing.T) {
	t.Parallel()
	for deployment, want := range map[jirasim.Deployment]struct{ version, identity string }{
		jirasim.Cloud:      {version: "(cloud)", identity: "("},
		jirasim.DataCenter: {version: "(datacenter 10.", identity: ", demo ("},
	} {
		t.Run(deployment.String(), func(t *testing.T) {
			t.Parallel()
			s := serve(t, jirasim.Options{Deployment: deployment, BasePath: "/jira", TimeZone: "Europe/Berlin", RateLimit: 1000})
			s.Wanted = nil
			var told []string
			s.Each = func(step Step) { told = append(told, step.Step) }
			s.EachStream = func(a Access) { told = append(told, a.Stream) }
			report, err := Run(t.Context(), s.Options)
			require.NoError(t, err)
			require.True(t, report.OK)
			order := []string{"address", "dns", "tcp", "tls", "proxy", "jira", "login", "identity", "timezone", "clock", "limits"}
			for k, step := range report.Steps {
				require.Equal(t, order[k], step.Step)
				require.Equal(t, OK, step.Status, step)
				require.Empty(t, step.Code+step.Next, step)
			}
			require.Len(t, report.Steps, len(order))
			require.Contains(t, report.Steps[5].Detail, want.version)
			require.Equal(t, "accepted", report.Steps[6].Detail)
			require.Contains(t, report.Steps[7].Detail, want.identity)
			require.Equal(t, "Europe/Berlin", report.Steps[8].Detail)
			require.Equal(t, "0s apart from the site's", report.Steps[9].Detail)
			require.Contains(t, report.Steps[10].Detail, "X-Ratelimit-Limit: 1000")
			var names []string
			for _, offered := range stream.AllOn(s.Client.Site().Deployment) {
				if !offered.Hidden {
					names = append(names, offered.Name)
				}
			}
			require.Equal(t, append(order, names...), told, "each is told of once, in order")
		})
	}
}

// TestWarnings are what does not end the walk.
func TestWarnings(t *testing.T) {
	t.Parallel()
	without := func(member string) func([]byte) []byte {
		return func(body []byte) []byte { return []byte(strings.Replace(string(body), `"`+member+`"`, `"hidden"`, 1)) }
	}
	for name, c := range map[string]struct {
		arrange            func(s *sited)
		step, code, detail string
	}{
		"another base address": {
			arrange: func(s *sited) { s.jira.SetBaseURL("https://jira.example.com/") },
			step:    "jira", code: "other_base_url", detail: "the site calls itself https://jira.example.com/",
		},
		"a hidden time zone": {
			arrange: func(s *sited) {
				s.jira.Script(jirasim.Fault{Template: "/rest/api/{v}/myself", Rewrite: without("timeZone"), Times: -1})
			},
			step: "timezone", code: "hidden", detail: "does not show",
		},
		"a clock that is slow": {
			arrange: func(s *sited) { s.Now = func() time.Time { return now().Add(61 * time.Second) } },
			step:    "clock", code: "differs", detail: "1m1s apart",
		},
		"a clock that is fast": {
			arrange: func(s *sited) { s.Now = func() time.Time { return now().Add(-2 * time.Minute) } },
			step:    "clock", code: "differs", detail: "2m0s apart",
		},
		"a clock that is told by the answer's date": {
			arrange: func(s *sited) {
				s.jira.Script(jirasim.Fault{Template: "/rest/api/{v}/serverInfo", Rewrite: without("serverTime"), Times: -1})
				s.Now = func() time.Time { return now().Add(time.Hour) }
			},
			step: "clock", code: "differs", detail: "1h0m0s apart",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, jirasim.Options{})
			s.Streams = nil
			c.arrange(s)
			report, err := Run(t.Context(), s.Options)
			require.NoError(t, err)
			require.True(t, report.OK, "a warning fails nothing")
			require.Len(t, report.Steps, 11)
			at := slices.IndexFunc(report.Steps, func(step Step) bool { return step.Status == Warn })
			require.GreaterOrEqual(t, at, 0)
			require.Equal(t, []string{c.step, c.code}, []string{report.Steps[at].Step, report.Steps[at].Code})
			require.Contains(t, report.Steps[at].Detail, c.detail)
			require.NotNil(t, report.Streams, "an empty list is printed as one")
		})
	}
	s := serve(t, jirasim.Options{})
	s.Streams, s.Now = nil, func() time.Time { return now().Add(time.Minute) }
	report, err := Run(t.Context(), s.Options)
	require.NoError(t, err)
	require.Equal(t, OK, report.Steps[9].Status, "a minute is near enough")

	s.BaseURL = parse(t, s.BaseURL.String()+"/")
	report, err = Run(t.Context(), s.Options)
	require.NoError(t, err)
	require.Equal(t, OK, report.Steps[5].Status, "a slash at the end is no other address")
	s.Gateway = true
	report, err = Run(t.Context(), s.Options)
	require.NoError(t, err)
	require.Contains(t, report.Steps[5].Detail, "through Atlassian's gateway")
}

// TestWhatIsNoJira tells apart what answers at the address.
func TestWhatIsNoJira(t *testing.T) {
	t.Parallel()
	const info, myself = "/rest/api/{v}/serverInfo", "/rest/api/{v}/myself"
	for name, c := range map[string]struct {
		fault      jirasim.Fault
		step, code string
		kind       fault.Kind
	}{
		"maintenance":          {jirasim.Fault{Template: info, Status: 503, From: 2}, "jira", "jira_down", fault.Network},
		"a page":               {jirasim.Fault{Template: info, LoginPage: true, From: 2}, "jira", "not_a_jira", fault.Network},
		"moved":                {redirected(info, "https://elsewhere.example.com/rest"), "jira", "redirect", fault.Network},
		"moved to a login":     {redirected(info, "/login.jsp"), "jira", "login_page", fault.Network},
		"nothing there":        {jirasim.Fault{Template: info, Status: 404, From: 2}, "jira", "wrong_path", fault.Network},
		"no permission":        {jirasim.Fault{Template: myself, Status: 403}, "login", "forbidden", fault.Credentials},
		"a page for the login": {jirasim.Fault{Template: myself, LoginPage: true}, "login", "not_jira", fault.Credentials},
		"a stranger's answer":  {jirasim.Fault{Template: myself, Status: 401}, "login", "anonymous", fault.Credentials},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, jirasim.Options{Deployment: jirasim.DataCenter})
			c.fault.Times = -1
			s.jira.Script(c.fault)
			report, err := Run(t.Context(), s.Options)
			require.Error(t, err)
			require.False(t, report.OK)
			require.Equal(t, []string{c.step, c.code, string(Fail)}, []string{last(report).Step, last(report).Code, string(last(report).Status)}, last(report).Detail)
			require.Equal(t, c.kind, fault.KindOf(err))
			require.Equal(t, fault.HintOf(err), last(report).Next)
			require.Equal(t, err.Error(), last(report).Detail)
			require.Equal(t, []Access{}, report.Streams)
		})
	}
}

// redirected leads a path elsewhere, after the request of the step tls.
func redirected(template, to string) jirasim.Fault {
	return jirasim.Fault{Template: template, Status: 302, Header: map[string]string{"Location": to}, From: 2}
}
