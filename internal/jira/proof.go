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
// the one request only.
func (c *Client) proven(ctx context.Context, e *APIError, err error) error {
	site := c.Site()
	account, asked := c.myself(ctx, site.Deployment)
	if asked != nil || account.ID != site.Account.ID {
		return err
	}
	known := *e
	known.Code, known.LoginLost = codePermission, false
	return &known
}

// unproven returns the refusal of which only Jira can tell what it means, nil
// when there is none.
func (c *Client) unproven(ex *exchange, err error) *APIError {
	e, ok := errors.AsType[*APIError](err)
	if !ok || !ex.signed || ex.connecting || c.Site() == nil || e.Status != http.StatusUnauthorized || e.Code != "" {
		return nil
	}
	return e
}

// verdict gives a failure that stands its kind and hint, and remembers a lost
// login for all requests that follow. Of refusals that may be the login's, one
// is looked into at a time, and none after the login was found lost.
func (c *Client) verdict(ctx context.Context, ex *exchange, err error) error {
	if e := c.unproven(ex, err); e != nil {
		if err := c.proving.Acquire(ctx, 1); err != nil {
			return context.Cause(ctx)
		}
		defer c.proving.Release(1)
		if lost := c.lost.Load(); lost != nil {
			return *lost
		}
		err = c.proven(ctx, e, err)
	}
	err = c.explain(ex, err)
	if ex.signed && errors.Is(err, ErrLoginLost) {
		c.lost.CompareAndSwap(nil, &err)
	}
	return err
}
