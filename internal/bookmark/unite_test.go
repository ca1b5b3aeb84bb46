package bookmark

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestUniteKeepsTheEarlierOfBoth(t *testing.T) {
	t.Parallel()
	a := Issues{Key: "updated", Value: "2026-02", Swept: "2026-01", Scope: "s", Unread: []uint64{7, 2}}
	b := Issues{Key: "updated", Value: "2026-01", Swept: "2026-02", Scope: "s", Unread: []uint64{3, 7}}
	want := Issues{Key: "updated", Value: "2026-01", Swept: "2026-01", Scope: "s", Unread: []uint64{2, 3, 7}}
	require.Equal(t, want, a.Unite(b))
	require.Equal(t, want, b.Unite(a))
	require.Equal(t, []uint64{7, 2}, a.Unread, "the pieces stay as they are")

	a.Claim, b.Claim = &Claim{Start: "2020", Issues: 3}, &Claim{Start: "2020", Issues: 4}
	require.EqualValues(t, 7, a.Unite(b).Claim.Issues)
}

func TestClaimsOfPiecesAddUp(t *testing.T) {
	t.Parallel()
	claim := func(change func(c *Claim)) *Claim {
		c := &Claim{Start: "2020", Before: "2026", Loaded: "2026-02", Issues: 10, Older: 1, Top: 99, Unread: []uint64{5}, Ahead: [][2]int64{{8, 1}}}
		if change != nil {
			change(c)
		}
		return c
	}
	other := claim(func(c *Claim) {
		c.Loaded, c.Issues, c.Older, c.Top, c.Unread, c.Ahead = "2026-01", 20, 2, 70, []uint64{4}, [][2]int64{{3, 2}}
	})
	want := &Claim{Start: "2020", Before: "2026", Loaded: "2026-01", Issues: 30, Older: 3, Top: 99, Unread: []uint64{4, 5}, Ahead: [][2]int64{{3, 2}, {8, 1}}}
	require.Equal(t, want, claim(nil).unite(other))
	require.Equal(t, want, other.unite(claim(nil)))

	full := claim(func(c *Claim) {
		c.Ahead = nil
		for i := range int64(MaxAhead) {
			c.Ahead = append(c.Ahead, [2]int64{100 + i, 1})
		}
	})
	many := full.unite(claim(func(c *Claim) { c.Ahead = nil }))
	require.False(t, many.Many, "exactly as many as are remembered")
	require.Len(t, many.Ahead, MaxAhead)
	many = full.unite(claim(nil))
	require.True(t, many.Many)
	require.Empty(t, many.Ahead)
	require.True(t, claim(func(c *Claim) { c.Many = true }).unite(claim(nil)).Many)

	for name, differs := range map[string]*Claim{
		"no claim":    nil,
		"another":     claim(func(c *Claim) { c.Start = "2021" }),
		"as far":      claim(func(c *Claim) { c.Before = "2025" }),
		"limits only": claim(func(c *Claim) { c.Limited = true }),
	} {
		require.Nil(t, claim(nil).unite(differs), name)
		require.Nil(t, differs.unite(claim(nil)), name)
	}
}
