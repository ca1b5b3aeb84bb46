package cli_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// module is the path that all our packages begin with.
const module = "tap-jira/"

// allowedImports is the picture of the packages: what each may import of ours. A package that is not named may not be there.
func allowedImports() map[string][]string {
	return map[string][]string{
		"cmd/tap-jira":       {"internal/cli"},
		"internal/auth":      {"internal/fault"},
		"internal/bench":     {"internal/cli", "internal/jirasim", "internal/stream", "schemas"},
		"internal/bookmark":  {"internal/fault", "internal/overlap", "internal/singer"},
		"internal/census":    {},
		"internal/check":     {"internal/fault", "internal/jira", "internal/jsonread", "internal/stream"},
		"internal/config":    {"internal/fault"},
		"internal/derive":    {"internal/jsonread", "internal/shape", "internal/stream"},
		"internal/fault":     {},
		"internal/inorder":   {"internal/fault"},
		"internal/jira":      {"internal/fault", "internal/jsonread", "internal/ratelimit", "internal/stall"},
		"internal/jirasim":   {},
		"internal/jsonread":  {},
		"internal/overlap":   {"internal/singer"},
		"internal/picker":    {},
		"internal/progress":  {},
		"internal/ratelimit": {},
		"internal/runlog":    {},
		"internal/selection": {"internal/fault", "internal/shape", "internal/singer", "internal/stream"},
		"internal/shape":     {"internal/fault", "internal/jsonread", "schemas"},
		"internal/shard":     {"internal/bookmark", "internal/fault", "internal/singer"},
		"internal/singer":    {"internal/fault"},
		"internal/stall":     {},
		"internal/stream":    {"internal/fault", "internal/jira"},
		"internal/supervise": {"internal/fault"},
		"internal/tap":       {"internal/bookmark", "internal/census", "internal/derive", "internal/fault", "internal/inorder", "internal/jira", "internal/jsonread", "internal/overlap", "internal/selection", "internal/shape", "internal/shard", "internal/singer", "internal/stream"},
		"internal/transport": {"internal/fault", "internal/ratelimit", "internal/stall"},
		"internal/cli": {
			"internal/auth", "internal/check", "internal/config", "internal/fault", "internal/jira", "internal/jirasim",
			"internal/picker", "internal/progress", "internal/runlog", "internal/shape", "internal/shard", "internal/singer", "internal/stream",
			"internal/supervise", "internal/tap", "internal/transport", "schemas",
		},
		"internal/e2e": {},
		"schemas":      {},
	}
}

// listed is what `go list -json` tells of a package.
type listed struct {
	ImportPath   string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

// TestContributingNamesEveryPackage: the picture that people read has no room less than the one that is checked.
func TestContributingNamesEveryPackage(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../CONTRIBUTING.md")
	require.NoError(t, err)
	_, rooms, found := strings.Cut(string(text), "## The packages")
	require.True(t, found)
	rooms, _, _ = strings.Cut(rooms, "\n## ")
	for name := range allowedImports() {
		require.Regexp(t, `\b`+regexp.QuoteMeta(path.Base(name))+`\b`, rooms)
	}
}

func TestPackagesImportOnlyWhatThePictureAllows(t *testing.T) {
	t.Parallel()
	allowed := allowedImports()
	for _, p := range listPackages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		may, known := allowed[name]
		require.True(t, known, "package %s is not in the picture: add it to allowedImports with what it may import", name)
		for _, imported := range ours(p.Imports) {
			require.Contains(t, may, imported, "%s imports %s against the picture", name, imported)
		}
		// Tests may also use the simulated site, the schemas and the errors; a package may always test itself.
		forTests := append(slices.Clone(may), "internal/jirasim", "internal/fault", "schemas", name)
		for _, imported := range ours(append(p.TestImports, p.XTestImports...)) {
			require.Contains(t, forTests, imported, "a test of %s imports %s against the picture", name, imported)
		}
	}
}

func TestNoPackageIsForScraps(t *testing.T) {
	t.Parallel()
	forbidden := []string{"util", "utils", "common", "helper", "helpers", "misc", "types", "models", "shared", "lib", "base", "context"}
	for _, p := range listPackages(t) {
		require.NotContains(t, forbidden, path.Base(p.ImportPath))
	}
}

// listPackages asks the go command for every package of the module, once: with the profile those below main come twice.
func listPackages(t *testing.T) []listed {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", "list", "-pgo=off", "-tags", "e2e", "-json", module+"...")
	output, err := command.Output()
	require.NoError(t, err)
	var packages []listed
	decoder := json.NewDecoder(bytes.NewReader(output))
	for {
		var p listed
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		packages = append(packages, p)
	}
	require.NotEmpty(t, packages)
	return packages
}

// ours keeps the imports that are packages of this module.
func ours(imports []string) []string {
	var kept []string
	for _, name := range imports {
		if rest, ok := strings.CutPrefix(name, module); ok {
			kept = append(kept, rest)
		}
	}
	return kept
}
