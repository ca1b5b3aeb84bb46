package jirasim

// Reasons why search shows an issue no more.
const (
	VanishedDeleted    = "deleted"     // it, or its project, or hidden from the account by a security level
	VanishedArchived   = "archived"    // it, or its project: there by id
	VanishedAccessLost = "access_lost" // its project may no longer be browsed
)

// Vanished tells why search does not show the issue with the id; "" when it does. An id that no issue ever had is deleted.
// On Data Center a project in the trash cannot be told from one that may no longer be browsed.
func (l *Ledger) Vanished(id uint64) string {
	s := l.site
	snap := s.live.Load()
	i, ok := s.issueByID(id)
	if !ok {
		return VanishedDeleted
	}
	switch project := s.projectStatus(s.keyOf(snap, i).project); {
	case project == "hidden", project == "deleted" && !s.cloud():
		return VanishedAccessLost
	case project == "deleted", s.isDeleted(snap, i):
		return VanishedDeleted
	case project == "archived", s.isArchived(snap, i):
		return VanishedArchived
	}
	return ""
}

// archived writes when or by whom an issue was archived, where it was. Data Center alone has these fields.
func (w *writer) archived(f *field, i int) {
	switch {
	case !w.s.isArchived(w.snap, i):
		w.null(f.id)
	case f.kind == valueArchiver:
		w.user(f.id, account)
	default:
		w.date(f.id, w.s.updatedAt(w.snap, i))
	}
}
