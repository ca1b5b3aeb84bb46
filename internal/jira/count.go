package jira

import (
	"context"

	"tap-jira/internal/jsonread"
)

// Count says how many issues jql finds. On Cloud the number is approximate and
// a query without any condition is refused by Jira.
func (c *Client) Count(ctx context.Context, jql string) (int, error) {
	if c.deployment() == Cloud {
		return c.approximateCount(ctx, jql)
	}
	body := map[string]any{"jql": jql, "maxResults": 0, "fields": []string{"id"}}
	total := -1
	err := c.Do(ctx, Request{Method: "POST", Path: c.searchPath(), Body: body}, func(dec *jsonread.Decoder) error {
		page, err := readRefs(dec, "")
		total = page.total
		return err
	})
	if err == nil && total < 0 {
		err = &shapeError{at: "/total", want: "a number", got: "nothing"}
	}
	return total, err
}

func (c *Client) approximateCount(ctx context.Context, jql string) (int, error) {
	req := Request{Method: "POST", Path: "/rest/api/{v}/search/approximate-count", Body: map[string]any{"jql": jql}}
	var answer struct {
		Count *int `json:"count"`
	}
	if err := c.ask(ctx, req, &answer); err != nil {
		return 0, err
	}
	if answer.Count == nil {
		return 0, &shapeError{at: "/count", want: "a number", got: "nothing"}
	}
	return *answer.Count, nil
}
