package cli_test

import (
	"context"
	"net"
	"net/http"
	"sync/atomic"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jirasim"
)

// unreachable is a site that goes away for good in mid-run: exit code 3, and the next run goes on from the STATE.
func unreachable(o *ordeal) {
	o.site.Script(jirasim.Fault{Reset: jirasim.ResetBefore, From: o.requests() / 2, Times: -1})
	o.fails(3)
	o.heals()
}

// truncatedForEver is a list of which never more than half arrives.
func truncatedForEver(o *ordeal) {
	o.onPriorities(jirasim.Fault{CutBody: true})
	o.lacks("priorities failed")
}

// stalled is a body that stops coming: it is read again after request_timeout, and named when it never comes.
func stalled(o *ordeal) {
	o.members["request_timeout"] = 0.3
	o.onPriorities(jirasim.Fault{Hold: make(chan struct{})})
	o.site.Script(jirasim.Fault{Template: "/rest/api/{v}/project/search", Hold: make(chan struct{})},
		jirasim.Fault{Template: "/rest/api/{v}/issue/bulkfetch", Hold: make(chan struct{})})
	o.lacks("priorities failed", "read the answer")
}

// silent is an answer that never begins.
func silent(o *ordeal) {
	o.members["request_timeout"] = 0.3
	o.site.Script(jirasim.Fault{Template: "/rest/api/{v}/search", HoldHeader: make(chan struct{})},
		jirasim.Fault{Template: "/rest/api/{v}/search/jql", HoldHeader: make(chan struct{})})
	o.whole()
}

// brittle is a network whose connections can be cut, and whose names may be unknown for a while.
type brittle struct {
	lookups   atomic.Int64
	unknown   atomic.Int64 // how many lookups fail yet
	temporary bool
	last      atomic.Pointer[net.Conn]
}

// dial is the tap's.
func (b *brittle) dial(ctx context.Context, network, address string) (net.Conn, error) {
	b.lookups.Add(1)
	if b.unknown.Add(-1) >= 0 {
		return nil, &net.OpError{Op: "dial", Net: network, Err: &net.DNSError{
			Err: "no such host", Name: "jira.example", IsNotFound: !b.temporary, IsTemporary: b.temporary,
		}}
	}
	c, err := new(net.Dialer).DialContext(ctx, network, address)
	if err == nil {
		b.last.Store(&c)
	}
	return c, err
}

// cut breaks the newest connection.
func (b *brittle) cut() {
	if c := b.last.Load(); c != nil {
		_ = (*c).Close()
	}
}

// nameless is a resolver that does not know the site's name for a while, in mid-run.
func nameless(o *ordeal) {
	for _, temporary := range []bool{true, false} {
		o.forgets()
		o.site.ClearScript()
		b := &brittle{temporary: temporary}
		o.dial = b.dial
		o.site.Script(jirasim.Fault{From: 6, Rewrite: func(body []byte) []byte {
			b.unknown.Store(3)
			b.cut()
			return body
		}})
		o.whole()
		require.Greater(o.t, b.lookups.Load(), int64(4))
	}
	o.heals()
}

// closedConnections is a network that closes each connection after a few answers.
func closedConnections(o *ordeal) {
	b := &brittle{}
	o.dial = b.dial
	for from := 3; from < 40; from += 4 {
		o.site.Script(jirasim.Fault{From: from, Rewrite: func(body []byte) []byte {
			b.cut()
			return body
		}})
	}
	o.whole()
	require.Greater(o.t, b.lookups.Load(), int64(4))
	o.heals()
}

// page is a page where a list should be: whatever stands there, it does not let the account through.
func page(o *ordeal) {
	o.onPriorities(jirasim.Fault{Status: http.StatusOK, Body: proxyPage, Header: asHTML()})
	o.fails(4, "priorities", "a web page titled")
	o.heals()
}

// loginPage is single sign-on that asks again in mid-run: the login is lost, and nothing is taken from such an answer.
func loginPage(o *ordeal) {
	o.site.Script(jirasim.Fault{LoginPage: true, From: o.requests() / 2, Times: -1})
	o.fails(4)
	o.heals()
}

// redirectLoop is a proxy that sends a request round in circles.
func redirectLoop(o *ordeal) {
	o.onProjects(o.server.Site.URL + "/rest/api/2/project/search")
	o.lacks("projects failed", "too many")
}

// redirectAway is a redirect to another host, which is where single sign-on lives.
func redirectAway(o *ordeal) {
	o.onProjects("https://elsewhere.example/rest/api/2/project/search")
	o.fails(4, "another host")
	o.heals()
}

// onProjects redirects what asks for the projects.
func (o *ordeal) onProjects(location string) {
	for _, path := range []string{"/rest/api/2/project/search", "/rest/api/2/project"} {
		o.site.Script(jirasim.Fault{Path: path, Status: http.StatusFound, Header: map[string]string{"Location": location}, Times: -1})
	}
}

// redirectToLogin is single sign-on that answers with a redirect.
func redirectToLogin(o *ordeal) {
	o.site.Script(jirasim.Fault{
		Status: http.StatusFound, Header: map[string]string{"Location": o.server.Site.URL + "/login.jsp?secret=1"}, From: o.requests() / 2, Times: -1,
	})
	got := o.fails(4)
	require.NotContains(o.t, got.stderr, "secret=1")
	o.heals()
}
