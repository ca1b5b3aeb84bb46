package jira

import (
	"context"
	"time"

	"tap-jira/internal/jsonread"
)

// AccessToken is a personal access token of the account, without its secret.
type AccessToken struct {
	Name    string
	Expires time.Time // zero: never
}

// AccessTokens lists the account's personal access tokens (GET
// /rest/pat/latest/tokens, Data Center 8.14 or later). Jira does not say which
// of them a request carries.
func (c *Client) AccessTokens(ctx context.Context) ([]AccessToken, error) {
	var listed []struct {
		Name    string `json:"name"`
		Expires string `json:"expiringAt"`
	}
	err := c.Do(ctx, Request{Path: "/rest/pat/latest/tokens"}, func(dec *jsonread.Decoder) error {
		listed = nil
		return readInto(dec, &listed)
	})
	tokens := make([]AccessToken, len(listed))
	for i, t := range listed {
		tokens[i].Name = t.Name
		tokens[i].Expires, _ = parseTime(t.Expires) // absent where it never ends
	}
	return tokens, err
}
