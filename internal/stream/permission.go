package stream

import (
	"slices"
	"strings"

	"tap-jira/internal/jira"
)

// Permission is one of Jira's permissions that streams need beyond browsing
// projects, as the field Permission of a Stream names it.
type Permission struct {
	// Name is Jira's own.
	Name string
	// Key is its name in mypermissions; empty where that does not tell it.
	Key string
	// Or is the key of another permission that does as well, where there is one.
	Or string
	// Who can grant it, and where.
	Who string
}

// Who can grant what.
const (
	whoGlobal  = "a Jira administrator can grant it: Settings > System > Global permissions"
	whoSystem  = "a system administrator can grant it: Administration > System > Global permissions"
	whoProject = "an administrator of the project, or a Jira administrator, can grant it: the project's permission scheme"
	whoAgent   = "an administrator of the service project can add the account to its team as an agent, which takes a licence of Jira Service Management"
	whoOAuth   = "whoever logs in through an OAuth 2.0 app has it: tap-jira auth login oauth2"
	whoForge   = "nobody: the app itself can read it, with the token that Forge gives to its remote as access_token"
	whoConnect = "nobody: only the app itself can ask, by requests that it signs, and no login of the tap does that"
	whoScopes  = "whoever made the token or the OAuth 2.0 app can add it; then log in again"
	whoProduct = "whoever manages the products and plans of the site"
)

// permissions are all that streams name.
func permissions() []Permission {
	return []Permission{
		{Name: "Administer Jira", Key: "ADMINISTER", Or: "SYSTEM_ADMIN", Who: whoGlobal},
		{Name: "Jira System Administrators", Key: "SYSTEM_ADMIN", Who: whoSystem},
		{Name: "Browse users and groups", Key: "USER_PICKER", Who: whoGlobal},
		{Name: "Administer Projects", Key: "ADMINISTER_PROJECTS", Or: "ADMINISTER", Who: whoProject},
		{Name: "Set Issue Security", Key: "SET_ISSUE_SECURITY", Who: whoProject},
		{Name: "Transition issues", Key: "TRANSITION_ISSUES", Who: whoProject},
		{Name: "View Voters and Watchers", Key: "VIEW_VOTERS_AND_WATCHERS", Who: whoProject},
		{Name: "Service Desk Agent", Who: whoAgent},
	}
}

// PermissionKeys are the keys that mypermissions is to be asked for.
func PermissionKeys() []string {
	keys := []string{browse}
	for _, p := range permissions() {
		for _, key := range []string{p.Key, p.Or} {
			if key != "" && !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

// browse is the key of the permission without which a project does not show.
const browse = "BROWSE_PROJECTS"

// permissionOn is the one that the stream names. Only an app can have what is
// none of Jira's.
func (s Stream) permissionOn(d jira.Deployment) (p Permission, known bool) {
	name, _, _ := strings.Cut(s.PermissionOn(d), ",")
	for _, p := range permissions() {
		if p.Name == name {
			return p, true
		}
	}
	return Permission{}, false
}

// Rights are what is known of an account before a stream is asked for.
type Rights struct {
	// Deployment is that of the site.
	Deployment jira.Deployment
	// Permissions says what mypermissions says, by key; what is not in it is not known.
	Permissions map[string]bool
	// Scopes are those of the account's token; nil when they are not known, or it needs none.
	Scopes []string
}

// Lack is what keeps an account from reading a stream, in words.
type Lack struct {
	// Missing is the permission, the scope, the product.
	Missing string
	// Who can mend it, and where.
	Who string
}

// Lack tells what the account lacks for a stream or for what the stream is read
// through, as far as its rights tell.
func (r Rights) Lack(s Stream) (l Lack, lacks bool) {
	s = s.On(r.Deployment)
	if l, lacks = r.ownLack(s); lacks {
		return l, lacks
	}
	above, known := s.above()
	if !known {
		return Lack{}, false
	}
	return r.Lack(above)
}

func (r Rights) ownLack(s Stream) (Lack, bool) {
	if missing := s.missingScopes(r.Scopes); r.Scopes != nil && r.Deployment == jira.Cloud && len(missing) > 0 {
		return s.ScopeLack(missing), true
	}
	p, known := s.permissionOn(r.Deployment)
	if !known {
		return Lack{}, false
	}
	have, told := r.Permissions[p.Key]
	if !told || have || r.Permissions[p.Or] {
		return Lack{}, false
	}
	return s.PermissionLack(r.Deployment), true
}

// ScopeLack is the lack of these scopes; without any, those that the stream
// needs on Cloud are named.
func (s Stream) ScopeLack(missing []string) Lack {
	if len(missing) == 0 {
		missing = s.missingScopes(nil)
	}
	noun := "the scope "
	if len(missing) > 1 {
		noun = "the scopes "
	}
	return Lack{Missing: noun + strings.Join(missing, ", "), Who: whoScopes}
}

// PermissionLack is the lack of the permission that the stream names, or of
// whatever Jira wants where it names none.
func (s Stream) PermissionLack(d jira.Deployment) Lack {
	named := s.PermissionOn(d)
	p, known := s.permissionOn(d)
	switch {
	case known:
		return Lack{Missing: "the permission " + named, Who: p.Who}
	case named != "":
		return Lack{Missing: "being " + named, Who: whoIsApp(named)}
	}
	return Lack{Missing: "a permission that Jira does not name", Who: whoGlobal}
}

// whoIsApp says who can read what Jira keeps for some kinds of apps.
func whoIsApp(named string) string {
	switch {
	case strings.Contains(named, "OAuth 2.0"):
		return whoOAuth
	case strings.Contains(named, "Forge"):
		return whoForge
	}
	return whoConnect
}

// ProductLack is the lack of what the site would have to have.
func ProductLack(reason string) Lack {
	return Lack{Missing: reason, Who: whoProduct}
}

// String is the lack as one text.
func (l Lack) String() string { return l.Missing + "; " + l.Who }
