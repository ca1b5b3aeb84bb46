package jirasim

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
)

// split cuts a listing's path into its template and the placeholders of its query, by parameter.
func (l *listing) split() (template string, query [][2]string) {
	template, text, _ := strings.Cut(l.path, "?")
	for part := range strings.SplitSeq(text, "&") {
		if name, placeholder, there := strings.Cut(part, "="); there {
			query = append(query, [2]string{name, strings.Trim(placeholder, "{}")})
		}
	}
	return template, query
}

// placeholders are those of the query and of the path, in the order in which they depend on each other.
func (l *listing) placeholders() []string {
	template, query := l.split()
	var names []string
	for _, parameter := range query {
		names = append(names, parameter[1])
	}
	for segment := range strings.SplitSeq(template, "/") {
		if strings.HasPrefix(segment, "{") && segment != "{v}" {
			names = append(names, strings.Trim(segment, "{}"))
		}
	}
	return names
}

// locate resolves what a request's path and query name.
func (j *Jira) locate(q *request, r *resource, l *listing) (cell, *response) {
	_, query := l.split()
	vars := map[string]string{}
	for _, parameter := range query {
		value := q.query.Get(parameter[0])
		if value == "" {
			return cell{}, new(errorCollection(http.StatusBadRequest, "The "+parameter[0]+" query parameter is required."))
		}
		vars[parameter[1]] = value
	}
	maps.Copy(vars, q.vars)
	c := cell{j: j, resource: r, listing: l, api: q.api, vars: r.constants(), query: q.query, known: placeEntities{}}
	for _, name := range l.placeholders() {
		kind := j.kindOf(l, name)
		found, there := kind.search(j, c.vars, vars[name])
		if !there {
			return c, new(kind.refusal(vars[name]))
		}
		c = c.in(name, kind, found)
	}
	return c, nil
}

// in goes one placeholder deeper.
func (c cell) in(name string, k kind, found entity) cell {
	vars := map[string]string{name: found.id}
	maps.Copy(vars, c.vars)
	maps.Copy(vars, found.vars)
	c.vars, c.known = vars, placeEntities{}
	if k.nested {
		c.place = found.ordinal
	} else {
		c.place = c.place*siblings + found.ordinal
	}
	return c
}

// siblings is more than the entities of any kind that stands behind another placeholder.
const siblings = 1000

// places iterates over every place of a resource, for the ledger.
func (j *Jira) places(r *resource, l *listing, yield func(c cell) bool) {
	names := l.placeholders()
	var walk func(c cell, depth int) bool
	walk = func(c cell, depth int) bool {
		if depth == len(names) {
			return yield(c)
		}
		kind := j.kindOf(l, names[depth])
		for _, found := range kind.all(j, c.vars) {
			if !walk(c.in(names[depth], kind, found), depth+1) {
				return false
			}
		}
		return true
	}
	walk(cell{j: j, resource: r, listing: l, api: 2, vars: r.constants(), known: placeEntities{}}, 0)
}

// constants are the columns that are the same in every record.
func (r *resource) constants() map[string]string {
	vars := map[string]string{}
	maps.Copy(vars, r.fixed)
	return vars
}

// kindOf is the kind of a placeholder.
func (j *Jira) kindOf(l *listing, placeholder string) kind {
	if name, there := l.names[placeholder]; there {
		placeholder = name
	}
	return j.kinds()[placeholder]
}

// refusal is the answer for a value that names nothing.
func (k kind) refusal(value string) response {
	message := k.missing
	if message == "" {
		message = "The requested resource was not found."
	}
	if strings.Contains(message, "%s") {
		message = fmt.Sprintf(message, value)
	}
	if k.portal {
		return portalError(http.StatusNotFound, message)
	}
	return errorCollection(http.StatusNotFound, message)
}

// portalError is the error body of service management, jira-api.md F.1 form 5.
func portalError(status int, message string) response {
	return valueResponse(status, map[string]any{
		"errorMessage": message, "i18nErrorMessage": map[string]any{"i18nKey": "sd.rest.error", "parameters": []string{}},
	})
}
