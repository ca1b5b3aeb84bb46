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

// In memory each project has a bitmap. On disk those would be large, because
// the ids of projects are mixed like the days on which issues were made: one
// bitmap of all ids, and behind it the project of each in their order,
// compressed, take less than half.

// packProjects writes the projects, those with most issues first, and then for
// each issue the place of its project in that list.
func (c *Census) packProjects() ([]byte, error) {
	projects := slices.SortedFunc(maps.Keys(c.projects), func(a, b uint64) int {
		return cmp.Or(-compareIDs(c.Size(a), c.Size(b)), compareIDs(a, b))
	})
	projects = slices.DeleteFunc(projects, func(project uint64) bool { return c.Size(project) == 0 })
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
	for _, place := range c.placesOf(projects) {
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
func (c *Census) placesOf(projects []uint64) []uint32 {
	ids := c.issues.ToArray()
	places := make([]uint32, len(ids))
	for place, project := range projects {
		at := 0
		for id := range roaring64.Values(c.projects[project]) {
			ahead, _ := slices.BinarySearch(ids[at:], id)
			at += ahead
			places[at] = uint32(place)
		}
	}
	return places
}

// unpackProjects is the other way round; the issues are known before.
func (c *Census) unpackProjects(packed []byte) error {
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
	for issue := range roaring64.Values(c.issues) {
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
		if c.projects[project] != nil {
			return errGarbled
		}
		c.projects[project] = roaring64.New()
		c.projects[project].AddMany(ids[place])
	}
	return nil
}
