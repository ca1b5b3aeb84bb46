package jirasim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// maxBodyBytes is the largest request body; Jira's own proxies answer 413 beyond theirs.
const maxBodyBytes = 10 << 20

// maxQueryBytes is the longest query string that gets through Jira's front.
const maxQueryBytes = 8 << 10

// uriTooLong refuses a longer one.
func uriTooLong() response {
	return htmlResponse(http.StatusRequestURITooLong, "414 Request-URI Too Large", "nginx")
}

// request is one call as a handler sees it.
type request struct {
	http     *http.Request
	caller   caller
	zone     *time.Location    // of the caller's profile: dates are written and read in it
	template string            // of the route that the path leads to, or the path itself
	vars     map[string]string // the template's placeholders
	api      int               // 2 or 3
	query    url.Values
	body     []byte
	turn     faultTurn
}

// response is an answer before it is written, so that faults can change it.
type response struct {
	status int
	header http.Header
	body   []byte
}

// jsonResponse is an answer with a JSON body.
func jsonResponse(status int, body []byte) response {
	return response{status: status, header: http.Header{"Content-Type": {"application/json;charset=UTF-8"}}, body: body}
}

// ok is a 200 with a JSON body.
func ok(body []byte) response { return jsonResponse(http.StatusOK, body) }

// valueResponse encodes a value. What it is given always encodes.
func valueResponse(status int, value any) response {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return htmlResponse(http.StatusInternalServerError, "Internal error", err.Error())
	}
	return jsonResponse(status, bytes.TrimSpace(body.Bytes()))
}

// htmlResponse is a page as proxies, Tomcat and login screens send it.
func htmlResponse(status int, title, text string) response {
	page := "<!DOCTYPE html>\n<html><head><title>" + title + "</title></head><body><h1>" + title + "</h1><p>" + text + "</p></body></html>\n"
	return response{status: status, header: http.Header{"Content-Type": {"text/html;charset=UTF-8"}}, body: []byte(page)}
}

// errorCollection is the platform's error body, jira-api.md F.1 form 1.
func errorCollection(status int, messages ...string) response {
	return valueResponse(status, map[string]any{"errorMessages": messages, "errors": map[string]string{}})
}

// statusMessage is the error body of what lies outside the platform's resources, form 3.
func statusMessage(status int, message string) response {
	return valueResponse(status, map[string]any{"message": message, "status-code": status})
}

// with adds a header.
func (r response) with(name, value string) response {
	r.header.Set(name, value)
	return r
}

// readBody reads the request's body, or answers why not.
func (q *request) readBody() *response {
	body, err := io.ReadAll(http.MaxBytesReader(nil, q.http.Body, maxBodyBytes))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return new(htmlResponse(http.StatusRequestEntityTooLarge, "413 Request Entity Too Large", "nginx"))
	}
	if err != nil {
		return new(errorCollection(http.StatusBadRequest, "The request body could not be read."))
	}
	q.body = body
	return nil
}

// decode reads a JSON body into a value; a wrong content type is 415 and a wrong body 400. Unknown members are refused,
// as Jira does.
func (q *request) decode(value any) *response {
	kind, _, _ := strings.Cut(q.http.Header.Get("Content-Type"), ";")
	if strings.TrimSpace(kind) != "application/json" {
		return new(statusMessage(http.StatusUnsupportedMediaType, "HTTP 415 Unsupported Media Type"))
	}
	decoder := json.NewDecoder(bytes.NewReader(q.body))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(value)
	if err == nil && decoder.More() {
		err = errors.New("more than one value")
	}
	if err != nil {
		return new(errorCollection(http.StatusBadRequest, "Invalid request payload. Refer to the REST API documentation and try again."))
	}
	return nil
}

// number reads a whole number of the query; bad is the answer when it is none, as JAX-RS gives it: 404.
func (q *request) number(name string, fallback int64) (n int64, bad *response) {
	text := q.query.Get(name)
	if text == "" {
		return fallback, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, new(statusMessage(http.StatusNotFound, fmt.Sprintf("null for uri: %s", q.http.URL.Path)))
	}
	return n, nil
}

// flag reads a boolean of the query.
func (q *request) flag(name string) bool { return strings.EqualFold(q.query.Get(name), "true") }

// list reads comma-separated names of the query.
func (q *request) list(name string) []string {
	var items []string
	for _, value := range q.query[name] {
		items = append(items, splitList(value)...)
	}
	return items
}

// splitList cuts at commas and drops spaces and empty items.
func splitList(text string) []string {
	var items []string
	for item := range strings.SplitSeq(text, ",") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}

// arrayOf joins records to a JSON array.
func arrayOf(records [][]byte) []byte {
	body := []byte{'['}
	for i, record := range records {
		if i > 0 {
			body = append(body, ',')
		}
		body = append(body, record...)
	}
	return append(body, ']')
}
