package tap

import (
	"context"
	"fmt"
	"net/url"
	"strconv"

	"tap-jira/internal/jira"
	"tap-jira/internal/jsonread"
)

// projectStatus is what Jira says of a project.
type projectStatus int

// The statuses. A project that Jira does not list may no longer be browsed, or
// is gone for good: the two look the same.
const (
	projectUnknown projectStatus = iota
	projectLive
	projectArchived
	projectTrashed
)

// rosterSink collects projects by id. It is a jira.Sink; a page that is read
// anew gives the same ones again.
type rosterSink map[uint64]projectStatus

// Begin forgets nothing.
func (rosterSink) Begin() {}

// Record reads a project.
func (s rosterSink) Record(dec *jsonread.Decoder) error {
	id, status, err := readProject(dec)
	s[id] = status
	return err
}

func readProject(dec *jsonread.Decoder) (id uint64, status projectStatus, err error) {
	var project struct {
		ID       string `json:"id"`
		Archived bool   `json:"archived"`
		Deleted  bool   `json:"deleted"`
	}
	if err := dec.Decode(&project); err != nil {
		return 0, projectUnknown, fmt.Errorf("read a project: %w", err)
	}
	status = projectLive
	switch {
	case project.Deleted:
		status = projectTrashed
	case project.Archived:
		status = projectArchived
	}
	return idOf(project.ID), status, nil
}

// projectStatus asks for one project, which a list may have left out.
func (r *run) projectStatus(ctx context.Context, project uint64) (status projectStatus, err error) {
	request := jira.Request{Path: "/rest/api/{v}/project/{projectId}", Params: map[string]string{"projectId": strconv.FormatUint(project, 10)}}
	err = r.client.Do(ctx, request, func(dec *jsonread.Decoder) error {
		_, status, err = readProject(dec)
		return err
	})
	if jira.Unseeable(err) {
		return projectUnknown, nil
	}
	if err != nil {
		return projectUnknown, fmt.Errorf("ask for project %d: %w", project, err)
	}
	return status, nil
}

// roster lists the projects that the account may know of. Only Cloud lists its
// trash.
func (r *run) roster(ctx context.Context) (map[uint64]projectStatus, error) {
	request, pager := r.projectList()
	found := rosterSink{}
	for _, err := range r.client.Pages(ctx, request, pager, found) {
		if err != nil {
			return nil, fmt.Errorf("list projects: %w", err)
		}
	}
	return found, nil
}

// projectList is the request for all projects.
func (r *run) projectList() (jira.Request, jira.Pager) {
	if r.site.Deployment == jira.Cloud {
		query := url.Values{"status": {"live", "archived", "deleted"}}
		return jira.Request{Path: "/rest/api/{v}/project/search", Query: query}, jira.Offset("values")
	}
	return jira.Request{Path: "/rest/api/{v}/project", Query: url.Values{"includeArchived": {"true"}}}, jira.Whole("")
}
