package jira

import (
	"github.com/go-json-experiment/json/jsontext"
)

// refPage is a page of a search that asked for ids and one date.
type refPage struct {
	refs []IssueRef
	envelope
}

// sinkFunc is a Sink that keeps nothing between attempts.
type sinkFunc func(dec *jsontext.Decoder) error

func (sinkFunc) Begin()                               {}
func (f sinkFunc) Record(dec *jsontext.Decoder) error { return f(dec) }

// readRefs reads a page of issues of which only the id and one date matter.
func readRefs(dec *jsontext.Decoder, field string) (*refPage, error) {
	page := &refPage{envelope: *newEnvelope()}
	sink := sinkFunc(func(dec *jsontext.Decoder) error {
		ref, err := readRef(dec, field)
		page.refs = append(page.refs, ref)
		return err
	})
	rep := &reply{dec: dec, tape: &tape{}}
	return page, page.read(rep, Offset("issues"), sink)
}

// readRef reads one issue.
func readRef(dec *jsontext.Decoder, field string) (ref IssueRef, err error) {
	err = eachMember(dec, func(name string) (err error) {
		switch name {
		case "id":
			ref.ID, err = readID(dec)
		case "fields":
			ref.Time, err = readDate(dec, field)
		default:
			err = dec.SkipValue()
		}
		return err
	})
	if err == nil && ref.ID == 0 {
		err = &shapeError{at: string(dec.StackPointer()), want: "an issue with an id", got: "one without"}
	}
	return ref, err
}

// readDate reads one date of an issue's fields, in epoch milliseconds.
func readDate(dec *jsontext.Decoder, field string) (millis int64, err error) {
	if dec.PeekKind() == 'n' {
		return 0, dec.SkipValue()
	}
	err = eachMember(dec, func(name string) error {
		if name != field {
			return dec.SkipValue()
		}
		text, err := readString(dec)
		if err != nil || text == "" {
			return err
		}
		t, err := parseTime(text)
		if err != nil {
			return &shapeError{at: string(dec.StackPointer()), want: "a date-time", got: clip(clean(text), 40)}
		}
		millis = t.UnixMilli()
		return nil
	})
	return millis, err
}
