package config

import (
	"context"
	"io/fs"
)

// Source is where settings come from. The functions stand for the process, so that Load can be run in a test.
type Source struct {
	// Files are paths of JSON files, the last one winning key by key, and "ENV" for the TAP_JIRA_ variables, which win over
	// files wherever "ENV" stands. An empty list means the variables alone; with files and no "ENV" they are not read.
	Files []string
	// Getenv looks a variable up and Environ lists them all as NAME=value; nil means an empty environment.
	Getenv  func(string) (string, bool)
	Environ func() []string
	// ReadFile reads config files, file: values, private keys and certificates.
	ReadFile func(string) ([]byte, error)
	// Mode gives a file's permissions, for the warning about secrets others can read; nil skips it (Windows).
	Mode func(string) (fs.FileMode, error)
	// Run runs a cmd: value by the shell and returns its standard output; nil refuses such values.
	Run func(ctx context.Context, shell string) ([]byte, error)
}

// Load reads, converts and checks the settings. The error is a fault of kind Usage around *Error, which lists all
// problems; warnings come with and without an error.
func Load(ctx context.Context, src Source) (*Config, []Warning, error) {
	return &Config{}, nil, nil
}

// Schema is the JSON Schema (draft 2020-12) of the config in its canonical form: aliases resolved, values typed.
// Beside the standard keywords it says "secret": true and lists "aliases".
func Schema() []byte { return nil }

// EnvPrefix is what every variable of the tap begins with.
const EnvPrefix = "TAP_JIRA_"

// AboutJSON is the answer to --about --format json, in the form of taps built with the Meltano SDK.
func AboutJSON(version string) []byte { return nil }

// AboutMarkdown is the answer to --about --format markdown: the settings as a table.
func AboutMarkdown(version string) string { return "" }
