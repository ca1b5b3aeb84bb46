package cli_test

import (
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/testscript"

	"tap-jira/internal/jirasim"
)

// requireContract finds every request that the site of a script was sent in Atlassian's documents, as an operation that
// only reads: whatever command sent it.
func (s *scriptSession) requireContract(ts *testscript.TestScript) {
	if s.site == nil {
		return
	}
	file, err := os.Open(filepath.Join("..", "..", "testdata", "openapi", "operations.txt"))
	ts.Check(err)
	defer func() { _ = file.Close() }()
	documented, err := jirasim.ReadContract(file)
	ts.Check(err)
	if breaches := s.site.Breaches(documented); len(breaches) > 0 {
		ts.Fatalf("requests that no document has: %v", breaches)
	}
}
