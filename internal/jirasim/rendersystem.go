package jirasim

// systemField writes a field that every Jira has, or nothing where the issue does not carry it.
func (w *writer) systemField(f *field, i, project int) { //nolint:cyclop // one case a field of Jira's
	switch f.kind {
	case valueSummary:
		w.str(f.id, w.s.summaryOf(w.snap, i))
	case valueDescription:
		w.description(f.id, i)
	case valueEnvironment:
		w.environment(f.id, i)
	case valueLabels:
		w.labels(f.id, i)
	case valueFixVersions, valueAffectsVersions:
		w.versionsOf(f, i, project)
	case valueComponents:
		w.componentsOf(f.id, i, project)
	case valueLinks:
		w.links(f.id, i)
	case valueSubtasks:
		w.subtasks(f.id, i)
	case valueAttachments:
		w.attachments(f.id, i)
	case valueParent:
		w.parent(f.id, i)
	case valueProject:
		w.project(f.id, project)
	case valueIssueType:
		w.issueType(f.id, w.s.typeOf(w.snap, i))
	case valuePriority:
		w.priority(f.id, w.s.priorityOf(i))
	case valueStatus:
		w.status(f.id, w.s.statusOf(w.snap, i), false)
	case valueStatusCategory:
		w.statusCategory(f.id, w.s.catalog.statuses[w.s.statusOf(w.snap, i)].category)
	case valueComments:
		w.commentField(f.id, i)
	case valueWorklogs:
		w.worklogField(f.id, i)
	default:
		w.smallField(f, i)
	}
}

// smallField writes the fields that are people, dates and numbers.
func (w *writer) smallField(f *field, i int) { //nolint:cyclop // one case a field of Jira's
	switch f.kind {
	case valueAssignee:
		w.user(f.id, w.s.assigneeOf(i))
	case valueReporter:
		w.user(f.id, w.s.reporterOf(i))
	case valueCreator:
		w.user(f.id, w.s.creatorOf(i))
	case valueCreated:
		w.date(f.id, w.s.createdAt(w.snap, i))
	case valueUpdated:
		w.date(f.id, w.s.updatedAt(w.snap, i))
	case valueCategoryChanged:
		w.date(f.id, w.statusSince(i))
	case valueResolution, valueResolutionDate:
		w.resolutionField(f, i)
	case valueDueDate:
		w.dueDate(f.id, i)
	case valueViewed:
		w.null(f.id)
	case valueArchivedDate, valueArchiver:
		w.archived(f, i)
	case valueSecurity:
		w.security(f.id, i)
	case valueRestriction:
		w.raw(f.id, `{"issuerestrictions":{},"shouldDisplay":false}`)
	case valueWatches:
		w.callers(f.id, i, "watchers", "watchCount", "isWatching")
	case valueVotes:
		w.callers(f.id, i, "votes", "votes", "hasVoted")
	default:
		w.timeField(f, i)
	}
}

// timeField writes the fields of time tracking, all in seconds.
func (w *writer) timeField(f *field, i int) {
	spent := w.s.timeSpent(w.snap, i)
	original := 0
	if h := w.s.hash(domField, i, -1); h%4 == 0 {
		original = 3600 * (1 + int(h>>8%40))
	}
	remaining := max(original-spent, 0)
	switch f.kind {
	case valueTimeSpent:
		w.seconds(f.id, spent, spent > 0)
	case valueOriginal:
		w.seconds(f.id, original, original > 0)
	case valueRemaining:
		w.seconds(f.id, remaining, original > 0)
	case valueWorkRatio:
		w.workRatio(f.id, i, original, spent)
	case valueProgress:
		w.progress(f.id, spent, spent+remaining)
	case valueTimeTracking:
		w.timeTracking(f.id, original, remaining, spent)
	default:
		w.null(f.id)
	}
}

// seconds writes a duration, null when it was never set.
func (w *writer) seconds(key string, n int, known bool) {
	if !known {
		w.null(key)
		return
	}
	w.num(key, int64(n))
}

// workRatio is -1 without an estimate; old Data Center issues have the largest number of Java there.
func (w *writer) workRatio(key string, i, original, spent int) {
	switch {
	case original > 0:
		w.num(key, int64(spent)*100/int64(original))
	case !w.s.cloud() && i%50 == 3:
		w.num(key, 1<<63-1)
	default:
		w.num(key, -1)
	}
}

// progress writes what is done of the whole; percent only stands there when there is something to do.
func (w *writer) progress(key string, done, total int) {
	w.open(key)
	w.num("progress", int64(done))
	w.num("total", int64(total))
	if total > 0 {
		w.num("percent", int64(done)*100/int64(total))
	}
	w.close()
}

// timeTracking writes estimates and time spent in words and in seconds: an empty object when there are none.
func (w *writer) timeTracking(key string, original, remaining, spent int) {
	w.open(key)
	if original > 0 {
		w.str("originalEstimate", spentText(original))
		w.str("remainingEstimate", spentText(remaining))
	}
	if spent > 0 {
		w.str("timeSpent", spentText(spent))
	}
	if original > 0 {
		w.num("originalEstimateSeconds", int64(original))
		w.num("remainingEstimateSeconds", int64(remaining))
	}
	if spent > 0 {
		w.num("timeSpentSeconds", int64(spent))
	}
	w.close()
}

// statusSince is when the issue got its status category, roughly: its last status change.
func (w *writer) statusSince(i int) int64 {
	if d := w.snap.deltas[i]; d != nil && d.status >= 0 {
		return d.statusAt
	}
	if j := w.s.lastOf(i, w.s.baseHistories(i)-1, changeStatus); j >= 0 {
		return w.s.historyTime(i, j)
	}
	return w.s.createdAt(w.snap, i)
}

// resolutionField writes the resolution or its date, null while the issue is open.
func (w *writer) resolutionField(f *field, i int) {
	resolution, at, ok := w.s.resolutionOf(w.snap, i)
	switch {
	case !ok:
		w.null(f.id)
	case f.kind == valueResolution:
		w.resolution(f.id, resolution)
	default:
		w.date(f.id, at)
	}
}

// dueDate writes a day for one issue in five.
func (w *writer) dueDate(key string, i int) {
	h := w.s.hash(domField, i, -2)
	if h%5 != 0 {
		w.null(key)
		return
	}
	w.day(key, w.s.createdAt(w.snap, i)+int64(h>>8%200)*dayMS)
}

// security writes the security level, which few issues have.
func (w *writer) security(key string, i int) {
	level := w.s.levelOf(i)
	if level.id == "" {
		w.null(key)
		return
	}
	w.open(key)
	w.self("securitylevel/", level.id)
	w.str("id", level.id)
	w.str("description", level.about)
	w.str("name", level.name)
	w.close()
}

// secretLevel is a security level that the account is not in, so that no list of its levels has it.
func secretLevel() securityLevel { return securityLevel{id: "10990", name: "Board only"} }

// levelOf is the security level of the issue as the account sees it; empty for none.
func (s *Site) levelOf(i int) securityLevel {
	h := s.hash(domField, i, -3)
	if h%25 != 0 {
		return securityLevel{}
	}
	return s.catalog.levels[h>>8%2]
}

// callers writes watches and votes: a count, and whether the account is among them.
func (w *writer) callers(key string, i int, path, count, mine string) {
	n := w.s.callersOf(i)
	w.open(key)
	w.text("self", w.base, w.api, "issue/", w.s.keyText(w.s.keyOf(w.snap, i)), "/", path)
	w.num(count, int64(n))
	w.boolean(mine, n == 3)
	w.close()
}

// description writes a text of up to ten blocks; one issue in twelve has none.
func (w *writer) description(key string, i int) {
	r := w.s.rng(domText, i, 1)
	if r.oneIn(12) {
		w.null(key)
		return
	}
	w.richText(key, r, 2+r.intn(9))
}

// environment is a rich text too, and mostly null.
func (w *writer) environment(key string, i int) {
	r := w.s.rng(domText, i, 2)
	if !r.oneIn(10) {
		w.null(key)
		return
	}
	w.richText(key, r, 1)
}

// labels writes up to three labels; an issue without any has an empty list, not null.
func (w *writer) labels(key string, i int) {
	w.list(key)
	for _, label := range w.s.labelsOf(i) {
		w.str("", label)
	}
	w.end()
}

// labelsOf are the labels of issue i.
func (s *Site) labelsOf(i int) []string {
	r := s.rng(domText, i, 3)
	n := r.intn(4)
	return chooseLabels(&r, n)
}

// distinctLabels writes up to n labels, each once.
func (w *writer) distinctLabels(r *rng, n int) {
	for _, label := range chooseLabels(r, n) {
		w.str("", label)
	}
}

// chooseLabels throws the dice for them.
func chooseLabels(r *rng, n int) []string {
	first := r.intn(len(labelTexts))
	chosen := make([]string, n)
	for k := range chosen {
		chosen[k] = labelTexts[(first+k*3)%len(labelTexts)]
	}
	return chosen
}

// labelTexts are some labels: Jira allows anything but spaces.
var labelTexts = []string{
	"backend", "needs-review", "Größe", "q3", "🔥", "a,b", "\"x\"", "<tag>", "very_long-label.with:marks", "日本",
}

// label makes one label.
func label(r *rng) string { return labelTexts[r.intn(len(labelTexts))] }

// lacksLists is how rare an issue is that has no comments, or no worklogs, and then no such field either.
const lacksLists = 50

// commentField is absent in a few of the issues that have none.
func (w *writer) commentField(key string, i int) {
	if w.s.opt.EmptyLists || w.s.commentTotal(w.snap, i) > 0 || i%lacksLists != 0 {
		w.embeddedComments(key, i)
	}
}

// worklogField is absent in a few others.
func (w *writer) worklogField(key string, i int) {
	if w.s.opt.EmptyLists || w.s.worklogTotal(w.snap, i) > 0 || i%lacksLists != 1 {
		w.embeddedWorklogs(key, i)
	}
}
