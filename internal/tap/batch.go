package tap

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"tap-jira/internal/jsonread"
	"tap-jira/internal/stream"
)

// batched joins questions to one request for several rows of the parent, where
// the stream may ask so.
func (q questions) batched() []map[string]string {
	var batches []map[string]string
	for chunk := range slices.Chunk(q.asked, q.parent.Batch) {
		values := make([]string, len(chunk))
		var batch map[string]string
		for i, n := range chunk {
			params, _ := q.rows[n].paramsFor(q.parent)
			values[i] = params[q.parent.As]
			if i == 0 {
				batch = params
			}
		}
		batch[q.parent.As] = strings.Join(values, stream.BatchComma)
		batches = append(batches, batch)
	}
	return batches
}

// spreads tells that a record gives a row for each of the parents that it names.
func (t *table) spreads() bool { return t.stream.Parent != nil && t.stream.Parent.Spread != "" }

// spread appends the rows of the next record, one for each of those that were
// asked for and that it names.
func (s *parentPage) spread(dec *jsonread.Decoder) error {
	raw, err := dec.ReadValue()
	if err != nil {
		return err
	}
	p := s.table.stream.Parent
	named, err := elements(raw, p.Spread)
	if err != nil {
		return fmt.Errorf("read a record of %s: %w", s.table.stream.Name, err)
	}
	asked := strings.Split(s.params[p.As], stream.BatchComma)
	record := bytes.Clone(raw) // the decoder's buffer ends with its next read
	for _, value := range named {
		if !slices.Contains(asked, value) {
			continue
		}
		added := s.table.added(map[string]string{p.As: value})
		if err := s.append(jsonread.NewBytesDecoder(record), added); err != nil {
			return err
		}
	}
	return nil
}

// elements are the values of an array in a record, as they stand in an address.
func elements(record []byte, member string) ([]string, error) {
	var members map[string]jsontext.Value
	var values []jsontext.Value
	lenient := jsonread.Lenient()
	if json.Unmarshal(record, &members, lenient) != nil || members[member].Kind() != '[' || json.Unmarshal(members[member], &values, lenient) != nil {
		return nil, fmt.Errorf("expected an object with an array called %s, found %.100s", member, record)
	}
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = plainText(value)
	}
	return texts, nil
}
