package jira

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"tap-jira/internal/fault"
	"tap-jira/internal/jsonread"
)

// complete looks after the issues that a page left out: each is asked for by
// itself, as only that answer says that one is gone. On Data Center the search
// index may be behind, or its administrator may have capped the page; Cloud
// leaves out what is gone, and nobody promises that it leaves out nothing else.
func (c *Client) complete(ctx context.Context, ids []uint64, h Hydration, got *hydrated, sink Sink) ([]uint64, error) {
	ask := absent(ids, got.ids)
	if h.BulkOnly && c.deployment() == Cloud {
		ask = got.refused
	}
	var kept shelf
	if got.total > len(got.ids) && len(got.ids) > 0 {
		rest, err := c.hydrateRest(ctx, ask, h, len(got.ids), &kept)
		if err != nil {
			return nil, err
		}
		ask = rest
	}
	poison, err := c.singly(ctx, ask, h, &kept)
	if err != nil {
		return nil, err
	}
	for _, raw := range kept.records {
		if err := sink.Record(jsonread.NewBytesDecoder(raw)); err != nil {
			return nil, err
		}
		id, _ := idOf(raw)
		got.ids[id] = true
	}
	if poison != nil {
		for _, id := range poison.IDs {
			got.ids[id] = true // named, not missing
		}
		return absent(ids, got.ids), poison.fault()
	}
	return absent(ids, got.ids), nil
}

// hydrateRest reads what a capped page left out, in pages of the cap, and
// returns what is absent still.
func (c *Client) hydrateRest(ctx context.Context, ids []uint64, h Hydration, page int, kept *shelf) ([]uint64, error) {
	var left []uint64
	for chunk := range slices.Chunk(ids, page) {
		var part shelf
		got, err := c.hydratePage(ctx, chunk, h, &part, 0)
		if err != nil {
			return nil, err
		}
		kept.records = append(kept.records, part.records...)
		left = append(left, absent(chunk, got.ids)...)
	}
	return left, nil
}

// singly asks for issues one by one. Those that do not exist or may not be seen
// are left out, those that Jira cannot serve are named.
func (c *Client) singly(ctx context.Context, ids []uint64, h Hydration, kept *shelf) (*PoisonError, error) {
	var poison *PoisonError
	for _, id := range ids {
		err := c.single(ctx, id, h, kept)
		switch {
		case err == nil, Unseeable(err):
		case ctx.Err() == nil && splittable(err) && (poison == nil || len(poison.IDs) < maxPoison):
			poison = poison.add(err, id)
		default:
			return nil, err
		}
	}
	return poison, nil
}

// Unseeable says that Jira itself answered that something does not exist or may
// not be seen by this account.
func Unseeable(err error) bool {
	refusal, refused := errors.AsType[*APIError](err)
	if !refused || refusal.LoginLost || refusal.foreign {
		return false
	}
	return Absent(err) || errors.Is(err, ErrForbidden) || errors.Is(err, ErrGone)
}

// Exists tells whether the account may see what is asked for. What hangs on a
// thing answers 404 when the thing is gone, and when the address is not let
// through; only the thing itself tells which.
func (c *Client) Exists(ctx context.Context, req Request) (bool, error) {
	err := c.Do(ctx, req, (*jsonread.Decoder).SkipValue)
	if Unseeable(err) {
		return false, nil
	}
	return err == nil, err
}

// IssueExists is Exists for an issue.
func (c *Client) IssueExists(ctx context.Context, id uint64) (bool, error) {
	there, err := c.Exists(ctx, Request{
		Path: "/rest/api/{v}/issue/{issueId}", Params: map[string]string{"issueId": strconv.FormatUint(id, 10)},
		Query: url.Values{"fields": {"created"}},
	})
	if err != nil {
		return false, fmt.Errorf("ask for issue %d: %w", id, err)
	}
	return there, nil
}

func (c *Client) single(ctx context.Context, id uint64, h Hydration, kept *shelf) error {
	query := url.Values{"fields": {strings.Join(h.fields(), ",")}}
	if expand := h.expand(); len(expand) > 0 {
		query.Set("expand", strings.Join(expand, ","))
	}
	ex, err := c.ready(Request{
		Path: "/rest/api/{v}/issue/{issueId}", Params: map[string]string{"issueId": strconv.FormatUint(id, 10)}, Query: query,
	})
	if err != nil {
		return err
	}
	ex.patience = pagePatience
	var raw jsontext.Value
	err = c.run(ctx, ex, func(rep *reply) error {
		value, err := rep.dec.ReadValue()
		raw = value.Clone()
		return err
	})
	if err == nil {
		kept.records = append(kept.records, raw)
	}
	return err
}

// splittable says whether a failure may be one issue's and not the page's or
// the site's: an internal error, an answer that breaks off, one that takes too long.
func splittable(err error) bool {
	if _, named := errors.AsType[*PoisonError](err); named {
		return false
	}
	if e, ok := errors.AsType[*APIError](err); ok {
		return e.Status == http.StatusInternalServerError || e.Status == http.StatusGatewayTimeout
	}
	e, ok := errors.AsType[*networkError](err)
	return ok && (e.body || slow(e))
}

// add names one more issue; the receiver may be nil.
func (e *PoisonError) add(err error, ids ...uint64) *PoisonError {
	if e == nil {
		e = &PoisonError{Err: err}
	}
	e.IDs = append(e.IDs, ids...)
	slices.Sort(e.IDs)
	return e
}

// fault is the error to return: its kind says that something is missing.
func (e *PoisonError) fault() error {
	return fault.Wrap(fault.Incomplete, e, "open the issue in Jira and repair what fails there (often one broken field or app), then read it with tap-jira sync --issues")
}

// absent are ids that did not come, ascending.
func absent(asked []uint64, came map[uint64]bool) []uint64 {
	var out []uint64
	for _, id := range asked {
		if !came[id] {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}
