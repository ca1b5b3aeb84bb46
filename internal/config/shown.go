package config

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// shown is a value of the entry for a message: quoted, short, one line; nothing of a secret, of somebody's name, or of
// what stands inside an object, which might be either.
func (e entry) shown(value any) string {
	if e.setting.kind == kindSecret || e.setting.personal {
		return "of another form"
	}
	switch v := value.(type) {
	case string:
		return strconv.Quote(short(v))
	case bool:
		return strconv.FormatBool(v)
	case json.Number:
		return short(v.String())
	case []string:
		return strconv.Quote(short(strings.Join(v, ", ")))
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	case int:
		return strconv.Itoa(v)
	case float64:
		return jsonNumber(v).String()
	case time.Duration:
		return v.String()
	}
	return "of another form"
}

// refused names what is refused: the key, and its value where another value would do.
func (e entry) refused(value any) string {
	if e.setting.kind == kindBoolean {
		return e.where() + " = " + strings.Trim(e.shown(value), `"`)
	}
	return e.where()
}

// short cuts a text to what fits into a message.
func short(s string) string {
	const most = 60 // characters
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}

// jsonNumber writes a bound as people would: 8 and not 8.000000.
func jsonNumber(f float64) json.Number {
	return json.Number(strconv.FormatFloat(f, 'g', -1, 64))
}
