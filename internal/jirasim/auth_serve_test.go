package jirasim

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// served is a Front on loopback.
type served struct {
	*FrontServer
	front *Front
}

func serveFront(t *testing.T, mutual bool) served {
	t.Helper()
	j, err := New(Options{BasePath: "/jira"})
	require.NoError(t, err)
	front := NewFront(j, FrontOptions{})
	server, err := front.Serve(mutual)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	return served{FrontServer: server, front: front}
}

// status asks for an address; each call has a connection of its own.
func (s served) status(t *testing.T, address string, proxy *url.URL, certificates ...tls.Certificate) (int, error) {
	t.Helper()
	authorities := x509.NewCertPool()
	require.True(t, authorities.AppendCertsFromPEM(s.CAPEM))
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: authorities, Certificates: certificates, MinVersion: tls.VersionTLS12},
		Proxy:           http.ProxyURL(proxy),
	}
	defer transport.CloseIdleConnections()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	require.NoError(t, err)
	answer, err := (&http.Client{Transport: transport}).Do(request)
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(io.Discard, answer.Body)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	return answer.StatusCode, nil
}

func TestFrontIsServedAtTwoAddresses(t *testing.T) {
	t.Parallel()
	s := serveFront(t, false)
	require.Equal(t, s.Site.URL, s.front.jira.BaseURL(), "bodies name the site, context path included")
	require.True(t, strings.HasSuffix(s.Site.URL, "/jira"))
	require.Nil(t, s.ClientCertPEM)
	for address, want := range map[string]int{
		s.Site.URL + "/rest/api/3/serverInfo":                                                        200,
		s.Site.URL + "/oauth/token/accessible-resources":                                             404,
		s.Atlassian.URL + "/oauth/token/accessible-resources":                                        401,
		s.Atlassian.URL + "/ex/jira/" + s.front.CloudID() + "/rest/api/3/serverInfo":                 401,
		s.Atlassian.URL + "/ex/jira/00000000-0000-4000-8000-000000000000/rest/api/3/serverInfo":      404,
		s.Atlassian.URL + "/authorize?client_id=nobody&redirect_uri=http://127.0.0.1&state=not-ours": 400,
	} {
		status, err := s.status(t, address, nil)
		require.NoError(t, err, address)
		require.Equal(t, want, status, address)
	}
}

func TestASiteThatAsksForClientCertificates(t *testing.T) {
	t.Parallel()
	s := serveFront(t, true)
	address := s.Site.URL + "/rest/api/3/serverInfo"
	_, err := s.status(t, address, nil)
	require.ErrorContains(t, err, "certificate", "without one the handshake ends")

	certificate, err := tls.X509KeyPair(s.ClientCertPEM, s.ClientKeyPEM)
	require.NoError(t, err)
	status, err := s.status(t, address, nil, certificate)
	require.NoError(t, err)
	require.Equal(t, 200, status)

	stranger := serveFront(t, true)
	foreign, err := tls.X509KeyPair(stranger.ClientCertPEM, stranger.ClientKeyPEM)
	require.NoError(t, err)
	_, err = s.status(t, address, nil, foreign)
	require.ErrorContains(t, err, "certificate", "one of another authority is none")

	status, err = s.status(t, s.Atlassian.URL+"/oauth/token/accessible-resources", nil)
	require.NoError(t, err, "Atlassian's hosts ask for none")
	require.Equal(t, 401, status)
}

// serveProxy starts a proxy and returns the address to set.
func serveProxy(t *testing.T, p *Proxy, login *url.Userinfo) *url.URL {
	t.Helper()
	address, err := p.Serve()
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.Close()) })
	return &url.URL{Scheme: "http", User: login, Host: address}
}

func TestProxyFindsANameThatNobodyElseKnows(t *testing.T) {
	t.Parallel()
	s := serveFront(t, false)
	target := strings.TrimSuffix(strings.TrimPrefix(s.Site.URL, "https://"), "/jira")
	address := "https://" + ProxiedHost + "/jira/rest/api/3/serverInfo"

	plain := &Proxy{Target: target}
	status, err := s.status(t, address, serveProxy(t, plain, nil))
	require.NoError(t, err)
	require.Equal(t, 200, status)
	require.Equal(t, []string{ProxiedHost + ":443"}, plain.Hosts())

	guarded := &Proxy{Target: target, Username: "ada", Password: "x:y"}
	there := serveProxy(t, guarded, url.UserPassword("ada", "x:y"))
	status, err = s.status(t, address, there)
	require.NoError(t, err)
	require.Equal(t, 200, status)
	there.User = url.UserPassword("ada", "wrong")
	_, err = s.status(t, address, there)
	require.ErrorContains(t, err, "Proxy Authentication Required")
	require.Len(t, guarded.Hosts(), 1, "what is refused is no tunnel")

	_, err = s.status(t, address, serveProxy(t, &Proxy{Target: target, Status: 403}, nil))
	require.ErrorContains(t, err, "Forbidden")
	_, err = s.status(t, address, serveProxy(t, &Proxy{Target: "127.0.0.1:1"}, nil))
	require.ErrorContains(t, err, "Bad Gateway")
	status, err = s.status(t, "http://"+ProxiedHost+"/jira", serveProxy(t, &Proxy{Target: target}, nil))
	require.NoError(t, err)
	require.Equal(t, 405, status, "it tunnels only")
}

// Close ends tunnels in which nothing moves.
func TestProxyBreaksItsTunnels(t *testing.T) {
	t.Parallel()
	s := serveFront(t, false)
	proxy := &Proxy{Target: strings.TrimSuffix(strings.TrimPrefix(s.Site.URL, "https://"), "/jira")}
	address, err := proxy.Serve()
	require.NoError(t, err)
	connection, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
	require.NoError(t, err)
	_, err = fmt.Fprintf(connection, "CONNECT %s:443 HTTP/1.1\r\nHost: %[1]s\r\n\r\n", ProxiedHost)
	require.NoError(t, err)
	reader := bufio.NewReader(connection)
	line, err := reader.ReadString('\n')
	require.NoError(t, err)
	require.Contains(t, line, "200")
	_, err = reader.ReadString('\n') // the empty line
	require.NoError(t, err)
	require.NoError(t, proxy.Close())
	_, err = reader.ReadByte()
	require.Error(t, err)
	require.NoError(t, connection.Close())
}

// TestScopesByTable: the gateway lets a token through that has all classic scopes of an operation or all granular ones.
func TestScopesByTable(t *testing.T) {
	t.Parallel()
	const table = `GET /rest/api/{v}/myself read:jira-user read:user:jira,read:group:jira
GET /rest/api/{v}/issue/{}/comment read:jira-work read:comment:jira
GET /rest/api/{v}/field - read:field:jira
GET /rest/api/{v}/serverInfo - -
`
	paths := []string{"myself", "issue/10001/comment", "field", "serverInfo", "status", "nothing/there"}
	for scopes, want := range map[string][]int{
		"read:jira-user read:jira-work":     {200, 200, 401, 200, 200, 404},
		"read:user:jira":                    {401, 401, 401, 200, 200, 404},
		"read:user:jira read:group:jira":    {200, 401, 401, 200, 200, 404},
		"read:comment:jira read:field:jira": {401, 200, 200, 200, 200, 404},
	} {
		c := newFrontClient(t, Cloud, FrontOptions{ScopeTable: table, Scopes: strings.Fields(scopes)})
		bearer := "Bearer " + c.grant(refreshing(c.front.Grant()), 200).Access
		for k, path := range paths {
			got := c.call(c.front.Atlassian(), http.MethodGet, "/ex/jira/"+c.front.CloudID()+"/rest/api/3/"+path, bearer, "")
			require.Equal(t, want[k], got.code, "%s with %s", path, scopes)
		}
	}
}

// TestTheGatewayLeadsToTheRESTAPIOnly: servlets and the edge are at the site alone (jira-api.md A.2).
func TestTheGatewayLeadsToTheRESTAPIOnly(t *testing.T) {
	t.Parallel()
	c := newFrontClient(t, Cloud, FrontOptions{})
	bearer := "Bearer " + c.grant(refreshing(c.front.Grant()), 200).Access
	for path, want := range map[string]int{"/rest/api/3/myself": 200, "/_edge/tenant_info": 404, "/plugins/servlet/oauth/authorize": 404} {
		c.call(c.front.Atlassian(), http.MethodGet, "/ex/jira/"+c.front.CloudID()+path, bearer, "").status(want)
	}
	other := newFrontClient(t, Cloud, FrontOptions{OtherSite: true})
	bearer = "Bearer " + other.grant(refreshing(other.front.Grant()), 200).Access
	require.Contains(t, other.call(other.front.Atlassian(), http.MethodGet, "/oauth/token/accessible-resources", bearer, "").status(200).body, "https://other.atlassian.net")
	other.call(other.front.Atlassian(), http.MethodGet, "/ex/jira/"+other.front.CloudID()+"/rest/api/3/myself", bearer, "").status(401)
}
