package tap

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/RoaringBitmap/roaring/v2/roaring64"
)

// vanishedFew is how many issues of a project may vanish at once whatever share
// of it they are.
const vanishedFew = 20

// judge finds out why issues are not listed any more.
func (w *censusWalk) judge(ctx context.Context, missing *roaring64.Bitmap, v *verdict) error {
	if doubt, err := w.loginDoubt(ctx); err != nil || doubt != "" {
		v.doubts = append(v.doubts, doubt)
		return err
	}
	projects, err := w.run.roster(ctx)
	if err != nil {
		return err
	}
	if len(projects) == 0 {
		v.doubts = append(v.doubts, "Jira shows the account no project at all, so its login is doubtful")
		return nil
	}
	if err := w.leaveOutside(ctx, missing, projects); err != nil {
		return err
	}
	byProject := map[uint64][]uint64{}
	for id := range roaring64.Values(missing) {
		project, _ := w.known.census.Project(id)
		byProject[project] = append(byProject[project], id)
	}
	for _, project := range slices.Sorted(maps.Keys(byProject)) {
		if projects[project] == projectUnknown {
			if projects[project], err = w.run.projectStatus(ctx, project); err != nil {
				return err
			}
		}
		if err := w.judgeProject(ctx, project, projects[project], byProject[project], v); err != nil {
			return err
		}
	}
	doubt, err := w.loginDoubt(ctx)
	if doubt != "" || err != nil {
		v.tombs, v.doubts = nil, append(v.doubts, doubt)
	}
	return err
}

// loginDoubt asks who we are, before the questions and behind them: a login that
// was lost in between sees nothing of what is there.
func (w *censusWalk) loginDoubt(ctx context.Context) (string, error) {
	site, err := w.run.client.Login(ctx, w.run.site)
	if err != nil {
		return "", fmt.Errorf("make sure of the login: %w", err)
	}
	if site.Account.ID != w.run.site.Account.ID {
		return "Jira takes the account for another one than when the run began", nil
	}
	return "", nil
}

// leaveOutside takes issues out that are there and only outside the run's
// limits: moved to another project, changed so that the JQL finds them no more,
// or updated after end_date.
func (w *censusWalk) leaveOutside(ctx context.Context, missing *roaring64.Bitmap, projects map[uint64]projectStatus) error {
	if w.run.scope == "" && w.run.options.EndDate.IsZero() {
		return nil
	}
	var live []string
	for _, project := range slices.Sorted(maps.Keys(projects)) {
		if projects[project] == projectLive {
			live = append(live, strconv.FormatUint(project, 10))
		}
	}
	since := w.run.client.JQLTime("updated", ">=", w.run.start)
	for chunk := range slices.Chunk(live, projectsAtOnce) {
		if missing.IsEmpty() {
			return nil
		}
		listed, err := w.list(ctx, "project in ("+strings.Join(chunk, ", ")+")", since)
		if err != nil {
			return err
		}
		missing.AndNot(listed)
	}
	return nil
}

// projectsAtOnce is how many projects one query names.
const projectsAtOnce = 500

// judgeProject finds the reasons for the issues of one project, and adds them to the verdict.
func (w *censusWalk) judgeProject(ctx context.Context, project uint64, status projectStatus, ids []uint64, v *verdict) error {
	switch status {
	case projectArchived:
		v.tombs = append(v.tombs, allFor(ids, archived)...)
		return nil
	case projectTrashed:
		v.tombs = append(v.tombs, allFor(ids, deleted)...)
		return nil
	case projectUnknown:
		there, err := w.presentInBulk(ctx, ids)
		v.tombs = append(v.tombs, allFor(slices.DeleteFunc(slices.Clone(ids), there.has), accessLost)...)
		return err
	}
	answers, err := w.ask(ctx, project, ids)
	if err != nil {
		return err
	}
	if answers.gone > 0 && w.tooMany(project, answers.gone) {
		v.doubts = append(v.doubts, fmt.Sprintf("%d or more of the %d issues of project %d vanished at once, although the project is there and may be browsed: "+
			"if they were deleted, run once with max_vanished_share 1", answers.gone, w.known.census.Size(project), project))
		return nil
	}
	if answers.blind {
		v.doubts = append(v.doubts, fmt.Sprintf("issues of project %d are there and not listed, and Jira's search does not even find what it lists", project))
	}
	for _, id := range answers.unreadable {
		v.doubts = append(v.doubts, fmt.Sprintf("issue %d is not listed and cannot be asked for", id))
	}
	v.tombs = append(v.tombs, answers.tombs...)
	return nil
}

func allFor(ids []uint64, why reason) []tomb {
	tombs := make([]tomb, 0, len(ids))
	for _, id := range ids {
		tombs = append(tombs, tomb{id: id, reason: why})
	}
	return tombs
}

// tooMany tells that more of a project vanished than deleting explains.
func (w *censusWalk) tooMany(project uint64, gone int) bool {
	return gone >= vanishedFew && float64(gone) > w.run.options.MaxVanishedShare*float64(w.known.census.Size(project))
}
