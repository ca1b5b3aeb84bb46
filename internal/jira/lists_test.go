package jira

import (
	"testing"
)

func TestLists(t *testing.T) {
	t.Parallel()
	p, once := Lists("system", "custom"), []string{""}
	runPagerCases(t, map[string]pagerCase{
		"both":         {pager: p, pages: []string{`{"system":[{"id":"1"}],"custom":[{"id":"2"},{"id":"3"}]}`}, want: []string{`{"id":"1"}`, `{"id":"2"}`, `{"id":"3"}`}, asked: once},
		"other order":  {pager: p, pages: []string{`{"custom":[2],"more":{"system":[9]},"system":[1]}`}, want: []string{"2", "1"}, asked: once},
		"one of them":  {pager: p, pages: []string{`{"custom":[2]}`}, want: []string{"2"}, asked: once},
		"empty":        {pager: p, pages: []string{`{"system":[],"custom":[]}`}, asked: once},
		"none of them": {pager: p, pages: []string{`{"avatars":[]}`}, asked: once, err: "an array called system or custom"},
		"null":         {pager: p, pages: []string{`{"system":null,"custom":[1]}`}, want: []string{"1"}, asked: once},
		"twice":        {pager: p, pages: []string{`{"system":[1],"system":[2]}`}, asked: once, err: "them twice"},
		"no object":    {pager: p, pages: []string{`[1]`}, asked: once, err: "expected an object"},
	})
}

func TestLimitReport(t *testing.T) {
	t.Parallel()
	p, once := LimitReport(), []string{""}
	near := `{"count":4997,"field":"comment","issueId":"10068","limit":5000,"state":"approaching"}`
	runPagerCases(t, map[string]pagerCase{
		"approaching":  {pager: p, pages: []string{`{"issuesApproachingLimit":{"comment":{"10068":4997}},"issuesBreachingLimit":{},"limits":{"comment":5000}}`}, want: []string{near}, asked: once},
		"limits first": {pager: p, pages: []string{`{"limits":{"comment":5000},"issuesApproachingLimit":{"comment":{"10068L":4997}}}`}, want: []string{near}, asked: once},
		"both, sorted": {
			pager: p, pages: []string{`{"issuesApproachingLimit":{"worklog":{"2":1,"1":1},"comment":{"3":1}},"issuesBreachingLimit":{"comment":{"4":2}},"limits":{"comment":2,"worklog":2}}`},
			want: []string{
				`{"count":1,"field":"comment","issueId":"3","limit":2,"state":"approaching"}`, `{"count":1,"field":"worklog","issueId":"1","limit":2,"state":"approaching"}`,
				`{"count":1,"field":"worklog","issueId":"2","limit":2,"state":"approaching"}`, `{"count":2,"field":"comment","issueId":"4","limit":2,"state":"breaching"}`,
			}, asked: once,
		},
		"no limits":    {pager: p, pages: []string{`{"issuesApproachingLimit":{"comment":{"1":7}}}`}, want: []string{`{"count":7,"field":"comment","issueId":"1","limit":null,"state":"approaching"}`}, asked: once},
		"empty":        {pager: p, pages: []string{`{"issuesApproachingLimit":{},"issuesBreachingLimit":{},"limits":{}}`}, asked: once},
		"another page": {pager: p, pages: []string{`{"values":[]}`}, asked: once, err: "expected counts of issues"},
		"misshapen":    {pager: p, pages: []string{`{"issuesApproachingLimit":{"comment":[1]}}`}, asked: once, err: "what Jira documents"},
	})
}
