package jirasim

import "sort"

// firstCommentID is below the id of every comment; two ids are kept free for each, of which one is used.
const firstCommentID = 20_000

// baseComments is the number of comments of issue i in the base data.
func (s *Site) baseComments(i int) int {
	if i >= s.opt.Issues {
		return 0
	}
	return int(s.base.comments[i+1] - s.base.comments[i])
}

// commentCount is the number of comments of issue i.
func (s *Site) commentCount(i int) int { return s.commentTotal(s.live.Load(), i) }

// commentTotal is commentCount on a snapshot.
func (s *Site) commentTotal(snap *snapshot, i int) int {
	n := s.baseComments(i)
	if d := snap.deltas[i]; d != nil {
		n += d.comments.change()
	}
	return n
}

// commentAt is comment j of issue i, oldest first, as it is now.
func (s *Site) commentAt(snap *snapshot, i, j int) entry {
	d := snap.deltas[i]
	if d == nil {
		return s.baseComment(i, j)
	}
	return d.comments.at(seeded{count: s.baseComments(i), at: func(k int) entry { return s.baseComment(i, k) }}, j)
}

// baseComment makes comment j of issue i of the base data.
func (s *Site) baseComment(i, j int) entry {
	h := s.hash(domComment, i, j*4)
	ordinal := int(s.base.comments[i]) + j
	made := entry{
		id: firstCommentID + 2*uint64(ordinal) + h&1, ordinal: ordinal,
		created: s.spread(domComment, i, j, s.baseComments(i)+1), author: s.pick(h >> 1),
	}
	made.updated, made.editor = made.created, made.author
	if h>>8%10 == 0 {
		made.updated += int64(below(mix(h), int(s.base.updated[i]-made.created)+1))
		made.editor = s.pick(mix(h + 1))
	}
	if h>>16%200 == 0 {
		made.author = -1
	}
	if p := h >> 24 % 20; p < 2 {
		made.visibility = int(p) + 1
	}
	made.internal = h>>32%4 == 0 && s.catalog.projects[s.base.project[i]].kind == "service_desk"
	return made
}

// commented finds the issue of a comment, whether or not either is there still.
func (s *Site) commented(snap *snapshot, id uint64) (i int, ok bool) {
	if i, ok = snap.comments[id]; ok {
		return i, true
	}
	return ownerOf(s.base.comments, id, firstCommentID)
}

// commentByID finds a comment.
func (s *Site) commentByID(id uint64) (i, j int, ok bool) {
	snap := s.live.Load()
	i, ok = s.commented(snap, id)
	if !ok || !s.visible(snap, i) {
		return 0, 0, false
	}
	for j := range s.commentTotal(snap, i) {
		if s.commentAt(snap, i, j).id == id {
			return i, j, true
		}
	}
	return 0, 0, false
}

// ownerOf finds the issue that an id of the base data belongs to, by the prefix sums of its kind.
func ownerOf(sums []uint32, id, first uint64) (i int, ok bool) {
	total := uint64(sums[len(sums)-1])
	if id < first || (id-first)/2 >= total {
		return 0, false
	}
	ordinal := uint32((id - first) / 2)
	return sort.Search(len(sums), func(k int) bool { return sums[k] > ordinal }) - 1, true
}

// appendComment appends comment j of issue i, oldest first.
func (s *Site) appendComment(dst []byte, i, j int, o renderOptions) []byte {
	w := s.writer(dst, o)
	w.comment(i, s.commentAt(w.snap, i, j))
	return w.b
}

// comment writes a comment; its author is absent when nobody is known to have written it.
func (w *writer) comment(i int, c entry) {
	w.open("")
	w.text("self", w.base, w.api, "issue/", utoa(w.s.issueID(i)), "/comment/", utoa(c.id))
	w.id("id", c.id)
	if c.author >= 0 {
		w.user("author", c.author)
	}
	if c.text != "" {
		w.plainText("body", c.text)
	} else {
		r := w.s.rng(domText, i, 100+c.ordinal)
		w.richText("body", r, 1+r.intn(3))
	}
	if c.editor >= 0 {
		w.user("updateAuthor", c.editor)
	}
	w.date("created", c.created)
	w.date("updated", c.updated)
	w.visibility(c.visibility)
	if w.s.cloud() {
		w.boolean("jsdPublic", !c.internal)
	}
	w.close()
}

// visibility writes who may see a comment or worklog, if not everybody.
func (w *writer) visibility(kind int) {
	if kind == 0 {
		return
	}
	w.open("visibility")
	if kind == 1 {
		w.str("type", "role")
		w.str("value", "Developers")
		if w.s.cloud() {
			w.str("identifier", "10100")
		}
	} else {
		w.str("type", "group")
		w.str("value", "jira-administrators")
		if w.s.cloud() {
			w.str("identifier", w.s.groupID("jira-administrators"))
		}
	}
	w.close()
}

// embeddedComments writes the comment field: the oldest comments up to the cap, and how many there are.
func (w *writer) embeddedComments(key string, i int) {
	total := w.s.commentTotal(w.snap, i)
	n := total
	if w.opt.Comments >= 0 {
		n = min(n, w.opt.Comments)
	}
	w.open(key)
	w.list("comments")
	for j := range n {
		w.comment(i, w.s.commentAt(w.snap, i, j))
	}
	w.end()
	if w.s.cloud() {
		w.text("self", w.base, w.api, "issue/", utoa(w.s.issueID(i)), "/comment")
	}
	w.num("maxResults", int64(n))
	w.num("total", int64(total))
	w.num("startAt", 0)
	w.close()
}
