package stream

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jira"
)

// TestEveryPermissionIsKnown holds the words of the streams to the permissions
// that can be looked up; only what apps alone may read is said in free words.
func TestEveryPermissionIsKnown(t *testing.T) {
	t.Parallel()
	for _, s := range All() {
		for _, d := range []jira.Deployment{jira.Cloud, jira.DataCenter} {
			named := s.PermissionOn(d)
			if named == "" || strings.HasPrefix(named, "a ") || strings.HasPrefix(named, "an ") {
				continue
			}
			_, known := s.permissionOn(d)
			require.True(t, known, "%s needs %q, which is not among permissions()", s.Name, named)
		}
	}
}

// TestEveryOperationHasScopes looks up every endpoint of Cloud.
func TestEveryOperationHasScopes(t *testing.T) {
	t.Parallel()
	for _, s := range All() {
		if !s.Has(jira.Cloud) {
			continue
		}
		ways := s.operations()
		if s.Cloud.Path != "" || s.Source != Listed {
			require.NotEmpty(t, ways, s.Name)
		}
		for _, way := range ways {
			for _, o := range way {
				_, known := ScopesOf(o.method, o.path)
				require.True(t, known, "%s: scopes.txt has no %s %s", s.Name, o.method, o.path)
			}
		}
	}
}

func TestScopes(t *testing.T) {
	t.Parallel()
	roles, known := ScopesOf("GET", "/rest/api/{v}/role")
	require.True(t, known)
	require.Equal(t, []string{"manage:jira-configuration"}, roles.Classic)
	require.Contains(t, roles.Granular, "read:project-role:jira")
	require.Empty(t, roles.Missing([]string{"manage:jira-configuration"}))
	require.Empty(t, roles.Missing(roles.Granular), "all the granular ones do as well")
	require.Equal(t, roles.Classic, roles.Missing(roles.Granular[1:]), "a part of them does not")

	info, known := ScopesOf("GET", "/rest/api/{v}/serverInfo")
	require.True(t, known)
	require.Empty(t, info.Missing(nil), "it needs none")

	boards, known := ScopesOf("GET", "/rest/agile/1.0/board")
	require.True(t, known)
	require.Equal(t, []string{"read:project:jira"}, boards.Missing([]string{"read:board-scope:jira-software"}))

	version, known := ScopesOf("GET", "/rest/api/{v}/project/{projectId}/version")
	require.True(t, known, "the names of placeholders do not matter")
	require.NotEmpty(t, version.Classic)
	_, known = ScopesOf("GET", "/rest/api/{v}/made/up")
	require.False(t, known)
}

func TestRightsTellWhatIsMissing(t *testing.T) {
	t.Parallel()
	classic := []string{"read:jira-work", "read:jira-user"}
	none := map[string]bool{"ADMINISTER": false, "SYSTEM_ADMIN": false, "ADMINISTER_PROJECTS": false, "USER_PICKER": true}
	for name, tt := range map[string]struct {
		stream  string
		rights  Rights
		missing string
		who     string
	}{
		"nothing is known":            {stream: "workflows"},
		"the account may":             {stream: "workflows", rights: Rights{Permissions: map[string]bool{"ADMINISTER": true}}},
		"a greater permission":        {stream: "workflows", rights: Rights{Permissions: map[string]bool{"ADMINISTER": false, "SYSTEM_ADMIN": true}}},
		"the account may not":         {stream: "workflows", rights: Rights{Permissions: none}, missing: "the permission Administer Jira", who: "Global permissions"},
		"no project to administer":    {stream: "project_role_links", rights: Rights{Permissions: none}, missing: "Administer Projects", who: "permission scheme"},
		"it has another permission":   {stream: "users", rights: Rights{Permissions: none}},
		"mypermissions is silent":     {stream: "queues", rights: Rights{Permissions: none}},
		"a child lacks what its":      {stream: "screen_tab_fields", rights: Rights{Permissions: none}, missing: "the permission Administer Jira", who: "Global"},
		"a condition on the site":     {stream: "plans", rights: Rights{Permissions: none}, missing: "Jira Premium", who: "Global"},
		"only apps are asked":         {stream: "webhooks", rights: Rights{Permissions: none}},
		"every classic scope":         {stream: "issues", rights: Rights{Scopes: classic}},
		"a scope":                     {stream: "roles", rights: Rights{Scopes: classic}, missing: "the scope manage:jira-configuration", who: "OAuth 2.0 app"},
		"granular scopes":             {stream: "boards", rights: Rights{Scopes: classic}, missing: "the scopes read:board-scope:jira-software, read:project:jira", who: "token"},
		"a scope of the parent":       {stream: "sprint_issues", rights: Rights{Scopes: classic}, missing: "read:", who: "token"},
		"the successor needs less":    {stream: "board_issues", rights: Rights{Scopes: []string{"read:board-scope:jira-software", "read:issue-details:jira", "read:project:jira"}}},
		"no scopes at all":            {stream: "issues", rights: Rights{Scopes: []string{}}, missing: "the scope read:jira-work", who: "token"},
		"scopes are of Cloud":         {stream: "roles", rights: Rights{Deployment: jira.DataCenter, Scopes: []string{"READ"}}},
		"Data Center asks for more":   {stream: "permissions", rights: Rights{Deployment: jira.DataCenter, Permissions: none}, missing: "the permission Administer Jira", who: "Global"},
		"and for less":                {stream: "statuses", rights: Rights{Deployment: jira.DataCenter, Permissions: none}},
		"where Cloud tells everybody": {stream: "permissions", rights: Rights{Permissions: none}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, known := Find(tt.stream)
			require.True(t, known)
			lack, lacks := tt.rights.Lack(s)
			require.Equal(t, tt.missing != "", lacks, "%+v", lack)
			require.Contains(t, lack.Missing, tt.missing)
			require.Contains(t, lack.Who, tt.who)
		})
	}
}

func TestLacksInWords(t *testing.T) {
	t.Parallel()
	webhooks, _ := Find("webhooks")
	lack := webhooks.PermissionLack(jira.Cloud)
	require.Equal(t, "being an OAuth 2.0 or Connect app, for the webhooks it registered itself", lack.Missing)
	require.Contains(t, lack.Who, "tap-jira auth login oauth2")
	for name, who := range map[string]string{
		"project_data_policies": "auth login oauth2", "workflow_transition_rules": "Forge gives", "ui_modifications": "Forge gives",
		"dynamic_modules": "no login of the tap",
	} {
		s, _ := Find(name)
		require.Contains(t, s.PermissionLack(jira.Cloud).Who, who, name)
	}
	projects, _ := Find("projects")
	require.Contains(t, projects.PermissionLack(jira.Cloud).Missing, "does not name")
	require.Equal(t, "the scope read:jira-work", projects.ScopeLack(nil).Missing)
	require.Equal(t, "the scopes a, b", projects.ScopeLack([]string{"a", "b"}).Missing)
	require.Contains(t, ProductLack("Jira Software is not on this site").String(), "on this site; whoever")
}

func TestPermissionKeys(t *testing.T) {
	t.Parallel()
	keys := PermissionKeys()
	require.Contains(t, keys, "BROWSE_PROJECTS")
	require.Contains(t, keys, "ADMINISTER")
	require.NotContains(t, keys, "", "a permission without a key is not asked for")
}
