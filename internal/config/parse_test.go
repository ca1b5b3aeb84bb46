package config_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/config"
)

func TestBrokenJSON(t *testing.T) {
	t.Parallel()
	const object = `write an object such as {"base_url": "https://acme.atlassian.net", …}`
	for name, tc := range map[string]struct{ doc, want string }{
		"empty":          {" \n", "line 1, column 1: it is empty, " + object},
		"list":           {"\n [1]", "line 2, column 2: a config is one JSON object, " + object},
		"YAML":           {"password: c4nary\n", "line 1, column 1: a config is one JSON object, " + object},
		"UTF-16":         {"\xff\xfe{\x00", "line 1, column 1: it is saved as UTF-16, save it as UTF-8"},
		"UTF-16LE":       {"{\x00}\x00", "line 1, column 1: it is saved as UTF-16, save it as UTF-8"},
		"UTF-16BE":       {"\x00{\x00}", "line 1, column 1: it is saved as UTF-16, save it as UTF-8"},
		"missing comma":  {"{\n \"password\": \"c4nary\"\n \"username\": \"x\"}", `line 3, column 2 (near "password"): a comma or colon is missing before it`},
		"missing colon":  {`{"password" "c4nary"}`, `line 1, column 13 (near "password"): a comma or colon is missing before it`},
		"last comma":     {"{\"password\": \"c4nary\",\n}", `line 1, column 22 (near "password"): remove the comma before the closing bracket`},
		"last of a list": {"{\"streams\": [\"a\",\n ]}", `line 2, column 2 (near "streams"): remove the comma before the closing bracket`},
		"only a comma":   {`{"streams": [, ]}`, `line 1, column 14 (near "streams"): remove the comma before the closing bracket`},
		"two commas":     {`{"streams": ["a",, "b"]}`, `line 1, column 18 (near "streams"): look for a missing quote, comma, colon or bracket there`},
		"single quotes":  {"{'password': 'c4nary'}", `line 1, column 2: use plain double quotes (")`},
		"typographic":    {"{“password”: 1}", `line 1, column 2: use plain double quotes (")`},
		"comment":        {"{\n// c4nary\n}", "line 2, column 1: JSON has no comments, remove it"},
		"hash":           {"{\"username\": 1 # c4nary\n}", `line 1, column 16 (near "username"): JSON has no comments, remove it`},
		"bare word":      {`{"password": c4nary}`, `line 1, column 14 (near "password"): look for a missing quote, comma, colon or bracket there`},
		"Python":         {`{"activate_version": True}`, `line 1, column 22 (near "activate_version"): write true, false and null in small letters`},
		"line break":     {"{\"password\": \"c4n\nary\"}", `line 1, column 18 (near "password"): a text may not run over the end of its line, close the quote or write \n for a line break`},
		"tab":            {"{\"password\": \"c4n\tary\"}", `line 1, column 18 (near "password"): remove the control character, or write \t for a tab`},
		"backslash":      {`{"ca_file": "C:\certs"}`, `line 1, column 16 (near "ca_file"): write \\ for a backslash, or / in a path`},
		"open":           {`{"password": "c4nary"`, `line 1, column 22 (near "password"): it ends too early, a closing quote or } is missing`},
		"open text":      {`{"password": "c4nary`, `line 1, column 21 (near "password"): it ends too early, a closing quote or } is missing`},
		"more behind":    {"{}\n c4nary", "line 2, column 2: nothing may follow the closing }, remove it"},
		"second object":  {"{}{}", "line 1, column 3: nothing may follow the closing }, remove it"},
		"unknown key":    {`{"c4nary" "c4nary"}`, "line 1, column 11: a comma or colon is missing before it"},
		"Latin-1":        {"{\"username\": \"J\xf6\"}", `line 1, column 16 (near "username"): save the file as UTF-8`},
		"wide character": {`{"username": "é" "x"}`, `line 1, column 18 (near "username"): a comma or colon is missing before it`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := load(t, tc.doc)
			got := problems(t, err)
			require.Len(t, got, 1)
			require.Equal(t, "the config file conf/jira.json is not valid JSON at "+tc.want, got[0].String())
			require.NotContains(t, err.Error(), "c4n")
		})
	}
}

func TestByteOrderMark(t *testing.T) {
	t.Parallel()
	_, _, err := load(t, "\xef\xbb\xbf"+good(nil)+"\r\n")
	require.NoError(t, err)
}

func TestUnreadableFile(t *testing.T) {
	t.Parallel()
	_, _, err := config.Load(t.Context(), world{}.source("no.json", "nor.json"))
	got := problems(t, err)
	require.Len(t, got, 2)
	require.Equal(t, "the config file no.json cannot be read (file does not exist): check the path given to --config and the file's permissions", got[0].String())
}
