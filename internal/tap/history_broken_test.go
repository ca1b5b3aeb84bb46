package tap_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jirasim"
	"tap-jira/internal/singer"
	"tap-jira/internal/stream"
)

// brokenTap makes the tap behave as one with a known mistake: by what stands
// between it and the site, or by what becomes of its state between runs. It
// stays free to print things twice, as that is no loss.
type brokenTap struct {
	dialects []jirasim.Deployment
	options  func(o *jirasim.Options)
	middle   func(h *history, next http.RoundTripper) http.RoundTripper
	between  func(h *history)
}

var bothDialects = []jirasim.Deployment{jirasim.Cloud, jirasim.DataCenter}

// brokenTaps are the mistakes by which extractors lose rows.
var brokenTaps = map[string]brokenTap{
	"bookmark from the newest row": {dialects: bothDialects, between: newestRow},
	"startAt paging":               {dialects: []jirasim.Deployment{jirasim.DataCenter}, middle: walksBy(startAtPages)},
	"id > keyset":                  {dialects: []jirasim.Deployment{jirasim.DataCenter}, middle: uncounted(walksBy(idPages))},
	"embedded lists only":          {dialects: bothDialects, middle: embeddedOnly},
	"naive time zone":              {dialects: bothDialects, options: textDates, middle: naiveZone},
	"worklogs by the feed alone":   {dialects: bothDialects, middle: moveless},
}

// TestHistoriesCatchBrokenTaps shows that the proof proves something: each of
// these taps loses rows in one of the first 20 histories.
func TestHistoriesCatchBrokenTaps(t *testing.T) {
	large(t)
	t.Parallel()
	for name, broken := range brokenTaps {
		for _, deployment := range broken.dialects {
			t.Run(fmt.Sprint(name, " on ", deployment), func(t *testing.T) {
				t.Parallel()
				o := dialects[deployment.String()]
				for seed := uint64(1); seed <= 20; seed++ {
					err := newHistory(t, o, seed, &broken).live()
					var caught *violation
					if errors.As(err, &caught) && caught.what == lost {
						t.Logf("caught in history %d: %v", seed, err)
						return
					}
				}
				t.Fatal("none of the histories shows the loss")
			})
		}
	}
}

// newestRow makes the bookmark the newest update that was printed, as most taps
// do. The engine takes the lookback off a bookmark that came without an overlap.
func newestRow(h *history) {
	state, err := singer.ParseState(h.state, stream.Canonical(""))
	if err != nil || loading(h.state) {
		return
	}
	var newest time.Time
	for _, row := range h.target.rows["issues"] {
		var updated time.Time
		if json.Unmarshal(row["updated"], &updated) == nil && updated.After(newest) {
			newest = updated
		}
	}
	for _, stream := range []string{"issues", "issue_comments", "changelogs"} {
		if state.Bookmark(stream) != nil {
			state.SetBookmark(stream, singer.Bookmark{
				"replication_key": "updated", "replication_key_value": newest.Add(h.options.Lookback).Format(time.RFC3339Nano),
			})
		}
	}
	h.state = state.Encode()
}

// textDates makes the site take dates only as text, so that zones matter.
func textDates(o *jirasim.Options) { o.TextDatesOnly = true }

// roundTrip is a function that sends requests.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// naiveZone hides the account's zone, so that dates are written in UTC.
func naiveZone(_ *history, next http.RoundTripper) http.RoundTripper {
	return roundTrip(func(req *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(req)
		if err != nil || !strings.HasSuffix(req.URL.Path, "/myself") {
			return resp, err
		}
		return rewritten(resp, func(body map[string]any) { body["timeZone"] = "UTC" })
	})
}

// embeddedOnly makes every embedded list look whole.
func embeddedOnly(_ *history, next http.RoundTripper) http.RoundTripper {
	return roundTrip(func(req *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(req)
		if err != nil || !strings.HasSuffix(req.URL.Path, "/bulkfetch") && !strings.HasSuffix(req.URL.Path, "/search") {
			return resp, err
		}
		return rewritten(resp, func(body map[string]any) {
			issues, _ := body["issues"].([]any)
			for _, issue := range issues {
				fields, _ := issue.(map[string]any)["fields"].(map[string]any)
				for field, rows := range map[string]string{"comment": "comments", "worklog": "worklogs"} {
					if list, ok := fields[field].(map[string]any); ok {
						list["total"] = len(list[rows].([]any))
					}
				}
			}
		})
	})
}

// moveless hides what histories tell of who sees an issue, as from a tap that takes
// the feed of worklogs for all of them.
func moveless(_ *history, next http.RoundTripper) http.RoundTripper {
	return roundTrip(func(req *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(req)
		if err != nil || !strings.HasSuffix(req.URL.Path, "/changelog/bulkfetch") && !strings.HasSuffix(req.URL.Path, "/search") {
			return resp, err
		}
		return rewritten(resp, func(body map[string]any) {
			for _, logs := range []string{"issueChangeLogs", "issues"} {
				issues, _ := body[logs].([]any)
				for _, issue := range issues {
					withoutMoves(issue.(map[string]any))
				}
			}
		})
	})
}

// withoutMoves empties the histories that tell of a move or of a security level.
func withoutMoves(issue map[string]any) {
	histories, _ := issue["changeHistories"].([]any)
	if log, ok := issue["changelog"].(map[string]any); ok {
		histories, _ = log["histories"].([]any)
	}
	for _, history := range histories {
		for _, item := range history.(map[string]any)["items"].([]any) {
			if slices.Contains([]any{"Key", "security"}, item.(map[string]any)["field"]) {
				history.(map[string]any)["items"] = []any{}
			}
		}
	}
}

// rewritten changes the JSON of an answer that is whole.
func rewritten(resp *http.Response, change func(body map[string]any)) (*http.Response, error) {
	raw, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var body map[string]any
	if dec.Decode(&body) == nil {
		change(body)
		if raw, err = json.Marshal(body); err != nil {
			return nil, err
		}
	}
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(raw)), int64(len(raw))
	resp.Header.Del("Content-Length")
	return resp, nil
}

// pages reads a walk in a way of its own: ask sends the walk's request with some
// members replaced.
type pages func(walk map[string]any, ask func(replaced map[string]any) ([]any, error)) ([]any, error)

// walksBy answers a walk over issues on Data Center with all that pages finds,
// as one page.
func walksBy(read pages) func(*history, http.RoundTripper) http.RoundTripper {
	return func(_ *history, next http.RoundTripper) http.RoundTripper {
		return roundTrip(func(req *http.Request) (*http.Response, error) {
			walk, err := walkOf(req)
			if err != nil || walk == nil {
				return next.RoundTrip(req)
			}
			var last *http.Response
			issues, err := read(walk, func(replaced map[string]any) (page []any, err error) {
				if last, err = next.RoundTrip(withBody(req, walk, replaced)); err == nil {
					last, err = rewritten(last, func(body map[string]any) { page, _ = body["issues"].([]any) })
				}
				return page, err
			})
			if err != nil || len(issues) == 0 {
				return last, err
			}
			return rewritten(last, func(body map[string]any) {
				body["issues"], body["total"], body["maxResults"] = issues, len(issues), len(issues)
				delete(body, "errorMessages")
			})
		})
	}
}

// uncounted hides Jira's counts, which taps that page by ids do not ask for: ours
// compares them with what was listed, and reads again what such a walk has lost.
func uncounted(middle func(*history, http.RoundTripper) http.RoundTripper) func(*history, http.RoundTripper) http.RoundTripper {
	return func(h *history, next http.RoundTripper) http.RoundTripper {
		walks := middle(h, next)
		return roundTrip(func(req *http.Request) (*http.Response, error) {
			resp, err := walks.RoundTrip(req)
			if err != nil || !strings.HasSuffix(req.URL.Path, "/search") {
				return resp, err
			}
			return rewritten(resp, func(body map[string]any) {
				if issues, _ := body["issues"].([]any); len(issues) == 0 {
					body["total"] = 0
				}
			})
		})
	}
}

// walkOf returns the body of a request that lists issues by a date, nil for any other.
func walkOf(req *http.Request) (map[string]any, error) {
	if !strings.HasSuffix(req.URL.Path, "/search") || req.GetBody == nil {
		return nil, nil
	}
	reader, err := req.GetBody()
	if err != nil {
		return nil, err
	}
	var body map[string]any
	if err := json.NewDecoder(reader).Decode(&body); err != nil {
		return nil, err
	}
	jql, _ := body["jql"].(string)
	if size, _ := body["maxResults"].(float64); size < 2 || !strings.Contains(jql, "ated ASC, key ASC") {
		return nil, nil
	}
	return body, nil
}

// withBody is the request with some members of its body replaced.
func withBody(req *http.Request, body, replaced map[string]any) *http.Request {
	members := maps.Clone(body)
	maps.Copy(members, replaced)
	raw, err := json.Marshal(members)
	if err != nil {
		panic(err) // it was JSON before
	}
	sent := req.Clone(req.Context())
	sent.Body, sent.ContentLength = io.NopCloser(bytes.NewReader(raw)), int64(len(raw))
	sent.GetBody = nil
	return sent
}

// smallPage makes walks of small sites go over several pages.
const smallPage = 5

// startAtPages pages by offset, over rows that move up as others leave.
func startAtPages(_ map[string]any, ask func(map[string]any) ([]any, error)) (all []any, err error) {
	for {
		page, err := ask(map[string]any{"startAt": len(all), "maxResults": smallPage})
		if err != nil || len(page) == 0 {
			return all, err
		}
		all = append(all, page...)
	}
}

// idPages goes on behind the last id, which Jira takes for "a higher number in
// the project of that issue".
func idPages(walk map[string]any, ask func(map[string]any) ([]any, error)) (all []any, err error) {
	base, _, _ := strings.Cut(walk["jql"].(string), " ORDER BY ")
	after := ""
	for {
		page, err := ask(map[string]any{"jql": base + after + " ORDER BY id ASC", "maxResults": smallPage})
		if err != nil || len(page) == 0 {
			return all, err
		}
		all = append(all, page...)
		after = " AND id > " + page[len(page)-1].(map[string]any)["id"].(string)
	}
}

// A tap that is whole passes where the broken ones fail, with the same go-between.
func TestTheGoBetweenBreaksNothing(t *testing.T) {
	t.Parallel()
	whole := &brokenTap{middle: func(_ *history, next http.RoundTripper) http.RoundTripper {
		return roundTrip(func(req *http.Request) (*http.Response, error) {
			resp, err := next.RoundTrip(req)
			if err != nil {
				return nil, err
			}
			return rewritten(resp, func(map[string]any) {})
		})
	}}
	onEach(t, func(t *testing.T, o jirasim.Options) {
		require.NoError(t, newHistory(t, o, 1, whole).live())
	})
}
