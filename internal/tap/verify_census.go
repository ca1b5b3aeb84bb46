package tap

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/RoaringBitmap/roaring/v2/roaring64"
	"golang.org/x/sync/errgroup"

	"tap-jira/internal/census"
	"tap-jira/internal/fault"
	"tap-jira/internal/jira"
	"tap-jira/internal/jsonread"
	"tap-jira/internal/singer"
)

// What the comparison with a census costs at most.
const (
	// countsAtMost is for how many bunches of projects a number is asked for; only a
	// bunch with a gap is cut.
	countsAtMost = 100
	// changedAtMost is how many issues that were updated since the bookmark are listed
	// and left out of the comparison. With more, they stand for missing ones.
	changedAtMost = 20_000
)

// ledgered is one project to compare.
type ledgered struct {
	id    uint64
	key   string
	known *roaring64.Bitmap // never nil
}

// censusCheck compares what stood still since the bookmark: such an issue was in
// the census in the project where it is now.
type censusCheck struct {
	run     *run
	value   time.Time
	changed *roaring64.Bitmap
}

// verifyCensus compares each project with the census; nil when none is kept for
// this config and state.
func (r *run) verifyCensus(ctx context.Context, value time.Time) ([]Check, error) {
	if !r.options.DetectDeletes {
		return nil, nil
	}
	marks, err := r.censusMarks()
	if err != nil {
		return nil, err
	}
	known, err := census.Look(census.Options{Dir: r.options.CensusDir, Fingerprint: r.fingerprint(), Marks: marks})
	if errors.Is(err, census.ErrLost) {
		return []Check{unverified("issues", err.Error())}, nil
	}
	if err != nil || known == nil {
		return nil, err
	}
	projects, hidden, err := r.ledgered(ctx, known)
	if err != nil {
		return nil, err
	}
	c := &censusCheck{run: r, value: value}
	if err := c.listChanged(ctx); err != nil {
		return nil, err
	}
	checks, err := c.bunches(ctx, projects)
	if hidden != nil {
		checks = append(checks, *hidden)
	}
	return checks, err
}

// ledgered returns the projects that can be counted, by key, and a check that
// tells of the others, nil when there are none.
func (r *run) ledgered(ctx context.Context, known map[uint64]*roaring64.Bitmap) ([]ledgered, *Check, error) {
	keys := keySink{}
	request, pager := r.projectList()
	for _, err := range r.client.Pages(ctx, request, pager, keys) {
		if err != nil {
			return nil, nil, fmt.Errorf("list projects: %w", err)
		}
	}
	var projects []ledgered
	for id, key := range keys {
		issues := known[id]
		if issues == nil {
			issues = roaring64.New()
		}
		projects = append(projects, ledgered{id: id, key: key, known: issues})
		delete(known, id)
	}
	slices.SortFunc(projects, func(a, b ledgered) int { return strings.Compare(a.key, b.key) })
	out := 0
	for issues := range maps.Values(known) {
		out += int(issues.GetCardinality())
	}
	if out == 0 {
		return projects, nil, nil
	}
	hidden := unverified("issues", fmt.Sprintf("%d issues are in projects that are archived, in the trash or out of sight", out))
	return projects, &hidden, nil
}

// keySink collects the keys of projects that are neither archived nor in the
// trash, by id. It is a jira.Sink; a page that is read anew gives the same ones
// again.
type keySink map[uint64]string

// Begin forgets nothing.
func (keySink) Begin() {}

// Record reads a project.
func (s keySink) Record(dec *jsonread.Decoder) error {
	var project struct {
		ID       string `json:"id"`
		Key      string `json:"key"`
		Archived bool   `json:"archived"`
		Deleted  bool   `json:"deleted"`
	}
	if err := dec.Decode(&project); err != nil {
		return fmt.Errorf("read a project: %w", err)
	}
	if !project.Archived && !project.Deleted {
		s[idOf(project.ID)] = project.Key
	}
	return nil
}

// listChanged lists what was updated since the bookmark. It comes before the
// counts: what is updated in between is in none of them.
func (c *censusCheck) listChanged(ctx context.Context) error {
	c.changed = roaring64.New()
	r := c.run
	counted, err := r.countWhere(ctx, r.client.JQLTime("updated", ">=", c.value))
	if err != nil || counted > changedAtMost {
		return err
	}
	for refs, err := range r.client.WalkIssues(ctx, jira.Walk{Scope: r.scope, Field: "updated", From: c.value}) {
		if err != nil {
			return fmt.Errorf("list what was updated since the bookmark: %w", err)
		}
		for _, ref := range refs {
			c.changed.Add(ref.ID)
		}
	}
	return nil
}

// bunches compares all projects, some at once where there are many.
func (c *censusCheck) bunches(ctx context.Context, projects []ledgered) ([]Check, error) {
	size := len(projects)/countsAtMost + 1
	bunches := slices.Collect(slices.Chunk(projects, size))
	results := make([][]Check, len(bunches))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(c.run.options.Concurrency)
	for i, bunch := range bunches {
		group.Go(fault.Safely(func() (err error) {
			results[i], err = c.compare(ctx, bunch)
			return err
		}))
	}
	err := group.Wait()
	return slices.Concat(results...), err
}

// compare compares a bunch, and halves of it when it has a gap.
func (c *censusCheck) compare(ctx context.Context, bunch []ledgered) ([]Check, error) {
	r, ids, keys, claimed := c.run, []string{}, []string{}, 0
	for _, p := range bunch {
		ids, keys = append(ids, strconv.FormatUint(p.id, 10)), append(keys, p.key)
		claimed += int(roaring64.AndNot(p.known, c.changed).GetCardinality())
	}
	counted, err := r.countAbove(ctx, claimed, "project in ("+strings.Join(ids, ", ")+")",
		r.before("created", c.value), r.after("updated", r.start), r.before("updated", c.value))
	if errors.Is(err, jira.ErrBadRequest) {
		check := unverified("issues", "Jira refuses to count it: "+err.Error())
		check.Projects = keys
		return []Check{check}, nil
	}
	if err != nil {
		return nil, err
	}
	gap := r.missing(counted, claimed, true)
	if gap == 0 || len(bunch) == 1 {
		check := compared(counted, claimed, gap, "not updated since "+seconds(singer.FormatTime(c.value))+", against the census")
		check.Projects = keys
		return []Check{check}, nil
	}
	first, err := c.compare(ctx, bunch[:len(bunch)/2])
	if err != nil {
		return nil, err
	}
	second, err := c.compare(ctx, bunch[len(bunch)/2:])
	return append(first, second...), err
}
