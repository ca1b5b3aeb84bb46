package main

import (
	"bufio"
	"bytes"
	"fmt"
	"hash/fnv"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// tally sums records up without holding them: how many, and a sum of the
// hashes of their keys that differs when one is missing and another came twice.
type tally struct {
	Records int64
	Sum     uint64
}

// add counts a record by its key.
func (t *tally) add(key []byte) {
	h := fnv.New64a()
	_, _ = h.Write(key) // a hash takes every write
	t.Records++
	t.Sum += h.Sum64()
}

// found are the records of a Singer stream, by stream.
type found map[string]*tally

// join adds what another process found.
func (f found) join(other found) {
	for stream, t := range other {
		if f[stream] == nil {
			f[stream] = &tally{}
		}
		f[stream].Records += t.Records
		f[stream].Sum += t.Sum
	}
}

// total is how many records there are in all streams.
func (f found) total() (records int64) {
	for _, t := range f {
		records += t.Records
	}
	return records
}

// readMessages sums up the RECORDs of a Singer stream. Columns names the key of
// each stream that is compared with the ledger; others are only counted.
func readMessages(in io.Reader, ledger map[string]truth) (found, error) {
	all := found{}
	lines := bufio.NewReaderSize(in, 1<<20)
	dec := jsontext.NewDecoder(lines, jsontext.AllowDuplicateNames(true))
	for {
		m, err := readMessage(dec, ledger)
		if err == io.EOF { //nolint:errorlint // an end within a message is wrapped
			return all, nil
		}
		if err != nil {
			return all, err
		}
		if m.kind != "RECORD" {
			continue
		}
		t := all[m.stream]
		if t == nil {
			t = &tally{}
			all[m.stream] = t
		}
		t.add(m.key)
	}
}

// message is what is read of one line.
type message struct {
	kind, stream string
	key          []byte
}

// readMessage reads one line. Taps write the stream's name before the record.
func readMessage(dec *jsontext.Decoder, ledger map[string]truth) (message, error) {
	var m message
	if _, err := dec.ReadToken(); err != nil {
		return m, err
	}
	for dec.PeekKind() != '}' {
		name, err := dec.ReadToken()
		if err != nil {
			return m, err
		}
		switch name.String() {
		case "type":
			m.kind, err = readText(dec)
		case "stream":
			m.stream, err = readText(dec)
		case "record":
			m.key, err = readKey(dec, ledger[m.stream].Columns)
		default:
			err = dec.SkipValue()
		}
		if err != nil {
			return m, err
		}
	}
	_, err := dec.ReadToken()
	return m, err
}

// readText reads a string.
func readText(dec *jsontext.Decoder) (string, error) {
	tok, err := dec.ReadToken()
	return tok.String(), err
}

// readKey reads the columns of a record's key, joined as the ledger does it.
func readKey(dec *jsontext.Decoder, columns []string) ([]byte, error) {
	parts := make([][]byte, len(columns))
	if dec.PeekKind() != '{' {
		return nil, fmt.Errorf("a record is a %s", dec.PeekKind())
	}
	if _, err := dec.ReadToken(); err != nil {
		return nil, err
	}
	for dec.PeekKind() != '}' {
		tok, err := dec.ReadToken()
		if err != nil {
			return nil, err
		}
		name, at := tok.String(), -1
		for i, column := range columns {
			if column == name {
				at = i
			}
		}
		if at < 0 {
			if err := dec.SkipValue(); err != nil {
				return nil, err
			}
			continue
		}
		value, err := dec.ReadToken()
		if err != nil {
			return nil, err
		}
		parts[at] = []byte(value.String()) // the ledger's keys have no escapes either
	}
	_, err := dec.ReadToken()
	return bytes.Join(parts, []byte("/")), err
}
