package tap

import (
	"bytes"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"tap-jira/internal/shape"
)

// Rows of a parent that are asked for together stand in one placeholder, with
// commas between them. Ids and permission keys, which are all that Jira takes
// in batches, hold none.
const batchComma = ","

// batched joins questions to one request for several rows of the parent, where
// the stream may ask so.
func (t *table) batched(questions []map[string]string) []map[string]string {
	p := t.stream.Parent
	if p.Batch == 0 {
		return questions
	}
	var batches []map[string]string
	for chunk := range slices.Chunk(questions, p.Batch) {
		values := make([]string, len(chunk))
		for i, params := range chunk {
			values[i] = params[p.As]
		}
		batch := maps.Clone(chunk[0])
		batch[p.As] = strings.Join(values, batchComma)
		batches = append(batches, batch)
	}
	return batches
}

// filled puts the values of placeholders into the parameters of an address.
func filled(query url.Values, params map[string]string) url.Values {
	if len(params) == 0 {
		return query
	}
	whole := url.Values{}
	for name, values := range query {
		for _, value := range values {
			whole[name] = append(whole[name], expanded(value, params)...)
		}
	}
	return whole
}

// expanded is what a parameter's value stands for: itself, {name}, or {name*},
// which is one parameter for each value of a batch.
func expanded(value string, params map[string]string) []string {
	name, isPlaceholder := strings.CutPrefix(value, "{")
	if !isPlaceholder {
		return []string{value}
	}
	name = strings.TrimSuffix(name, "}")
	if each, repeated := strings.CutSuffix(name, "*"); repeated {
		return strings.Split(params[each], batchComma)
	}
	return []string{params[name]}
}

// spreads tells that a record gives a row for each of the parents that it names.
func (t *table) spreads() bool { return t.stream.Parent != nil && t.stream.Parent.Spread != "" }

// spread appends the rows of the next record, one for each of those that were
// asked for and that it names.
func (s *parentPage) spread(dec *jsontext.Decoder) error {
	raw, err := dec.ReadValue()
	if err != nil {
		return err
	}
	p := s.table.stream.Parent
	named, err := elements(raw, p.Spread)
	if err != nil {
		return fmt.Errorf("read a record of %s: %w", s.table.stream.Name, err)
	}
	asked := strings.Split(s.params[p.As], batchComma)
	record := bytes.Clone(raw) // the decoder's buffer ends with its next read
	for _, value := range named {
		if !slices.Contains(asked, value) {
			continue
		}
		added := s.table.added(map[string]string{p.As: value})
		if err := s.append(shape.NewDecoder(bytes.NewReader(record)), added); err != nil {
			return err
		}
	}
	return nil
}

// elements are the values of an array in a record, as they stand in an address.
func elements(record []byte, member string) ([]string, error) {
	var members map[string]jsontext.Value
	var values []jsontext.Value
	lenient := json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if json.Unmarshal(record, &members, lenient) != nil || members[member].Kind() != '[' || json.Unmarshal(members[member], &values, lenient) != nil {
		return nil, fmt.Errorf("expected an object with an array called %s, found %.100s", member, record)
	}
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = plainText(value)
	}
	return texts, nil
}
