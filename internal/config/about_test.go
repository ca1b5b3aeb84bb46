package config_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"
	"github.com/stretchr/testify/require"

	"tap-jira/internal/config"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", "golden", name)
	if *update {
		require.NoError(t, os.WriteFile(file, got, 0o600))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got), "go test ./internal/config -update rewrites %s", file)
}

func TestGolden(t *testing.T) {
	t.Parallel()
	golden(t, "schema.json", config.Schema())
	golden(t, "about.json", config.AboutJSON("1.2.3"))
	golden(t, "about.md", []byte(config.AboutMarkdown("1.2.3")))
}

func TestAboutHasWhatTheHubReads(t *testing.T) {
	t.Parallel()
	var about struct {
		Name, Description, Version string
		Capabilities               []string
		Settings                   struct {
			Type       string
			Properties map[string]struct {
				Type    []string
				Secret  bool
				Default any
			}
		}
		EnvVarPrefix string `json:"env_var_prefix"`
	}
	require.NoError(t, json.Unmarshal(config.AboutJSON("1.2.3"), &about))
	require.Equal(t, []string{"tap-jira", "1.2.3", "TAP_JIRA_"}, []string{about.Name, about.Version, about.EnvVarPrefix})
	require.Subset(t, about.Capabilities, []string{"about", "catalog", "discover", "state"})
	for _, name := range []string{"password", "personal_access_token", "oauth1_private_key", "oauth_client_secret", "refresh_token", "access_token"} {
		require.True(t, about.Settings.Properties[name].Secret, name)
	}
	require.False(t, about.Settings.Properties["username"].Secret)
	require.InEpsilon(t, 8.0, about.Settings.Properties["concurrency"].Default, 0)
	require.Equal(t, []string{"integer", "null"}, about.Settings.Properties["concurrency"].Type)
}

// TestSchemaStandsAlone checks the printed schema as another tool would use it.
func TestSchemaStandsAlone(t *testing.T) {
	t.Parallel()
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat = true
	require.NoError(t, compiler.AddResource("config.json", bytes.NewReader(config.Schema())))
	schema, err := compiler.Compile("config.json")
	require.NoError(t, err)
	for doc, valid := range map[string]bool{
		good(map[string]any{"concurrency": 8, "page_size": nil, "streams": []string{"issues"}, "rich_text": nil}): true,
		`{"stream_options": {"issues": {"fields": ["summary"]}}}`:                                                 true,
		`{"stream_options": {"issues": {"fields": [1]}}}`:                                                         false,
		`{"concurrency": 0}`:             false,
		`{"rich_text": "html"}`:          false,
		`{"start_date": "yesterday"}`:    false,
		`{"projects": ["my project"]}`:   false,
		`{"max_vanished_share": 1.0001}`: false,
	} {
		var value any
		require.NoError(t, json.Unmarshal([]byte(doc), &value))
		require.Equal(t, valid, schema.Validate(value) == nil, doc)
	}
}

func TestMarkdownRowsAreWhole(t *testing.T) {
	t.Parallel()
	for line := range strings.Lines(config.AboutMarkdown("1")) {
		if strings.HasPrefix(line, "| `") {
			require.Equal(t, 5, strings.Count(strings.ReplaceAll(line, `\|`, ""), "|"), line)
		}
	}
}
