package jira

import (
	"context"
	"errors"
	"net/http"
	"net/url"
)

// Route says where requests with credentials go, for logins that are taken at
// another address than the site's own (Atlassian's gateway to a Cloud site).
// It is asked with a nil refusal before the first of them, and once more when
// a Cloud site refused /myself. A nil address leaves things as they are.
type Route func(ctx context.Context, site *Site, refusal error) (*url.URL, error)

// direct asks Route before the first request with credentials.
func (c *Client) direct(ctx context.Context, site *Site) error {
	if c.opts.Route == nil || c.api.Load() != nil {
		return nil
	}
	address, err := c.opts.Route(ctx, site, nil)
	if err == nil && address != nil {
		c.api.Store(address)
	}
	return err
}

// elsewhere tries a login that a Cloud site refused once at the address that
// Route has for it. Where that fails too, what the site said stands.
func (c *Client) elsewhere(ctx context.Context, site *Site, refusal error) (Account, error) {
	if c.opts.Route == nil || c.api.Load() != nil || site.Deployment != Cloud || !mayBeKnownElsewhere(refusal) {
		return Account{}, refusal
	}
	if c.rerouted.Swap(true) {
		return Account{}, refusal
	}
	address, err := c.opts.Route(ctx, site, refusal)
	if err != nil || address == nil {
		return Account{}, refusal
	}
	lost := c.lost.Swap(nil)
	c.api.Store(address)
	account, err := c.myself(ctx, site.Deployment)
	if err != nil {
		c.api.Store(nil)
		c.lost.Store(lost)
		return Account{}, refusal
	}
	return account, nil
}

// mayBeKnownElsewhere tells whether a refusal looks like a token that the site
// does not know, as a scoped one does; not a locked or disabled account, nor a
// network that is not allowed in.
func mayBeKnownElsewhere(refusal error) bool {
	e, ok := errors.AsType[*APIError](refusal)
	if !ok || e.Status != http.StatusUnauthorized && e.Status != http.StatusForbidden {
		return false
	}
	return e.Code == "" || e.Code == codeFailed || e.Code == codeExpired
}

// base is the address that requests with credentials go to.
func (c *Client) base() *url.URL {
	if api := c.api.Load(); api != nil {
		return api
	}
	return c.opts.BaseURL
}
