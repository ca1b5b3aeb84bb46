package inorder

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// named are tasks that can be told by their kind; those named "|" are places.
func named(names ...string) Source[sheet] {
	return func(context.Context) iter.Seq[Task[sheet]] {
		return func(yield func(Task[sheet]) bool) {
			for _, name := range names {
				if !yield(Task[sheet]{Kind: name, Place: name == "|"}) {
					return
				}
			}
		}
	}
}

// kinds are the names of up to so many tasks.
func kinds(tasks iter.Seq[Task[sheet]], most int) []string {
	names := []string{}
	for t := range tasks {
		if len(names) == most {
			break
		}
		names = append(names, t.Kind)
	}
	return names
}

func TestTasksAreInterleavedByPlaces(t *testing.T) {
	t.Parallel()
	walk := []string{"a", "b", "|", "c", "|", "|", "d", "|", "end"}
	for name, c := range map[string]struct {
		walk, other  []string
		first, every int
		want         []string
	}{
		"at each place":            {walk, []string{"1", "2", "3"}, 1, 1, []string{"1", "a", "b", "|", "2", "c", "|", "3", "|", "d", "|", "end"}},
		"at each second":           {walk, []string{"1", "2", "3"}, 1, 2, []string{"1", "a", "b", "|", "c", "|", "2", "|", "d", "|", "3", "end"}},
		"the rest comes behind":    {walk, []string{"1", "2", "3", "4", "5", "6"}, 1, 3, []string{"1", "a", "b", "|", "c", "|", "|", "2", "d", "|", "end", "3", "4", "5", "6"}},
		"two ahead of the walk":    {walk, []string{"1", "2", "3"}, 2, 3, []string{"1", "2", "a", "b", "|", "c", "|", "|", "3", "d", "|", "end"}},
		"all ahead of the walk":    {walk, []string{"1", "2"}, 3, 1, []string{"1", "2", "a", "b", "|", "c", "|", "|", "d", "|", "end"}},
		"nothing to put between":   {walk, nil, 1, 1, walk},
		"a walk without places":    {[]string{"a", "b"}, []string{"1", "2"}, 1, 1, []string{"1", "a", "b", "2"}},
		"a walk without anything":  {nil, []string{"1", "2"}, 1, 1, []string{"1", "2"}},
		"places between are other": {walk, []string{"|", "|", "|"}, 1, 2, []string{"|", "a", "b", "|", "c", "|", "|", "|", "d", "|", "|", "end"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := Interleave(named(c.walk...), named(c.other...), c.first, c.every)
			require.Equal(t, c.want, kinds(all(t.Context()), 100))
			for most := range len(c.want) {
				require.Equal(t, c.want[:most], kinds(all(t.Context()), most), "who wants no more gets no more")
			}
		})
	}
}

// Both sources begin at once, whichever of them is read first, and end when their reader does.
func TestInterleavedSourcesBeginAndEndTogether(t *testing.T) {
	t.Parallel()
	var events []string
	watched := func(name string) Source[sheet] {
		return func(context.Context) iter.Seq[Task[sheet]] {
			events = append(events, name+" begins")
			return func(yield func(Task[sheet]) bool) {
				defer func() { events = append(events, name+" ends") }()
				for i := range 3 {
					if !yield(Task[sheet]{Kind: fmt.Sprint(name, i), Place: true}) {
						return
					}
				}
			}
		}
	}
	tasks := Interleave(watched("walk"), watched("feed"), 1, 1)(t.Context())
	require.Equal(t, []string{"walk begins", "feed begins"}, events)
	require.Equal(t, []string{"feed0", "walk0", "feed1"}, kinds(tasks, 3))
	require.Equal(t, []string{"feed ends", "walk ends"}, slices.Sorted(slices.Values(events[2:])))
}

// What breaks in one of them reaches who reads, who mends it.
func TestAPanicPassesThroughInterleavedSources(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	breaks := func(context.Context) iter.Seq[Task[sheet]] {
		return func(func(Task[sheet]) bool) { panic(broken) }
	}
	require.PanicsWithError(t, "broken", func() { kinds(Interleave(named("a", "|"), breaks, 1, 1)(t.Context()), 9) })
	require.PanicsWithError(t, "broken", func() { kinds(Interleave(breaks, named("a"), 1, 1)(t.Context()), 9) })
}

// All sources of a chain are asked at once, and read one after the other.
func TestAChainBeginsAllAndReadsInTurn(t *testing.T) {
	t.Parallel()
	var events []string
	watched := func(name string, tasks int) Source[sheet] {
		return func(context.Context) iter.Seq[Task[sheet]] {
			events = append(events, name)
			return func(yield func(Task[sheet]) bool) {
				for i := range tasks {
					if !yield(Task[sheet]{Kind: fmt.Sprint(name, i)}) {
						return
					}
				}
			}
		}
	}
	chain := Chain(watched("a", 2), watched("b", 0), watched("c", 2))
	for task := range chain(t.Context()) {
		require.Equal(t, []string{"a", "b", "c"}, events)
		require.Equal(t, "a0", task.Kind)
		break
	}
	require.Equal(t, []string{"a0", "a1", "c0", "c1"}, kinds(chain(t.Context()), 9))
	require.Equal(t, []string{"a0", "a1", "c0"}, kinds(chain(t.Context()), 3), "who wants no more gets no more")
	require.Empty(t, kinds(Chain[sheet]()(t.Context()), 9))
}
