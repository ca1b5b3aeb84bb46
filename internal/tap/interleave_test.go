package tap

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
func named(names ...string) source {
	return func(context.Context) iter.Seq[task] {
		return func(yield func(task) bool) {
			for _, name := range names {
				if !yield(task{kind: name, place: name == "|"}) {
					return
				}
			}
		}
	}
}

// kinds are the names of up to so many tasks.
func kinds(tasks iter.Seq[task], most int) []string {
	names := []string{}
	for t := range tasks {
		if len(names) == most {
			break
		}
		names = append(names, t.kind)
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
			all := interleave(named(c.walk...), named(c.other...), c.first, c.every)
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
	watched := func(name string) source {
		return func(context.Context) iter.Seq[task] {
			events = append(events, name+" begins")
			return func(yield func(task) bool) {
				defer func() { events = append(events, name+" ends") }()
				for i := range 3 {
					if !yield(task{kind: fmt.Sprint(name, i), place: true}) {
						return
					}
				}
			}
		}
	}
	tasks := interleave(watched("walk"), watched("feed"), 1, 1)(t.Context())
	require.Equal(t, []string{"walk begins", "feed begins"}, events)
	require.Equal(t, []string{"feed0", "walk0", "feed1"}, kinds(tasks, 3))
	require.Equal(t, []string{"feed ends", "walk ends"}, slices.Sorted(slices.Values(events[2:])))
}

// What breaks in one of them reaches who reads, who mends it.
func TestAPanicPassesThroughInterleavedSources(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	breaks := func(context.Context) iter.Seq[task] {
		return func(func(task) bool) { panic(broken) }
	}
	require.PanicsWithError(t, "broken", func() { kinds(interleave(named("a", "|"), breaks, 1, 1)(t.Context()), 9) })
	require.PanicsWithError(t, "broken", func() { kinds(interleave(breaks, named("a"), 1, 1)(t.Context()), 9) })
}
