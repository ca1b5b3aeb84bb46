package census

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/RoaringBitmap/roaring/v2/roaring64"
)

// issues are ids of issues by project.
//
// In memory each project has a bitmap. On disk those would be large, because
// the ids of projects are mixed like the days on which issues were made: one
// bitmap of all ids, and behind it the project of each in their order,
// compressed, take less than half.
type issues struct {
	projects map[uint64]*roaring64.Bitmap
	all      *roaring64.Bitmap
}

// newIssues knows none.
func newIssues() issues {
	return issues{projects: map[uint64]*roaring64.Bitmap{}, all: roaring64.New()}
}

// project returns the project of an issue.
func (s *issues) project(issue uint64) (project uint64, ok bool) {
	if !s.all.Contains(issue) {
		return 0, false
	}
	for project, in := range s.projects {
		if in.Contains(issue) {
			return project, true
		}
	}
	return 0, false
}

// has tells whether the issue is there, in that project.
func (s *issues) has(issue, project uint64) bool {
	in := s.projects[project]
	return in != nil && in.Contains(issue)
}

// size is how many issues of a project are there.
func (s *issues) size(project uint64) uint64 {
	if s.projects[project] == nil {
		return 0
	}
	return s.projects[project].GetCardinality()
}

// put adds an issue, or moves it to its project.
func (s *issues) put(issue, project uint64) {
	if !s.all.CheckedAdd(issue) {
		for _, in := range s.projects {
			in.Remove(issue)
		}
	}
	if s.projects[project] == nil {
		s.projects[project] = roaring64.New()
	}
	s.projects[project].Add(issue)
}

// drop takes an issue away.
func (s *issues) drop(issue uint64) {
	if !s.all.CheckedRemove(issue) {
		return
	}
	for _, in := range s.projects {
		in.Remove(issue)
	}
}

// pack writes the projects, those with most issues first, and then for
// each issue the place of its project in that list.
func (s *issues) pack() ([]byte, error) {
	projects := slices.SortedFunc(maps.Keys(s.projects), func(a, b uint64) int {
		return cmp.Or(cmp.Compare(s.size(b), s.size(a)), cmp.Compare(a, b))
	})
	projects = slices.DeleteFunc(projects, func(project uint64) bool { return s.size(project) == 0 })
	out := binary.AppendUvarint(nil, uint64(len(projects)))
	for _, project := range projects {
		out = binary.AppendUvarint(out, project)
	}
	packed := bytes.NewBuffer(out)
	compressor, err := flate.NewWriter(packed, flate.BestSpeed)
	if err != nil {
		return nil, fmt.Errorf("compress projects: %w", err)
	}
	buffered := bufio.NewWriter(compressor)
	for _, place := range s.placesOf(projects) {
		if _, err := buffered.Write(binary.AppendUvarint(nil, uint64(place))); err != nil {
			return nil, fmt.Errorf("compress projects: %w", err)
		}
	}
	if err := buffered.Flush(); err != nil {
		return nil, fmt.Errorf("compress projects: %w", err)
	}
	if err := compressor.Close(); err != nil {
		return nil, fmt.Errorf("compress projects: %w", err)
	}
	return packed.Bytes(), nil
}

// placesOf gives the place of its project for each issue, in the order of ids.
func (s *issues) placesOf(projects []uint64) []uint32 {
	ids := s.all.ToArray()
	places := make([]uint32, len(ids))
	for place, project := range projects {
		at := 0
		for id := range roaring64.Values(s.projects[project]) {
			ahead, _ := slices.BinarySearch(ids[at:], id)
			at += ahead
			places[at] = uint32(place)
		}
	}
	return places
}

// unpack is the other way round; the issues are known before.
func (s *issues) unpack(packed []byte) error {
	count, packed, err := takeNumbers(packed, 1)
	if err != nil || count[0] > uint64(len(packed)) {
		return errGarbled
	}
	projects, packed, err := takeNumbers(packed, int(count[0]))
	if err != nil {
		return err
	}
	places := bufio.NewReader(flate.NewReader(bytes.NewReader(packed)))
	ids := make([][]uint64, len(projects))
	for issue := range roaring64.Values(s.all) {
		place, err := binary.ReadUvarint(places)
		if err != nil || place >= uint64(len(projects)) {
			return errGarbled
		}
		ids[place] = append(ids[place], issue)
	}
	if _, err := places.ReadByte(); err != io.EOF {
		return errGarbled
	}
	for place, project := range projects {
		if s.projects[project] != nil {
			return errGarbled
		}
		s.projects[project] = roaring64.New()
		s.projects[project].AddMany(ids[place])
	}
	return nil
}

// check refuses issues that have no project, or two.
func (s *issues) check() error {
	placed := uint64(0)
	for _, in := range s.projects {
		placed += in.GetCardinality()
	}
	if placed != s.all.GetCardinality() {
		return errGarbled
	}
	return nil
}
