package tap

import (
	"context"

	"tap-jira/internal/shape"
	"tap-jira/internal/singer"
	"tap-jira/internal/stream"
)

// Discover returns the catalog of everything the tap offers on the site, with
// the site's own custom fields and with what the account lacks. It sends two
// requests beyond the login, and a third with OAuth 2.0 on Cloud. The columns of
// fields keep the names that they have in the catalog of the options, if there
// is one.
func Discover(ctx context.Context, o Options) (*singer.Catalog, error) {
	o = o.withDefaults()
	r := &run{options: o, client: o.Client, log: o.Logger}
	if err := r.connect(ctx); err != nil {
		return nil, err
	}
	if err := r.readFields(ctx); err != nil {
		return nil, err
	}
	if err := r.nameColumns(issuesIn(o.Catalog)); err != nil {
		return nil, err
	}
	rights, err := r.rights(ctx)
	if err != nil {
		return nil, err
	}
	catalog := &singer.Catalog{}
	for _, s := range stream.AllOn(r.site.Deployment) {
		if s.Hidden {
			continue
		}
		entry, err := r.entry(s, rights)
		if err != nil {
			return nil, err
		}
		catalog.Streams = append(catalog.Streams, entry)
	}
	return choose(catalog, o)
}

// rights asks what the account may do. An answer that Jira refuses to give is
// one that is not known.
func (r *run) rights(ctx context.Context) (stream.Rights, error) {
	rights := stream.Rights{Deployment: r.site.Deployment}
	var err error
	rights.Permissions, err = r.client.Permissions(ctx, stream.PermissionKeys())
	if err != nil && ends(err) {
		return rights, err
	}
	if err != nil {
		r.log.Warn("the account's permissions are not known", "error", err)
	}
	if r.options.Scopes == nil {
		return rights, nil
	}
	rights.Scopes, err = r.options.Scopes(ctx)
	return rights, err
}

// choose writes the patterns' choice into the catalog, when there are any.
func choose(catalog *singer.Catalog, o Options) (*singer.Catalog, error) {
	texts := o.Streams
	if len(o.Select) > 0 {
		texts = o.Select
	}
	if len(texts) == 0 {
		return catalog, nil
	}
	patterns, err := singer.ParsePatterns(texts)
	if err != nil {
		return nil, err
	}
	catalog.Choose(patterns.Canonical(stream.Canonical(o.StreamPrefix)))
	return catalog, nil
}

// metaMissing is the member of a stream's metadata that says what the account
// lacks for it, and who can grant that.
const metaMissing = "tap-jira.missing"

// entry describes one stream in the catalog.
func (r *run) entry(s stream.Stream, rights stream.Rights) (singer.Entry, error) {
	schema, err := r.baseSchema(s)
	if err != nil {
		return singer.Entry{}, err
	}
	o := singer.EntryOptions{
		Stream: s.Name, Schema: schema.JSON(), Keys: s.KeysOn(r.site.Deployment),
		Standard: s.Standard, Extra: map[string]any{"forced-replication-method": string(s.Method())},
	}
	if lack, lacks := rights.Lack(s); lacks {
		o.Extra[metaMissing] = lack.String()
	}
	if s.Method() == stream.Incremental {
		o.ReplicationKey = s.Bookmark
	}
	if s.Parent != nil {
		o.Parent = s.Parent.Stream
	}
	if s.Part == stream.Issue {
		o.Column = r.describe()
	}
	return singer.NewEntry(o), nil
}

// fieldNames gives the name that people know a custom field by.
func fieldNames(fields []shape.Field) func(path ...string) map[string]any {
	names := map[string]string{}
	for _, f := range fields {
		if f.Custom {
			names[f.ID] = f.Name
		}
	}
	return func(path ...string) map[string]any {
		if len(path) == 2 && path[0] == shape.RawFields && names[path[1]] != "" {
			return map[string]any{metaName: names[path[1]]}
		}
		return nil
	}
}
