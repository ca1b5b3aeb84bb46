package jira

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"

	"tap-jira/internal/jsonread"
)

// Hydration says what to read of each issue.
type Hydration struct {
	// Fields are ids of fields; nil means all.
	Fields []string
	// Changelog and Transitions embed them. The embedded changelog is complete on
	// Data Center only.
	Changelog, Transitions bool
	// BulkOnly asks for nothing by itself that a page leaves out without a word: the
	// caller does, or has no use for it.
	BulkOnly bool
}

// pagePatience is how often a page of issues is tried when the failure may be
// one issue's; after that the page is split.
const pagePatience = 4

// Hydrate reads issues (at most 100) by id into sink; only what it gave after
// its last sink.Begin counts. missing are ids that exist no more or are not
// visible, ascending. An issue that Jira cannot serve is named by a
// *PoisonError while the others are delivered; with any other error sink has
// nothing that counts. Issues come in the order Jira gives them.
func (c *Client) Hydrate(ctx context.Context, ids []uint64, h Hydration, sink Sink) (missing []uint64, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	got, err := c.hydratePage(ctx, ids, h, sink, pagePatience)
	if err == nil {
		missing, err = c.complete(ctx, ids, h, got, sink)
	}
	if err != nil && ctx.Err() == nil && splittable(err) {
		return c.bisect(ctx, ids, h, sink, err)
	}
	return missing, err
}

// hydrated is what became of the issues of one page.
type hydrated struct {
	// ids are those that came.
	ids map[uint64]bool
	// refused are those that Jira names as unreadable (issueErrors, Cloud).
	refused []uint64
	// total is how many the search found (Data Center), -1 on Cloud.
	total  int
	finder idFinder
}

// hydratePage reads issues in one request.
func (c *Client) hydratePage(ctx context.Context, ids []uint64, h Hydration, sink Sink, patience int) (got *hydrated, err error) {
	req := c.bulkRequest(ids, h)
	if c.deployment() == DataCenter {
		req = c.searchRequest(ids, h)
	}
	ex, err := c.ready(req)
	if err != nil {
		return nil, err
	}
	ex.patience = patience
	err = c.run(ctx, ex, func(rep *reply) error {
		got = &hydrated{ids: make(map[uint64]bool, len(ids)), total: -1}
		sink.Begin()
		return got.read(rep, sink)
	})
	return got, err
}

// bulkRequest asks Cloud, which reads its database and not the lagging index.
func (c *Client) bulkRequest(ids []uint64, h Hydration) Request {
	body := map[string]any{"issueIdsOrKeys": texts(ids), "fields": h.fields()}
	if expand := h.expand(); len(expand) > 0 {
		body["expand"] = expand
	}
	return Request{Method: http.MethodPost, Path: "/rest/api/{v}/issue/bulkfetch", Body: body}
}

// searchRequest asks Data Center. Without validateQuery=false one issue that is
// gone would fail all others.
func (c *Client) searchRequest(ids []uint64, h Hydration) Request {
	body := map[string]any{
		"jql": "id in (" + joinIDs(ids) + ") ORDER BY key ASC", "startAt": 0, "maxResults": len(ids),
		"validateQuery": false, "fields": h.fields(),
	}
	if expand := h.expand(); len(expand) > 0 {
		body["expand"] = expand
	}
	return Request{Method: http.MethodPost, Path: c.searchPath(), Body: body}
}

func (h Hydration) fields() []string {
	if h.Fields == nil {
		return []string{"*all"}
	}
	if len(h.Fields) == 0 {
		return []string{"id"} // an empty list would mean the default, which is much
	}
	return h.Fields
}

func (h Hydration) expand() []string {
	var expand []string
	if h.Changelog {
		expand = append(expand, "changelog")
	}
	if h.Transitions {
		expand = append(expand, "transitions")
	}
	return expand
}

// read reads either dialect's answer.
func (g *hydrated) read(rep *reply, sink Sink) error {
	found := false
	err := eachMember(rep.dec, func(name string) (err error) {
		switch name {
		case "issues":
			found = true
			return eachElement(rep.dec, func() error { return g.issue(rep, sink) })
		case "issueErrors":
			g.refused, err = readRefused(rep.dec)
		case "total":
			g.total, err = count(rep)
		default:
			err = rep.dec.SkipValue()
		}
		return err
	})
	if err == nil && !found {
		err = &shapeError{at: "/issues", want: "an array of records", got: "nothing"}
	}
	return err
}

// issue gives one issue to sink and notes its id, which Jira writes first. Only where what is in memory of the issue does not
// hold it, the issue is read into memory whole.
func (g *hydrated) issue(rep *reply, sink Sink) error {
	rep.dec.PeekKind() // reads on where nothing is left
	id, err := g.finder.find(rep.dec.UnreadBuffer())
	if err != nil {
		raw, broken := rep.dec.PeekValue()
		if broken != nil {
			return broken
		}
		if id, err = g.finder.find(raw); err != nil {
			return err
		}
	}
	g.ids[id] = true
	return sink.Record(rep.dec)
}

// errFound ends the reading of a record at its id.
var errFound = errors.New("found")

// idFinder finds the ids of records; what it needs is made once for all of them.
type idFinder struct{ dec jsonread.Decoder }

// idOf finds the id of one record.
func idOf(raw []byte) (uint64, error) { return new(idFinder).find(raw) }

// find reads no more of a record than stands before its id. What separates
// records may stand before it. An id at the very end may be cut, and is none.
func (f *idFinder) find(raw []byte) (id uint64, err error) {
	raw = bytes.TrimLeft(raw, ", \t\r\n")
	f.dec.ResetBytes(raw)
	err = eachMember(&f.dec, func(name string) error {
		if name != "id" {
			return f.dec.SkipValue()
		}
		if id, err = readID(&f.dec); err != nil {
			return err
		}
		return errFound
	})
	switch {
	case err == nil:
		err = &shapeError{at: "/issues", want: "an issue with an id", got: "one without"}
	case errors.Is(err, errFound) && f.dec.InputOffset() < int64(len(raw)):
		err = nil
	case errors.Is(err, errFound):
		err = io.ErrUnexpectedEOF
	}
	return id, err
}

// readRefused reads bulkfetch's issueErrors; an error without a usable id tells
// nothing that the difference of the ids does not tell.
func readRefused(dec *jsonread.Decoder) ([]uint64, error) {
	var list []struct {
		ID any `json:"id"`
	}
	if err := readInto(dec, &list); err != nil {
		return nil, err
	}
	var ids []uint64
	for _, each := range list {
		text, _ := each.ID.(string)
		if id, err := strconv.ParseUint(text, 10, 64); err == nil {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

func texts(ids []uint64) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = strconv.FormatUint(id, 10)
	}
	return out
}
