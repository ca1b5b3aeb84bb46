package jirasim

import "errors"

// ProjectChange is what happens to a whole project.
type ProjectChange int

// The changes of projects. None of them moves an issue's updated.
const (
	WithdrawProject ProjectChange = iota // the account may browse it no more
	GrantProject                         // the account may browse it again
	ArchiveProject                       // its issues are there by id, but not in search
	RestoreProject
	TrashProject   // into the trash, where Cloud lists it and Data Center does not
	UntrashProject // out of it
	CloseProject   // the account still administers it, and so sees that it is there, but may not browse it
	OpenProject    // it may browse it again
)

// errNoSuchProject is the reason why a project cannot be changed.
var errNoSuchProject = errors.New("no such project")

// projectLive is what became of a project since the site was made.
type projectLive struct{ hidden, archived, trashed, closed bool }

// gone reports whether the project's issues are there for nobody who asks.
func (p projectLive) gone() bool { return p.hidden || p.trashed || p.closed }

// ChangeProject changes the project with the key or id.
func (j *Jira) ChangeProject(idOrKey string, change ProjectChange) error {
	j.editing.Lock()
	defer j.editing.Unlock()
	defer j.generation.Add(1)
	return j.site.changeProject(idOrKey, change)
}

func (s *Site) changeProject(idOrKey string, change ProjectChange) error {
	s.editing.Lock()
	defer s.editing.Unlock()
	p, ok := s.projectByIDOrKey(idOrKey)
	if !ok {
		return errNoSuchProject
	}
	snap := *s.live.Load()
	snap.projects = cloneMap(snap.projects)
	live := snap.projects[p]
	switch change {
	case WithdrawProject, GrantProject:
		live.hidden = change == WithdrawProject
	case ArchiveProject, RestoreProject:
		live.archived = change == ArchiveProject
	case TrashProject, UntrashProject:
		live.trashed = change == TrashProject
	case CloseProject, OpenProject:
		live.closed = change == CloseProject
	}
	snap.projects[p] = live
	s.live.Store(&snap)
	return nil
}

// browsable reports whether the account may know of the project at all.
func (s *Site) browsable(p int) bool {
	status := s.projectStatus(p)
	return status != "deleted" && status != "hidden"
}
