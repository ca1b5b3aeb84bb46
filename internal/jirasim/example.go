package jirasim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// exampleRecords are the examples of the streams' schemas, undecoded.
type exampleRecords map[string]json.RawMessage

// loadExamples reads the first example of each "<stream>.json".
func loadExamples(from fs.FS) (exampleRecords, error) {
	found := exampleRecords{}
	if from == nil {
		return found, nil
	}
	names, err := fs.Glob(from, "*.json")
	if err != nil {
		return nil, fmt.Errorf("list examples: %w", err)
	}
	for _, name := range names {
		content, err := fs.ReadFile(from, name)
		if err != nil {
			return nil, fmt.Errorf("read example %s: %w", name, err)
		}
		var schema struct {
			Examples []json.RawMessage `json:"examples"`
		}
		if err := json.Unmarshal(content, &schema); err != nil {
			return nil, fmt.Errorf("read example %s: %w", name, err)
		}
		if len(schema.Examples) > 0 {
			if _, err := decodeExample(schema.Examples[0]); err != nil {
				return nil, fmt.Errorf("read example %s: %w", name, err)
			}
			found[strings.TrimSuffix(name, ".json")] = schema.Examples[0]
		}
	}
	return found, nil
}

// errNoObject is an example that is no record.
var errNoObject = errors.New("the example is no object")

// decodeExample makes a new copy of an example; numbers keep their form.
func decodeExample(text []byte) (map[string]any, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var record map[string]any
	if err := decoder.Decode(&record); err != nil {
		return nil, err
	}
	if record == nil {
		return nil, errNoObject
	}
	return record, nil
}

// lookup finds a value by its dotted path.
func lookup(record map[string]any, path string) (any, bool) {
	head, rest, deeper := strings.Cut(path, ".")
	value, there := record[head]
	if !there || !deeper {
		return value, there
	}
	inner, isObject := value.(map[string]any)
	if !isObject {
		return nil, false
	}
	return lookup(inner, rest)
}

// put sets a value by its dotted path, in the JSON type that the example has there. Objects on the way are made.
func put(record map[string]any, path string, value any) {
	head, rest, deeper := strings.Cut(path, ".")
	if !deeper {
		switch value.(type) {
		case leftOut:
			delete(record, head)
		case keptAsIs:
		default:
			record[head] = likeExample(record[head], value)
		}
		return
	}
	inner, isObject := record[head].(map[string]any)
	if !isObject {
		inner = map[string]any{}
		record[head] = inner
	}
	put(inner, rest, value)
}

// likeExample turns a number into a string and back, as the example has it. Ids are of either type in Jira.
func likeExample(example, value any) any {
	text, isText := value.(string)
	switch example.(type) {
	case json.Number:
		if isText && isWholeNumber(text) {
			return json.Number(text)
		}
	case string:
		if number, isNumber := value.(int); isNumber {
			return itoa(number)
		}
	}
	if number, isNumber := value.(int); isNumber {
		return json.Number(itoa(number))
	}
	return value
}

// merge sets those members that the record has already.
func merge(record, members map[string]any) {
	for name, value := range members {
		if _, there := record[name]; there {
			put(record, name, value)
		}
	}
}

// keyText is a value as it stands in a key of the ledger.
func keyText(value any) string { return fmt.Sprint(value) }

// encodeRecord writes a record.
func encodeRecord(record any) []byte {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(record); err != nil {
		return []byte("null") // what was decoded from JSON always encodes
	}
	return bytes.TrimSpace(body.Bytes())
}
