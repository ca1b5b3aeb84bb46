package config

import (
	"bufio"
	"bytes"
	"strings"
)

// withDotEnv lets the working folder's .env file stand behind the variables, as taps built with the Meltano SDK do for
// --config=ENV. Only TAP_JIRA_ names are taken from it, and a variable that is set wins. A missing file is no mistake.
func (s Source) withDotEnv() Source {
	data, err := s.read(".env")
	if err != nil {
		return s
	}
	file, environment := parseDotEnv(data), s
	s.Getenv = func(name string) (string, bool) {
		if value, ok := environment.lookup(name); ok {
			return value, true
		}
		value, ok := file[name]
		return value, ok
	}
	return s
}

// parseDotEnv reads NAME=value lines: "export" before and quotes around are dropped, \n in double quotes is a line break,
// and what is not of that form is passed over, since the file may be meant for other programs.
func parseDotEnv(data []byte) map[string]string {
	values := map[string]string{}
	for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); {
		line := strings.TrimPrefix(strings.TrimSpace(lines.Text()), "export ")
		name, value, ok := strings.Cut(line, "=")
		if name = strings.TrimSpace(name); ok && strings.HasPrefix(name, EnvPrefix) {
			values[name] = unquote(strings.TrimSpace(value))
		}
	}
	return values
}

// unquote takes the quotes off a value, or a comment from behind an unquoted one.
func unquote(value string) string {
	for _, quote := range []string{`"`, `'`} {
		inner, opened := strings.CutPrefix(value, quote)
		if end := strings.LastIndex(inner, quote); opened && end >= 0 {
			if inner = inner[:end]; quote == `"` {
				return strings.NewReplacer(`\n`, "\n", `\"`, `"`, `\\`, `\`).Replace(inner)
			}
			return inner
		}
	}
	value, _, _ = strings.Cut(value, " #")
	return strings.TrimSpace(value)
}
