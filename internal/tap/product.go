package tap

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tap-jira/internal/jira"
	"tap-jira/internal/shape"
)

// product is an application on top of Jira that a site may lack.
type product struct {
	name string
	// api is where its operations lie, and fields how the types of its custom fields
	// begin: Jira leaves out fields whose type no app defines, so that a site has
	// these only with the product (GET /rest/api/{v}/field, schema.custom).
	api, fields string
}

// products are those whose absence is a 404 for all of their operations.
func products() []product {
	return []product{
		{name: "Jira Software", api: "/rest/agile/", fields: "com.pyxis.greenhopper.jira:"},
		{name: "Jira Service Management", api: "/rest/servicedeskapi/", fields: "com.atlassian.servicedesk:"},
	}
}

// productDoubted looks into a 404 for a list that would say that its product is not
// on this site. Where Jira marks its answers that is certain. Behind a proxy that
// takes the marks away it may be the proxy's word, and what the site has fields of
// is there.
func (r *run) productDoubted(ctx context.Context, t *table, err error) error {
	path := t.stream.Endpoint(r.site.Deployment).Path
	all := products()
	i := slices.IndexFunc(all, func(p product) bool { return strings.HasPrefix(path, p.api) })
	if i < 0 || !errors.Is(err, jira.ErrUnrouted) || r.client.Marked() {
		return err
	}
	fields, asked := r.siteFields(jira.WithMeter(ctx, t.meter))
	if asked != nil {
		return fmt.Errorf("%w, which was asked because of %w", asked, err)
	}
	p := all[i]
	if slices.ContainsFunc(fields, func(f shape.Field) bool { return strings.HasPrefix(f.CustomType, p.fields) }) {
		return &thereError{err: err, what: p.name + ", whose fields the site has,"}
	}
	r.log.Warn("a product is taken for not on this site, though the 404 that says so may be a proxy's: nothing marks the answers as Jira's",
		"stream", t.stream.Name, "product", p.name, "error", err)
	return err
}

// siteFields are the fields of the site, which most runs have asked for by now.
func (r *run) siteFields(ctx context.Context) ([]shape.Field, error) {
	if len(r.fields) > 0 {
		return r.fields, nil
	}
	return r.askFields(ctx)
}
