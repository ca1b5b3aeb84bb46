package tap

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tap-jira/internal/bookmark"
	"tap-jira/internal/fault"
	"tap-jira/internal/jira"
	"tap-jira/internal/stream"
)

// Verification compares what Jira counts now with what the state claims to be in
// the output, in the shape that is printed as JSON.
type Verification struct {
	// OK tells that no gap was found; what is not verified does not speak against it.
	OK bool `json:"ok"`
	// Gaps counts the rows that Jira counts and that are not in the output.
	Gaps int64 `json:"gaps"`
	// Requests is how many requests it took.
	Requests int64 `json:"requests"`
	// Checks are in the order of the streams.
	Checks []Check `json:"checks"`
}

// Check is one comparison, or the reason why there is none.
type Check struct {
	// Stream is the bare name.
	Stream string `json:"stream"`
	// Projects are the keys of the projects that were counted together; empty for the
	// whole site.
	Projects []string `json:"projects"`
	// Verified tells that both numbers are known, so that a gap of 0 says something.
	Verified bool `json:"verified"`
	// Counted is Jira's number; nil when it was not asked for.
	Counted *int64 `json:"counted"`
	// Claimed is the state's, or the census's, number; nil when there is none.
	Claimed *int64 `json:"claimed"`
	// Gap is how many rows are missing at least, as far as the numbers can be trusted.
	Gap int64 `json:"gap"`
	// Remark says what was counted, or why nothing was.
	Remark string `json:"remark"`
}

// compared is a check with both numbers.
func compared(counted, claimed, gap int, remark string) Check {
	here, there := int64(counted), int64(claimed)
	return Check{
		Stream: "issues", Projects: []string{}, Verified: true, Counted: &here, Claimed: &there,
		Gap: int64(gap), Remark: remark,
	}
}

// unverified is a check that was not made.
func unverified(name, why string) Check {
	return Check{Stream: name, Projects: []string{}, Remark: "not verified: " + why}
}

// Verify asks Jira how many rows there are and compares that with the state. It
// reads only, and prints no message. An error of kind fault.Incomplete names
// the gap; the verification is whole then, too.
func Verify(ctx context.Context, o Options) (Verification, error) {
	r := newRun(o)
	if o.State != nil {
		r.state = o.State.Clone()
	}
	v := Verification{Checks: []Check{}}
	err := r.verify(jira.WithMeter(ctx, r.overhead), &v)
	v.Requests = r.overhead.Requests.Load()
	if err != nil {
		return v, err
	}
	var missing []string
	for _, c := range v.Checks {
		v.Gaps += c.Gap
		if c.Gap > 0 {
			missing = append(missing, c.gapText())
		}
	}
	if v.OK = v.Gaps == 0; v.OK {
		return v, nil
	}
	return v, fault.New(fault.Incomplete, "look whether the last runs named what they could not read; to read all issues again: tap-jira state reset issues --state FILE, then sync",
		"%s", fault.Few(missing, "each in the table"))
}

func (c Check) gapText() string {
	where := ""
	if len(c.Projects) > 0 {
		where = " of project " + strings.Join(c.Projects, ", ")
	}
	return fmt.Sprintf("%s%s: %d rows that Jira counts are not in the output", c.Stream, where, c.Gap)
}

// verify makes the check of each selected stream.
func (r *run) verify(ctx context.Context, v *Verification) error {
	if err := r.ready(ctx); err != nil {
		return err
	}
	for _, name := range r.absent {
		v.Checks = append(v.Checks, unverified("", name))
	}
	for _, t := range r.tables {
		checks, err := r.verifyStream(ctx, t)
		if err != nil {
			return fmt.Errorf("verify %s: %w", t.stream.Name, err)
		}
		v.Checks = append(v.Checks, checks...)
	}
	return nil
}

func (r *run) verifyStream(ctx context.Context, t *table) ([]Check, error) {
	name := t.stream.Name
	switch {
	case name == "issues" && !t.whole:
		return r.verifyIssues(ctx)
	case name == "projects":
		return r.countProjects(ctx)
	case name == "fields" && r.fields != nil:
		return countedOnly(name, len(r.fields)), nil
	case t.stream.Source == stream.WorklogFeed:
		return []Check{unverified(name, "Jira gives no number of worklogs, only a feed of changes")}, nil
	case t.stream.Source == stream.IssueTree && name != "issues":
		return []Check{unverified(name, "Jira counts issues, not what hangs on them; it is read whenever its issue is")}, nil
	case t.stream.Source == stream.UserDirectory:
		return []Check{unverified(name, "Jira gives no number of users")}, nil
	case t.stream.Parent != nil:
		return []Check{unverified(name, "to count it takes a request for each of the "+t.stream.Parent.Stream)}, nil
	}
	return []Check{unverified(name, "it is read whole by every run, and the state keeps no number of it")}, nil
}

// countedOnly is for a stream that is read whole by every run: what Jira counts
// now may well have come since.
func countedOnly(name string, counted int) []Check {
	c := unverified(name, "it is read whole by every run, and the state keeps no number of it")
	number := int64(counted)
	c.Counted = &number
	return []Check{c}
}

// countProjects takes the total of the first page where Jira tells it.
func (r *run) countProjects(ctx context.Context) ([]Check, error) {
	projects, _ := stream.Find("projects")
	endpoint, found := projects.Endpoint(r.site.Deployment), rosterSink{}
	request := jira.Request{Path: endpoint.Path, Query: endpoint.Query}
	counted := 0
	for page, err := range r.client.Pages(ctx, request, endpoint.Pager, found) {
		if err != nil {
			return nil, err
		}
		if counted = page.Total; counted >= 0 {
			break
		}
		counted = len(found)
	}
	return countedOnly("projects", counted), nil
}

// verifyIssues compares issues by project where a census is kept, and for the
// whole site otherwise.
func (r *run) verifyIssues(ctx context.Context) ([]Check, error) {
	b, err := r.savedBookmark("issues")
	if err != nil {
		return nil, err
	}
	switch {
	case b.Value == "":
		return []Check{unverified("issues", "the state has no bookmark of it")}, nil
	case b.Loading != nil:
		return []Check{unverified("issues", "its first load is not finished")}, nil
	case b.Scope != bookmark.HashScope(r.scope):
		return []Check{unverified("issues", "the limits by projects or jql are others than when the state was written")}, nil
	}
	value, err := bookmark.ParseTime(b.Value)
	if err != nil {
		return nil, bookmark.Unreadable("issues", err)
	}
	checks, err := r.verifyCensus(ctx, value)
	if err != nil || checks != nil {
		return checks, err
	}
	if b.Claim == nil {
		return []Check{unverified("issues", "the state holds no number; one comes with the next first load (tap-jira state reset issues --state FILE)")}, nil
	}
	return r.verifyClaim(ctx, b.Claim)
}

// wide is by how much a bound is drawn in on a site that takes dates only as
// text: what is asked for is wider than what is meant, by up to all the world's
// offsets, on either side.
const wide = 54 * time.Hour

// after and before are bounds that are never wider than meant.
func (r *run) after(field string, t time.Time) string {
	if !r.client.ExactDates() {
		t = t.Add(wide)
	}
	return r.client.JQLTime(field, ">=", t)
}

func (r *run) before(field string, t time.Time) string {
	if !r.client.ExactDates() {
		t = t.Add(-wide)
	}
	return r.client.JQLTime(field, "<", t)
}

// countWhere counts issues in the run's limits.
func (r *run) countWhere(ctx context.Context, conditions ...string) (int, error) {
	return r.countIn(ctx, r.scope, conditions...)
}

// countIn counts issues in a scope; conditions that are empty limit nothing.
func (r *run) countIn(ctx context.Context, scope string, conditions ...string) (int, error) {
	conditions = slices.DeleteFunc(slices.Clone(conditions), func(condition string) bool { return condition == "" })
	if scope != "" {
		conditions = append(conditions, "("+scope+")")
	}
	counted, err := r.client.Count(ctx, strings.Join(conditions, " AND "))
	if err != nil {
		return 0, fmt.Errorf("count issues: %w", err)
	}
	return counted, nil
}

// countAbove counts, and counts again when there are more than claimed: two
// nodes of a site may know a change at different moments.
func (r *run) countAbove(ctx context.Context, claimed int, conditions ...string) (int, error) {
	counted, err := r.countWhere(ctx, conditions...)
	if err != nil || counted <= claimed {
		return counted, err
	}
	again, err := r.countWhere(ctx, conditions...)
	return min(counted, again), err
}

// missing is by how much Jira's number is above the claimed one, as far as it
// can be trusted.
func (r *run) missing(counted, claimed int, exact bool) int {
	more := max(0, counted-claimed)
	if (!exact || r.site.Deployment == jira.Cloud) && more <= max(approximateFew, counted/approximate) {
		return 0
	}
	return more
}

// verifyClaim compares the number in the state.
func (r *run) verifyClaim(ctx context.Context, c *bookmark.Claim) ([]Check, error) {
	start, err := bookmark.ParseTime(c.Start)
	before, errBefore := bookmark.ParseTime(c.Before)
	loaded, errLoaded := bookmark.ParseTime(c.Loaded)
	if err := errors.Join(err, errBefore, errLoaded); err != nil {
		return nil, bookmark.Unreadable("issues", err)
	}
	untouched := r.before("updated", loaded)
	since, err := r.verifySince(ctx, c, []string{r.after("created", start), r.before("created", before)}, untouched)
	if err != nil || c.Older == 0 {
		return []Check{since}, err
	}
	older, err := r.countAbove(ctx, int(c.Older), r.before("created", start), r.after("updated", start), untouched)
	return []Check{since, compared(older, int(c.Older), r.missing(older, int(c.Older), true),
		"created before "+seconds(c.Start)+", and not updated since the first load")}, err
}

// seconds shortens a moment of the state for people.
func seconds(moment string) string {
	whole, _, _ := strings.Cut(moment, ".")
	return whole + "Z"
}

// verifySince compares the issues that were created since the start date. Where
// there are limits, only those that were not updated since the first load can
// be compared, as others come and go. Without them, the same holds for a few
// that may have come from projects that the account does not see.
func (r *run) verifySince(ctx context.Context, c *bookmark.Claim, created []string, untouched string) (Check, error) {
	remark, claimed := "created from "+seconds(c.Start)+" to "+seconds(c.Before), int(c.Issues)
	if c.Limited {
		counted, err := r.countAbove(ctx, claimed, append(created, untouched)...)
		return compared(counted, claimed, r.missing(counted, claimed, true), remark+", and not updated since the first load"), err
	}
	counted, err := r.countAbove(ctx, claimed, created...)
	if err != nil || counted <= claimed {
		return compared(counted, claimed, 0, remark), err
	}
	gap := r.missing(counted, claimed, false)
	if gap > 0 {
		return compared(counted, claimed, gap, remark+"; issues that were moved from projects out of the account's sight seem to be missing, too"), nil
	}
	certain, err := r.countAbove(ctx, claimed, append(created, untouched)...)
	return compared(counted, claimed, r.missing(certain, claimed, true), remark), err
}
