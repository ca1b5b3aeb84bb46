package stream

import (
	"slices"

	"tap-jira/internal/jira"
)

// agileStreams are all streams of this family.
func agileStreams() []Stream {
	return slices.Concat(
		boardStreams(), boardIssueStreams(), boardSetupStreams(), boardPropertyStreams(), sprintStreams(),
		sprintPropertyStreams(), epicStreams(),
	)
}

// boardStreams are boards and what they are set up with.
func boardStreams() []Stream {
	return []Stream{
		{
			Name:       "boards",
			Documented: software("board"),
			Keys:       []string{"id"},
			Cloud:      Get("/rest/agile/1.0/board", jira.Offset("values"), "includePrivate", "true", "orderBy", "name"),
			DataCenter: Get("/rest/agile/1.0/board", jira.Offset("values")),
			Absent:     []Absence{On(404, "Jira Software is not on this site")},
			Standard:   true,
		},
		{
			Name:       "board_configurations",
			Documented: software("board"),
			Keys:       []string{"boardId"},
			Cloud:      Get("/rest/agile/1.0/board/{boardId}/configuration", jira.One()),
			DataCenter: Get("/rest/agile/1.0/board/{boardId}/configuration", jira.One()),
			Parent:     &Parent{Stream: "boards", Field: "id", As: "boardId", Column: true},
			Absent:     boardGone(),
		},
		{
			Name:       "board_projects",
			Documented: software("board"),
			Keys:       []string{"boardId", "id"},
			Cloud:      Get("/rest/agile/1.0/board/{boardId}/project", jira.Offset("values")),
			DataCenter: Get("/rest/agile/1.0/board/{boardId}/project", jira.Offset("values")),
			Parent:     &Parent{Stream: "boards", Field: "id", As: "boardId", Column: true},
			Absent:     append(boardGone(), brokenFilter()),
		},
	}
}

// boardIssueStreams are the issues on a board. They are links: the rows of the
// issues are in the stream issues. Leaving a board shows by absence only, so
// they are read whole.
func boardIssueStreams() []Stream {
	return []Stream{
		{
			Name:       "board_issues",
			Documented: software("board"),
			Keys:       []string{"boardId", "id"},
			Cloud: Get("/rest/software/1.0/board/{boardId}/issue", jira.Token("issues"), "fields", "created,updated").
				Or(Get("/rest/agile/1.0/board/{boardId}/issue", jira.Offset("issues"), "fields", "created,updated")),
			DataCenter: Get("/rest/agile/1.0/board/{boardId}/issue", jira.Offset("issues"), "fields", "created,updated"),
			Parent:     &Parent{Stream: "boards", Field: "id", As: "boardId", Column: true},
			Lift:       map[string]string{"created": "fields.created", "updated": "fields.updated"},
			Absent:     append(boardGone(), brokenFilter()),
		},
		{
			Name:       "board_backlog_issues",
			Documented: software("board"),
			Keys:       []string{"boardId", "id"},
			Cloud: Get("/rest/software/1.0/board/{boardId}/backlog", jira.Token("issues"), "fields", "created,updated").
				Or(Get("/rest/agile/1.0/board/{boardId}/backlog", jira.Offset("issues"), "fields", "created,updated")),
			DataCenter: Get("/rest/agile/1.0/board/{boardId}/backlog", jira.Offset("issues"), "fields", "created,updated"),
			Parent:     &Parent{Stream: "boards", Field: "id", As: "boardId", Column: true},
			Lift:       map[string]string{"created": "fields.created", "updated": "fields.updated"},
			Absent:     append(boardGone(), brokenFilter(), On(400, "the board has no backlog").Saying("backlog")),
		},
	}
}

// boardSetupStreams are what a board shows, and how.
func boardSetupStreams() []Stream {
	return []Stream{
		{
			Name:       "board_quick_filters",
			Documented: software("board"),
			Keys:       []string{"boardId", "id"},
			Cloud:      Get("/rest/agile/1.0/board/{boardId}/quickfilter", jira.Offset("values")),
			NotOn:      cloudOnly,
			Parent:     &Parent{Stream: "boards", Field: "id", As: "boardId"},
			Absent:     boardGone(),
		},
		{
			Name:       "board_features",
			Documented: software("board"),
			Keys:       []string{"boardId", "boardFeature"},
			Cloud:      Get("/rest/agile/1.0/board/{boardId}/features", jira.Whole("features")),
			NotOn:      cloudOnly,
			Parent:     &Parent{Stream: "boards", Field: "id", As: "boardId"},
			Absent:     boardGone(),
		},
		{
			Name:       "board_versions",
			Documented: software("board"),
			Keys:       []string{"boardId", "id"},
			Cloud:      Get("/rest/agile/1.0/board/{boardId}/version", jira.Offset("values")),
			DataCenter: Get("/rest/agile/1.0/board/{boardId}/version", jira.Offset("values")),
			Parent:     &Parent{Stream: "boards", Field: "id", As: "boardId", Column: true},
			Absent:     boardGone(),
		},
	}
}

// boardPropertyStreams are the properties of boards, and their reports.
func boardPropertyStreams() []Stream {
	return []Stream{
		{
			Name:       "board_property_keys",
			Documented: software("board"),
			Keys:       []string{"boardId", "key"},
			Hidden:     true,
			Cloud:      Get("/rest/agile/1.0/board/{boardId}/properties", jira.Whole("keys")),
			DataCenter: Get("/rest/agile/1.0/board/{boardId}/properties", jira.Whole("keys")),
			Parent:     &Parent{Stream: "boards", Field: "id", As: "boardId", Column: true},
			Absent:     boardGone(),
		},
		{
			Name:       "board_properties",
			Documented: software("board"),
			Keys:       []string{"boardId", "key"},
			Cloud:      Get("/rest/agile/1.0/board/{boardId}/properties/{key}", jira.One()),
			DataCenter: Get("/rest/agile/1.0/board/{boardId}/properties/{key}", jira.One()),
			Parent:     &Parent{Stream: "board_property_keys", Field: "key", As: "key", Column: true, Inherit: []string{"boardId"}},
			Absent:     boardGone(),
		},
		{
			Name:       "board_reports",
			Documented: software("board"),
			Keys:       []string{"boardId", "name"},
			Cloud:      Get("/rest/agile/1.0/board/{boardId}/reports", jira.Whole("reports")),
			NotOn:      cloudOnly,
			Parent:     &Parent{Stream: "boards", Field: "id", As: "boardId", Column: true},
			Absent:     boardGone(),
		},
	}
}

// sprintStreams are sprints and epics. Both are listed by every board whose
// filter finds them.
func sprintStreams() []Stream {
	return []Stream{
		{
			Name:       "sprints",
			Documented: software("board"),
			Keys:       []string{"id"},
			Once:       true,
			Cloud:      Get("/rest/agile/1.0/board/{boardId}/sprint", jira.Offset("values")),
			DataCenter: Get("/rest/agile/1.0/board/{boardId}/sprint", jira.Offset("values")),
			Parent:     &Parent{Stream: "boards", Field: "id", As: "boardId", Column: true, Where: sprintBoards()},
			Absent:     append(boardGone(), On(400, "the board has no sprints").Saying("does not support sprints")),
			Standard:   true,
		},
		{
			Name:       "sprint_issues",
			Documented: software("sprint"),
			Keys:       []string{"sprintId", "id"},
			Cloud: Get("/rest/software/1.0/sprint/{sprintId}/issue", jira.Token("issues"), "fields", "created,updated").
				Or(Get("/rest/agile/1.0/sprint/{sprintId}/issue", jira.Offset("issues"), "fields", "created,updated")),
			DataCenter: Get("/rest/agile/1.0/sprint/{sprintId}/issue", jira.Offset("issues"), "fields", "created,updated"),
			Parent:     &Parent{Stream: "sprints", Field: "id", As: "sprintId", Column: true},
			Lift:       map[string]string{"created": "fields.created", "updated": "fields.updated"},
			Absent:     []Absence{On(404, "the sprint was deleted, or is no longer visible to the account")},
		},
	}
}

// sprintPropertyStreams are the properties of sprints.
func sprintPropertyStreams() []Stream {
	return []Stream{
		{
			Name:       "sprint_property_keys",
			Documented: software("sprint"),
			Keys:       []string{"sprintId", "key"},
			Hidden:     true,
			Cloud:      Get("/rest/agile/1.0/sprint/{sprintId}/properties", jira.Whole("keys")),
			DataCenter: Get("/rest/agile/1.0/sprint/{sprintId}/properties", jira.Whole("keys")),
			Parent:     &Parent{Stream: "sprints", Field: "id", As: "sprintId", Column: true},
			Absent:     []Absence{On(404, "the sprint was deleted, or is no longer visible to the account")},
		},
		{
			Name:       "sprint_properties",
			Documented: software("sprint"),
			Keys:       []string{"sprintId", "key"},
			Cloud:      Get("/rest/agile/1.0/sprint/{sprintId}/properties/{key}", jira.One()),
			DataCenter: Get("/rest/agile/1.0/sprint/{sprintId}/properties/{key}", jira.One()),
			Parent:     &Parent{Stream: "sprint_property_keys", Field: "key", As: "key", Column: true, Inherit: []string{"sprintId"}},
			Absent:     []Absence{On(404, "the sprint was deleted, or is no longer visible to the account")},
		},
	}
}

// epicStreams are epics with their issues, and how much work boards reckon
// issues to be.
func epicStreams() []Stream {
	return []Stream{
		{
			Name:       "epics",
			Documented: software("board"),
			Keys:       []string{"boardId", "id"},
			Cloud:      Get("/rest/agile/1.0/board/{boardId}/epic", jira.Offset("values")),
			DataCenter: Get("/rest/agile/1.0/board/{boardId}/epic", jira.Offset("values")),
			Parent:     &Parent{Stream: "boards", Field: "id", As: "boardId", Column: true},
			Absent:     append(boardGone(), noEpics("next-gen"), noEpics("team-managed"), noEpics("support epics")),
		},
		{
			Name:       "epic_issues",
			Documented: software("epic"),
			Keys:       []string{"epicId", "id"},
			Cloud: Get("/rest/software/1.0/epic/{epicId}/issue", jira.Token("issues"), "fields", "created,updated").
				Or(Get("/rest/agile/1.0/epic/{epicId}/issue", jira.Offset("issues"), "fields", "created,updated")),
			DataCenter: Get("/rest/agile/1.0/epic/{epicId}/issue", jira.Offset("issues"), "fields", "created,updated"),
			Parent:     &Parent{Stream: "epics", Field: "id", As: "epicId", Column: true},
			Lift:       map[string]string{"created": "fields.created", "updated": "fields.updated"},
			Absent: []Absence{
				On(400, "the epic belongs to a team-managed project: its issues name it as their parent").Saying("next-gen"),
				On(404, "the epic was deleted, or is no longer visible to the account"),
			},
		},
		{
			Name:       "issue_estimations",
			Documented: software("issue"),
			Keys:       []string{"boardId", "issueId"},
			Cloud:      Get("/rest/agile/1.0/issue/{issueId}/estimation", jira.One(), "boardId", "{boardId}"),
			DataCenter: Get("/rest/agile/1.0/issue/{issueId}/estimation", jira.One(), "boardId", "{boardId}"),
			Parent:     &Parent{Stream: "board_issues", Field: "id", As: "issueId", Column: true, Inherit: []string{"boardId"}},
			Absent: []Absence{
				On(400, "the board estimates nothing, or the issue is not on it"),
				On(404, "the issue or the board is no longer visible to the account"),
			},
		},
	}
}

// sprintBoards are the boards that may have sprints: not those of kanban. Of a
// board that shows no kind, such as somebody's private one, only asking tells.
func sprintBoards() map[string][]string {
	return map[string][]string{"type": {"scrum", "simple", ""}}
}

// noEpics is the answer for boards of team-managed projects, some of which list no
// epics: the issues there name theirs as their parent.
func noEpics(saying string) Absence {
	return On(400, "the board belongs to a team-managed project: its issues name their epic as their parent").Saying(saying)
}

// boardGone is the answer for the parts of a board that is private, or was
// deleted since boards were listed.
func boardGone() []Absence {
	return []Absence{On(404, "the board was deleted, or is private to somebody else")}
}

// brokenFilter is the answer for a board whose filter Jira cannot run. A fault
// of the server is none: it may pass, and would hide the issues of the board.
func brokenFilter() Absence {
	return On(400, "the filter of the board names what no longer exists").Saying("does not exist for the field")
}
