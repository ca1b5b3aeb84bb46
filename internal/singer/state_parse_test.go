package singer_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
	"tap-jira/internal/singer"
)

func TestParseStateNothingReadYet(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "  \r\n\t", "null", "{}", "\xef\xbb\xbf{}\r\n", `{"bookmarks":null}`, `{"bookmarks":{}}`, `{"version":1}`,
		`{"type":"STATE","value":{}}`, `{"type":"STATE","value":null}`, `{"type":"STATE"}`, `{"singer_state":{}}`, `{"singer_state":null}`,
		`{"currently_syncing":null,"bookmarks":{}}`, `{"bookmarks":{"issues":null}}`, `{"bookmarks":{"issues":{}}}`,
		`{"bookmarks":{"issues":{"updated":null,"offset":{"page_num":4}}}}`,
		`{"bookmarks":{"issues":{"partitions":[]}}}`, `{"version":null,"start_date":null}`,
	} {
		s, err := singer.ParseState([]byte(text), ourNames)
		require.NoError(t, err, text)
		require.JSONEq(t, `{"version":1,"bookmarks":{},"currently_syncing":null}`, string(s.Encode()), text)
	}
}

// bookmarksOf parses text and returns the bookmarks as they would be written.
func bookmarksOf(t *testing.T, text string) string {
	t.Helper()
	s, err := singer.ParseState([]byte(text), ourNames)
	require.NoError(t, err)
	var top struct{ Bookmarks json.RawMessage }
	require.NoError(t, json.Unmarshal(s.Encode(), &top))
	return string(top.Bookmarks)
}

func TestParseStateOfOtherTaps(t *testing.T) {
	t.Parallel()
	const want = `{"issues":{"replication_key":"updated","replication_key_value":"2024-05-01T00:00:00.000000Z"}}`
	const value = `{"issues":{"replication_key_value":"2024-05-01T00:00:00.000000Z"}}`
	tests := map[string]struct{ bookmarks, want string }{
		"classic": {`{"issues":{"updated":"2024-05-01T00:00:00.000000Z"}}`, want},
		"classic with an offset": {
			`{"issues":{"updated":"2024-05-01T00:00:00.000000Z","offset":{"page_num":7}}}`, want,
		},
		"classic with two columns, the earlier is safe": {
			`{"issues":{"created":"2024-06-01T00:00:00Z","updated":"2024-05-01T00:00:00.000000Z"}}`, want,
		},
		"SDK": {
			`{"issues":{"replication_key":"updated","replication_key_value":"2024-05-01T00:00:00.000000Z",
				"replication_key_signpost":"2024-06-01T00:00:00Z","starting_replication_value":"2024-04-01T00:00:00Z",
				"progress_markers":{"Note":"Progress is not resumable if interrupted.","replication_key_value":"2024-07-01T00:00:00Z"}}}`, want,
		},
		"SDK whose first run was interrupted": {
			`{"issues":{"replication_key_signpost":"2024-06-01T00:00:00Z","starting_replication_value":"2024-05-01T00:00:00.000000Z",
				"progress_markers":{"replication_key":"updated","replication_key_value":"2024-07-01T00:00:00Z"}}}`, value,
		},
		"SDK that knows nothing yet": {`{"issues":{"progress_markers":{"replication_key_value":"2024-07-01T00:00:00Z"}}}`, `{}`},
		"SDK with a key only":        {`{"issues":{"replication_key":"updated"}}`, `{}`},
		"partitions, the earliest counts": {
			`{"issues":{"partitions":[
				{"context":{"p":1},"replication_key":"updated","replication_key_value":"2024-05-01T05:00:00+05:00"},
				{"context":{"p":2},"replication_key":"updated","replication_key_value":"2024-05-01T00:00:00.000000Z"},
				{"context":{"p":3},"replication_key":"updated","replication_key_value":"2024-05-01T00:00:01Z"}]}}`,
			`{"issues":{"replication_key":"updated","replication_key_value":"2024-05-01T05:00:00+05:00"}}`,
		},
		"a partition that knows only where it began": {
			`{"issues":{"partitions":[{"replication_key":"updated","replication_key_value":"2024-06-01T00:00:00Z"},
				{"replication_key":"updated","starting_replication_value":"2024-05-01T00:00:00.000000Z"}]}}`, want,
		},
		"a partition without a value": {
			`{"issues":{"partitions":[{"replication_key":"updated","replication_key_value":"2024-05-01T00:00:00Z"},{"context":{}}]}}`, `{}`,
		},
		"the last id of a stream that is read whole": {
			`{"issues":{"replication_key":"accountId","replication_key_value":"5b10a2844c20165700ede21f"}}`, `{}`,
		},
		"the last ids of partitions": {
			`{"issues":{"partitions":[{"context":{"board_id":1},"replication_key":"id","replication_key_value":37}]}}`, `{}`,
		},
		"a value beats partitions": {
			`{"issues":{"replication_key":"updated","replication_key_value":"2024-05-01T00:00:00.000000Z",
				"partitions":[{"replication_key_value":"2020-01-01T00:00:00Z"}]}}`, want,
		},
		"a name with a prefix": {`{"acme_jira-issues":{"updated":"2024-05-01T00:00:00.000000Z"}}`, want},
		"another tap's name":   {`{"issue":{"updated":"2024-05-01T00:00:00.000000Z"}}`, want},
		"two names for one, the earlier is safe": {
			`{"issue":{"updated":"2024-06-01T00:00:00Z"},"acme_jira-issues":{"updated":"2024-05-01T00:00:00.000000Z"}}`, want,
		},
		"the own name beats another's": {
			`{"issue":{"updated":"2020-01-01T00:00:00Z"},"issues":{"updated":"2024-05-01T00:00:00.000000Z"}}`, want,
		},
		"of two names the one that says something": {
			`{"acme_jira-issues":{"updated":"2024-05-01T00:00:00.000000Z"},"issue":{"replication_key":"updated"}}`, want,
		},
		"of two names the other that says something": {
			`{"acme_jira-issues":{"replication_key":"updated"},"issue":{"updated":"2024-05-01T00:00:00.000000Z"}}`, want,
		},
		"two names, and neither says anything": {`{"acme_jira-issues":{},"issue":null}`, `{}`},
		"but not when it is null":              {`{"issues":null,"issue":{"updated":"2024-05-01T00:00:00.000000Z"}}`, want},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tt.want, bookmarksOf(t, `{"bookmarks":`+tt.bookmarks+`}`))
		})
	}
}

func TestParseStateWrappers(t *testing.T) {
	t.Parallel()
	const inner = `{"bookmarks":{"issues":{"updated":"2024-05-01T00:00:00Z"}}}`
	for _, text := range []string{
		inner, `{"type":"STATE","value":` + inner + `}` + "\n", `{"type":"state","value":` + inner + `}`,
		`{"singer_state":` + inner + `}`, `{"singer_state":{"type":"STATE","value":` + inner + `}}`,
	} {
		require.JSONEq(t, `{"issues":{"replication_key":"updated","replication_key_value":"2024-05-01T00:00:00Z"}}`, bookmarksOf(t, text), text)
	}
}

func TestParseStateKeepsOurFormWhole(t *testing.T) {
	t.Parallel()
	const bookmarks = `{"changelogs":{"swept":"2024-05-01T00:00:00Z"},` +
		`"issues":{"big":12345678901234567890123,"edge":{"1714521600":["5","0x1f"]},"ratio":1.10,` +
		`"replication_key":"updated","replication_key_value":"2024-05-01T00:00:00Z","windows":null}}`
	exactly(t, bookmarks, bookmarksOf(t, `{"version":1,"bookmarks":`+bookmarks+`}`))
}

func TestParseStateCarriesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	const strange = `"another":[1.50,"x",null],"sprint_reports":{"partitions":[{"context":{"id":1e2},"replication_key_value":"2020-01-01"}],"updated":"no date"}`
	s, err := singer.ParseState([]byte(`{"bookmarks":{`+strange+`},"later":{"n":100000000000000000001},"currently_syncing":"acme_jira-worklogs"}`), ourNames)
	require.NoError(t, err)
	exactly(t, `{"version":1,"bookmarks":{`+strange+`},"currently_syncing":"worklogs","later":{"n":100000000000000000001}}`, string(s.Encode()))
	require.Equal(t, "worklogs", s.CurrentlySyncing())
	require.Equal(t, singer.Bookmark{}, s.Bookmark("sprint_reports"), "what is not ours is carried, not read")
}

func TestParseStateUnknownCurrentlySyncingStays(t *testing.T) {
	t.Parallel()
	s, err := singer.ParseState([]byte(`{"bookmarks":{},"currently_syncing":"gone"}`), ourNames)
	require.NoError(t, err)
	require.Equal(t, "gone", s.CurrentlySyncing())
}

func TestParseStateStartDate(t *testing.T) {
	t.Parallel()
	s, err := singer.ParseState([]byte(`{"start_date":"2023-11-22T10:00:00+01:00"}`), ourNames)
	require.NoError(t, err)
	start, set := s.Start()
	require.True(t, set)
	require.Equal(t, time.Date(2023, 11, 22, 9, 0, 0, 0, time.UTC), start)
	require.Contains(t, string(s.Encode()), `"start_date":"2023-11-22T09:00:00.000000Z"`)
}

func TestParseStateRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ text, want string }{
		"broken JSON":           {"{\"bookmarks\":\n  {\"issues\": }}", "the state is not JSON: line 2, column 14"},
		"cut JSON":              {`{"bookmarks":{"issues":`, "the text ends too early"},
		"several lines":         {"{\"bookmarks\":{}}\n{\"bookmarks\":{}}\n", "more than one JSON document"},
		"UTF-16":                {"\xff\xfe{\x00}\x00", "is UTF-16 text"},
		"UTF-16, big end first": {"\xfe\xff\x00{\x00}", "is UTF-16 text"},
		"neither, and no UTF-8": {"\xff{}", "is not UTF-8 text"},
		"Latin-1":               {"{\"bookmarks\":{\"\xe4\":{}}}", "is not UTF-8 text"},
		"a list":                {`[]`, "the state is a list, not an object"},
		"a string":              {`"2024-01-01"`, "the state is a string, not an object"},
		"a number":              {`12`, "the state is a number, not an object"},
		"a boolean":             {`true`, "the state is a boolean, not an object"},
		"a record":              {`{"type":"RECORD","stream":"issues","record":{}}`, `message of type "RECORD", not STATE`},
		"wrapped for ever":      {`{"singer_state":{"singer_state":{"singer_state":{"singer_state":{}}}}}`, "wrapped more than 4 times"},
		"another shape":         {`{"issues":{"updated":"2024-01-01T00:00:00Z"},"users":{}}`, `no "bookmarks", only: issues, users`},
		"newer":                 {`{"version":2,"bookmarks":{}}`, "of version 2, but this tap reads versions up to 1"},
		"no version":            {`{"version":"one","bookmarks":{}}`, `version is "one", expected 1`},
		"version zero":          {`{"version":0,"bookmarks":{}}`, `version is 0, expected 1`},
		"bookmarks a list":      {`{"bookmarks":[]}`, "bookmarks is a list, not an object"},
		"bookmark a string":     {`{"bookmarks":{"issues":"2024-01-01"}}`, "bookmark of issues: it is a string, not an object"},
		"ours, bookmark a list": {`{"version":1,"bookmarks":{"issues":[]}}`, "bookmark of issues: it is a list, not an object"},
		"classic, no date":      {`{"bookmarks":{"issues":{"updated":"yesterday"}}}`, `bookmark of issues: updated is "yesterday", not a date-time`},
		"a date of the wrong form": {
			`{"bookmarks":{"issues":{"replication_key":"updated","replication_key_value":"x"}}}`, `"x" is not a date-time`,
		},
		"SDK, a number":          {`{"bookmarks":{"issues":{"replication_key_value":17}}}`, "bookmark of issues: 17 is not a date-time"},
		"partitions an object":   {`{"bookmarks":{"issues":{"partitions":{}}}}`, "its partitions are no list"},
		"partition a string":     {`{"bookmarks":{"issues":{"partitions":["x"]}}}`, "one of its partitions is no object"},
		"partition without date": {`{"bookmarks":{"issues":{"partitions":[{"replication_key_value":"x"}]}}}`, `"x" is not a date-time`},
		"syncing a list":         {`{"bookmarks":{},"currently_syncing":[]}`, "currently_syncing is a list, not a string"},
		"start date":             {`{"bookmarks":{},"start_date":"soon"}`, `start_date is "soon", not a date-time`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := singer.ParseState([]byte(tt.text), ourNames)
			require.ErrorContains(t, err, tt.want)
			require.Equal(t, fault.Usage, fault.KindOf(err))
			require.NotEmpty(t, fault.HintOf(err), "every refusal says what to do")
		})
	}
}

func TestParseStateGolden(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"state_singer_io", "state_sdk", "state_meltano", "state_message"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := singer.ParseState(fixture(t, name+".json"), ourNames)
			require.NoError(t, err)
			golden(t, name+".golden", append(s.Encode(), '\n'))
		})
	}
}

func FuzzParseState(f *testing.F) {
	for _, name := range []string{"state_singer_io", "state_sdk", "state_meltano", "state_message"} {
		f.Add(fixture(f, name+".json"))
	}
	f.Add([]byte(`{"version":1,"bookmarks":{"issues":{"a":1e400,"b":-0,"c":"\ud800"},"x":null},"start_date":"2024-01-01","z":[{}]}`))
	f.Add([]byte(`{"singer_state":{"type":"STATE","value":{"bookmarks":{}}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := singer.ParseState(data, ourNames)
		if err != nil {
			require.Equal(t, fault.Usage, fault.KindOf(err))
			return
		}
		text := s.Encode()
		require.True(t, json.Valid(text), "%s", text)
		require.False(t, bytes.ContainsAny(text, "\r\n"), "one line")
		require.Equal(t, text, s.Clone().Encode())
		again, err := singer.ParseState(text, ourNames)
		require.NoError(t, err)
		require.Equal(t, string(text), string(again.Encode()))
	})
}
