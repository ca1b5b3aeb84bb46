package cli_test

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"tap-jira/internal/cli"
	"tap-jira/internal/config"
)

// readmeTarget stands for the targets in the README's examples: it prints the last STATE, as a target does.
const readmeTarget = `#!/bin/sh
sed -n 's/^{"type":"STATE","value":\(.*\)}$/\1/p' | tail -n 1
`

// TestReadme runs every example of the README: shell blocks in their order, beside the config of a simulated site, and
// JSON blocks as configs that must be accepted. Blocks of the kind "console" need a person or a build; what they do is
// run by other scripts and by CI.
func TestReadme(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	blocks := regexp.MustCompile("(?s)```(sh|json)\n(.*?)```").FindAllStringSubmatch(string(content), -1)
	require.NotEmpty(t, blocks)

	var script, files strings.Builder
	script.WriteString("[!unix] skip 'a shell'\nsite cloud\n" +
		"chmod 755 bin/tap-jira\nchmod 755 bin/target-jsonl\nenv PATH=$WORK/bin${:}$PATH\nenv JIRA_API_TOKEN=token\nvariable JIRA_API_TOKEN=token\n")
	for i, block := range blocks {
		name := fmt.Sprintf("example%d.%s", i+1, block[1])
		fmt.Fprintf(&files, "-- %s --\n%s", name, block[2])
		if block[1] == "sh" {
			fmt.Fprintf(&script, "exec sh -eu %s\n", name)
			continue
		}
		// Nothing is wrong with the config; whether its site is there is another matter.
		fmt.Fprintf(&script, "settings %s\n", name)
	}
	files.WriteString("-- bin/tap-jira --\n#!/bin/sh\nexec tap-jira-process \"$@\"\n-- bin/target-jsonl --\n" + readmeTarget)
	files.WriteString("-- jira-password --\nsecret\n")
	name := filepath.Join(t.TempDir(), "readme.txtar")
	require.NoError(t, os.WriteFile(name, []byte(script.String()+files.String()), 0o600))
	params := scriptParams()
	params.Dir, params.Files = "", []string{name}
	params.Cmds["settings"] = assertSettings
	testscript.Run(t, params)
}

// assertSettings is `settings FILE`: the config is accepted.
func assertSettings(ts *testscript.TestScript, _ bool, args []string) {
	s := sessionOf(ts)
	_, warnings, err := config.Load(context.Background(), config.Source{
		Files: []string{args[0]}, Getenv: s.lookup, ReadFile: func(name string) ([]byte, error) { return os.ReadFile(ts.MkAbs(name)) },
	})
	if err != nil || len(warnings) > 0 {
		ts.Fatalf("%s: %v %v", args[0], warnings, err)
	}
}

// TestReadmeKnowsTheExitCodes compares the README's table with the help text.
func TestReadmeKnowsTheExitCodes(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	for _, code := range []string{"0", "1", "2", "3", "4", "5", "6", "130, 143", "141"} {
		require.Contains(t, string(readme), "\n| "+code+" | ")
	}
}

// TestReadmeShowsTheDemo runs what stands on the first screen: the numbers there are those of the program that is shipped,
// but for the seconds, and for a request more or less.
func TestReadmeShowsTheDemo(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes the processor for seconds")
	}
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	var log bytes.Buffer
	require.Zero(t, cli.Main(quietProcess(t.TempDir(), io.Discard, &log, "demo")), log.String())
	summary := regexp.MustCompile(`INFO summary streams=(\d+) records=(\d+) requests=(\d+) tolerated=(\d+) `)
	shown, got := summary.FindStringSubmatch(string(readme)), summary.FindStringSubmatch(log.String())
	require.NotEmpty(t, shown)
	require.NotEmpty(t, got, log.String())
	requests := func(line []string) int {
		n, err := strconv.Atoi(line[3])
		require.NoError(t, err)
		return n
	}
	require.InEpsilon(t, requests(shown), requests(got), 0.01)
	shown[0], got[0], shown[3], got[3] = "", "", "", ""
	require.Equal(t, shown, got)
}

// TestReadmePictures looks at the pictures: they are there, they are drawings, and they are small.
func TestReadmePictures(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	pictures := regexp.MustCompile(`!\[[^\]]+\]\(([^)]+)\)`).FindAllStringSubmatch(string(readme), -1)
	require.NotEmpty(t, pictures)
	for _, picture := range pictures {
		content, err := os.ReadFile(filepath.Join("../..", picture[1]))
		require.NoError(t, err)
		require.Less(t, len(content), 20_000, picture[1])
		require.NoError(t, xml.Unmarshal(content, new(struct {
			XMLName xml.Name `xml:"svg"`
		})), picture[1])
	}
}
