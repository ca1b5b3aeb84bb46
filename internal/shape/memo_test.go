package shape

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jsonread"
)

// readWith shapes records one after the other and returns their members with what was shown and repaired.
func readWith(t *testing.T, plan *Plan, memo *Memo, records ...string) (lines []string) {
	t.Helper()
	row := Row{Memo: memo}
	for _, record := range records {
		var shown []string
		row.User = func(raw []byte) { shown = append(shown, string(raw)) }
		members, err := plan.AppendMembers(nil, jsonread.NewBytesDecoder([]byte(record)), &row)
		require.NoError(t, err)
		lines = append(lines, fmt.Sprintf("%s %v %v", members, shown, row.Repairs))
	}
	return lines
}

func TestARememberedObjectIsWrittenAsIfItWereRead(t *testing.T) {
	t.Parallel()
	plan := compile(t, load(t, "changelogs", Options{}), PlanOptions{})
	user := func(id, rest string) string {
		return `{"id":"1","author":{"self":"https://acme/user?id=` + id + `","accountId":"` + id + `"` + rest + `},"created":0}`
	}
	records := []string{
		user("a", ""), user("b", ""), user("a", ""), user("a", ""), user("a", `,"active":true`), user("a", ""), user("b", ""), user("b", ""),
		user("c", `,"name":"\u0000x"`), user("c", `,"name":"\u0000x"`), user("c", `,"name":"\u0000x"`), // repaired each time
		user("d", `,"name":"Zoë 漢字"`), user("d", `,"name":"Zoë 漢字"`), user("d", `,"name":"Zoë 漢字"`),
		`{"author":{}}`, `{"author":{"x":1}}`, `{"author":{"x":1}}`, `{"author":{"x":1}}`, `{"author":{"x":1,"y":2}}`,
		"{\"author\" : \n{\"x\":\n1}}", "{\"author\" : \n{\"x\":\n1}}", "{\"author\" : \n{\"x\":\n1}}",
		`{"author":{"self":"` + strings.Repeat("x", 2*memoText) + `","a":1}}`, `{"author":{"self":"x","long":"` + strings.Repeat("y", 2*memoText) + `"}}`,
	}
	require.Equal(t, readWith(t, plan, nil, records...), readWith(t, plan, NewMemo(), records...))
}

func TestOnlyWhatComesAgainIsRemembered(t *testing.T) {
	t.Parallel()
	memo, object := NewMemo(), []byte(`{"id":"1","name":"Done"}`)
	known, place := memo.find(object)
	require.Nil(t, known)
	memo.note(place, object)
	known, _ = memo.find(object)
	require.Nil(t, known, "after it came once")
	memo.note(place, object)
	known, _ = memo.find(append(object, `,"next":1`...))
	require.Equal(t, string(object), string(known))

	known, place = memo.find([]byte(`{"id":"1","name":"Done","more":1}`))
	require.Nil(t, known, "what begins alike is another object")
	require.NotNil(t, place)
	memo.note(place, make([]byte, memoText+1))
	memo.note(place, make([]byte, memoText+1))
	known, _ = memo.find(object)
	require.NotNil(t, known, "a long object takes no place")

	known, _ = memo.find([]byte(`{"id":"1","n4me":"Done"}`))
	require.Nil(t, known, "the same length and the same end, but not the same")
	known, _ = memo.find(object[:len(object)-1])
	require.Nil(t, known, "the text ends before the object does")

	_, place = memo.find([]byte(`{},"id":"1"`))
	memo.note(place, []byte(`{}`))
	memo.note(place, []byte(`{}`))
	known, _ = memo.find([]byte(`{},"id":"1"`))
	require.Nil(t, known, "what is shorter than a word is not worth it")

	for _, text := range []string{"", "{", `{"id":"1"}`, `{"id":"` + strings.Repeat("1", memoHead) + `",`} {
		_, place = memo.find([]byte(text))
		require.Nil(t, place, text)
	}
}

func TestAMemoIsSharedByRows(t *testing.T) {
	t.Parallel()
	plan, memo := compile(t, load(t, "changelogs", Options{}), PlanOptions{}), NewMemo()
	var records []string
	for i := range 300 {
		records = append(records, fmt.Sprintf(`{"id":"%d","author":{"accountId":"%d","name":"x"},"items":[{"field":"a"}]}`, i, i%7))
	}
	want := readWith(t, plan, nil, records...)
	got := make([][]string, 4)
	var rows sync.WaitGroup
	for i := range got {
		rows.Go(func() { got[i] = readWith(t, plan, memo, records...) })
	}
	rows.Wait()
	for _, lines := range got {
		require.Equal(t, want, lines)
	}
}

// TestAMemoAcrossTheWindow cuts records by the decoder's window at any place.
func TestAMemoAcrossTheWindow(t *testing.T) {
	t.Parallel()
	plan := compile(t, load(t, "changelogs", Options{}), PlanOptions{})
	record := `{"id":"%d","author":{"accountId":"712020:ef114595","displayName":"` + strings.Repeat("Mia ", 50) + `"},"created":1709285400123}` + "\n"
	var body bytes.Buffer
	for i := range 2000 {
		fmt.Fprintf(&body, record, i)
	}
	read := func(memo *Memo) (out []byte) {
		dec, row := jsonread.NewDecoder(bytes.NewReader(body.Bytes())), Row{Memo: memo}
		var err error
		for dec.PeekKind() == '{' {
			out, err = plan.AppendMembers(out, dec, &row)
			require.NoError(t, err)
		}
		return out
	}
	require.Equal(t, string(read(nil)), string(read(NewMemo())))
}

// TestAPersonIsRememberedInEachForm: what begins alike shares a place, and the oldest makes room.
func TestAPersonIsRememberedInEachForm(t *testing.T) {
	t.Parallel()
	memo := NewMemo()
	form := func(i int) []byte { return fmt.Appendf(nil, `{"accountId":"1","form":%d}`, i) }
	isKnown := func(i int) bool {
		known, _ := memo.find(form(i))
		return string(known) == string(form(i))
	}
	for i := range memoWays {
		_, place := memo.find(form(i))
		memo.note(place, form(i))
		memo.note(place, form(i))
	}
	for i := range memoWays {
		require.True(t, isKnown(i), i)
	}
	_, place := memo.find(form(memoWays))
	memo.note(place, form(memoWays))
	memo.note(place, form(memoWays))
	require.True(t, isKnown(memoWays))
	require.False(t, isKnown(0), "the oldest")
	require.True(t, isKnown(1))
}
