package tap

import (
	"slices"

	"tap-jira/internal/bookmark"
	"tap-jira/internal/fault"
	"tap-jira/internal/jira"
	"tap-jira/internal/shard"
	"tap-jira/internal/stream"
)

// inShard tells whether the run's piece reads a stream: the first piece reads all,
// the others what comes with the issues. They also read the users, to print those
// of their issues whom Jira does not list; the first prints the list.
func (r *run) inShard(s stream.Stream) bool {
	piece := r.options.Shard
	switch {
	case piece == nil:
		return true
	case piece.Streams != nil:
		return slices.Contains(piece.Streams, s.Name)
	}
	return piece.First() || r.inEachShard(s)
}

// wholeShard refuses to read less than the plan says.
func (r *run) wholeShard() error {
	if r.options.Shard == nil {
		return nil
	}
	for _, name := range r.options.Shard.Streams {
		if r.table(name) == nil {
			return fault.New(fault.Usage, "give the --catalog and --select that the plan was made with", "the plan reads %s, which is not selected here", name)
		}
	}
	return nil
}

// inEachShard tells that every piece of a load reads a stream.
func (r *run) inEachShard(s stream.Stream) bool {
	return r.inIssues(s) || s.Source == stream.WorklogFeed || s.Source == stream.UserDirectory && len(r.options.Groups) == 0
}

// inIssues tells that a stream is read along with the issues.
func (r *run) inIssues(s stream.Stream) bool {
	return s.Source == stream.IssueTree || s.Source == stream.WorklogFeed && r.scope != ""
}

// startShard checks that the state and the config are those of the shard, and
// takes from it what all pieces must agree on. It tells whether the piece is in
// the output already.
func (r *run) startShard() (done bool, err error) {
	s := r.options.Shard
	note, err := shard.NoteOf(r.state)
	if err != nil {
		return false, err
	}
	if s == nil {
		if note != nil && note.Number != 0 {
			return false, fault.New(fault.Usage, "unite the states of all shards first: tap-jira state merge FILE...",
				"the state is that of shard %d of %d, of which an ordinary run cannot go on", note.Number, note.Of)
		}
		return false, nil
	}
	if err := r.refuseBesideShards(); err != nil {
		return false, err
	}
	if note != nil && (note.Plan != s.Plan || note.Number != s.Number) || note == nil && len(r.state.Streams()) > 0 {
		return false, fault.New(fault.Usage, "begin a shard without a state, or with the one that it printed itself",
			"the state is not that of %s", s)
	}
	if start, err := bookmark.ParseTime(s.StartDate); err == nil && !start.IsZero() {
		r.options.StartDate = start
	}
	done = note != nil && note.Done
	r.noteShard(done)
	return done, nil
}

// refuseBesideShards names what the pieces of a load cannot do each for itself.
func (r *run) refuseBesideShards() error {
	switch o := r.options; {
	case o.DetectDeletes:
		return fault.New(fault.Usage, "switch it off for the shards and on again after tap-jira state merge; the first run with it reads all issues once more",
			"detect_deletes needs one census of all issues, and a shard reads a part")
	case o.again():
		return fault.New(fault.Usage, "give one of them", "--shard and --issues or --since exclude each other")
	case o.Shard.Site != "" && o.Shard.Site != o.SiteAddress:
		return fault.New(fault.Usage, "give the config that the plan was made with", "the plan is for %s, and base_url is %s", o.Shard.Site, o.SiteAddress)
	case o.Shard.Scope != bookmark.HashScope(jira.Scope(o.Projects, o.JQL)):
		return fault.New(fault.Usage, "give the config that the plan was made with", "the config's projects or jql are not those of the plan")
	}
	return nil
}

// noteShard puts into the state what it is a part of.
func (r *run) noteShard(done bool) {
	s := r.options.Shard
	if s == nil || !r.options.movesBookmarks() || r.options.SchemaOnly {
		return
	}
	r.state.SetMember(shard.Member, shard.Note{Plan: s.Plan, Number: s.Number, Of: s.Of, Done: done})
}

// complete tells that all of the run's piece is in the output.
func (r *run) complete() bool {
	return len(r.lost) == 0 && !slices.ContainsFunc(r.tables, func(t *table) bool { return t.account.failed || r.unfinished(t) })
}

// unfinished tells that a stream that is read with the issues, or a part of the
// feed of worklogs, has not come to the end of its first load.
func (r *run) unfinished(t *table) bool {
	switch {
	case t.whole || t.account.skipped:
		return false
	case !r.inIssues(t.stream):
		return r.sharesFeed(t.stream) && !r.feedIsRead(t.stream)
	}
	bookmark, err := r.savedBookmark(t.stream.Name)
	return err != nil || bookmark.Value == "" || bookmark.Loading != nil
}
