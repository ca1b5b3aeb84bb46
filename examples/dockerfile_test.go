// Package examples_test reads the recipes as those programs read them that they are for.
package examples_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/stretchr/testify/require"
)

// TestDockerfile parses the Dockerfile as BuildKit does, and looks at what it copies, from where, and as whom it runs.
func TestDockerfile(t *testing.T) {
	t.Parallel()
	file, err := os.Open("docker/Dockerfile")
	require.NoError(t, err)
	defer file.Close()
	parsed, err := parser.Parse(file)
	require.NoError(t, err)
	require.Empty(t, parsed.Warnings)
	stages, _, err := instructions.Parse(parsed.AST, nil)
	require.NoError(t, err)
	require.Len(t, stages, 3)

	build, last := stages[0], stages[2]
	require.Equal(t, "golang:"+goVersion(t)+"-bookworm", build.BaseName, "the Go of go.mod")
	require.Equal(t, "gcr.io/distroless/static-debian12:nonroot", last.BaseName)
	for _, command := range build.Commands {
		if copied, ok := command.(*instructions.CopyCommand); ok {
			for _, path := range copied.SourcePaths {
				require.FileExists(t, filepath.Join("..", path, oneFile(t, path)))
			}
		}
	}
	for _, stage := range stages[1:] {
		user, entry := "", []string(nil)
		for _, command := range stage.Commands {
			switch c := command.(type) {
			case *instructions.UserCommand:
				user = c.User
			case *instructions.EntrypointCommand:
				require.False(t, c.PrependShell, "there is no shell")
				entry = c.CmdLine
			case *instructions.CopyCommand:
				require.Equal(t, "build", c.From)
				require.Equal(t, []string{"/tap-jira"}, c.SourcePaths)
			}
		}
		require.Equal(t, "65532:65532", user)
		require.Equal(t, []string{"tap-jira"}, entry)
	}
}

// TestDockerfileCopiesWhatTheBuildNeeds finds every folder with Go code of the tap among those that are copied.
func TestDockerfileCopiesWhatTheBuildNeeds(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("docker/Dockerfile")
	require.NoError(t, err)
	found, err := filepath.Glob("../*/*.go")
	require.NoError(t, err)
	nested, err := filepath.Glob("../*/*/*.go")
	require.NoError(t, err)
	for _, name := range append(found, nested...) {
		folder := strings.Split(filepath.ToSlash(name), "/")[1]
		if folder != "examples" {
			require.Contains(t, string(content), "\nCOPY "+folder+" "+folder+"\n")
		}
	}
}

// oneFile is a file inside the folder, or nothing when the path is a file.
func oneFile(t *testing.T, path string) string {
	t.Helper()
	info, err := os.Stat(filepath.Join("..", path))
	require.NoError(t, err)
	if !info.IsDir() {
		return ""
	}
	var inside string
	require.NoError(t, filepath.WalkDir(filepath.Join("..", path), func(name string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && inside == "" {
			inside, err = filepath.Rel(filepath.Join("..", path), name)
		}
		return err
	}))
	return inside
}

// goVersion is the version of Go that the tap's go.mod names.
func goVersion(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile("../go.mod")
	require.NoError(t, err)
	version := regexp.MustCompile(`(?m)^go (\S+)$`).FindSubmatch(content)
	require.NotNil(t, version)
	return string(version[1])
}

// TestTargetsAreOfOneVersion finds the version that `make e2e` tries in every recipe that installs the target.
func TestTargetsAreOfOneVersion(t *testing.T) {
	t.Parallel()
	pinned := regexp.MustCompile(`meltanolabs-target-postgres==[0-9.]+`)
	tried, err := os.ReadFile("../internal/e2e/requirements.txt")
	require.NoError(t, err)
	want := pinned.FindString(string(tried))
	require.NotEmpty(t, want)
	for _, name := range []string{"docker/Dockerfile", "github-actions/tap-jira.yml", "meltano/meltano.yml"} {
		content, err := os.ReadFile(name)
		require.NoError(t, err)
		require.Equal(t, []string{want}, slices.Compact(pinned.FindAllString(string(content), -1)), name)
	}
}
