package jsonread

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
)

// corpus are texts with something of everything in them, sound and broken.
func corpus() []string {
	return []string{
		`{"a":1,"b":[true,false,null],"c":{"d":"e"}}`, ` [ ] { } `, "\n{\r\n\t\"a\" : [ 1 , 2 ] }\n", `"x"`, `12`, `-0.5e+10 `, `[1e400,-0,0.1]`,
		`[12345678901234567890123, 1234567890123456789]`, `"a long string that goes on for more than sixteen bytes, with a \" in it"`,
		`"\u0000 \ud83d\ude00 \ud83d \uDEAD"`, "\"\xff broken \xc3 UTF-8 é ü 漢字漢字漢字漢字漢字\"", `{"a":1,"a":2}`, `{"\u0061":1}`, `[[[[[[[[]]]]]]]]`,
		`"sixteen bytes 01"`, `"fifteen bytes 0"`, `"seven b"`, `"eight by"`, `""`, `[{"a":[{}]},[]]`, `{"":{"":{"":0}}}`, `{"~/":[0,{"é":[1]}]}`,
		`{`, `[`, `"`, `"\`, `"\u12`, `"\u12x4"`, `"\x"`, "\"\n\"", "\"a\x1f\"", `-`, `-a`, `01`, `1.`, `1.e1`, `1e`, `1e+`, `.5`, `+1`, `tru`, `trux`, `nul`,
		`{"a"}`, `{"a":}`, `{"a":1,}`, `{,}`, `{1:2}`, `{"a" 1}`, `{"a":1 "b":2}`, `[1,]`, `[,1]`, `[1 2]`, `[1}`, `{"a":1]`, `]`, `}`, `,`, `:`, `<html>`, "\xef\xbb\xbf{}",
		``, ` `, `{f`, `{"0":0`, `{} x`, `[]]`, `{"a":"b`, `{"a":[1,2`, "[1\x00]", "\x00", "[\"a\"\f]",
	}
}

// FuzzDecoder holds the decoder to jsontext's: what one accepts the other does, token by token, value by value and skipping,
// however the input comes and however little of it is in memory.
func FuzzDecoder(f *testing.F) {
	for i, text := range corpus() {
		f.Add([]byte(text), byte(i))
	}
	f.Fuzz(func(t *testing.T, text []byte, plan byte) {
		want := jsontext.NewDecoder(bytes.NewReader(text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
		got := newSmall(text, plan)
		for step := 0; ; step++ {
			wantKind, gotKind := want.PeekKind(), got.PeekKind()
			wantErr, gotErr := stepBoth(t, want, got, (int(plan)>>step%4)&3)
			requireSameError(t, wantErr, gotErr)
			if wantErr != nil {
				return
			}
			require.Equal(t, wantKind, gotKind)
			require.Equal(t, want.StackDepth(), got.StackDepth())
			require.Equal(t, want.StackPointer(), got.StackPointer())
		}
	})
}

// newSmall returns a decoder whose window is a few bytes long at first.
func newSmall(text []byte, plan byte) *Decoder {
	if plan&0x80 != 0 {
		return NewBytesDecoder(text)
	}
	d := &Decoder{own: make([]byte, 1+plan&7)}
	d.Reset(bytes.NewReader(text))
	if plan&0x40 != 0 {
		d.Reset(iotest.OneByteReader(bytes.NewReader(text)))
	}
	return d
}

// stepBoth takes one step with both decoders.
func stepBoth(t *testing.T, want *jsontext.Decoder, got *Decoder, how int) (error, error) {
	t.Helper()
	switch how {
	case 0:
		v, err := want.ReadValue()
		w, gotErr := got.ReadValue()
		require.Equal(t, string(v), string(w))
		return err, gotErr
	case 1:
		return want.SkipValue(), got.SkipValue()
	}
	v, err := want.ReadToken()
	w, gotErr := got.ReadToken()
	if err == nil && gotErr == nil {
		require.Equal(t, v.Kind(), w.Kind())
		require.Equal(t, v.String(), w.String())
	}
	return err, gotErr
}

// requireSameError compares what callers look at: the end of the input, a cut in it, or broken text.
func requireSameError(t *testing.T, want, got error) {
	t.Helper()
	if want == nil {
		require.NoError(t, got)
		return
	}
	require.Error(t, got, "jsontext says: %v", want)
	if errors.Is(got, jsontext.ErrNonStringName) {
		return // told at its first byte, where jsontext reads on
	}
	for _, target := range []error{io.EOF, io.ErrUnexpectedEOF} {
		require.Equal(t, errors.Is(want, target), errors.Is(got, target), "jsontext says %v, jsonread says %v", want, got)
	}
	_, wantSyntax := errors.AsType[*jsontext.SyntacticError](want)
	_, gotSyntax := errors.AsType[*jsontext.SyntacticError](got)
	require.Equal(t, wantSyntax, gotSyntax, "jsontext says %v, jsonread says %v", want, got)
}
