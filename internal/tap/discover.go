package tap

import (
	"context"

	"tap-jira/internal/shape"
	"tap-jira/internal/singer"
	"tap-jira/internal/stream"
)

// Discover returns the catalog of everything the tap offers on the site, with
// the site's own custom fields. It sends one request beyond the login.
func Discover(ctx context.Context, o Options) (*singer.Catalog, error) {
	o = o.withDefaults()
	r := &run{options: o, client: o.Client, log: o.Logger}
	if err := r.connect(ctx); err != nil {
		return nil, err
	}
	if err := r.readFields(ctx); err != nil {
		return nil, err
	}
	catalog := &singer.Catalog{}
	for _, s := range stream.All() {
		if !s.Offered(r.site.Deployment) {
			continue
		}
		entry, err := r.entry(s)
		if err != nil {
			return nil, err
		}
		catalog.Streams = append(catalog.Streams, entry)
	}
	return choose(catalog, o)
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
	catalog.Choose(patterns.Canonical(Canonical(o.StreamPrefix)))
	return catalog, nil
}

// entry describes one stream in the catalog.
func (r *run) entry(s stream.Stream) (singer.Entry, error) {
	schema, err := r.baseSchema(s)
	if err != nil {
		return singer.Entry{}, err
	}
	o := singer.EntryOptions{
		Stream: s.Name, Schema: schema.JSON(), Keys: s.KeysOn(r.site.Deployment),
		Standard: s.Standard, Extra: map[string]any{"forced-replication-method": string(s.Method())},
	}
	if s.Method() == stream.Incremental {
		o.ReplicationKey = s.Bookmark
	}
	if s.Parent != nil {
		o.Parent = s.Parent.Stream
	}
	if s.Part == stream.Issue {
		o.Column = fieldNames(r.fields)
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
		if len(path) == 2 && path[0] == "fields" && names[path[1]] != "" {
			return map[string]any{"tap-jira.name": names[path[1]]}
		}
		return nil
	}
}
