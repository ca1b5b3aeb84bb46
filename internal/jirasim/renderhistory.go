package jirasim

// appendHistory appends history j of issue i, oldest first, as GET issue/{id}/changelog sends it.
func (s *Site) appendHistory(dst []byte, i, j int, o renderOptions) []byte {
	w := s.writer(dst, o)
	w.history(i, j, false)
	return w.b
}

// appendBulkHistory appends it as changelog/bulkfetch sends it: created is a number of epoch ms.
func (s *Site) appendBulkHistory(dst []byte, i, j int, o renderOptions) []byte {
	w := s.writer(dst, o)
	w.history(i, j, true)
	return w.b
}

// history writes one history.
func (w *writer) history(i, j int, bulk bool) {
	id, created := w.s.historyAt(w.snap, i, j)
	live := w.liveHistory(i, j)
	author := account
	if live == nil {
		author = w.s.historyAuthor(i, j)
	}
	w.open("")
	w.id("id", id)
	if author >= 0 {
		w.user("author", author)
	}
	if bulk {
		w.num("created", created)
	} else {
		w.date("created", created)
	}
	w.list("items")
	switch {
	case live != nil && live.kind == changeMove:
		w.moveItems(live.fromTxt, live.toTxt)
	case live != nil:
		w.item(live.kind, live.from, live.fromTxt, live.to, live.toTxt)
	default:
		w.items(i, j)
	}
	w.end()
	if live == nil && author < 0 && !bulk {
		w.raw("historyMetadata", `{"type":"automation","activityDescription":"Rule \"close <stale>\""}`)
	}
	w.close()
}

// liveHistory is the history when a live edit made it.
func (w *writer) liveHistory(i, j int) *history {
	if n := w.s.baseHistories(i); j >= n {
		return &w.snap.deltas[i].histories[j-n]
	}
	return nil
}

// item writes one changed field; "" stands for null.
func (w *writer) item(kind change, from, fromTxt, to, toTxt string) {
	f := w.s.changedField(kind)
	w.open("")
	w.str("field", f.name)
	w.str("fieldtype", map[bool]string{true: "custom", false: "jira"}[f.custom])
	if w.s.cloud() {
		w.str("fieldId", f.id)
	}
	w.orNull("from", from)
	w.orNull("fromString", fromTxt)
	w.orNull("to", to)
	w.orNull("toString", toTxt)
	if w.s.cloud() && kind == changeAssignee {
		w.orNull("tmpFromAccountId", from)
		w.orNull("tmpToAccountId", to)
	}
	w.close()
}

// orNull writes a string, or null for an empty one.
func (w *writer) orNull(key, v string) {
	if v == "" {
		w.null(key)
		return
	}
	w.str(key, v)
}

// items writes what history j of the base data changed.
func (w *writer) items(i, j int) {
	r := w.s.rng(domHistory, i, -j-1)
	switch kind := w.s.changeOf(i, j); kind {
	case changeStatus:
		w.statusItem(i, j)
		if r.oneIn(4) { // a transition screen changed more at once
			w.item(changeSummary, "", sentence(&r, 5), "", sentence(&r, 6))
		}
	case changeAssignee:
		w.userItem(w.s.assigneeAfter(i, j-1), w.s.assigneeAfter(i, j))
	case changeSummary:
		w.item(kind, "", sentence(&r, 6), "", sentence(&r, 7))
	case changeDescription:
		w.item(kind, "", sentence(&r, 20), "", sentence(&r, 30)+"\r\n"+sentence(&r, 10))
	case changeLabels:
		w.item(kind, "", label(&r), "", label(&r)+" "+label(&r))
	case changeSprint:
		n := 1 + r.intn(40)
		w.item(kind, itoa(n), sprintName(n), itoa(n)+", "+itoa(n+1), sprintName(n)+", "+sprintName(n+1))
	case changeFixVersion:
		n := r.intn(9)
		w.item(kind, "", "", itoa(10000+n*2), versionName(n))
	case changeLink:
		other := w.s.keyText(keyRef{project: 0, number: uint32(1 + r.intn(500))})
		w.item(kind, "", "", other, "This issue blocks "+other)
	case changeAttachment:
		w.item(kind, "", "", itoa(10000+r.intn(9000)), attachmentName(&r))
	case changePriority:
		a, b := w.s.catalog.priorities[r.intn(5)], w.s.catalog.priorities[r.intn(5)]
		w.item(kind, a.id, a.name, b.id, b.name)
	case changeRank:
		w.item(kind, "", "", "", "Ranked higher")
	case changePoints:
		w.item(kind, "", "", "", itoa(1+r.intn(13)))
	case changeMove:
		now := keyRef{project: int(w.s.base.project[i]), number: w.s.base.number[i]}
		w.moveItems(w.s.keyText(w.s.base.moved[i]), w.s.keyText(now))
	}
}

// statusItem writes a change of status, and the resolution that comes with reaching the end.
func (w *writer) statusItem(i, j int) {
	from := &w.s.catalog.statuses[w.s.statusAfter(w.snap, i, j-1)]
	to := &w.s.catalog.statuses[w.s.statusAfter(w.snap, i, j)]
	w.item(changeStatus, from.id, from.name, to.id, to.name)
	if to.category == catDone && from.category != catDone {
		w.open("")
		w.str("field", "resolution")
		w.str("fieldtype", "jira")
		if w.s.cloud() {
			w.str("fieldId", "resolution")
		}
		w.null("from")
		w.null("fromString")
		w.str("to", w.s.catalog.resolutions[0].id)
		w.str("toString", w.s.catalog.resolutions[0].name)
		w.close()
	}
}

// userItem writes a change of assignee; -1 stands for nobody.
func (w *writer) userItem(from, to int) {
	var parts [4]string
	if from >= 0 {
		parts[0], parts[1] = w.s.users[from].id, w.s.users[from].shown
	}
	if to >= 0 {
		parts[2], parts[3] = w.s.users[to].id, w.s.users[to].shown
	}
	w.item(changeAssignee, parts[0], parts[1], parts[2], parts[3])
}

// moveItems writes the change of key and project of an issue that was moved.
func (w *writer) moveItems(oldKey, newKey string) {
	w.item(changeMove, "", oldKey, "", newKey)
	from, to := w.s.projectOfKey(oldKey), w.s.projectOfKey(newKey)
	w.open("")
	w.str("field", "project")
	w.str("fieldtype", "jira")
	if w.s.cloud() {
		w.str("fieldId", "project")
	}
	w.id("from", from.id)
	w.str("fromString", from.name)
	w.id("to", to.id)
	w.str("toString", to.name)
	w.close()
}

// changelog writes the changelog that is embedded in an issue. Cloud sends the newest histories, newest first, and no
// more than the cap; Data Center sends all, oldest first.
func (w *writer) changelog(i int) {
	total := w.s.historyTotal(w.snap, i)
	n := total
	if w.s.cloud() && w.opt.Changelog >= 0 {
		n = min(n, w.opt.Changelog)
	}
	w.open("changelog")
	w.num("startAt", 0)
	w.num("maxResults", int64(n))
	w.num("total", int64(total))
	w.list("histories")
	for k := range n {
		j := k
		if w.s.cloud() {
			j = total - 1 - k
		}
		w.history(i, j, false)
	}
	w.end()
	w.close()
}
