package shard

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tap-jira/internal/bookmark"
	"tap-jira/internal/fault"
	"tap-jira/internal/singer"
)

// Merge unites the states of all shards of one load into the state from
// which the next ordinary run goes on. The order does not matter, and neither
// does a state that is given twice, or again after all were united. It refuses,
// with kind fault.Usage, pieces of different loads, pieces that are not finished
// and loads that are not whole.
func Merge(states []*singer.State) (*singer.State, error) {
	pieces, whole, err := piecesOf(states)
	if err != nil {
		return nil, err
	}
	if whole != nil {
		return whole, nil
	}
	merged := pieces[0].state.Clone()
	for _, name := range streamsIn(pieces) {
		bookmark, err := mergeBookmark(name, pieces)
		if err != nil {
			return nil, err
		}
		merged.SetBookmark(name, bookmark)
	}
	note := pieces[0].note
	merged.SetMember(Member, Note{Plan: note.Plan, Of: note.Of, Done: true})
	merged.SetCurrentlySyncing("")
	return merged, nil
}

// piece is the state of one shard.
type piece struct {
	note  Note
	state *singer.State
}

// piecesOf returns the shards' states in the order of their numbers, each once,
// or the state that they were united into already.
func piecesOf(states []*singer.State) (pieces []piece, whole *singer.State, err error) {
	for _, state := range states {
		note, err := NoteOf(state)
		if err != nil {
			return nil, nil, err
		}
		if note == nil {
			return nil, nil, fault.New(fault.Usage, "give the states that tap-jira sync --shard printed", "one of the states is of no shard")
		}
		pieces = append(pieces, piece{note: *note, state: state})
	}
	if len(pieces) == 0 {
		return nil, nil, fault.New(fault.Usage, "name the state files of all shards", "there is no state to merge")
	}
	slices.SortStableFunc(pieces, func(a, b piece) int { return a.note.Number - b.note.Number })
	first := pieces[0].note
	for _, p := range pieces {
		if p.note.Plan != first.Plan || p.note.Of != first.Of {
			return nil, nil, fault.New(fault.Usage, "give states of one plan", "the states are pieces of different plans: %s and %s", first.Plan, p.note.Plan)
		}
	}
	if first.Number == 0 {
		whole, err = theWhole(pieces)
		return nil, whole, err
	}
	pieces, err = onceEach(pieces)
	return pieces, nil, err
}

// theWhole is the state into which the pieces were united already. Of two that
// differ, one has gone on since, and only who ran them knows which.
func theWhole(pieces []piece) (*singer.State, error) {
	whole := pieces[0].state
	for _, p := range pieces {
		if p.note.Number == 0 && !bytes.Equal(p.state.Encode(), whole.Encode()) {
			return nil, fault.New(fault.Usage, "give the later one alone", "two of the states were united already, and differ")
		}
	}
	return whole, nil
}

// onceEach leaves one state of each shard, a finished one where there is one,
// and names the shards that are missing or not finished.
func onceEach(pieces []piece) ([]piece, error) {
	of := pieces[0].note.Of
	best := make([]*piece, of)
	for i, p := range pieces {
		if n := p.note.Number; n <= of && (best[n-1] == nil || p.note.Done) {
			best[n-1] = &pieces[i]
		}
	}
	var missing, unfinished []string
	var once []piece
	for i, p := range best {
		switch {
		case p == nil:
			missing = append(missing, fmt.Sprint(i+1))
		case !p.note.Done:
			unfinished = append(unfinished, fmt.Sprint(i+1))
		default:
			once = append(once, *p)
		}
	}
	if len(missing) > 0 {
		return nil, fault.New(fault.Usage, "give the states of all shards at once", "of %d shards the states of these are missing: %s", of, strings.Join(missing, ", "))
	}
	if len(unfinished) > 0 {
		return nil, fault.New(fault.Usage, "run each again with tap-jira sync --shard and its state, until it exits with 0", "of %d shards these are not finished: %s", of, strings.Join(unfinished, ", "))
	}
	return once, nil
}

// streamsIn lists the streams that any of the pieces has a bookmark of.
func streamsIn(pieces []piece) []string {
	var names []string
	for _, p := range pieces {
		names = append(names, p.state.Streams()...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// mergeBookmark unites what the pieces say of one stream. One that only the first
// piece reads is as it is; one that each reads and some have passed over is left
// out, so that the next run reads it from the start.
func mergeBookmark(name string, pieces []piece) (singer.Bookmark, error) {
	var held []bookmark.Issues
	var parts []string
	for _, p := range pieces {
		written := p.state.Bookmark(name)
		if len(written) == 0 {
			continue
		}
		var feed bookmark.Feed
		var next bookmark.Issues
		if err := errors.Join(bookmark.Read(name, written, &feed), bookmark.Read(name, written, &next)); err != nil {
			return nil, err
		}
		held, parts = append(held, next), append(parts, feed.Part)
	}
	switch {
	case len(held) == 0:
		return singer.Bookmark{}, nil
	case slices.ContainsFunc(parts, func(part string) bool { return part != "" }):
		return mergeFeed(held, parts, len(pieces))
	case held[0].Scope == "" || len(pieces) == 1:
		return pieces[0].state.Bookmark(name), nil
	case len(held) < len(pieces) || slices.ContainsFunc(held, func(b bookmark.Issues) bool { return b.Loading != nil }):
		return singer.Bookmark{}, nil
	}
	merged := held[0]
	for _, next := range held[1:] {
		merged = merged.Unite(next)
	}
	// What each has printed of the overlap is of its own issues only: the next run prints it once more.
	merged.Overlap = nil
	return bookmark.Write(merged)
}

// mergeFeed unites the parts of the feed of worklogs.
func mergeFeed(held []bookmark.Issues, parts []string, pieces int) (singer.Bookmark, error) {
	if len(held) < pieces || slices.ContainsFunc(parts, func(part string) bool { return part != bookmark.PartRead }) {
		return singer.Bookmark{}, nil
	}
	merged := bookmark.Feed{Key: held[0].Key, Value: held[0].Value, Printed: []uint64{}, Spans: []bookmark.Span{}}
	for _, next := range held {
		merged.Value = min(merged.Value, next.Value)
	}
	return bookmark.Write(merged)
}
