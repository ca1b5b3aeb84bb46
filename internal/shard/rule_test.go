package shard

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
)

var (
	now     = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	longAgo = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
)

func TestByRule(t *testing.T) {
	t.Parallel()
	for _, pieces := range []int{2, 3, 16, 100, Max} {
		var spans []Span
		for number := 1; number <= pieces; number++ {
			piece, err := ByRule(number, pieces, Load{StartDate: longAgo}, now)
			require.NoError(t, err)
			require.Less(t, len(piece.Created), 60, "the query stays short")
			require.Equal(t, piece.Created, piece.Worklogs)
			spans = append(spans, piece.Created...)
		}
		slices.SortFunc(spans, func(a, b Span) int { return strings.Compare(a.From, b.From) })
		require.Empty(t, spans[0].From)
		for i, span := range spans[1:] {
			require.Equal(t, spans[i].Before, span.From, "no time is left out and none is in two")
		}
		require.Greater(t, spans[len(spans)-1].Before, now.Format(time.RFC3339))
	}
}

func TestPiecesThatARuleDoesNotGive(t *testing.T) {
	t.Parallel()
	for _, each := range []struct{ number, of int }{{0, 2}, {3, 2}, {1, 0}, {1, Max + 1}, {-1, -1}} {
		_, err := ByRule(each.number, each.of, Load{StartDate: longAgo}, now)
		require.Equal(t, fault.Usage, fault.KindOf(err), fmt.Sprint(each))
	}
	_, err := ByRule(1, 2, Load{}, now)
	require.ErrorContains(t, err, "start_date")
	alone, err := ByRule(1, 1, Load{}, now)
	require.NoError(t, err, "a load in one piece needs no date that others share")
	require.Equal(t, []Span{{}}, alone.Created)
	require.Empty(t, alone.StartDate)
}

// Pieces of loads that differ in anything must not be united.
func TestTheNameOfAPlanTellsLoadsApart(t *testing.T) {
	t.Parallel()
	load := Load{Site: "https://jira.example", Scope: "project = A", StartDate: longAgo}
	name := func(l Load, of int) string {
		piece, err := ByRule(1, of, l, now)
		require.NoError(t, err)
		return piece.Plan
	}
	names := map[string]string{name(load, 3): "the load"}
	site, scope, start, end := load, load, load, load
	site.Site, scope.Scope, start.StartDate, end.EndDate = "https://other.example", "", now, now
	for what, plan := range map[string]string{"site": name(site, 3), "scope": name(scope, 3), "start": name(start, 3), "end": name(end, 3), "pieces": name(load, 2)} {
		require.NotContains(t, names, plan, what)
		names[plan] = what
	}
	later, err := ByRule(2, 3, load, now.Add(time.Hour))
	require.NoError(t, err)
	require.Contains(t, names, later.Plan, "the pieces begin at different times")
}

// Workers of several versions share a load by the rule, so that it stays as it is.
func TestTheRuleStaysTheSame(t *testing.T) {
	t.Parallel()
	const stamp = "2006-01-02T15:04:05.000000Z"
	begin := time.Date(2002, 1, 7, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct{ number, of, weeks int }{{1, 2, 16}, {2, 2, 16}, {2, 3, 10}, {5, 32, 1}, {5, 100, 1}} {
		piece, err := ByRule(c.number, c.of, Load{StartDate: longAgo}, now)
		require.NoError(t, err)
		first := begin.AddDate(0, 0, 7*c.weeks*(c.number-1))
		want := Span{From: first.Format(stamp), Before: first.AddDate(0, 0, 7*c.weeks).Format(stamp)}
		if c.number == 1 {
			want.From = ""
		}
		require.Equal(t, want, piece.Created[0])
		second := first.AddDate(0, 0, 7*c.weeks*c.of)
		require.Equal(t, second.Format(stamp), piece.Created[1].From)
	}
}
