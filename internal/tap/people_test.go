package tap

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTextMember(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ raw, want string }{
		"as Jira writes it":  {raw: `{"self":"https://x","accountId":"5b10a","active":true}`, want: "5b10a"},
		"with white space":   {raw: "{ \"accountId\" : \"5b10a\" }", want: "5b10a"},
		"with an escape":     {raw: `{"accountId":"qm:\u0061b"}`, want: "qm:ab"},
		"absent":             {raw: `{"displayName":"Former user"}`, want: ""},
		"null":               {raw: `{"accountId":null}`, want: ""},
		"a number":           {raw: `{"accountId":7}`, want: ""},
		"empty":              {raw: `{"accountId":""}`, want: ""},
		"no object":          {raw: `null`, want: ""},
		"cut in the middle":  {raw: `{"accountId":"5b`, want: ""},
		"as text of another": {raw: `{"displayName":"\"accountId\":\"no\"","accountId":"yes"}`, want: "yes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, string(textMember([]byte(c.raw), "accountId")))
		})
	}
}

func TestPeopleAreCollectedOnce(t *testing.T) {
	t.Parallel()
	p := people{key: "accountId"}
	raw := []byte(`{"accountId":"a"}`)
	p.add(raw)
	p.add([]byte(`{"accountId":"b"}`))
	p.add([]byte(`{"accountId":"a","displayName":"again"}`))
	raw[2] = 'X' // the decoder's buffer is used again
	list := p.take()
	require.Len(t, list, 2)
	require.JSONEq(t, `{"accountId":"a"}`, string(list[0].raw))
	require.Equal(t, "b", list[1].id)
	require.Empty(t, p.take())

	p.add([]byte(`{"accountId":"a"}`))
	p.reset()
	require.Empty(t, p.take(), "a page that is read anew starts anew")
}

func TestADirectoryTakesWhoeverIsNotListed(t *testing.T) {
	t.Parallel()
	d := newDirectory(&table{})
	d.listed["a"] = true
	d.meet([]person{{id: "a"}, {id: "b"}, {id: "b"}})
	d.meet([]person{{id: "c"}})
	d.listed["c"] = true // the list comes after the projects, which name their leads
	require.Equal(t, []person{{id: "b"}}, d.unlisted())
	require.Empty(t, d.unlisted())
}
