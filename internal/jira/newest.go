package jira

import (
	"context"
	"net/http"
	"strings"
)

// NewestIssues gives a sink the newest issues within a scope ("" is all) with
// these fields: at most n, in one request.
func (c *Client) NewestIssues(ctx context.Context, scope string, n int, fields []string, sink Sink) error {
	if strings.TrimSpace(scope) == "" {
		scope = `created >= "1970-01-02"` // Cloud refuses a search without any condition
	}
	req := Request{Method: http.MethodPost, Path: c.searchPath(), Body: map[string]any{
		"jql": "(" + scope + ") ORDER BY created DESC, key DESC", "maxResults": c.Capped(n), "fields": fields,
	}}
	ex, err := c.ready(req)
	if err != nil {
		return err
	}
	return c.run(ctx, ex, func(rep *reply) error {
		sink.Begin()
		return newEnvelope().read(rep, Offset("issues"), sink)
	})
}
