package tap

import (
	"math"

	"tap-jira/internal/jira"
	"tap-jira/internal/stream"
)

// How much one request of a first load gives: ids and histories as internal/jira
// asks for them, worklogs as Jira's feed gives them.
const (
	cloudIDs      = 5000
	dataCenterIDs = 1000
	feedWorklogs  = 1000
)

// fromIssues reckons with a stream that was sampled along with the issues. What is
// asked for one issue at a time grows with the issues; what is asked for many at
// once has fixed sizes, and stands with the first stream.
func (f *forecaster) fromIssues(t *table, lead bool) StreamForecast {
	var s StreamForecast
	if f.sampled == 0 {
		return s
	}
	share := float64(f.issues) / float64(f.sampled)
	s.Rows = int64(math.Round(float64(t.account.records) * share))
	if t.stream.Source == stream.WorklogFeed && f.run.scope == "" {
		// Each page of the feed is followed by one list of the worklogs themselves.
		s.Requests = int64(2 * pagesOf(int(s.Rows), feedWorklogs))
		return s
	}
	single := t.meter.Requests.Load()
	if t == f.batched() && single > 0 {
		single-- // the sample's own request for many
		s.Requests += int64(pagesOf(f.issues, historyIssues))
	}
	if lead {
		single = max(0, single-1)
		s.Requests += int64(pagesOf(f.issues, f.idsPage()) + pagesOf(f.issues, hydrateIssues) + 1)
	}
	s.Requests += int64(math.Round(float64(single) * share))
	return s
}

// batched is the stream that histories are asked for on behalf of, many issues
// at once; nil where they come with the issues.
func (f *forecaster) batched() *table {
	if f.run.site.Deployment == jira.DataCenter {
		return nil
	}
	for _, t := range f.run.tables {
		if t.stream.Part == stream.Histories {
			return t
		}
	}
	for _, t := range f.run.tables {
		if t.stream.Part.FromHistories() {
			return t
		}
	}
	return nil
}

func (f *forecaster) idsPage() int {
	if f.run.site.Deployment == jira.DataCenter {
		return dataCenterIDs
	}
	return cloudIDs
}

// fromLists reckons with a list: what was seen of it, as often as it would be read.
func (f *forecaster) fromLists(t *table) StreamForecast {
	var s StreamForecast
	if t.stream.Source == stream.UserDirectory {
		s.Rows, s.Requests = t.account.records, max(1, t.meter.Requests.Load())
		s.AtLeast, s.Remark = true, "Jira does not say how many users there are"
		return s
	}
	list := f.run.sample.lists[t.stream.Name]
	if list == nil || list.read == 0 {
		return s
	}
	shares := f.shares(t.stream)
	each := shares / float64(list.read)
	s.Rows = int64(math.Round(float64(list.rows) * each))
	s.Requests = int64(math.Round(float64(list.pages) * each))
	if t.stream.Once && list.records > 0 {
		s.Rows = int64(math.Round(float64(s.Rows) * float64(t.account.records) / float64(list.records)))
		s.Remark = "a row that several parents have comes once: there may be fewer"
	}
	if list.open {
		s.AtLeast, s.Remark = true, "Jira does not say how long the list is"
	}
	return s
}

// shares is how often a stream would be asked for: once for each row of its
// parent, of which only the first page was seen.
func (f *forecaster) shares(s stream.Stream) float64 {
	list := f.run.sample.lists[s.Name]
	if list == nil {
		return 0
	}
	if s.Parent == nil {
		return float64(list.shares)
	}
	parent, _ := stream.Find(s.Parent.Stream)
	above := f.run.sample.lists[parent.Name]
	if above == nil || above.records == 0 {
		return float64(list.shares)
	}
	rowsOfParent := float64(above.rows) * f.shares(parent) / float64(max(1, above.read))
	return float64(list.shares) * rowsOfParent / float64(above.records)
}
