package jirasim

import "time"

// renderOptions say how an issue is written.
type renderOptions struct {
	Fields      fieldSet
	Bare        bool           // Cloud's search without fields: {"id":"10001"} and nothing else
	API         int            // 2 or 3; rich text of 3 is a document
	Zone        *time.Location // of dates; nil is the account's zone
	Changelog   int            // embed the newest n histories on Cloud, -1 all, 0 none; Data Center embeds all or none
	Transitions bool           // expand=transitions
	Still       bool           // the caller may not make any transition
	Comments    int            // at most so many embedded comments, -1 all
	Worklogs    int            // at most so many embedded worklogs, -1 all
}

// What an issue says that it could be expanded with.
const (
	cloudExpand  = "operations,customfield_10010.requestTypePractice,versionedRepresentations,editmeta,changelog,renderedFields"
	serverExpand = "operations,versionedRepresentations,editmeta,changelog,renderedFields"
)

// appendIssue appends the issue as search, bulkfetch and GET issue send it.
func (s *Site) appendIssue(dst []byte, i int, o renderOptions) []byte {
	w := s.writer(dst, o)
	w.issue(i)
	return w.b
}

func (w *writer) issue(i int) {
	w.open("")
	if w.opt.Bare {
		w.id("id", w.s.issueID(i))
		w.close()
		return
	}
	w.str("expand", map[bool]string{true: cloudExpand, false: serverExpand}[w.s.cloud()])
	w.id("id", w.s.issueID(i))
	w.self("issue/", utoa(w.s.issueID(i)))
	w.str("key", w.s.keyText(w.s.keyOf(w.snap, i)))
	if w.s.cloud() {
		w.expanded(i)
		w.fields(i)
	} else {
		w.fields(i)
		w.expanded(i)
	}
	w.close()
}

// expanded writes what was asked for by expand. Cloud puts it before the fields, Data Center behind them.
func (w *writer) expanded(i int) {
	if w.opt.Transitions {
		w.key("transitions")
		w.transitions(i)
	}
	if w.opt.Changelog != 0 {
		w.changelog(i)
	}
}

// fields writes the fields of the set that the issue carries. Without any the member is absent.
func (w *writer) fields(i int) {
	if w.opt.Fields.empty() {
		return
	}
	project := w.s.keyOf(w.snap, i).project
	w.open("fields")
	for k := range w.s.fields {
		f := &w.s.fields[k]
		if !w.opt.Fields.has(k) || f.projects&(1<<project) == 0 {
			continue
		}
		if f.customID != 0 {
			w.customField(f, i, project)
		} else {
			w.systemField(f, i, project)
		}
	}
	w.close()
}

// brief writes an issue as links, subtasks and parent hold it.
func (w *writer) brief(key string, i int) {
	w.open(key)
	w.id("id", w.s.issueID(i))
	w.str("key", w.s.keyText(w.s.keyOf(w.snap, i)))
	w.self("issue/", utoa(w.s.issueID(i)))
	w.open("fields")
	w.str("summary", w.s.summaryOf(w.snap, i))
	w.status("status", w.s.statusOf(w.snap, i), false)
	w.priority("priority", w.s.priorityOf(i))
	w.issueType("issuetype", w.s.typeOf(w.snap, i))
	w.close()
	w.close()
}

// appendTransitions appends the array of the transitions that the account could do now.
func (s *Site) appendTransitions(dst []byte, i int, o renderOptions) []byte {
	w := s.writer(dst, o)
	w.transitions(i)
	return w.b
}

// transitionID is the id of the transition to step k of a workflow.
func transitionID(k int) int { return 11 + 10*k }

// transitionsOf are the steps of the workflow that the issue could go to: all but the one where it is.
func (s *Site) transitionsOf(snap *snapshot, i int) []int {
	var steps []int
	now := s.statusOf(snap, i)
	for k, to := range s.catalog.projects[s.bornIn(snap, i)].workflow {
		if to != now {
			steps = append(steps, k)
		}
	}
	return steps
}

func (w *writer) transitions(i int) {
	flow := w.s.catalog.projects[w.s.bornIn(w.snap, i)].workflow
	w.b = append(w.b, '[')
	for _, k := range w.s.transitionsOf(w.snap, i) {
		if w.opt.Still {
			break
		}
		w.open("")
		w.id("id", uint64(transitionID(k)))
		w.str("name", []string{"To do", "Start <work>", "Ask", "Resolve & close", "Finish"}[k])
		if !w.s.cloud() {
			w.num("opsbarSequence", int64(10*k))
		}
		w.status("to", flow[k], false)
		if w.s.cloud() {
			w.boolean("hasScreen", k > 2)
			w.boolean("isGlobal", true)
			w.boolean("isInitial", k == 0)
			w.boolean("isAvailable", true)
			w.boolean("isConditional", false)
			w.boolean("isLooped", false)
		}
		w.close()
	}
	w.end()
}
