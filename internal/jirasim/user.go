package jirasim

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// minUsers is room for one user of each kind.
const minUsers = 12

// userKind is what sort of account a user is.
type userKind uint8

const (
	person   userKind = iota
	inactive          // left, still listed with all values
	appUser           // accountType app on Cloud
	customer          // of a service desk, accountType customer on Cloud
	former            // erased: a placeholder name and blanks
)

// user is one account. Everything else is derived from its index.
type user struct {
	kind  userKind
	id    string // accountId on Cloud, key on Data Center
	query string // id (Cloud) or login (Data Center), as a query holds it
	name  string // login, Data Center only
	email string // "" when the profile hides it
	shown string // displayName
}

var (
	givenNames = []string{
		"Mia", "Zoë", "Łukasz", "Søren", "Ngọc", "José", "Анна", "李", "田中", "محمد", "Chloé", "D'Arcy", "Björn", "Aoife",
		"Emma", "Priya", "Kwame", "Yuki", "Márta", "Oğuz", "Ines", "Tom",
	}
	familyNames = []string{
		"Krystof", "O’Brien", "Müller", "Nguyễn", "García", "Иванова", "小明", "太郎", "الأحمد", "Smith-Jones", "van der Berg",
		"Åström", "Şahin", "Kovács", "Okonkwo", "Rossi", "Patel", "Dubois", "Novák", "Lee", "de Souza", "Whitaker",
	}
)

// makeUsers makes the users that are listed and behind them the ghosts: people who are gone from the listings, and
// whose only traces are old histories.
func (s *Site) makeUsers() {
	listed := s.opt.UserCount
	s.ghosts = min(max(2, listed/50), max(s.opt.Issues/5, 0))
	s.users = make([]user, listed+s.ghosts)
	s.userIdx = make(map[string]int, len(s.users))
	for u := range s.users {
		s.users[u] = s.makeUser(u)
		s.userIdx[s.users[u].id] = u
	}
	if !s.cloud() {
		for u := range s.users {
			s.userIdx[s.users[u].name] = u
		}
	}
}

// kindOf decides the kind of user u. The first ones are people, then one of each other kind.
func (s *Site) kindOf(u int) userKind {
	switch {
	case u >= s.opt.UserCount:
		return former
	case u < 6:
		return person
	case u < 10:
		return inactive + userKind(u-6)
	}
	switch p := below(s.hash(domUser, u, 0), 100); {
	case p < 12:
		return inactive
	case p < 15:
		return appUser
	case p < 28:
		return customer
	case p < 29:
		return former
	default:
		return person
	}
}

// makeUser makes user u.
func (s *Site) makeUser(u int) user {
	r := s.rng(domUser, u, 1)
	made := user{kind: s.kindOf(u)}
	made.shown = givenNames[r.intn(len(givenNames))] + " " + familyNames[r.intn(len(familyNames))]
	made.email = fmt.Sprintf("user%d@example.com", u)
	if made.kind == appUser {
		made.shown = fmt.Sprintf("Automation for Jira %d", u)
	}
	if u == account {
		made.shown, made.email = "Demo <Admin> \"D\" & Co", "demo@example.com"
	}
	if u == readerAccount {
		made.email = "reader@example.com"
	}
	if s.cloud() {
		s.finishCloudUser(&made, u, &r)
		made.query = url.QueryEscape(made.id)
	} else {
		s.finishServerUser(&made, u)
		made.query = url.QueryEscape(made.name)
	}
	return made
}

// finishCloudUser gives the account its accountId, in each of the forms that Cloud has used.
func (s *Site) finishCloudUser(made *user, u int, r *rng) {
	switch {
	case made.kind == customer:
		made.id = "qm:" + uuid(r) + ":" + uuid(r)
	case u%3 == 0:
		made.id = "5b10" + fmt.Sprintf("%016x%04x", r.next(), r.next()>>48)
	case u%3 == 1:
		made.id = "557058:" + uuid(r)
	default:
		made.id = "712020:" + uuid(r)
	}
	if made.kind == former {
		made.shown, made.email = "Former user", ""
	}
	if made.kind == appUser || r.oneIn(3) && u != account {
		made.email = "" // profile privacy
	}
}

// finishServerUser gives the account its key and login; anonymised users keep their key.
func (s *Site) finishServerUser(made *user, u int) {
	made.id = fmt.Sprintf("JIRAUSER%d", 10000+u)
	made.name = fmt.Sprintf("user%d", u)
	if u%5 == 4 { // accounts older than Jira 8.4 have their first login as key
		made.id = made.name
	}
	if made.kind == former {
		made.id = fmt.Sprintf("JIRAUSER%d", 10000+u)
		made.name = strings.ToLower(made.id)
		made.shown, made.email = fmt.Sprintf("user-%05x", s.hash(domUser, u, 2)>>44), made.name+"@jira.invalid"
	}
	switch u {
	case account:
		made.name = "demo"
	case readerAccount:
		made.name = "reader"
	}
}

// uuid makes a random UUID in the usual form.
func uuid(r *rng) string {
	a, b := r.next(), r.next()
	return fmt.Sprintf("%08x-%04x-4%03x-%04x-%012x", a>>32, a>>16&0xffff, a&0xfff, b>>48&0x3fff|0x8000, b&0xffffffffffff)
}

// active tells whether the user can log in.
func (u *user) active() bool { return u.kind != inactive && u.kind != former }

// userCount is the number of users that the listings show; users from there on occur only in old histories.
func (s *Site) userCount() int { return s.opt.UserCount }

// userActive tells whether the user is active.
func (s *Site) userActive(u int) bool { return s.users[u].active() }

// userIDs gives a user's accountId (Cloud) or key and login (Data Center), and the e-mail address, "" when hidden.
func (s *Site) userIDs(u int) (accountID, key, name, email string) {
	who := &s.users[u]
	if s.cloud() {
		return who.id, "", "", who.email
	}
	return "", who.id, who.name, who.email
}

// userBy finds a user by accountId (Cloud), key or login (Data Center).
func (s *Site) userBy(id string) (u int, ok bool) {
	u, ok = s.userIdx[id]
	return u, ok
}

// pick chooses a listed user for a fact: a few people do most of the work, everybody does some.
func (s *Site) pick(h uint64) int {
	n := s.opt.UserCount
	if h%4 != 0 {
		n = min(n, 25)
	}
	return below(mix(h), n)
}

// groups of the site; the account is in all but the last.
var groups = []string{
	"jira-administrators", "jira-software-users", "jira-servicedesk-users", "jira-core-users", "site-admins",
	"équipe «Produit» & Co", "board-members",
}

// groupNames are the site's groups.
func (s *Site) groupNames() []string { return slices.Clone(groups) }

// groupID is a group's id on Cloud.
func (s *Site) groupID(name string) string {
	r := s.rng(domPeople, slices.Index(groups, name), 1)
	return uuid(&r)
}

// groupMembers are the listed users in a group, active or not; ok is false when there is no such group.
func (s *Site) groupMembers(name string) (users []int, ok bool) {
	g := slices.Index(groups, name)
	if g < 0 {
		return nil, false
	}
	for u := range s.userCount() {
		if s.inGroup(u, g) {
			users = append(users, u)
		}
	}
	return users, true
}

// inGroup reports whether a user is in group g. Customers, apps and erased accounts are in none.
func (s *Site) inGroup(u, g int) bool {
	kind := s.users[u].kind
	if kind == customer || kind == former || kind == appUser {
		return false
	}
	switch groups[g] {
	case "jira-administrators", "site-admins":
		return u < 3
	case "jira-software-users":
		return true
	case "board-members":
		return u == 1 || u == 2
	default:
		return u == account || s.hash(domPeople, u, g+10)%3 == 0
	}
}

// appendUser appends a user as the users listings and GET user send it.
func (s *Site) appendUser(dst []byte, u, api int) []byte {
	w := s.writer(dst, renderOptions{API: api})
	w.listedUser(u)
	return w.b
}

// listedUser writes the long form of a user: what a listing knows more than an issue.
func (w *writer) listedUser(u int) {
	who := &w.s.users[u]
	w.open("")
	w.userCore(who, u)
	if !w.s.cloud() {
		w.boolean("deleted", false)
		w.str("timeZone", w.s.timeZoneOf(u))
		w.str("locale", "en_US")
		if w.s.opt.Version[0] >= 11 && who.active() {
			w.date("lastLoginTime", w.s.end-int64(u)*3_600_000)
		}
		w.close()
		return
	}
	w.str("accountType", accountType(who.kind))
	if who.kind == appUser {
		w.str("appType", "service")
	}
	if who.kind == person {
		w.str("timeZone", w.s.timeZoneOf(u))
		w.str("locale", "en_US")
	}
	w.close()
}

// user writes a user as issues, comments and histories hold it.
func (w *writer) user(key string, u int) {
	if u < 0 {
		w.null(key)
		return
	}
	who := &w.s.users[u]
	w.open(key)
	w.userCore(who, u)
	if who.kind != former {
		w.str("timeZone", w.s.timeZoneOf(u))
	}
	if w.s.cloud() {
		w.str("accountType", accountType(who.kind))
	}
	w.close()
}

// userCore writes the members that both forms begin with.
func (w *writer) userCore(who *user, u int) {
	if w.s.cloud() {
		w.self("user?accountId=", who.query)
		w.str("accountId", who.id)
	} else {
		w.self("user?username=", who.query)
		w.str("name", who.name)
		w.str("key", who.id)
	}
	if who.email != "" {
		w.str("emailAddress", who.email)
	}
	w.userAvatars(u)
	w.str("displayName", who.shown)
	w.boolean("active", who.active())
}

var avatarSizes = []struct{ px, size, name string }{
	{px: "48x48", size: "48", name: "large"},
	{px: "24x24", size: "24", name: "small"},
	{px: "16x16", size: "16", name: "xsmall"},
	{px: "32x32", size: "32", name: "medium"},
}

// userAvatars writes the four sizes of a user's picture.
func (w *writer) userAvatars(u int) {
	w.open("avatarUrls")
	for _, a := range avatarSizes {
		if w.s.cloud() {
			w.text(a.px, "https://avatar-management--avatars.us-west-2.prod.public.atl-paas.net/initials/U", itoa(u%100), "-",
				itoa(u%7), ".png?size=", a.size, "&s=", a.size)
			continue
		}
		w.text(a.px, w.base, "/secure/useravatar?size=", a.name, "&avatarId=", itoa(10334+u%20))
	}
	w.close()
}

// timeZoneOf is the zone of a user's profile.
func (s *Site) timeZoneOf(u int) string {
	if u == account {
		return s.zone.String()
	}
	return []string{"Etc/UTC", "Europe/Paris", "America/Los_Angeles", "Asia/Kolkata"}[u%4]
}

// accountType is Cloud's word for the kind of account.
func accountType(k userKind) string {
	switch k {
	case appUser:
		return "app"
	case customer:
		return "customer"
	default:
		return "atlassian"
	}
}
