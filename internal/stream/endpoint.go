package stream

import (
	"net/http"
	"net/url"

	"tap-jira/internal/jira"
)

// Endpoint is where a Listed stream is read on one deployment.
type Endpoint struct {
	// Path is the template below the base URL, with {v} for the API version and
	// {name} for a value of the parent.
	Path string
	// Query holds the fixed parameters.
	Query url.Values
	// Pager says how the list is cut into pages.
	Pager jira.Pager
	// Successor is asked when this endpoint answers 403, 404 or 410, because
	// Jira offers the same list under two permissions or is moving it.
	Successor *Endpoint
	// Within is where the rows stand in those of the parent, by its dotted path:
	// they cost no request, and there is no Path.
	Within string
	// Body is the member of a POST's body that takes the ids of a batch of the
	// parent's rows; empty is a GET.
	Body string
	// Rows is where the rows stand in a record of the answer; empty is the record.
	Rows string
	// Parent and Lift are the stream's on this deployment, where they differ.
	Parent *Parent
	Lift   map[string]string
}

// Get declares an endpoint; query is given as name, value, name, value. A value
// may be a placeholder: {name}, which joins the values of a batch with commas, or
// {name*}, which repeats the parameter for each (the two forms of RFC 6570).
func Get(path string, pager jira.Pager, query ...string) Endpoint {
	values := url.Values{}
	for i := 0; i+1 < len(query); i += 2 {
		values.Add(query[i], query[i+1])
	}
	return Endpoint{Path: path, Query: values, Pager: pager}
}

// Post declares a list that is asked for by a POST with the ids of a batch: it
// reads and changes nothing. The rows stand in its records, as an array.
func Post(path string, pager jira.Pager, body, rows string, query ...string) Endpoint {
	e := Get(path, pager, query...)
	e.Body, e.Rows = body, rows
	return e
}

// Method is how the endpoint is asked: GET, or POST for a list of ids.
func (e Endpoint) Method() string {
	if e.Body != "" {
		return http.MethodPost
	}
	return http.MethodGet
}

// Within declares rows that stand in those of the parent, under its dotted path:
// the elements of an array, or the members of an object as key and value.
func Within(path string) Endpoint { return Endpoint{Within: path} }

// Each returns the endpoint with a parent of its own.
func (e Endpoint) Each(p Parent) Endpoint {
	e.Parent = &p
	return e
}

// Lifting returns the endpoint with lifted columns of its own.
func (e Endpoint) Lifting(lift map[string]string) Endpoint {
	e.Lift = lift
	return e
}

// Or returns the endpoint with another to ask when it is refused or gone.
func (e Endpoint) Or(other Endpoint) Endpoint {
	e.Successor = &other
	return e
}
