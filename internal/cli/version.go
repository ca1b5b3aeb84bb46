package cli

import (
	"runtime/debug"
	"strings"
)

// version is set by the build; without it the version of the module is used.
var version string

// noVersion stands where neither the build nor the module has one.
const noVersion = "0.0.0-dev"

// buildVersion returns the version without a leading v.
func buildVersion() string {
	if version != "" {
		return strings.TrimPrefix(version, "v")
	}
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return noVersion
	}
	return strings.TrimPrefix(info.Main.Version, "v")
}

// buildCommit says in brackets which commit the program was built from and when that was made; "" when the go command did not
// note it, as for a test.
func buildCommit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	return commitText(info.Settings)
}

// commitText is buildCommit of the settings of a build.
func commitText(settings []debug.BuildSetting) string {
	noted := map[string]string{}
	for _, setting := range settings {
		noted[setting.Key] = setting.Value
	}
	const short = 12 // hexadecimal digits, as the go command's own versions have
	commit := noted["vcs.revision"]
	if commit == "" {
		return ""
	}
	text := "commit " + commit[:min(short, len(commit))]
	if noted["vcs.modified"] == "true" {
		text += ", changed since"
	}
	if day, _, found := strings.Cut(noted["vcs.time"], "T"); found {
		text += ", " + day
	}
	return " (" + text + ")"
}
