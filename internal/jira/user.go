package jira

import "context"

// Users lists the site's users. complete is false when Jira is known or feared
// to have cut the list, and why says so.
func (c *Client) Users(ctx context.Context, sink PageSink) (complete bool, why string, err error) {
	return false, "", ctx.Err()
}

// GroupMembers lists a group's members, inactive ones included.
func (c *Client) GroupMembers(ctx context.Context, group string, sink PageSink) error {
	return ctx.Err()
}
