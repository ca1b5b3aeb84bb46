package jira

import (
	"tap-jira/internal/jsonread"
)

// refPage is a page of a search that asked for ids and one date.
type refPage struct {
	refs []IssueRef
	envelope
}

// sinkFunc is a Sink that keeps nothing between attempts.
type sinkFunc func(dec *jsonread.Decoder) error

// Begin has nothing of an earlier attempt to forget.
func (sinkFunc) Begin() {}

// Record calls the function for each row.
func (f sinkFunc) Record(dec *jsonread.Decoder) error { return f(dec) }

// readRefs reads a page of issues of which only the id and one date matter.
func readRefs(dec *jsonread.Decoder, field string) (*refPage, error) {
	page := &refPage{envelope: *newEnvelope()}
	sink := sinkFunc(func(dec *jsonread.Decoder) error {
		ref, err := readRef(dec, field)
		page.refs = append(page.refs, ref)
		return err
	})
	rep := &reply{dec: dec}
	return page, page.read(rep, Offset("issues"), sink)
}

// readRef reads one issue.
func readRef(dec *jsonread.Decoder, field string) (ref IssueRef, err error) {
	err = eachMember(dec, func(name string) (err error) {
		switch name {
		case "id":
			ref.ID, err = readID(dec)
		case "fields":
			err = ref.readDates(dec, field)
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

// readDates reads one date of an issue's fields, and when it was created where that is said.
func (r *IssueRef) readDates(dec *jsonread.Decoder, field string) error {
	if dec.PeekKind() == 'n' {
		return dec.SkipValue()
	}
	return eachMember(dec, func(name string) error {
		if name != field && name != "created" {
			return dec.SkipValue()
		}
		at, err := readDate(dec)
		if name == field {
			r.Time = at
		}
		if name == "created" {
			r.created = at
		}
		return err
	})
}

// readDate reads a date-time in epoch milliseconds, 0 for none.
func readDate(dec *jsonread.Decoder) (millis int64, err error) {
	text, err := readString(dec)
	if err != nil || text == "" {
		return 0, err
	}
	t, err := parseTime(text)
	if err != nil {
		return 0, &shapeError{at: string(dec.StackPointer()), want: "a date-time", got: clip(clean(text), 40)}
	}
	return t.UnixMilli(), nil
}
