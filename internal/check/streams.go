package check

import (
	"context"

	"golang.org/x/sync/errgroup"

	"tap-jira/internal/fault"
	"tap-jira/internal/jira"
	"tap-jira/internal/stream"
)

// Access is whether a stream can be read.
type Access struct {
	// Stream is its name.
	Stream string `json:"stream"`
	// Readable tells that the account gets the stream's rows.
	Readable bool `json:"readable"`
	// Missing is what the account, its token or the site lacks, in words; empty
	// when nothing does. What is readable in part may lack something too.
	Missing string `json:"missing"`
	// Who can grant what is missing.
	Who string `json:"who"`
}

// node is one stream with what was found out about it.
type node struct {
	stream stream.Stream
	above  *node         // the stream whose answer decides as well; nil for none
	done   chan struct{} // closed once access and rows are final
	access Access
	spared bool  // a sync takes it for a stream without rows, and not for a failure
	rows   []row // for the streams below
}

// row is what a row of a parent gives to the streams below it.
type row struct {
	params map[string]string // the placeholders that led to it
	values map[string]any
}

// streams looks at every stream that the deployment has, with at most one
// request for each. Streams are looked at side by side, children after their
// parents.
func (w *walk) streams(ctx context.Context) {
	if w.Streams == nil {
		return
	}
	rights, err := w.rights(ctx)
	if err != nil {
		w.err = err
		return
	}
	nodes := w.nodes()
	group, looking := errgroup.WithContext(ctx)
	for _, n := range nodes {
		group.Go(fault.Safely(func() error { return w.look(looking, n, rights) }))
	}
	w.err = group.Wait()
	if w.err != nil {
		return
	}
	if lack, err := w.unbrowsable(ctx, rights); err == nil {
		for _, n := range nodes {
			if n.stream.Part == stream.Issue && n.access.Readable {
				n.access.Missing, n.access.Who = lack.Missing, lack.Who
			}
		}
	} else if ends(err) {
		w.err = err
		return
	}
	w.tell(nodes)
}

// tell tells what was found, in the order of the streams.
func (w *walk) tell(nodes []*node) {
	var refused []string
	for _, n := range nodes {
		if n.stream.Hidden {
			continue
		}
		w.report.Streams = append(w.report.Streams, n.access)
		w.EachStream(n.access)
		if !n.access.Readable && !n.spared && w.Wanted(n.stream) {
			refused = append(refused, n.stream.Name+" lacks "+n.access.Missing+" ("+n.access.Who+")")
		}
	}
	if len(refused) > 0 {
		w.err = fault.New(fault.Incomplete, "have it granted, leave the stream out, or set on_forbidden to skip",
			"%s", fault.Few(refused, "each in the list of streams"))
	}
}

// nodes are the streams of the deployment, parents before children.
func (w *walk) nodes() []*node {
	var nodes []*node
	byName := map[string]*node{}
	for _, s := range w.Streams {
		if !s.Has(w.deployment()) {
			continue
		}
		s = s.On(w.deployment())
		n := &node{stream: s, done: make(chan struct{}), access: Access{Stream: s.Name, Readable: true}}
		n.above = byName[w.decides(s)]
		nodes, byName[s.Name] = append(nodes, n), n
	}
	return nodes
}

// decides names the stream whose answer decides about another as well: its
// parent, or the changelogs for what is made of them.
func (w *walk) decides(s stream.Stream) string {
	switch {
	case s.Part.FromHistories() && w.deployment() == jira.Cloud:
		return "changelogs"
	case s.Parent != nil:
		return s.Parent.Stream
	}
	return ""
}

// deployment is known once the step jira was made.
func (w *walk) deployment() jira.Deployment { return w.Client.Site().Deployment }

// rights asks what the account and its token may do. What Jira does not tell
// is not known.
func (w *walk) rights(ctx context.Context) (stream.Rights, error) {
	rights := stream.Rights{Deployment: w.deployment()}
	var err error
	rights.Permissions, err = w.Client.Permissions(ctx, stream.PermissionKeys())
	if err != nil && ends(err) {
		return rights, err
	}
	if w.Scopes == nil {
		return rights, nil
	}
	rights.Scopes, err = w.Scopes(ctx)
	return rights, err
}

// look finds out whether one stream can be read. The error is one that ends the
// whole check.
func (w *walk) look(ctx context.Context, n *node, rights stream.Rights) error {
	defer close(n.done)
	if n.above != nil {
		select {
		case <-n.above.done:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		if !n.above.access.Readable {
			n.refuse(stream.Lack{Missing: n.above.access.Missing, Who: n.above.access.Who})
			n.spared = n.above.spared
			return nil
		}
	}
	if lack, lacks := rights.Lack(n.stream); lacks {
		n.refuse(lack)
		return nil
	}
	err := w.probe(ctx, n)
	if err != nil && ends(err) {
		return err
	}
	n.judge(err, rights)
	return nil
}

// refuse notes what is missing.
func (n *node) refuse(l stream.Lack) {
	n.access.Readable, n.access.Missing, n.access.Who = false, l.Missing, l.Who
}
