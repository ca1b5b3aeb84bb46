package census

import "github.com/RoaringBitmap/roaring/v2/roaring64"

// Look reads which issues of which project were known, or unsure, at the mark of
// the issues.
// It takes no lock and changes nothing; nil says that no mark holds for the
// fingerprint. A file that the mark names and that cannot be read is an ErrLost,
// also when a run that goes on meanwhile has replaced it.
func Look(o Options) (map[uint64]*roaring64.Bitmap, error) {
	mark, named := o.Marks[Issues]
	if !named || mark.Name != nameOf(o.Fingerprint) {
		return nil, nil
	}
	s := store{dir: o.Dir, name: mark.Name}
	seen, _, _, err := readFile(s.path(mark.Generation), mark)
	if err != nil {
		return nil, err
	}
	byProject := map[uint64]*roaring64.Bitmap{}
	for issue := range roaring64.Values(roaring64.Or(seen.Known(), seen.Unsure())) {
		project, _ := seen.Project(issue)
		if byProject[project] == nil {
			byProject[project] = roaring64.New()
		}
		byProject[project].Add(issue)
	}
	return byProject, nil
}
