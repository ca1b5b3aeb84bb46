package jira

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"tap-jira/internal/fault"
)

const (
	// cloudUserPage is the most that users/search gives; userListPage what
	// user/list is documented to give.
	cloudUserPage = 1000
	userListPage  = 2000
	// userSearchCap is all that user/search lets anyone reach on Data Center from
	// the 10.3 line on; older ones give at most userSearchPage a call.
	userSearchCap  = 100
	userSearchPage = 1000
)

// Users lists the site's users, inactive ones included. complete is false when
// Jira is known or feared to have cut the list, and why says so. A user may
// come twice when the list moves while it is read.
func (c *Client) Users(ctx context.Context, sink PageSink) (complete bool, why string, err error) {
	if c.deployment() == Cloud {
		return c.cloudUsers(ctx, sink)
	}
	// "All users", says its document, and knows no word for the inactive ones.
	err = c.into(ctx, Request{Path: "/rest/api/{v}/user/list"}, Cursor("values").Size(userListPage), sink)
	if errors.Is(err, ErrNotFound) { // before 10.3
		return c.userSearch(ctx, sink)
	}
	return err == nil, "", err
}

// cloudUsers reads users/search, which answers 409 when a page takes it more
// than ten seconds.
func (c *Client) cloudUsers(ctx context.Context, sink PageSink) (bool, string, error) {
	req := Request{Path: "/rest/api/{v}/users/search"}
	err := c.into(ctx, req, OffsetArray().Size(cloudUserPage), sink)
	if e, ok := errors.AsType[*APIError](err); ok && e.Status == http.StatusConflict {
		// What came before stays; the listing starts again in smaller steps.
		err = c.into(ctx, req, OffsetArray().Size(cloudUserPage/10), sink)
	}
	return err == nil, "", err
}

// userSearch reads user/search, whose "." matches every user on the versions
// that have no user/list; some want "%".
func (c *Client) userSearch(ctx context.Context, sink PageSink) (bool, string, error) {
	for _, everyone := range []string{".", "%"} {
		got, err := c.userSearchBy(ctx, everyone, sink)
		switch {
		case errors.Is(err, ErrProgress):
			return false, fmt.Sprintf("this Jira lists only its first %d users", got), nil
		case err != nil:
			return false, "", err
		case got == userSearchCap, got > 0 && got%userSearchPage == 0:
			return false, fmt.Sprintf("this Jira ended the list at %d users, which is where it cuts lists", got), nil
		case got > 0:
			return true, "", nil
		}
	}
	return false, "", fault.Wrap(fault.Incomplete, fmt.Errorf("this Jira lists no users for the account: %w", ErrForbidden), "")
}

func (c *Client) userSearchBy(ctx context.Context, everyone string, sink PageSink) (got int, err error) {
	query := url.Values{"username": {everyone}, "includeInactive": {"true"}}
	req := Request{Path: "/rest/api/{v}/user/search", Query: query}
	for page, err := range c.Pages(ctx, req, OffsetArray().Size(userSearchPage), sink) {
		if err != nil {
			return got, err
		}
		got += page.Records
		if err := sink.EndPage(); err != nil {
			return got, err
		}
	}
	return got, nil
}

// GroupMembers lists a group's members, inactive ones included.
func (c *Client) GroupMembers(ctx context.Context, group string, sink PageSink) error {
	query := url.Values{"groupname": {group}, "includeInactiveUsers": {"true"}}
	return c.into(ctx, Request{Path: "/rest/api/{v}/group/member", Query: query}, Offset("values").Size(50), sink)
}
