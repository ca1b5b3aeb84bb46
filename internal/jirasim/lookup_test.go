package jirasim

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEveryRecordIsValidJSON(t *testing.T) {
	t.Parallel()
	expand := map[string]bool{"description": true, "lead": true, "issueTypes": true, "url": true, "projectKeys": true, "insight": true}
	for _, d := range []Deployment{Cloud, DataCenter} {
		s := testSite(t, SiteOptions{Deployment: d, Issues: 300, Version: []int{11, 3, 0}})
		lists := [][][]byte{
			s.projectTypeRecords(), s.projectCategoryRecords(3), s.resolutionRecords(3), s.roleRecords(3), s.priorityRecords(3),
			s.statusRecords(3), s.issueTypeRecords(3), s.issueLinkTypeRecords(3), s.fieldRecords(),
		}
		for p := range s.projectCount() {
			lists = append(lists, s.versionRecords(p, 3), s.componentRecords(p, 3, true), s.componentRecords(p, 2, false),
				[][]byte{s.appendProject(nil, p, projectOptions{API: 3, Expand: expand}), s.appendProject(nil, p, projectOptions{API: 2})})
		}
		for u := range s.userCount() {
			lists = append(lists, [][]byte{s.appendUser(nil, u, 3)})
		}
		for _, list := range lists {
			for _, record := range list {
				require.True(t, json.Valid(record), "%s", record)
			}
		}
	}
}

func TestServerInfo(t *testing.T) {
	t.Parallel()
	type info struct {
		BaseURL, Version, DeploymentType, ServerTime, ServerTitle string
		VersionNumbers                                            []int
		BuildNumber                                               int
	}
	for d, want := range map[Deployment]info{
		Cloud: {
			Version: "1001.0.0-SNAPSHOT", DeploymentType: "Cloud", ServerTime: "2026-11-22T10:30:00.000+0000",
			VersionNumbers: []int{1001, 0, 0}, BuildNumber: 100291,
		},
		DataCenter: {
			Version: "9.12.12", DeploymentType: "Server", ServerTime: "2026-11-22T11:30:00.000+0100",
			VersionNumbers: []int{9, 12, 12}, BuildNumber: 9120012,
		},
	} {
		want.BaseURL, want.ServerTitle = "https://jira.example.com", "T"
		s := testSite(t, SiteOptions{Deployment: d, Version: []int{9, 12, 12}, TimeZone: "Europe/Berlin"})
		var got info
		require.NoError(t, json.Unmarshal(s.appendServerInfo(nil, "T"), &got))
		require.Equal(t, want, got)
	}
}

func TestNamesRepeatInTeamManagedProjects(t *testing.T) {
	t.Parallel()
	cloud, server := testSite(t, SiteOptions{}), testSite(t, SiteOptions{Deployment: DataCenter})
	require.Greater(t, len(cloud.statusIDs("In Progress")), 1)
	require.Len(t, server.statusIDs("in progress"), 1)
	require.Greater(t, len(cloud.issueTypeIDs("Bug")), 1)
	require.Len(t, server.issueTypeIDs("10004"), 1)
	require.Empty(t, server.statusIDs("nonsense"))
	states := map[string]int{}
	for p := range cloud.projectCount() {
		states[cloud.projectStatus(p)]++
	}
	require.Equal(t, map[string]int{"live": 6, "archived": 1, "deleted": 1}, states)
}

func TestGroups(t *testing.T) {
	t.Parallel()
	s := testSite(t, SiteOptions{UserCount: 150})
	ids := map[string]bool{}
	for _, name := range s.groupNames() {
		members, ok := s.groupMembers(name)
		require.True(t, ok)
		require.NotEmpty(t, members, name)
		ids[s.groupID(name)] = true
	}
	require.Len(t, ids, len(s.groupNames()))
	_, ok := s.groupMembers("nobody")
	require.False(t, ok)
	everybody, _ := s.groupMembers("jira-software-users")
	require.Greater(t, len(everybody), 50, "more than a page of group/member")
}
