package tap_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/jira"
	"tap-jira/internal/jirasim"
	"tap-jira/internal/tap"
)

// behindProxy is a client of the site behind a proxy that lets none of Jira's own
// headers through, and no field of the product that is taken away.
func (s *site) behindProxy(product string) *jira.Client {
	strip := roundTrip(func(req *http.Request) (*http.Response, error) {
		resp, err := login{s}.RoundTrip(req)
		if err != nil {
			return nil, err
		}
		for name := range resp.Header {
			if strings.HasPrefix(name, "X-A") || strings.HasPrefix(name, "X-Seraph") || strings.HasPrefix(name, "Atl-") {
				resp.Header.Del(name)
			}
		}
		if product != "" && strings.HasSuffix(req.URL.Path, "/field") {
			return withoutFields(resp, product)
		}
		return resp, nil
	})
	return jira.New(jira.Options{
		BaseURL: s.address, Transport: strip, Unsigned: strip, Concurrency: 4,
		Now: s.clock.Now, Wait: s.clock.Wait, Jitter: func() float64 { return 1 },
	})
}

// withoutFields takes the fields of a product out of an answer that lists fields.
func withoutFields(resp *http.Response, product string) (*http.Response, error) {
	var fields []map[string]any
	err := json.NewDecoder(resp.Body).Decode(&fields)
	_ = resp.Body.Close()
	if err != nil {
		return nil, err
	}
	raw, err := json.Marshal(slices.DeleteFunc(fields, func(f map[string]any) bool {
		schema, _ := f["schema"].(map[string]any)
		custom, _ := schema["custom"].(string)
		return strings.HasPrefix(custom, product)
	}))
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(raw)), int64(len(raw))
	resp.Header.Del("Content-Length")
	return resp, err
}

// A proxy that hides whose answers are whose, and blocks what belongs to a product,
// does not pass for a site without it.
func TestABlockedProductIsNoAbsence(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 20
		s := newSite(t, o).plain()
		for template, each := range map[string]struct{ stream, fields, product string }{
			"/rest/agile/1.0/board":            {"boards", "com.pyxis.greenhopper.jira:", "Jira Software"},
			"/rest/servicedeskapi/servicedesk": {"service_desks", "com.atlassian.servicedesk:", "Jira Service Management"},
		} {
			blocked := proxyPage
			blocked.Template = template
			s.ClearScript()
			s.Script(blocked)
			for _, others := range [][]string{nil, {"issues"}} { // which need the fields themselves
				selected := tap.Options{Select: append(slices.Clone(others), each.stream), Client: s.behindProxy("")}
				got := s.sync(t, selected)
				require.Equal(t, fault.Incomplete, fault.KindOf(got.err), "%v", got.err)
				require.ErrorContains(t, got.err, each.stream+" failed: ")
				require.ErrorContains(t, got.err, each.product+", whose fields the site has, is there")
				requireProtocol(t, got)

				selected.Client = s.behindProxy(each.fields)
				got = s.whole(t, selected)
				require.Contains(t, got.log, "may be a proxy's", "nothing speaks against it, and it is told")
				require.Contains(t, got.log, each.product)
			}
			s.ClearScript()
			require.NotContains(t, s.whole(t, tap.Options{Select: []string{each.stream}, Client: s.behindProxy("")}).log, "proxy")
		}
	})
}

// A site that marks its answers, and has no such product, is believed without a word
// and without a question.
func TestAMarkedSiteIsBelievedThatItLacksAProduct(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		s := newSite(t, o)
		s.Script(jirasim.Fault{Template: "/rest/agile/1.0/board", Status: http.StatusNotFound, Times: -1, Body: `{"message":"null for uri: /rest/agile/1.0/board","status-code":404}`})
		got := s.whole(t, tap.Options{Select: []string{"boards"}})
		require.NotContains(t, got.log, "proxy")
		require.False(t, slices.ContainsFunc(got.requests, func(r jirasim.RequestRecord) bool { return strings.HasSuffix(r.Template, "/field") }))
	})
}
