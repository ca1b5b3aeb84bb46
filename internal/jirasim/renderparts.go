package jirasim

// versionsOf writes fixVersions and versions: none, one or two of the project's versions, each list on its own dice.
func (w *writer) versionsOf(f *field, i, project int) {
	n := w.s.catalog.projects[project].versions
	w.list(f.id)
	if h := w.s.hash(domVersion, i, int(f.kind)); n > 0 && h%2 == 0 {
		first := below(mix(h), n)
		w.version("", project, first)
		if h>>8%4 == 0 && first+1 < n {
			w.version("", project, first+1)
		}
	}
	w.end()
}

// componentsOf writes at most one of the project's components.
func (w *writer) componentsOf(key string, i, project int) {
	n := w.s.catalog.projects[project].components
	w.list(key)
	if h := w.s.hash(domVersion, i, -1); n > 0 && h%3 != 0 {
		w.component("", project, below(mix(h), n))
	}
	w.end()
}

// links writes the links of the issue as seen from it: the other end is inwardIssue where that one is the source.
func (w *writer) links(key string, i int) {
	w.list(key)
	for _, l := range w.s.linksOf(w.snap, i) {
		w.open("")
		w.id("id", l.id)
		w.self("issueLink/", utoa(l.id))
		w.linkType("type", l.kind)
		if l.out {
			w.brief("outwardIssue", l.other)
		} else {
			w.brief("inwardIssue", l.other)
		}
		w.close()
	}
	w.end()
}

// subtasks writes the subtasks in short.
func (w *writer) subtasks(key string, i int) {
	w.list(key)
	for _, k := range w.s.subtasksOf(w.snap, i) {
		w.brief("", k)
	}
	w.end()
}

// parent is absent where there is none. On Data Center only subtasks have one: an epic is a custom field there.
func (w *writer) parent(key string, i int) {
	p := w.s.parentOf(w.snap, i)
	if p < 0 || w.s.isDeleted(w.snap, p) {
		return
	}
	if w.s.cloud() || w.s.catalog.types[w.s.typeOf(w.snap, i)].subtask {
		w.brief(key, p)
	}
}

// attachments writes up to three files.
func (w *writer) attachments(key string, i int) {
	w.list(key)
	r, n := w.s.attachmentDice(i)
	for k := range n {
		w.attachment(&r, i, k)
	}
	w.end()
}

// attachmentDice says how many files issue i has, and goes on for what they are.
func (s *Site) attachmentDice(i int) (rng, int) {
	r := s.rng(domLink, i, 9)
	if !r.oneIn(5) {
		return r, 0
	}
	n := 1 + r.intn(3)
	return r, n
}

// attachmentCount is how many files issue i has.
func (s *Site) attachmentCount(i int) int {
	_, n := s.attachmentDice(i)
	return n
}

// attachmentID is the id of file k of issue i.
func attachmentID(i, k int) uint64 { return 10000 + uint64(i)*4 + uint64(k) }

// attachment writes the metadata of a file. Its content lies under the API on Cloud, under /secure on Data Center.
func (w *writer) attachment(r *rng, i, k int) {
	id, name := utoa(attachmentID(i, k)), attachmentName(r)
	w.open("")
	w.self("attachment/", id)
	w.str("id", id)
	w.str("filename", name)
	w.user("author", w.s.pick(r.next()))
	w.date("created", w.s.createdAt(w.snap, i))
	w.num("size", int64(r.intn(1<<24)))
	w.str("mimeType", "image/png")
	if w.s.cloud() {
		w.text("content", w.base, w.api, "attachment/content/", id)
		w.text("thumbnail", w.base, w.api, "attachment/thumbnail/", id)
	} else {
		w.text("content", w.base, "/secure/attachment/", id, "/", name)
	}
	w.close()
}

// attachmentName makes a file name: people use all characters.
func attachmentName(r *rng) string {
	names := []string{"screen shot.png", "Größe&Maß.png", "日本語.png", "a\"b\".png", "log (1).png", "<x>.png"}
	return names[r.intn(len(names))]
}
