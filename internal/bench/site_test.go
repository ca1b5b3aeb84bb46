package main

import (
	"bytes"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jirasim"
)

// orders answers lines as the site's process does.
func orders(t *testing.T, front *pages, lines ...string) (said []report, err error) {
	t.Helper()
	site, err := jirasim.New(jirasim.Options{Issues: 20})
	require.NoError(t, err)
	var out bytes.Buffer
	failed := obey(strings.NewReader(strings.Join(lines, "\n")), &out, front, site.Ledger())
	decoder := json.NewDecoder(&out)
	for decoder.More() {
		var r report
		require.NoError(t, decoder.Decode(&r))
		said = append(said, r)
	}
	return said, failed
}

func TestOrders(t *testing.T) {
	t.Parallel()
	asked := 0
	front := newPages(echo(&asked), 1<<20)
	front.set(0, false, true)
	get(front, "/rest/api/2/issue/10001", "")
	get(front, "/rest/api/2/issue/10002", "")
	replay := filepath.Join(t.TempDir(), "asked.json")
	said, err := orders(t, front,
		`{"Endpoints":true,"Replay":"`+replay+`"}`, `{"Set":true}`, `{"Ledger":["iss*s"]}`, `{"Replay":"/nowhere/there.json"}`)
	require.NoError(t, err)
	require.Len(t, said, 4)
	require.Equal(t, map[string]int{"POST /rest/api/2/issue/{}": 2}, said[0].Endpoints)
	require.Equal(t, 2, said[1].Traffic.Requests, "the counts until then come with the order that ends them")
	require.Zero(t, said[2].Traffic.Requests)
	require.Positive(t, said[2].Ledger["issues"].Keys.Records)
	require.Equal(t, []string{"issueId", "id"}, said[2].Ledger["issue_transitions"].Columns)
	require.NotContains(t, said[2].Ledger, "projects", "only what was asked for is worked out")
	require.Contains(t, said[3].Problem, "/nowhere/there.json")
	content, err := os.ReadFile(replay)
	require.NoError(t, err)
	require.JSONEq(t, `[{"Method":"POST","Target":"/rest/api/2/issue/10001"},{"Method":"POST","Target":"/rest/api/2/issue/10002"}]`, string(content))

	_, err = orders(t, front, "no order")
	require.ErrorContains(t, err, "read an order")
}

// TestTheSitesProcess starts it, hears its address, and gives it an order that it cannot carry out.
func TestTheSitesProcess(t *testing.T) {
	t.Parallel()
	site, err := startSite(t.Context(), "-dir", t.TempDir(), "-issues", "10", "-deployment", "datacenter")
	require.NoError(t, err)
	require.True(t, strings.HasSuffix(site.URL, "/jira"))
	require.FileExists(t, site.CAFile)
	_, err = site.tell(order{Replay: "/nowhere/there.json"})
	require.ErrorContains(t, err, "/nowhere/there.json")
	said, err := site.tell(order{})
	require.NoError(t, err, "it goes on after an order that failed")
	require.Positive(t, said.CPU)
	require.NoError(t, site.close())

	for name, args := range map[string][]string{
		"a flag that is none":        {"-nothing"},
		"a folder that is not there": {"-dir", "/nowhere/there", "-issues", "1"},
	} {
		require.Error(t, runSite(args, strings.NewReader(""), &bytes.Buffer{}), name)
	}
}

// floorSite is a site for the floor, and the arguments that lead there.
func floorSite(t *testing.T, handler http.HandlerFunc, asked []question) []string {
	t.Helper()
	server := httptest.NewTLSServer(handler)
	t.Cleanup(server.Close)
	dir := t.TempDir()
	ca, replay := filepath.Join(dir, "ca.pem"), filepath.Join(dir, "asked.json")
	require.NoError(t, os.WriteFile(ca, pemOf(server), 0o600))
	require.NoError(t, writeQuestions(replay, asked))
	return []string{"floor", "-url", server.URL, "-ca", ca, "-user", "demo", "-password", "secret", "-replay", replay, "-concurrency", "2"}
}

func TestTheFloorRepeatsWhatWasAsked(t *testing.T) {
	t.Parallel()
	seen := make(chan string, 8)
	args := floorSite(t, func(_ http.ResponseWriter, r *http.Request) {
		name, password, _ := r.BasicAuth()
		var body bytes.Buffer
		_, _ = body.ReadFrom(r.Body)
		seen <- strings.Join([]string{r.Method, r.URL.RequestURI(), body.String(), r.Header.Get("Content-Type"), name, password, r.Header.Get("Accept-Encoding")}, " ")
	}, []question{{Method: "GET", Target: "/a?x=1"}, {Method: "POST", Target: "/b", Body: "{}"}, {Method: "GET", Target: "/c"}})
	require.NoError(t, run(t.Context(), args))
	close(seen)
	var all []string
	for line := range seen {
		all = append(all, line)
	}
	require.ElementsMatch(t, []string{"GET /a?x=1   demo secret gzip", "POST /b {} application/json demo secret gzip", "GET /c   demo secret gzip"}, all)
}

func TestTheFloorTellsWhatFailed(t *testing.T) {
	t.Parallel()
	many := make([]question, 20)
	for k := range many {
		many[k] = question{Method: "GET", Target: "/down"}
	}
	var status atomic.Int32
	status.Store(http.StatusNotFound)
	args := floorSite(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(int(status.Load())) }, many)
	require.NoError(t, run(t.Context(), args), "the tap was told the same, and went on")
	status.Store(http.StatusInternalServerError)
	require.ErrorContains(t, run(t.Context(), args), "GET /down: 500")

	for _, wrong := range []string{"-ca", "-replay"} {
		broken := append([]string{}, args...)
		for k, arg := range broken {
			if arg == wrong {
				broken[k+1] = "/nowhere/there"
			}
		}
		require.ErrorContains(t, run(t.Context(), broken), "/nowhere/there")
	}
	require.Error(t, run(t.Context(), []string{"floor", "-nothing"}))
}

func TestWrongFlagsStartNothing(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"-latency": {"-latency", "soon"}, "-gzip": {"-gzip", "maybe"}, "flag provided but not defined": {"-nothing"},
	} {
		require.ErrorContains(t, run(t.Context(), args), want)
	}
}

// pemOf is the certificate of a test's server.
func pemOf(server *httptest.Server) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
}
