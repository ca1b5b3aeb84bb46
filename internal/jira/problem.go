package jira

import (
	"encoding/json"
	"encoding/xml"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// maxProblemBytes is how much of a refusal's body is looked at.
	maxProblemBytes = 64 << 10
	// maxMessages and maxMessageRunes keep an error on one readable line.
	maxMessages     = 5
	maxMessageRunes = 300
)

// problem is what a refusal's body and headers say.
type problem struct {
	messages []string
	code     string
	// page says that the body is a web page, title its title.
	page  bool
	title string
}

// readProblem understands every form in which Jira, its gateway, its plug-ins
// and the proxies before it refuse. Bodies of web pages are never passed on.
func readProblem(h http.Header, body []byte) problem {
	var p problem
	p.readBody(h.Get("Content-Type"), body)
	for _, challenge := range h.Values("WWW-Authenticate") {
		p.readChallenge(challenge)
	}
	if len(p.messages) > maxMessages {
		p.messages = p.messages[:maxMessages]
	}
	return p
}

func (p *problem) readBody(contentType string, body []byte) {
	text := strings.TrimSpace(strings.TrimPrefix(string(body), "\ufeff"))
	switch {
	case text == "":
	case strings.HasPrefix(text, "{") || strings.HasPrefix(text, "["):
		p.readJSON(text)
	case strings.HasPrefix(text, "<status"):
		p.readXML(text)
	case strings.HasPrefix(text, "<") || strings.Contains(contentType, "html"):
		p.page, p.title = true, pageTitle(text)
	case strings.Contains(text, "oauth_problem="):
		p.readForm(text)
	default:
		p.add(text)
	}
}

// add keeps a message, cleaned and once.
func (p *problem) add(message string) {
	message = clean(message)
	if message != "" && !slices.Contains(p.messages, message) {
		p.messages = append(p.messages, message)
	}
}

// textMembers names the members in which some part of Jira puts its sentence:
// platform and agile (message), service management (errorMessage), the gateway
// (message beside code, or error), OAuth 2.0 (error_description), RFC 9457 (detail).
func textMembers() []string {
	return []string{"message", "errorMessage", "error_description", "error", "detail"}
}

func (p *problem) readJSON(text string) {
	var members map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &members) != nil {
		var list []any
		if json.Unmarshal([]byte(text), &list) == nil {
			p.addAny(list)
		}
		return
	}
	p.addMember(members["errorMessages"])
	p.addErrors(members["errors"])
	for _, name := range textMembers() {
		p.addMember(members[name])
	}
	p.addMember(members["warningMessages"])
}

func (p *problem) addMember(raw json.RawMessage) {
	var v any
	if json.Unmarshal(raw, &v) == nil {
		p.addAny(v)
	}
}

// addAny adds the strings of a value: one, a list, or the messages of a list of objects.
func (p *problem) addAny(v any) {
	switch v := v.(type) {
	case string:
		p.add(v)
	case []any:
		for _, each := range v {
			p.addAny(each)
		}
	case map[string]any:
		for _, name := range textMembers() {
			if s, ok := v[name].(string); ok {
				p.add(s)
				return
			}
		}
	}
}

// addErrors adds `errors`, an object of field names and sentences, in the order
// of the names.
func (p *problem) addErrors(raw json.RawMessage) {
	var fields map[string]any
	if json.Unmarshal(raw, &fields) != nil {
		p.addMember(raw)
		return
	}
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if s, ok := fields[name].(string); ok {
			p.add(name + ": " + s)
		}
	}
}

// readXML reads <status><status-code>404</status-code><message>…</message></status>.
func (p *problem) readXML(text string) {
	var status struct {
		Message string `xml:"message"`
	}
	if xml.Unmarshal([]byte(text), &status) == nil {
		p.add(status.Message)
	}
}

// readForm reads the OAuth servlets' oauth_problem=…&oauth_problem_advice=….
func (p *problem) readForm(text string) {
	if values, err := url.ParseQuery(text); err == nil {
		p.addOAuth(values.Get)
	}
}

// challengePart is one name="value" of a WWW-Authenticate header.
var challengePart = regexp.MustCompile(`([A-Za-z_]+)\s*=\s*"([^"]*)"`)

// readChallenge reads WWW-Authenticate: OAuth realm="…", oauth_problem="…".
func (p *problem) readChallenge(header string) {
	if len(header) > maxProblemBytes || !strings.HasPrefix(strings.ToLower(header), "oauth") {
		return
	}
	parts := map[string]string{}
	for _, m := range challengePart.FindAllStringSubmatch(header, -1) {
		if value, err := url.QueryUnescape(m[2]); err == nil {
			parts[strings.ToLower(m[1])] = value
		}
	}
	p.addOAuth(func(name string) string { return parts[name] })
}

// addOAuth keeps an oauth_problem as the code and what explains it as messages.
func (p *problem) addOAuth(value func(string) string) {
	if code := clean(value("oauth_problem")); code != "" {
		p.code = code
	}
	p.add(value("oauth_problem_advice"))
	for _, name := range []string{"oauth_acceptable_timestamps", "oauth_parameters_absent", "oauth_parameters_rejected"} {
		if v := value(name); v != "" {
			p.add(name + " " + v)
		}
	}
}

var titleElement = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)

// pageTitle is the title of a web page, "" when it has none.
func pageTitle(page string) string {
	m := titleElement.FindStringSubmatch(page)
	if m == nil {
		return ""
	}
	return clip(clean(html.UnescapeString(m[1])), 80)
}

// clean puts text on one line, without control characters, and cuts it.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.IsSpace(r) || r == utf8.RuneError || unicode.Is(unicode.Cf, r) {
			return ' '
		}
		return r
	}, s)
	return clip(strings.Join(strings.Fields(s), " "), maxMessageRunes)
}

// clip cuts text to n runes.
func clip(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	runes := []rune(s)
	return string(runes[:n-1]) + "…"
}
