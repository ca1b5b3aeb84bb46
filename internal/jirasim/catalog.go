package jirasim

import "slices"

// catalog is what the site is configured with: the lists that issues refer to. It never changes.
type catalog struct {
	projects    []project
	weight      int // sum of the projects' weights
	statuses    []status
	types       []issueType
	priorities  []priority
	resolutions []resolution
	linkTypes   []linkType
	roles       []role
	categories  []category
	levels      []securityLevel
}

// project is one project. The first four are live and of different kinds.
type project struct {
	id         uint64
	key, name  string
	kind       string // projectTypeKey
	category   int    // index of its category, -1 when it has none
	team       bool   // team-managed, Cloud only
	archived   bool
	deleted    bool // in the trash, Cloud only
	lead       int
	weight     int   // share of the issues
	types      []int // of issues, most frequent first; the last one is the subtask type
	workflow   []int // its statuses, the first is the one that issues start in
	versions   int
	components int
}

// status is a status of workflows; scope is the project of a team-managed one, -1 otherwise.
type status struct {
	id, name, about string
	category        int
	scope           int
}

// statusCategory is one of Jira's four fixed groups of statuses.
type statusCategory struct {
	id               int
	key, color, name string
}

var statusCategories = []statusCategory{
	{id: 1, key: "undefined", color: "medium-gray", name: "No Category"},
	{id: 2, key: "new", color: "blue-gray", name: "To Do"},
	{id: 4, key: "indeterminate", color: "yellow", name: "In Progress"},
	{id: 3, key: "done", color: "green", name: "Done"},
}

// Indexes of statusCategories.
const (
	catNew   = 1
	catDoing = 2
	catDone  = 3
)

type issueType struct {
	id, name, about string
	subtask         bool
	level           int // hierarchyLevel: 1 epic, 0 standard, -1 subtask
	scope           int // project of a team-managed one, -1 otherwise
}

type priority struct{ id, name, color, about string }

type resolution struct{ id, name, about string }

type linkType struct{ id, name, inward, outward string }

type category struct{ id, name, about string }

type securityLevel struct{ id, name, about string }

// role is a project role of the site; its default actors are a group and users.
type role struct {
	id          int
	name, about string
	group       string
	users       []int
	scope       int
}

// Indexes of the global issue types and statuses that projects refer to.
const (
	typeEpic = iota
	typeStory
	typeTask
	typeBug
	typeRequest
	typeSubtask
	globalTypes
)

const (
	statusOpen = iota
	statusDoing
	statusReview
	statusWaiting
	statusResolved
	statusDone
	globalStatuses
)

// newCatalog makes the lists of a deployment. Team-managed projects and the trash exist on Cloud only.
func newCatalog(d Deployment) *catalog {
	c := &catalog{
		projects: projectTable(), statuses: statusTable(), types: typeTable(),
		priorities: priorityTable, resolutions: resolutionTable, linkTypes: linkTable,
		roles: roleTable, categories: categoryTable, levels: levelTable,
	}
	if d == DataCenter {
		c.projects = c.projects[:7]
	}
	for p := range c.projects {
		made := &c.projects[p]
		made.id = 10000 + uint64(p)*3
		if made.team = made.team && d == Cloud; made.team {
			c.ownWorkflow(p)
		}
		c.weight += made.weight
	}
	return c
}

// ownWorkflow gives a team-managed project statuses, issue types and a role of its own: the same names once more.
func (c *catalog) ownWorkflow(p int) {
	made := &c.projects[p]
	made.workflow, made.types, made.components = nil, nil, 0
	for k, name := range []string{"To Do", "In Progress", "Done"} {
		made.workflow = append(made.workflow, len(c.statuses))
		c.statuses = append(c.statuses, status{id: itoa(10100 + p*10 + k), name: name, category: catNew + k, scope: p})
	}
	for k, t := range []int{typeTask, typeStory, typeBug, typeEpic, typeSubtask} {
		made.types = append(made.types, len(c.types))
		own := c.types[t]
		own.id, own.scope = itoa(10100+p*10+k), p
		c.types = append(c.types, own)
	}
	c.roles = append(slices.Clip(c.roles), role{
		id: 10200 + p, name: "Member", about: "Can work in this project", users: []int{account, 1}, scope: p,
	})
}

// projectTable is made anew for each site, which completes it.
func projectTable() []project {
	software := []int{typeStory, typeTask, typeBug, typeEpic, typeSubtask}
	flow := []int{statusOpen, statusDoing, statusReview, statusResolved, statusDone}
	desk := []int{statusOpen, statusWaiting, statusDoing, statusResolved}
	return []project{
		{
			key: "ALPHA", name: "Alpha Platform", kind: "software", category: 0, lead: 0, weight: 34,
			types: software, workflow: flow, versions: 9, components: 6,
		},
		{
			key: "OPS", name: "Opérations & \"Réseau\" <24/7>", kind: "service_desk", category: 1, lead: 1, weight: 20,
			types: []int{typeRequest, typeTask, typeBug, typeSubtask}, workflow: desk, versions: 2, components: 4,
		},
		{
			key: "BETA", name: "Beta 🚀 läuft", kind: "software", category: -1, team: true, lead: 2, weight: 16,
			types: software, workflow: flow, versions: 3, components: 1,
		},
		{
			key: "MKT", name: "Marketing\u2028日本語", kind: "business", category: 1, team: true, lead: 3, weight: 12,
			types: []int{typeTask, typeBug, typeEpic, typeSubtask}, workflow: flow[:4], versions: 0, components: 2,
		},
		{
			key: "R2_D", name: "Research\\Development", kind: "software", category: 0, lead: 4, weight: 14,
			types: software, workflow: flow, versions: 12, components: 11,
		},
		{
			key: "OLD", name: "Old things (archived)", kind: "software", category: 2, lead: 6, weight: 4, archived: true,
			types: software, workflow: flow, versions: 1, components: 1,
		},
		{key: "EMPTY", name: "Nothing in here", kind: "business", category: -1, lead: 5, types: software, workflow: flow},
		{
			key: "GONE", name: "Deleted last week", kind: "software", category: -1, lead: 5, deleted: true,
			types: software, workflow: flow,
		},
	}
}

// statusTable holds the global statuses.
func statusTable() []status {
	return []status{
		{id: "1", name: "Open", category: catNew, scope: -1, about: "The issue is open & ready to be worked on."},
		{id: "3", name: "In Progress", category: catDoing, scope: -1, about: "Somebody works on it."},
		{id: "10001", name: "In Review", category: catDoing, scope: -1},
		{id: "10003", name: "Waiting for customer", category: catDoing, scope: -1, about: "Die Antwort fehlt noch …"},
		{id: "5", name: "Resolved", category: catDone, scope: -1, about: "A resolution was taken."},
		{id: "10002", name: "Done", category: catDone, scope: -1},
	}
}

// typeTable holds the global issue types.
func typeTable() []issueType {
	return []issueType{
		{id: "10000", name: "Epic", level: 1, scope: -1, about: "A big user story."},
		{id: "10001", name: "Story", scope: -1, about: "Functionality, as a user sees it."},
		{id: "10002", name: "Task", scope: -1, about: "A task that needs to be done."},
		{id: "10004", name: "Bug", scope: -1, about: "A problem <or error>."},
		{id: "10005", name: "Service Request", scope: -1, about: "Asked for in the portal."},
		{id: "10003", name: "Sub-task", subtask: true, level: -1, scope: -1, about: "A part of a larger task."},
	}
}

var (
	priorityTable = []priority{
		{id: "1", name: "Highest", color: "#d04437", about: "This problem will block progress."},
		{id: "2", name: "High", color: "#f15c75", about: "Serious problem that could block progress."},
		{id: "3", name: "Medium", color: "#f79232", about: "Has the potential to affect progress."},
		{id: "4", name: "Low", color: "#707070", about: "Minor problem or easily worked around."},
		{id: "5", name: "Lowest", color: "#999999", about: "Trivial problem with little or no impact."},
	}
	resolutionTable = []resolution{
		{id: "10000", name: "Done", about: "Work has been completed on this issue."},
		{id: "10001", name: "Won't Do", about: "This issue won't be actioned."},
		{id: "10002", name: "Duplicate", about: "The problem is a duplicate of an existing issue."},
		{id: "10003", name: "Cannot Reproduce", about: "All attempts at reproducing this issue failed."},
	}
	linkTable = []linkType{
		{id: "10000", name: "Blocks", inward: "is blocked by", outward: "blocks"},
		{id: "10001", name: "Cloners", inward: "is cloned by", outward: "clones"},
		{id: "10002", name: "Duplicate", inward: "is duplicated by", outward: "duplicates"},
		{id: "10003", name: "Relates", inward: "relates to", outward: "relates to"},
	}
	roleTable = []role{
		{id: 10002, name: "Administrators", about: "Those who administer a project", group: "jira-administrators", users: []int{account}, scope: -1},
		{id: 10100, name: "Developers", about: "People who <develop> & test", group: "jira-software-users", users: []int{1, 2, 3}, scope: -1},
		{id: 10101, name: "Service Desk Team", about: "Agents", group: "jira-servicedesk-users", scope: -1},
		{id: 10102, name: "Viewers", scope: -1},
	}
	categoryTable = []category{
		{id: "10000", name: "PRODUCT", about: "What we sell"},
		{id: "10001", name: "Intern – Größe", about: ""},
		{id: "10002", name: "Archive", about: "Kept for the auditors"},
	}
	levelTable = []securityLevel{
		{id: "10000", name: "Staff only", about: "Nobody from outside"},
		{id: "10001", name: "Board", about: ""},
	}
)
