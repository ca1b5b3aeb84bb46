package shape

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jsonread"
)

// schemaOf makes a schema of the given properties, in the form of the stream files.
func schemaOf(tb testing.TB, properties string) *Schema {
	tb.Helper()
	root, err := parse([]byte(`{"type":"object","properties":` + properties + `}`))
	require.NoError(tb, err)
	return &Schema{name: "test", root: root}
}

func compile(tb testing.TB, s *Schema, options PlanOptions) *Plan {
	tb.Helper()
	p, err := Compile(s, options)
	require.NoError(tb, err)
	return p
}

// shape runs one record through a plan.
func (p *Plan) shape(tb testing.TB, record string, row *Row) string {
	tb.Helper()
	members, err := p.AppendMembers(nil, jsonread.NewDecoder(strings.NewReader(record)), row)
	require.NoError(tb, err)
	return "{" + string(members) + "}"
}

// columns has one column of each type.
const columns = `{
	"text": {"type":["null","string"]},
	"day": {"type":["null","string"],"x-jira":"date"},
	"moment": {"type":["null","string"],"format":"date-time"},
	"open": {"type":["null","string"],"x-jira":"json"},
	"int": {"type":["null","integer"]},
	"num": {"type":["null","number"]},
	"bool": {"type":["null","boolean"]},
	"obj": {"type":["null","object"]},
	"doc": {"type":["null","object"],"x-jira":"richtext"},
	"words": {"type":["null","array"],"items":{"type":["null","string"]}},
	"things": {"type":["null","array"],"items":{"type":["null","object"]}},
	"moments": {"type":["null","array"],"items":{"type":["null","string"],"format":"date-time"}},
	"nums": {"type":["null","array"],"items":{"type":["null","number"]}},
	"flags": {"type":["null","array"],"items":{"type":["null","boolean"]}},
	"any": {"type":["null","array"]}
}`

func TestValues(t *testing.T) {
	t.Parallel()
	tests := []struct{ column, in, want, repair string }{
		{"text", `"a"`, `"a"`, ""},
		{"text", `null`, `null`, ""},
		{"text", `12.50`, `"12.50"`, Converted},
		{"text", `true`, `"true"`, Converted},
		{"text", `{"a": "x\ty"}`, `"{\"a\": \"x\\ty\"}"`, Converted},
		{"text", "[1,\n 2]", `"[1,2]"`, Converted},
		{"text", `"a\u0000b"`, `"ab"`, BadText},
		{"text", `"\ud83d"`, "\"\ufffd\"", BadText},
		{"text", `"\ud83d\ude00 \\u0000"`, `"\ud83d\ude00 \\u0000"`, ""},
		{"text", "\"a\xffb\"", "\"a\ufffdb\"", BadText},
		{"day", `"2024-03-01"`, `"2024-03-01"`, ""},
		{"day", `1e300`, `"1e300"`, Converted},
		{"day", `1709251200000`, `"2024-03-01"`, Converted},
		{"moment", `"2024-03-01T09:30:00.000+0000"`, `"2024-03-01T09:30:00.000000Z"`, ""},
		{"moment", `"2024-03-01T00:30:00.5+0530"`, `"2024-02-29T19:00:00.500000Z"`, ""},
		{"moment", `"2024-03-01T09:30:00\u005a"`, `"2024-03-01T09:30:00.000000Z"`, ""},
		{"moment", `"2024-03-01"`, `"2024-03-01T00:00:00.000000Z"`, ""},
		{"moment", `1492070429`, `"2017-04-13T08:00:29.000000Z"`, ""},
		{"moment", `1492070429123`, `"2017-04-13T08:00:29.123000Z"`, ""},
		{"moment", `1.492070429123E12`, `"2017-04-13T08:00:29.123000Z"`, ""},
		{"moment", `1709285400.25`, `"2024-03-01T09:30:00.250000Z"`, ""},
		{"moment", `-62135596800`, `"0001-01-01T00:00:00.000000Z"`, ""},
		{"moment", `-62135596801`, `null`, BadDate},
		{"moment", `"2024-04-31T09:30:00.000+0000"`, `null`, BadDate},
		{"moment", `"2100-02-29T09:30:00.000+0000"`, `null`, BadDate},
		{"moment", `"2O24-02-29T09:30:00.000+0000"`, `null`, BadDate},
		{"moment", `1e999`, `null`, BadDate},
		{"moment", `1e300`, `null`, BadDate},
		{"moment", `""`, `null`, BadDate},
		{"moment", `"20262-03-01T09:30:00.000+0000"`, `null`, BadDate},
		{"moment", `"9999-12-31T23:30:00.000-0100"`, `null`, BadDate},
		{"moment", `true`, `null`, Mismatch},
		{"open", `{"a":[1,"\u0000"]}`, `"{\"a\":[1,\"\"]}"`, BadText},
		{"open", `"x"`, `"\"x\""`, ""},
		{"open", `12345678901234567890123`, `"12345678901234567890123"`, ""},
		{"open", "{\"a\":\t1}", `"{\"a\": 1}"`, ""},
		{"int", `3`, `3`, ""},
		{"int", `3.0`, `3`, ""},
		{"int", `1.0E7`, `10000000`, ""},
		{"int", `-0`, `0`, ""},
		{"int", `0e9999999`, `0`, ""},
		{"int", `9223372036854775807`, `9223372036854775807`, ""},
		{"int", `9223372036854775808`, `null`, Overflow},
		{"int", `1e5000000`, `null`, Overflow},
		{"int", `1e99999999999999999999`, `null`, Overflow},
		{"int", `1e-99999999999999999999`, `null`, Mismatch},
		{"int", `-3.20e1`, `-32`, ""},
		{"int", `1e19`, `null`, Overflow},
		{"int", `3.5`, `null`, Mismatch},
		{"int", `"12"`, `12`, Converted},
		{"int", `"twelve"`, `null`, Mismatch},
		{"int", `"0x1"`, `null`, Mismatch},
		{"int", `true`, `null`, Mismatch},
		{"num", `1.0E7`, `1.0E7`, ""},
		{"num", `0.1000000000000000055511151231257827`, `0.1000000000000000055511151231257827`, ""},
		{"num", `12345678901234567890`, `1.2345678901234567890e19`, Exponent},
		{"num", `-9223372036854775808`, `-9223372036854775808`, ""},
		{"num", `-9223372036854775809`, `-9.223372036854775809e18`, Exponent},
		{"num", `1e400`, `null`, Overflow},
		{"num", `0.000000000000000000000`, `0.000000000000000000000`, ""},
		{"num", `0e-5`, `0e-5`, ""},
		{"num", `0e1000`, `0`, ""},
		{"num", `-120e-1001000`, `null`, Overflow},
		{"num", "-0." + strings.Repeat("0", 1200) + "125e1201", `-1.25e0`, ""},
		{"num", "0." + strings.Repeat("1", 2000), `null`, Overflow},
		{"num", `"1."`, `null`, Mismatch},
		{"num", `"1e"`, `null`, Mismatch},
		{"num", `"1e+5"`, `1e+5`, Converted},
		{"num", `{}`, `null`, Mismatch},
		{"num", `1e-400`, `null`, Overflow},
		{"num", `"12.5"`, `12.5`, Converted},
		{"num", `"-1e3"`, `-1e3`, Converted},
		{"num", `"01"`, `null`, Mismatch},
		{"bool", `false`, `false`, ""},
		{"bool", `"true"`, `true`, Converted},
		{"bool", `1`, `null`, Mismatch},
		{"obj", `{"a":12345678901234567890,"b":1e400}`, `{"a":1.2345678901234567890e19,"b":null}`, Exponent + "," + Overflow},
		{"obj", "{\r\n\"a\" : \"b  c\"}", `{"a":"b  c"}`, ""},
		{"obj", `{"a\u0000":1}`, `{"a":1}`, BadText},
		{"obj", `{}`, `{}`, ""},
		{"obj", `[]`, `null`, Mismatch},
		{"obj", `"x"`, `null`, Mismatch},
		{"doc", `{"type":"doc"}`, `{"type":"doc"}`, ""},
		{"doc", `"x"`, `{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"x"}]}]}`, Converted},
		{"doc", `""`, `{"type":"doc","version":1,"content":[]}`, Converted},
		{"doc", `7`, `null`, Mismatch},
		{"words", `["a",null,1]`, `["a",null,"1"]`, Converted},
		{"words", `[ ]`, `[]`, ""},
		{"words", `"a"`, `["a"]`, Converted},
		{"words", `{}`, `null`, Mismatch},
		{"things", `[{"a":1},{}]`, `[{"a":1},{}]`, ""},
		{"things", `[1]`, `[null]`, Mismatch},
		{"things", `{"a":1}`, `[{"a":1}]`, Converted},
		{"things", `"a"`, `null`, Mismatch},
		{"moments", `["2024-03-01T09:30:00.000+0000",0]`, `["2024-03-01T09:30:00.000000Z","1970-01-01T00:00:00.000000Z"]`, ""},
		{"moments", `"2024-03-01"`, `["2024-03-01T00:00:00.000000Z"]`, Converted},
		{"nums", `1.5`, `[1.5]`, Converted},
		{"nums", `[1e999]`, `[null]`, Overflow},
		{"flags", `[true]`, `[true]`, ""},
		{"flags", `true`, `null`, Mismatch},
		{"any", `[1,"a",{}]`, `[1,"a",{}]`, ""},
		{"any", `1`, `null`, Mismatch},
	}
	schema := schemaOf(t, columns)
	validator, err := NewValidator(schema)
	require.NoError(t, err)
	plan := compile(t, schema, PlanOptions{})
	for _, test := range tests {
		t.Run(test.column+" "+test.in, func(t *testing.T) {
			t.Parallel()
			var row Row
			out := plan.shape(t, `{"`+test.column+`":`+test.in+`}`, &row)
			require.NoError(t, validator.Validate([]byte(out)))
			require.Contains(t, out, `{"`+test.column+`":`+test.want+`,`)
			var kinds []string
			for _, r := range row.Repairs {
				require.Equal(t, test.column, r.Path)
				kinds = append(kinds, r.Kind)
			}
			require.Equal(t, test.repair, strings.Join(kinds, ","))
		})
	}
}
