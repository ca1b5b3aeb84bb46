package config

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

const (
	// EnvPrefix is what every variable of the tap begins with.
	EnvPrefix = "TAP_JIRA_"

	tapName     = "tap-jira"
	description = "Reads everything a Jira account may see, from Jira Cloud and self-hosted Server and Data Center, and prints Singer messages"
)

// capabilities are the tap's, in the words of Meltano's hub.
func capabilities() []string {
	return []string{"about", "activate-version", "catalog", "discover", "state", "structured-logging", "test"}
}

// about is the answer to --about as taps built with the Meltano SDK give it.
type about struct {
	Name         string          `json:"name"`
	Description  string          `json:"description"`
	Version      string          `json:"version"`
	Capabilities []string        `json:"capabilities"`
	Settings     json.RawMessage `json:"settings"`
	EnvPrefix    string          `json:"env_var_prefix"`
}

// AboutJSON is the answer to --about --format json, in the form of taps built with the Meltano SDK: "settings" is
// Schema. It has no line break at its end.
func AboutJSON(version string) []byte {
	data, err := json.MarshalIndent(about{
		Name: tapName, Description: description, Version: version, Capabilities: capabilities(), Settings: Schema(), EnvPrefix: EnvPrefix,
	}, "", "  ")
	if err != nil {
		panic(fmt.Sprintf("the table of settings is broken: %v", err))
	}
	return data
}

// AboutMarkdown is the answer to --about --format markdown: what the tap can do, and its settings as a table.
func AboutMarkdown(version string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# `%s`\n\n%s.\n\nVersion %s\n\n## Capabilities\n\n", tapName, description, version)
	for _, c := range capabilities() {
		fmt.Fprintf(&b, "* `%s`\n", c)
	}
	b.WriteString("\n## Settings\n\n| Setting | Default | Variable | Description |\n| --- | --- | --- | --- |\n")
	for _, s := range table() {
		if !s.unused {
			b.WriteString(s.row())
		}
	}
	b.WriteString("\nEvery value may be a string; lists may be JSON text or have commas between their members; null and \"\" mean not given.\n" +
		"A secret may be `env:NAME`, `file:PATH` or `cmd:COMMAND`, and is then read from there.\n")
	return b.String()
}

// row is the setting's line in the table.
func (s *setting) row() string {
	def := ""
	if s.def != nil {
		def = fmt.Sprintf("`%v`", s.def)
	}
	text := s.description()
	if s.kind == kindSecret {
		text += "; secret"
	}
	if len(s.choices) > 0 {
		text += "; `" + strings.Join(s.choices, "`, `") + "`"
	}
	if aliases := slices.DeleteFunc(slices.Clone(s.aliases), func(a string) bool { return strings.HasPrefix(a, "auth.") }); len(aliases) > 0 {
		text += "; also `" + strings.Join(aliases, "`, `") + "`"
	}
	return fmt.Sprintf("| `%s` | %s | `%s` | %s |\n", s.name, def, env(s.name), strings.ReplaceAll(text, "|", `\|`))
}
