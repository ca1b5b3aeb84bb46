package jsonread

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
)

func TestValuesComeAsTheyStand(t *testing.T) {
	t.Parallel()
	for _, v := range []string{
		`"a"`, `""`, `"\u00e9\n"`, `12345678901234567890123`, `-0`, `1e400`, `0.10`, `null`, `true`, `false`, `{}`, `[]`, `{ "a" : [ 1 ] }`, "[\n]",
		`"` + strings.Repeat("long ", 40_000) + `"`, `[` + strings.Repeat(`{"a":"b"},`, 20_000) + `0]`,
	} {
		dec := NewDecoder(strings.NewReader(" " + v + "\n" + v))
		for range 2 {
			got, err := dec.ReadValue()
			require.NoError(t, err)
			require.Equal(t, v, string(got))
		}
		_, err := dec.ReadValue()
		require.Equal(t, io.EOF, err)
	}
}

func TestMarks(t *testing.T) {
	t.Parallel()
	for v, want := range map[string]Marks{
		`{"a":["b",1,-2.5,null]}`:        0,
		`"a \" quote, \\ and \n"`:        0,
		"{\"a\" :\t1 }":                  0,
		`"1234567890123456789012"`:       0,
		`123456789012345678`:             0,
		`1234567890123456789`:            OddNumbers,
		`[0.12345678901234567]`:          OddNumbers,
		`{"a":1e5}`:                      OddNumbers,
		`[1E-5]`:                         OddNumbers,
		`"\u0041"`:                       UnicodeEscapes,
		`{"\ud800":1}`:                   UnicodeEscapes,
		`"é"`:                            BeyondASCII,
		`"sixteen bytes and then é"`:     BeyondASCII,
		"\"\xff\"":                       BeyondASCII,
		"{\n}":                           LineBreaks,
		"{\"a\":1\r}":                    LineBreaks,
		"[1,\n\"\\u0000 é\",1e400]":      LineBreaks | UnicodeEscapes | BeyondASCII | OddNumbers,
		"[\"" + `\n` + "\",\"a line\"]":  0,
		`[[[["` + "\u20ac" + `"]]],1e1]`: BeyondASCII | OddNumbers,
		strings.Repeat("[", 100) + "\r" + strings.Repeat("]", 100): LineBreaks,
	} {
		dec := NewDecoder(strings.NewReader(v + " "))
		_, err := dec.ReadValue()
		require.NoError(t, err)
		require.Equal(t, want, dec.LastMarks(), v)
	}
}

// TestEveryByteOfAWordIsLookedAt puts what ends a run of a string at each place of the words that are looked at at once.
func TestEveryByteOfAWordIsLookedAt(t *testing.T) {
	t.Parallel()
	for at := range 40 {
		for text, fine := range map[string]bool{`\n`: true, "é": true, "\x00": false, "\x1f": false, "\x7f": true, `\q`: false, "\n": false, " ": true, "!": true} {
			v := `"` + strings.Repeat("x", at) + text + strings.Repeat("y", 40-at) + `"`
			require.Equal(t, json.Valid([]byte(v)), fine)
			_, err := NewBytesDecoder([]byte(v)).ReadValue()
			require.Equal(t, fine, err == nil, "%q at %d: %v", text, at, err)
		}
	}
}

func TestNestingEndsSomewhere(t *testing.T) {
	t.Parallel()
	nested := func(n int) []byte { return []byte(strings.Repeat(`{"a":[`, n/2) + strings.Repeat(`]}`, n/2)) }
	_, err := NewBytesDecoder(nested(maxNest)).ReadValue()
	require.NoError(t, err)
	_, err = NewBytesDecoder(nested(maxNest + 2)).ReadValue()
	require.ErrorContains(t, err, "exceeded max depth")

	dec := NewBytesDecoder(bytes.Repeat([]byte("["), maxNest+1))
	for range maxNest {
		_, err = dec.ReadToken()
		require.NoError(t, err)
	}
	_, err = dec.ReadToken()
	require.ErrorContains(t, err, "exceeded max depth")
}

// bodyOf is longer than the window, with values that are.
func bodyOf(records int) []byte {
	var body bytes.Buffer
	body.WriteString(`{"total":1,"list":[`)
	for i := range records {
		if i > 0 {
			body.WriteByte(',')
		}
		fmt.Fprintf(&body, `{"id":"%d","text":%q,"deep":{"list":[%d,{"a":null}]}}`, i, strings.Repeat("text ", i*i*40), i)
	}
	body.WriteString(`],"last":true}`)
	return body.Bytes()
}

// drain goes through an input by tokens, values and skips in turn, and returns what it saw with where.
func drain(dec *Decoder) (seen []string, err error) {
	for turn := 0; ; turn++ {
		var raw []byte
		switch {
		case turn%7 == 6:
			err = dec.SkipValue()
		case turn%3 == 2:
			raw, err = dec.ReadValue()
		default:
			var token Token
			token, err = dec.ReadToken()
			raw = token.raw
		}
		if _, misplaced := errors.AsType[*jsontext.SyntacticError](err); misplaced && (dec.PeekKind() == '}' || dec.PeekKind() == ']') {
			_, err = dec.ReadToken()
		}
		if err != nil {
			return seen, err
		}
		seen = append(seen, fmt.Sprintf("%s %d %.60s %d", dec.StackPointer(), dec.InputOffset(), raw, len(raw)))
	}
}

func TestHowTheInputComesDoesNotMatter(t *testing.T) {
	t.Parallel()
	body := bodyOf(40)
	want, err := drain(NewBytesDecoder(body))
	require.Equal(t, io.EOF, err)
	require.Greater(t, len(want), 100)
	for name, r := range map[string]io.Reader{
		"at once":        bytes.NewReader(body),
		"in halves":      iotest.HalfReader(bytes.NewReader(body)),
		"end with bytes": iotest.DataErrReader(bytes.NewReader(body)),
		"byte by byte":   iotest.OneByteReader(bytes.NewReader(body)),
	} {
		got, err := drain(NewDecoder(r))
		require.Equal(t, io.EOF, err, name)
		require.Equal(t, want, got, name)
	}
}

func TestAUsedDecoderIsAsGoodAsANewOne(t *testing.T) {
	t.Parallel()
	dec := NewDecoder(strings.NewReader(`{"a":[1,`))
	_, err := drain(dec)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	for range 2 {
		dec.Reset(strings.NewReader(`{"b":2}`))
		require.Zero(t, dec.StackDepth())
		require.Zero(t, dec.InputOffset())
		v, err := dec.ReadValue()
		require.NoError(t, err)
		require.JSONEq(t, `{"b":2}`, string(v))
		text := []byte(`[3]`)
		dec.ResetBytes(text)
		v, err = dec.ReadValue()
		require.NoError(t, err)
		require.Equal(t, &text[0], &v[0], "text in memory is not copied")
	}
}

func TestMemoryOfAGiantValueIsGivenBack(t *testing.T) {
	t.Parallel()
	dec := NewDecoder(strings.NewReader(`"` + strings.Repeat("x", 4*keptWindow) + `"`))
	_, err := dec.ReadValue()
	require.NoError(t, err)
	require.Greater(t, len(dec.own), 4*keptWindow)
	dec.Reset(strings.NewReader(`1`))
	require.Empty(t, dec.own)
}

func TestSkippingKeepsLittleInMemory(t *testing.T) {
	t.Parallel()
	for name, v := range map[string]string{
		"array":  `[` + strings.Repeat(`{"a":["b",{}]},`, 200_000) + `0]`,
		"object": `{` + strings.Repeat(`"a":["b",{}],`, 200_000) + `"z":0}`,
	} {
		dec := NewDecoder(strings.NewReader(`[` + v + `,1]`))
		_, err := dec.ReadToken()
		require.NoError(t, err)
		require.NoError(t, dec.SkipValue(), name)
		require.Equal(t, jsontext.Pointer("/0"), dec.StackPointer())
		last, err := dec.ReadValue()
		require.NoError(t, err)
		require.Equal(t, "1", string(last))
		require.Len(t, dec.own, windowBytes, name)
	}
}

func TestWhatTheReaderSaysIsPassedOn(t *testing.T) {
	t.Parallel()
	lost := errors.New("connection lost")
	dec := NewDecoder(io.MultiReader(strings.NewReader(`["whole",1`), iotest.ErrReader(lost)))
	_, err := dec.ReadToken()
	require.NoError(t, err)
	v, err := dec.ReadValue()
	require.NoError(t, err, "what came before is still good")
	require.Equal(t, `"whole"`, string(v))
	_, err = dec.ReadValue() // a longer number may have been sent
	require.ErrorIs(t, err, lost)

	_, err = NewDecoder(silent{}).ReadToken()
	require.ErrorIs(t, err, io.ErrNoProgress)
}

// silent never returns anything.
type silent struct{}

func (silent) Read([]byte) (int, error) { return 0, nil }

func TestProblemsSayWhere(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`<html>`:                "invalid character '<' at start of value",
		`{"a":1]`:               "invalid character ']' after object value (expecting ',' or '}')",
		`{"a" 1}`:               "invalid character '1' after object name (expecting ':')",
		`{"a":}`:                "invalid character '}'",
		`{"a":[1 2]}`:           `invalid character '2' after array element (expecting ',' or ']') within "/a`,
		`[1,]`:                  "invalid character ']' at start of value",
		`{1:2}`:                 "object member name must be a string",
		`{"a":[0,{"b":01}]}`:    `invalid character '1' after object value (expecting ',' or '}') within "/a/1`,
		"{\"a\":\"b\nc\"}":      `invalid character '\n' in string (expecting non-control character) within "/a"`,
		`{"a":[{},{"c":"\x"}]}`: "invalid escape sequence `\\x` in string within \"/a/1/c\"",
		`{"a":tru}`:             "invalid character '}' in literal true",
	} {
		dec := NewBytesDecoder([]byte(text))
		var err error
		for err == nil {
			_, err = dec.ReadToken()
		}
		require.ErrorContains(t, err, want, text)
		require.NotErrorIs(t, err, io.ErrUnexpectedEOF, text)
	}
}

func TestNamesOutliveTheWindow(t *testing.T) {
	t.Parallel()
	long := `"` + strings.Repeat("x", 3*windowBytes) + `"`
	dec := NewDecoder(strings.NewReader(`{"outer/~":{"é":[` + long + `,` + long + `,{"in":` + long + `}]}}`))
	for range 6 {
		_, err := dec.ReadToken()
		require.NoError(t, err)
	}
	require.Equal(t, jsontext.Pointer("/outer~1~0/é/0"), dec.StackPointer())
	for range 4 {
		_, err := dec.ReadToken()
		require.NoError(t, err)
	}
	require.Equal(t, jsontext.Pointer("/outer~1~0/é/2/in"), dec.StackPointer())
	kind, read := dec.StackIndex(3)
	require.Equal(t, jsontext.Kind('['), kind)
	require.EqualValues(t, 2, read)
}

func TestTokensOfTexts(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		`"plain"`: "plain", `"\u0041\n\"é"`: "A\n\"é", "\"\xff\"": "\ufffd", `"\ud800"`: "\ufffd", `12.50`: "12.50", `null`: "null", `{`: "{",
	} {
		token, err := NewBytesDecoder([]byte(raw)).ReadToken()
		require.NoError(t, err)
		require.Equal(t, want, token.String())
		require.Equal(t, jsontext.Value(raw).Kind(), token.Kind())
	}
	require.Zero(t, Token{}.Kind())
}

func TestAPeekedValueIsReadAgain(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 3*windowBytes)
	dec := NewDecoder(strings.NewReader(`{"a":[1,{"b":"` + long + `"} , "c"],"d":2}`))
	for _, step := range []string{"{", "a", "[", "1"} {
		token, err := dec.ReadToken()
		require.NoError(t, err)
		require.Equal(t, step, token.String())
	}
	for range 3 {
		v, err := dec.PeekValue()
		require.NoError(t, err)
		require.Equal(t, `{"b":"`+long+`"}`, string(v))
		require.Equal(t, jsontext.Pointer("/a/0"), dec.StackPointer())
	}
	_, err := drain(dec)
	require.Equal(t, io.EOF, err)
	_, err = NewBytesDecoder([]byte(`[}`)).PeekValue()
	require.Error(t, err)
}

func TestNamesAreTextsAndKept(t *testing.T) {
	t.Parallel()
	dec := NewBytesDecoder([]byte(`{"plain":1,"esc\u0061ped":2,"plain":3}`))
	_, err := dec.ReadToken()
	require.NoError(t, err)
	for _, want := range []string{"plain", "escaped", "plain"} {
		name, err := dec.ReadName()
		require.NoError(t, err)
		require.Equal(t, want, name)
		require.NoError(t, dec.SkipValue())
	}
	require.Len(t, dec.names, 2)
	_, err = dec.ReadName()
	require.Error(t, err, "none comes any more")

	var many strings.Builder
	for i := range 2 * keptNames {
		fmt.Fprintf(&many, `,"n%d":0`, i)
	}
	dec.ResetBytes([]byte("{" + many.String()[1:] + "}"))
	_, err = dec.ReadToken()
	require.NoError(t, err)
	for i := range 2 * keptNames {
		name, err := dec.ReadName()
		require.NoError(t, err)
		require.Equal(t, fmt.Sprint("n", i), name)
		require.NoError(t, dec.SkipValue())
	}
	require.Len(t, dec.names, keptNames)
}

func TestANameIsSkippedOnlyAsItStands(t *testing.T) {
	t.Parallel()
	dec := NewBytesDecoder([]byte(`{"a":1,"b":2 ,"c":"d","e":`))
	require.False(t, dec.SkipName([]byte(`"a":`)), "before the object")
	_, err := dec.ReadToken()
	require.NoError(t, err)
	for _, step := range []struct {
		head string
		want bool
	}{{`"b":`, false}, {`"a":`, true}, {`"a":`, false}} {
		require.Equal(t, step.want, dec.SkipName([]byte(step.head)), step.head)
	}
	require.Equal(t, jsontext.Pointer("/a"), dec.StackPointer())
	require.NoError(t, dec.SkipValue())
	require.True(t, dec.SkipName([]byte(`"b":`)))
	require.NoError(t, dec.SkipValue())
	require.False(t, dec.SkipName([]byte(`"c":`)), "white space before it")
	name, err := dec.ReadName()
	require.NoError(t, err)
	require.Equal(t, "c", name)
	require.NoError(t, dec.SkipValue())
	require.False(t, dec.SkipName([]byte(`"e":"f"`)), "beyond the input")
	require.True(t, dec.SkipName([]byte(`"e":`)))
	_, err = dec.ReadValue()
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
}

func TestDecodeReadsWhatIsSmall(t *testing.T) {
	t.Parallel()
	var got struct {
		ID string `json:"id"`
	}
	dec := NewBytesDecoder([]byte(`[{"id":"1","id":"2","x":"` + "\xff" + `"},{"id":3}]`))
	_, err := dec.ReadToken()
	require.NoError(t, err)
	require.NoError(t, dec.Decode(&got))
	require.Equal(t, "2", got.ID)
	require.Error(t, dec.Decode(&got), "of another type")
	require.Error(t, dec.Decode(&got), "none is left")
}

func TestReadingAllocatesNothing(t *testing.T) {
	body := bodyOf(10)
	r, dec := bytes.NewReader(body), NewDecoder(nil)
	read := func() {
		r.Reset(body)
		dec.Reset(r)
		for depth := 1; depth > 0; depth = dec.StackDepth() {
			if _, err := dec.ReadToken(); err != nil {
				t.Fatal(err)
			}
		}
	}
	read()
	require.Zero(t, testing.AllocsPerRun(50, read))
}

func BenchmarkReadValue(b *testing.B) {
	body := bytes.Repeat([]byte(`{"self":"https://acme.atlassian.net/rest/api/2/user?accountId=5b10a2844c20165700ede21g","accountId":"5b10a2844c20165700ede21g",`+
		`"emailAddress":"user@example.com","displayName":"Mia Krystof","active":true,"timeZone":"Europe/Berlin","items":[{"field":"status","from":"10001",`+
		`"fromString":"To Do","to":"10002","toString":"Done"}],"created":1793268150640,"text":"a comment of some length,\nwith an \"escape\" and an é"} `), 1000)
	r, dec := bytes.NewReader(body), NewDecoder(nil)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		r.Reset(body)
		dec.Reset(r)
		for {
			if _, err := dec.ReadValue(); err == io.EOF { //nolint:errorlint // the bare one is the end
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
	}
}
