package shard

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
)

// first is the line of a plan.
const first = `{"version":2,"plan":"p","shard":1,"of":2,"site":"https://jira.example","scope":"s","streams":["issues","projects"],` +
	`"created":[{"from":"","before":"2026-05-01T00:00:00.000000Z"}],"worklogs":[{"from":"2026-01-01T00:00:00Z","before":""}],` +
	`"started":"2026-11-22T09:00:00.000000Z","start_date":"2020-01-01T00:00:00.000000Z","requests_per_second":2.5,"issues":7}`

func TestAPieceIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	piece, err := Parse([]byte(first))
	require.NoError(t, err)
	written, err := json.Marshal(piece)
	require.NoError(t, err)
	require.JSONEq(t, first, string(written))
	require.Equal(t, "shard 1 of 2", piece.String())
}

// A plan that an earlier release made is still read.
func TestAPieceOfTheVersionBeforeIsRead(t *testing.T) {
	t.Parallel()
	piece, err := Parse([]byte(strings.Replace(first, `"version":2`, `"version":1`, 1)))
	require.NoError(t, err)
	require.Equal(t, 1, piece.Version)
}

func TestPiecesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for change, problem := range map[[2]string]string{
		{`{"version"`, `["version"`}:                     "read a shard",
		{`"version":2`, `"version":3`}:                   "version is 3, and this tap-jira reads 1 to 2",
		{`"version":2`, `"version":0`}:                   "version is 0",
		{`"shard":1`, `"shard":3`}:                       "not whole",
		{`"shard":1`, `"shard":0`}:                       "not whole",
		{`"plan":"p"`, `"plan":""`}:                      "not whole",
		{`"streams":["issues","projects"],`, ``}:         "not whole",
		{`"created":[{`, `"created":[],"later":[{`}:      "not whole",
		{`"start_date":"2020`, `"start_date":"`}:         "read shard 1 of 2",
		{`"started":"2026`, `"started":"this year`}:      "read shard 1 of 2",
		{`"before":"2026-05-01`, `"before":"2026-05-71`}: "read shard 1 of 2",
		{`"from":"2026-01-01`, `"from":"2026-13-01`}:     "read shard 1 of 2",
	} {
		changed := strings.Replace(first, change[0], change[1], 1)
		require.NotEqual(t, first, changed)
		_, err := Parse([]byte(changed))
		require.ErrorContains(t, err, problem, "%s", change)
		require.Equal(t, fault.Usage, fault.KindOf(err))
		require.NotEmpty(t, fault.HintOf(err))
	}
}

// FuzzParse: a line from outside is read or refused.
func FuzzParse(f *testing.F) {
	f.Add([]byte(first))
	f.Add([]byte(`{"version":1,"plan":"x","shard":1,"of":2,"streams":["issues"],"created":[{"from":"","before":"2024-01-01"}]}`))
	f.Add([]byte(`{"version":1,"plan":"x","shard":1e99}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		piece, err := Parse(line)
		if err != nil {
			require.Equal(t, fault.Usage, fault.KindOf(err))
			return
		}
		require.NotEmpty(t, piece.String())
		require.NotContains(t, piece.Limit("", inWords), "0001-01-01", "an open end is no date")
	})
}

// inWords writes a comparison with a date.
func inWords(field, operator string, at time.Time) string {
	return field + " " + operator + " " + at.Format(time.DateOnly)
}

func TestLimitOfAPiece(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		created     []Span
		scope, want string
	}{
		"open at the start": {created: []Span{{Before: "2026-05-01"}}, want: "((created < 2026-05-01))"},
		"open at the end":   {created: []Span{{From: "2026-05-01"}}, want: "((created >= 2026-05-01))"},
		"within a scope":    {created: []Span{{From: "2026-05-01"}}, scope: "a OR b", want: "(a OR b) AND ((created >= 2026-05-01))"},
		"several spans": {
			created: []Span{{Before: "2026-02-01"}, {From: "2026-05-01", Before: "2026-06-01"}},
			want:    "((created < 2026-02-01) OR (created >= 2026-05-01 AND created < 2026-06-01))",
		},
		"the whole load":         {created: []Span{{}}},
		"the whole of a scope":   {created: []Span{{}}, scope: "a", want: "a"},
		"one span of it is open": {created: []Span{{From: "2026-05-01"}, {}}, scope: "a", want: "a"},
	} {
		require.Equal(t, c.want, (&Piece{Created: c.created}).Limit(c.scope, inWords), name)
	}
	var none *Piece
	require.Equal(t, "a", none.Limit("a", inWords))
}

func TestALoadCountsAsReadFromThePlansStart(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	for started, want := range map[string]time.Time{
		"":                     now,
		"2026-11-22T08:00:00Z": now.Add(-time.Hour),
		"2026-11-22T10:00:00Z": now, // the clock of the plan's machine was wrong
		"nonsense":             now,
	} {
		require.Equal(t, want, (&Piece{Started: started}).StartedAt(now), started)
	}
	var none *Piece
	require.Equal(t, now, none.StartedAt(now))
}

func TestTheFirstPieceHasWhatIsNoIssue(t *testing.T) {
	t.Parallel()
	var none *Piece
	require.True(t, none.First())
	require.True(t, (&Piece{Number: 1}).First())
	require.False(t, (&Piece{Number: 2}).First())
}
