package tap

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"tap-jira/internal/jira"
)

// shelved returns those issues that are archived. Data Center says so; on Cloud
// an issue is archived when it is there and a search that names it does not find
// it, long enough after its last change for the index to know it.
func (w *censusWalk) shelved(ctx context.Context, there sightings) ([]uint64, error) {
	var ids, hidden []uint64
	for id, seen := range there {
		switch {
		case seen.archived:
			ids = append(ids, id)
		case w.run.site.Deployment == jira.Cloud && seen.updated.Before(w.settled()):
			hidden = append(hidden, id)
		}
	}
	if len(hidden) == 0 {
		return ids, nil
	}
	slices.Sort(hidden)
	unfound, err := w.unfoundOf(ctx, hidden)
	return append(ids, unfound...), err
}

// errBlind says that a search does not find what it must find.
var errBlind = errors.New("a search does not find what is listed")

// unfoundOf returns those issues that a search does not find which finds the
// witness before and after.
func (w *censusWalk) unfoundOf(ctx context.Context, ids []uint64) ([]uint64, error) {
	if err := w.hearWitness(ctx); err != nil {
		return nil, err
	}
	var all []uint64
	for chunk := range slices.Chunk(ids, hydrateIssues) {
		unfound, err := w.unfound(ctx, chunk)
		if err != nil {
			return nil, err
		}
		all = append(all, unfound...)
	}
	if err := w.hearWitness(ctx); err != nil {
		return nil, err
	}
	return all, nil
}

// hearWitness makes sure that a search finds what is there.
func (w *censusWalk) hearWitness(ctx context.Context) error {
	if w.witness == 0 {
		return errBlind
	}
	missing, err := w.unfound(ctx, []uint64{w.witness})
	if err == nil && len(missing) > 0 {
		return errBlind
	}
	return err
}

// unfound returns those issues that a search by their ids does not find. Where
// Jira refuses the search because of one of them, each is searched for.
func (w *censusWalk) unfound(ctx context.Context, ids []uint64) ([]uint64, error) {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = strconv.FormatUint(id, 10)
	}
	listed, err := w.list(ctx, "issue in ("+jira.Quoted(texts)+")", "")
	if errors.Is(err, jira.ErrBadRequest) {
		if len(ids) == 1 {
			return ids, nil
		}
		return w.unfoundSingly(ctx, ids)
	}
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(ids), listed.Contains), nil
}

func (w *censusWalk) unfoundSingly(ctx context.Context, ids []uint64) ([]uint64, error) {
	var all []uint64
	for _, id := range ids {
		one, err := w.unfound(ctx, []uint64{id})
		if err != nil {
			return nil, err
		}
		all = append(all, one...)
	}
	return all, nil
}
