package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"tap-jira/internal/fault"
)

// docsCommand writes what packages carry beside the program. It is for those who make packages, and not listed.
func (a *app) docsCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "docs DIR",
		Short:  "Write man pages and completion scripts into DIR/man and DIR/completions",
		Hidden: true,
		RunE: func(command *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fault.New(fault.Usage, "write tap-jira docs DIR", "docs wants one folder")
			}
			if err := a.writeDocs(command.Root(), args[0]); err != nil {
				return fault.Wrap(fault.Usage, err, "choose another folder")
			}
			return nil
		},
	}
}

// writeDocs writes the man pages and the scripts for the shells. The date of the pages is that of SOURCE_DATE_EPOCH.
func (a *app) writeDocs(root *cobra.Command, dir string) error {
	man := a.path(filepath.Join(dir, "man"))
	scripts := a.path(filepath.Join(dir, "completions"))
	for _, folder := range []string{man, scripts} {
		if err := os.MkdirAll(folder, 0o755); err != nil { //nolint:gosec // documents are for everybody
			return fmt.Errorf("make the folder: %w", err)
		}
	}
	root.DisableAutoGenTag = true
	header := &doc.GenManHeader{Section: "1", Source: programName + " " + buildVersion(), Manual: "tap-jira manual"}
	if err := doc.GenManTree(root, header, man); err != nil {
		return fmt.Errorf("write the man pages: %w", err)
	}
	return writeScripts(root, scripts)
}

// writeScripts writes the script of each shell under the name that the shell looks for.
func writeScripts(root *cobra.Command, folder string) error {
	for name, generate := range map[string]func(io.Writer) error{
		programName + ".bash": func(out io.Writer) error { return root.GenBashCompletionV2(out, true) },
		"_" + programName:     root.GenZshCompletion,
		programName + ".fish": func(out io.Writer) error { return root.GenFishCompletion(out, true) },
		programName + ".ps1":  root.GenPowerShellCompletionWithDesc,
	} {
		var script bytes.Buffer
		if err := generate(&script); err != nil {
			return fmt.Errorf("make the completion script %s: %w", name, err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), script.Bytes(), 0o644); err != nil { //nolint:gosec // as above
			return fmt.Errorf("write the completion script: %w", err)
		}
	}
	return nil
}
