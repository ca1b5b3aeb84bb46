package auth

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/dghubble/oauth1"
)

const (
	formType = "application/x-www-form-urlencoded"
	// maxFormBytes bounds what is read into memory to be signed; Jira's forms are a few hundred bytes.
	maxFormBytes = 1 << 20
)

// param is one decoded name and value. Names may repeat.
type param struct{ name, value string }

// parseForm splits a query or a form body as RFC 5849 (3.4.1.3.1) reads it,
// in the order given. Unlike net/url it keeps repeated names in their order
// and takes a bare ';' for what Jira's container takes it: a part of the value.
func parseForm(raw string) ([]param, error) {
	var params []param
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		rawName, rawValue, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(rawName)
		if err != nil {
			return nil, fmt.Errorf("decode parameter name: %w", err)
		}
		value, err := url.QueryUnescape(rawValue)
		if err != nil {
			return nil, fmt.Errorf("decode value of parameter %q: %w", name, err)
		}
		params = append(params, param{name: name, value: value})
	}
	return params, nil
}

// normalize encodes the parameters, sorts them by encoded name and then
// value, and joins them (RFC 5849, 3.4.1.3.2).
func normalize(params []param) string {
	encoded := make([]param, len(params))
	for i, p := range params {
		encoded[i] = param{name: oauth1.PercentEncode(p.name), value: oauth1.PercentEncode(p.value)}
	}
	slices.SortFunc(encoded, func(a, b param) int {
		return cmp.Or(strings.Compare(a.name, b.name), strings.Compare(a.value, b.value))
	})
	var b strings.Builder
	for i, p := range encoded {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(p.name + "=" + p.value)
	}
	return b.String()
}

// requestParams gathers what of a request is signed besides the OAuth
// parameters: the query, and the body when it is a form, with or without a
// charset. A form is read whole and put back.
func requestParams(req *http.Request) ([]param, error) {
	query, err := parseForm(req.URL.RawQuery)
	if err != nil {
		return nil, fmt.Errorf("sign the query: %w", err)
	}
	mediaType, _, err := mime.ParseMediaType(req.Header.Get("Content-Type"))
	if err != nil || mediaType != formType || req.Body == nil {
		return query, nil // JSON bodies are not signed
	}
	body, err := rereadable(req)
	if err != nil {
		return nil, fmt.Errorf("sign the form: %w", err)
	}
	form, err := parseForm(string(body))
	if err != nil {
		return nil, fmt.Errorf("sign the form: %w", err)
	}
	return append(query, form...), nil
}

// rereadable reads the body of req and gives it a fresh one with the same bytes.
func rereadable(req *http.Request) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(req.Body, maxFormBytes+1))
	if err := errors.Join(err, req.Body.Close()); err != nil {
		return nil, err
	}
	if len(body) > maxFormBytes {
		return nil, fmt.Errorf("more than %d bytes", maxFormBytes)
	}
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return body, nil
}
