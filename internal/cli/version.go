package cli

import (
	"runtime/debug"
	"strings"
)

// version is set by the build; without it the version of the module is used.
var version string

// buildVersion returns the version without a leading v.
func buildVersion() string {
	if version != "" {
		return strings.TrimPrefix(version, "v")
	}
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "0.0.0-dev"
	}
	return strings.TrimPrefix(info.Main.Version, "v")
}
