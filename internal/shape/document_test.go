package shape

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDocumentText(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ content, want string }{
		"paragraphs": {
			content: `{"type":"paragraph","content":[{"type":"text","text":"One "},{"type":"text","text":"two","marks":[{"type":"strong"}]}]},{"type":"paragraph"},{"type":"paragraph","content":[{"type":"text","text":"three"},{"type":"hardBreak"},{"type":"text","text":"four"}]}`,
			want:    "One two\nthree\nfour",
		},
		"heading, code and rule": {
			content: `{"type":"heading","attrs":{"level":2},"content":[{"type":"text","text":"H"}]},{"type":"codeBlock","content":[{"type":"text","text":"a\n  b"}]},{"type":"rule"},{"type":"paragraph","content":[{"type":"text","text":"end"}]}`,
			want:    "H\na\n  b\n----\nend",
		},
		"lists": {
			content: `{"type":"bulletList","content":[{"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"a"}]},{"type":"orderedList","attrs":{"order":3},"content":[{"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"b"}]}]},{"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"c"}]}]}]}]},{"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"d"}]}]}]}`,
			want:    "- a\n3. b\n4. c\n- d",
		},
		"tasks and decisions": {
			content: `{"type":"taskList","content":[{"type":"taskItem","attrs":{"state":"DONE"},"content":[{"type":"text","text":"a"}]},{"type":"taskItem","attrs":{"state":"TODO"},"content":[{"type":"text","text":"b"}]}]},{"type":"decisionList","content":[{"type":"decisionItem","content":[{"type":"text","text":"c"}]}]}`,
			want:    "[x] a\n[ ] b\nc",
		},
		"table": {
			content: `{"type":"table","content":[{"type":"tableRow","content":[{"type":"tableHeader","content":[{"type":"paragraph","content":[{"type":"text","text":"A"}]}]},{"type":"tableHeader","content":[{"type":"paragraph","content":[{"type":"text","text":"B"}]}]}]},{"type":"tableRow","content":[{"type":"tableCell","content":[{"type":"paragraph","content":[{"type":"text","text":"1"}]},{"type":"paragraph","content":[{"type":"text","text":"2"}]}]},{"type":"tableCell","content":[{"type":"paragraph"}]}]}]}`,
			want:    "A | B\n1 2 | ",
		},
		"mentions, emoji, dates, status": {
			content: `{"type":"paragraph","content":[{"type":"mention","attrs":{"id":"5b1","text":"@Zoë"}},{"type":"text","text":" "},{"type":"emoji","attrs":{"shortName":":smile:"}},{"type":"emoji","attrs":{"shortName":":fire:","text":"🔥"}},{"type":"date","attrs":{"timestamp":"1709251200000"}},{"type":"status","attrs":{"text":"DONE"}}]}`,
			want:    "@Zoë :smile:🔥2024-03-01DONE",
		},
		"links": {
			content: `{"type":"paragraph","content":[{"type":"text","text":"here","marks":[{"type":"link","attrs":{"href":"https://a.example"}}]},{"type":"text","text":" https://b.example","marks":[{"type":"link","attrs":{"href":" https://b.example"}}]},{"type":"text","text":" "},{"type":"inlineCard","attrs":{"url":"https://c.example"}}]},{"type":"blockCard","attrs":{"url":"https://d.example"}}`,
			want:    "here (https://a.example) https://b.example https://c.example\nhttps://d.example",
		},
		"panels, quotes, expands, media": {
			content: `{"type":"panel","content":[{"type":"paragraph","content":[{"type":"text","text":"p"}]}]},{"type":"blockquote","content":[{"type":"paragraph","content":[{"type":"text","text":"q"}]}]},{"type":"expand","attrs":{"title":"More"},"content":[{"type":"paragraph","content":[{"type":"text","text":"e"}]}]},{"type":"mediaSingle","content":[{"type":"media","attrs":{"alt":"a picture"}},{"type":"caption","content":[{"type":"text","text":"below"}]}]}`,
			want:    "p\nq\nMore\ne\na picturebelow",
		},
		"unknown nodes": {
			content: `{"type":"poll","text":"t","content":[{"type":"paragraph","content":[{"type":"text","text":"inside"}]}]},{"content":[{"text":"bare"}]},7`,
			want:    "tinside\nbare",
		},
		"nothing": {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, ok := DocumentText([]byte(`{"type":"doc","version":1,"content":[` + c.content + `]}`))
			require.True(t, ok)
			require.Equal(t, strings.TrimRight(c.want, "\n"), got)
		})
	}
	for _, other := range []string{`"x"`, `{}`, `{"type":"paragraph"}`, `[]`, `{"type":"doc"`, ``} {
		_, ok := DocumentText([]byte(other))
		require.False(t, ok, other)
	}
}
