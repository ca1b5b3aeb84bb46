package jirasim

import "strings"

// customField writes a custom field of the context: mostly null.
func (w *writer) customField(f *field, i, project int) {
	r := w.s.rng(domField, f.customID, i)
	if r.intn(100) >= f.fill {
		w.null(f.id)
		return
	}
	switch f.kind {
	case valueString, valueURL, valueTextArea, valueNumber, valueBigNumber, valueDate, valueOddDate, valueDateTime:
		w.plainValue(f, i, &r)
	case valueOption, valueOptions, valueCascade, valueStrings, valueUser, valueUsers, valueGroup, valueGroups,
		valueVersion, valueVersions, valueOtherProject:
		w.chosenValue(f, project, &r)
	case valueSprint, valueEpicLink, valueEpicName, valueEpicStatus, valueEpicColor, valueRank, valueOldRank, valueTeam,
		valueParentLink:
		w.agileValue(f, i, &r)
	case valueRequestType, valueSLA, valueOrganizations, valueApprovals, valueFeedback, valueLanguage:
		w.serviceValue(f, i, &r)
	default:
		w.opaqueValue(f, &r)
	}
}

// plainValue writes texts, numbers and dates.
func (w *writer) plainValue(f *field, i int, r *rng) {
	created := w.s.createdAt(w.snap, i)
	switch f.kind {
	case valueString:
		w.str(f.id, sentence(r, 1+r.intn(4)))
	case valueURL:
		w.text(f.id, "https://example.com/r/", itoa(r.intn(999)), "?a=1&b=<2>")
	case valueTextArea:
		w.richText(f.id, *r, 1+r.intn(4))
	case valueNumber:
		w.float(f.id, []float64{1, 2, 3, 5, 8, 13, 0.5, -2.25}[r.intn(8)])
	case valueBigNumber:
		w.float(f.id, float64(r.intn(1<<34)))
	case valueDate:
		w.day(f.id, created+int64(r.intn(300))*dayMS)
	case valueOddDate: // Jira stores any year that people type
		w.str(f.id, []string{"0019-08-24", "20201-03-04", "1970-01-01", "9999-12-31", "2024-02-29"}[r.intn(5)])
	default:
		w.date(f.id, created+int64(r.intn(90*dayMS)))
	}
}

// chosenValue writes what is chosen from a list: options, people, groups, versions, projects.
func (w *writer) chosenValue(f *field, project int, r *rng) {
	switch f.kind {
	case valueOption:
		w.option(f.id, f, r.intn(6))
	case valueCascade:
		w.cascade(f, r)
	case valueUser:
		w.user(f.id, w.s.pick(r.next()))
	case valueGroup:
		w.group(f.id, r.intn(len(groups)))
	case valueOtherProject:
		w.project(f.id, r.intn(4))
	case valueVersion:
		if n := w.s.catalog.projects[project].versions; n > 0 {
			w.version(f.id, project, r.intn(n))
			return
		}
		w.null(f.id)
	default:
		w.chosenList(f, project, r)
	}
}

// chosenList writes the fields that hold several choices.
func (w *writer) chosenList(f *field, project int, r *rng) {
	w.list(f.id)
	if f.kind == valueStrings {
		w.distinctLabels(r, 1+r.intn(3))
		w.end()
		return
	}
	first := r.intn(len(groups))
	for k := range 1 + r.intn(3) {
		switch versions := w.s.catalog.projects[project].versions; {
		case f.kind == valueOptions:
			w.option("", f, r.intn(2)+2*k)
		case f.kind == valueUsers:
			w.user("", (w.s.pick(r.next())+k)%w.s.userCount())
		case f.kind == valueGroups:
			w.group("", (first+k)%len(groups))
		case k < versions:
			w.version("", project, k)
		}
	}
	w.end()
}

// option writes option k of a field.
func (w *writer) option(key string, f *field, k int) {
	w.openOption(key, f, k)
	w.close()
}

// openOption writes an option without its end; disabled is a member of Data Center only.
func (w *writer) openOption(key string, f *field, k int) {
	id := itoa(f.customID*10 - 90000 + k)
	w.open(key)
	w.self("customFieldOption/", id)
	w.str("value", []string{"Low", "Médium", "\"High\" & <up>", "Keine Angabe", "N/A", "其他"}[k%6])
	w.str("id", id)
	if !w.s.cloud() {
		w.boolean("disabled", k == 5)
	}
}

// cascade writes a parent option, and in half of the cases the child that was chosen under it.
func (w *writer) cascade(f *field, r *rng) {
	w.openOption(f.id, f, r.intn(3))
	if r.oneIn(2) {
		w.option("child", f, 3+r.intn(3))
	}
	w.close()
}

// group writes a group: by id and name on Cloud, by name on Data Center.
func (w *writer) group(key string, g int) {
	w.open(key)
	w.str("name", groups[g])
	if w.s.cloud() {
		id := w.s.groupID(groups[g])
		w.str("groupId", id)
		w.self("group?groupId=", id)
	} else {
		w.self("group?groupname=", strings.ReplaceAll(groups[g], " ", "+"))
	}
	w.close()
}

// agileValue writes the fields of Jira Software and of plans.
func (w *writer) agileValue(f *field, i int, r *rng) {
	epic := w.s.catalog.types[w.s.typeOf(w.snap, i)].level == 1
	switch {
	case f.kind == valueSprint:
		w.sprints(f.id, r)
	case f.kind == valueEpicLink:
		w.epicLink(f.id, i)
	case f.kind == valueRank:
		w.text(f.id, "0|i", base36(uint64(i)*8+uint64(r.intn(8))), ":")
	case f.kind == valueOldRank:
		w.num(f.id, 9223372036854775807)
	case f.kind == valueTeam:
		w.team(f.id, r)
	case f.kind == valueParentLink:
		w.raw(f.id, `{"hasEpicLinkFieldDependency":false,"showField":false,"nonEditableReason":{"reason":"PLUGIN_LICENSE_ERROR"}}`)
	case !epic:
		w.null(f.id)
	case f.kind == valueEpicName:
		w.str(f.id, w.s.summaryOf(w.snap, i))
	case f.kind == valueEpicStatus:
		w.option(f.id, f, 0)
	default:
		w.text(f.id, "ghx-label-", itoa(1+r.intn(9)))
	}
}

// base36 writes a number in the six lower-case digits that rank values have.
func base36(n uint64) string {
	const digits = "0123456789abcdefghijklmnopqrstuvwxyz"
	var b [6]byte
	for k := len(b) - 1; k >= 0; k-- {
		b[k] = digits[n%36]
		n /= 36
	}
	return string(b[:])
}

// epicLink writes the key of the epic that the issue belongs to.
func (w *writer) epicLink(key string, i int) {
	p := w.s.parentOf(w.snap, i)
	if p < 0 || w.s.catalog.types[w.s.typeOf(w.snap, p)].level != 1 {
		w.null(key)
		return
	}
	w.str(key, w.s.keyText(w.s.keyOf(w.snap, p)))
}

// team writes an Atlassian team on Cloud, and the bare id of a plan's team on Data Center.
func (w *writer) team(key string, r *rng) {
	if !w.s.cloud() {
		w.str(key, itoa(1+r.intn(20)))
		return
	}
	id := uuid(r)
	w.open(key)
	w.str("id", id)
	w.str("name", "Team "+sentence(r, 1))
	w.str("title", "Team")
	w.boolean("isShared", true)
	w.boolean("isVisible", true)
	w.close()
}

// sprintName names a sprint so that splitting its text form at commas or brackets goes wrong.
func sprintName(n int) string {
	return numbered([]string{"Sprint #", "Q3, week #=now", "[ALPHA] Sprint #", "Sprint # 🏃"}[n%4], n)
}

// sprints writes one or two sprints: objects on Cloud, the text of a Java object on Data Center.
func (w *writer) sprints(key string, r *rng) {
	w.list(key)
	for _, n := range w.s.sprintDice(r) {
		w.sprint(w.s.sprintAt(n), r)
	}
	w.end()
}

// sprint writes a sprint; it is the same wherever it occurs but for the order of its text form.
func (w *writer) sprint(made sprint, r *rng) {
	if !w.s.cloud() {
		w.str("", sprintText(made, r.oneIn(2)))
		return
	}
	w.open("")
	w.num("id", int64(made.id))
	w.str("name", made.name)
	w.str("state", made.state)
	w.num("boardId", int64(made.board))
	w.str("goal", made.goal)
	if made.state != "future" {
		w.str("startDate", made.start.Format(agileDate))
		w.str("endDate", made.end.Format(agileDate))
	}
	if made.state == "closed" {
		w.str("completeDate", made.end.Format(agileDate))
	}
	w.close()
}

// sprintText is a sprint as Data Center prints it; old and new versions order the members differently.
func sprintText(made sprint, old bool) string {
	n, state, goal := made.id, made.state, made.goal
	from, to, done := "<null>", "<null>", "<null>"
	if state != "future" {
		from, to = made.start.Format(agileDate), made.end.Format(agileDate)
	}
	if state == "closed" {
		done = made.end.Format(agileDate)
	}
	id, board := "id="+itoa(n), "rapidViewId="+itoa(made.board)
	parts := []string{
		id, board, "state=" + strings.ToUpper(state), "name=" + sprintName(n), "startDate=" + from, "endDate=" + to,
		"completeDate=" + done, "activatedDate=" + from, "sequence=" + itoa(n), "goal=" + goal, "autoStartStop=false",
		"synced=false",
	}
	if old {
		parts = []string{
			"completeDate=" + done, "endDate=" + to, "goal=" + goal, id, "name=" + sprintName(n), board,
			"sequence=" + itoa(n), "startDate=" + from, "state=" + strings.ToUpper(state),
		}
	}
	return "com.atlassian.greenhopper.service.sprint.Sprint@428da" + itoa(n) + "[" + strings.Join(parts, ",") + "]"
}
