package jira

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	"tap-jira/internal/jsonread"
)

const (
	// halfPatience is how often a part of a failing page is tried.
	halfPatience = 2
	// maxPoison is how many issues of a page may be at fault before the site is.
	maxPoison = 10
)

// errTooMany says that so many issues of a page fail that the site must be at fault.
var errTooMany = errors.New("too many issues fail")

// shelf is a Sink that keeps the records' bytes, for pages that are put
// together from several answers.
type shelf struct{ records []jsontext.Value }

// Begin forgets what an attempt gave.
func (s *shelf) Begin() { s.records = nil }

// Record keeps a record.
func (s *shelf) Record(dec *jsonread.Decoder) error {
	raw, err := dec.ReadValue()
	if err != nil {
		return err
	}
	s.records = append(s.records, raw.Clone())
	return nil
}

// bisection looks for the issues that make a page fail.
type bisection struct {
	c       *Client
	h       Hydration
	kept    shelf
	missing []uint64
	poison  *PoisonError
}

// bisect reads a page that failed in halves, down to the issues at fault, and
// then gives all others to sink at once. When too many fail it is not the
// issues, and the page's own failure stands.
func (c *Client) bisect(ctx context.Context, ids []uint64, h Hydration, sink Sink, failure error) ([]uint64, error) {
	c.opts.Logger.InfoContext(ctx, "page of issues is split", "issues", len(ids), "error", failure)
	b := &bisection{c: c, h: h}
	if err := b.split(ctx, ids, failure); err != nil {
		if errors.Is(err, errTooMany) {
			err = failure
		}
		return nil, err
	}
	sink.Begin()
	for _, raw := range b.kept.records {
		if err := sink.Record(jsonread.NewBytesDecoder(raw)); err != nil {
			return nil, err
		}
	}
	if b.poison == nil {
		return b.missing, nil
	}
	return b.missing, b.poison.fault()
}

// split reads the two halves of a page that failed.
func (b *bisection) split(ctx context.Context, ids []uint64, failure error) error {
	if len(ids) == 1 {
		b.poison = b.poison.add(failure, ids...)
		if len(b.poison.IDs) > maxPoison {
			return errTooMany
		}
		return nil
	}
	middle := len(ids) / 2
	for _, half := range [][]uint64{ids[:middle], ids[middle:]} {
		if err := b.half(ctx, half); err != nil {
			return err
		}
	}
	return nil
}

// half reads one half, or splits it.
func (b *bisection) half(ctx context.Context, ids []uint64) error {
	var part shelf
	got, err := b.c.hydratePage(ctx, ids, b.h, &part, halfPatience)
	if err == nil {
		var missing []uint64
		missing, err = b.c.complete(ctx, ids, b.h, got, &part)
		b.kept.records = append(b.kept.records, part.records...)
		b.missing = append(b.missing, missing...)
	}
	if poison, ok := errors.AsType[*PoisonError](err); ok {
		b.poison = b.poison.add(poison.Err, poison.IDs...)
		return nil
	}
	if err != nil && ctx.Err() == nil && splittable(err) {
		return b.split(ctx, ids, err)
	}
	if err != nil {
		return fmt.Errorf("read %d issues: %w", len(ids), err)
	}
	return nil
}
