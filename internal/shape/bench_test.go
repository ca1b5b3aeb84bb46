package shape

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"tap-jira/internal/jsonread"
)

// issuePage makes a search page of issues of about 10 KB, with 120 custom fields of which 95 are null, and the fields
// that GET /field would tell of.
func issuePage(tb testing.TB, issues int) ([]byte, []Field) {
	tb.Helper()
	s, err := Load("issues", Options{})
	require.NoError(tb, err)
	example := string(s.Examples()[0])
	end := strings.LastIndex(example, "}")
	end = strings.LastIndex(example[:end], "}")
	kinds := []struct{ typ, items, value string }{
		{"string", "", `"some text of a usual length, with an \"escape\" in it and a bit more to read"`},
		{"number", "", `8.0`},
		{"datetime", "", `"2024-02-28T16:05:12.345+0100"`},
		{"option", "", `{"self":"https://example.atlassian.net/rest/api/2/customFieldOption/10011","value":"A","id":"10011"}`},
		{"array", "string", `["one","two"]`},
	}
	var custom strings.Builder
	fields := make([]Field, 0, 120)
	for i := range 120 {
		kind, value := kinds[i%5], "null"
		if i < 25 {
			value = kind.value
		}
		id := fmt.Sprintf("customfield_%d", 10000+i)
		fmt.Fprintf(&custom, `,%q:%s`, id, value)
		fields = append(fields, Field{ID: id, Name: "Field", Custom: true, Type: kind.typ, Items: kind.items})
	}
	record := example[:end] + custom.String() + example[end:]
	compact := jsontext.Value(record)
	require.NoError(tb, compact.Compact())
	page := bytes.Repeat(append(compact, ','), issues)
	return append(append([]byte{'['}, page[:len(page)-1]...), ']'), fields
}

func issuePlan(tb testing.TB, fields []Field) *Plan {
	tb.Helper()
	s, err := Load("issues", Options{})
	require.NoError(tb, err)
	return compile(tb, s.WithFields(fields), PlanOptions{
		Lift:    map[string]string{"created": "fields.created", "updated": "fields.updated"},
		Capture: []string{"id", "updated"},
		Divert:  []string{"fields.comment", "fields.worklog"},
	})
}

// readPage shapes a page of records into dst.
func readPage(tb testing.TB, dst []byte, dec *jsonread.Decoder, plan *Plan, row *Row) []byte {
	tb.Helper()
	_, err := dec.ReadToken()
	for err == nil && dec.PeekKind() == '{' {
		dst, err = plan.AppendMembers(append(dst, '{'), dec, row)
		dst = append(dst, "}\n"...)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return dst
}

func BenchmarkIssuePage(b *testing.B) {
	page, fields := issuePage(b, 100)
	b.Logf("%d bytes a page", len(page))
	benchmarkPage(b, page, issuePlan(b, fields))
}

// benchmarkPage reads a page with a plan again and again.
func benchmarkPage(b *testing.B, page []byte, plan *Plan) {
	b.Helper()
	dec, row := jsonread.NewDecoder(strings.NewReader("")), &Row{}
	var out []byte
	b.SetBytes(int64(len(page)))
	b.ReportAllocs()
	for b.Loop() {
		dec.Reset(bytes.NewReader(page))
		out = readPage(b, out[:0], dec, plan, row)
	}
}

// BenchmarkFloor only reads the same page.
func BenchmarkFloor(b *testing.B) {
	page, _ := issuePage(b, 100)
	dec := jsonread.NewDecoder(strings.NewReader(""))
	b.SetBytes(int64(len(page)))
	b.ReportAllocs()
	for b.Loop() {
		dec.Reset(bytes.NewReader(page))
		if err := dec.SkipValue(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDate(b *testing.B) {
	for _, text := range []string{"2024-03-01T09:30:00.000+0000", "2024-03-01T09:30:00.000+0530"} {
		b.Run(text, func(b *testing.B) {
			var out []byte
			for b.Loop() {
				out, _ = appendTime(out[:0], []byte(text))
			}
		})
	}
}

func TestSteadyStateDoesNotAllocate(t *testing.T) {
	page, fields := issuePage(t, 1)
	requireNoAllocation(t, page, issuePlan(t, fields))
}

// requireNoAllocation reads a page with a plan, which takes no more memory than skipping it.
func requireNoAllocation(t *testing.T, page []byte, plan *Plan) {
	t.Helper()
	dec, row := jsonread.NewDecoder(strings.NewReader("")), &Row{User: func([]byte) {}}
	reader := bytes.NewReader(page)
	var out []byte
	shapePage := func() {
		reader.Reset(page)
		dec.Reset(reader)
		out = readPage(t, out[:0], dec, plan, row)
	}
	shapePage()
	require.Empty(t, row.Repairs)
	idle := testing.AllocsPerRun(20, func() {
		reader.Reset(page)
		dec.Reset(reader)
		if err := dec.SkipValue(); err != nil {
			t.Fatal(err)
		}
	})
	require.LessOrEqual(t, testing.AllocsPerRun(20, shapePage), idle, "the plan allocates")
}
