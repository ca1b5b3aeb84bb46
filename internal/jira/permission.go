package jira

import (
	"context"
	"net/url"
	"strings"
)

const myPermissionsPath = "/rest/api/{v}/mypermissions"

// Permissions asks which of these permissions the account has, by Jira's keys:
// a global one, or one of a project in any project. Cloud wants them named and
// refuses all of them for one that it does not know; Data Center tells what it
// knows. A key that is not in the answer is not known to the site. The source
// is GET /rest/api/{v}/mypermissions.
func (c *Client) Permissions(ctx context.Context, keys []string) (map[string]bool, error) {
	req := Request{Path: myPermissionsPath}
	if c.deployment() == Cloud {
		req.Query = url.Values{"permissions": {strings.Join(keys, ",")}}
	}
	var answer struct {
		Permissions map[string]struct {
			Have bool `json:"havePermission"`
		} `json:"permissions"`
	}
	if err := c.ask(ctx, req, &answer); err != nil {
		return nil, err
	}
	have := map[string]bool{}
	for _, key := range keys {
		if p, known := answer.Permissions[key]; known {
			have[key] = p.Have
		}
	}
	return have, nil
}
