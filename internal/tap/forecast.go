package tap

import (
	"context"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
	"time"

	"tap-jira/internal/jira"
	"tap-jira/internal/singer"
	"tap-jira/internal/stream"
)

// sampleIssues is of how many issues a forecast looks at everything.
const sampleIssues = 50

// Forecast is what a first load would take, in the shape that is printed as JSON.
// All of it is estimated, from counts and a sample.
type Forecast struct {
	// Issues is how many there are to read, as Jira counts them; Sampled how many were looked at.
	Issues  int `json:"issues"`
	Sampled int `json:"sampled"`
	// Asked is how many requests the forecast itself took.
	Asked int64 `json:"asked"`
	ForecastCost
	Streams []StreamForecast `json:"streams"`
}

// ForecastCost is what reading costs.
type ForecastCost struct {
	Requests int64 `json:"requests"`
	// Points are those of Cloud's hourly quota, which OAuth 2.0 is subject to and API
	// tokens are not: one a request, one for each issue, project or dashboard, two for
	// each user, group or role (jira-cloud "Rate limiting"). 0 on Data Center.
	Points int64 `json:"points"`
	// Bytes is the size of the RECORD lines.
	Bytes int64 `json:"bytes"`
	// Minutes is the time at the config's concurrency and requests_per_second, from how
	// long the sample's requests took.
	Minutes float64 `json:"minutes"`
}

// StreamForecast is the share of one stream. Requests that serve several streams
// stand with the first of them.
type StreamForecast struct {
	Stream string `json:"stream"`
	Rows   int64  `json:"rows"`
	ForecastCost
	// AtLeast tells that Jira does not say how long the list is, or that it could not be read.
	AtLeast bool `json:"at_least"`
	// Remark says why; empty when all is known.
	Remark string `json:"remark"`
}

// Predict estimates what a first load of the selected streams takes. It prints no
// message. requestsPerSecond is the limit of the config; 0 is none.
func Predict(ctx context.Context, o Options, requestsPerSecond float64) (Forecast, error) {
	r := newRun(o)
	r.writer, r.sample = singer.NewWriter(io.Discard), newSample()
	r.options.State, r.options.DetectDeletes = nil, false
	if err := r.ready(jira.WithMeter(ctx, r.overhead)); err != nil {
		return Forecast{}, err
	}
	f := &forecaster{run: r, perSecond: requestsPerSecond}
	if err := f.look(ctx); err != nil {
		return Forecast{}, fmt.Errorf("forecast: %w", err)
	}
	return f.forecast(), nil
}

// forecaster reads the sample and reckons with it.
type forecaster struct {
	run       *run
	perSecond float64
	issues    int // that Jira counts
	sampled   int
}

// look reads the sample through the engine itself, so that it costs what a load costs.
func (f *forecaster) look(ctx context.Context) error {
	r := f.run
	sources, ofUsers, err := r.listedSources()
	if err != nil {
		return err
	}
	if r.users != nil {
		sources = append(sources, func(context.Context) iter.Seq[task] { return one(r.readUsers(r.users)) })
		ofUsers = append([]source{func(context.Context) iter.Seq[task] { return one(r.lastUsers()) }}, ofUsers...)
	}
	issues, err := f.issueSource(jira.WithMeter(ctx, r.overhead))
	if err != nil {
		return err
	}
	if issues != nil {
		sources = append(sources, issues)
	}
	sources = append(sources, ofUsers...)
	return r.readInOrder(ctx, sources)
}

// issueSource counts the issues and reads some of them with everything on them;
// nil where no stream needs them.
func (f *forecaster) issueSource(ctx context.Context) (source, error) {
	r := f.run
	if !slices.ContainsFunc(r.tables, func(t *table) bool { return f.ofIssues(t) }) {
		return nil, nil
	}
	c := r.newCutter()
	cuts, err := c.Cut(ctx, r.site.ServerTime, sampleIssues/sampleFrom)
	if err != nil {
		return nil, err
	}
	f.issues = c.Total()
	ids, err := f.someIssues(ctx, append([]time.Time{{}}, cuts...))
	if err != nil {
		return nil, err
	}
	f.sampled = len(ids)
	tree, err := r.newAsideTree(r.tables, nil)
	if err != nil {
		return nil, err
	}
	return func(context.Context) iter.Seq[task] {
		return func(yield func(task) bool) { tree.yieldGroup(ids, yield) }
	}, nil
}

// sampleFrom is how many issues are taken from each part of the site's history.
const sampleFrom = 10

// someIssues returns the first issues of each part of the site's history, because
// old issues are longer than new ones at some sites and shorter at others.
func (f *forecaster) someIssues(ctx context.Context, beginnings []time.Time) ([]uint64, error) {
	r := f.run
	var ids []uint64
	for _, from := range beginnings {
		walk := jira.Walk{Scope: r.scope, Field: "created", From: from, Also: r.updatedWithin(r.start), Times: true}
		for refs, err := range r.client.WalkIssues(ctx, walk) {
			if err != nil {
				return nil, fmt.Errorf("list issues: %w", err)
			}
			for _, ref := range refs[:min(len(refs), sampleFrom)] {
				if !slices.Contains(ids, ref.ID) {
					ids = append(ids, ref.ID)
				}
			}
			break
		}
	}
	return ids, nil
}

// ofIssues tells that a stream's rows are sampled with the issues.
func (f *forecaster) ofIssues(t *table) bool {
	return t.stream.Source == stream.IssueTree || t.stream.Source == stream.WorklogFeed
}

// forecast reckons everything up.
func (f *forecaster) forecast() Forecast {
	all := Forecast{Issues: f.issues, Sampled: f.sampled, Streams: []StreamForecast{}}
	all.Asked = f.run.overhead.Requests.Load()
	lead := f.lead()
	for _, t := range f.run.tables {
		all.Asked += t.meter.Requests.Load()
		var s StreamForecast
		if f.ofIssues(t) {
			s = f.fromIssues(t, t == lead)
		} else {
			s = f.fromLists(t)
		}
		s.Stream = t.stream.Name
		f.price(t, &s)
		all.Requests += s.Requests
		all.Points += s.Points
		all.Bytes += s.Bytes
		all.Minutes += s.Minutes
		s.Minutes = round(s.Minutes)
		all.Streams = append(all.Streams, s)
	}
	all.Minutes = round(all.Minutes)
	return all
}

// lead is the stream that the requests for issues stand with.
func (f *forecaster) lead() *table {
	for _, t := range f.run.tables {
		if t.stream.Source == stream.IssueTree {
			return t
		}
	}
	return nil
}

// price adds bytes, points and time to the rows and requests of a stream.
func (f *forecaster) price(t *table, s *StreamForecast) {
	if t.account.records > 0 {
		s.Bytes = int64(float64(s.Rows) / float64(t.account.records) * float64(t.account.bytes))
	}
	if f.run.site.Deployment == jira.Cloud {
		s.Points = s.Requests + s.Rows*pointsOf(t.stream.Name)
	}
	seconds := float64(s.Requests) * f.latency().Seconds() / float64(f.run.options.Concurrency)
	if f.perSecond > 0 {
		seconds = max(seconds, float64(s.Requests)/f.perSecond)
	}
	s.Minutes = seconds / 60
	if t.account.failed || t.account.skipped {
		s.AtLeast, s.Remark = true, "could not be read: "+t.account.problem().Error()
	}
}

// pointsOf is what one row costs of Cloud's quota.
func pointsOf(name string) int64 {
	switch name {
	case "issues", "projects", "dashboards", "issue_attachments":
		return 1
	case "users", "groups", "group_members", "roles", "project_role_actors", "user_groups", "permission_grants":
		return 2
	}
	return 0
}

// latency is how long a request of the sample took, with its body.
func (f *forecaster) latency() time.Duration {
	busy, requests := f.run.overhead.Busy(), f.run.overhead.Requests.Load()
	for _, t := range f.run.tables {
		busy += t.meter.Busy()
		requests += t.meter.Requests.Load()
	}
	return busy / time.Duration(max(1, requests))
}

// round leaves as many digits as an estimate is worth.
func round(minutes float64) float64 { return math.Round(minutes*100) / 100 }
