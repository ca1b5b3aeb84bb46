package cli_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// releaseConfig is what this test reads of .goreleaser.yaml.
type releaseConfig struct {
	Version int `yaml:"version"`
	Builds  []struct {
		Main    string   `yaml:"main"`
		Env     []string `yaml:"env"`
		GOOS    []string `yaml:"goos"`
		GOArch  []string `yaml:"goarch"`
		Flags   []string `yaml:"flags"`
		Ldflags []string `yaml:"ldflags"`
		Ignore  []any    `yaml:"ignore"`
	} `yaml:"builds"`
	Archives []struct {
		Name      string   `yaml:"name_template"`
		Formats   []string `yaml:"formats"`
		Overrides []struct {
			GOOS    string   `yaml:"goos"`
			Formats []string `yaml:"formats"`
		} `yaml:"format_overrides"`
		Files []yaml.Node `yaml:"files"`
	} `yaml:"archives"`
	NFPMs []struct {
		Formats  []string `yaml:"formats"`
		Contents []struct {
			Src string `yaml:"src"`
			Dst string `yaml:"dst"`
		} `yaml:"contents"`
	} `yaml:"nfpms"`
	Checksum struct {
		Algorithm string `yaml:"algorithm"`
	} `yaml:"checksum"`
}

// readRelease reads .goreleaser.yaml.
func readRelease(t *testing.T) (releaseConfig, string) {
	t.Helper()
	text, err := os.ReadFile("../../.goreleaser.yaml")
	require.NoError(t, err)
	var c releaseConfig
	require.NoError(t, yaml.Unmarshal(text, &c))
	return c, string(text)
}

func TestReleaseHasSixTargets(t *testing.T) {
	t.Parallel()
	c, _ := readRelease(t)
	require.Equal(t, 2, c.Version)
	require.Len(t, c.Builds, 1)
	build := c.Builds[0]
	require.ElementsMatch(t, []string{"linux", "darwin", "windows"}, build.GOOS)
	require.ElementsMatch(t, []string{"amd64", "arm64"}, build.GOArch)
	require.Empty(t, build.Ignore)
	require.Equal(t, []string{"CGO_ENABLED=0"}, build.Env, "one static binary")
	require.DirExists(t, filepath.Join("../..", build.Main))
	require.Contains(t, build.Flags, "-trimpath")
	require.Contains(t, strings.Join(build.Ldflags, " "), "-X tap-jira/internal/cli.version={{ .Version }}")
}

func TestReleaseCarriesTheDocuments(t *testing.T) {
	t.Parallel()
	c, text := readRelease(t)
	require.Len(t, c.Archives, 1)
	archive := c.Archives[0]
	require.Equal(t, "{{ .ProjectName }}_{{ .Version }}_{{ .Os }}_{{ .Arch }}", archive.Name)
	require.Equal(t, []string{"tar.gz"}, archive.Formats)
	require.Len(t, archive.Overrides, 1)
	require.Equal(t, "windows", archive.Overrides[0].GOOS)
	require.Equal(t, []string{"zip"}, archive.Overrides[0].Formats)
	var files []string
	for _, node := range archive.Files {
		if node.Kind == yaml.ScalarNode {
			require.FileExists(t, filepath.Join("../..", node.Value))
			files = append(files, node.Value)
			continue
		}
		var made struct{ Src, Dst string }
		require.NoError(t, node.Decode(&made))
		files = append(files, made.Dst)
	}
	require.Equal(t, []string{"LICENSE", "README.md", "CHANGELOG.md", "man", "completions"}, files)
	require.Equal(t, "sha256", c.Checksum.Algorithm)

	// What the packages take is what the hook has the program write: see completion.txtar and writeDocs.
	require.Contains(t, text, "./cmd/tap-jira docs .cache/docs")
	require.Len(t, c.NFPMs, 1)
	require.Equal(t, []string{"deb", "rpm"}, c.NFPMs[0].Formats)
	for _, content := range c.NFPMs[0].Contents {
		if content.Src != "LICENSE" {
			require.Regexp(t, `^\.cache/docs/(man/\*|completions/(tap-jira\.bash|_tap-jira|tap-jira\.fish))$`, content.Src)
		}
		require.True(t, strings.HasPrefix(content.Dst, "/usr/share/"), content.Dst)
	}
}

// TestReleaseIsMadeByOneVersion compares the version that the file is written for with the one that make installs.
func TestReleaseIsMadeByOneVersion(t *testing.T) {
	t.Parallel()
	_, text := readRelease(t)
	makefile, err := os.ReadFile("../../Makefile")
	require.NoError(t, err)
	named := regexp.MustCompile(`For goreleaser (v[\d.]+\d)\.`).FindStringSubmatch(text)
	require.NotNil(t, named)
	require.Contains(t, string(makefile), "GORELEASER_VERSION := "+named[1]+"\n")
}
