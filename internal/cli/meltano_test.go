package cli_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"tap-jira/internal/cli"
	"tap-jira/internal/stream"
)

const (
	meltanoFile  = "../../examples/meltano/meltano.yml"
	meltanoBegin = "    # From here to the end of select: from `tap-jira --about --format json`, written by `make golden`.\n"
	meltanoEnd   = "  loaders:\n"
)

// meltanoPlugin is what a plugin definition says of the tap.
type meltanoPlugin struct {
	Name         string           `yaml:"name"`
	Executable   string           `yaml:"executable"`
	Capabilities []string         `yaml:"capabilities"`
	Settings     []meltanoSetting `yaml:"settings"`
	Config       map[string]any   `yaml:"config"`
	Select       []string         `yaml:"select"`
}

// meltanoSetting is a setting in a plugin definition.
type meltanoSetting struct {
	Name        string         `yaml:"name"`
	Aliases     []string       `yaml:"aliases"`
	Kind        string         `yaml:"kind"`
	Sensitive   bool           `yaml:"sensitive"`
	Options     []meltanoValue `yaml:"options"`
	Description string         `yaml:"description"`
}

// meltanoValue is one of the values that a setting may have.
type meltanoValue struct {
	Label string `yaml:"label"`
	Value string `yaml:"value"`
}

// aboutJSON is what --about --format json tells, as far as a plugin definition needs it.
type aboutJSON struct {
	Capabilities []string `json:"capabilities"`
	Settings     struct {
		Properties orderedSettings `json:"properties"`
	} `json:"settings"`
}

// orderedSettings are the settings in their order.
type orderedSettings []aboutSetting

// aboutSetting is one setting of --about.
type aboutSetting struct {
	Name        string
	Type        []string        `json:"type"`
	Description string          `json:"description"`
	Aliases     []string        `json:"aliases"`
	Secret      bool            `json:"secret"`
	Format      string          `json:"format"`
	Enum        []*string       `json:"enum"`
	Default     any             `json:"default"`
	Properties  orderedSettings `json:"properties"`
}

// UnmarshalJSON keeps the order of the object's members.
func (o *orderedSettings) UnmarshalJSON(data []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	if _, err := decoder.Token(); err != nil {
		return err
	}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return err
		}
		setting := aboutSetting{Name: name.(string)}
		if err := decoder.Decode(&setting); err != nil {
			return err
		}
		*o = append(*o, setting)
	}
	return nil
}

// TestGoldenMeltanoDefinition holds the plugin definition of examples/meltano to what the tap says about itself.
func TestGoldenMeltanoDefinition(t *testing.T) {
	t.Parallel()
	about := readAbout(t)
	if *update {
		writeMeltano(t, about)
	}
	plugin := readMeltano(t)
	require.Equal(t, "tap-jira", plugin.Name)
	require.Equal(t, "tap-jira", plugin.Executable)
	require.Equal(t, about.Capabilities, plugin.Capabilities)
	require.Equal(t, definedSettings(about), plugin.Settings, "run make golden and read the difference")
	require.Equal(t, standardSet(), plugin.Select)
	for name := range plugin.Config {
		require.True(t, slices.ContainsFunc(plugin.Settings, func(s meltanoSetting) bool { return s.Name == name }), name)
	}
	requireSensitive(t, plugin)
}

// requireSensitive names the secrets, whatever the tap says of itself.
func requireSensitive(t *testing.T, plugin meltanoPlugin) {
	t.Helper()
	var sensitive []string
	for _, setting := range plugin.Settings {
		if setting.Sensitive {
			sensitive = append(sensitive, setting.Name)
		}
	}
	require.ElementsMatch(t, []string{
		"password", "personal_access_token", "oauth1_private_key", "oauth1_access_token", "oauth1_access_token_secret",
		"oauth1_session_handle", "oauth_client_secret", "refresh_token", "access_token", "proxy_url",
	}, sensitive)
}

// readAbout asks the tap about itself.
func readAbout(t *testing.T) aboutJSON {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := cli.Main(quietProcess(t.TempDir(), &stdout, &stderr, "--about", "--format", "json"))
	require.Zero(t, code, stderr.String())
	var about aboutJSON
	require.NoError(t, json.Unmarshal(stdout.Bytes(), &about))
	return about
}

// readMeltano reads the definition of the tap.
func readMeltano(t *testing.T) meltanoPlugin {
	t.Helper()
	content, err := os.ReadFile(meltanoFile)
	require.NoError(t, err)
	var project struct {
		Plugins struct {
			Extractors []meltanoPlugin `yaml:"extractors"`
		} `yaml:"plugins"`
	}
	require.NoError(t, yaml.Unmarshal(content, &project))
	require.Len(t, project.Plugins.Extractors, 1)
	return project.Plugins.Extractors[0]
}

// definedSettings are the settings as Meltano defines them. Those that are refused or without effect are left out.
func definedSettings(about aboutJSON) []meltanoSetting {
	var settings []meltanoSetting
	for _, s := range about.Settings.Properties {
		settings = append(settings, s.defined("")...)
	}
	return settings
}

// defined is the setting, or those inside of it, whose names have dots in Meltano.
func (s aboutSetting) defined(prefix string) []meltanoSetting {
	var inside []meltanoSetting
	for _, member := range s.Properties {
		inside = append(inside, member.defined(prefix+s.Name+".")...)
	}
	if len(inside) > 0 {
		return inside
	}
	if regexp.MustCompile(`^Not supported|without effect$|in a later release`).MatchString(s.Description) {
		return nil
	}
	setting := meltanoSetting{
		Name: prefix + s.Name, Aliases: undotted(s.Aliases), Kind: s.kind(), Sensitive: s.Secret, Description: s.Description,
	}
	if s.Default != nil {
		setting.Description += fmt.Sprintf(" (default %v)", s.Default)
	}
	for _, value := range s.Enum {
		if value != nil {
			setting.Options = append(setting.Options, meltanoValue{Label: *value, Value: *value})
		}
	}
	return []meltanoSetting{setting}
}

// undotted leaves out the aliases inside of objects: Meltano would take them for members of the setting auth.
func undotted(aliases []string) []string {
	var kept []string
	for _, alias := range aliases {
		if !strings.Contains(alias, ".") {
			kept = append(kept, alias)
		}
	}
	return kept
}

// kind is the setting's kind in Meltano.
func (s aboutSetting) kind() string {
	switch {
	case len(s.Enum) > 0:
		return "options"
	case s.Format == "date-time":
		return "date_iso8601"
	case s.Type[0] == "number":
		return "decimal"
	}
	return s.Type[0]
}

// standardSet selects the streams that are read without a choice. Meltano would select every stream there is.
func standardSet() []string {
	var patterns []string
	for _, s := range stream.All() {
		if s.Standard {
			patterns = append(patterns, s.Name+".*")
		}
	}
	return patterns
}

// writeMeltano writes what the tap says of itself into the definition.
func writeMeltano(t *testing.T, about aboutJSON) {
	t.Helper()
	content, err := os.ReadFile(meltanoFile)
	require.NoError(t, err)
	before, _, found := strings.Cut(string(content), meltanoBegin)
	require.True(t, found)
	_, after, found := strings.Cut(string(content), meltanoEnd)
	require.True(t, found)
	var b strings.Builder
	b.WriteString(before + meltanoBegin + "    capabilities: [" + strings.Join(about.Capabilities, ", ") + "]\n    settings:\n")
	for _, s := range definedSettings(about) {
		b.WriteString(s.text())
	}
	b.WriteString("    select:\n")
	for _, pattern := range standardSet() {
		b.WriteString("    - " + pattern + "\n")
	}
	require.NoError(t, os.WriteFile(meltanoFile, []byte(b.String()+meltanoEnd+after), 0o600))
}

// text is the setting as YAML.
func (s meltanoSetting) text() string {
	text := "    - name: " + s.Name + "\n"
	if len(s.Aliases) > 0 {
		text += "      aliases: [" + strings.Join(s.Aliases, ", ") + "]\n"
	}
	text += "      kind: " + s.Kind + "\n"
	if s.Sensitive {
		text += "      sensitive: true\n"
	}
	if len(s.Options) > 0 {
		text += "      options:\n"
		for _, o := range s.Options {
			text += fmt.Sprintf("      - {label: %q, value: %q}\n", o.Label, o.Value)
		}
	}
	return text + "      description: " + strconv.Quote(s.Description) + "\n"
}
