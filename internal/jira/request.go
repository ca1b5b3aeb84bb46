package jira

import (
	"context"
	"net/url"

	"tap-jira/internal/fault"
	"tap-jira/internal/jsonread"
)

// Request is one request of the REST API. Every request this package sends
// reads; a POST is a question too long for an address.
type Request struct {
	// Method is GET unless set.
	Method string
	// Path is a template below the base URL: /rest/api/{v}/project/{projectId}/version.
	Path string
	// Params fills the template's placeholders; {v} is filled by the client.
	Params map[string]string
	// Query is added to the address.
	Query url.Values
	// Body is sent as JSON. A pager that puts its token into a body needs a map[string]any.
	Body any
}

// Do sends req and hands its body to decode, which reads exactly one JSON
// value. Fetch and decode are one unit: when either fails in a way that may
// pass, both are done anew, so decode must start afresh each time it is called.
// decode must not send requests itself: it runs under a permit. An error of
// decode's own is returned as it is.
func (c *Client) Do(ctx context.Context, req Request, decode func(*jsonread.Decoder) error) error {
	ex, err := c.ready(req)
	if err != nil {
		return err
	}
	return c.run(ctx, ex, func(rep *reply) error { return decode(rep.dec) })
}

// ready prepares a request to the connected site.
func (c *Client) ready(req Request) (*exchange, error) {
	site := c.Site()
	if site == nil {
		return nil, fault.New(fault.Internal, "", "ask for %s: the client is not connected", req.Path)
	}
	return c.exchange(req, site.Deployment)
}

// ask reads one small answer into v.
func (c *Client) ask(ctx context.Context, req Request, v any) error {
	return c.Do(ctx, req, func(dec *jsonread.Decoder) error { return readInto(dec, v) })
}
