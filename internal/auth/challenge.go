package auth

import (
	"net/http"
	"net/url"
	"strings"
)

// challengeProblem finds the oauth_problem that Jira sends in WWW-Authenticate
// with a 401; nil when there is none.
func challengeProblem(h http.Header) *ProblemError {
	for _, line := range h.Values("WWW-Authenticate") {
		if p := problemIn(parseChallenge(line)); p != nil {
			return p
		}
	}
	return nil
}

// parseChallenge reads the parameters of the OAuth challenges in one
// WWW-Authenticate header (RFC 7235, 2.1), which may hold challenges of other
// schemes too. Values are percent-decoded, as RFC 5849 encodes them. What
// cannot be read is passed over: the header only explains a refusal.
func parseChallenge(line string) []param {
	var params []param
	ours := false
	for line = skip(line); line != ""; line = skip(line) {
		var word string
		if word, line = token(line); word == "" {
			line = line[1:]
			continue
		}
		rest := strings.TrimLeft(line, " \t")
		if !strings.HasPrefix(rest, "=") { // a word without a value is a scheme
			ours = strings.EqualFold(word, "OAuth")
			continue
		}
		var value string
		value, line = headerValue(strings.TrimLeft(rest[1:], " \t"))
		if ours {
			params = append(params, param{name: word, value: percentDecode(value)})
		}
	}
	return params
}

// skip passes over what stands between parameters.
func skip(line string) string { return strings.TrimLeft(line, ", \t") }

// token cuts the longest RFC 7230 token off the front of line.
func token(line string) (word, rest string) {
	end := strings.IndexFunc(line, func(r rune) bool {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		return !letter && !strings.ContainsRune("!#$%&'*+-.^_`|~", r)
	})
	if end < 0 {
		end = len(line)
	}
	return line[:end], line[end:]
}

// headerValue cuts a token or a quoted string off the front of line.
func headerValue(line string) (value, rest string) {
	if !strings.HasPrefix(line, `"`) {
		return token(line)
	}
	var b strings.Builder
	for i := 1; i < len(line); i++ {
		switch {
		case line[i] == '"':
			return b.String(), line[i+1:]
		case line[i] == '\\' && i+1 < len(line):
			i++
		}
		b.WriteByte(line[i])
	}
	return b.String(), ""
}

// percentDecode decodes what is encoded; some proxies send such values plain.
func percentDecode(value string) string {
	if decoded, err := url.PathUnescape(value); err == nil {
		return decoded
	}
	return value
}
