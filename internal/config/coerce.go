package config

import (
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// coerce turns a value, which may always be a string, into the Go type of the setting's kind. It returns false where the
// value has another type or form; ranges, choices and patterns are the schema's to check. Addresses, paths and secrets
// stay text here.
func (s *setting) coerce(value any) (any, bool) {
	switch s.kind {
	case kindBoolean:
		return asBool(value)
	case kindInteger:
		return asInt(value)
	case kindNumber:
		return asNumber(value)
	case kindList:
		members, ok := asList(value)
		return s.folded(members), ok
	case kindDuration, kindSeconds:
		return asDuration(value)
	case kindDate:
		return asDate(value)
	case kindObject:
		return asMap(value)
	case kindSecret:
		t, ok := asText(value)
		// Only what an editor or a copy puts at the ends; a password may begin or end with a space.
		return Secret(strings.Trim(t, "\r\n")), ok
	}
	t, ok := asText(value)
	return s.word(strings.TrimSpace(t)), ok
}

// word maps a choice in any case, or another tap's word for it, to ours.
func (s *setting) word(t string) string {
	if len(s.choices) == 0 {
		return t
	}
	lower := strings.ToLower(t)
	if ours, ok := s.synonyms[lower]; ok {
		return ours
	}
	return lower
}

// folded is a list in upper case where the setting says so.
func (s *setting) folded(members []string) []string {
	if !s.upper {
		return members
	}
	for i, m := range members {
		members[i] = strings.ToUpper(m)
	}
	return distinct(members)
}

// asText takes a string, or a number as it was written (a password of digits).
func asText(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	}
	return "", false
}

// asBool takes what people and Meltano write for yes and no; variables can only hold text.
func asBool(value any) (bool, bool) {
	if b, ok := value.(bool); ok {
		return b, true
	}
	t, ok := asText(value)
	if !ok {
		return false, false
	}
	switch strings.ToLower(strings.TrimSpace(t)) {
	case "true", "t", "yes", "y", "on", "1":
		return true, true
	case "false", "f", "no", "n", "off", "0":
		return false, true
	}
	return false, false
}

// asNumber takes numbers and texts of them.
func asNumber(value any) (float64, bool) {
	t, ok := asText(value)
	if !ok {
		return 0, false
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(t), 64)
	// ParseFloat also reads hexadecimal, "nan" and "inf".
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) || strings.ContainsAny(t, "xXpP_") {
		return 0, false
	}
	return f, true
}

// asInt also takes 50.0, which some tools write for 50.
func asInt(value any) (int, bool) {
	const most = 1 << 31 // far beyond any setting, and exact in a float64
	f, ok := asNumber(value)
	if !ok || f != math.Trunc(f) || math.Abs(f) > most {
		return 0, false
	}
	return int(f), true
}

// asList takes a list of texts or numbers, the same as JSON text, or texts with commas between them. Each member comes
// once, blank ones not at all.
func asList(value any) ([]string, bool) {
	switch v := value.(type) {
	case string:
		if strings.HasPrefix(strings.TrimSpace(v), "[") {
			decoded, err := decodeValue([]byte(v))
			if err != nil {
				return nil, false
			}
			return asList(decoded)
		}
		return distinct(strings.Split(v, ",")), true
	case json.Number:
		return []string{v.String()}, true
	case []any:
		members := make([]string, len(v))
		for i, member := range v {
			t, ok := asText(member)
			if !ok {
				return nil, false
			}
			members[i] = t
		}
		return distinct(members), true
	}
	return nil, false
}

// distinct drops blanks, empty members and repetitions, and keeps the order.
func distinct(members []string) []string {
	var kept []string
	seen := map[string]bool{"": true}
	for _, m := range members {
		if m = strings.TrimSpace(m); !seen[m] {
			seen[m] = true
			kept = append(kept, m)
		}
	}
	return kept
}

// asDuration takes Go's form (1h30m), also with days (2d, 1d12h), or a number of seconds.
func asDuration(value any) (time.Duration, bool) {
	const longest = 100 * 366 * 24 * 3600
	if f, ok := asNumber(value); ok {
		if math.Abs(f) > longest {
			return 0, false
		}
		return time.Duration(math.Round(f * float64(time.Second))), true
	}
	t, ok := value.(string)
	if !ok {
		return 0, false
	}
	t = strings.ToLower(strings.ReplaceAll(t, " ", ""))
	days, rest, hasDays := strings.Cut(t, "d")
	if !hasDays {
		d, err := time.ParseDuration(t)
		return d, err == nil
	}
	n, err := strconv.ParseUint(days, 10, 15)
	if err != nil {
		return 0, false
	}
	if rest == "" {
		rest = "0"
	}
	d, err := time.ParseDuration(rest)
	return time.Duration(n)*24*time.Hour + d, err == nil && d >= 0
}

// asDate takes what the other taps' parsers take too: RFC 3339, with or without a fraction, a colon in the offset, a
// zone (UTC without one) or a time. Years before 1900 and after 9999 are no dates of Jira's.
func asDate(value any) (time.Time, bool) {
	t, ok := value.(string)
	if !ok {
		return time.Time{}, false
	}
	t = strings.ToUpper(strings.TrimSpace(t))
	if len(t) > 10 && t[10] == ' ' {
		t = t[:10] + "T" + t[11:]
	}
	for _, form := range []string{
		time.DateOnly, "2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05",
		"2006-01-02T15:04Z07:00", "2006-01-02T15:04",
	} {
		if d, err := time.Parse(form, t); err == nil {
			d = d.UTC()
			return d, d.Year() >= 1900 && d.Year() <= 9999
		}
	}
	return time.Time{}, false
}

// asMap takes an object, or the text of one as variables hold it.
func asMap(value any) (map[string]any, bool) {
	if t, ok := value.(string); ok {
		decoded, err := decodeValue([]byte(t))
		if err != nil {
			return nil, false
		}
		value = decoded
	}
	m, ok := value.(map[string]any)
	return m, ok
}

// canonical is a coerced value as the schema sees it: JSON types only.
func (s *setting) canonical(value any) any {
	switch v := value.(type) {
	case Secret:
		return v.Reveal()
	case []string:
		members := make([]any, len(v))
		for i, m := range v {
			members[i] = m
		}
		return members
	case time.Duration:
		if s.kind == kindSeconds {
			return v.Seconds()
		}
		return v.String()
	case time.Time:
		return v.Format(time.RFC3339)
	case *url.URL:
		return v.String()
	}
	return value
}

// expects says in words what the setting takes.
func (s *setting) expects() string {
	switch {
	case s.expect != "":
		return s.expect
	case len(s.choices) > 0:
		return oneOf(s.offered())
	}
	switch s.kind {
	case kindBoolean:
		return "true or false"
	case kindInteger:
		return "a whole number" + s.between("%.0f")
	case kindNumber:
		return "a number" + s.between("%g")
	case kindList:
		return "a list of texts, or texts with commas between them"
	case kindDuration:
		return fmt.Sprintf(`a duration such as "30m" or "2h", or seconds as a number, from %s to %s`, span(s.min), span(s.max))
	case kindSeconds:
		return "a number of seconds" + s.between("%g")
	case kindDate:
		return `a date such as "2024-01-31" or "2024-01-31T00:00:00Z"`
	case kindObject:
		return "an object"
	}
	return "a text"
}

// between names the bounds of a setting in a message; nothing where it has none.
func (s *setting) between(form string) string {
	if !s.bounded() {
		return ""
	}
	return fmt.Sprintf(" from "+form+" to "+form, s.min, s.max)
}

// offered are the choices that are not refused for now.
func (s *setting) offered() []string {
	var offered []string
	for _, c := range s.choices {
		if !s.refuses(c) {
			offered = append(offered, c)
		}
	}
	return offered
}

// span writes seconds as people do: 30m, 30d.
func span(secs float64) string {
	d := time.Duration(secs * float64(time.Second))
	const day = 24 * time.Hour
	if d >= day && d%day == 0 {
		return fmt.Sprintf("%dd", d/day)
	}
	return d.String()
}

// oneOf joins choices: "a, b or c".
func oneOf(choices []string) string {
	last := len(choices) - 1
	if last < 1 {
		return strings.Join(choices, "")
	}
	return strings.Join(choices[:last], ", ") + " or " + choices[last]
}
