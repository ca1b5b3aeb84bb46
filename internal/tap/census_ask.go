package tap

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"tap-jira/internal/fault"
	"tap-jira/internal/jira"
	"tap-jira/internal/jsonread"
)

// askedAtOnce is how many issues are asked for before the answers are counted:
// when too many of a project are gone there is no need to ask for the rest.
const askedAtOnce = 200

// askedFields are what tells an issue's reason.
func askedFields() []string { return []string{"updated", "archiveddate"} }

// sighting is an issue that no search shows and that is there.
type sighting struct {
	id       uint64
	updated  time.Time
	archived bool
}

// sightings are issues by id. It is a jira.Sink; a page that is read anew gives
// the same ones again.
type sightings map[uint64]sighting

// Begin forgets nothing: what one try of a page saw is there.
func (sightings) Begin() {}

// Record reads an issue.
func (s sightings) Record(dec *jsonread.Decoder) error {
	seen, err := readSighting(dec)
	s[seen.id] = seen
	return err
}

func (s sightings) has(id uint64) bool { _, there := s[id]; return there }

func readSighting(dec *jsonread.Decoder) (sighting, error) {
	var issue struct {
		ID     string `json:"id"`
		Fields struct {
			Updated      string  `json:"updated"`
			ArchivedDate *string `json:"archiveddate"`
		} `json:"fields"`
	}
	if err := dec.Decode(&issue); err != nil {
		return sighting{}, fmt.Errorf("read an issue: %w", err)
	}
	seen := sighting{id: idOf(issue.ID), archived: issue.Fields.ArchivedDate != nil}
	for _, layout := range []string{"2006-01-02T15:04:05.999-0700", time.RFC3339Nano} {
		if updated, err := time.Parse(layout, issue.Fields.Updated); err == nil {
			seen.updated = updated
		}
	}
	return seen, nil
}

// answers are what Jira says of the missing issues of one project.
type answers struct {
	tombs      []tomb
	gone       int // those of which there is nothing but Jira's word that there is none
	unreadable []uint64
	// blind tells that it could not be found out which of the others are archived.
	blind bool
}

// ask asks for issues of a project that may be browsed. It ends when too many
// are gone.
func (w *censusWalk) ask(ctx context.Context, project uint64, ids []uint64) (answers, error) {
	var all answers
	var there sightings
	for chunk := range slices.Chunk(ids, askedAtOnce) {
		seen, singly, err := w.askInBulk(ctx, chunk)
		if err != nil {
			return all, err
		}
		if err := w.askSingly(ctx, singly, seen, &all); err != nil {
			return all, err
		}
		if w.tooMany(project, all.gone) {
			return all, nil
		}
		if there == nil {
			there = sightings{}
		}
		maps.Copy(there, seen)
	}
	shelved, err := w.shelved(ctx, there)
	if errors.Is(err, errBlind) {
		all.blind = true
		err = nil
	}
	all.tombs = append(all.tombs, allFor(shelved, archived)...)
	slices.SortFunc(all.tombs, func(a, b tomb) int { return cmp.Compare(a.id, b.id) })
	return all, err
}

// askInBulk asks where Jira reads its database in bulk. It returns what is
// there, and what must be asked for by itself.
func (w *censusWalk) askInBulk(ctx context.Context, ids []uint64) (sightings, []uint64, error) {
	if w.run.site.Deployment == jira.DataCenter {
		return sightings{}, ids, nil // its bulk is the index, which does not show them
	}
	seen, err := w.presentInBulk(ctx, ids)
	return seen, slices.DeleteFunc(slices.Clone(ids), func(id uint64) bool { return seen.has(id) }), err
}

// presentInBulk returns those of the issues that Cloud shows. Data Center has no
// bulk but its index, and shows none.
func (w *censusWalk) presentInBulk(ctx context.Context, ids []uint64) (sightings, error) {
	all := sightings{}
	if w.run.site.Deployment == jira.DataCenter {
		return all, nil
	}
	var guard sync.Mutex
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(w.run.options.Concurrency)
	for chunk := range slices.Chunk(ids, hydrateIssues) {
		group.Go(fault.Safely(func() error {
			seen := sightings{}
			_, err := w.run.client.Hydrate(ctx, chunk, jira.Hydration{Fields: askedFields(), BulkOnly: true}, seen)
			if _, poison := errors.AsType[*jira.PoisonError](err); err != nil && !poison {
				return fmt.Errorf("ask for issues: %w", err)
			}
			guard.Lock()
			defer guard.Unlock()
			maps.Copy(all, seen)
			return nil
		}))
	}
	return all, group.Wait()
}

// askSingly asks for issues one by one: only that answer says that one is gone.
func (w *censusWalk) askSingly(ctx context.Context, ids []uint64, seen sightings, all *answers) error {
	results := make([]sighting, len(ids))
	refusals := make([]error, len(ids))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(w.run.options.Concurrency)
	for i, id := range ids {
		group.Go(fault.Safely(func() error {
			results[i], refusals[i] = w.askFor(ctx, id)
			if err := refusals[i]; err != nil && !aboutTheIssue(err) {
				return fmt.Errorf("ask for issue %d: %w", id, err)
			}
			return nil
		}))
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for i, id := range ids {
		switch err := refusals[i]; {
		case err == nil:
			seen[id] = results[i]
		case jira.Absent(err):
			all.gone++
			all.tombs = append(all.tombs, tomb{id: id, reason: deleted})
		case jira.Unseeable(err):
			all.gone++
			all.tombs = append(all.tombs, tomb{id: id, reason: unobserved})
		default:
			all.unreadable = append(all.unreadable, id)
		}
	}
	return nil
}

// aboutTheIssue tells that a refusal concerns the one issue.
func aboutTheIssue(err error) bool {
	refusal, refused := errors.AsType[*jira.APIError](err)
	if !refused || ends(err) {
		return false
	}
	switch refusal.Status {
	case http.StatusNotFound, http.StatusForbidden, http.StatusGone, http.StatusInternalServerError:
		return true
	}
	return false
}

// askFor reads one issue. A moved one answers to its id.
func (w *censusWalk) askFor(ctx context.Context, id uint64) (seen sighting, err error) {
	request := jira.Request{
		Path: "/rest/api/{v}/issue/{issueId}", Params: map[string]string{"issueId": strconv.FormatUint(id, 10)},
		Query: url.Values{"fields": {"updated,archiveddate"}},
	}
	err = w.run.client.Do(ctx, request, func(dec *jsonread.Decoder) error {
		seen, err = readSighting(dec)
		return err
	})
	return seen, err
}
