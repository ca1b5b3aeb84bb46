package cli

import (
	"io"
	"strings"

	"tap-jira/internal/config"
	"tap-jira/internal/fault"
)

// runAbout describes the tap and its settings, made from the same table that checks the config.
func (a *app) runAbout() error {
	switch a.format {
	case formatJSON:
		_, err := a.Stdout.Write(append(config.AboutJSON(buildVersion()), '\n'))
		return err
	case formatMarkdown, formatText:
		_, err := io.WriteString(a.Stdout, config.AboutMarkdown(buildVersion()))
		return err
	}
	return unknownFormat(a.format, formatJSON, formatMarkdown)
}

// textOrJSON refuses a --format that is neither, before anything is asked of Jira.
func (a *app) textOrJSON() error {
	if a.format == formatText || a.format == formatJSON {
		return nil
	}
	return unknownFormat(a.format, formatText, formatJSON)
}

// unknownFormat says which forms a command prints.
func unknownFormat(got string, known ...string) error {
	return fault.New(fault.Usage, "use "+strings.Join(known, " or "), "unknown --format %q", got)
}
