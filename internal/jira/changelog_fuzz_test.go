package jira

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jsonread"
)

// logSink keeps histories as they came, by issue.
type logSink struct {
	got   map[string][]string
	pages int
}

func (s *logSink) Begin() {}

func (s *logSink) EndPage() error { s.pages++; return nil }

func (s *logSink) History(issue []byte, dec *jsonread.Decoder) error {
	raw, err := dec.ReadValue()
	if err == nil {
		s.got[string(issue)] = append(s.got[string(issue)], string(raw))
	}
	return err
}

// FuzzReadLog reads one issue's share of a bulk answer, its members in any order: what is read is what encoding/json
// finds there, and nothing is read of a share that does not say whose it is.
func FuzzReadLog(f *testing.F) {
	for _, s := range []string{
		`{"issueId":"10001","changeHistories":[{"id":"1"},{"id":"2"}]}`, `{"changeHistories":[{"id":"1"}],"issueId":"10001"}`,
		`{"changeHistories":[{"id":"1"}]}`, `{"issueId":"10001"}`, `{"issueId":10001,"changeHistories":[]}`, `{"issueId":"","changeHistories":[1]}`,
		`{"issueId":"1","changeHistories":null}`, `{"issueId":"1","changeHistories":{"a":[]}}`, `[]`, `{"issueId":"1","more":[{"changeHistories":[3]}],"changeHistories":[2]}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		sink := &logSink{got: map[string][]string{}}
		if err := readLog(jsonread.NewDecoder(strings.NewReader(body)), sink); err != nil {
			return
		}
		var members map[string]json.RawMessage
		var oracle []json.RawMessage
		names := strings.Count(body, `"issueId"`) + strings.Count(body, `"changeHistories"`)
		if json.Unmarshal([]byte(body), &members) != nil || names > 2 || strings.Contains(body, `\u`) {
			return // names that stand twice, or are written in another way, are read by each in its own
		}
		if json.Unmarshal(members["changeHistories"], &oracle) != nil {
			oracle = nil // something else than an array, or nothing
		}
		for issue, histories := range sink.got {
			require.NotEmpty(t, issue, "histories of nobody")
			require.Len(t, oracle, len(histories))
			for i, history := range histories {
				require.JSONEq(t, string(oracle[i]), history)
			}
		}
		if len(sink.got) == 0 {
			require.Empty(t, oracle, "histories are lost")
		}
	})
}
