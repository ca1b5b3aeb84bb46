package jira

import (
	"strings"
	"unicode"

	"tap-jira/internal/fault"
)

// CheckScope refuses JQL that cannot be wrapped in parentheses: ORDER BY, open
// quotes, parentheses that do not match. The error's kind is fault.Usage.
// Whether Jira understands the rest is for Jira to say.
func CheckScope(jql string) error {
	depth, before := 0, ""
	for _, word := range lexJQL(jql) {
		switch {
		case word == `"` || word == `'`:
			return fault.New(fault.Usage, "close it, or put a backslash before a quote that is part of the text", "jql has a quote %s that is not closed: %s", word, clip(clean(jql), 80))
		case word == "(":
			depth++
		case word == ")":
			depth--
		case strings.EqualFold(before, "order") && strings.EqualFold(word, "by"):
			return fault.New(fault.Usage, "remove ORDER BY: the tap orders by itself", "jql has an ORDER BY: %s", clip(clean(jql), 80))
		}
		if depth < 0 {
			break
		}
		before = word
	}
	if trailing := len(before) - len(strings.TrimRight(before, `\`)); trailing%2 == 1 {
		return fault.New(fault.Usage, "remove it or put the text into quotes", "jql ends with a backslash: %s", clip(clean(jql), 80))
	}
	if depth != 0 {
		return fault.New(fault.Usage, "make every ( have its )", "jql has parentheses that do not match: %s", clip(clean(jql), 80))
	}
	return nil
}

// Scope writes limits on issues as JQL: the keys of projects, and a query of the
// user's that CheckScope lets pass. It is empty where there are none.
func Scope(projects []string, jql string) string {
	var parts []string
	if len(projects) > 0 {
		parts = append(parts, "project in ("+Quoted(projects)+")")
	}
	if strings.TrimSpace(jql) != "" {
		parts = append(parts, "("+jql+")")
	}
	return strings.Join(parts, " AND ")
}

// Quoted writes texts as a list in JQL.
func Quoted(texts []string) string {
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`)
	list := make([]string, len(texts))
	for i, text := range texts {
		list[i] = `"` + escape.Replace(text) + `"`
	}
	return strings.Join(list, ", ")
}

// lexJQL cuts JQL into words, parentheses and quoted texts (each given as "…").
// A quote that is not closed is the last word, alone.
func lexJQL(jql string) []string {
	var words []string
	runes := []rune(jql)
	for i := 0; i < len(runes); {
		switch r := runes[i]; {
		case unicode.IsSpace(r):
			i++
		case r == '(' || r == ')':
			words = append(words, string(r))
			i++
		case r == '"' || r == '\'':
			end := quoteEnd(runes, i)
			if end < 0 {
				return append(words, string(r))
			}
			words = append(words, "…")
			i = end + 1
		default:
			end := wordEnd(runes, i)
			words = append(words, string(runes[i:end]))
			i = end
		}
	}
	return words
}

// quoteEnd finds the quote that closes the one at start, -1 when there is none.
func quoteEnd(runes []rune, start int) int {
	for i := start + 1; i < len(runes); i++ {
		switch runes[i] {
		case '\\':
			i++
		case runes[start]:
			return i
		}
	}
	return -1
}

// wordEnd finds where a word ends. Operators and commas are words of their own
// or parts of one: neither can hide an ORDER BY.
func wordEnd(runes []rune, start int) int {
	const alone = "=!<>~,"
	i := start
	for ; i < len(runes); i++ {
		r := runes[i]
		if r == '\\' {
			i++
			continue
		}
		if unicode.IsSpace(r) || strings.ContainsRune(`()"'`, r) {
			break
		}
		if strings.ContainsRune(alone, r) {
			if i == start {
				i++
			}
			break
		}
	}
	return min(i, len(runes))
}
