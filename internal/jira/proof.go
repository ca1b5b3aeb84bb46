package jira

import (
	"context"
	"errors"
	"net/http"
)

// proven tells the 401 of an operation that the account may not use from the
// 401 of a login that is over: Cloud documents both for some operations, such
// as searching workflows, and gives no header to tell them apart. So, once the
// login has been good, we ask who we are. A site that still knows us refused
// the one request only. One worker asks at a time, and none after the login
// was found lost.
func (c *Client) proven(ctx context.Context, ex *exchange, err error) error {
	e, ok := errors.AsType[*APIError](err)
	site := c.Site()
	if !ok || !ex.signed || ex.connecting || site == nil || e.Status != http.StatusUnauthorized || e.Code != "" {
		return err
	}
	c.proving.Lock()
	defer c.proving.Unlock()
	if lost := c.lost.Load(); lost != nil {
		return *lost
	}
	account, asked := c.myself(ctx, site.Deployment)
	if asked != nil || account.ID != site.Account.ID {
		return err
	}
	known := *e
	known.Code, known.LoginLost = codePermission, false
	return &known
}
