package derive

import (
	"cmp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"tap-jira/internal/jsonread"
	"tap-jira/internal/shape"
)

// IsServiceLevel tells whether a field holds a service level of Jira Service
// Management. Its type is sd-servicelevelagreement and the field that of an app,
// `com.atlassian.servicedesk:sd-sla-field`; either will do.
func IsServiceLevel(f shape.Field) bool {
	const kind = "sd-servicelevelagreement"
	return f.Type == kind || strings.HasSuffix(f.CustomType, kind) || strings.HasSuffix(f.CustomType, ":sd-sla-field")
}

// serviceLevel is the value of such a field, as issues and the portal hold it.
type serviceLevel struct {
	ID        jsontext.Value `json:"id"`
	Name      jsontext.Value `json:"name"`
	Completed jsontext.Value `json:"completedCycles"`
	Ongoing   jsontext.Value `json:"ongoingCycle"`
}

// cyclesIn reads the cycles of an array. What is none gives no row: the issues
// that hold it must not fail by it.
func cyclesIn(array jsontext.Value) ([]levelCycle, error) {
	var values []jsontext.Value
	if array.Kind() != '[' {
		return nil, nil
	}
	if err := json.Unmarshal(array, &values, jsonread.Lenient()); err != nil {
		return nil, err
	}
	var cycles []levelCycle
	for _, value := range values {
		var c levelCycle
		if value.Kind() != '{' {
			continue
		}
		if err := json.Unmarshal(value, &c, jsonread.Lenient()); err != nil {
			return nil, err
		}
		cycles = append(cycles, c)
	}
	return cycles, nil
}

// levelCycle is one run of the clock. Of those that are completed Jira does not
// say whether they are paused, nor whether it is working time now.
type levelCycle struct {
	Start     levelMoment    `json:"startTime"`
	Stop      levelMoment    `json:"stopTime"`
	Breach    levelMoment    `json:"breachTime"`
	Breached  jsontext.Value `json:"breached"`
	Paused    jsontext.Value `json:"paused"`
	Within    jsontext.Value `json:"withinCalendarHours"`
	Goal      levelDuration  `json:"goalDuration"`
	Elapsed   levelDuration  `json:"elapsedTime"`
	Remaining levelDuration  `json:"remainingTime"`
}

// levelMoment is an instant in the forms that service management gives; the text
// of iso8601 lacks the milliseconds.
type levelMoment struct {
	Epoch jsontext.Value `json:"epochMillis"`
	Jira  jsontext.Value `json:"jira"`
	ISO   jsontext.Value `json:"iso8601"`
}

// UnmarshalJSON takes what is no object for the instant itself.
func (m *levelMoment) UnmarshalJSON(raw []byte) error {
	type members levelMoment
	if jsontext.Value(raw).Kind() == '{' {
		return json.Unmarshal(raw, (*members)(m), jsonread.Lenient())
	}
	m.Jira = jsontext.Value(raw).Clone()
	return nil
}

// value is the most exact form that is there.
func (m levelMoment) value() jsontext.Value {
	for _, v := range []jsontext.Value{m.Epoch, m.Jira, m.ISO} {
		if k := v.Kind(); k == '0' || k == '"' {
			return v
		}
	}
	return nil
}

// levelDuration is a time span, negative where a goal was missed by it.
type levelDuration struct {
	Millis jsontext.Value `json:"millis"`
}

// UnmarshalJSON takes what is no object for the milliseconds themselves.
func (d *levelDuration) UnmarshalJSON(raw []byte) error {
	type members levelDuration
	if jsontext.Value(raw).Kind() == '{' {
		return json.Unmarshal(raw, (*members)(d), jsonread.Lenient())
	}
	d.Millis = jsontext.Value(raw).Clone()
	return nil
}

// slaRow is a row of the cycles, without its issue.
type slaRow struct {
	FieldID         string         `json:"fieldId"`
	SLAID           jsontext.Value `json:"slaId"`
	Name            jsontext.Value `json:"name"`
	Cycle           int            `json:"cycle"`
	Ongoing         bool           `json:"ongoing"`
	Paused          jsontext.Value `json:"paused"`
	Breached        jsontext.Value `json:"breached"`
	StartTime       jsontext.Value `json:"startTime"`
	StopTime        jsontext.Value `json:"stopTime"`
	BreachTime      jsontext.Value `json:"breachTime"`
	GoalMillis      jsontext.Value `json:"goalMillis"`
	ElapsedMillis   jsontext.Value `json:"elapsedMillis"`
	RemainingMillis jsontext.Value `json:"remainingMillis"`
	Within          jsontext.Value `json:"withinCalendarHours"`
}

// ServiceLevelRows makes a row of each cycle of the service level that stands in a field:
// the completed ones in the order of their beginnings, then the one that goes on,
// which keeps its number when it is completed.
func ServiceLevelRows(field string, value []byte, do func(row []byte) error) error {
	if jsontext.Value(value).Kind() != '{' {
		return nil // Jira has no value, or says in a text why
	}
	var level serviceLevel
	if err := json.Unmarshal(value, &level, jsonread.Lenient()); err != nil {
		return err
	}
	cycles, err := cyclesIn(level.Completed)
	if err != nil {
		return err
	}
	slices.SortStableFunc(cycles, func(a, b levelCycle) int {
		return cmp.Compare(momentOf(a.Start.value()), momentOf(b.Start.value()))
	})
	completed := len(cycles)
	if level.Ongoing.Kind() == '{' {
		var c levelCycle
		if err := json.Unmarshal(level.Ongoing, &c, jsonread.Lenient()); err != nil {
			return err
		}
		cycles = append(cycles, c)
	}
	for i, c := range cycles {
		row := c.row()
		row.FieldID, row.SLAID, row.Name, row.Cycle = field, level.ID, level.Name, i+1
		row.Ongoing = i == completed
		text, err := json.Marshal(row, jsonread.Lenient())
		if err != nil {
			return err
		}
		if err := do(text); err != nil {
			return err
		}
	}
	return nil
}

// row is what the cycle tells of itself.
func (c levelCycle) row() slaRow {
	return slaRow{
		Paused: c.Paused, Breached: c.Breached, Within: c.Within,
		StartTime: c.Start.value(), StopTime: c.Stop.value(), BreachTime: c.Breach.value(),
		GoalMillis: c.Goal.Millis, ElapsedMillis: c.Elapsed.Millis, RemainingMillis: c.Remaining.Millis,
	}
}
