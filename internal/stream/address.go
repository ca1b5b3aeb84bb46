package stream

import (
	"net/url"
	"path"
	"strings"
	"time"
)

// BatchComma stands between the values of a batch in one placeholder. Ids and
// permission keys, which are all that Jira takes in batches, hold none.
const BatchComma = ","

// Parameters returns the parameters of the address, with the values of the
// placeholders put in.
func (e Endpoint) Parameters(params map[string]string) url.Values {
	if len(params) == 0 {
		return e.Query
	}
	whole := url.Values{}
	for name, values := range e.Query {
		for _, value := range values {
			whole[name] = append(whole[name], expanded(value, params)...)
		}
	}
	return whole
}

// expanded is what a parameter's value stands for: itself, {name}, or {name*},
// which is one parameter for each value of a batch.
func expanded(value string, params map[string]string) []string {
	name, isPlaceholder := strings.CutPrefix(value, "{")
	if !isPlaceholder {
		return []string{value}
	}
	name = strings.TrimSuffix(name, "}")
	if each, repeated := strings.CutSuffix(name, "*"); repeated {
		return strings.Split(params[each], BatchComma)
	}
	return []string{params[name]}
}

// Between are the placeholders of a Window: both moments in RFC 3339, to the
// millisecond.
func Between(from, to time.Time) map[string]string {
	const layout = "2006-01-02T15:04:05.000Z07:00"
	return map[string]string{"from": from.UTC().Format(layout), "to": to.UTC().Format(layout)}
}

// Asks tells whether the address has the placeholder.
func (e Endpoint) Asks(name string) bool {
	address := e.Path
	for _, values := range e.Query {
		address = strings.Join(append([]string{address}, values...), "&")
	}
	return strings.Contains(address, "{"+name+"}") || strings.Contains(address, "{"+name+"*}")
}

// Placed is a value of the parent's Field as the placeholder takes it.
func (p *Parent) Placed(value string) string {
	if p.Tail {
		return path.Base(value)
	}
	return value
}

// Itself returns where the nearest thing that a child's placeholders name is
// asked for itself, with its placeholder; path is "" when nowhere. Things whose
// parts may be withheld while they themselves are shown are left out.
func Itself(params map[string]string) (placeholder, path string) {
	for _, place := range []struct{ placeholder, path string }{
		{"issueId", "/rest/api/{v}/issue/{issueId}"},
		{"versionId", "/rest/api/{v}/version/{versionId}"},
		{"componentId", "/rest/api/{v}/component/{componentId}"},
		{"sprintId", "/rest/agile/1.0/sprint/{sprintId}"},
		{"boardId", "/rest/agile/1.0/board/{boardId}"},
		{"projectId", "/rest/api/{v}/project/{projectId}"},
	} {
		if value := params[place.placeholder]; value != "" && !strings.Contains(value, BatchComma) {
			return place.placeholder, place.path
		}
	}
	return "", ""
}
