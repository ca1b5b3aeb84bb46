package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
)

// extras are the attributes of a line in the JSON log. They keep their order, so that a line reads the same when run
// turns it back into text.
type extras []extra

// extra is one attribute.
type extra struct {
	key   string
	value any
}

// set adds an attribute; of two with one key the later wins.
func (e *extras) set(key string, value any) {
	for i := range *e {
		if (*e)[i].key == key {
			(*e)[i].value = value
			return
		}
	}
	*e = append(*e, extra{key: key, value: value})
}

// words are the attributes as a line of text has them, each after a space.
func (e extras) words() string {
	var text strings.Builder
	for _, one := range e {
		value := fmt.Sprint(one.value)
		if value == "" || strings.ContainsAny(value, " \"=\n") {
			value = strconv.Quote(value)
		}
		text.WriteString(" " + one.key + "=" + value)
	}
	return text.String()
}

// attrs are the attributes as a logger takes them.
func (e extras) attrs() []any {
	attrs := make([]any, 0, len(e))
	for _, one := range e {
		attrs = append(attrs, slog.Any(one.key, one.value))
	}
	return attrs
}

// MarshalJSON implements json.Marshaler.
func (e extras) MarshalJSON() ([]byte, error) {
	text := []byte{'{'}
	for i, one := range e {
		if i > 0 {
			text = append(text, ',')
		}
		key, err := json.Marshal(one.key)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(one.value)
		if err != nil {
			return nil, err
		}
		text = append(append(append(text, key...), ':'), value...)
	}
	return append(text, '}'), nil
}

// UnmarshalJSON implements json.Unmarshaler. Numbers stay as they are written.
func (e *extras) UnmarshalJSON(text []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if open, err := decoder.Token(); err != nil || open != json.Delim('{') {
		return fmt.Errorf("read attributes: %q is no object", text)
	}
	*e = extras{}
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return fmt.Errorf("read attributes: %w", err)
		}
		var value any
		if err := decoder.Decode(&value); err != nil {
			return fmt.Errorf("read attributes: %w", err)
		}
		e.set(fmt.Sprint(key), value)
	}
	return nil
}
