package tap

import (
	"encoding/base64"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/jira"
	"tap-jira/internal/selection"
	"tap-jira/internal/shape"
	"tap-jira/internal/singer"
	"tap-jira/internal/stream"
)

// manyFields are the custom fields of a site, named as people name them.
func manyFields(n int) []shape.Field {
	words := strings.Fields(`customer business value date owner team risk impact severity region cost centre release target start
		end approval status review reviewer priority environment build version platform browser component external issue id link
		reason category score estimate actual budget revenue contract vendor product line market segment channel phase gate`)
	random := rand.New(rand.NewPCG(7, 7))
	fields := make([]shape.Field, n)
	for i := range fields {
		var name []string
		for range 1 + random.IntN(4) {
			name = append(name, words[random.IntN(len(words))])
		}
		fields[i] = shape.Field{ID: fmt.Sprintf("customfield_%d", 10000+i), Name: strings.Join(name, " "), Custom: true, Type: "string"}
	}
	return fields
}

// columnsRun is a run with columns over made-up fields.
func columnsRun(fields []shape.Field) *run {
	r := newRun(Options{FieldColumns: true, Logger: slog.New(slog.DiscardHandler)})
	r.fields, r.site = fields, &jira.Site{}
	return r
}

func TestStateKeepsTheNamesOfColumns(t *testing.T) {
	t.Parallel()
	for fields, limit := range map[int]int{0: 0, 60: 800, 300: 4_000, 1400: 18_000} {
		r := columnsRun(manyFields(fields))
		require.NoError(t, r.nameColumns(nil))
		issues, _ := stream.Find("issues")
		table, err := r.newTable(issues, selection.Choice{Keep: func(path ...string) bool { return path[0] != shape.RawFields }})
		require.NoError(t, err)
		r.tables = append(r.tables, table)
		r.keepColumns()
		size := len(r.state.Encode()) - len(singer.NewState().Encode())
		require.LessOrEqual(t, size, limit+len(`,"issue_columns":""`), "%d fields", fields)
		t.Logf("%d fields: %d bytes", fields, size)

		next := columnsRun(manyFields(fields))
		next.state, err = singer.ParseState(r.state.Encode(), nil)
		require.NoError(t, err)
		for i := range next.fields {
			next.fields[i].Name = "renamed"
		}
		require.NoError(t, next.nameColumns(nil))
		require.Equal(t, r.columns, next.columns)
	}
}

func TestTooManyColumns(t *testing.T) {
	t.Parallel()
	r := columnsRun(manyFields(1600))
	require.NoError(t, r.nameColumns(nil))
	issues, _ := stream.Find("issues")
	_, err := r.newTable(issues, selection.Choice{Keep: func(path ...string) bool { return path[0] != shape.RawFields }})
	require.Equal(t, fault.Usage, fault.KindOf(err))
	require.ErrorContains(t, err, "issues would have 1614 columns, and targets take 1500 at most")
	_, err = r.newTable(issues, selection.Choice{Keep: func(path ...string) bool { return path[0] == "key" }})
	require.NoError(t, err)
	r.options.FieldColumns = false
	_, err = r.newTable(issues, selection.Choice{Keep: func(...string) bool { return true }})
	require.NoError(t, err, "nested is one column")
}

// TestNamesThatCannotBeRead holds broken states, which must not stop a run: the names are made anew, and it is told.
func TestNamesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for _, broken := range []any{"%%", "AAAA", 7, []string{"a"}, base64.RawStdEncoding.EncodeToString([]byte("\x4b\x4c\x02\x00"))} {
		r := columnsRun(manyFields(3))
		var log strings.Builder
		r.log = slog.New(slog.NewTextHandler(&log, nil))
		r.state.SetMember(columnsMember, broken)
		require.NoError(t, r.nameColumns(nil))
		require.Len(t, r.columns, 3)
		require.Contains(t, log.String(), "cannot be read", "%v", broken)
	}
}
