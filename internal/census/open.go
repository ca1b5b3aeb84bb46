package census

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/RoaringBitmap/roaring/v2/roaring64"
	"github.com/gofrs/flock"
)

// Mark names what was known at a Commit. It goes into the state of the run.
type Mark struct {
	// Name is the census: a hash of what it holds for.
	Name string `json:"name"`
	// Generation is the file.
	Generation uint64 `json:"generation"`
	// Sum is the place in the file: the checksum of all up to there.
	Sum string `json:"sum"`
}

// Options say where a census is and what it holds for.
type Options struct {
	// Dir is the folder of the files. It is made when it is not there.
	Dir string
	// Fingerprint is all that decides what can be seen and is wanted. When it
	// changed, what is known says nothing and the census begins anew.
	Fingerprint []string
	// Marks are those of the incoming state; a part without one is empty.
	Marks map[Part]Mark
}

// Reasons why a census cannot be opened.
var (
	// ErrLost says that the file that the state names is missing or damaged.
	ErrLost = errors.New("the census is lost")
	// ErrInUse says that another run holds the census.
	ErrInUse = errors.New("another run uses the census")
)

// store is where a census lies.
type store struct {
	dir      string
	name     string
	replaces string
	lock     *flock.Flock
	marks    map[Part]Mark // what the state may name now
	tails    map[Mark]bool // whether something follows them in their files
	next     uint64        // the generation to write
	file     *os.File      // nil before the first change
	sum      chain
	broken   error
}

// Open reads the census as it was at the marks, discards what is newer than
// them and removes what is older. A file that the marks name and that cannot be
// read is an ErrLost, and nothing is removed then. The caller closes the census.
func Open(o Options) (*Census, error) {
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of the census: %w", err)
	}
	c := newCensus()
	c.store = store{dir: o.Dir, name: nameOf(o.Fingerprint), marks: map[Part]Mark{}, tails: map[Mark]bool{}}
	if err := c.store.take(); err != nil {
		return nil, err
	}
	for part, mark := range o.Marks {
		if mark.Name == c.store.name {
			c.store.marks[part] = mark
			continue
		}
		c.store.replaces = mark.Name
		c.store.next = max(c.store.next, mark.Generation+1)
	}
	err := c.read()
	if err == nil {
		err = c.lookAhead()
	}
	if err == nil {
		err = c.store.tidy()
	}
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// nameOf hashes a fingerprint.
func nameOf(fingerprint []string) string {
	var text []byte
	for _, each := range fingerprint {
		text = append(strconv.AppendQuote(text, each), ' ')
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:6])
}

// Fresh tells that nothing was known when the census was opened, for any part.
func (c *Census) Fresh() bool { return len(c.store.marks) == 0 }

// take locks the census, so that two runs do not write it at once.
func (s *store) take() error {
	s.lock = flock.New(filepath.Join(s.dir, "census-"+s.name+".lock"), flock.SetPermissions(0o600))
	locked, err := s.lock.TryLock()
	if err != nil {
		return fmt.Errorf("lock the census: %w", err)
	}
	if !locked {
		return fmt.Errorf("lock the census in %s: %w", s.dir, ErrInUse)
	}
	return nil
}

// read reads each part at its mark. Parts at one mark are read at once.
func (c *Census) read() error {
	at := map[Mark][]Part{}
	for part, mark := range c.store.marks {
		at[mark] = append(at[mark], part)
	}
	for mark, parts := range at {
		seen, head, more, err := readFile(c.store.path(mark.Generation), mark)
		if err != nil {
			return err
		}
		c.store.tails[mark] = more
		c.store.replaces = head.Replaces
		c.adopt(seen, parts)
	}
	return nil
}

// adopt takes parts over from what a file holds.
func (c *Census) adopt(seen *Census, parts []Part) {
	for _, part := range parts {
		switch part {
		case Issues:
			c.known, c.unsure = seen.known, seen.unsure
		case Comments:
			c.children[Comments] = seen.children[Comments]
		case Worklogs:
			c.children[Worklogs], c.worklogs = seen.children[Worklogs], seen.worklogs
		}
	}
}

// lookAhead takes in what runs noted that were killed before a state said so. It
// does not count as known, but what they have printed must not be forgotten: it
// is written anew before their files are removed.
func (c *Census) lookAhead() error {
	s := &c.store
	there, err := s.generations(s.name)
	if err != nil {
		return err
	}
	slices.Sort(there)
	s.next = max(s.next, 1)
	if len(s.marks) == 0 {
		s.next = max(s.next, last(there)+1)
	}
	for _, mark := range s.marks {
		s.next = max(s.next, mark.Generation+1)
	}
	found := false
	for mark, more := range s.tails {
		if !more {
			continue
		}
		later, _ := readAhead(s.path(mark.Generation), mark.Sum)
		for _, part := range parts() {
			found = s.marks[part] == mark && c.heed(part, later) || found
		}
	}
	found = c.heedGenerations(there) || found
	if !found {
		return nil
	}
	if err := c.begin(); err != nil {
		return fmt.Errorf("write the census in %s: %w", s.dir, err)
	}
	return nil
}

// heedGenerations takes in newer files, as far as the runs that wrote them went
// on from the marks, or from one another.
func (c *Census) heedGenerations(there []uint64) (found bool) {
	s := &c.store
	heeded := map[Part]map[uint64]bool{Issues: {}, Comments: {}, Worklogs: {}}
	for _, generation := range there {
		newer := func(part Part) bool { return generation > s.marks[part].Generation }
		if !slices.ContainsFunc(parts(), newer) {
			continue
		}
		later, head := readAhead(s.path(generation), "")
		for _, part := range parts() {
			after := head.After[part]
			if newer(part) && (after == s.marks[part] || heeded[part][after.Generation]) {
				heeded[part][generation] = true
				found = c.heed(part, later) || found
			}
		}
	}
	return found
}

// heed takes in what a later file knows of a part, and tells whether that was
// anything.
func (c *Census) heed(part Part, later *Census) bool {
	switch {
	case later == nil:
		return false
	case part == Issues:
		return c.heedIssues(later)
	case part == Comments:
		return c.heedChildren(part, later)
	}
	before := c.worklogs.GetCardinality()
	c.worklogs.Or(later.worklogs)
	return c.heedChildren(part, later) || c.worklogs.GetCardinality() > before
}

// heedIssues makes unsure what stands otherwise in a later file, or was changed
// in it.
func (c *Census) heedIssues(later *Census) (found bool) {
	moved := roaring64.Xor(c.known.all, later.known.all)
	moved.Or(later.unsure.all)
	moved.Or(later.touched)
	for issue := range roaring64.Values(moved) {
		project, known := c.Project(issue)
		if !known {
			project, _ = later.Project(issue)
		}
		found = found || !c.unsure.all.Contains(issue)
		c.makeUnsure(issue, project)
	}
	return found
}

// heedChildren adds the children that a later file knows.
func (c *Census) heedChildren(part Part, later *Census) (found bool) {
	noted := len(c.pending)
	later.children[part].merge()
	for issue, list := range later.children[part].all() {
		ids, _, _ := readList(list)
		c.AddChildren(part, issue, ids)
	}
	found = len(c.pending) > noted
	c.pending = c.pending[:noted] // the snapshot holds them
	return found
}

// tidy removes the files that no state can name any more. Without a mark nothing
// is removed: the run may have been started without its state by mistake.
func (s *store) tidy() error {
	there, err := s.generations(s.name)
	if err != nil || len(s.marks) == 0 {
		return err
	}
	named := slices.Collect(maps.Values(s.marks))
	oldest := slices.MinFunc(named, byGeneration).Generation
	newest := slices.MaxFunc(named, byGeneration).Generation
	for _, generation := range there {
		if generation < oldest || generation > newest && (s.file == nil || generation != s.next) {
			err = errors.Join(err, os.Remove(s.path(generation)))
		}
	}
	return errors.Join(err, s.removeReplaced())
}

// byGeneration orders marks by age.
func byGeneration(a, b Mark) int { return cmp.Compare(a.Generation, b.Generation) }

// last is the newest generation, 0 for none.
func last(generations []uint64) uint64 {
	if len(generations) == 0 {
		return 0
	}
	return slices.Max(generations)
}

// removeReplaced removes the census whose place this one took, now that a state
// names this one. A census that this run replaces is still named by the state.
func (s *store) removeReplaced() error {
	if len(s.marks) == 0 || s.replaces == "" || s.replaces == s.name {
		return nil
	}
	generations, err := s.generations(s.replaces)
	for _, generation := range generations {
		err = errors.Join(err, os.Remove(s.fileOf(s.replaces, generation)))
	}
	s.replaces = ""
	return err
}

// generations lists the files of a census.
func (s *store) generations(name string) ([]uint64, error) {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return nil, fmt.Errorf("list the census: %w", err)
	}
	var found []uint64
	for _, entry := range entries {
		number, ours := strings.CutPrefix(entry.Name(), "census-"+name+"-")
		if generation, err := strconv.ParseUint(number, 10, 64); ours && err == nil {
			found = append(found, generation)
		}
	}
	return found, nil
}

// path is the file of this census's generation.
func (s *store) path(generation uint64) string { return s.fileOf(s.name, generation) }

// fileOf is the file of any.
func (s *store) fileOf(name string, generation uint64) string {
	return filepath.Join(s.dir, "census-"+name+"-"+strconv.FormatUint(generation, 10))
}
