package check

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/jira"
	"tap-jira/internal/jsonread"
	"tap-jira/internal/stream"
)

// parsed is a row as a sample keeps it.
func parsed(text string) row {
	values := map[string]any{}
	if err := json.Unmarshal([]byte(text), &values); err != nil {
		panic(err)
	}
	return row{values: values}
}

func TestTextOfARow(t *testing.T) {
	t.Parallel()
	r := parsed(`{"id":"10","key":null,"archived":true,"owner":{"name":"Ada","level":{"n":3}}}`)
	for path, want := range map[string]string{
		"id": "10", "key": "", "none": "", "archived": "true", "owner.name": "Ada", "owner.level.n": "3", "owner.none": "", "id.deeper": "",
	} {
		require.Equal(t, want, r.text(path), path)
	}
	require.True(t, r.meets(nil))
	require.True(t, r.meets(map[string][]string{"owner.name": {"Eve", "Ada"}, "id": {"10"}}))
	require.False(t, r.meets(map[string][]string{"owner.name": {"Ada"}, "id": {"11"}}))
}

// TestWhichRowOfAParentIsAskedFor: one that is in use, that a child asks for, and that has what stands in the address.
func TestWhichRowOfAParentIsAskedFor(t *testing.T) {
	t.Parallel()
	above := &node{rows: []row{
		parsed(`{"id":"1","kind":"scrum","archived":true}`),
		parsed(`{"id":"2","kind":"kanban"}`),
		parsed(`{"kind":"scrum"}`),
		parsed(`{"id":"4","kind":"scrum","deleted":true}`),
		{params: map[string]string{"siteId": "s"}, values: parsed(`{"id":"5","kind":"scrum"}`).values},
	}}
	child := &node{above: above, stream: stream.Stream{Parent: &stream.Parent{Stream: "boards", Field: "id", As: "boardId", Where: map[string][]string{"kind": {"scrum"}}}}}
	params, asks := child.question()
	require.True(t, asks)
	require.Equal(t, map[string]string{"siteId": "s", "boardId": "5"}, params)

	above.rows = above.rows[:2]
	params, asks = child.question()
	require.True(t, asks, "better one out of use than none")
	require.Equal(t, map[string]string{"boardId": "1"}, params)

	above.rows = above.rows[1:]
	_, asks = child.question()
	require.False(t, asks)

	params, asks = (&node{stream: stream.Stream{Values: &stream.Values{As: "kind", List: []string{"a", "b"}}}}).question()
	require.True(t, asks)
	require.Equal(t, map[string]string{"kind": "a"}, params)
}

func TestNamesOfClosedProjects(t *testing.T) {
	t.Parallel()
	many := make([]string, projectPage+5)
	for k := range many {
		many[k] = fmt.Sprintf("P%03d", k)
	}
	for name, c := range map[string]struct {
		seen, open []string
		want       string
	}{
		"some":                         {seen: []string{"A", "B", "C"}, open: []string{"B"}, want: " (A, C)"},
		"none":                         {seen: []string{"A"}, open: []string{"A"}, want: ""},
		"beyond what is listed":        {seen: many, open: many[:projectPage], want: ""},
		"ten at the most":              {seen: many[:12], want: " (P000, P001, P002, P003, P004, P005, P006, P007, P008, P009)"},
		"a page that is not the whole": {seen: many[:3], open: append([]string{"P001"}, many[3:projectPage+2]...), want: " (P000, P002)"},
	} {
		require.Equal(t, c.want, names(c.seen, c.open), name)
	}
}

// broken is a connection that cannot be closed.
type broken struct{ net.Conn }

func (broken) Close() error { return errors.New("stuck") }

// TestOddNetworks are worth a word, and no more.
func TestOddNetworks(t *testing.T) {
	t.Parallel()
	o := sound(t)
	dial := o.Dial
	o.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		made, err := dial(ctx, network, address)
		return broken{made}, err
	}
	o.Unsigned = roundTripper(func(*http.Request) (*http.Response, error) {
		return &http.Response{Body: http.NoBody}, nil
	})
	w := walkBelowHTTP(t, o)
	require.NoError(t, w.err)
	require.Equal(t, Step{Step: "tcp", Status: Warn, Code: "close_failed", Detail: "connected to jira.example.com:443; closing it: stuck"}, w.report.Steps[2])
	require.Equal(t, Step{Step: "tls", Status: Warn, Code: "no_certificate", Detail: "the answer came without a certificate"}, w.report.Steps[3])
}

// TestDoors: where the first connection goes, and which setting holds its address.
func TestDoors(t *testing.T) {
	t.Parallel()
	for address, c := range map[string]struct{ proxy, host, port, setting string }{
		"https://jira.example.com":      {host: "jira.example.com", port: "443", setting: "base_url"},
		"https://jira.example.com:8443": {host: "jira.example.com", port: "8443", setting: "base_url"},
		"https://a.example.com":         {proxy: "http://proxy.example.com", host: "proxy.example.com", port: "80", setting: "proxy_url or HTTPS_PROXY"},
		"https://b.example.com":         {proxy: "https://proxy.example.com", host: "proxy.example.com", port: "443", setting: "proxy_url or HTTPS_PROXY"},
		"https://c.example.com":         {proxy: "socks5h://proxy.example.com", host: "proxy.example.com", port: "1080", setting: "proxy_url or HTTPS_PROXY"},
	} {
		w := &walk{Options: Options{BaseURL: parse(t, address)}}
		if c.proxy != "" {
			w.proxy = parse(t, c.proxy)
		}
		host, port := w.door()
		require.Equal(t, []string{c.host, c.port, c.setting}, []string{host, port, w.setting()}, address)
	}
}

// TestAnErrorOfTheLoginEndsAll and one of a single stream does not.
func TestAnErrorOfTheLoginEndsAll(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		ends bool
	}{
		"cancelled":         {err: fmt.Errorf("read: %w", context.Canceled), ends: true},
		"login lost":        {err: jira.ErrLoginLost, ends: true},
		"credentials":       {err: fault.New(fault.Credentials, "log in", "refused"), ends: true},
		"network":           {err: jira.ErrNetwork, ends: true},
		"a panic of ours":   {err: &fault.PanicError{}, ends: true},
		"a refusal":         {err: &jira.APIError{Status: http.StatusForbidden}, ends: false},
		"a server's 500":    {err: &jira.APIError{Status: http.StatusInternalServerError}, ends: false},
		"something to read": {err: errors.New("no JSON"), ends: false},
	} {
		require.Equal(t, c.ends, ends(c.err), name)
	}
}

// TestSampleKeepsAFewRows and starts anew with each attempt at the page.
func TestSampleKeepsAFewRows(t *testing.T) {
	t.Parallel()
	s := &sample{params: map[string]string{"boardId": "1"}}
	text := strings.Repeat(`{"id":9007199254740993}`+"\n", sampleRows) + `"no object"` + "\n"
	for range 2 {
		s.Begin()
		decoder := jsonread.NewDecoder(strings.NewReader(text))
		for range sampleRows + 1 {
			require.NoError(t, s.Record(decoder))
		}
		require.Len(t, s.rows, sampleRows)
	}
	require.Equal(t, "9007199254740993", s.rows[0].text("id"), "an id that no double holds")
	require.Equal(t, "1", s.rows[0].params["boardId"])
	s.Begin()
	require.NoError(t, s.Record(jsonread.NewDecoder(strings.NewReader(`"text"`))))
	require.Len(t, s.rows, 1, "a row that is no object gives nothing, and is one")
	require.Error(t, s.Record(jsonread.NewDecoder(strings.NewReader(`{"id":`))))
	require.ErrorIs(t, s.EndPage(), errEnough)
	require.NoError(t, enough(fmt.Errorf("read: %w", errEnough)))
	require.ErrorIs(t, enough(jira.ErrNetwork), jira.ErrNetwork)
}
